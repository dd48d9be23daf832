"""Never events that the database itself refuses, each tried past every door."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.range import TimestamptzRange

from careloop.facts.access import SYSTEM_ID
from careloop.facts.worklist import LoopKind, Outcome, State
from tests.records.plant import AT, FOREVER, STEP, Plant, days

Try = Callable[[Plant, int, UUID], object]
ONE = {"kind": "gap", "check_name": "hba1c_overdue", "finding_key": "one"}
PAPER = {"kind": "review", "check_name": "inbox", "finding_key": "paper"}
CLOSED = {"state": "closed", "outcome": "done", "closed_at": AT, "next_step": None, "next_at": None, "sort_at": None}


def refused(plant: Plant, work: Callable[[], object]) -> str:
    """Return the name of the constraint that stops the work, looking at deferred ones as well."""
    with pytest.raises(psycopg.Error) as no, plant.link.transaction():  # noqa: PT012
        work()
        plant.run("SET CONSTRAINTS ALL IMMEDIATE")
    return no.value.diag.constraint_name or str(no.value.diag.message_primary)


def loop(**changed: object) -> Try:
    return lambda plant, unit, patient: plant.loop(unit, patient, **changed)


def loop_of_nobody(**changed: object) -> Try:
    return lambda plant, unit, _patient: plant.loop(unit, None, **changed)


def twice(**changed: object) -> Try:
    return lambda plant, unit, patient: [plant.loop(unit, patient, **changed) for _ in "ab"]


def paper_twice(plant: Plant, unit: int, _patient: UUID) -> object:
    return [plant.loop(unit, None, **PAPER) for _ in "ab"]


LOOPS: list[tuple[str, Try, str]] = [
    ("open with neither owner nor queue", loop(queue_id=None), "loop_open_has_one_owner_or_queue"),
    ("open with owner and queue", loop(owner_id=SYSTEM_ID), "loop_open_has_one_owner_or_queue"),
    ("open without next step", loop(next_step=None), "loop_open_has_next_step_and_date"),
    ("open without next date", loop(next_at=None), "loop_open_has_next_step_and_date"),
    ("open without a place in the list", loop(sort_at=None), "loop_open_has_next_step_and_date"),
    ("snoozed without next date", loop(state="snoozed", next_at=None), "loop_open_has_next_step_and_date"),
    ("put off and waiting at once", loop(state="snoozed", waits=True), "loop_waiting_is_open"),
    ("closed and waiting", loop(**(CLOSED | {"waits": True})), "loop_waiting_is_open"),
    ("closed without outcome", loop(**(CLOSED | {"outcome": None})), "loop_closed_has_outcome"),
    ("closed without its moment", loop(**(CLOSED | {"closed_at": None})), "loop_closed_has_outcome"),
    ("open with an outcome", loop(outcome="done"), "loop_closed_has_outcome"),
    ("open with a closing moment", loop(closed_at=AT), "loop_closed_has_outcome"),
    ("an unknown kind", loop(kind="wish"), "loop_kind_is_known"),
    ("an unknown state", loop(state="lost"), "loop_state_is_known"),
    ("an unknown outcome", loop(**(CLOSED | {"outcome": "forgotten"})), "loop_outcome_is_known"),
    ("an unknown holder of the ball", loop(ball="nobody"), "loop_ball_is_known"),
    ("a severity above the highest", loop(severity=5), "loop_severity_is_known"),
    ("a severity below the lowest", loop(severity=0), "loop_severity_is_known"),
    ("a task about nobody", loop_of_nobody(), "loop_without_patient_is_review"),
    ("two open ones for a finding", twice(**ONE), "loop_one_open_a_finding"),
    ("two open ones for a document", paper_twice, "loop_one_open_a_document"),
    ("of a patient who is not there", lambda p, unit, _: p.loop(unit, uuid4()), "loop_is_of_patient"),
    ("of a patient of another unit", lambda p, _, patient: p.loop(p.unit(), patient), "loop_is_of_patient"),
    (
        "owned by somebody who has left",
        lambda p, unit, patient: p.loop(unit, patient, owner_id=p.person(is_active=False), queue_id=None),
        "loop_owner_is_active",
    ),
    (
        "owned by nobody who is known",
        lambda p, unit, patient: p.loop(unit, patient, owner_id=uuid4(), queue_id=None),
        "loop_owner_is_active",
    ),
]


@pytest.mark.parametrize(("work", "constraint"), [row[1:] for row in LOOPS], ids=[row[0] for row in LOOPS])
def test_such_a_loop_cannot_be_stored(owner: Plant, work: Try, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: work(owner, unit, patient)) == constraint


def test_good_loops_are_stored(owner: Plant) -> None:
    """Every refusal above is of one thing gone wrong: the same rows without it go in."""
    unit, other = owner.unit(), owner.unit()
    patient = owner.patient(unit)
    for kind in LoopKind:
        owner.loop(unit, patient, kind=str(kind))
    for state in set(State) - {State.CLOSED}:
        owner.loop(unit, patient, state=str(state))
    # Nobody is called unreachable without the tries: tests/records/test_reaching.py.
    for outcome in set(Outcome) - {Outcome.UNREACHABLE}:
        owner.loop(unit, patient, **(CLOSED | {"outcome": str(outcome)}), **ONE)
    owner.loop(unit, patient, **ONE)
    owner.loop(unit, patient, **(ONE | {"finding_key": "two"}))
    owner.loop(unit, patient, owner_id=owner.person(), queue_id=None)
    owner.loop(unit, None, **PAPER)
    owner.loop(other, None, **PAPER)
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    assert owner.value("SELECT count(*) FROM loop") == len(LoopKind) + 3 + len(Outcome) - 1 + 5


LEFT = [
    ("a reason while it lasts", {"left_reason": "Moved", "left_by_id": SYSTEM_ID, "during": FOREVER}),
    ("a reason that nobody gave", {"left_reason": "Moved", "during": TimestamptzRange(AT, AT + days(2))}),
    ("somebody without a reason", {"left_by_id": SYSTEM_ID, "during": TimestamptzRange(AT, AT + days(2))}),
]


@pytest.mark.parametrize("columns", [row[1] for row in LEFT], ids=[row[0] for row in LEFT])
def test_a_reason_for_leaving_stands_with_who_gave_it_and_when(owner: Plant, columns: dict[str, object]) -> None:
    unit = owner.unit()
    patient, person = owner.patient(unit), owner.person()
    member = {"patient_id": patient, "unit_id": unit, "person_id": person, "part": "nurse", "label_mask": 0} | columns

    assert refused(owner, lambda: owner.caseload(unit, patient, person, **columns)) == "caseload_left_says_why_and_who"
    assert refused(owner, lambda: owner.row("care_team_member", **member)) == "care_team_left_says_why_and_who"


@pytest.mark.parametrize(
    "columns",
    [{"queue_id": None}, {"next_step": None}, {"next_at": None}, {"sort_at": None}, {"state": "lost"}],
    ids=lambda c: next(iter(c)),
)
def test_a_loop_cannot_be_changed_into_such_a_one(owner: Plant, columns: dict[str, object]) -> None:
    unit = owner.unit()
    key = owner.loop(unit, owner.patient(unit))
    name, value = next(iter(columns.items()))

    assert refused(owner, lambda: owner.run(f"UPDATE loop SET {name} = %s WHERE id = %s", value, key))


def test_a_closed_loop_cannot_come_back_beside_an_open_one_for_its_finding(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    closed = owner.loop(unit, patient, **CLOSED, **ONE)
    owner.loop(unit, patient, **ONE)
    again = "UPDATE loop SET state = 'to_do', outcome = NULL, closed_at = NULL, next_step = %s, next_at = %s,"

    name = refused(owner, lambda: owner.run(f"{again} sort_at = %s WHERE id = %s", STEP, AT, AT, closed))

    assert name == "loop_one_open_a_finding"


def _until(moment: object) -> TimestamptzRange:
    return TimestamptzRange(AT, moment)  # type: ignore[type-var]


OVERLAPS = [
    ("at the same time", FOREVER, FOREVER),
    ("by a moment", _until(AT + days(2)), TimestamptzRange(AT + days(2) - timedelta(microseconds=1), None)),
    ("one within the other", _until(AT + days(9)), TimestamptzRange(AT + days(2), AT + days(3))),
]


@pytest.mark.parametrize(("first", "second"), [o[1:] for o in OVERLAPS], ids=[o[0] for o in OVERLAPS])
def test_a_patient_has_one_primary_coordinator_at_a_time(owner: Plant, first: object, second: object) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    owner.caseload(unit, patient, owner.person(), during=first)

    name = refused(owner, lambda: owner.caseload(unit, patient, owner.person(), during=second))

    assert name == "caseload_one_primary_at_a_time"


def test_one_coordinator_follows_another_without_a_gap(owner: Plant) -> None:
    unit = owner.unit()
    patient, other = owner.patient(unit), owner.patient(unit)
    person = owner.person()
    owner.caseload(unit, patient, person, during=_until(AT + days(2)))
    owner.caseload(unit, patient, owner.person(), during=TimestamptzRange(AT + days(2), None))
    owner.caseload(unit, other, person)

    assert owner.value("SELECT count(*) FROM caseload") == 3


def test_no_loop_is_opened_for_the_dead(owner: Plant) -> None:
    unit = owner.unit()
    dead = owner.patient(unit, is_dead=True)

    assert refused(owner, lambda: owner.loop(unit, dead)) == "loop_is_of_the_living"
    owner.loop(unit, dead, **CLOSED)


def test_no_loop_of_the_dead_is_opened_again(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    closed = owner.loop(unit, patient, **CLOSED)
    owner.run("UPDATE patient SET is_dead = true WHERE id = %s", patient)
    again = "UPDATE loop SET state = 'to_do', outcome = NULL, closed_at = NULL, next_step = %s, next_at = %s,"

    name = refused(owner, lambda: owner.run(f"{again} sort_at = %s WHERE id = %s", STEP, AT, AT, closed))

    assert name == "loop_is_of_the_living"


def test_a_death_with_open_loops_left_is_not_kept(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    owner.loop(unit, patient)

    name = refused(owner, lambda: owner.run("UPDATE patient SET is_dead = true WHERE id = %s", patient))

    assert name == "death_closes_loops"


def test_a_death_that_closes_its_loops_in_the_same_transaction_is_kept(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    owner.loop(unit, patient)
    owner.run("UPDATE patient SET is_dead = true WHERE id = %s", patient)
    owner.run(
        "UPDATE loop SET state = 'closed', outcome = 'deceased', closed_at = %s WHERE patient_id = %s", AT, patient
    )
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    assert owner.value("SELECT is_dead FROM patient WHERE id = %s", patient) is True


def test_a_day_of_death_without_a_death_is_refused(owner: Plant) -> None:
    unit = owner.unit()

    assert refused(owner, lambda: owner.patient(unit, died_at=AT)) == "patient_death_is_said"


def test_nobody_leaves_open_loops_behind(owner: Plant) -> None:
    unit, person = owner.unit(), owner.person()
    owner.loop(unit, owner.patient(unit), owner_id=person, queue_id=None)
    leave = "UPDATE person SET is_active = false WHERE id = %s"

    assert refused(owner, lambda: owner.run(leave, person)) == "nobody_leaves_loops"

    past = TimestamptzRange(AT - days(9), AT - days(2))
    owner.row("cover", absent_id=person, covering_id=SYSTEM_ID, during=past, reason="")
    assert refused(owner, lambda: owner.run(leave, person)) == "nobody_leaves_loops"

    owner.row("cover", absent_id=person, covering_id=SYSTEM_ID, during=_until(AT + days(2)), reason="")
    owner.run(leave, person)


def test_a_loop_that_stays_with_somebody_covered_can_still_be_raised_but_not_given_or_opened_again(
    owner: Plant,
) -> None:
    unit, gone = owner.unit(), owner.person()
    patient = owner.patient(unit)
    kept = owner.loop(unit, patient, owner_id=gone, queue_id=None)
    closed = owner.loop(unit, patient, owner_id=gone, queue_id=None, **CLOSED)
    other = owner.loop(unit, patient)
    owner.row("cover", absent_id=gone, covering_id=SYSTEM_ID, during=_until(AT + days(2)), reason="")
    owner.run("UPDATE person SET is_active = false WHERE id = %s", gone)
    again = "UPDATE loop SET state = 'to_do', outcome = NULL, closed_at = NULL, next_step = %s, next_at = %s,"
    give = "UPDATE loop SET owner_id = %s, queue_id = NULL WHERE id = %s"

    owner.run("UPDATE loop SET owner_id = owner_id, state = 'started', reminders = 1 WHERE id = %s", kept)

    assert refused(owner, lambda: owner.run(give, gone, other)) == "loop_owner_is_active"
    name = refused(owner, lambda: owner.run(f"{again} sort_at = %s WHERE id = %s", STEP, AT, AT, closed))
    assert name == "loop_owner_is_active"


def test_somebody_whose_loops_are_closed_may_leave(owner: Plant) -> None:
    unit, person = owner.unit(), owner.person()
    owner.loop(unit, owner.patient(unit), owner_id=person, queue_id=None, **CLOSED)
    owner.run("UPDATE person SET is_active = false WHERE id = %s", person)

    assert owner.value("SELECT is_active FROM person WHERE id = %s", person) is False


OTHERS: list[tuple[str, Try, str]] = [
    ("a person of no known role", lambda p, *_: p.person(role="boss"), "person_role_is_known"),
    ("a person of no known kind", lambda p, *_: p.person(kind="robot"), "person_kind_is_known"),
    ("a patient's person with a name", lambda p, *_: p.person(kind="patient"), "person_of_patient_is_nameless"),
    ("a patient of no known sex", lambda p, unit, _: p.patient(unit, sex="x"), "patient_sex_is_known"),
    ("a patient without a name", lambda p, unit, _: p.patient(unit, full_name=""), "patient_has_name"),
    (
        "two patients under one id of a source",
        lambda p, unit, _: [p.patient(unit, fhir_id="same") for _ in "ab"],
        "patient_once_a_source",
    ),
    (
        "a fact of no known kind",
        lambda p, unit, patient: p.fact(unit, patient, p.resource(unit, patient), kind="rumour"),
        "fact_kind_is_known",
    ),
    (
        "two resources under one id of a source",
        lambda p, unit, patient: [p.resource(unit, patient, fhir_id="same") for _ in "ab"],
        "resource_once_a_source",
    ),
    ("a document in no known state", lambda p, unit, _: p.inbox(unit, state="lost"), "inbox_state_is_known"),
    ("a team without a name", lambda p, *_: p.row("unit", name="", kind="team", zone=""), "unit_has_name"),
    ("a team of no known kind", lambda p, *_: p.row("unit", name="x", kind="gang", zone=""), "unit_kind_is_known"),
    (
        "a second clinic in one database",
        lambda p, *_: p.row("clinic", id=2, name="x", zone="UTC", is_demo=False),
        "clinic_is_one",
    ),
    (
        "cover by oneself",
        lambda p, *_: p.row(
            "cover", absent_id=SYSTEM_ID, covering_id=SYSTEM_ID, during=_until(AT + days(1)), reason=""
        ),
        "cover_by_somebody_else",
    ),
    (
        "cover without an end",
        lambda p, *_: p.row("cover", absent_id=SYSTEM_ID, covering_id=p.person(), during=FOREVER, reason=""),
        "cover_ends",
    ),
    ("a grant to nothing", lambda p, *_: p.grant(SYSTEM_ID), "grant_is_for_patient_or_unit"),
    (
        "a grant to a patient and a unit",
        lambda p, unit, patient: p.grant(SYSTEM_ID, unit_id=unit, patient_id=patient),
        "grant_is_for_patient_or_unit",
    ),
    (
        "a grant through nothing known",
        lambda p, unit, _: p.grant(SYSTEM_ID, unit_id=unit, source="friend"),
        "grant_source_is_known",
    ),
    (
        "a grant that never holds",
        lambda p, unit, _: p.grant(SYSTEM_ID, unit_id=unit, during=TimestamptzRange(empty=True)),
        "access_grant_lasts",
    ),
    ("a grant of nobody's chart", lambda p, *_: p.grant(SYSTEM_ID, patient_id=uuid4()), "access_grant_patient"),
    (
        "a finding that waits twice",
        lambda p, unit, patient: [p.waiting(unit, patient) for _ in "ab"],
        "finding_once",
    ),
]


@pytest.mark.parametrize(("work", "constraint"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_such_a_row_cannot_be_stored(owner: Plant, work: Try, constraint: str) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)

    assert refused(owner, lambda: work(owner, unit, patient)) == constraint


HISTORY = ["UPDATE loop_event SET note = 'x'", "DELETE FROM loop_event", "TRUNCATE loop_event"]


@pytest.mark.parametrize("statement", HISTORY)
def test_the_history_of_a_loop_cannot_be_changed_even_by_the_owner(owner: Plant, statement: str) -> None:
    unit = owner.unit()
    owner.loop(unit, owner.patient(unit))
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")

    assert refused(owner, lambda: owner.run(statement)) == "loop_event is only added to"


LOG = ["UPDATE audit_line SET what = 'x'", "DELETE FROM audit_line", "TRUNCATE audit_line"]
SEALS = ["UPDATE audit_seal SET hash = 'x'", "DELETE FROM audit_seal", "TRUNCATE audit_seal"]


@pytest.mark.parametrize("statement", [*LOG, *SEALS])
def test_the_log_and_its_seals_cannot_be_changed_even_by_an_owner_who_took_row_security_away(
    owner: Plant, statement: str
) -> None:
    for table in ("audit_line", "audit_seal"):
        owner.run(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    owner.row("audit_line", at=AT, person_id=SYSTEM_ID, role="system", purpose="x", what="x", key="", outcome="done",
              patient_ids=[])  # fmt: skip
    owner.row("audit_seal", sealed_at=AT, line_ids=[], line_hashes=[], hash=b"x", from_xid="1", to_xid="2")

    assert refused(owner, lambda: owner.run(statement)).endswith("is only added to")


def test_a_grant_is_shortened_but_never_longer_earlier_or_gone(owner: Plant) -> None:
    unit, person = owner.unit(), owner.person()
    owner.grant(person, unit_id=unit, during=_until(AT + days(5)))
    owner.run("SET CONSTRAINTS ALL IMMEDIATE")
    change = "UPDATE access_grant SET during = %s WHERE person_id = %s"

    for wrong in (FOREVER, _until(AT + days(6)), TimestamptzRange(AT - days(1), AT + days(2)), _until(AT + days(9))):
        assert refused(owner, lambda w=wrong: owner.run(change, w, person)) == "a grant is only shortened"
    for gone in ("DELETE FROM access_grant", "TRUNCATE access_grant"):
        assert refused(owner, lambda g=gone: owner.run(g)) == "access_grant is only added to"
    owner.run(change, _until(AT + days(2)), person)

    assert owner.value("SELECT during FROM access_grant WHERE person_id = %s", person) == _until(AT + days(2))
