"""Who works here: changes of role and ends of work with their day, a second person for some, teams and names.

What touches rows of patients (loops, caseloads, grants) is done by the worker when the day has come; somebody who is
let go at once is signed out and reaches nobody from that very moment.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.usersessions.models import UserSession
from django.db import connection

from careloop.actions.access import LANGUAGES
from careloop.actions.staffing import count_loops, plan_change, reach_units, shut_out
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import STAFF, Acting, Right, Role
from careloop.facts.administration import StaffStep
from careloop.guard.doors import managing
from careloop.records.models import Membership, Person, StaffChange, Unit
from careloop.worklist.settle import clinic_zone

NOTE_LIMIT = 500
# So far ahead can a change be planned.
AHEAD = timedelta(days=366)


@managing(needs=Right.PEOPLE_WRITE)
def change_role(
    acting: Acting, *, person_id: UUID, version: int, role: Role, from_on: date | None = None, reason: str = ""
) -> None:
    """Plan another role for somebody, from a day of the clinic on (None: from now); some roles await a second person.

    :raises Refusal: if the role or day cannot be, it is oneself or the last administrator, or another change waits
    :raises TakenMeanwhile: if somebody else changed the person after ``version``
    """
    person = _expect(acting, person_id, version)
    if role not in STAFF or role == person.role:
        raise Refusal(Say("refusal.role"))
    _keep_an_administrator(person)
    _plan(acting, person, StaffStep.ROLE, role, from_at=_moment(acting, from_on), reason=reason)


@managing(needs=Right.PEOPLE_WRITE)
def let_go(acting: Acting, *, person_id: UUID, version: int, from_on: date | None = None, reason: str = "") -> int:
    """End somebody's work here, from a day on (None: now); return how many open loops go to their teams' queues.

    Who is let go now is signed out and reaches nobody from this moment; the worker hands the loops over.

    :raises Refusal: if it is oneself or the last administrator, the day cannot be, or another change waits
    :raises TakenMeanwhile: if somebody else changed the person after ``version``
    """
    person = _expect(acting, person_id, version)
    _keep_an_administrator(person)
    from_at = _moment(acting, from_on)
    _plan(acting, person, StaffStep.END, None, from_at=from_at, reason=reason)
    if from_at <= acting.at:
        shut_out(acting, person)
    return count_loops(person_id)


@managing(needs=Right.PEOPLE_WRITE)
def agree_to_change(acting: Acting, *, change_id: UUID) -> None:
    """Agree, as a second person, that somebody gets a role that gives rights to others or sees the whole log.

    :raises Refusal: if one asked for it oneself, or it is about oneself
    """
    row = _expect_waiting(change_id)
    if acting.person_id in (row.asked_by_id, row.person_id):
        raise Refusal(Say("refusal.same_second_person"))
    if row.agreed_at is not None:
        return
    row.agreed_by_id, row.agreed_at = acting.person_id, acting.at
    row.save()


@managing(needs=Right.PEOPLE_WRITE)
def withdraw_change(acting: Acting, *, change_id: UUID) -> None:
    """Take back a change that is not done yet; somebody who was to begin does not.

    :raises Refusal: if it has begun: who was let go stays let go
    """
    row = _expect_waiting(change_id)
    if row.step == StaffStep.END and row.from_at <= acting.at:
        raise Refusal(Say("refusal.staff_change_begun"))
    row.withdrawn_by_id, row.withdrawn_at = acting.person_id, acting.at
    row.save()
    if row.step == StaffStep.BEGIN:
        person = Person.objects.select_for_update().get(pk=row.person_id)
        shut_out(acting, person)
        person.is_active, person.deactivated_at, person.version = False, acting.at, person.version + 1
        person.save()


@managing(needs=Right.PEOPLE_WRITE)
def choose_teams(acting: Acting, *, person_id: UUID, version: int, unit_ids: Sequence[int]) -> None:
    """Set the teams and sites in which somebody works; what they reach through them follows at once.

    :raises Refusal: if open loops of a team that they leave are theirs, or there is no such team
    :raises TakenMeanwhile: if somebody else changed the person after ``version``
    """
    person = _expect(acting, person_id, version, may_be_me=True)
    wanted = set(unit_ids)
    if Unit.objects.filter(pk__in=wanted).count() != len(wanted):
        raise Refusal(Say("refusal.no_such_team"))
    before = set(Membership.objects.filter(person=person).values_list("unit_id", flat=True))
    _refuse_left_loops(person, before - wanted)
    Membership.objects.filter(person=person, unit_id__in=before - wanted).delete()
    Membership.objects.bulk_create([Membership(person=person, unit_id=unit) for unit in sorted(wanted - before)])
    if before != wanted:
        reach_units(acting, person, sorted(wanted))
    person.version += 1
    person.save()


@managing(needs=Right.PEOPLE_WRITE)
def correct_person(acting: Acting, *, person_id: UUID, version: int, name: str, language: str) -> None:
    """Correct the name that colleagues see and the language of somebody's screens.

    :raises Refusal: if the name is empty or the language is not spoken here
    :raises TakenMeanwhile: if somebody else changed the person after ``version``
    """
    person = _expect(acting, person_id, version, may_be_me=True)
    words = " ".join(name.replace("\x00", "").split())
    if not words:
        raise Refusal(Say("refusal.name_missing"))
    if language not in LANGUAGES:
        raise Refusal(Say("refusal.language"))
    person.name, person.language, person.version = words, language, person.version + 1
    person.save()


@managing(needs=Right.PEOPLE_WRITE)
def end_session(acting: Acting, *, session_id: int) -> None:
    """Sign somebody out of one browser; ending a session that has ended is well."""
    for session in UserSession.objects.filter(pk=session_id):
        session.end()


def _expect(acting: Acting, person_id: UUID, version: int, *, may_be_me: bool = False) -> Person:
    rows = Person.objects.select_for_update().filter(pk=person_id, kind="staff", is_active=True)
    person: Person | None = rows.first()
    if person is None:
        raise NotFound
    if person_id == acting.person_id and not may_be_me:
        raise Refusal(Say("refusal.not_oneself"))
    if person.version != version:
        raise TakenMeanwhile(Say("refusal.person_changed_meanwhile"))
    return person


def _expect_waiting(change_id: UUID) -> StaffChange:
    row: StaffChange | None = StaffChange.objects.select_for_update().filter(pk=change_id).first()
    if row is None:
        raise NotFound
    if row.applied_at is not None or row.withdrawn_at is not None:
        raise TakenMeanwhile(Say("refusal.staff_change_done"))
    return row


def _keep_an_administrator(person: Person) -> None:
    """Somebody must be left who can let others in. Counted under a lock: two cannot take each other out at once."""
    if person.role != Role.ADMINISTRATOR:
        return
    others = Person.objects.select_for_update().filter(kind="staff", is_active=True, role=str(Role.ADMINISTRATOR))
    leaving = StaffChange.objects.filter(applied_at=None, withdrawn_at=None).exclude(step=str(StaffStep.BEGIN))
    able = others.exclude(pk=person.pk).exclude(pk__in=leaving.values("person_id")).filter(login__is_active=True)
    if not list(able):
        raise Refusal(Say("refusal.last_administrator"))


def _moment(acting: Acting, from_on: date | None) -> datetime:
    here = ZoneInfo(clinic_zone())
    today = acting.at.astimezone(here).date()
    if from_on is None or from_on == today:
        return acting.at
    if not today < from_on <= today + AHEAD:
        raise Refusal(Say("refusal.staff_change_day"))
    return datetime.combine(from_on, time(0), here)


def _plan(
    acting: Acting, person: Person, step: StaffStep, role: Role | None, *, from_at: datetime, reason: str
) -> None:
    if StaffChange.objects.filter(person=person, applied_at=None, withdrawn_at=None).exists():
        raise Refusal(Say("refusal.staff_change_waits"))
    if len(reason) > NOTE_LIMIT:
        raise Refusal(Say("refusal.note_too_long", count=NOTE_LIMIT))
    plan_change(acting, person, step, role, from_at=from_at, reason=reason)
    person.version += 1
    person.save()


def _refuse_left_loops(person: Person, left: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT loops_held_in(%s, %s)", [person.pk, sorted(left)])
        count = int(cursor.fetchone()[0])
    if count:
        raise Refusal(Say("refusal.leaves_team_loops", count=count))
