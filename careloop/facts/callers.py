"""Checking who calls before anything is said."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.consents import Hearing, Relation

# So many wrong tries within so many minutes, and nobody tries any more. Careloop's own choice, no rule of law.
MOST_WRONG, WITHIN_MINUTES = 5, 60
# So many identifiers confirm who calls where there is no code word. Careloop's own choice as well.
ENOUGH = 2


class CallerIs(StrEnum):
    """Who a caller says that they are."""

    PATIENT = "patient"
    MEMBER = "member"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller says: a code word, or identifiers of the patient. "" and None are not said."""

    code: str = ""
    birth_on: date | None = None
    phone: str = ""
    postal_code: str = ""
    record_number: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the record knows of a patient to compare with."""

    birth_on: date | None = None
    phones: tuple[str, ...] = ()
    postal_code: str = ""
    record_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallerAnswer:
    """What a check says. Unless ``is_confirmed`` everything else is as for somebody unknown.

    ``closed_until`` is the moment from which one may try again when there were too many wrong tries, None otherwise.
    """

    is_confirmed: bool = False
    patient_id: UUID | None = None
    caller: CallerIs = CallerIs.STRANGER
    name: str = ""
    relation: Relation | None = None
    hearing: tuple[Hearing, ...] = ()
    closed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallerPage:
    """Whose page is open when somebody calls, and the people of the circle: without what they may hear."""

    patient_id: UUID
    name: str
    birth_on: date | None
    people: tuple[tuple[UUID, str, Relation], ...]
