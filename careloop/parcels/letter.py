"""A letter to an office as pages, for a mail, a fax or the post: English, since offices here read it."""

from datetime import UTC, datetime, time

from careloop.facts.offices import Letter
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.parcels.press import press_whole
from careloop.rules.offices import write_date

PRIVATE = "Private health information, for this office alone. If it is not meant for you, destroy it and call us."


def press_letter(letter: Letter) -> bytes:
    """Return the letter as a tagged PDF of as many pages as it needs."""
    return press_whole(make_letter_sheet(letter))


def make_letter_sheet(letter: Letter) -> Sheet:
    """Return everything that leaves as a sheet."""
    return Sheet(
        language="en",
        title=letter.title,
        about=(letter.patient_name, f"born {write_date(letter.birth_on) if letter.birth_on else 'not known'}"),
        head=tuple((label, value) for label, value in _head(letter) if value),
        sections=(SheetSection("What we write to you about", tuple(SheetLine(one) for one in letter.lines)),),
        stamp=f"{letter.clinic}, {write_date(letter.made_on)}, letter {letter.sha256[:12]}",
        say_more=str,
        say_boxes="Some characters cannot be printed here. Each stands as a square: ask us.",
        at=datetime.combine(letter.made_on, time.min, UTC),
        warning=PRIVATE,
    )


def _head(letter: Letter) -> tuple[tuple[str, str], ...]:
    return (
        ("To", letter.to_name),
        ("At", letter.to_where),
        ("From", ", ".join(filter(None, (letter.by_name, letter.clinic)))),
        ("Phone", letter.phone),
        ("Our reference", letter.code),
    )
