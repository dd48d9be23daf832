"""The finder: what is looked for, who could help, how well each fits, and why, in words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.directory import EntryRow


class NeedKind(StrEnum):
    """Whether a need is for medical care or for daily life."""

    CARE = "care"
    SOCIAL = "social"


class Fit(StrEnum):
    """Whether an entry has what is asked for. What is not known is no no."""

    YES = "yes"
    NOT_KNOWN = "not_known"
    NO = "no"


class Wish(StrEnum):
    """What an entry can be held against, in the order in which reasons are told."""

    NEW_PATIENTS = "new_patients"
    NETWORK = "network"
    LANGUAGE = "language"
    PLACE = "place"
    TELEHEALTH = "telehealth"
    WHEELCHAIR = "wheelchair"


@dataclass(frozen=True, slots=True)
class Need:
    """A need that the house has words for: ``words`` are how people and directories say it, in any language."""

    id: str
    kind: NeedKind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A place on earth in degrees."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class FinderAsk:
    """What is looked for: a need in plain words, and wishes; "" and False wish for nothing.

    ``place`` is a town or postal code, ``position`` where the patient lives if that is known. ``language`` is a BCP 47
    code, ``network`` the name of a plan.
    """

    need: str
    place: str = ""
    position: Position | None = None
    language: str = ""
    network: str = ""
    telehealth: bool = False
    wheelchair: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry as it is held against what is asked: its own words, and what its site or organization says for it.

    None and () are not known. ``wait_days`` is the typical wait as told on ``told_on``; ``opening_on`` is the first day
    with a free time in its own calendar, where it has one here.
    """

    id: UUID
    name_key: str
    address: str = ""
    position: Position | None = None
    languages: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    accepts_new: bool | None = None
    telehealth: bool | None = None
    wheelchair: bool | None = None
    wait_days: int | None = None
    told_on: date | None = None
    opening_on: date | None = None
    has_calendar: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """How an entry fits one wish, and the words for it; a language among its values is a BCP 47 code."""

    fit: Fit
    say: Say


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its reasons, and about how far away (miles, as the crow flies) and how soon (days), if known.

    ``has`` and ``lacks`` count the wishes that are met and those that are not.
    """

    id: UUID
    reasons: tuple[Reason, ...]
    has: int
    lacks: int
    miles: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry that fits, in its place in the list, with what is shown of it.

    ``booked_id`` is the practitioner whose own calendar is kept here, None where visits are not booked here. ``notes``
    counts what colleagues wrote that worked there or with its plans.
    """

    row: EntryRow
    ranked: Ranked
    address: str
    phone: str
    booked_id: UUID | None = None
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is known of a patient that the finder asks for. ``networks`` are the active plans, as the record has them.

    ``network_is_shown`` is false where the role does not see coverage.
    """

    patient_id: UUID
    name: str
    birth_on: date | None
    place: str = ""
    position: Position | None = None
    languages: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    network_is_shown: bool = True


@dataclass(frozen=True, slots=True)
class FinderPage:
    """What the finder found. ``meant`` are the specialties by which it was sought, as entries write them.

    ``count`` is how many fit, of which the first stand in ``findings``. ``wishes`` are those of the patient, None
    without one. ``languages`` and ``networks`` are those that entries name.
    """

    wishes: Wishes | None
    languages: tuple[str, ...]
    networks: tuple[str, ...]
    meant: tuple[str, ...] = ()
    count: int = 0
    findings: tuple[Finding, ...] = ()
