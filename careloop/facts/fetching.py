"""Calendars that are fetched from an address: whose turn it is, what came back, and what stood in the way."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.scheduling import Span

# The name under which a loop asks to look after a calendar that does not answer.
CALENDAR_SILENT = "calendar_silent"


class Trouble(StrEnum):
    """Why nothing came from an address."""

    KEY = "key"
    NAME = "name"
    INSIDE = "inside"
    SILENT = "silent"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    AWAY = "away"
    LARGE = "large"
    PACKED = "packed"
    CLOSED = "closed"
    GONE = "gone"
    WAIT = "wait"
    THEIRS = "theirs"
    ODD = "odd"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a server said about what it sent (ETag, Last-Modified), to be asked whether it changed; "" if nothing."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came from an address: the bytes and their marks. ``data`` is None if nothing changed since the marks."""

    data: bytes | None = field(repr=False)
    marks: Marks


@dataclass(frozen=True, slots=True)
class Fetching:
    """A calendar whose turn it is. ``url`` is a secret, None if it can no longer be opened.

    ``claim`` is this fetch and no other; ``zone`` is the entry's. Wanted is what is busy between ``since`` and
    ``until``.
    """

    entry_id: UUID
    claim: UUID
    url: str | None = field(repr=False)
    zone: str
    marks: Marks
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought: the busy times in order, None if they are those known before, and the new marks."""

    spans: tuple[Span, ...] | None
    marks: Marks


@dataclass(frozen=True, slots=True)
class AddressShown:
    """The address of a calendar elsewhere as a page shows it, and how fetching it goes.

    ``shown`` is its host and its last four signs. ``reached_at`` is when it last answered well, ``tried_at`` when it
    was last asked, None for never; ``due_at`` is when it is asked next, ``is_due`` that this is now. ``trouble`` is why
    the last try brought nothing, ``failures`` how many in a row, ``is_silent`` that they are too many.
    """

    shown: str
    set_by: str
    set_at: datetime
    tried_at: datetime | None
    reached_at: datetime | None
    due_at: datetime
    is_due: bool
    failures: int
    trouble: Say | None
    is_silent: bool
