"""Defaults of the product that a clinic can change: numbers that hold from a day on."""

from dataclasses import dataclass
from datetime import date

from careloop.facts.worklist import Confidence


@dataclass(frozen=True, slots=True)
class DatedDefault:
    """A number that holds from a day on, whence, and how sure."""

    from_on: date
    value: int
    source: str
    is_ours: bool
    confidence: Confidence
