"""Paper: one tagged page, every value as text, what finds no room counted, and fonts that are ours."""

import hashlib
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.parcels.press import FONTS, press

AT = datetime(2026, 11, 22, 14, 10, 3, 4567, tzinfo=UTC)
SCRIPTS = ("王秀英", "Trần Minh", "Ольга Петрова", "김하늘", "สมชาย", "अनीता", "דוד", "សុខ", "陳大文", "森健二")


def sheet(*names: str, lines: int = 3, **other: object) -> Sheet:
    listed = tuple(SheetLine(f"Line {n} end", ("Take 1 each morning.", "since 3 Mar 2024")) for n in range(lines))
    whole = Sheet(
        language="en",
        title="Patient summary",
        about=(names[0] if names else "Rosa Álvarez", "born 12 Mar 1958"),
        head=tuple(("Name", name) for name in names),
        sections=(
            SheetSection("Allergies", (SheetLine("Penicillin V"),)),
            SheetSection("Medicines", listed),
            SheetSection("Results", (), "No result is in the record."),
        ),
        stamp="printed 7:10 am, Sun 22 Nov 2026, Careloop 0.1.0",
        say_more=lambda count: f"and {count} more: see the screen",
        say_boxes="Some characters cannot be printed.",
        at=AT,
    )
    return replace(whole, **other)


def read(made: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(BytesIO(made))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_page_is_tagged_and_has_title_language_and_stamp() -> None:
    reader, text = read(press(sheet()))
    root = reader.trailer["/Root"]

    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == "Patient summary: Rosa Álvarez, born 12 Mar 1958"
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert "/StructTreeRoot" in root
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert text.startswith("Rosa Álvarez")
    for words in (
        "born 12 Mar 1958",
        "printed 7:10 am, Sun 22 Nov 2026, Careloop 0.1.0",
        "No result is in the record.",
    ):
        assert words in text.replace("\u2069", "")


def test_every_font_of_a_page_is_inside_the_file() -> None:
    reader, _text = read(press(sheet(*SCRIPTS)))
    fonts = [
        one.get_object()["/DescendantFonts"][0].get_object() for one in reader.pages[0]["/Resources"]["/Font"].values()
    ]
    inside = [{"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object()) for font in fonts]

    assert len(fonts) > 5
    assert all(inside)


@pytest.mark.parametrize("name", SCRIPTS)
def test_names_of_many_scripts_are_drawn(name: str) -> None:
    _reader, text = read(press(sheet(name)))

    assert "□" not in text
    assert "cannot be printed" not in text


HOSTILE = (
    '#image("/etc/passwd")',
    "*bold* _it_ $x$ `raw` <label> @ref // comment",
    '#read("/etc/passwd") #eval("1+1") #import "@preview/x:1.0.0"',
    "= Heading\n#pagebreak()",
    'quote " and \\ and {brace} and ]] end',
    "#sys.inputs",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_a_value_stays_text(name: str) -> None:
    reader, text = read(press(sheet(name)))

    assert len(reader.pages) == 1
    assert " ".join(name.split()) in text.replace("\u2069", "").replace("\u2068", "")
    assert "root:" not in text


def test_what_no_font_can_draw_is_a_square_and_is_said() -> None:
    reader, text = read(press(sheet("Amina \U0001f600 ሀለ\x07\u202e end")))

    assert "Amina □ □□ end" in text.replace("\u2069", "")
    assert "Some characters cannot be printed." in text
    assert reader.metadata is not None
    assert reader.metadata.title == "Patient summary: Amina □ □□ end, born 12 Mar 1958"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_can_be_printed(name: str) -> None:
    reader, _text = read(press(sheet(name)))

    assert len(reader.pages) == 1


@pytest.mark.parametrize(("lines", "is_large"), [(3, False), (30, False), (400, False), (3, True), (60, True)])
def test_a_sheet_is_one_page_and_counts_what_finds_no_room(lines: int, is_large: bool) -> None:
    reader, text = read(press(sheet(lines=lines, is_large=is_large)))
    shown = [n for n in range(lines) if f"Line {n} end" in text]

    assert len(reader.pages) == 1
    assert "Penicillin V" in text
    assert shown == list(range(len(shown)))
    assert (f"and {lines - len(shown)} more: see the screen" in text) == (len(shown) < lines)
    if lines <= 30 and not is_large:
        assert len(shown) == lines
    if lines >= 60:
        assert 5 < len(shown) < lines


def test_lines_that_were_never_read_are_counted_too() -> None:
    section = SheetSection("Open", (SheetLine("One"),), has_boxes=True, beyond=12)

    assert "and 12 more: see the screen" in read(press(sheet(sections=(section,))))[1]


def test_a_name_that_runs_from_right_to_left_stands_before_what_is_said_of_it() -> None:
    section = SheetSection("Open", (SheetLine("14 Jun 1974", ("Call",), "يوسف حداد (Yusuf)"),), has_boxes=True)
    reader, _text = read(press(sheet(sections=(section,))))
    places: dict[str, float] = {}
    reader.pages[0].extract_text(visitor_text=lambda text, at, _m, _f, _s: places.update({text: at[4]}))

    assert max(at for text, at in places.items() if "\u0600" < max(text, default="") < "\u0700") < places["14 Jun 1974"]
    assert places["14 Jun 1974"] < places["Call"]


def test_large_print_is_in_eighteen_points() -> None:
    sizes = {True: set(), False: set()}
    for is_large, found in sizes.items():
        reader, _text = read(press(sheet(is_large=is_large)))
        reader.pages[0].extract_text(
            visitor_text=lambda t, _c, _m, _f, size, found=found: found.add(size) if t.strip() else None
        )

    assert 18 in sizes[True]
    assert 10.5 in sizes[False]


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert press(sheet(*SCRIPTS)) == press(sheet(*SCRIPTS))


def test_fonts_are_what_they_are_said_to_be() -> None:
    listed = tomllib.loads((FONTS / "FONTS.toml").read_text(encoding="utf-8"))["file"]

    assert {one["path"] for one in listed} == {p.name for p in FONTS.iterdir() if p.suffix in (".ttf", ".otf")}
    for one in listed:
        assert hashlib.sha256((FONTS / one["path"]).read_bytes()).hexdigest() == one["sha256"], one["path"]
        assert one["license"].split(",")[0] in ("OFL-1.1", "Apache-2.0")
