"""Plain values of Today: its tabs, groups and numbers, and the panel that explains one loop."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Role
from careloop.facts.pages import Choice, Explanation, LoopRow


@dataclass(frozen=True, slots=True)
class Over:
    """How many rows did not fit into a group, and the first of them: it stands in the next group."""

    count: int
    first: UUID


@dataclass(frozen=True, slots=True)
class Group:
    """A group of rows on Today, in order. ``key`` is first, queue or then."""

    key: str
    title: Say
    more: Say
    rows: tuple[LoopRow, ...]
    over: Over | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of Today with its count."""

    key: str
    title: Say
    count: int


@dataclass(frozen=True, slots=True)
class Week:
    """How the day and the week go: own contacts of today, loops to call about again, loops closed since Monday.

    ``left`` are open loops that are late or due before next Monday. Of the closed ones ``with_deadline`` had a
    deadline and ``in_time`` were closed by it.
    """

    calls_made: int
    calls_left: int
    closed: int
    left: int
    with_deadline: int
    in_time: int


@dataclass(frozen=True, slots=True)
class PanelPage:
    """Why one loop stands on Today, beside the list that is there already."""

    tab: str
    selected: Explanation
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class TodayPage:
    """All that Today shows. ``worker_silent_since`` is set when the background worker is not seen."""

    at: datetime
    on: date
    zone: str
    role: Role
    tab: str
    tabs: tuple[Tab, ...]
    late_count: int
    due_today_count: int
    groups: tuple[Group, ...]
    next_cursor: str
    selected: Explanation | None
    waiting_to_open: int
    waiting_count: int
    closed_today: int
    worker_silent_since: datetime | None
    people: tuple[Choice, ...]
    teams: tuple[Choice, ...]
    week: Week
    is_folded: bool = False
