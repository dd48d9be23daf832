"""Changes of staff whose day has come: grants by the new role, loops and caseloads back to their teams."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from psycopg.types.range import TimestamptzRange

from careloop.actions.staffing import shut_out
from careloop.basics.words import Say
from careloop.facts.access import Acting, Relation, Right, Role
from careloop.facts.administration import StaffStep
from careloop.facts.worklist import Event, State
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import (
    AccessGrant,
    CareTeamMember,
    Caseload,
    Cover,
    Login,
    Loop,
    Membership,
    Person,
    StaffChange,
)
from careloop.rules.access import MAY_CARRY, THROUGH, rights_of
from careloop.worklist.grants import end_grants, give_grant
from careloop.worklist.settle import Change, change, zones_of

# A range that ends where it begins is empty, and nothing is deleted.
SHORTEST = timedelta(microseconds=1)


@unattended(needs=Right.WORK_UNATTENDED)
def apply_staff_changes(acting: Acting, *, how_many: int) -> int:
    """Do up to ``how_many`` changes of staff whose moment has come and that nobody still has to agree to.

    Open loops that the person can no longer hold go to the queue of their team; nothing is left without an owner.
    """
    due = StaffChange.objects.filter(applied_at=None, withdrawn_at=None, from_at__lte=acting.at)
    ready = due.exclude(needs_second=True, agreed_at=None).order_by("from_at", "id")
    rows = list(ready.select_for_update(of=("self",), skip_locked=True)[:how_many])
    for row in rows:
        person = Person.objects.select_for_update().get(pk=row.person_id)
        _apply(acting, person, row)
        row.applied_at = acting.at
        row.save()
    return len(rows)


def _apply(acting: Acting, person: Person, row: StaffChange) -> None:
    if row.step == StaffStep.BEGIN:
        Login.objects.filter(person=person).update(is_active=True)
        return
    _enter_what_they_hold(person.pk)
    role = Role(row.role_after) if row.role_after else None
    grants = list(AccessGrant.objects.filter(person=person, during__endswith__isnull=True)) + list(
        AccessGrant.objects.filter(person=person, during__endswith__gt=acting.at)
    )
    kept = [one for one in grants if role and Relation(one.source) in THROUGH.get(role, ())]
    if role is None:
        shut_out(acting, person)
    else:
        end_grants(acting, person.pk)
    if role is None or role not in MAY_CARRY:
        _end_caseload(acting, person)
    if role is None or Relation.CARE_TEAM not in THROUGH.get(role, ()):
        _end_ranges(CareTeamMember, acting.at, person=person)
    if role is None or Right.LOOP_WRITE not in rights_of(role):
        _hand_back(acting, person)
    if role is None:
        _end_ranges(Cover, acting.at, absent=person)
        person.is_active, person.deactivated_at = False, acting.at
    else:
        person.role = str(role)
    person.version += 1
    person.save()
    if role is not None:
        _give_anew(acting, person, kept)


def _enter_what_they_hold(person_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id, unit_id FROM held_by(%s)", [person_id])
        held = cursor.fetchall()
    enter(
        patients={patient for patient, _unit in held if patient}, units={unit for patient, unit in held if not patient}
    )


def _hand_back(acting: Acting, person: Person) -> None:
    """Open loops go to the queue of their team, as if they were handed off."""
    loops = list(
        Loop.objects.filter(owner=person)
        .exclude(state=str(State.CLOSED))
        .order_by("id")
        .select_for_update(of=("self",))
    )
    zones = zones_of(loops)
    for loop in loops:
        columns: dict[str, object] = {"owner_id": None, "queue_id": loop.unit_id, "last_contact": ""}
        change(acting, loop, Change(Event.HAND_OFF, Say("event.owner_left"), columns=columns), zone=zones[loop.pk])


def _end_caseload(acting: Acting, person: Person) -> None:
    """Patients are without a coordinator from now on, and who covered for the person covers for nobody."""
    for cover in Cover.objects.filter(absent=person, during__endswith__gt=acting.at):
        for patient_id in Caseload.objects.filter(person=person, during__contains=acting.at).values_list("patient_id"):
            end_grants(acting, cover.covering_id, patient_id[0], str(Relation.COVER))
    _end_ranges(Caseload, acting.at, person=person)
    _end_ranges(Cover, acting.at, covering=person)


def _end_ranges(table: type[Caseload] | type[CareTeamMember] | type[Cover], at: datetime, **whose: Person) -> None:
    """End what still runs at this moment; what would never have begun ends where it begins, a microsecond long."""
    rows = table.objects.filter(**whose)
    for row in [*rows.filter(during__endswith__isnull=True), *rows.filter(during__endswith__gt=at)]:
        row.during = TimestamptzRange(row.during.lower, max(at, row.during.lower + SHORTEST))
        row.save()


def _give_anew(acting: Acting, person: Person, kept: list[AccessGrant]) -> None:
    """Give what the new role still reaches through, with the labels of the new role; teams by membership."""
    for grant in kept:
        if grant.source != Relation.UNIT:
            lasting = TimestamptzRange(max(acting.at, grant.during.lower), grant.during.upper)
            give_grant(acting, person, Relation(grant.source), patient_id=grant.patient_id, during=lasting)
    if Role(person.role) in MAY_CARRY:
        for unit_id in Membership.objects.filter(person=person).values_list("unit_id", flat=True):
            give_grant(acting, person, Relation.UNIT, unit_id=unit_id)
