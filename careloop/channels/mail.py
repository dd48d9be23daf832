"""Mail as it was sent (RFC 5322), read: whose it is, the words above what they quote, and whether a machine wrote it.

What a machine wrote by itself says so in its head (RFC 3834, section 5: ``Auto-Submitted``; ``Precedence`` and the
others are older habits of mail servers: general knowledge, 2026-11-23). What a mail server tells about a mail of ours
is a report with parts of its own (RFC 3464).
"""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.utils import parseaddr
from html.parser import HTMLParser

from careloop.facts.mail import Delivery, MailKind, ReadMail

# More than a person types is kept whole, and not read.
MOST_SIGNS = 4000
# So many names of earlier mails are kept, the nearest; a name has at most so many signs (RFC 5322, 2.1.1).
MOST_NAMES, LONGEST_NAME = 20, 998
NAME = re.compile(r"<[^<>\s]+>")
BY_ITSELF = frozenset({"bulk", "junk", "list", "auto_reply"})
# Heads that only machines write.
OF_MACHINES = ("x-autoreply", "x-autorespond", "x-auto-reply", "list-id", "list-unsubscribe")
# How mail programs begin the subject of what they answer by themselves, in English and Spanish.
OUT_OF_OFFICE = re.compile(
    r"(automatic reply|auto[- ]?reply|out of( the)? office|respuesta autom[aá]tica|fuera de( la)? oficina)\b", re.I
)
# Inside of these nothing is words; after those a line ends.
UNREAD, LINES = frozenset({"script", "style", "head", "title"}), frozenset({"br", "p", "div", "li", "tr", "h1", "h2"})
QUOTES = "blockquote"
FAULTS = (LookupError, ValueError, AttributeError, TypeError, AssertionError, RecursionError)


class NotMail(Exception):  # noqa: N818
    """What came in is no mail that can be read."""


def read_mail(body: bytes) -> ReadMail:
    """Return a mail as it was sent, read; nothing of it is run and nothing is fetched.

    :raises NotMail: if it is none
    """
    try:
        message = email.message_from_bytes(body, policy=email.policy.default)
        if not isinstance(message, EmailMessage) or not message.keys():
            raise NotMail
        read = _read(message)
    except FAULTS:
        raise NotMail from None
    if not read.sender and read.kind is not MailKind.REPORT:
        raise NotMail
    return read


def _read(message: EmailMessage) -> ReadMail:
    delivery = _delivery_of(message) if _is_report(message) else None
    kind = MailKind.REPORT if _is_report(message) else MailKind.AUTOMATIC if _is_automatic(message) else MailKind.WORDS
    names = _names(message, "References") + _names(message, "In-Reply-To")
    return ReadMail(
        sender=parseaddr(str(message.get("From", "")))[1],
        words=clean(without_quote(_words(message))),
        message_id=str(message.get("Message-ID", "")).strip()[:LONGEST_NAME],
        kind=kind,
        answers=tuple(dict.fromkeys(names))[-MOST_NAMES:],
        delivery=delivery,
        subject=clean(str(message.get("Subject", "")))[:LONGEST_NAME],
    )


def clean(words: str) -> str:
    """Return words without what no database keeps, and no more of them than are read."""
    return words.replace("\x00", "").strip()[:MOST_SIGNS]


def without_quote(words: str) -> str:
    """Return what somebody wrote above what they answered: lines that are quoted, and the line before them, go."""
    lines = words.replace("\r\n", "\n").split("\n")
    quoted = next((at for at, line in enumerate(lines) if line.startswith(">")), len(lines))
    kept = lines[:quoted]
    while kept and (not kept[-1].strip() or (quoted < len(lines) and kept[-1].rstrip().endswith(":"))):
        kept.pop()
    return "\n".join(kept)


def _is_report(message: EmailMessage) -> bool:
    about = str(message.get_param("report-type", "") or "").lower()
    return message.get_content_type() == "multipart/report" and about == "delivery-status"


def _is_automatic(message: EmailMessage) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        submitted != "no"
        or precedence in BY_ITSELF
        or any(name in message for name in OF_MACHINES)
        or str(message.get("Return-Path", "")).strip() == "<>"
        or OUT_OF_OFFICE.match(str(message.get("Subject", "")).strip()) is not None
    )


def _names(message: Message, head: str) -> list[str]:
    return [name for name in NAME.findall(str(message.get(head, ""))) if len(name) <= LONGEST_NAME]


def _words(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    words = str(part.get_content())
    if part.get_content_type() != "text/html":
        return words
    reader = _Words()
    reader.feed(words)
    return "\n".join(" ".join(line.split()) for line in "".join(reader.found).split("\n"))


def _delivery_of(message: EmailMessage) -> Delivery | None:
    """Return what is told about the one mail to one person that a report is about; None if it names none of them."""
    action = status = name = ""
    for part in _parts(message):
        match part.get_content_type():
            case "message/delivery-status":
                for block in part.get_payload():
                    if isinstance(block, Message) and "Action" in block:
                        action = str(block.get("Action", "")).strip().lower()
                        status = str(block.get("Status", "")).strip()
            case "message/rfc822" | "message/rfc822-headers" | "text/rfc822-headers":
                name = _name_inside(part) or name
            case _:
                continue
    return Delivery(name, action, status) if name and action else None


def _parts(message: EmailMessage) -> Iterator[Message]:
    yield from (part for part in message.iter_parts() if isinstance(part, Message))


def _name_inside(part: Message) -> str:
    """Return the name of the mail that came back, or of whose head came back."""
    inside = part.get_payload()
    if isinstance(inside, list) and inside and isinstance(inside[0], Message):
        return str(inside[0].get("Message-ID", "")).strip()[:LONGEST_NAME]
    raw = part.get_payload(decode=True)
    head = email.message_from_bytes(raw if isinstance(raw, bytes) else b"", policy=email.policy.default)
    return str(head.get("Message-ID", "")).strip()[:LONGEST_NAME]


class _Words(HTMLParser):
    """Takes the words out of a page; what is quoted begins its lines with a sign."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a part."""
        if tag in UNREAD:
            self._unread += 1
        if tag in LINES:
            self.found.append("\n")
        if tag == QUOTES:
            self.found.append("\n>")

    def handle_endtag(self, tag: str) -> None:
        """End a part."""
        if tag in UNREAD and self._unread:
            self._unread -= 1
        if tag in LINES:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self._unread:
            self.found.append(data.replace("\n", " "))
