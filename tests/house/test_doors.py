"""Nothing in actions and reads is reached but through a door, and the table of rights is as it is written here."""

import ast
import importlib
import inspect

import pytest

from careloop.facts.access import ALL_LABELS, Relation, Right, Role
from careloop.guard.doors import DOORS
from careloop.rules.access import LABELS, MAY, THROUGH, rights_of
from tests.house.source import dotted, imported, modules

FLOORS = ("careloop.actions", "careloop.reads")

# A module of these floors is either a room, whose every public function is a door, or one of these back
# rooms: no door opens on them, and only their own floor imports from them.
BACK_ROOMS = {
    "careloop.actions.charts": "charts as the checks are given them, inside the door of the recheck",
    "careloop.actions.handing": "rows as they leave, inside the doors that hand them out",
    "careloop.actions.intake.documents": "files and sentences of resources, inside the doors of intake and upload",
    "careloop.actions.intake.inbox": "what could not be taken in, inside the door of the intake",
    "careloop.actions.intake.matching": "records that arrive held against those here, inside the doors of arrival",
    "careloop.actions.intake.patients": "patients of a document, inside the door of the intake",
    "careloop.actions.intake.resources": "resources of a document, inside the door of the intake",
    "careloop.reads.caseload_rows": "patients of caseloads as lines, inside the doors that list them",
    "careloop.actions.report_filing": "reports put into a record or apart from all, inside the doors of reports",
    "careloop.actions.staffing": "grants, logins and planned changes of staff, inside the doors of people",
    "careloop.actions.units": "teams and sites as rows, inside the doors of administration and of the first run",
    "careloop.reads.talked": "messages and calls for the timeline, inside the doors of the patient's page",
    "careloop.reads.contacts": "attempts to reach somebody, inside the doors of the patient's page",
    "careloop.reads.chart_lists": "medicines, problems and allergies as one list each, inside the door of the patient",
    "careloop.reads.absence_rows": "who is away and shared, inside the doors of the pages that show it",
    "careloop.reads.cover_rows": "who stands in for whom, inside the doors of the pages that show it",
    "careloop.reads.explain": "the explanation of a loop, inside the doors of Today and of the loop",
    "careloop.reads.linked": "the records of one person, inside the doors of their pages",
    "careloop.reads.overview": "story, timeline, plots and the rest beside the lists, inside the door of the patient",
    "careloop.reads.sections": "facts by kind, inside the doors of the patient's pages",
    "careloop.reads.visit_rows": "visits as lines, inside the doors that show them",
    "careloop.reads.people_rows": "those to whom something can be given, inside the doors of the pages",
    "careloop.reads.who": "who somebody is and who cares for them, inside the door of the patient",
    "careloop.reads.papers": "documents and requests to amend, inside the doors of the patient's pages",
    "careloop.reads.misfiled_rows": "reports that were taken out, inside the door of their referral",
    "careloop.reads.referral_rows": "referrals as rows, inside the doors that list them",
    "careloop.reads.thread_beside": "whom a talk is about, inside the door of the talk",
    "careloop.reads.rows": "loops as rows, inside the doors that list them",
    "careloop.reads.tallies": "the numbers of Today, inside its door",
}
ROOMS = sorted(n for floor in FLOORS for n in modules(floor) if n not in BACK_ROOMS)

# Doors through which nobody acts yet: who is at the keyboard, before there is somebody who acts.
BEFORE_ANYBODY_ACTS = {
    "reads.access.get_acting", "reads.access.get_me", "reads.setup.get_installer", "reads.setup.is_setup_open",
    "reads.setup.get_demo_password", "reads.setup.get_demo_progress", "reads.access.find_feed_owner",
}  # fmt: skip
# Of these, the ones that are asked who acts.
ASKED_WHO = {
    "reads.access.get_acting", "reads.setup.get_demo_password", "reads.setup.get_demo_progress",
    "reads.setup.get_installer", "reads.setup.is_setup_open", "reads.access.find_feed_owner",
}  # fmt: skip
KINDS = {
    "action", "creating", "batch", "reading", "listing", "finding", "intake", "unattended", "managing", "arriving",
    "by_link",
}  # fmt: skip


def load_all() -> None:
    for name in (*ROOMS, *BACK_ROOMS):
        importlib.import_module(name)


@pytest.mark.parametrize("name", ROOMS)
def test_every_public_function_of_a_room_is_a_door(name: str) -> None:
    module = importlib.import_module(name)

    public = {
        f"{name.removeprefix('careloop.')}.{key}"
        for key, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == name and not key.startswith("_")
    }

    assert public - DOORS.keys() == set()


@pytest.mark.parametrize("name", sorted(BACK_ROOMS))
def test_a_back_room_is_there_has_no_door_and_is_entered_only_from_its_own_floor(name: str) -> None:
    floor = next(f for f in FLOORS if name.startswith(f))

    visitors = {
        visitor
        for visitor, tree in modules().items()
        for module, one, _here in imported(tree)
        if name in (module, f"{module}.{one}")
    }

    assert name in modules()
    assert visitors
    assert {v for v in visitors if not v.startswith(floor)} == set()
    load_all()
    assert [d for d in DOORS if d.startswith(f"{name.removeprefix('careloop.')}.")] == []


def test_public_classes_of_rooms_hold_values_and_do_nothing() -> None:
    """A method would be a way round the doors."""
    busy = {
        f"{name}.{node.name}.{part.name}"
        for floor in FLOORS
        for name, tree in modules(floor).items()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for part in node.body
        if isinstance(part, ast.FunctionDef) and part.name != "__init__"
    }

    assert busy == set()


def test_no_door_is_called_on_the_floors_behind_the_doors() -> None:
    """A door calls no other door: it calls the private function behind it."""
    load_all()
    doors = {f"careloop.{name}" for name in DOORS}
    calls = set()
    for name, tree in modules().items():
        if not name.startswith((*FLOORS, "careloop.worklist", "careloop.guard", "careloop.records")):
            continue
        here = {f"{name}.{n.name}": n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
        known = {short: full for full, short in here.items() if full in doors}
        for module, one, alias in imported(tree):
            known |= {alias: f"{module}.{one}" if one else module}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                first, _, rest = dotted(node).partition(".")
                full = f"{known.get(first, first)}.{rest}" if rest else known.get(first, "")
                if full in doors:
                    calls.add((name, full))

    assert calls == set()


def test_every_door_is_of_a_known_kind_and_needs_a_known_right() -> None:
    load_all()

    assert {kind for kind, _right in DOORS.values()} <= KINDS
    assert all(isinstance(right, Right) for _kind, right in DOORS.values())
    assert {name for name, (kind, _) in DOORS.items() if kind == "arriving"} == BEFORE_ANYBODY_ACTS


# Rights whose doors are built later; whoever builds one takes it off this list.
WITHOUT_A_DOOR_YET = {
    Right.ACCESS_READ,
}  # fmt: skip


def test_every_right_is_asked_for_by_a_door_or_waits_for_one() -> None:
    load_all()
    asked = {right for _kind, right in DOORS.values()}

    assert set(Right) - asked == WITHOUT_A_DOOR_YET


@pytest.mark.parametrize("kind", ["intake", "unattended"])
def test_what_only_the_system_does_needs_a_right_that_only_the_system_has(kind: str) -> None:
    load_all()
    needed = {right for name, (k, right) in DOORS.items() if k == kind}

    assert needed
    assert {role for role in Role for right in needed if right in rights_of(role)} == {Role.SYSTEM}


def test_the_first_argument_of_every_door_is_who_acts() -> None:
    load_all()
    for name in (one for one in DOORS.keys() - ASKED_WHO if not one.startswith("tests.")):
        module, _, function = f"careloop.{name}".rpartition(".")
        asked = inspect.signature(inspect.unwrap(getattr(importlib.import_module(module), function)))

        assert next(iter(asked.parameters)) == "acting", name


# Who may do what. A dot is no. Read it before you change it, and change access.md with it.
MATRIX = """
                  coordinator supervisor clinician front_desk billing patient proxy partner auditor system administrator
patient:read           yes        yes       yes       yes       yes      .      .      .       .     yes        .
patient:find           yes        yes       yes       yes        .       .      .      .       .     yes        .
patient:register       yes        yes        .        yes        .       .      .      .       .     yes        .
chart:read             yes        yes       yes        .         .       .      .      .       .     yes        .
document:write         yes        yes       yes        .         .       .      .      .       .     yes        .
amendment:write        yes        yes       yes        .         .       .      .      .       .     yes        .
amendment:decide        .         yes       yes        .         .       .      .      .       .     yes        .
record:export           .         yes        .         .         .       .      .      .       .     yes        .
house:export            .          .         .         .         .       .      .      .       .     yes        .
hold:write              .         yes        .         .         .       .      .      .       .     yes        .
hold:everything         .          .         .         .         .       .      .      .       .     yes        .
retention:read          .          .         .         .         .       .      .      .       .     yes        .
record:delete           .         yes        .         .         .       .      .      .       .     yes        .
loop:read              yes        yes       yes        .         .       .      .      .       .     yes        .
loop:write             yes        yes       yes        .         .       .      .      .       .     yes        .
loop:hand_off          yes        yes       yes        .         .       .      .      .       .     yes        .
access:read            yes        yes       yes        .         .       .      .      .       .     yes        .
audit:read              .          .         .         .         .       .      .      .      yes    yes        .
audit:verify            .          .         .         .         .       .      .      .      yes    yes        .
team:read              yes        yes       yes        .         .       .      .      .       .     yes       yes
care_team:leave        yes        yes       yes        .         .       .      .      .       .     yes        .
caseload:write          .         yes        .         .         .       .      .      .       .     yes        .
people:write            .          .         .         .         .       .      .      .       .     yes       yes
intake:write            .          .         .         .         .       .      .      .       .     yes        .
intake:review          yes        yes        .         .         .       .      .      .       .     yes        .
work:unattended         .          .         .         .         .       .      .      .       .     yes        .
health:read            yes        yes        .         .         .       .      .      .       .     yes       yes
catalog:write           .          .         .         .         .       .      .      .       .     yes        .
check:read             yes        yes       yes        .         .       .      .      .       .     yes        .
check:sign              .          .        yes        .         .       .      .      .       .     yes        .
directory:read         yes        yes       yes       yes        .       .      .      .       .     yes       yes
directory:write        yes        yes        .         .         .       .      .      .       .     yes       yes
calendar:write          .         yes        .         .         .       .      .      .       .     yes       yes
booking:read           yes        yes       yes       yes        .       .      .      .       .     yes        .
booking:write          yes        yes        .        yes        .       .      .      .       .     yes        .
booking:overbook        .         yes        .         .         .       .      .      .       .     yes        .
outage:write           yes        yes        .         .         .       .      .      .       .     yes        .
referral:read          yes        yes       yes        .         .       .      .      .       .     yes        .
referral:write         yes        yes       yes        .         .       .      .      .       .     yes        .
referral:sign           .          .        yes        .         .       .      .      .       .     yes        .
circle:read            yes        yes       yes        .         .       .      .      .       .     yes        .
circle:write           yes        yes       yes        .         .       .      .      .       .     yes        .
caller:check           yes        yes       yes       yes        .       .      .      .       .     yes        .
disclosure:read        yes        yes       yes        .         .       .      .      .       .     yes        .
message:read           yes        yes       yes        .         .       .      .      .       .     yes        .
message:write          yes        yes       yes        .         .       .      .      .       .     yes        .
channel:write           .          .         .         .         .       .      .      .       .     yes       yes
link:give              yes        yes        .         .         .       .      .      .       .     yes        .
link:open               .          .         .         .         .       .      .      .       .     yes        .
own:read                .          .         .         .         .      yes    yes     .       .     yes        .
own:write               .          .         .         .         .      yes    yes     .       .     yes        .
outreach:work          yes        yes        .         .         .       .      .      .       .     yes        .
outreach:write          .         yes        .         .         .       .      .      .       .     yes        .
crisis:write           yes        yes       yes       yes       yes      .      .      .      yes    yes       yes
words:read              .         yes       yes        .         .       .      .      .       .     yes       yes
words:approve           .         yes       yes        .         .       .      .      .       .     yes        .
self:write             yes        yes       yes       yes       yes     yes    yes    yes     yes    yes       yes
self:read              yes        yes       yes       yes       yes     yes    yes    yes     yes    yes       yes
"""
ROWS = [line.split() for line in MATRIX.strip().splitlines()]


def test_the_table_of_rights_is_the_one_above() -> None:
    roles = [Role(name) for name in ROWS[0]]

    written = {
        (role, Right(row[0])) for row in ROWS[1:] for role, mark in zip(roles, row[1:], strict=True) if mark == "yes"
    }

    assert set(roles) == set(Role)
    assert {Right(row[0]) for row in ROWS[1:]} == set(Right)
    assert {(role, right) for role in Role for right in rights_of(role)} == written


def test_the_tables_of_access_speak_of_every_role_and_of_known_things_only() -> None:
    assert MAY.keys() | {Role.PATIENT, Role.PROXY, Role.PARTNER} == set(Role)
    assert LABELS.keys() == set(Role)
    assert {relation for through in THROUGH.values() for relation in through} == set(Relation) - {Relation.BREAK_GLASS}
    assert all(label & ~ALL_LABELS == 0 for label in LABELS.values())
