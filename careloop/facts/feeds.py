"""Calendar addresses: what somebody's own page shows of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FeedRow:
    """An address that works: what it is for, since when, and when a calendar last asked, None if it never did."""

    id: UUID
    name: str
    made_at: datetime
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """The addresses of one person that work, the newest first, and whether another one may be made."""

    at: datetime
    rows: tuple[FeedRow, ...]
    may_add: bool


@dataclass(frozen=True, slots=True)
class Window:
    """How often an address was asked since a moment."""

    since: datetime
    count: int
