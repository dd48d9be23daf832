"""Who is at the keyboard: from a login to the person who acts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloop.facts.access import Acting, Purpose, Role
from careloop.guard.doors import arriving
from careloop.records.models import Clinic, Login, Person

# Why each role usually looks.
PURPOSE = {Role.BILLING: Purpose.PAYMENT, Role.ADMINISTRATOR: Purpose.OPERATIONS, Role.AUDITOR: Purpose.AUDIT}


@dataclass(frozen=True, slots=True)
class Me:
    """What a screen knows about who is signed in."""

    person_id: UUID
    name: str
    role: Role
    language: str
    zone: str


@arriving
def get_acting(login_id: int, at: datetime) -> Acting | None:
    """Return who acts behind a login at this moment; None if the login or the person is closed."""
    login = Login.objects.filter(pk=login_id, is_active=True, person__is_active=True).select_related("person").first()
    if login is None:
        return None
    role = Role(login.person.role)
    return Acting(person_id=login.person_id, role=role, at=at, purpose=PURPOSE.get(role, Purpose.TREATMENT))


@arriving
def get_me(acting: Acting) -> Me:
    """Return what the screens show about the person who acts."""
    person = Person.objects.get(pk=acting.person_id)
    zone = Clinic.objects.values_list("zone", flat=True).first() or "America/New_York"
    return Me(person_id=person.pk, name=person.name, role=Role(person.role), language=person.language, zone=str(zone))
