"""The timeline of a patient: what happened, what is booked and what should happen, in lanes; and its drawing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from careloop.basics.words import Say


class Lane(StrEnum):
    """The lanes, from the top down."""

    VISITS = "visits"
    TESTS = "tests"
    REFERRALS = "referrals"
    INSURANCE = "insurance"
    MEDICINES = "medicines"
    CONTACTS = "contacts"


class Standing(StrEnum):
    """How sure it is: it happened, a date is booked, it should happen, or others have the ball."""

    HAPPENED = "happened"
    BOOKED = "booked"
    EXPECTED = "expected"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing on the timeline. ``end`` is the last day, None for a single day; ``goes_on`` has no end yet.

    ``key`` tells it apart; ``anchor`` is the id of the element of the page that shows it, or "".
    """

    key: str
    lane: Lane
    standing: Standing
    label: Say
    start: date
    end: date | None = None
    goes_on: bool = False
    said_by: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A happening with its label in the reader's language."""

    happening: Happening
    words: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, from its left and upper edge."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def overlaps(self, other: "Box") -> bool:
        """Tell whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True)
class Placed:
    """A happening in its place. ``label`` holds the words; ``text_x`` is where they begin or end (``anchor``).

    ``words`` may be shorter than the label was; ``is_bar`` says that the mark is a bar and not a dot.
    """

    spoken: Spoken
    mark: Box
    label: Box
    words: str
    text_x: float
    anchor: str
    is_bar: bool
    is_inside: bool


@dataclass(frozen=True, slots=True)
class LaneDrawn:
    """A lane with its things; ``hidden`` counts those for which there was no room."""

    lane: Lane
    box: Box
    title_x: float
    title_y: float
    placed: tuple[Placed, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the axis; ``is_named`` is False where its name would touch another."""

    on: date
    x: float
    is_named: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture in pixels. ``closed`` are the days on which the clinic is closed."""

    width: float
    height: float
    first: date
    last: date
    plot: Box
    ticks: tuple[Tick, ...]
    closed: tuple[Box, ...]
    today_x: float
    lanes: tuple[LaneDrawn, ...]
