"""The directory: to whom one refers and what can be booked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from careloop.facts.tips import TipsBox

# The longest that somebody writes about an entry in one field.
WORDS_LIMIT = 500


class EntryKind(StrEnum):
    """What an entry of the directory is. The last four can be booked."""

    ORGANIZATION = "organization"
    SITE = "site"
    SERVICE = "service"
    ROLE = "role"
    PRACTITIONER = "practitioner"
    ROOM = "room"
    DEVICE = "device"
    INTERPRETER = "interpreter"


# To whom one can refer, of all that stands in the directory.
RECEIVERS = (EntryKind.SERVICE, EntryKind.PRACTITIONER, EntryKind.ROLE, EntryKind.ORGANIZATION)


class ReferralBy(StrEnum):
    """How an entry likes to receive referrals."""

    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"
    PORTAL = "portal"
    FHIR = "fhir"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as somebody writes it down. None is not known; "" and () are nothing said.

    ``languages`` are BCP 47 codes, ``specialties`` and ``networks`` are words or codes as they came. ``sort`` says
    which kind of room or device it is. ``wait_days`` is how long new patients usually wait. ``about`` to
    ``how_to_apply`` are plain words of at most WORDS_LIMIT letters.
    """

    kind: EntryKind
    name: str
    organization_id: UUID | None = None
    site_id: UUID | None = None
    practitioner_id: UUID | None = None
    unit_id: int | None = None
    sort: str = ""
    zone: str = ""
    specialties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    accepts_new: bool | None = None
    telehealth: bool | None = None
    wheelchair: bool | None = None
    phone: str = ""
    fax: str = ""
    email: str = ""
    referral_by: ReferralBy | None = None
    wait_days: int | None = None
    address: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    about: str = ""
    eligibility: str = ""
    cost: str = ""
    hours: str = ""
    how_to_apply: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ArrivedEntry:
    """An entry as a FHIR resource says it. References are "Type/id" of the same source, "" where there is none."""

    key: str
    draft: EntryDraft
    organization: str = ""
    site: str = ""
    practitioner: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as it is read: what it says, by whom and when it was last checked, and its version."""

    id: UUID
    draft: EntryDraft
    version: int
    organization_name: str = ""
    site_name: str = ""
    practitioner_name: str = ""
    checked_by: str = ""
    checked_on: date | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class EntryEndpoint:
    """Where an entry itself takes referrals as FHIR: "" if it does not. The key that opens it is never shown."""

    entry_id: UUID
    entry_name: str
    url: str = ""
    has_key: bool = False
    set_by: str = ""
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling the directory from records did: entries added, changed, left as somebody here wrote them."""

    added: int = 0
    changed: int = 0
    kept: int = 0
    left_out: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DirectoryAsk:
    """By what the directory is searched; "" and None ask for nothing. ``number`` is the page, from 1."""

    text: str = ""
    kind: EntryKind | None = None
    language: str = ""
    network: str = ""
    place: str = ""
    number: int = 1


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """One page of what was found, and the languages and networks that entries name at all."""

    rows: tuple[EntryRow, ...]
    has_more: bool
    languages: tuple[str, ...]
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """An entry that belongs to another: its key, what it is, its name and specialties."""

    id: UUID
    kind: EntryKind
    name: str
    specialties: tuple[str, ...]


# The sources of entries that came in a table begin so: they are no names of sources of records.
TABLE = "table:"


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry, what belongs to it, and the places, organizations and practitioners that it can name.

    ``is_filled`` is true while records or a table renew it: the one of this name, or the records of this source.
    """

    row: EntryRow
    beside: tuple[Beside, ...]
    is_filled: bool
    is_of_table: bool
    source: str
    choices: tuple[Beside, ...]
    tips: TipsBox | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table of the directory: its number in the file, and what it says by column, as text.

    Columns that the table has not are not among ``cells``; an empty cell says that nothing is known.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: its number, the column ("" is the whole row), why, and how to mend it."""

    row: int
    column: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class TableReceipt:
    """What became of a table: entries added, changed, unchanged, left as somebody here wrote them, and refused."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    problems: tuple[RowProblem, ...] = ()
