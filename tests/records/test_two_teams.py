"""Two teams side by side, seen through the application's own role: nobody sees the other team's rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.range import TimestamptzRange

from careloop.facts.access import ALL_LABELS, SYSTEM_ID, Label
from tests.records.consents import plant_circle
from tests.records.covering import plant_absence, plant_share
from tests.records.handoffs import plant_handoff, plant_line
from tests.records.meetings import fill_meetings
from tests.records.offices import plant_letter
from tests.records.outbox import fill_outbox
from tests.records.papers import plant_amendment, plant_disclosure, plant_document, plant_hold
from tests.records.plant import AT, FOREVER, Plant, days
from tests.records.portal import fill_links
from tests.records.reaching import plant_reaching
from tests.records.referrals import fill_referral
from tests.records.reminders import plant_reminders
from tests.records.threads import fill_threads
from tests.records.visits import (
    plant_booking,
    plant_entry,
    plant_item,
    plant_itinerary,
    plant_move,
    plant_outage,
    plant_part,
    plant_search,
    plant_step,
)
from tests.records.waitlist import plant_freed, plant_offer, plant_wish

# Every row-secured table that the application may read. The log it may only add to.
WALLED = (
    "patient", "patient_identifier", "patient_contact", "caseload", "care_team_member", "proxy", "resource",
    "resource_version", "chart_fact", "loop", "loop_event", "waiting_finding", "recheck", "access_grant", "inbox",
    "document", "document_source", "note", "amendment", "amendment_event", "disclosure", "legal_hold",
    "safety_override", "person_link", "deletion_wish", "booking", "booking_part",
    "referral", "referral_packet", "referral_sending", "referral_answer", "referral_report", "referral_stay",
    "referral_item",
    "stray_report", "itinerary", "itinerary_step", "plan_search", "outage_move", "waitlist_wish", "waitlist_offer",
    "handoff_patient", "handoff_loop", "handoff_what_if", "contact_try", "contact_try_loop", "reach_block",
    "reach_end", "outreach_entry", "thread_lock", "answer", "answer_correction", "absence_share",
    "absence_loop", "document_out", "visit_item", "circle_member", "circle_change", "consent", "caller_code",
    "reminder_plan", "reminder", "medicine_schedule", "medicine_reminder", "patient_link", "patient_link_step",
    "family_meeting", "meeting_guest", "meeting_decision", "meeting_step", "distress_note", "support_offer",
    "contact_point", "contact_choice", "thread", "message", "outbox", "outbox_event", "inbox_item",
    "office_letter",
)  # fmt: skip
ONLY_ADDED_TO = (
    "access_grant", "loop_event", "resource_version", "amendment_event", "disclosure", "referral_packet",
    "referral_answer", "referral_stay", "referral_item",
    "circle_change", "handoff_loop", "patient_link_step", "contact_try",
    "contact_try_loop", "reach_end", "meeting_decision", "meeting_step", "contact_choice", "message",
    "outbox_event", "answer", "answer_correction", "document_out", "office_letter",
)  # fmt: skip
UNSEEN = ("audit_line", "audit_seal", "caller_try")
# Written by one function alone: tests/cli/test_deletion.py looks at who sees it.
BY_FUNCTION = ("tombstone",)
# Held by the system alone: tests/web/test_setup.py looks at who sees it.
BY_SYSTEM = ("held_file",)
# Of a team, whosever it may be: tests/actions/test_answers.py looks at who sees it.
OF_TEAM = ("answer_review",)
# Seen by whoever asked: looked at below.
OF_ASKER = ("answered_request", "calendar_feed", "crisis_report")
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
    resource = plant.resource(unit, patient, **mark)
    plant.fact(unit, patient, resource, **mark)
    loop = plant.loop(unit, patient, kind="visit", **mark)
    document = plant_document(plant, unit, patient, **mark)
    fill_referral(plant, unit, patient, loop, document, label=label)
    plant_amendment(plant, unit, patient, loop, **mark)
    plant_disclosure(plant, unit, patient, **mark)
    plant_hold(plant, unit, patient, **mark)
    booking = plant_booking(plant, unit, patient, loop=loop, **mark)
    plant_part(plant, unit, patient, booking, **mark)
    plant_move(plant, unit, patient, plant_outage(plant, plant_entry(plant)), booking, loop_id=loop, **mark)
    plant_item(plant, unit, patient, booking, set_by_id=SYSTEM_ID, **mark)
    plant_step(plant, unit, patient, plant_itinerary(plant, unit, patient, loop, **mark), loop, **mark)
    plant_search(plant, unit, patient, **mark)
    plant_offer(plant, unit, patient, plant_wish(plant, unit, patient, loop=loop, **mark), plant_freed(plant), **mark)
    plant_circle(plant, unit, patient, **mark)
    fill_links(plant, unit, patient, **mark)
    plant_reaching(plant, unit, patient, loop, **mark)
    plant_line(plant, unit, patient, plant_handoff(plant, unit), loop=loop, **mark)
    plant_reminders(plant, unit, patient, booking, resource, **mark)
    fill_meetings(plant, unit, patient, loop, **mark)
    fill_outbox(plant, unit, patient, **mark)
    plant_share(plant, unit, patient, plant_absence(plant, unit), loop=loop, **mark)
    _fill_person(plant, unit, patient, resource, **mark)


def _fill_person(plant: Plant, unit: int, patient: UUID, resource: UUID, **mark: int) -> None:
    of = {"patient_id": patient, "unit_id": unit} | mark
    plant_letter(plant, unit, patient, **mark)
    fill_threads(plant, unit, patient, **mark)
    plant.waiting(unit, patient, **mark)
    plant.override(unit, patient, **mark)
    plant.row("deletion_wish", **of, asked_by_id=SYSTEM_ID, asked_at=AT)
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
    # Each is said to be the other, and nobody agreed yet: agreed to, the two would make a ring.
    wish = {"linked_at": None, "approved_by_id": None}
    plant.link_of(unit, patient, labelled, **wish)
    plant.link_of(unit, labelled, patient, label_mask=int(Label.PSY), **wish)
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

    assert {row[0] for row in rows} == {*WALLED, *UNSEEN, *BY_FUNCTION, *BY_SYSTEM, *OF_ASKER, *OF_TEAM}


@pytest.mark.parametrize("table", WALLED)
def test_without_a_context_there_is_no_row(sides: tuple[Side, Side], app: Plant, table: str) -> None:
    assert app.value(f"SELECT count(*) FROM {table}") == 0


def test_a_request_that_was_answered_is_seen_by_its_asker_alone(sides: tuple[Side, Side], app: Plant) -> None:
    asker, other = sides[0].coordinator, sides[0].supervisor
    enter(app.link, asker, "treatment")
    app.row("answered_request", person_id=asker, key="one", sha256=b"1", at=AT)

    seen = []
    for who in (asker, other):
        enter(app.link, who, "treatment")
        seen.append(app.value("SELECT count(*) FROM answered_request"))
    assert seen == [1, 0]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), app.link.transaction():
        app.row("answered_request", person_id=asker, key="two", sha256=b"1", at=AT)


def test_a_calendar_address_is_seen_by_its_owner_alone_and_found_by_its_secret_until_it_ends(
    sides: tuple[Side, Side], app: Plant
) -> None:
    owner, other = sides[0].coordinator, sides[0].supervisor
    enter(app.link, owner, "treatment")
    feed = {"id": uuid4(), "person_id": owner, "name": "mine", "token_hash": b"1" * 32, "made_at": AT, "asked_count": 0}
    app.row("calendar_feed", **feed)

    enter(app.link, other, "treatment")
    assert app.value("SELECT count(*) FROM calendar_feed") == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege), app.link.transaction():
        app.row("calendar_feed", **feed | {"id": uuid4(), "token_hash": b"2" * 32})
    assert app.value("SELECT person_id FROM owner_of_feed(%s)", b"1" * 32) == owner
    enter(app.link, owner, "treatment")
    app.run("UPDATE calendar_feed SET revoked_at = %s", AT)
    assert app.value("SELECT count(*) FROM owner_of_feed(%s)", b"1" * 32) == 0
    with pytest.raises(psycopg.errors.CheckViolation), app.link.transaction():
        app.run("UPDATE calendar_feed SET revoked_at = NULL")


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


@pytest.mark.parametrize("table", [t for t in WALLED if t not in ONLY_ADDED_TO])
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
