"""The mailbox in which answers come in: how it is reached, what was read of it, and what became of each mail."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# A mailbox is asked once in so long: a default of the product, 2026-11-23.
EVERY = timedelta(minutes=1)
# After trouble it is left alone for so long, doubled with each time, and no longer than an hour.
AFTER_TROUBLE, AT_MOST = timedelta(minutes=2), timedelta(hours=1)
# Whoever has not come back by then was killed: another may look.
LEASE = timedelta(minutes=5)
# A mailbox that nobody could read for so long is silent: answers may be lying there.
SILENT = timedelta(hours=1)
# The name of the loop that asks to look after it; and so many looks in a row that a person alone can mend ask for it.
MAILBOX_SILENT, TWICE = "mailbox_silent", 2
# So much of a mail is taken; a larger one is left where it is, and a person is told. As much as the hook takes.
MOST_BYTES = 2_000_000
# Of a mail that is left so much of its head is kept, to tell which one it is.
HEAD_BYTES = 16_000
# So many mails are taken in one look.
A_LOOK = 20


class Security(StrEnum):
    """How the line to a mail server is guarded: from the beginning, from its first words on, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143}


class MailTrouble(StrEnum):
    """Why a mailbox could not be read."""

    SILENT = "silent"
    CERTIFICATE = "certificate"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    ODD = "odd"
    KEY = "key"
    PLAIN = "plain"


# What passes by itself, or not; all other troubles last until a person mends them.
PASSES = frozenset({MailTrouble.SILENT, MailTrouble.ODD})


class Became(StrEnum):
    """What became of a mail: kept whole, or left in the mailbox since it cannot be read here."""

    KEPT = "kept"
    LEFT = "left"


class WhyLeft(StrEnum):
    """Why a mail is left in the mailbox."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class MailboxDraft:
    """How a mailbox is to be reached. ``password`` "" keeps the one that is there."""

    host: str
    username: str
    folder: str = "INBOX"
    security: Security = Security.TLS
    port: int | None = None
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MailboxLook:
    """A look into a mailbox that was claimed: how it is reached, and up to where it was read.

    Up to the number (UID) ``after`` all was read in the folder as ``validity`` names it; 0 and 0 before that. ``since``
    is when it was set up. ``unmarked`` are mails that were kept and are not marked yet, ``known`` those of a folder
    of which not all was read yet: each with the name of its numbers, and its number.
    """

    generation: int
    host: str
    port: int
    security: Security
    folder: str
    username: str
    password: str | None = field(repr=False)
    validity: int
    after: int
    since: datetime
    unmarked: frozenset[tuple[int, int]] = frozenset()
    known: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it lies in the mailbox: its number, its bytes, or only its head if it is left there and why."""

    uid: int
    body: bytes
    left: WhyLeft | None = None
    read: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """The mailbox on the page and for operators: no secret is here."""

    host: str
    port: int
    security: Security
    folder: str
    username: str
    is_on: bool
    reached_at: datetime | None
    tried_at: datetime | None
    trouble: MailTrouble | None
    kept: int
    left: int
    is_silent: bool
