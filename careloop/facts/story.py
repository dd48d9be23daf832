"""The story of a patient: a few sentences made only of what the record says, each with the facts that say it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from careloop.basics.words import Say


class Place(StrEnum):
    """Where somebody was seen: in a hospital bed, in an emergency room, or anywhere else."""

    HOSPITAL = "hospital"
    EMERGENCY = "emergency"
    VISIT = "visit"


class Change(StrEnum):
    """What happened to a medicine lately; the order in which it is told."""

    NEW = "new"
    CHANGED = "changed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Cited:
    """A fact that a sentence rests on. ``key`` tells it apart from every other fact of the page.

    ``anchor`` is the id of the element of the page that shows it, "" where none does. ``said_by`` names resource and
    source, "" for what was written here.
    """

    key: str
    label: Say
    on: date | None = None
    until: date | None = None
    said_by: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody was seen. ``left_on`` is None as long as a stay goes on."""

    cited: Cited
    place: Place
    came_on: date
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A medicine that is new, changed or stopped; one that is just taken has no ``change``."""

    cited: Cited
    change: Change | None


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit that is booked for a day; ``clock`` is the time as it is written ("9:30"), or ""."""

    cited: Cited
    on: date
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Needed:
    """What is still open, and its place in the list."""

    cited: Cited
    place: int


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt to reach somebody, and how it went."""

    cited: Cited
    on: date
    result: Say


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """All that a story is made of, in any order; ``open_count`` counts everything that is open."""

    on: date
    stays: tuple[Stay, ...] = ()
    problems: tuple[Cited, ...] = ()
    medicines: tuple[Changed, ...] = ()
    booked: tuple[Booked, ...] = ()
    needed: tuple[Needed, ...] = ()
    open_count: int = 0
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a sentence. With ``number`` they stand for the fact of that number, else they join what stands there."""

    say: Say
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as the parts that follow each other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The sentences and the facts that they cite: number 1 is the first of ``cited``."""

    sentences: tuple[Sentence, ...]
    cited: tuple[Cited, ...]


NO_STORY = Story((), ())
