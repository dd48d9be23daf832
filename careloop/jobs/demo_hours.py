"""The hours of the demo's teams: what comes in or is written outside of them is after hours."""

from collections.abc import Collection

from careloop.actions.administration_places import change_unit
from careloop.catalog.demo.staff import CLOSES, OPENS, WORKDAYS
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
