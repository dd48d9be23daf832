"""Dark and strong colours change nothing but colours: what axe says of a page's form in light, it says of it in all."""

import re
from pathlib import Path

import pytest

import careloop.web

WEB = Path(careloop.web.__file__).parent
TOKENS = WEB / "static" / "web" / "tokens.css"
OTHERS = sorted(
    path
    for folder, kinds in (("static/web", ("*.css", "*.js")), ("static/vendor", ("*.js",)), ("templates", ("*.html",)))
    for kind in kinds
    for path in (WEB / folder).rglob(kind)
    if path != TOKENS
)
# What asks in which colours a page is shown.
ASKS = re.compile(r"prefers-color-scheme|prefers-contrast|\[data-theme|dataset\.theme|light-dark\(|@container +style")


def read_blocks(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return the selector and the declarations of each rule, also of those within a question about the reader."""
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    found = re.findall(r"([^{}]+)\{([^{}]*)\}", plain)
    return [
        (" ".join(selector.split()), dict(re.findall(r"([\w-]+)\s*:\s*([^;]+?)\s*(?:;|$)", inside)))
        for selector, inside in found
    ]


def test_the_tokens_are_colours_in_every_look_and_no_look_has_one_of_its_own() -> None:
    blocks = read_blocks(TOKENS.read_text())
    names = {name for name in blocks[0][1] if name.startswith("--")}

    assert blocks[0][0] == ":root"
    assert len(blocks) > 5
    assert len(names) > 25
    for selector, said in blocks:
        assert {name for name in said if name.startswith("--")} <= names, selector
        for name, value in said.items():
            is_scheme = (name, value) in {("color-scheme", "light"), ("color-scheme", "dark")}
            assert is_scheme or (name.startswith("--") and re.fullmatch("#[0-9A-F]{6}", value)), (selector, name, value)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_nothing_else_asks_for_the_colours_of_the_reader(path: Path) -> None:
    assert ASKS.search(path.read_text()) is None


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("@media (prefers-color-scheme: dark) { .btn { padding: 9px } }", True),
        ("[data-theme=dark] .btn { display: none }", True),
        (".btn { color: var(--ink) }", False),
        ('<html data-theme="dark">', False),
    ],
)
def test_what_asks_is_noticed(line: str, *, asks: bool) -> None:
    assert bool(ASKS.search(line)) is asks
