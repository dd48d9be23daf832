"""The board of caseloads: hours that are needed against hours that there are, and what could move to whom."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.pages import Choice

# So many days the board looks ahead.
DAYS = 7


@dataclass(frozen=True, slots=True)
class BoardLine:
    """What one coordinator carries in the coming days, in minutes. ``is_said`` is whether somebody said how they work.

    ``needed`` is an estimate from the catalog. ``noted`` are the minutes that they wrote down for contacts in the days
    just past, of so many contacts (``noted_calls``): what is known stands beside it.

    ``heavy`` counts open loops with a high harm; ``foreign`` are the languages of their patients other than English
    and other than those that they speak, with how many patients. ``is_away`` holds for some of these days.
    """

    person_id: UUID
    name: str
    patients: int
    needed: int
    working: int
    heavy: int
    late: int
    languages: tuple[str, ...]
    foreign: tuple[tuple[str, int], ...]
    specialties: tuple[str, ...]
    is_said: bool
    is_away: bool
    noted: int = 0
    noted_calls: int = 0

    @property
    def left(self) -> int:
        """Minutes that remain; below 0 when more is needed than there is."""
        return self.working - self.needed


@dataclass(frozen=True, slots=True)
class BoardPatient:
    """A patient of the coordinator who is chosen: what they take in these days, and who suits better, with why."""

    patient_id: UUID
    name: str
    birth_on: date | None
    language: str
    minutes: int
    open_count: int
    harm: int
    suits: str
    because: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Works:
    """How somebody works, as it was last said or by default: minutes, Monday first."""

    minutes: tuple[int, ...]
    languages: tuple[str, ...]
    specialties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Who carries how much, and the patients of one of them. ``receivers`` say how much room each has."""

    lines: tuple[BoardLine, ...]
    person_id: UUID | None
    name: str
    patients: tuple[BoardPatient, ...]
    receivers: tuple[Choice, ...]
    works: Works | None
    minutes_a_day: int
