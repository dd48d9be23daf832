"""Those to whom something can be given, inside the doors of the pages on which it is given."""

from collections.abc import Sequence

from careloop.facts.access import Right, Role
from careloop.facts.pages import Choice
from careloop.records.models import Person, Unit
from careloop.rules.access import rights_of


def list_receivers(
    units: Sequence[int], *, roles: Sequence[Role] = tuple(Role)
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return the people of these teams and roles who work on loops, and the teams, each by name."""
    work = [str(role) for role in roles if Right.LOOP_WRITE in rights_of(role)]
    members = Person.objects.filter(membership__unit_id__in=units, is_active=True, role__in=work).distinct()
    people = tuple(Choice(str(p.pk), p.name) for p in members.order_by("name"))
    teams = Unit.objects.filter(pk__in=units, kind="team").order_by("name")
    return people, tuple(Choice(str(u.pk), u.name) for u in teams)
