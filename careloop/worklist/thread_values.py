"""The defaults of threads as they hold at a moment, by the clinic's own days."""

from zoneinfo import ZoneInfo

from careloop.catalog.threads import load_threads
from careloop.facts.access import Acting
from careloop.rules.defaults import value_on
from careloop.worklist.settle import clinic_zone


def value_of(name: str, acting: Acting) -> int:
    """Return a default of threads as it holds now."""
    return value_on(load_threads()[name], acting.at.astimezone(ZoneInfo(clinic_zone())).date())
