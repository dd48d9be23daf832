"""Documents of a patient: files as they came, what they are, and their words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from careloop.facts.access import Label

# The largest file that a person may add. What comes inside FHIR is bounded by the size of a resource.
MAX_FILE_BYTES = 20 * 1024 * 1024


# The labels that a person may give to a document.
HAND_LABELS = (Label.PART2, Label.PSY, Label.VIOLENCE, Label.HIV, Label.REPRO, Label.ADOLESCENT)


class MediaType(StrEnum):
    """What a file is, found from its first bytes and never from its name."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    TIFF = "image/tiff"
    CDA = "application/hl7-v3+xml"
    TEXT = "text/plain"
    OTHER = "application/octet-stream"


# Endings for files that leave the house; the name that a file came with is never used for a path.
ENDINGS = {
    MediaType.PDF: "pdf",
    MediaType.PNG: "png",
    MediaType.JPEG: "jpg",
    MediaType.GIF: "gif",
    MediaType.TIFF: "tif",
    MediaType.CDA: "xml",
    MediaType.TEXT: "txt",
    MediaType.OTHER: "bin",
}
# What browsers show inside a page.
PICTURES = (MediaType.PNG, MediaType.JPEG, MediaType.GIF)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a resource holds: title, day as written there (None without one), bytes."""

    title: str
    dated_on: date | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of a resource that a person wrote: a description or a conclusion."""

    title: str
    dated_on: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Held:
    """What a resource holds beside its coded facts."""

    attachments: tuple[Attachment, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document as a list shows it. ``said_by`` names resource and source, or "" for one added by hand.

    ``is_current`` is false when every resource that brought it holds something newer now. ``labels`` are those that
    people may give, as it carries them.
    """

    id: UUID
    title: str
    dated_on: date | None
    media_type: MediaType
    size: int
    said_by: str
    is_current: bool
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document with its words ("" if they cannot be read) and where it came from.

    ``may_take_out`` tells whether this person may say that it is another patient's.
    """

    patient_id: UUID
    patient_name: str
    birth_on: date | None
    line: DocumentLine
    added_at: datetime
    words: str
    sources: tuple[str, ...]
    may_take_out: bool = False


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """The bytes of one document, with the name under which they may be saved."""

    patient_id: UUID
    name: str
    media_type: MediaType
    content: bytes


@dataclass(frozen=True, slots=True)
class NoteHit:
    """One place where the words were found. ``snippet`` is text in pieces; the found ones are marked True."""

    patient_id: UUID
    patient_name: str
    birth_on: date | None
    document_id: UUID | None
    title: str
    dated_on: date | None
    said_by: str
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class NoteHits:
    """Ten places at most; ``next_page`` is 0 when there are no more."""

    hits: tuple[NoteHit, ...]
    page: int
    next_page: int
