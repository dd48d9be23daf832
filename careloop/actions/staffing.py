"""Grants, logins and planned changes of people who work here, inside the doors that hire, change and let go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from careloop.actions.access import LANGUAGES
from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import STAFF, Acting, Relation, Role
from careloop.facts.administration import PRIVILEGED, StaffStep
from careloop.records.models import Login, Membership, Person, StaffChange
from careloop.rules.access import MAY_CARRY
from careloop.worklist.grants import end_grants, give_grant


def plan_change(
    acting: Acting, person: Person, step: StaffStep, role: Role | None, *, from_at: datetime, reason: str = ""
) -> None:
    """Write a change down; the operator at the machine needs no second person."""
    StaffChange(
        id=new_id(acting.at),
        person=person,
        step=str(step),
        role_before="" if step is StaffStep.BEGIN else person.role,
        role_after=str(role or ""),
        from_at=from_at,
        reason=" ".join(reason.replace("\x00", "").split()),
        needs_second=role in PRIVILEGED and acting.role is Role.ADMINISTRATOR,
        asked_by_id=acting.person_id,
        asked_at=acting.at,
    ).save(force_insert=True)


def shut_out(acting: Acting, person: Person) -> None:
    """Close the login, end every session and every grant at this moment."""
    for login in Login.objects.filter(person=person):
        for session in UserSession.objects.filter(user=login):
            session.end()
    Login.objects.filter(person=person).update(is_active=False)
    end_grants(acting, person.pk)


def count_loops(person_id: UUID) -> int:
    """Return how many open loops somebody owns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(whole), 0) FROM loops_left_by(%s, 1)", [person_id])
        return int(cursor.fetchone()[0])


def reach_units(acting: Acting, person: Person, unit_ids: Sequence[int]) -> None:
    """End what somebody reaches through teams and give it anew for these: a grant is only shortened, never changed."""
    end_grants(acting, person.pk, through=str(Relation.UNIT))
    if Role(person.role) in MAY_CARRY:
        for unit_id in unit_ids:
            give_grant(acting, person, Relation.UNIT, unit_id=unit_id)


def hire_person(
    acting: Acting, *, name: str, email: str, role: Role, password: str | None, unit_ids: Sequence[int], language: str
) -> UUID:
    """Write down somebody new with login, teams and grants; a privileged role waits for a second administrator."""
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
    login.set_password(password)
    waits = role in PRIVILEGED and acting.role is Role.ADMINISTRATOR
    login.is_active = not waits
    login.save()
    if waits:
        plan_change(acting, person, StaffStep.BEGIN, role, from_at=acting.at)
    for unit_id in unit_ids:
        Membership(person=person, unit_id=unit_id).save(force_insert=True)
        if role in MAY_CARRY:
            give_grant(acting, person, Relation.UNIT, unit_id=unit_id)
    return UUID(str(person.pk))


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
