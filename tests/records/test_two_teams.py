"""Two teams side by side, seen through the application's own role: nobody sees the other team's rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.range import TimestamptzRange

from careloop.facts.access import ALL_LABELS, SYSTEM_ID, Label
from tests.records.plant import AT, FOREVER, Plant, days

# Every row-secured table that the application may read. The log it may only add to.
WALLED = (
    "patient", "patient_identifier", "patient_contact", "caseload", "care_team_member", "proxy", "resource",
    "resource_version", "chart_fact", "loop", "loop_event", "waiting_finding", "recheck", "access_grant", "inbox",
)  # fmt: skip
UNSEEN = ("audit_line", "audit_seal")
# What somebody without a grant to the whole unit may reach: everything of single patients.
OF_PATIENT = tuple(t for t in WALLED if t != "inbox")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two teams that are alike: its patients, one of them with a psychiatric label, and its people."""

    unit: int
    patient: UUID
    labelled: UUID
    supervisor: UUID
    coordinator: UUID
    clinician: UUID
    desk: UUID
    stand_in: UUID


def enter(link: "psycopg.Connection[Any]", person: UUID | None, purpose: str, at: object = AT, units: str = "") -> None:
    for name, value in (("person", person or ""), ("purpose", purpose), ("at", at or ""), ("units", units)):
        link.execute("SELECT set_config(%s, %s, true)", [f"careloop.{name}", str(value)])


def _fill(plant: Plant, unit: int, patient: UUID, label: int) -> None:
    mark = {"label_mask": label}
    of = {"patient_id": patient, "unit_id": unit} | mark
    resource = plant.resource(unit, patient, **mark)
    plant.fact(unit, patient, resource, **mark)
    plant.loop(unit, patient, **mark)
    plant.waiting(unit, patient, **mark)
    plant.caseload(unit, patient, SYSTEM_ID, **mark)
    plant.row("care_team_member", **of, person_id=SYSTEM_ID, part="nurse", during=FOREVER)
    plant.row("proxy", **of, person_id=SYSTEM_ID, relationship="daughter", during=FOREVER)
    plant.row("patient_identifier", **of, system="s", value="v", type_code="MR")
    plant.row("patient_contact", **of, system="phone", value="v", use="home")
    plant.row("resource_version", **of, resource_id=resource, version=1, sha256=b"0", received_at=AT, body="{}")


def make_side(plant: Plant) -> Side:
    unit = plant.unit()
    enter(plant.link, SYSTEM_ID, "system:intake", units=str(unit))
    patient, labelled = plant.patient(unit), plant.patient(unit, label_mask=int(Label.PSY))
    _fill(plant, unit, patient, 0)
    _fill(plant, unit, labelled, int(Label.PSY))
    plant.inbox(unit)
    plant.row("audit_line", at=AT, person_id=SYSTEM_ID, role="system", purpose="x", what="x", key="", outcome="done",
              patient_ids=[])  # fmt: skip
    people = [plant.person() for _ in range(5)]
    plain = int(ALL_LABELS & ~Label.PSY)
    plant.grant(people[0], unit_id=unit, label_mask=plain)
    plant.grant(people[1], patient_id=patient, source="caseload", label_mask=plain)
    for one in (patient, labelled):
        plant.grant(people[2], patient_id=one, source="care_team", label_mask=int(ALL_LABELS))
    plant.grant(people[3], patient_id=patient, source="visit", purpose="payment")
    cover = TimestamptzRange(AT + days(1), AT + days(3))
    plant.grant(people[4], patient_id=patient, source="cover", during=cover, label_mask=plain)
    return Side(unit, patient, labelled, *people)


@pytest.fixture(scope="module")
def sides(app_link: "psycopg.Connection[Any]") -> Iterator[tuple[Side, Side]]:
    with app_link.transaction(force_rollback=True):
        plant = Plant(app_link)
        both = make_side(plant), make_side(plant)
        app_link.execute("SET CONSTRAINTS ALL IMMEDIATE")
        enter(app_link, None, "", at=None)
        yield both


def count(plant: Plant, table: str, side: Side) -> int:
    """Count the rows of one team, by whichever column names it."""
    if table == "access_grant":
        return int(
            plant.value(
                "SELECT count(*) FROM access_grant WHERE unit_id = %s OR patient_id IN (%s, %s)",
                side.unit, side.patient, side.labelled,
            )
        )  # fmt: skip
    return int(plant.value(f"SELECT count(*) FROM {table} WHERE unit_id = %s", side.unit))


def counts(plant: Plant, side: Side, tables: tuple[str, ...] = WALLED) -> dict[str, int]:
    return {table: count(plant, table, side) for table in tables}


def test_every_walled_table_is_looked_at_here(app: Plant) -> None:
    rows = app.link.execute(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
    ).fetchall()

    assert {row[0] for row in rows} == {*WALLED, *UNSEEN}


@pytest.mark.parametrize("table", WALLED)
def test_without_a_context_there_is_no_row(sides: tuple[Side, Side], app: Plant, table: str) -> None:
    assert app.value(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("table", UNSEEN)
@pytest.mark.parametrize("purpose", ["treatment", "audit", "system:sweep"])
def test_the_log_is_read_by_nobody_as_a_table(sides: tuple[Side, Side], app: Plant, table: str, purpose: str) -> None:
    enter(app.link, sides[0].supervisor, purpose)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.value(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("who", ["supervisor", "coordinator", "clinician", "desk", "stand_in"])
@pytest.mark.parametrize("purpose", ["treatment", "payment", "operations"])
@pytest.mark.parametrize("mirrored", [False, True], ids=["north", "south"])
def test_nobody_sees_a_row_of_the_other_team(
    sides: tuple[Side, Side], app: Plant, who: str, purpose: str, mirrored: bool
) -> None:
    mine, theirs = reversed(sides) if mirrored else sides
    enter(app.link, getattr(mine, who), purpose, at=AT + days(2))

    assert set(counts(app, theirs).values()) == {0}


def test_a_supervisor_sees_the_unit_but_what_is_labelled(sides: tuple[Side, Side], app: Plant) -> None:
    enter(app.link, sides[0].supervisor, "treatment")

    seen = counts(app, sides[0], OF_PATIENT)

    assert set(seen.values()) == {1}
    assert app.value("SELECT count(*) FROM inbox") == 1
    assert app.value("SELECT count(*) FROM patient WHERE id = %s", sides[0].labelled) == 0


@pytest.mark.parametrize("table", [t for t in OF_PATIENT if t != "access_grant"])
def test_a_clinician_of_the_care_team_sees_what_is_labelled_too(
    sides: tuple[Side, Side], app: Plant, table: str
) -> None:
    enter(app.link, sides[0].clinician, "treatment")

    assert count(app, table, sides[0]) == 2


@pytest.mark.parametrize(
    ("who", "purpose", "at", "seen"),
    [
        ("coordinator", "treatment", AT, 1),
        ("coordinator", "treatment", AT - days(1), 0),
        ("stand_in", "treatment", AT, 0),
        ("stand_in", "treatment", AT + days(1), 1),
        ("stand_in", "treatment", AT + days(2.9), 1),
        ("stand_in", "treatment", AT + days(3), 0),
        ("desk", "treatment", AT, 0),
        ("desk", "payment", AT, 1),
    ],
)
def test_a_grant_holds_for_its_time_and_its_purpose(
    sides: tuple[Side, Side], app: Plant, who: str, purpose: str, at: object, seen: int
) -> None:
    enter(app.link, getattr(sides[0], who), purpose, at=at)

    assert app.value("SELECT count(*) FROM patient") == seen


def test_a_closed_grant_opens_nothing(sides: tuple[Side, Side], app: Plant) -> None:
    side = sides[0]
    enter(app.link, SYSTEM_ID, "system:operate")
    app.value("SELECT end_grants(%s, NULL, '', %s)", side.supervisor, AT + days(1))

    enter(app.link, side.supervisor, "treatment", at=AT + days(1))
    after = app.value("SELECT count(*) FROM patient")
    enter(app.link, side.supervisor, "treatment", at=AT + days(0.9))
    before = app.value("SELECT count(*) FROM patient")

    assert (before, after) == (1, 0)


@pytest.mark.parametrize("purpose", ["treatment", "operations", ""])
def test_the_system_without_a_purpose_of_its_own_sees_nothing(
    sides: tuple[Side, Side], app: Plant, purpose: str
) -> None:
    units = ",".join(str(side.unit) for side in sides)
    enter(app.link, SYSTEM_ID, purpose, units=units)
    app.link.execute("SELECT set_config('careloop.patients', %s, true)", [str(sides[0].patient)])

    assert app.value("SELECT count(*) FROM patient") == 0
    assert app.value("SELECT count(*) FROM place_of('patient', %s)", sides[0].patient) == 0


def test_the_system_sees_only_what_it_has_entered(sides: tuple[Side, Side], app: Plant) -> None:
    enter(app.link, SYSTEM_ID, "system:checks")
    assert app.value("SELECT count(*) FROM patient") == 0

    app.link.execute("SELECT set_config('careloop.patients', %s, true)", [str(sides[0].labelled)])

    assert app.value("SELECT array_agg(id) FROM patient") == [sides[0].labelled]


@pytest.mark.parametrize("table", [t for t in WALLED if t not in ("access_grant", "loop_event", "resource_version")])
def test_nobody_changes_a_row_of_the_other_team(sides: tuple[Side, Side], app: Plant, table: str) -> None:
    enter(app.link, sides[0].supervisor, "treatment")
    column = "received_at" if table == "inbox" else "label_mask"

    changed = app.link.execute(f"UPDATE {table} SET {column} = {column} WHERE unit_id = %s", [sides[1].unit])

    assert changed.rowcount == 0


@pytest.mark.parametrize("table", ["loop", "patient", "inbox", "waiting_finding"])
def test_nobody_pushes_a_row_over_to_the_other_team(sides: tuple[Side, Side], app: Plant, table: str) -> None:
    enter(app.link, sides[0].supervisor, "treatment")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.run(f"UPDATE {table} SET unit_id = %s WHERE unit_id = %s", sides[1].unit, sides[0].unit)


def test_a_grant_is_given_only_in_ones_own_name(sides: tuple[Side, Side], app: Plant) -> None:
    enter(app.link, sides[0].supervisor, "treatment")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.grant(sides[0].supervisor, unit_id=sides[1].unit)
