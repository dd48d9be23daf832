"""Documents as tests read them: all pages, their fenced blocks, and the words in backticks."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

_FENCE = re.compile(r"^( *)```([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after the fence ("sh run"), and its text without the indent."""

    info: str
    text: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def read_blocks(page: Path) -> list[Block]:
    found = _FENCE.findall(page.read_text())
    return [Block(info.strip(), re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)) for indent, info, text in found]


def read_prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def read_words(page: Path) -> set[str]:
    """Everything that stands in backticks outside of blocks."""
    return set(re.findall(r"`([^`\n]+)`", read_prose(page)))


def read_sections(page: Path) -> dict[str, str]:
    """Every second-level section by its heading."""
    parts = re.split(r"^## (.+)$", page.read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))
