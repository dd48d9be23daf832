"""The board of a day: open and busy for everybody, visits only for those who reach the patient."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.scheduling import book_visit, cancel_visit, hold_visit
from careloop.basics.refusals import Refusal
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import (
    BookingState,
    CancelledBy,
    CancelReason,
    DayBoard,
    Held,
    Span,
    VisitAsk,
    VisitTypeDraft,
    WeeklyHours,
)
from careloop.reads.scheduling import find_times, get_day_board
from tests.guard.conftest import Clinic
from tests.guard.standing import Line

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
NINE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def doctor(clinic: Clinic) -> UUID:
    sol = clinic.house.acting("sol")
    made = add_entry(sol, EntryDraft(EntryKind.PRACTITIONER, "Dr. Rivera", zone="America/New_York"))
    set_hours(sol, entry_id=made, hours=[WeeklyHours(1, time(9), time(12))])
    return made


@pytest.fixture
def kind(clinic: Clinic) -> UUID:
    return add_visit_type(clinic.house.acting("sol"), VisitTypeDraft("Visit", 30, gap_after=15))


def book(clinic: Clinic, who: str, patient: UUID, kind: UUID, doctor: UUID, wall: str) -> tuple[Held, int]:
    acting = clinic.house.acting(who)
    ask = VisitAsk(kind, datetime.fromisoformat(f"2026-11-23 {wall}"), (doctor,))
    held = hold_visit(acting, patient, ask, key=wall)
    return held, book_visit(acting, held.booking_id, token=held.token)


def board(clinic: Clinic, who: str, doctor: UUID, on: date = MONDAY) -> DayBoard:
    return get_day_board(clinic.house.acting(who), on=on, entry_ids=[doctor])


def test_what_the_other_team_booked_is_busy_and_nothing_more(
    clinic: Clinic, doctor: UUID, kind: UUID, log: list[Line]
) -> None:
    book(clinic, "dana", clinic.rosa, kind, doctor, "09:00")
    book(clinic, "kim", clinic.otto, kind, doctor, "11:00")

    mine, theirs = board(clinic, "dana", doctor), board(clinic, "kim", doctor)

    assert mine.columns == theirs.columns
    (column,) = mine.columns
    assert column.open == (Span(NINE, NINE.replace(hour=17)),)
    assert column.busy == (
        Span(NINE, NINE.replace(minute=45)), Span(NINE.replace(hour=16), NINE.replace(hour=16, minute=45)),
    )  # fmt: skip
    assert [row.patient_id for row in mine.visits] == [clinic.rosa]
    assert [row.patient_id for row in theirs.visits] == [clinic.otto]
    shown = [line.patient_ids for line in log if line.what == "reads.scheduling.get_day_board"]
    assert shown == [(clinic.rosa,), (clinic.otto,)]


def test_a_day_is_that_of_the_clocks_there(clinic: Clinic, doctor: UUID, kind: UUID) -> None:
    book(clinic, "dana", clinic.rosa, kind, doctor, "09:00")

    assert board(clinic, "dana", doctor, date(2026, 11, 24)).visits == ()
    assert board(clinic, "dana", doctor, date(2026, 11, 24)).columns[0].busy == ()


def test_a_cancelled_visit_stays_on_the_board_but_its_time_is_free(clinic: Clinic, doctor: UUID, kind: UUID) -> None:
    held, version = book(clinic, "dana", clinic.rosa, kind, doctor, "09:00")
    dana = clinic.house.acting("dana")
    cancel_visit(dana, held.booking_id, version=version, by=CancelledBy.FAMILY, reason=CancelReason.WORK_OR_FAMILY)

    shown = board(clinic, "dana", doctor)

    assert shown.columns[0].busy == ()
    assert [(row.state, row.cancelled_by) for row in shown.visits] == [(BookingState.CANCELLED, CancelledBy.FAMILY)]


@pytest.mark.parametrize("asked", [{"days": 0}, {"days": 93}, {"count": 0}, {"count": 61}])
def test_more_than_is_looked_at_is_not_asked(clinic: Clinic, doctor: UUID, kind: UUID, asked: dict[str, int]) -> None:
    dana = clinic.house.acting("dana")

    with pytest.raises(Refusal) as no:
        find_times(dana, clinic.rosa, visit_type_id=kind, entry_ids=[doctor], **asked)

    assert no.value.say.key == "refusal.times_asked"
