"""People who want the same times, at the same moment, through the doors."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from careloop.actions.calendars import add_visit_type, open_group_visit, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.scheduling import book_visit, hold_visit, release_due_holds
from careloop.basics.clock import read_clock
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import VisitAsk, VisitTypeDraft, WeeklyHours
from careloop.rules.scheduling import TimeTaken
from tests.faults.said import say
from tests.faults.together import Deed, at_once
from tests.people import system

ZONE = "America/New_York"
NINE = datetime.fromisoformat("2026-11-23 09:00")


def race_for_a_time(people: Sequence[str], patients: Sequence[str], rounds: int) -> None:
    """Let everybody hold the same time with the same practitioner for another patient; say how each fared."""
    doctor = _make(EntryKind.PRACTITIONER, "Dr. Wanted")
    kind = _make_kind("A wanted visit", 30)
    for number in range(rounds):
        ask = VisitAsk(kind, NINE + timedelta(minutes=30 * (number % 14), days=7 * (number // 14)), (doctor,))
        offers: list[int] = []
        deeds = [_holding(people[n % len(people)], one, ask, offers) for n, one in enumerate(patients)]
        say({"fates": at_once(deeds), "offers": offers})


def race_crosswise(people: Sequence[str], patients: Sequence[str], rounds: int) -> None:
    """Let everybody hold the same things, named in every order, for few patients; say how each fared."""
    things = [_make(EntryKind.PRACTITIONER, "Dr. One"), _make(EntryKind.ROOM, "Room"), _make(EntryKind.DEVICE, "Echo")]
    kind = _make_kind("A visit with things", 15)
    for number in range(rounds):
        wall = NINE + timedelta(minutes=30 * (number % 14), days=7 * (number // 14))
        deeds = []
        for n in range(8):
            turned = things[n % 3 :] + things[: n % 3]
            ask = VisitAsk(kind, wall + timedelta(minutes=5 * (n % 2)), tuple(turned if n % 4 < 2 else turned[::-1]))
            deeds.append(_holding(people[n % len(people)], patients[n % 2], ask, []))
        say(at_once(deeds))


def race_for_one_key(person: str, patient: str, rounds: int) -> None:
    """Send the same request eight times at once; say which bookings were answered."""
    doctor, kind = _make(EntryKind.PRACTITIONER, "Dr. Once"), _make_kind("Once", 30)
    for number in range(rounds):
        ask = VisitAsk(kind, NINE + timedelta(minutes=30 * (number % 14), days=7 * (number // 14)), (doctor,))
        answers: list[str] = []
        deeds = [_asking(person, patient, ask, f"key {number}", answers) for _ in range(8)]
        say({"fates": at_once(deeds), "answers": answers})


def race_for_seats(people: Sequence[str], patients: Sequence[str], north: int, supervisor: str) -> None:
    """Let everybody take a seat of a group of three at once; say how each fared."""
    doctor = _make(EntryKind.PRACTITIONER, "Dr. Class")
    kind = add_visit_type(system(at=read_clock()), VisitTypeDraft("Class", 60, seats=3))
    sol = Acting(UUID(supervisor), Role.SUPERVISOR, read_clock(), Purpose.TREATMENT)
    group = open_group_visit(sol, visit_type_id=kind, unit_id=north, wall=NINE, entry_ids=[doctor])
    ask = VisitAsk(kind, NINE, group_id=group)
    say(at_once([_holding(people[n % len(people)], one, ask, []) for n, one in enumerate(patients)]))


def race_with_an_end(people: Sequence[str], patients: Sequence[str], rounds: int) -> None:
    """Book a hold a millisecond before its end while another wants its time at the end and the worker looks."""
    doctor, kind = _make(EntryKind.PRACTITIONER, "Dr. Late"), _make_kind("Late", 30)
    for number in range(rounds):
        ask = VisitAsk(kind, NINE + timedelta(minutes=30 * (number % 14), days=7 * (number // 14)), (doctor,))
        first = _acting(people[0])
        held = hold_visit(first, UUID(patients[0]), ask, key=f"first {number}")
        just, over = held.until - timedelta(milliseconds=1), held.until
        deeds: list[Deed] = [
            lambda: book_visit(replace(first, at=just), held.booking_id, token=held.token),  # noqa: B023
            lambda: hold_visit(replace(_acting(people[1]), at=over), UUID(patients[1]), ask, key=f"second {number}"),  # noqa: B023
            lambda: release_due_holds(system(Purpose.SWEEP, over), how_many=10),  # noqa: B023
        ]
        say(at_once(deeds))


def _holding(person: str, patient: str, ask: VisitAsk, offers: list[int]) -> Deed:
    def hold() -> None:
        try:
            hold_visit(_acting(person), UUID(patient), ask, key=f"{patient} {ask.wall} {ask.entries}")
        except TimeTaken as taken:
            offers.append(len(taken.offers))
            raise

    return hold


def _asking(person: str, patient: str, ask: VisitAsk, key: str, answers: list[str]) -> Deed:
    return lambda: answers.append(str(hold_visit(_acting(person), UUID(patient), ask, key=key).booking_id))


def _make(kind: EntryKind, name: str) -> UUID:
    acting = system(at=read_clock())
    entry = add_entry(acting, EntryDraft(kind, name, zone=ZONE))
    set_hours(acting, entry_id=entry, hours=[WeeklyHours(day, time(9), time(17)) for day in range(1, 6)])
    return entry


def _make_kind(name: str, minutes: int) -> UUID:
    return add_visit_type(system(at=read_clock()), VisitTypeDraft(name, minutes))


def _acting(person: str) -> Acting:
    return Acting(UUID(person), Role.COORDINATOR, read_clock(), Purpose.TREATMENT)


def open_a_calendar() -> None:
    """Make somebody who is wanted, and a kind of visit with them; say both, and twenty of their times."""
    doctor = _make(EntryKind.PRACTITIONER, "Dr. Wanted")
    kind = add_visit_type(system(at=read_clock()), VisitTypeDraft("A wanted visit", 30, people=(doctor,)))
    walls = [NINE + timedelta(minutes=30 * (n % 8), days=7 * (n // 8)) for n in range(20)]
    times = [wall.isoformat(timespec="minutes") for wall in walls]
    say({"doctor": str(doctor), "kind": str(kind), "times": times})
