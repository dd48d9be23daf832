"""Who is out, for the gallery, filled by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.directory import EntryKind
from careloop.facts.outages import (
    DoneLine,
    Moved,
    NeedsPerson,
    OutagePage,
    OutageRow,
    OutAsk,
    OutLine,
    OutMeeting,
    VisitLine,
)
from careloop.facts.scheduling import Promised
from careloop.facts.visits import Pick
from careloop.facts.worklist import Severity
from careloop.web.staff.outages import render_out
from tests.web.gallery.values import AT, LONG_NAME, ROSA, ZONE

DOCTOR = UUID(int=700)
ON = date(2026, 11, 23)
ASK = OutAsk(DOCTOR, ON, ON + timedelta(days=2))
WHY = (Say("outage.days_later", count=2), Say("outage.same_person"), Say("outage.in_order"))


def _when(hours: int) -> Promised:
    at = datetime(2026, 11, 23, 14, 0, tzinfo=UTC) + timedelta(hours=hours)
    return Promised(at, ZONE, at.replace(tzinfo=None) - timedelta(hours=5))


def _visit(number: int, name: str, after: int | None) -> VisitLine:
    picks = (Pick(DOCTOR, EntryKind.PRACTITIONER, "Dr. Ana Rivera"), Pick(UUID(int=701), EntryKind.ROOM, "Exam room 2"))
    to = None if after is None else _when(number + after)
    return VisitLine(UUID(int=780 + number), 2, name, _when(number), to, picks if to else (), WHY if to else ())


def _line(number: int, name: str, *visits: VisitLine, person: NeedsPerson | None = None) -> OutLine:
    told = Say("outage.told_person") if person else Say("outage.told_interpreter")
    born = date(1958, 3, 14)
    return OutLine(UUID(int=780 + number), ROSA, name, born, Severity.MODERATE, visits, told, person)


LINES = (
    _line(0, "Harold Jensen", _visit(0, "Wound check", None), person=NeedsPerson.NOTHING_FITS),
    _line(1, LONG_NAME, _visit(1, "Cardiology visit", 48), _visit(2, "A kind of visit with a long name", 72)),
    _line(3, "فاطمة الزهراء", _visit(3, "Cardiology visit", 2)),
)
ROW = OutageRow(
    UUID(int=799), ASK, "Dr. Ana Rivera", "Dana Okafor", AT, AT + timedelta(minutes=10), undone_at=None, holds=True
)
EMPTY = OutagePage(AT, ZONE, ((DOCTOR, "Dr. Ana Rivera", EntryKind.PRACTITIONER),), recent=(ROW,))
MEETING = OutMeeting(UUID(int=788), ROSA, LONG_NAME, date(1958, 3, 14), _when(5), AT, ("Dr. Ana Rivera", "Family room"))
PREVIEW = replace(
    EMPTY, ask=ASK, name="Dr. Ana Rivera", kind=EntryKind.PRACTITIONER, lines=LINES, others=2, meetings=(MEETING,)
)


def _done(number: int, became: Moved, *, is_open: bool = True) -> DoneLine:
    now = None if became is Moved.LEFT else _when(number + 48)
    why = (Say("outage.person.chosen"),) if became is Moved.LEFT else ()
    key = UUID(int=790 + number)
    return DoneLine(key, ROSA, LONG_NAME, "Cardiology visit", _when(number), now, became, why, key, is_open)


ENTERED = replace(
    PREVIEW, outage=ROW, lines=LINES[2:], others=0, meetings=(),
    asked=(replace(MEETING, loop_id=UUID(int=798), is_open=True), replace(MEETING, loop_id=UUID(int=797))),
    done=(_done(0, Moved.MOVED), _done(1, Moved.LEFT), _done(2, Moved.PUT_BACK, is_open=False), _done(3, Moved.STAYS)),
)  # fmt: skip

OUT_SHOWN = {
    "out": lambda request: render_out(request, EMPTY),
    "out-preview": lambda request: render_out(request, PREVIEW),
    "outage": lambda request: render_out(request, ENTERED),
}
