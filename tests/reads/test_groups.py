"""Group visits are looked at: seats are counted for everybody, names stand there only for who reaches the patient."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest

from careloop.actions.calendars import add_visit_type, cancel_group_visit, open_group_visit, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.scheduling import book_visit, cancel_visit, hold_visit
from careloop.basics.refusals import NotFound
from careloop.facts.access import Label
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.groups import GroupPage
from careloop.facts.scheduling import CancelledBy, CancelReason, Held, VisitAsk, VisitTypeDraft, WeeklyHours
from careloop.facts.visits import PartOfDay, Wish
from careloop.reads.groups import get_group_page, get_groups_page
from careloop.reads.visit_board import get_visit_day
from careloop.reads.visits import get_times_page, get_visit_page
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, counted_statements

pytestmark = pytest.mark.django_db
TEN = datetime.fromisoformat("2026-11-23 10:00")
LATER = TEN + timedelta(days=7, hours=4)


@pytest.fixture
def doctor(clinic: Clinic) -> UUID:
    sol = clinic.house.acting("sol")
    made = add_entry(sol, EntryDraft(EntryKind.PRACTITIONER, "Dr. Rivera", zone="America/New_York"))
    set_hours(sol, entry_id=made, hours=[WeeklyHours(1, time(9), time(17))])
    return made


@pytest.fixture
def kind(clinic: Clinic) -> UUID:
    return add_visit_type(clinic.house.acting("sol"), VisitTypeDraft("Heart class", 60, seats=3))


def open_one(clinic: Clinic, kind: UUID, doctor: UUID, wall: datetime = TEN) -> UUID:
    sol = clinic.house.acting("sol")
    return open_group_visit(sol, visit_type_id=kind, unit_id=clinic.house.north, wall=wall, entry_ids=[doctor])


def take(clinic: Clinic, who: str, patient: UUID, kind: UUID, group: UUID) -> tuple[Held, int]:
    acting = clinic.house.acting(who)
    held = hold_visit(acting, patient, VisitAsk(kind, TEN, group_id=group), key=str(patient))
    return held, book_visit(acting, held.booking_id, token=held.token)


def seats(page: GroupPage) -> tuple[list[str], int, int]:
    return [seat.name for seat in page.seats], page.others, page.group.free


def test_everybody_counts_the_seats_and_reads_only_the_names_in_reach(
    clinic: Clinic, doctor: UUID, kind: UUID, log: list[Line]
) -> None:
    group = open_one(clinic, kind, doctor)
    mine, version = take(clinic, "dana", clinic.rosa, kind, group)
    theirs, _version = take(clinic, "kim", clinic.otto, kind, group)
    dana, kim = clinic.house.acting("dana"), clinic.house.acting("kim")

    for who, name in ((dana, "Rosa"), (kim, "Otto")):
        names, others, free = seats(get_group_page(who, group_id=group))
        assert (len(names), others, free) == (1, 1, 1)
        assert name in names[0]
        (visit,) = get_visit_day(who, on=TEN.date()).visits
        assert visit.seats == (2, 3)
        assert get_visit_day(who, on=TEN.date()).groups[0].taken == 2
    assert [line.patient_ids for line in log if line.what == "reads.groups.get_group_page"] == [
        (clinic.rosa,), (clinic.otto,),
    ]  # fmt: skip
    page = get_visit_page(dana, mine.booking_id)
    assert page.group is not None
    assert (page.group.taken, page.group.seats) == (2, 3)

    # One seat is given back; the others stay.
    cancel_visit(dana, mine.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.RIDE)

    assert seats(get_group_page(dana, group_id=group)) == ([], 1, 2)
    assert get_visit_page(kim, theirs.booking_id).row.state == "booked"
    with pytest.raises(NotFound):
        get_visit_page(dana, theirs.booking_id)


def test_booking_offers_the_groups_that_suit_have_a_seat_and_do_not_have_the_patient_yet(
    clinic: Clinic, doctor: UUID, kind: UUID
) -> None:
    dana = clinic.house.acting("dana")
    first, second = open_one(clinic, kind, doctor), open_one(clinic, kind, doctor, LATER)
    cancelled = open_one(clinic, kind, doctor, LATER + timedelta(days=7))
    cancel_group_visit(clinic.house.acting("sol"), group_id=cancelled)

    def offered(patient: UUID, **wish: object) -> list[UUID]:
        page = get_times_page(dana, patient, visit_type_id=kind, wish=Wish(**wish))  # type: ignore[arg-type]
        return [group.id for group in page.groups]

    assert offered(clinic.rosa) == [first, second]
    assert offered(clinic.rosa, part=PartOfDay.AFTERNOON) == [second]
    assert offered(clinic.rosa, since_on=LATER.date()) == [second]
    assert offered(clinic.rosa, weekday=2) == []
    take(clinic, "dana", clinic.rosa, kind, first)
    assert offered(clinic.rosa) == [second]
    assert offered(clinic.ada) == [first, second]


def test_only_who_keeps_the_calendars_can_open_a_group_or_cancel_an_empty_one(
    clinic: Clinic, doctor: UUID, kind: UUID
) -> None:
    group = open_one(clinic, kind, doctor)
    dana, sol, ruth = (clinic.house.acting(key) for key in ("dana", "sol", "ruth"))

    assert (get_groups_page(dana).may_open, get_groups_page(dana).kinds) == (False, ())
    assert get_groups_page(sol).kinds == ((kind, "Heart class"),)
    may = [get_group_page(who, group_id=group).may_cancel for who in (dana, sol, ruth)]
    assert may == [False, True, False]
    take(clinic, "dana", clinic.rosa, kind, group)
    assert not get_group_page(sol, group_id=group).may_cancel


def test_a_group_of_a_kind_that_is_kept_from_a_role_is_not_there_for_it(clinic: Clinic, doctor: UUID) -> None:
    labelled = VisitTypeDraft("Living with it", 60, seats=3, labels=int(Label.HIV))
    kept = add_visit_type(clinic.house.acting("sol"), labelled)
    group = open_one(clinic, kept, doctor)
    tom = clinic.house.acting("tom")

    assert get_groups_page(tom).groups == ()
    with pytest.raises(NotFound):
        get_group_page(tom, group_id=group)
    assert get_visit_day(tom, on=TEN.date()).groups == ()


def test_a_list_of_groups_needs_as_many_statements_for_any_number(clinic: Clinic, doctor: UUID, kind: UUID) -> None:
    dana = clinic.house.acting("dana")

    def statements() -> int:
        with counted_statements() as sent:
            get_groups_page(dana)
        return len(sent)

    open_one(clinic, kind, doctor)
    few = statements()
    for hours in range(1, 4):
        open_one(clinic, kind, doctor, TEN + timedelta(hours=hours))

    assert len(get_groups_page(dana).groups) == 4
    assert statements() == few
