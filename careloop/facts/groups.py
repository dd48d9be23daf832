"""Visits for several patients at once: their times with seats, and the pages that show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloop.facts.scheduling import BookingState, Promised


@dataclass(frozen=True, slots=True)
class GroupTime:
    """A visit for several patients at one time: with whom and where, and how many of its seats are taken."""

    id: UUID
    visit_type: str
    promised: Promised
    minutes: int
    names: tuple[str, ...]
    site: str
    taken: int
    seats: int

    @property
    def free(self) -> int:
        """Return how many seats are free."""
        return self.seats - self.taken

    @property
    def code(self) -> str:
        """Return the time and the key of the group, as a form carries them."""
        return f"{self.promised.wall.isoformat(timespec='minutes')}|{self.id}"


@dataclass(frozen=True, slots=True)
class GroupSeat:
    """A patient within reach who has a seat in a group, and where their visit stands."""

    booking_id: UUID
    name: str
    state: BookingState


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One group visit: whose team keeps it, and the patients within reach who have a seat.

    ``others`` is how many more seats are taken, by patients whom the reader does not reach.
    """

    at: datetime
    group: GroupTime
    team: str
    seats: tuple[GroupSeat, ...]
    others: int
    is_cancelled: bool
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """Group visits to come, and what a new one is made of: kinds with seats, who leads it, which team keeps it.

    ``kinds``, ``people`` and ``teams`` are keys with names; they are empty for who may open no group.
    """

    at: datetime
    groups: tuple[GroupTime, ...]
    kinds: tuple[tuple[UUID, str], ...]
    people: tuple[tuple[UUID, str], ...]
    teams: tuple[tuple[int, str], ...]
    may_open: bool
