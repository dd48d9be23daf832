"""People and teams: hired, joined, given patients, covered, and let go without a loop left behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from psycopg.types.range import TimestamptzRange

from careloop.actions.staffing import hire_person, plan_change
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Relation, Right, Role
from careloop.facts.administration import StaffStep
from careloop.facts.worklist import Event, State
from careloop.guard.doors import action, batch, managing
from careloop.records.models import (
    AbsenceLoop,
    CareTeamMember,
    Caseload,
    Cover,
    Login,
    Loop,
    Membership,
    Patient,
    Person,
    Unit,
)
from careloop.rules.access import MAY_CARRY, has_right
from careloop.worklist.grants import end_grants, give_grant
from careloop.worklist.handoffs import lock_people
from careloop.worklist.settle import Change, change
from careloop.worklist.shares import end_shares


@dataclass(frozen=True, slots=True)
class LeavingLoops:
    """What somebody would leave behind: how many, and the first of them (id, kind, next moment)."""

    count: int
    first: tuple[tuple[UUID, str, datetime], ...]


class LeavesLoops(Refusal):
    """A person owns open loops and nobody covers: hand them over or arrange cover first."""

    def __init__(self, left: LeavingLoops) -> None:
        super().__init__(Say("refusal.leaves_loops_count", count=left.count))
        self.left = left


@managing(needs=Right.PEOPLE_WRITE)
def make_team(acting: Acting, *, name: str, kind: str = "team") -> int:
    """Make a team or site, or find the one of that name; return its number."""
    words = " ".join(name.replace("\x00", "").split())
    if not words:
        raise Refusal(Say("refusal.team_name"))
    # Two who make the same team at once find the same one.
    if not Unit.objects.filter(name=words).exists():
        Unit.objects.bulk_create([Unit(name=words, kind=kind)], ignore_conflicts=True)
    return int(Unit.objects.values_list("pk", flat=True).get(name=words))


@managing(needs=Right.PEOPLE_WRITE)
def hire(
    acting: Acting,
    *,
    name: str,
    email: str,
    role: Role,
    password: str | None,
    unit_ids: Sequence[int] = (),
    language: str = "en",
) -> UUID:
    """Add a member of staff with a login; ``password`` None leaves the login closed until one is set.

    A role that gives rights to others or sees the whole log waits, its login closed, until a second administrator
    agrees; the operator at the machine needs nobody.

    :raises Refusal: if the name, e-mail, role or password cannot be used, or the e-mail is taken
    """
    return hire_person(
        acting, name=name, email=email, role=role, password=password, unit_ids=unit_ids, language=language
    )


@managing(needs=Right.PEOPLE_WRITE)
def make_sign_in_link(acting: Acting, *, person_id: UUID) -> str:
    """Return the path of a link with which this person sets a password, once and within a day.

    :raises NotFound: if the person does not work here
    """
    login = Login.objects.filter(person_id=person_id, is_active=True, person__is_active=True).first()
    if login is None:
        raise NotFound
    key = default_token_generator.make_token(login)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(login), "key": key})


@managing(needs=Right.PEOPLE_WRITE)
def deactivate(acting: Acting, *, person_id: UUID) -> int:
    """Let a person go: the login closes and every grant ends at this moment; return how many open loops are left.

    Those are covered until the worker, in its next round, hands them to the queues of their teams and ends the cover:
    whoever has left owns nothing.

    :raises LeavesLoops: if open loops would be left without cover, with the list
    """
    person = Person.objects.select_for_update().filter(pk=person_id, kind="staff").first()
    if person is None:
        raise NotFound
    left = _loops_left_by(person_id)
    covered = Cover.objects.filter(absent_id=person_id, during__contains=acting.at).exists()
    if left.count and not covered:
        raise LeavesLoops(left)
    person.is_active, person.deactivated_at = False, acting.at
    person.save()
    Login.objects.filter(person=person).update(is_active=False)
    end_grants(acting, person_id)
    if covered:
        plan_change(acting, person, StaffStep.END, None, from_at=acting.at)
    return left.count


@batch(needs=Right.CASELOAD_WRITE, about=Patient)
def assign_caseload(acting: Acting, patients: Sequence[Patient], *, to_person: UUID, reason: str = "") -> int:
    """Make a coordinator the primary one of these patients from this moment; return how many changed.

    The former one's time and grant end; the loops they owned go along. ``reason`` is kept with the former one's time.

    :raises Refusal: unless the person is an active coordinator or supervisor
    """
    person = _find_coordinator(to_person)
    words = " ".join(reason.replace("\x00", "").split())
    return sum(_assign(acting, patient, person, reason=words) for patient in patients)


@batch(needs=Right.CASELOAD_WRITE, about=Patient)
def join_care_team(acting: Acting, patients: Sequence[Patient], *, person_id: UUID, part: str) -> int:
    """Add a person to the care teams of these patients from this moment; return how many."""
    person = Person.objects.filter(pk=person_id, is_active=True, kind="staff").first()
    if person is None:
        raise Refusal(Say("refusal.receiver_elsewhere"))
    lasting = TimestamptzRange(acting.at, None)
    joined = CareTeamMember.objects.filter(patient__in=patients, person=person, during__contains=acting.at)
    members = set(joined.values_list("patient_id", flat=True))
    new = [patient for patient in patients if patient.pk not in members]
    for patient in new:
        CareTeamMember(
            patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, person=person, part=part,
            during=lasting,
        ).save(force_insert=True)  # fmt: skip
        give_grant(acting, person, Relation.CARE_TEAM, patient_id=patient.pk)
    return len(new)


@action(needs=Right.CARE_TEAM_LEAVE, about=Patient)
def leave_care_team(
    acting: Acting, patient: Patient, *, person_id: UUID, reason: str, successor: UUID | None = None
) -> int:
    """End somebody's part in the care team of a patient at this moment; return how many open loops moved on.

    Time and reason are kept. The loops that they own go to whoever follows: the primary coordinator, else the team's
    queue. The primary coordinator is followed by ``successor``, whom a supervisor chooses.

    :raises NotFound: if the person is not in the team, or is somebody else and this role may not choose
    :raises Refusal: if there is no reason, or the primary coordinator has no successor
    """
    words = " ".join(reason.replace("\x00", "").split())
    if not words:
        raise Refusal(Say("refusal.leaving_reason"))
    chooses = has_right(acting, Right.CASELOAD_WRITE)
    if person_id != acting.person_id and not chooses:
        raise NotFound
    if Caseload.objects.filter(patient=patient, person_id=person_id, during__contains=acting.at).exists():
        if successor is None or successor == person_id or not chooses:
            raise Refusal(Say("refusal.primary_needs_successor"))
        owned = Loop.objects.filter(patient=patient, owner_id=person_id).exclude(state=str(State.CLOSED)).count()
        _assign(acting, patient, _find_coordinator(successor), reason=words)
        return owned
    member = CareTeamMember.objects.filter(patient=patient, person_id=person_id, during__contains=acting.at).first()
    if member is None:
        raise NotFound
    member.during = TimestamptzRange(member.during.lower, acting.at)
    member.left_reason, member.left_by_id = words, acting.person_id
    member.save()
    moved = _move_on(acting, patient, person_id)
    # The last thing: whoever leaves of their own accord may see the patient no longer.
    end_grants(acting, person_id, patient.pk, str(Relation.CARE_TEAM))
    return moved


@managing(needs=Right.CASELOAD_WRITE)
def cover_caseload(
    acting: Acting, *, absent: UUID, covering: UUID, since: datetime, until: datetime, reason: str
) -> int:
    """Let one person stand in for another between two moments; return how many patients that opens.

    :raises Refusal: if the dates are turned round or longer than a year, a person cannot cover, or already does
    """
    if not since < until <= since + timedelta(days=366):
        raise Refusal(Say("refusal.cover_dates"))
    # Locked: the same cover sent twice is planned once.
    stand_in = (
        Person.objects.select_for_update()
        .filter(pk=covering, is_active=True, role__in=[str(r) for r in MAY_CARRY])
        .first()
    )
    if stand_in is None or absent == covering:
        raise Refusal(Say("refusal.cover_person"))
    shared = Membership.objects.filter(person_id=covering).values("unit_id")
    if not Membership.objects.filter(person_id=absent, unit_id__in=shared).exists():
        raise Refusal(Say("refusal.cover_person"))
    during = TimestamptzRange(since, until)
    # Cover that was taken back before it began is a microsecond long.
    whole = TimestamptzRange(since + timedelta(microseconds=1), until)
    if Cover.objects.filter(absent_id=absent, covering_id=covering, during__overlap=whole).exists():
        raise Refusal(Say("refusal.cover_there"))
    Cover(absent_id=absent, covering_id=covering, during=during, reason=reason).save(force_insert=True)
    patients = Caseload.objects.filter(person_id=absent, during__contains=acting.at).values_list(
        "patient_id", flat=True
    )
    for patient_id in list(patients):
        give_grant(acting, stand_in, Relation.COVER, patient_id=patient_id, during=during)
    return len(patients)


@managing(needs=Right.CASELOAD_WRITE)
def end_cover(acting: Acting, *, cover_id: int) -> None:
    """End a cover at this moment, because somebody is back or it is not needed; what it opened is shut again.

    One that has not begun keeps a microsecond: what was planned stays in the history.

    :raises NotFound: if the cover is over, or of nobody in the teams of this person
    """
    teams = Membership.objects.filter(person_id=acting.person_id).values("unit_id")
    covers = Cover.objects.filter(absent__membership__unit_id__in=teams, during__endswith__gt=acting.at)
    cover = Cover.objects.select_for_update().filter(pk=cover_id, pk__in=covers.values("pk")).first()
    if cover is None:
        raise NotFound
    end = max(acting.at, cover.during.lower + timedelta(microseconds=1))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT g.patient_id FROM access_grant g JOIN caseload c ON c.patient_id = g.patient_id"
            " WHERE g.person_id = %s AND g.source = %s AND upper(g.during) > %s AND c.person_id = %s",
            [cover.covering_id, str(Relation.COVER), acting.at, cover.absent_id],
        )
        patients = [row[0] for row in cursor.fetchall()]
    cover.during = TimestamptzRange(cover.during.lower, end)
    cover.save()
    for patient_id in patients:
        end_grants(acting, cover.covering_id, patient_id, str(Relation.COVER))
    # What the two agreed on for other days goes on.
    for other in _covers_of(cover.absent_id, acting.at):
        if other.pk != cover.pk and other.covering_id == cover.covering_id:
            during = TimestamptzRange(max(other.during.lower, acting.at), other.during.upper)
            for patient_id in patients:
                give_grant(acting, other.covering, Relation.COVER, patient_id=patient_id, during=during)


def _find_coordinator(person_id: UUID) -> Person:
    carriers = Person.objects.filter(is_active=True, role__in=[str(r) for r in MAY_CARRY])
    person: Person | None = carriers.filter(pk=person_id).first()
    if person is None:
        raise Refusal(Say("refusal.not_a_coordinator"))
    return person


def _assign(acting: Acting, patient: Patient, person: Person, reason: str = "") -> bool:
    held = Caseload.objects.select_for_update().filter(patient=patient, during__contains=acting.at).first()
    if held is not None and held.person_id == person.pk:
        return False
    if held is not None:
        lock_people(held.person_id)
        held.during = TimestamptzRange(held.during.lower, acting.at)
        if reason:
            held.left_reason, held.left_by_id = reason, acting.person_id
        held.save()
        end_grants(acting, held.person_id, patient.pk, str(Relation.CASELOAD))
        for cover in _covers_of(held.person_id, acting.at):
            end_grants(acting, cover.covering_id, patient.pk, str(Relation.COVER))
        end_shares(acting.at, [patient.pk], held.person_id)
    Caseload(
        patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, patient_no=patient.no, person=person,
        during=TimestamptzRange(acting.at, None),
    ).save(force_insert=True)  # fmt: skip
    give_grant(acting, person, Relation.CASELOAD, patient_id=patient.pk)
    for cover in _covers_of(person.pk, acting.at):
        since = max(cover.during.lower, acting.at)
        during = TimestamptzRange(since, cover.during.upper)
        give_grant(acting, cover.covering, Relation.COVER, patient_id=patient.pk, during=during)
    _hand_over(acting, patient, held.person_id if held else None, person)
    return True


def _hand_over(acting: Acting, patient: Patient, former: UUID | None, person: Person) -> None:
    """Loops of the former coordinator, or of the queue when there was none, follow the patient."""
    rows = Loop.objects.filter(patient=patient).exclude(state=str(State.CLOSED))
    # What a colleague has only because the former one is away follows too.
    away = AbsenceLoop.objects.filter(absence__person=former, back_at=None).values("loop_id")
    nobodys = rows.filter(owner=None).exclude(check_name="")
    mine = rows.filter(Q(owner_id=former) | Q(pk__in=away)) if former else nobodys
    for loop in mine.select_for_update(of=("self",)).order_by("id"):
        columns: dict[str, object] = {"owner_id": person.pk, "queue_id": None, "last_contact": ""}
        change(acting, loop, Change(Event.HAND_OFF, Say("event.caseload_moved"), columns=columns))


def _move_on(acting: Acting, patient: Patient, former: UUID) -> int:
    """Give the open loops of somebody who left to the primary coordinator, else to the queue; return how many."""
    primary = Caseload.objects.filter(patient=patient, during__contains=acting.at).first()
    columns: dict[str, object] = {
        "owner_id": primary.person_id if primary else None,
        "queue_id": None if primary else patient.unit_id,
        "last_contact": "",
    }
    rows = Loop.objects.filter(patient=patient, owner_id=former).exclude(state=str(State.CLOSED))
    loops = list(rows.select_for_update(of=("self",)).order_by("id"))
    for loop in loops:
        change(acting, loop, Change(Event.HAND_OFF, Say("event.care_team_left"), columns=columns))
    return len(loops)


def _covers_of(person_id: UUID, at: datetime) -> list[Cover]:
    """Return who stands in for a person now or later: their reach follows the caseload."""
    running = Cover.objects.filter(absent_id=person_id, during__endswith__gt=at)
    return list(running.select_related("covering"))


def _loops_left_by(person_id: UUID) -> LeavingLoops:
    with connection.cursor() as cursor:
        cursor.execute("SELECT loop_id, kind, next_at, whole FROM loops_left_by(%s, 20)", [person_id])
        rows = cursor.fetchall()
    return LeavingLoops(count=rows[0][3] if rows else 0, first=tuple((r[0], r[1], r[2]) for r in rows))
