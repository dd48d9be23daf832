"""The chart in the words that rules read: problems, medicines, results, visits and the rest."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

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


class Sex(StrEnum):
    """Administrative sex, as FHIR R4 has it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FactColumns:
    """The few columns that rules and lists need, as read from one FHIR resource.

    ``codes`` are "system|code" texts with the short names of SYSTEMS (an unknown system keeps its
    address). Days are those written in the source (its own offset); a partial date is its first
    day. ``status`` is FHIR's own word: clinicalStatus of a problem or allergy, status of the rest;
    ``verification`` is FHIR's verificationStatus where there is one. ``visit_class`` is the
    ActCode of a visit (AMB, EMER, IMP ...). ``disposition`` holds the discharge disposition codes.
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


@dataclass(frozen=True, slots=True)
class ChartFact:
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

    def of(self, kind: FactKind) -> tuple[ChartFact, ...]:
        """Return the facts of one kind, oldest first."""
        return tuple(fact for fact in self.facts if fact.columns.kind is kind)

    def coded(self, kind: FactKind, codes: Container[str]) -> tuple[ChartFact, ...]:
        """Return the facts of one kind that carry one of the codes, oldest first."""
        return tuple(f for f in self.of(kind) if any(c in codes for c in f.columns.codes))
