"""Who is at the keyboard: from a login to the person who acts."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting, Purpose, Role
from careloop.guard.doors import arriving
from careloop.records.models import Clinic, Cover, Login, Person

# Why each role usually looks.
PURPOSE = {Role.BILLING: Purpose.PAYMENT, Role.ADMINISTRATOR: Purpose.OPERATIONS, Role.AUDITOR: Purpose.AUDIT}


@dataclass(frozen=True, slots=True)
class Covering:
    """Whose patients somebody looks after at this moment, and until when."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Who acts behind a calendar address, and which address it is."""

    acting: Acting
    feed_id: UUID


@dataclass(frozen=True, slots=True)
class Me:
    """What a screen knows about who is signed in."""

    person_id: UUID
    name: str
    role: Role
    language: str
    zone: str
    is_demo: bool
    covering: tuple[Covering, ...] = ()


@arriving
def get_acting(login_id: int, at: datetime) -> Acting | None:
    """Return who acts behind a login at this moment; None if the login or the person is closed."""
    return _act(at, pk=login_id)


@arriving
def find_feed_owner(token: str, at: datetime) -> Asked | None:
    """Return whose calendar address has this secret; None if nobody's, if it was revoked, or if the person has left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed_id, person_id FROM owner_of_feed(%s)", [hashlib.sha256(token.encode()).digest()])
        row = cursor.fetchone()
    acting = None if row is None else _act(at, person_id=row[1])
    return None if acting is None else Asked(acting, row[0])


def _act(at: datetime, **which: object) -> Acting | None:
    login = Login.objects.filter(is_active=True, person__is_active=True, **which).select_related("person").first()
    if login is None:
        return None
    role = Role(login.person.role)
    return Acting(person_id=login.person_id, role=role, at=at, purpose=PURPOSE.get(role, Purpose.TREATMENT))


@arriving
def get_me(acting: Acting) -> Me:
    """Return what the screens show about the person who acts."""
    person = Person.objects.get(pk=acting.person_id)
    clinic = Clinic.objects.first() or Clinic()
    covers = Cover.objects.filter(covering_id=person.pk, during__contains=acting.at).select_related("absent")
    return Me(
        person_id=person.pk,
        name=person.name,
        role=Role(person.role),
        language=person.language,
        zone=str(clinic.zone),
        is_demo=bool(clinic.is_demo),
        covering=tuple(Covering(one.absent.name, one.during.upper) for one in covers),
    )
