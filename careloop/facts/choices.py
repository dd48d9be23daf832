"""What somebody chose about being reached, as the page shows it."""

from dataclasses import dataclass
from datetime import datetime

from careloop.facts.consents import Road


@dataclass(frozen=True, slots=True)
class ChosenStop:
    """Nothing more is wanted on a road since a moment; ``road`` None is not at all. ``because`` are their words."""

    road: Road | None
    since: datetime
    because: str


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One thing that was chosen; ``road`` "" is every road."""

    kind: str
    road: str
    at: datetime
    because: str
