"""Finding a patient or a page: what was typed, taken apart, and who fits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from careloop.facts.chart import Sex


@dataclass(frozen=True, slots=True)
class Ask:
    """One piece of what was typed, with every way in which it can be meant; one that fits is enough.

    ``word`` is the beginning of a part of a name, folded. ``births`` are the days that it can be. ``number`` is an
    identifier without blanks and signs, ``phone`` the last digits of a telephone number (7 to 10).
    """

    word: str = ""
    births: tuple[date, ...] = ()
    number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A patient whom one may open, with what tells people apart."""

    patient_id: UUID
    name: str
    birth_on: date | None
    sex: Sex
    city: str
    last_of_identifier: str


@dataclass(frozen=True, slots=True)
class Found:
    """Who fits, at most ten; ``has_more`` says that others do too. ``is_enough`` is false when too little was typed."""

    people: tuple[FoundPerson, ...]
    has_more: bool
    is_enough: bool
