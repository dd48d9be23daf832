"""Sets a sheet of paper as a tagged PDF (PDF/UA-1) from plain values, without network or files of others.

Values go in as JSON and are drawn as text: nothing in them is read as a command. The same sheet gives the same bytes.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import orjson
import typst

from careloop.facts.sheets import Sheet, SheetLine, SheetSection

HERE = Path(__file__).resolve().parent
PLAN = HERE / "sheet.typ"
FONTS = HERE / "fonts"
# A text that is longer is cut, with an ellipsis.
LONGEST = 240
# What stands for a character that no font of ours can draw: a white square.
BOX = "\u25a1"
# They join letters of some scripts, though nothing of them is seen.
JOINERS = ("\u200c", "\u200d")
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
# Each round learns of at least one such character; a text with more of them is cut to squares as a whole.
ROUNDS = 12
_NO_FONT = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def press(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF of one page; lines that find no room are counted where they would stand.

    The last sections give way first. What fills more than a page with no lines at all takes more pages.
    """
    pages, best = _set(sheet, 0)
    low, high = 1, sum(len(section.lines) for section in sheet.sections)
    if pages == 1 or not high:
        return best
    while low <= high:
        middle = (low + high) // 2
        pages, made = _set(sheet, middle)
        if pages == 1:
            best, high = made, middle - 1
        else:
            low = middle + 1
    return best


def press_whole(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF of as many pages as it needs: no line gives way."""
    return _set(sheet, 0)[1]


def _set(sheet: Sheet, dropped: int) -> tuple[int, bytes]:
    """Return how many pages the sheet has without its last lines, and the pages."""
    missing: set[str] = set()
    for _round in range(ROUNDS):
        try:
            return _compile(sheet, _write(sheet, dropped, missing))
        except typst.TypstError as fault:
            found = {_read_escaped(one) for one in _NO_FONT.findall(fault.diagnostic)} - missing
            if not found:
                raise
            missing |= found
    return _compile(sheet, _write(sheet, dropped, missing, only_common=True))


def _compile(sheet: Sheet, values: bytes) -> tuple[int, bytes]:
    compiler = typst.Compiler(PLAN, root=HERE, font_paths=_load_fonts(), sys_inputs={"sheet": values.decode()})
    made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=sheet.at.replace(microsecond=0))
    assert isinstance(made, bytes)
    return int(orjson.loads(compiler.query("<pages>", field="value", one=True))), made


@cache
def _load_fonts() -> typst.Fonts:
    """Our own fonts and no others: a sheet looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _write(sheet: Sheet, dropped: int, missing: set[str], *, only_common: bool = False) -> bytes:
    """Return the values as the plan of the page takes them."""
    was_boxed = False

    def plain(text: str) -> str:
        nonlocal was_boxed
        cleaned = _clean(text)
        boxed = cleaned
        for one in missing:
            boxed = boxed.replace(one, BOX)
        if only_common:
            boxed = "".join(c if c < "\u0250" else BOX for c in boxed)
        was_boxed = was_boxed or boxed != cleaned
        return boxed

    kept = _keep(sheet.sections, dropped)
    sections = [
        {
            "title": plain(section.title),
            "boxes": section.has_boxes,
            "lines": [_line(line, plain) for line in section.lines[:count]],
            "empty": "" if section.lines else plain(section.empty),
            "more": plain(sheet.say_more(left)) if (left := len(section.lines) - count + section.beyond) else "",
        }
        for section, count in zip(sheet.sections, kept, strict=True)
    ]
    values = {
        "language": sheet.language,
        "title": f"{plain(sheet.title)}: {', '.join(map(plain, sheet.about))}",
        "about": [_apart(plain(one)) for one in sheet.about],
        "head": [[plain(label), _apart(plain(value))] for label, value in sheet.head],
        "warning": plain(sheet.warning),
        "sections": sections,
        "stamp": plain(sheet.stamp),
        "large": sheet.is_large,
    }
    return orjson.dumps(values | {"boxes": sheet.say_boxes if was_boxed else ""})


def _line(line: SheetLine, plain: Callable[[str], str]) -> dict[str, object]:
    main = ", ".join(_apart(plain(one)) for one in (line.name, line.main) if one)
    return {"main": main, "more": [_apart(plain(one)) for one in line.more if one]}


def _apart(text: str) -> str:
    """Return a text that keeps its own direction, whatever stands around it."""
    return f"{ISOLATE}{text}{END_ISOLATE}"


def _keep(sections: Sequence[SheetSection], dropped: int) -> list[int]:
    """Return how many lines of each section stay when so many are dropped, the last of all first."""
    kept = [len(section.lines) for section in sections]
    for place in reversed(range(len(kept))):
        gone = min(dropped, kept[place])
        kept[place] -= gone
        dropped -= gone
    return kept


def _clean(text: str) -> str:
    """Return a text without what cannot be seen (control characters, marks of direction), and not too long."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    seen = " ".join("".join(c for c in spaced if c.isprintable() or c in JOINERS).split())
    return seen if len(seen) <= LONGEST else f"{seen[:LONGEST]}…"


def _read_escaped(text: str) -> str:
    return _ESCAPED.sub(lambda one: chr(int(one[1], 16)), text).replace('\\"', '"').replace("\\\\", "\\")
