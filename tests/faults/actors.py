"""What runs in processes that may be killed at any moment: people at work through the doors, and races."""

import os
import threading
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from careloop.actions.intake.fhir import Arriving, take_in_fhir
from careloop.actions.people import assign_caseload, deactivate, hire
from careloop.actions.registration import register_patient
from careloop.actions.worklist import finish_loop, hand_off_loop, log_contact, open_task, snooze_loop, start_loop
from careloop.basics.clock import read_clock
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.chart import Sex
from careloop.facts.intake import PatientColumns
from careloop.facts.worklist import ContactResult, Outcome
from careloop.formats.fhir.read import read_document
from careloop.jobs.worker import do_due_work
from careloop.postgres.server import ensure_running
from careloop.reads.health import find_patients_of_source
from tests.faults.booking_actors import (
    open_a_calendar,
    race_crosswise,
    race_for_a_time,
    race_for_one_key,
    race_for_seats,
    race_with_an_end,
)
from tests.faults.old_records import delete_by_own_rule, settle_old_records
from tests.faults.outage_actors import fill_a_day, move_the_day, tell_the_day
from tests.faults.outbox_actors import queue_many, race_to_stop, send_all
from tests.faults.road_actors import queue_packets, read_mail, send_packets, set_up_mailbox
from tests.faults.said import say
from tests.faults.together import Deed, at_once
from tests.people import build_house, system

__all__ = [
    "delete_by_own_rule",
    "fill_a_day",
    "move_the_day",
    "open_a_calendar",
    "queue_many",
    "queue_packets",
    "race_crosswise",
    "race_for_a_time",
    "race_for_one_key",
    "race_for_seats",
    "race_to_stop",
    "race_with_an_end",
    "read_mail",
    "send_all",
    "send_packets",
    "set_up_mailbox",
    "settle_old_records",
    "tell_the_day",
]


def settle_in(patients: Sequence[str]) -> None:
    """Make the house and its people, and take the patients of these files in; say people and patients."""
    house = build_house()
    for path in patients:
        _take_in(path, house.north)
    found = find_patients_of_source(system(), source="fhir")
    say({"north": house.north, "people": {k: p for k, (p, _role) in house.people.items()}, "patients": found})


def open_tasks(person: str, patients: Sequence[str], titles: Sequence[str], snoozed: int = 0) -> None:
    """Open a task for each title, in turn about each patient, and put the last ones aside until tomorrow."""
    acting = _coordinator(person)
    for n, title in enumerate(titles):
        loop = open_task(acting, UUID(patients[n % len(patients)]), title=title, due_on=None, note="")
        if n >= len(titles) - snoozed:
            tomorrow = acting.at.date() + timedelta(days=1)
            snooze_loop(acting, loop, version=1, until=tomorrow, reason="Not today.")
        say(loop)


def work(person: str, patients: Sequence[str], name: str) -> None:
    """Do deeds without an end; say each one only when its door has returned."""
    acting, n = _coordinator(person), 0
    while True:
        n += 1
        loop = open_task(acting, UUID(patients[n % len(patients)]), title=f"{name}/{n}", due_on=None, note="")
        say([loop, 1])
        say([loop, start_loop(acting, loop, version=1)])
        result = ContactResult.LEFT_MESSAGE
        say([loop, log_contact(acting, loop, version=2, result=result, note="A message.")])
        say([loop, finish_loop(acting, loop, version=3, outcome=Outcome.DONE, note="She called back.")])


def race_for_a_loop(people: Sequence[str], patient: str, rounds: int) -> None:
    """Let everybody start the same version of the same loop at once; say how each one fared."""
    for number in range(rounds):
        loop = open_task(_coordinator(people[0]), UUID(patient), title=f"race {number}", due_on=None, note="")
        deeds = [_starting(person, loop) for person in people]
        say({"loop": loop, "fates": at_once(deeds)})


def _starting(person: str, loop: UUID) -> Deed:
    return lambda: start_loop(_coordinator(person), loop, version=1)


def race_with_death(unit_id: int, alive: Sequence[str], dead: Sequence[str], worker_first: float) -> None:
    """Record deaths while a worker opens loops for the same patients, so many seconds later or when it has ended."""
    has_worked = threading.Event()

    def record_deaths() -> None:
        has_worked.wait(worker_first)
        for path in dead:
            _take_in(path, unit_id)

    def open_loops() -> None:
        try:
            do_due_work(read_clock)
        finally:
            has_worked.set()

    for path in alive:
        _take_in(path, unit_id)
    say(at_once([record_deaths, open_loops]))


def race_with_leaving(giver: str, north: int, patient: str, rounds: int) -> None:
    """Let somebody go while a loop is being handed to them; say how both fared."""
    acting = _coordinator(giver)
    for number in range(rounds):
        leaving = hire(
            system(), name=f"Leaver {number}", email=f"leaver{number}@clinic.example", role=Role.COORDINATOR,
            password=None, unit_ids=[north],
        )  # fmt: skip
        loop = open_task(acting, UUID(patient), title=f"for leaver {number}", due_on=None, note="")
        say(at_once([_leaving(leaving), _handing(acting, loop, leaving)]))


def _leaving(person: UUID) -> Deed:
    return lambda: deactivate(system(), person_id=person)


def _handing(acting: Acting, loop: UUID, person: UUID) -> Deed:
    return lambda: hand_off_loop(acting, loop, version=1, to_person=person, to_unit=None, note="")


def race_for_a_caseload(supervisor: str, coordinators: Sequence[str], patients: Sequence[str]) -> None:
    """Give each patient to two coordinators at once; say how both fared."""
    acting = Acting(UUID(supervisor), Role.SUPERVISOR, read_clock(), Purpose.TREATMENT)
    for patient in patients:
        say(at_once([_assigning(acting, UUID(patient), UUID(person)) for person in coordinators]))


def _assigning(acting: Acting, patient: UUID, person: UUID) -> Deed:
    return lambda: assign_caseload(acting, [patient], to_person=person)


def race_of_sources(person: str, north: int, rounds: Sequence[dict[str, str]]) -> None:
    """Bring one person in from several sources at once (documents by source), and register her by hand too.

    Each round is about somebody else: Rosa Alvarez, born so many days after 1950-01-01. Say how all fared.
    """
    for number, documents in enumerate(rounds):
        born = date(1950, 1, 1) + timedelta(days=number)
        deeds = [_bringing(text, north, source) for source, text in documents.items()]
        say(at_once([*deeds, _registering(person, north, born)]))


def _bringing(text: str, unit_id: int, source: str) -> Deed:
    acting = system(Purpose.INTAKE, read_clock())
    package = read_document(text.encode(), is_ndjson=False, on=acting.at.date())
    return lambda: take_in_fhir(acting, package, Arriving(name=f"{source}.json", unit_id=unit_id, source=source))


def _registering(person: str, unit_id: int, born: date) -> Deed:
    rosa = PatientColumns(
        family="Alvarez", given="Rosa", full_name="Rosa Alvarez", preferred_name="", birth_on=born,
        birth_text=born.isoformat(), sex=Sex.FEMALE, is_dead=False, died_at=None, languages=(),
        needs_interpreter=False, address_lines=(), city="", state="", postal_code="", country="",
        identifiers=(), contacts=(),
    )  # fmt: skip
    return lambda: register_patient(_coordinator(person), unit_id=unit_id, columns=rosa)


def _take_in(path: str, unit_id: int) -> None:
    acting = system(Purpose.INTAKE, read_clock())
    with open(path, "rb") as file:  # noqa: PTH123
        package = read_document(file.read(), is_ndjson=False, on=acting.at.date())
    take_in_fhir(acting, package, Arriving(name=os.path.basename(path), unit_id=unit_id))  # noqa: PTH119


def _coordinator(person: str) -> Acting:
    return Acting(UUID(person), Role.COORDINATOR, read_clock(), Purpose.TREATMENT)


def bring_up() -> None:
    """Start the private server, as every command does first."""
    say(ensure_running().pid)
