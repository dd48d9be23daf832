"""Quality measures: what of a record they read, in frozen values, and what they answer.

Codes are "system|code" texts with the short names of ``facts.chart.SYSTEMS``, in records and value sets alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """The FHIR resource types that measures read."""

    ADVERSE_EVENT = "AdverseEvent"
    ALLERGY = "AllergyIntolerance"
    CONDITION = "Condition"
    DEVICE_REQUEST = "DeviceRequest"
    ENCOUNTER = "Encounter"
    MEDICATION_REQUEST = "MedicationRequest"
    OBSERVATION = "Observation"
    PROCEDURE = "Procedure"
    SERVICE_REQUEST = "ServiceRequest"
    TASK = "Task"


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as precise as it was written: year, month, day, millisecond of the day (UTC).

    Parts that were not written are left out at the end: (2025, 3) is some time in March 2025.
    """

    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time. A closed side without a moment reaches as far as time does; an open one is not known."""

    low: Moment | None
    high: Moment | None
    is_low_closed: bool = True
    is_high_closed: bool = True


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its UCUM unit; "1" where no unit was written."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class AgeSpan:
    """A stretch of time told by the patient's age: from turning ``low`` until a year after turning ``high``."""

    low: Quantity
    high: Quantity


When = Span | AgeSpan | None


@dataclass(frozen=True, slots=True)
class Value:
    """What an observation found: codes, a quantity, or something else that is there without either."""

    codes: frozenset[str] = frozenset()
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One part of an observation, as the upper and the lower number of a blood pressure."""

    codes: frozenset[str]
    value: Value | None


@dataclass(frozen=True, slots=True)
class Dosage:
    """How a medicine is to be taken. ``bounds`` is the period of its timing; ``doses`` has one for each dose given."""

    bounds: Span | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: Quantity | None = None
    times_of_day: int = 0
    doses: tuple[Quantity | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """How much of a medicine a prescription lets one have."""

    dosages: tuple[Dosage, ...] = ()
    days: Quantity | None = None
    quantity: Quantity | None = None
    repeats: int | None = None
    valid: Span | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a record: only what measures read, under one name for all types.

    ``during`` is when it was: period of an encounter, effective time of an observation, performing of a procedure,
    onset of a condition or allergy, execution of a task. ``is_forbidden`` says that it orders something not to
    be done. ``refused`` holds the codes of why it was not done. ``where`` names the file and the place in it.
    """

    kind: Kind
    id: str
    where: str
    codes: frozenset[str]
    status: str = ""
    intent: str = ""
    is_forbidden: bool = False
    categories: frozenset[str] = frozenset()
    clinical: frozenset[str] = frozenset()
    body_sites: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    during: When = None
    abatement: When = None
    authored: Moment | None = None
    recorded: Moment | None = None
    issued: Moment | None = None
    reasons: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    value: Value | None = None
    components: tuple[Component, ...] = ()
    encounter_id: str = ""
    class_code: str = ""
    discharge: frozenset[str] = frozenset()
    based_on: tuple[str, ...] = ()
    supply: Supply = field(default_factory=Supply)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a record is about: the day of birth as precise as it was written, and the administrative gender."""

    born: Moment | None
    gender: str


@dataclass(frozen=True, slots=True)
class SetName:
    """A published value set by its OID and title."""

    oid: str
    title: str


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A value set as it was brought: ``version`` and ``name`` as its publisher wrote them, ``codes`` "system|code"."""

    oid: str
    version: str
    name: str
    source: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a patient counts in each population of one group of a measure."""

    initial_population: int = 0
    denominator: int = 0
    exclusion: int = 0
    exception: int = 0
    numerator: int = 0


class Unanswerable(Exception):  # noqa: N818
    """A record says something that the measure cannot go on from; ``where`` names the file and the place."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


@dataclass(frozen=True, slots=True)
class Record:
    """What a measure judges: one patient's entries, the value sets by OID and the measurement period."""

    person: Person
    entries: tuple[Entry, ...]
    sets: Mapping[str, frozenset[str]]
    period: Span


@dataclass(frozen=True, slots=True)
class Measure:
    """A published quality measure; ``begins_on`` and ``ends_on`` are the period of its year's specification.

    ``sets`` are the value sets that ``judge`` asks for. ``judge`` is pure and answers one tally for each group.
    """

    name: str
    version: str
    title: str
    sets: tuple[SetName, ...]
    judge: Callable[[Record], tuple[Tally, ...]]
    begins_on: date = date(2025, 1, 1)
    ends_on: date = date(2025, 12, 31)
