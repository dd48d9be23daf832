"""Setting a finding about medicines aside: for how long, and when it returns."""

from datetime import date, timedelta

from careloop.facts.clocks import Clocks
from careloop.facts.safety import Override


def last_override_day(clocks: Clocks, on: date) -> date:
    """Return the last day until which a finding can be set aside today."""
    return on + timedelta(days=clocks.value_on("override.longest", on).days)


def is_set_aside(override: Override, mark: str, on: date) -> bool:
    """Tell whether an override holds: not ended, before its day, and resting on the same facts (``mark``)."""
    return override.ended_at is None and on < override.until_on and override.mark == mark
