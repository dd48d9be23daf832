"""Dated waiting times: how long a step may take before somebody looks again, and where that comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from careloop.facts.worklist import Confidence


@dataclass(frozen=True, slots=True)
class ClockValue:
    """A waiting time that holds from a day on. ``is_ours`` marks a default that the clinic may change.

    ``confidence`` says how well its source was checked, None where the source itself says so.
    """

    from_on: date
    days: int
    is_business: bool
    source: str
    is_ours: bool
    confidence: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """Every clock by name, its values in order of their first day, and the clinic's holidays."""

    values: Mapping[str, tuple[ClockValue, ...]]
    holidays: frozenset[date]

    def value_on(self, name: str, on: date) -> ClockValue:
        """Return the value that holds on a day.

        :raises KeyError: if the clock is unknown or has no value that early
        """
        held = [value for value in self.values[name] if value.from_on <= on]
        if not held:
            raise KeyError(name)
        return held[-1]
