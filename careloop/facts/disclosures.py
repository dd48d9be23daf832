"""The ledger of what left the house: to whom, why, on which ground, and what exactly."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.consents import CircleWho


class Basis(StrEnum):
    """On which ground something was told or handed out."""

    CONSENT = "consent"
    AUTHORIZATION = "authorization"
    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    LAW = "law"
    PATIENT_REQUEST = "patient_request"
    UNSTATED = "unstated"


# What can be chosen where somebody else than a person of the circle was told; their ground is always their consent.
CHOSEN = (
    Basis.PATIENT_REQUEST, Basis.TREATMENT, Basis.PAYMENT, Basis.OPERATIONS, Basis.AUTHORIZATION, Basis.LAW,
)  # fmt: skip


class What(StrEnum):
    """What kind of thing went out."""

    WHOLE_RECORD = "whole_record"
    SUMMARY = "printed_summary"
    REFERRAL_PACKET = "referral_packet"
    OFFICE_LETTER = "office_letter"
    TOLD = "told"
    NOTED = "noted"


# An accounting reaches back so many years and leaves these grounds out: 45 CFR 164.528(a)(1), exceptions (i) treatment,
# payment, operations, (ii) to the individual, (iv) by authorization, (v) to persons involved in care. Text of the
# regulation as printed on 1 October 2004 was read on 23 November 2026; that nothing changed since is unverified.
YEARS = 6
LEFT_OUT = frozenset(
    {
        Basis.CONSENT, Basis.AUTHORIZATION, Basis.TREATMENT, Basis.PAYMENT, Basis.OPERATIONS, Basis.PATIENT_REQUEST,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """A line of the ledger. ``by`` is who told or handed out, ``hash`` the first characters of its SHA-256."""

    id: int
    at: datetime
    what: What
    to: str
    reason: str
    basis: Basis
    words: str
    by: str
    hash: str
    is_counted: bool
    has_copy: bool = False


@dataclass(frozen=True, slots=True)
class DisclosuresPage:
    """The ledger of a patient, the newest first. ``since`` is the first day of the accounting, in the patient's zone.

    ``counted`` is how many of the lines of those six years the accounting holds, ``left_out`` how many it does not.
    ``hidden`` are lines that the reader may not see: then the accounting is not whole.
    """

    at: datetime
    whose: CircleWho
    since: date
    lines: tuple[DisclosureLine, ...]
    count: int
    counted: int
    left_out: int
    clinic: str
    printed_by: str
    may_note: bool
    number: int = 1
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """That something was told or handed to somebody who is not of the circle."""

    recipient: str
    reason: str
    basis: Basis
    words: str
    document_id: UUID | None = None
