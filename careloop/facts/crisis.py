"""Crisis: whom to call, what to do, and that it happened."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.pages import Choice

# The name under which a crisis without a patient's record waits in the team's queue, and the clock of one with.
CRISIS, CLOCK = "crisis", "crisis.safe"


class CrisisKind(StrEnum):
    """What kind of crisis it is, as whoever was there saw it. It is no diagnosis."""

    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    POISON = "poison"
    MEDICAL = "medical"
    OTHER = "other"


class Checked(StrEnum):
    """How a number was checked."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class CrisisNumber:
    """A number to call: for what in plain words by key, how to reach it, and whence and when that is known.

    ``region`` is "us" or of a state such as "us-ny".
    """

    key: str
    region: str
    number: str
    source: str
    checked: Checked
    checked_on: date
    kinds: tuple[CrisisKind, ...]


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of the clinic itself, such as of the clinician on call. ``version`` is what the editor saw."""

    id: UUID
    name: str
    number: str
    hours: str
    version: int
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CrisisPage:
    """What to do in a crisis. ``patient_name`` is "" without a patient.

    ``owners`` may be asked to see that the person is safe, the first of them by default.
    """

    at: datetime
    zone: str
    numbers: tuple[CrisisNumber, ...]
    own: tuple[OwnNumber, ...]
    owners: tuple[Choice, ...]
    units: tuple[Choice, ...]
    printed_by: str
    patient_id: UUID | None = None
    patient_name: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class CrisisDraft:
    """That it happened. ``about`` says who it was, where no record is open; ``done`` what was done already."""

    kind: CrisisKind
    words: str
    done: str
    owner_id: UUID | None = None
    about: str = ""
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class OwnNumbersPage:
    """The clinic's own numbers, for whoever keeps them."""

    at: datetime
    rows: tuple[OwnNumber, ...]
    national: tuple[CrisisNumber, ...]
