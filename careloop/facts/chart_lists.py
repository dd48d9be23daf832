"""One list each of medicines, problems and allergies: lines folded from many sources, with what each says."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import ChartFact


class MedicineState(StrEnum):
    """Whether a medicine is taken, as far as the record says."""

    TAKING = "taking"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


class ProblemState(StrEnum):
    """Where a problem stands. RESOLVED also holds FHIR's inactive."""

    ACTIVE = "active"
    REMISSION = "remission"
    UNCLEAR = "unclear"
    RESOLVED = "resolved"


class AllergyState(StrEnum):
    """Where an allergy stands. What nobody took back counts as active."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    REFUTED = "refuted"
    ENTERED_IN_ERROR = "entered-in-error"


class Match(StrEnum):
    """What a line was recognized by: ingredients, a code, or only the words as written."""

    INGREDIENT = "ingredient"
    CODE = "code"
    LABEL = "label"


class NoneKnown(StrEnum):
    """What kind of "no known allergies" a line says; SOME is an ordinary allergy."""

    ALL = "all"
    MEDICINES = "medicines"
    FOOD = "food"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class SourcedFact:
    """A fact with where it comes from.

    ``record_id`` is the patient's record that holds it (one person may have several), ``sender`` the name of
    the source, ``received_at`` when it was taken in, ``author`` the person it names, ``doses`` the directions
    of a medicine, one for each instruction.
    """

    fact: ChartFact
    record_id: UUID
    resource_type: str
    sender: str
    received_at: datetime
    author: str = ""
    doses: tuple[Say, ...] = ()

    @property
    def is_error(self) -> bool:
        """Tell whether the source took it back as entered in error."""
        columns = self.fact.columns
        return "entered-in-error" in (columns.status, columns.verification)

    @property
    def counts(self) -> bool:
        """Tell whether it is a statement that stands: neither entered in error nor refuted."""
        return not self.is_error and self.fact.columns.verification != "refuted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """One line of a list, oldest source first.

    ``since`` and ``last_seen`` are the first and last day of the sources that count, ``ended_on`` the day on
    which it stopped or was resolved; None where no source gives a believable day.
    """

    label: str
    match: Match
    sources: tuple[SourcedFact, ...]
    since: date | None = None
    last_seen: date | None = None
    ended_on: date | None = None
    disagreements: tuple[Say, ...] = ()
    changes: tuple[Say, ...] = ()
    notes: tuple[Say, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Tell whether any source of the line stands."""
        return any(source.counts for source in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineLine(ListLine):
    """A medicine. ``strengths`` and ``doses`` are those of the sources that say it is taken, else of all."""

    state: MedicineState
    ingredients: tuple[str, ...] = ()
    classes: tuple[Say, ...] = ()
    strengths: tuple[str, ...] = ()
    doses: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine(ListLine):
    """A problem with every code that its sources give it."""

    state: ProblemState
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyLine(ListLine):
    """An allergy, or a statement that none is known."""

    state: AllergyState
    ingredients: tuple[str, ...] = ()
    classes: tuple[Say, ...] = ()
    none_known: NoneKnown = NoneKnown.SOME


AnyLine = TypeVar("AnyLine", bound=ListLine)


@dataclass(frozen=True, slots=True)
class ListOf(Generic[AnyLine]):
    """The lines of one list: what stands now, what has ended, and what does not count (taken back, ruled out)."""

    now: tuple[AnyLine, ...]
    ended: tuple[AnyLine, ...]
    not_counted: tuple[AnyLine, ...]

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        """All lines."""
        return self.now + self.ended + self.not_counted


@dataclass(frozen=True, slots=True)
class ChartLists:
    """The three lists of one person. ``not_matched`` names the medicines now whose ingredients are not known."""

    medicines: ListOf[MedicineLine]
    problems: ListOf[ProblemLine]
    allergies: ListOf[AllergyLine]
    not_matched: tuple[str, ...]
