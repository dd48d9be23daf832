"""The chart in the words that rules read: problems, medicines, results, visits and the rest."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar, cast
from uuid import UUID

from msgspec import Struct

Made = TypeVar("Made")

# Short names of code systems; a coding is kept as "<short name>|<code>", "sct|44054006".
SYSTEMS = {
    "http://snomed.info/sct": "sct",
    "http://loinc.org": "loinc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "http://hl7.org/fhir/sid/icd-9-cm": "icd9cm",
    "http://hl7.org/fhir/sid/cvx": "cvx",
    "http://hl7.org/fhir/sid/ndc": "ndc",
    "http://www.ama-assn.org/go/cpt": "cpt",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "hcpcs",
    "http://www.nlm.nih.gov/research/umls/hcpcs": "hcpcs",
    "urn:oid:2.16.840.1.113883.6.285": "hcpcs",
    "urn:oid:2.16.840.1.113883.6.12": "cpt",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
}


class FactKind(StrEnum):
    """What kind of thing the record says."""

    PROBLEM = "problem"
    MEDICINE = "medicine"
    ALLERGY = "allergy"
    RESULT = "result"
    VISIT = "visit"
    PROCEDURE = "procedure"
    IMMUNIZATION = "immunization"
    DOCUMENT = "document"
    COVERAGE = "coverage"
    ORDER = "order"


# Of a medicine: the order does not hold its code but refers to a Medication that does.
BY_REFERENCE = "fhir|medicationReference"
# Of an allergy: the source files it under food (FHIR R4, AllergyIntolerance.category).
FOOD = "allergy-category|food"

# FHIR R4 statuses of a visit that has begun and is not known to have ended.
GOING_ON = frozenset({"arrived", "triaged", "in-progress", "onleave"})


class Sex(StrEnum):
    """Administrative sex, as FHIR R4 has it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class FactColumns(Struct, frozen=True, gc=False):
    """The few columns that rules and lists need, as read from one FHIR resource.

    ``codes`` are "system|code" texts with the short names of SYSTEMS (an unknown system keeps its
    address). Days are those written in the source (its own offset); a partial date is its first
    day. ``status`` is FHIR's own word: clinicalStatus of a problem or allergy, status of the rest;
    ``verification`` is FHIR's verificationStatus where there is one. ``visit_class`` is the
    ActCode of a visit (AMB, EMER, IMP ...). ``disposition`` holds the codes of what came of it: of a visit
    the discharge disposition, of a result its coded value or why it was not done, of a problem its side,
    of a medicine BY_REFERENCE where its code was found by following a reference, of an allergy its category.
    """

    kind: FactKind
    codes: tuple[str, ...]
    label: str
    status: str
    start_on: date | None = None
    end_on: date | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    value: Decimal | None = None
    unit: str = ""
    value_text: str = ""
    visit_class: str = ""
    disposition: tuple[str, ...] = ()
    verification: str = ""


class ChartFact(Struct, frozen=True, gc=False):
    """One fact of one patient, with the resource that says so."""

    resource_id: UUID
    columns: FactColumns


@dataclass(frozen=True, slots=True)
class Chart:
    """What the record says about one patient: only the facts that were asked for, oldest first."""

    patient_id: UUID
    birth_on: date | None
    sex: Sex
    died_on: date | None
    facts: tuple[ChartFact, ...]
    # Every check asks by kind: one walk through the facts answers them all.
    _by_kind: Mapping[FactKind, list[ChartFact]] = field(init=False, repr=False, compare=False)
    # What several checks work out of the same facts, with what they knew.
    _kept: dict[Hashable, tuple[object, object]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the facts by kind."""
        by_kind: dict[FactKind, list[ChartFact]] = {}
        for fact in self.facts:
            kind = fact.columns.kind
            if kind in by_kind:
                by_kind[kind].append(fact)
            else:
                by_kind[kind] = [fact]
        object.__setattr__(self, "_by_kind", by_kind)
        object.__setattr__(self, "_kept", {})

    def once(self, key: Hashable, known: object, make: Callable[[], Made]) -> Made:
        """Return what ``make`` works out of this chart and what is ``known``, made once for all checks that ask."""
        kept = self._kept.get(key)
        if kept is None or kept[0] is not known:
            kept = self._kept[key] = (known, make())
        return cast("Made", kept[1])

    def of(self, kind: FactKind) -> tuple[ChartFact, ...]:
        """Return the facts of one kind, oldest first."""
        return tuple(self._by_kind.get(kind, ()))
