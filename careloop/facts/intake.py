"""What a reader of foreign records hands over: resources with their columns, or what is wrong.

What there are many of in a document is a msgspec.Struct: made and sent to another process in a fraction of
the time that a dataclass takes.
"""

from dataclasses import dataclass
from datetime import date, datetime

from msgspec import Struct

from careloop.facts.chart import FactColumns, Sex


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in what came in: where (FHIRPath from the resource), why, and how to mend it."""

    path: str
    why: str
    fix: str


class ContactColumns(Struct, frozen=True, gc=False):
    """A way to reach a person: ``system`` is FHIR's (phone, email, sms ...), ``use`` home, mobile ..."""

    system: str
    value: str
    use: str = ""


class IdentifierColumns(Struct, frozen=True, gc=False):
    """A name that a system gives to a person: address of the system and value."""

    system: str
    value: str
    type_code: str = ""


class PatientColumns(Struct, frozen=True, gc=False):
    """The person behind a FHIR Patient. ``languages`` are BCP 47 codes, the preferred one first."""

    family: str
    given: str
    preferred_name: str
    full_name: str
    birth_on: date | None
    birth_text: str
    sex: Sex
    died_at: datetime | None
    is_dead: bool
    languages: tuple[str, ...]
    needs_interpreter: bool
    address_lines: tuple[str, ...]
    city: str
    state: str
    postal_code: str
    country: str
    identifiers: tuple[IdentifierColumns, ...]
    contacts: tuple[ContactColumns, ...]


class IncomingResource(Struct, frozen=True, gc=False):
    """One resource, ready to be kept.

    ``raw`` is the text as it came, but for references that were rewritten to "Type/id". ``sha256``
    is that of the text as it came. ``patient_ref`` is the fhir_id of the Patient it belongs to, or
    None for a directory resource (Organization, Practitioner ...). ``last_event_on`` is the latest
    day inside it that lies not in the future of the reader, for shifting synthetic records.
    """

    type: str
    fhir_id: str
    patient_ref: str | None
    raw: bytes
    sha256: bytes
    last_updated: datetime | None
    version: int | None
    labels: int
    facts: tuple[FactColumns, ...]
    patient: PatientColumns | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One resource (or a whole document) that cannot be taken in, kept whole, with what is wrong."""

    type: str
    fhir_id: str
    problems: tuple[Problem, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """What one document (bundle, resource or stretch of NDJSON) holds after it was read.

    ``atomic`` is True for a transaction bundle: one rejected resource rejects them all.
    """

    resources: tuple[IncomingResource, ...]
    rejected: tuple[Rejected, ...]
    atomic: bool
