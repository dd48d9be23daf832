"""What goes on paper: a summary of one patient, the list of a day, and the sheet that is set from either."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from careloop.facts.chart import Sex
from careloop.facts.chart_lists import ChartLists
from careloop.facts.pages import LoopRow


@dataclass(frozen=True, slots=True)
class LatestResult:
    """The newest value of one measure."""

    label: str
    on: date | None
    value: Decimal | None
    value_text: str
    unit: str


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """One patient for a sheet of paper. ``age`` is in years, None when not known or when the person has died."""

    at: datetime
    zone: str
    printed_by: str
    patient_id: UUID
    name: str
    preferred_name: str
    birth_on: date | None
    age: int | None
    is_dead: bool
    sex: Sex
    record_number: str
    languages: tuple[str, ...]
    needs_interpreter: bool
    phone: str
    coordinator: str
    lists: ChartLists
    loops: tuple[LoopRow, ...]
    results: tuple[LatestResult, ...]


@dataclass(frozen=True, slots=True)
class DayLine:
    """A loop on the list of a day, with a number to call and what the patient likes to be called."""

    row: LoopRow
    phone: str
    preferred_name: str


@dataclass(frozen=True, slots=True)
class DayList:
    """The list of one person's day, the most harmful first; ``count`` is how many there are in all."""

    at: datetime
    zone: str
    printed_by: str
    lines: tuple[DayLine, ...]
    count: int
    late_count: int


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a sheet: what stands out, and what is said beside it. Plain text, never markup.

    ``name`` stands before it, in its own direction: a name in another script turns nothing beside it around.
    """

    main: str
    more: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class SheetSection:
    """Lines under a title; ``empty`` is said when there are none. ``has_boxes`` draws a box to tick by each.

    ``beyond`` is how many more there are that are not among the lines.
    """

    title: str
    lines: tuple[SheetLine, ...]
    empty: str = ""
    has_boxes: bool = False
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper in plain values. ``language`` is a BCP 47 code, ``title`` the document's own.

    ``about`` says whose sheet it is and stands on every page, ``head`` are labels with their values.
    ``say_more`` says how many lines found no room; ``say_boxes`` that some characters cannot be printed.
    ``is_large`` sets it in 18 points.
    """

    language: str
    title: str
    about: tuple[str, ...]
    head: tuple[tuple[str, str], ...]
    sections: tuple[SheetSection, ...]
    stamp: str
    say_more: Callable[[int], str]
    say_boxes: str
    at: datetime
    is_large: bool = False
    warning: str = ""
