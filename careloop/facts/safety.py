"""Medicines looked at together: the rows of the tables, what was found, and how a finding is set aside.

A finding is a question for a clinician. It never decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.chart import FactKind
from careloop.facts.worklist import Source


class Tier(StrEnum):
    """How much a row weighs, in the words of the tables; the heaviest first."""

    CONTRAINDICATED = "contraindicated"
    SERIOUS = "serious"
    MONITOR = "monitor"


class Concern(StrEnum):
    """What a medicine is looked at against."""

    INTERACTION = "interaction"
    OVER_AGE = "over_age"
    ALLERGY = "allergy"
    CONDITION = "condition"
    PREGNANCY = "pregnancy"
    KIDNEY = "kidney"
    DUPLICATE = "duplicate"


# The check that asks about each concern: its name is what a clinician signs on.
CHECK_OF: Mapping[Concern, str] = MappingProxyType(
    {
        Concern.INTERACTION: "interacting_medicines",
        Concern.OVER_AGE: "high_risk_medicine_over_65",
        Concern.ALLERGY: "medicine_against_allergy",
        Concern.CONDITION: "medicine_against_condition",
        Concern.PREGNANCY: "medicine_against_condition",
        Concern.KIDNEY: "medicine_against_condition",
        Concern.DUPLICATE: "duplicate_therapy",
    }
)


class Measure(StrEnum):
    """What a limit is about: mL/min/1.73 m2, mL/min, mmol/L, mg/dL and kg, in this order."""

    EGFR = "egfr"
    CRCL = "crcl"
    POTASSIUM = "potassium"
    CREATININE = "creatinine"
    WEIGHT = "weight"


class OverrideReason(StrEnum):
    """Why a finding is set aside for a time."""

    CLINICIAN_AWARE = "clinician_aware"
    TOLERATED = "tolerated_and_watched"
    LIST_WRONG = "list_is_wrong"
    ENDED = "ended"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Limit:
    """A range of a result: ``low`` and ``high`` are None where it is open; ``has_low`` takes ``low`` itself in."""

    measure: Measure
    low: Decimal | None = None
    high: Decimal | None = None
    has_low: bool = False
    has_high: bool = False


@dataclass(frozen=True, slots=True)
class TwoOf:
    """Three features of which two make a dose doubtful: age in years, weight in kg, creatinine in mg/dL."""

    age_min: int
    weight_at_most: Decimal
    creatinine_at_least: Decimal


@dataclass(frozen=True, slots=True)
class SafetyRow:
    """One row of a table. ``medicines`` and ``others`` are ingredient names.

    ``others`` is the other side of an interaction, or what an allergy is to; ``terms`` are words that name
    such an allergy. ``at_least`` counts different ingredients, ``products`` different medicines. ``ask`` is
    the key of the question. What stands in ``unless_...`` takes the row back.
    """

    id: str
    concern: Concern
    tier: Tier
    ask: str
    source: Source
    medicines: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    terms: tuple[str, ...] = ()
    codesets: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    age_min: int | None = None
    at_least: int = 1
    products: int = 1
    two_of: TwoOf | None = None
    is_same: bool = False
    when_missing: bool = False
    unless_with: frozenset[str] = frozenset()
    unless_codesets: tuple[str, ...] = ()
    unless_label: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SafetyTables:
    """Every row, and each concern's rows by ingredient of its medicines, made once when they are loaded.

    ``names`` are the ingredients, as an allergy may name them in words. ``pregnancy_days`` is how long a pregnancy
    without an end counts, ``result_months`` how long a result does.
    """

    rows: tuple[SafetyRow, ...]
    by_medicine: Mapping[Concern, Mapping[str, tuple[SafetyRow, ...]]]
    of_allergies: tuple[SafetyRow, ...]
    names: frozenset[str]
    pregnancy_days: int
    result_months: int


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a finding: a medicine, problem or allergy, when it was last seen, and what says so.

    ``name`` is the ingredient of a medicine, else the label; ``label`` is the newest entry's own words.
    """

    kind: FactKind
    name: str
    label: str
    seen_on: date | None
    resource_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A row that applies to a person: both sides, what makes it matter, and what is not known about it.

    ``key`` stays the same from run to run. ``matters`` holds the patient's own facts (age, kidney test).
    """

    key: str
    row: SafetyRow
    sides: tuple[Side, ...]
    matters: tuple[Say, ...] = ()
    unknown: tuple[Say, ...] = ()
    since_on: date | None = None
    evidence: tuple[UUID, ...] = ()

    @property
    def check(self) -> str:
        """The check that this finding belongs to."""
        return CHECK_OF[self.row.concern]


@dataclass(frozen=True, slots=True)
class Review:
    """What looking at the medicines together gave, the heaviest first.

    ``medicines`` counts the entries that are taken now; ``not_read`` names those that could not be read, and
    ``not_checked`` says what else was left out and why.
    ``look_again_on`` is the next day on which any of it could change without new facts. ``ended_by`` are
    entries of medicines no longer taken that would have had a finding.
    """

    medicines: int = 0
    found: tuple[Found, ...] = ()
    not_read: tuple[Say, ...] = ()
    not_checked: tuple[Say, ...] = ()
    look_again_on: date | None = None
    ended_by: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """That a finding was set aside: until when, why, on whose word, and on which facts (``mark``)."""

    id: UUID
    check: str
    key: str
    mark: str
    reason: OverrideReason
    note: str
    clinician: str
    until_on: date
    made_by: str
    made_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding as somebody saw it: its check, its key, and what it rested on then (``mark``)."""

    check: str
    key: str
    mark: str
