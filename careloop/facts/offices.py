"""Letters to offices, clinicians and health plans: the vocabulary, a letter exactly as it leaves, and what is asked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.directory import EntryKind, ReferralBy
from careloop.facts.disclosures import Basis
from careloop.facts.outbox import ThreadWith

# With whom a thread is that letters are written on: they stand in the directory.
OFFICES = (ThreadWith.CLINICIAN, ThreadWith.OFFICE, ThreadWith.PAYER)
# On which ground something is written to them: 45 CFR 164.506(c), treatment, payment and operations.
GROUNDS = (Basis.TREATMENT, Basis.PAYMENT, Basis.OPERATIONS)


class Way(StrEnum):
    """How a letter goes: as mail with the pages enclosed, or carried by a person to a fax or the post."""

    EMAIL = "email"
    FAX = "fax"
    LETTER = "letter"


class LetterKind(StrEnum):
    """What a letter is for; its words are in ``catalog/data/offices.toml``."""

    OWN_WORDS = "own_words"
    REFERRAL_STATUS = "referral_status"
    MISSING_RECORDS = "missing_records"
    CORRECTED_DETAILS = "corrected_details"
    APPROVAL_STATUS = "approval_status"
    THANK_CLOSE = "thank_close"


class LetterField(StrEnum):
    """What a letter of the catalog is filled with: typed, but for what comes from the record."""

    WHAT = "what"
    NUMBER = "number"
    DAY = "day"
    DETAILS = "details"


class Detail(StrEnum):
    """What of the record can be sent as corrected, one tick each."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"


class HeardBy(StrEnum):
    """How an answer reached us that somebody notes by hand."""

    FAX = "fax"
    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """Words of the catalog in English: for whom, with which fields, on which ground; ``asks`` waits for an answer."""

    kind: LetterKind
    title: str
    body: str
    fields: frozenset[LetterField]
    partners: tuple[ThreadWith, ...]
    basis: Basis
    asks: bool
    source: str


@dataclass(frozen=True, slots=True)
class LetterAsk:
    """What somebody wants to write. ``basis`` None: that of the words. ``day`` and ``number`` are theirs as typed.

    ``referral_id``: the open referral it is about; what of ``what`` and ``day`` is not typed comes from there.
    ``words`` stand under those of the catalog, or alone. ``key`` names this very letter: sent again, it is the same.
    ``knows_dead`` says that the writer knows of the death and writes all the same, ``asks`` that they wait for an
    answer though the words of the catalog ask for none.
    """

    way: Way
    key: str
    kind: LetterKind = LetterKind.OWN_WORDS
    words: str = ""
    what: str = ""
    number: str = ""
    day: date | None = None
    details: tuple[Detail, ...] = ()
    basis: Basis | None = None
    knows_dead: bool = False
    asks: bool = False
    referral_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LetterReferral:
    """An open referral that a letter can be about; ``sent_on`` is None while nothing shows that it went.

    ``is_theirs``: it went to whom the letter is for.
    """

    id: UUID
    specialty: str
    to_name: str
    sent_on: date | None
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that leaves, in plain values. ``code`` is the thread's reference: it names nobody.

    ``sha256`` is that of the letter itself; ``key`` makes two letters with the same words two.
    """

    thread_id: UUID
    key: str
    kind: LetterKind
    way: Way
    to_name: str
    to_where: str
    clinic: str
    phone: str
    by_name: str
    patient_name: str
    birth_on: date | None
    title: str
    lines: tuple[str, ...]
    code: str
    basis: Basis
    asks: bool
    made_on: date
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class LetterLook:
    """A letter as it would go, and why it cannot: ``stops`` is empty where nothing stands in the way.

    ``subject`` and ``mail`` are what a mail shows beside the enclosed pages; "" for what a person carries.
    """

    letter: Letter
    stops: tuple[Say, ...]
    subject: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class OfficeWays:
    """How somebody of the directory is reached: the ways that can be used, best first, each with where it leads.

    ``likes`` is how they like to receive, ``checked_on`` when somebody last asked them; ``is_stale`` if that is long
    ago. ``why_no_mail`` says why their e-mail is not used.
    """

    entry_id: UUID
    name: str
    kind: EntryKind
    ways: tuple[tuple[Way, str], ...]
    phone: str
    likes: ReferralBy | None
    checked_on: date | None
    is_stale: bool
    has_unwanted_mail: bool


@dataclass(frozen=True, slots=True)
class LetterComposing:
    """What can be written on a thread with an office: its ways, the letters that fit, and what was ticked before.

    ``referrals`` are the patient's open ones, those to them first; none for a health plan.
    """

    ways: OfficeWays
    kinds: tuple[LetterKind, ...]
    fields: tuple[tuple[LetterKind, tuple[LetterField, ...]], ...]
    basis: Basis
    is_dead: bool
    referrals: tuple[LetterReferral, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An entry of the directory with whom a thread can be begun, as whom, and how they like to receive."""

    id: UUID
    name: str
    kind: EntryKind
    partner: ThreadWith
    place: str
    likes: ReferralBy | None
    may_be_payer: bool


@dataclass(frozen=True, slots=True)
class OfficeSearch:
    """Who was found in the directory for a new thread; without words those to whom this patient was referred."""

    query: str
    rows: tuple[OfficeRow, ...]
    has_more: bool
