"""A question of the planner that is looked into for longer, and what came of it: better times, and what is proven."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.itineraries import Journey, Plan


class SearchState(StrEnum):
    """Whether a longer look has still to come, is done, or was given up after too many tries."""

    WAITING = "waiting"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class PlacedAt:
    """A step with the instant at which it begins (UTC), and who and what takes part; () where the step stands."""

    step: str
    at: datetime
    picks: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Better:
    """What a longer look found: the best times, the first day on which any plan can end, and whether these are best.

    Without ``times`` no plan was found; with ``is_best`` there is none. ``least_end_on`` is None where nothing is
    proven.
    """

    times: tuple[PlacedAt, ...]
    least_end_on: date | None
    is_best: bool


@dataclass(frozen=True, slots=True)
class SearchTask:
    """A question that is to be looked into now: its key, whose it is, and all that is to be planned."""

    id: UUID
    patient_id: UUID
    journey: Journey


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A longer look as it stands. ``better`` is its plan where that keeps every rule still and beats those shown.

    ``seen_at`` is when the page that asks was last looked at.
    """

    state: SearchState
    asked_at: datetime
    finished_at: datetime | None = None
    least_end_on: date | None = None
    is_best: bool = False
    better: Plan | None = None
    seen_at: datetime | None = None
