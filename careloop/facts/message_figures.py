"""How messages go, in numbers: how long people wait, who is answered in time, how much falls after hours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from careloop.facts.outbox import ThreadWith
from careloop.facts.outreach import Interval

# Of fewer than these no share and no middle is said: it would say too much of single people, and nothing of the many.
FEWEST = 11
# Within how many hours an answer was owed on a day.
HoursOn = Callable[[date], int]


@dataclass(frozen=True, slots=True)
class Wait:
    """That somebody waited for an answer: who, from when, and until a person of the clinic wrote or called.

    ``answered_at`` is None while nobody did; both are moments in UTC.
    """

    partner: ThreadWith
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of so many. ``interval`` is the share with its 95 % interval, None of fewer than eleven."""

    part: int
    whole: int
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Waited:
    """How a group was answered.

    ``on_time`` counts those answered in time, of all whose time is over or who were answered; ``waiting`` are those
    whose time is not over yet. ``middle`` and ``ninth`` are how long half, and nine of ten, of the answered waited at
    most: None of fewer than eleven. ``partner`` None is everybody.
    """

    partner: ThreadWith | None
    on_time: Counted
    answered: int
    waiting: int
    middle: timedelta | None
    ninth: timedelta | None


@dataclass(frozen=True, slots=True)
class MessageFigures:
    """How messages went between two moments.

    ``came_late`` are those that came in outside the hours of their team, ``wrote_late`` those that a person of the
    clinic wrote or noted outside of them; ``without_hours`` are those of teams whose hours nobody has set: they count
    in neither. ``hours`` is within how many an answer is owed today.
    """

    since: datetime
    until: datetime
    hours: int
    all: Waited
    by_partner: tuple[Waited, ...]
    came_late: Counted
    wrote_late: Counted
    without_hours: int
