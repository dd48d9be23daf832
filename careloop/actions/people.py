"""People and teams: hired, joined, given patients, covered, and let go without a loop left behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.urls import reverse
from psycopg.types.range import TimestamptzRange

from careloop.actions.access import LANGUAGES
from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Relation, Right, Role
from careloop.facts.worklist import Event, State
from careloop.guard.doors import batch, managing
from careloop.records.models import (
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
from careloop.rules.access import grant_labels
from careloop.worklist.settle import Change, change

STAFF = (
    Role.COORDINATOR,
    Role.SUPERVISOR,
    Role.CLINICIAN,
    Role.FRONT_DESK,
    Role.BILLING,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
# Roles whose members reach every patient of their team.
REACH_UNIT = (Role.COORDINATOR, Role.SUPERVISOR)


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

    :raises Refusal: if the name, e-mail, role or password cannot be used, or the e-mail is taken
    """
    if role not in STAFF:
        raise Refusal(Say("refusal.role"))
    if language not in LANGUAGES:
        raise Refusal(Say("refusal.language"))
    address = _usable_email(email)
    words = " ".join(name.replace("\x00", "").split())
    if not words:
        raise Refusal(Say("refusal.name_missing"))
    if password is not None:
        _usable_password(password)
    person = Person(id=new_id(acting.at), kind="staff", role=str(role), name=words, language=language)
    person.save(force_insert=True)
    login = Login(email=address, person=person)
    if password is None:
        login.set_unusable_password()
    else:
        login.set_password(password)
    login.save()
    for unit_id in unit_ids:
        Membership(person=person, unit_id=unit_id).save(force_insert=True)
        if role in REACH_UNIT:
            _grant(acting, person, Relation.UNIT, unit_id=unit_id)
    return UUID(str(person.pk))


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
def deactivate(acting: Acting, *, person_id: UUID) -> None:
    """Let a person go: the login closes and every grant ends at this moment.

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
    _end_grants(acting, person_id)


@batch(needs=Right.CASELOAD_WRITE, about=Patient)
def assign_caseload(acting: Acting, patients: Sequence[Patient], *, to_person: UUID) -> int:
    """Make a coordinator the primary one of these patients from this moment; return how many changed.

    The former one's time and grant end; the loops they owned go along.

    :raises Refusal: unless the person is an active coordinator or supervisor
    """
    person = Person.objects.filter(pk=to_person, is_active=True, role__in=[str(r) for r in REACH_UNIT]).first()
    if person is None:
        raise Refusal(Say("refusal.not_a_coordinator"))
    return sum(_assign(acting, patient, person) for patient in patients)


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
        _grant(acting, person, Relation.CARE_TEAM, patient_id=patient.pk)
    return len(new)


@managing(needs=Right.CASELOAD_WRITE)
def cover_caseload(
    acting: Acting, *, absent: UUID, covering: UUID, since: datetime, until: datetime, reason: str
) -> int:
    """Let one person stand in for another between two moments; return how many patients that opens.

    :raises Refusal: if the dates are turned round, longer than a year, or a person cannot cover
    """
    if not since < until <= since + timedelta(days=366):
        raise Refusal(Say("refusal.cover_dates"))
    stand_in = Person.objects.filter(pk=covering, is_active=True, role__in=[str(r) for r in REACH_UNIT]).first()
    if stand_in is None or absent == covering:
        raise Refusal(Say("refusal.cover_person"))
    shared = Membership.objects.filter(person_id=covering).values("unit_id")
    if not Membership.objects.filter(person_id=absent, unit_id__in=shared).exists():
        raise Refusal(Say("refusal.cover_person"))
    during = TimestamptzRange(since, until)
    Cover(absent_id=absent, covering_id=covering, during=during, reason=reason).save(force_insert=True)
    patients = Caseload.objects.filter(person_id=absent, during__contains=acting.at).values_list(
        "patient_id", flat=True
    )
    for patient_id in list(patients):
        _grant(acting, stand_in, Relation.COVER, patient_id=patient_id, during=during)
    return len(patients)


def _assign(acting: Acting, patient: Patient, person: Person) -> bool:
    held = Caseload.objects.select_for_update().filter(patient=patient, during__contains=acting.at).first()
    if held is not None and held.person_id == person.pk:
        return False
    if held is not None:
        held.during = TimestamptzRange(held.during.lower, acting.at)
        held.save()
        _end_grants(acting, held.person_id, patient.pk, str(Relation.CASELOAD))
        for cover in _covers_of(held.person_id, acting.at):
            _end_grants(acting, cover.covering_id, patient.pk, str(Relation.COVER))
    Caseload(
        patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, patient_no=patient.no, person=person,
        during=TimestamptzRange(acting.at, None),
    ).save(force_insert=True)  # fmt: skip
    _grant(acting, person, Relation.CASELOAD, patient_id=patient.pk)
    for cover in _covers_of(person.pk, acting.at):
        since = max(cover.during.lower, acting.at)
        during = TimestamptzRange(since, cover.during.upper)
        _grant(acting, cover.covering, Relation.COVER, patient_id=patient.pk, during=during)
    _hand_over(acting, patient, held.person_id if held else None, person)
    return True


def _hand_over(acting: Acting, patient: Patient, former: UUID | None, person: Person) -> None:
    """Loops of the former coordinator, or of the queue when there was none, follow the patient."""
    rows = Loop.objects.filter(patient=patient).exclude(state=str(State.CLOSED))
    mine = rows.filter(owner_id=former) if former else rows.filter(owner=None).exclude(check_name="")
    for loop in mine.select_for_update(of=("self",)).order_by("id"):
        columns: dict[str, object] = {"owner_id": person.pk, "queue_id": None, "last_contact": ""}
        change(acting, loop, Change(Event.HAND_OFF, Say("event.caseload_moved"), columns=columns))


def _covers_of(person_id: UUID, at: datetime) -> list[Cover]:
    """Return who stands in for a person now or later: their reach follows the caseload."""
    running = Cover.objects.filter(absent_id=person_id, during__endswith__gt=at)
    return list(running.select_related("covering"))


def _grant(
    acting: Acting,
    person: Person,
    relation: Relation,
    *,
    patient_id: UUID | None = None,
    unit_id: int | None = None,
    during: TimestamptzRange | None = None,
) -> None:
    lasting = during or TimestamptzRange(acting.at, None)
    bounds = (lasting.lower, lasting.upper)
    mask = int(grant_labels(Role(person.role)))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_grant (person_id, patient_id, unit_id, source, label_mask, purpose, during,"
            " granted_by, reason) VALUES (%s, %s, %s, %s, %s, '', tstzrange(%s, %s), %s, '')",
            [person.pk, patient_id, unit_id, str(relation), mask, *bounds, acting.person_id],
        )


def _end_grants(acting: Acting, person_id: UUID, patient_id: UUID | None = None, through: str = "") -> None:
    """Close running grants of a person at this moment; grants are closed, never deleted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT end_grants(%s, %s, %s, %s)", [person_id, patient_id, through, acting.at])


def _loops_left_by(person_id: UUID) -> LeavingLoops:
    with connection.cursor() as cursor:
        cursor.execute("SELECT loop_id, kind, next_at, whole FROM loops_left_by(%s, 20)", [person_id])
        rows = cursor.fetchall()
    return LeavingLoops(count=rows[0][3] if rows else 0, first=tuple((r[0], r[1], r[2]) for r in rows))


def _usable_email(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refusal(Say("refusal.email")) from None
    if Login.objects.filter(email__iexact=address).exists():
        raise Refusal(Say("refusal.email_taken"))
    return address


def _usable_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError:
        raise Refusal(Say("refusal.password")) from None
