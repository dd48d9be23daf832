"""The hours of the demo's teams, outside of which it is after hours, and of those who come in for half days."""

from collections.abc import Collection, Mapping
from uuid import UUID

from careloop.actions.administration_places import change_unit
from careloop.actions.capacity import say_how_one_works
from careloop.catalog.demo.staff import CLOSES, OPENS, WORK, WORKDAYS
from careloop.facts.access import Acting
from careloop.reads.administration import list_units


def open_teams(acting: Acting, names: Collection[str]) -> None:
    """Give the teams of these names their hours, those that have some already aside."""
    for line in list_units(acting):
        if line.name in names and not line.hours:
            change_unit(
                acting, unit_id=line.id, version=line.version, name=line.name, zone=line.zone,
                hours=dict.fromkeys(WORKDAYS, (OPENS, CLOSES)),
            )  # fmt: skip


def say_half_days(acting: Acting, people: Mapping[str, UUID]) -> None:
    """Say how those work who come in for half days; ``people`` are the keys of the staff by their names in the demo."""
    for one in WORK:
        say_how_one_works(
            acting, person_id=people[one.staff], minutes=[one.minutes if day in WORKDAYS else 0 for day in range(1, 8)],
            languages=one.languages, specialties=one.specialties,
        )  # fmt: skip
