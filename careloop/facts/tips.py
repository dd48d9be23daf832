"""What worked: a short note of a colleague on a payer, a clinic, words, a kind of visit or of loop. No patient."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class TipAbout(StrEnum):
    """What a note is about. The key beside it names which: an entry's id, a situation, a kind, or a payer's name."""

    ENTRY = "entry"
    PAYER = "payer"
    MESSAGE = "message"
    VISIT_TYPE = "visit_type"
    LOOP_KIND = "loop_kind"


class Telling(StrEnum):
    """What in the words of a note would tell who a patient is."""

    NAME = "name"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Clues:
    """What in a text could be a patient's: folded pairs of words, digits of telephones, other numbers, dates."""

    names: tuple[str, ...]
    phones: tuple[str, ...]
    numbers: tuple[str, ...]
    dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Tip:
    """A note as it is shown. ``helped`` counts whom it helped too; after ``good_until`` it is out of date."""

    id: UUID
    about: TipAbout
    about_name: str
    words: str
    author: str
    made_at: datetime
    good_until: date
    is_old: bool
    helped: int
    helped_me: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class BriefTip:
    """A note beside something to choose: on which of them (``key``), its words, who wrote it, whom it helped too."""

    key: str
    words: str
    author: str
    helped: int


@dataclass(frozen=True, slots=True)
class TipsBox:
    """The notes on one thing, where it is shown: those that hold, the newest helped first."""

    about: TipAbout
    key: str
    tips: tuple[Tip, ...]
    may_write: bool


@dataclass(frozen=True, slots=True)
class TipsPage:
    """All notes of the house, those that hold first, and what a new one can be about: visits as key and name."""

    tips: tuple[Tip, ...]
    days: int
    payers: tuple[str, ...]
    messages: tuple[str, ...]
    visit_types: tuple[tuple[str, str], ...]
    may_write: bool = True
