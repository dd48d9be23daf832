"""Canaries: one patient's words are searched for in everything that the other team and the logs are given."""

import importlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from careloop.actions.amendments import ask_amendment
from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.checks import recheck_patients
from careloop.actions.directory import add_entry
from careloop.actions.documents import add_document
from careloop.actions.intake.fhir import Arriving, take_in_fhir
from careloop.actions.people import assign_caseload, join_care_team
from careloop.actions.scheduling import book_visit, cancel_visit, hold_visit
from careloop.actions.sweep import sweep_due_loops
from careloop.actions.worklist import finish_loop, log_contact, open_task, start_loop
from careloop.basics.refusals import Refusal
from careloop.catalog.speech import list_languages, speak
from careloop.facts.access import Acting, Purpose, Right
from careloop.facts.audit import AuditQuestion
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import CancelledBy, CancelReason, VisitAsk, VisitTypeDraft, WeeklyHours
from careloop.facts.worklist import ContactResult, Outcome
from careloop.formats.fhir.read import read_document
from careloop.guard.doors import DOORS, creating
from careloop.reads.access import get_me
from careloop.reads.administration import (
    get_days_page,
    get_people_page,
    get_person_page,
    list_roles,
    list_sessions,
    list_units,
)
from careloop.reads.administration_catalog import list_catalog
from careloop.reads.audit import export_audit, list_audit
from careloop.reads.documents import get_document_file, get_document_page, list_documents, search_notes
from careloop.reads.health import (
    find_patients_of_source,
    find_team,
    get_clinic_marks,
    get_last_seal,
    get_status,
    list_staff,
    verify_audit,
)
from careloop.reads.health_page import get_health_page
from careloop.reads.loops import list_open_loops
from careloop.reads.matching import get_same_page
from careloop.reads.messages import get_message, list_messages
from careloop.reads.people import find_patients, get_name, get_patient_page
from careloop.reads.registration import find_likely, get_own_teams
from careloop.reads.retention import list_past_retention
from careloop.reads.safety import get_safety_page
from careloop.reads.signing import get_check_page, list_checks
from careloop.reads.valuesets import list_value_sets
from careloop.reads.worklist import LISTS, expect_form, get_explanation, get_panel, get_today_page
from careloop.records.models import Loop, Patient, PatientIdentifier
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.hearing import CANARIES, FAMILY, GIVEN, NOTE, NUMBER, PHONE, PROBLEM, STREET, Heard, listen
from tests.guard.more_looks import look_more
from tests.guard.referring import look_at_referrals, refer_canary
from tests.guard.standing import unregistered_doors
from tests.house.source import modules
from tests.people import NOW, STAFF, TODAY, later, system, take_in

ROOT = Path(__file__).resolve().parents[2]
NORTH = [key for key, _role, team in STAFF if team == "north"]


@dataclass(frozen=True, slots=True)
class Planted:
    """The canary patient of the south team, with a task, a paper and a question whether another record is theirs."""

    clinic: Clinic
    patient: UUID
    task: UUID
    paper: UUID
    question: UUID
    referral: UUID
    board: tuple[UUID, ...] = ()
    visits: tuple[UUID, ...] = ()
    fhir_id: str = "px"


RECORD = [
    records.patient(
        "px", FAMILY, GIVEN,
        birthDate="1949-07-31",
        identifier=[{"system": "urn:mrn", "value": NUMBER, "type": {"coding": [{"code": "MR"}]}}],
        address=[{"line": [f"7 {STREET}"], "city": "Nowhere"}],
        telecom=[{"system": "phone", "value": PHONE}],
    ),
    records.problem("cx", "px", PROBLEM),
    {
        "resourceType": "Observation", "id": "ox", "status": "final", "subject": {"reference": "Patient/px"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4"}], "text": "HbA1c"},
        "effectiveDateTime": "2026-10-01T09:00:00Z",
        "valueQuantity": {"value": 987654.321, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
    },
]  # fmt: skip


# The same person's record at another place.
ELSEWHERE = records.patient("py", FAMILY, GIVEN, birthDate="1949-07-31", address=[{"line": [f"7 {STREET}"]}])


@pytest.fixture
def planted(clinic: Clinic) -> Planted:
    take_in(records.bundle(RECORD), clinic.house.south, name="canary.json")
    take_in(records.bundle([ELSEWHERE]), clinic.house.south, name="canary-b.json", source="clinic-b")
    patient = find_patients_of_source(system(), source="fhir")["px"]
    assign_caseload(clinic.house.acting("ruth"), [patient], to_person=clinic.house.id_of("kim"))
    task = open_task(clinic.house.acting("kim"), patient, title=f"Ask why {NOTE}", due_on=None, note=NOTE)
    kim = clinic.house.acting("kim")
    paper = add_document(kim, patient, content=f"So {NOTE}.".encode(), title=PROBLEM, dated_on=None)
    ask_amendment(kim, patient, asked_by=GIVEN, asked_on=TODAY, wrong=NOTE, should_say=NOTE)
    assert paper.document_id is not None
    other = get_patient_page(kim, find_patients_of_source(system(), source="clinic-b")["py"])
    (question,) = (row.id for row in other.open_loops if row.asks_same)
    doctor, booked = book_canary(clinic, patient)
    referral = refer_canary(clinic.house, patient, words=NOTE)
    return Planted(clinic, patient, task, paper.document_id, question, referral, (doctor,), (booked,))


def book_canary(clinic: Clinic, patient: UUID) -> tuple[UUID, UUID]:
    """Book a visit for the canary patient whose words are the canary's; return with whom, and the visit."""
    ruth, kim = clinic.house.acting("ruth"), clinic.house.acting("kim")
    doctor = add_entry(ruth, EntryDraft(EntryKind.PRACTITIONER, "Dr. Board", zone="America/New_York"))
    set_hours(ruth, entry_id=doctor, hours=[WeeklyHours(day, time(8), time(18)) for day in range(1, 8)])
    kind = add_visit_type(ruth, VisitTypeDraft("Visit", 30))
    at = NOW.replace(hour=12, minute=0, tzinfo=None)
    held = hold_visit(kim, patient, VisitAsk(kind, at, (doctor,)), key="canary")
    version = book_visit(kim, held.booking_id, token=held.token)
    cancel = {"by": CancelledBy.PATIENT, "reason": CancelReason.OTHER, "note": f"{GIVEN} said: {NOTE}"}
    cancel_visit(kim, held.booking_id, version=version, **cancel)
    return doctor, held.booking_id


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Listen to every logger at its most talkative."""
    with caplog.at_level(logging.DEBUG):
        for name in ("django", "django.db.backends", "django.request", "psycopg", "psycopg.pool", "careloop"):
            caplog.set_level(logging.DEBUG, logger=name)
        yield caplog


def looks(who: Acting, planted: Planted) -> dict[str, Callable[[], object]]:
    """Return a way through every door that looks, by the name of the door."""
    patient, task, kim = planted.patient, planted.task, planted.clinic.house.id_of("kim")
    return {
        "reads.access.get_me": lambda: get_me(who),
        "reads.people.get_patient_page": lambda: get_patient_page(who, patient),
        "reads.people.get_name": lambda: get_name(who, patient),
        "reads.people.find_patients": lambda: [
            find_patients(who, name=FAMILY, birth_on=date(1949, 7, 30)),
            find_patients(who, name=f"{FAMILY}x", birth_on=date(1949, 7, 31)),
            find_patients(who, name=FAMILY, identifier="MRN-XQ7734"),
            find_patients(who, birth_on=date(1949, 7, 31), identifier="%"),
        ],
        "reads.registration.find_likely": lambda: [
            find_likely(who, family=FAMILY, given=GIVEN, birth_on=date(1949, 7, 30)),
            find_likely(who, family=f"{FAMILY}x", given=f"{GIVEN}x", birth_on=date(1949, 7, 31)),
            find_likely(who, family="%", given="_", birth_on=date(1949, 7, 31)),
        ],
        "reads.registration.get_own_teams": lambda: get_own_teams(who),
        "reads.matching.get_same_page": lambda: get_same_page(who, planted.question),
        "reads.safety.get_safety_page": lambda: get_safety_page(who, patient),
        "reads.documents.list_documents": lambda: list_documents(who, patient),
        "reads.documents.get_document_page": lambda: get_document_page(who, planted.paper),
        "reads.documents.get_document_file": lambda: get_document_file(who, planted.paper),
        "reads.documents.search_notes": lambda: [
            search_notes(who, asked="pumper"),
            search_notes(who, asked="she whisp", patient_id=patient),
        ],
        "reads.retention.list_past_retention": lambda: list_past_retention(who, how_many=10),
        "reads.worklist.get_today_page": lambda: [get_today_page(who, tab=tab, selected=task) for tab in LISTS],
        "reads.worklist.get_panel": lambda: get_panel(who, task),
        "reads.worklist.get_explanation": lambda: get_explanation(who, task),
        "reads.worklist.expect_form": lambda: expect_form(replace(who, about=planted.clinic.rosa), task),
        "reads.loops.list_open_loops": lambda: list_open_loops(who, how_many=100),
        "reads.signing.list_checks": lambda: list_checks(who),
        "reads.signing.get_check_page": lambda: get_check_page(who, "falls_risk"),
        "reads.valuesets.list_value_sets": lambda: list_value_sets(who),
        "reads.administration.get_people_page": lambda: get_people_page(who),
        "reads.administration.get_person_page": lambda: get_person_page(who, person_id=kim),
        "reads.administration.list_roles": lambda: list_roles(who),
        "reads.administration.list_units": lambda: list_units(who),
        "reads.administration.get_days_page": lambda: get_days_page(who, year=2026),
        "reads.administration.list_sessions": lambda: list_sessions(who),
        "reads.administration_catalog.list_catalog": lambda: list_catalog(who),
        "reads.messages.list_messages": lambda: list_messages(who),
        "reads.messages.get_message": lambda: get_message(who, key="visit_booked"),
        "reads.audit.list_audit": lambda: [
            list_audit(who, AuditQuestion(patient=str(patient))),
            list_audit(who, AuditQuestion(patient=NUMBER)),
        ],
        "reads.audit.export_audit": lambda: export_audit(who, AuditQuestion(patient=NUMBER)),
        "reads.health_page.get_health_page": lambda: get_health_page(who),
        "reads.health.get_status": lambda: get_status(who),
        "reads.health.verify_audit": lambda: verify_audit(who, {}),
        "reads.health.get_last_seal": lambda: get_last_seal(who),
        "reads.health.list_staff": lambda: list_staff(who),
        "reads.health.find_team": lambda: find_team(who, name="south"),
        "reads.health.get_clinic_marks": lambda: get_clinic_marks(who),
        "reads.health.find_patients_of_source": lambda: find_patients_of_source(who, source="fhir"),
        **look_at_referrals(who, patient=patient, referral=planted.referral),
        **look_more(
            who, patient=patient, loop=task, colleague=kim, team=planted.clinic.house.south,
            words=(FAMILY, GIVEN, "MRN-XQ7734", "30 Jul 1949"), board=planted.board, visits=planted.visits,
        ),
    }  # fmt: skip


def test_nothing_that_the_other_team_is_shown_holds_a_canary(
    planted: Planted, logged: pytest.LogCaptureFixture
) -> None:
    heard = Heard()
    for who in NORTH:
        for work in looks(planted.clinic.house.acting(who), planted).values():
            listen(heard, work)

    assert heard.canaries() == set()
    assert not any(canary in logged.text for canary in CANARIES)


def test_the_canaries_would_be_heard_by_their_own_team(planted: Planted) -> None:
    """The listening works: the same looks by the south team hear every one of them."""
    heard = Heard()
    for work in looks(planted.clinic.house.acting("kim"), planted).values():
        listen(heard, work)
    listen(heard, lambda: find_patients(planted.clinic.house.acting("kim"), name=FAMILY, birth_on=date(1949, 7, 31)))

    assert heard.canaries() == set(CANARIES)


def test_the_find_door_tells_the_other_team_only_what_tells_people_apart(planted: Planted) -> None:
    heard = Heard()
    tom = planted.clinic.house.acting("tom")
    listen(heard, lambda: find_patients(tom, name=FAMILY, birth_on=date(1949, 7, 31)))
    listen(heard, lambda: find_likely(tom, family=FAMILY, given=GIVEN, birth_on=date(1949, 7, 31)))

    assert heard.canaries() == {FAMILY, GIVEN}


def refusals(who: Acting, planted: Planted) -> list[Callable[[], object]]:
    """Return ways to be refused a write on the canary's rows."""
    task, patient = planted.task, planted.patient
    return [
        lambda: start_loop(who, task, version=1),
        lambda: start_loop(who, task, version=99),
        lambda: log_contact(who, task, version=1, result=ContactResult.REACHED, note=NOTE),
        lambda: finish_loop(who, task, version=1, outcome=Outcome.DONE, note=""),
        lambda: finish_loop(who, task, version=1, outcome=Outcome.DECEASED, note=NOTE),
        lambda: open_task(who, patient, title="", due_on=None, note=NOTE),
        lambda: open_task(who, patient, title="x" * 999, due_on=date(1999, 1, 1), note=NOTE * 999),
        lambda: assign_caseload(who, [patient], to_person=who.person_id),
        lambda: join_care_team(who, [patient], person_id=UUID(int=0), part=""),
    ]


def break_rows(acting: Acting, planted: Planted) -> list[Callable[[], object]]:
    """Return bugs inside doors that make PostgreSQL speak of the canary's row."""

    def broken(change: Callable[[Patient], object]) -> Callable[[], object]:
        def do(acting: Acting, row: Patient) -> None:
            change(row)

        return lambda: creating(needs=Right.LOOP_WRITE, about=Patient)(do)(acting, planted.patient)

    def of(row: Patient) -> dict[str, object]:
        return {"patient_id": row.pk, "unit_id": row.unit_id}

    def ask(query: str, row: Patient) -> None:
        with connection.cursor() as cursor:
            cursor.execute(query, [row.full_name])

    return [
        broken(lambda row: Patient.objects.filter(pk=row.pk).update(sex="x")),
        broken(lambda row: Loop.objects.filter(patient_id=row.pk).update(severity=9)),
        broken(lambda row: Loop.objects.filter(patient_id=row.pk).update(next_at=None)),
        broken(lambda row: PatientIdentifier(**of(row), value=NUMBER, system=None).save()),
        broken(lambda row: Patient(unit_id=row.unit_id, source=row.source, fhir_id=row.fhir_id, full_name=FAMILY,
                                   name_key=FAMILY, made_at=NOW, changed_at=NOW).save(force_insert=True)),
        broken(lambda row: Patient.objects.filter(pk=row.pk).update(full_name="")),
        broken(lambda row: ask("SELECT %s::int", row)),
        broken(lambda row: ask("SELECT nothing FROM patient WHERE full_name = %s", row)),
    ]  # fmt: skip


def test_no_fault_that_comes_out_of_a_door_holds_a_canary(planted: Planted, logged: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    house = planted.clinic.house
    faults = 0
    with unregistered_doors():
        for who in ("kim", "ruth", "dana", "tom"):
            for work in (*refusals(house.acting(who), planted), *break_rows(house.acting(who), planted)):
                faults += 1
                try:
                    work()
                    faults -= 1
                except Exception as fault:
                    heard.add(fault)
                    logging.getLogger("django.request").error("It broke.", exc_info=fault)

    assert faults > 55
    assert heard.canaries() == set()
    assert not any(canary in logged.text for canary in CANARIES)


def test_what_runs_unattended_speaks_of_nobody(planted: Planted, logged: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    house = planted.clinic.house
    wrong = dict(RECORD[2], id="oy", status=f"{PROBLEM}", valueString=NOTE)
    package = read_document(json.dumps([wrong]).encode(), is_ndjson=False, on=TODAY)

    def bring() -> object:
        receipt = take_in_fhir(system(Purpose.INTAKE), package, Arriving(name="wrong.json", unit_id=house.south))
        return receipt.patients

    for work in (
        bring,
        lambda: recheck_patients(system(Purpose.CHECKS, later(days=1)), how_many=100),
        lambda: sweep_due_loops(system(Purpose.SWEEP, later(days=30)), how_many=100),
    ):
        listen(heard, work)

    assert heard.canaries() == set()
    assert not any(canary in logged.text for canary in CANARIES)


def test_refusals_name_no_patient_in_any_language(planted: Planted) -> None:
    heard = Heard()
    for work in refusals(planted.clinic.house.acting("kim"), planted):
        try:
            work()
        except Refusal as no:
            heard.texts += [speak(no.say, language) for language in list_languages()]

    assert len(heard.texts) > 5
    assert heard.canaries() == set()


def test_the_log_of_the_private_server_holds_no_row(planted: Planted) -> None:
    """Whatever this suite did to its server: not a canary, and no word of a failing row."""
    folder = ROOT / "build" / "test-server" / "log"
    with unregistered_doors():
        for work in break_rows(planted.clinic.house.acting("kim"), planted):
            listen(Heard(), work)
    if not folder.is_dir():
        pytest.skip("the tests run against an installed PostgreSQL: its log is its keeper's")

    said = "\n".join(path.read_text(errors="replace") for path in folder.iterdir() if path.is_file())

    assert [canary for canary in CANARIES if canary in said] == []
    assert "Failing row contains" not in said


def test_the_line_of_a_refusal_holds_a_key_and_no_words(planted: Planted, log: list[object]) -> None:
    heard = Heard()
    for who in NORTH:
        for work in (*looks(planted.clinic.house.acting(who), planted).values(),
                     *refusals(planted.clinic.house.acting(who), planted)):  # fmt: skip
            listen(Heard(), work)
    heard.add(log)

    assert len(log) > 100
    assert heard.canaries() == set()


def test_every_door_that_looks_is_looked_through_here(planted: Planted) -> None:
    """Every room of reads is opened first: what other tests opened before must make no difference."""
    for name in modules("careloop.reads"):
        importlib.import_module(name)
    here = looks(planted.clinic.house.acting("dana"), planted).keys() | {"reads.access.get_acting"}

    assert {name for name in DOORS if name.startswith("reads.")} == here
