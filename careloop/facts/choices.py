"""What somebody chose about being reached, as the page shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloop.facts.consents import Road


@dataclass(frozen=True, slots=True)
class ChosenStop:
    """Nothing more is wanted on a road since a moment; ``road`` None is not at all. ``because`` are their words.

    ``member_id`` and ``name`` are of whoever of the circle wants it so; None and "" are the patient. ``is_gone``: they
    are not in the circle any more, and nothing of it can be changed.
    """

    road: Road | None
    since: datetime
    because: str
    member_id: UUID | None = None
    name: str = ""
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One thing that was chosen; ``road`` "" is every road."""

    kind: str
    road: str
    at: datetime
    because: str
