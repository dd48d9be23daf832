"""Those to whom something can be given, inside the doors of the pages on which it is given."""

from collections.abc import Sequence

from careloop.facts.access import Right, Role
from careloop.facts.pages import Choice
from careloop.records.models import Person, Unit
from careloop.rules.access import rights_of


def list_receivers(units: Sequence[int]) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return the people of these teams who work on loops, and the teams, each by name."""
    members = Person.objects.filter(membership__unit_id__in=units, is_active=True).distinct().order_by("name")
    people = tuple(Choice(str(p.pk), p.name) for p in members if Right.LOOP_WRITE in rights_of(Role(p.role)))
    teams = Unit.objects.filter(pk__in=units, kind="team").order_by("name")
    return people, tuple(Choice(str(u.pk), u.name) for u in teams)
