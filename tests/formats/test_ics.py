"""An invitation: the same wall time in every calendar, a number that rises, and nothing of health."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from icalendar import Calendar

from careloop.formats.ics import Appointment, write_invitation
from careloop.rules.wall_time import promise

ONE = Appointment(
    uid=UUID(int=5), sequence=3, promised=promise(datetime.fromisoformat("2026-11-02 09:30"), "America/New_York"),
    minutes=45, title="Appointment", place="1 Pier Road", changed_at=datetime(2026, 10, 1, 12, tzinfo=UTC),
    is_cancelled=False, is_certain=True,
)  # fmt: skip


def event_of(one: Appointment) -> tuple[str, object]:
    written = write_invitation(one).decode()
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    return written, event


def test_the_time_is_that_of_the_place_with_the_rules_of_its_zone() -> None:
    written, event = event_of(ONE)

    assert "DTSTART;TZID=America/New_York:20261102T093000" in written
    assert "DTEND;TZID=America/New_York:20261102T101500" in written
    assert "BEGIN:VTIMEZONE" in written
    assert event["dtstart"].dt.astimezone(UTC) == ONE.promised.at  # type: ignore[index]


def test_a_change_keeps_the_name_and_raises_the_number() -> None:
    _written, before = event_of(ONE)
    _written, after = event_of(replace(ONE, sequence=4, is_cancelled=True))

    assert before["uid"] == after["uid"] == f"{UUID(int=5)}@careloop"  # type: ignore[index]
    assert (before["sequence"], after["sequence"]) == (3, 4)  # type: ignore[index]
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")  # type: ignore[index]


def test_what_only_holds_is_tentative_and_lines_end_as_the_standard_says() -> None:
    written, event = event_of(replace(ONE, is_certain=False, place="Cañón Road 5, Apt; 2"))

    assert event["status"] == "TENTATIVE"  # type: ignore[index]
    assert event["location"] == "Cañón Road 5, Apt; 2"  # type: ignore[index]
    assert written.count("\n") == written.count("\r\n")
