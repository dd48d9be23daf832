"""What came in, read: a form of a text gateway, a mail, or an answer on a page of ours; here, or before and apart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs
from uuid import UUID

from careloop.channels.mail import NotMail, clean, read_mail
from careloop.facts.consents import Road
from careloop.facts.mail import READ, Delivery, MailKind, ReadMail
from careloop.facts.outbox import InboxSource
from careloop.records.models import InboxItem
from careloop.rules.outbox import fold_address

# Beside a mail of which only the head is here: why the rest is left in the mailbox.
LEFT = "left"
ROADS = {InboxSource.MAIL: Road.EMAIL, InboxSource.PAGE: Road.PORTAL}


@dataclass(frozen=True, slots=True)
class Came:
    """What came in: on which road, from which address, the words, and the sender's name for it.

    Of mail: its subject, who wrote it, which mails it answers, and what a mail server tells about a mail of ours.
    On a page behind a link: which link, the yes or no that was chosen, and the words beside it.
    """

    road: Road
    address: str
    words: str
    reference: str
    kind: MailKind = MailKind.WORDS
    answers: tuple[str, ...] = ()
    delivery: Delivery | None = None
    subject: str = ""
    link_id: UUID | None = None
    yes: bool | None = None
    typed: str = ""


class UnreadableError(Exception):
    """What came in is in no form that can be read here."""


def read_item(source: InboxSource, body: bytes, about: Mapping[str, object]) -> Came:
    """Return what came in; mail that was read before, in a process of its own, is not read again.

    :raises UnreadableError: if it is in no form that is known
    """
    match source:
        case InboxSource.TEXT:
            return _read_form(body)
        case InboxSource.MAIL:
            return _take_mail(body, about)
        case InboxSource.PAGE:
            return _read_page(body)
        case _:
            raise UnreadableError


def nothing_read(item: InboxItem) -> Came:
    """Return what is known of something that cannot be read: by which road it came."""
    return Came(ROADS.get(InboxSource(item.source), Road.TEXT), "", "", "")


def read_again(item: InboxItem, road: Road, address: str, words: str) -> Came:
    """Return what a person has said whose it is: in the words that they saw, and still a machine's if it is one's."""
    try:
        found = read_item(InboxSource(item.source), bytes(item.body), item.about)
    except UnreadableError:
        return Came(road, address, words, "")
    return replace(found, road=road, address=address, words=words, reference="")


def _read_form(body: bytes) -> Came:
    try:
        given = parse_qs(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=200)
    except ValueError:
        raise UnreadableError from None
    one = {name: values[0] for name, values in given.items()}
    address = fold_address(Road.TEXT, one.get("From", ""))
    if not address or "Body" not in one:
        raise UnreadableError
    return Came(Road.TEXT, address, clean(one["Body"]), one.get("MessageSid") or one.get("SmsSid", ""))


def _take_mail(body: bytes, about: Mapping[str, object]) -> Came:
    stored = about.get(READ)
    try:
        read = ReadMail.from_stored(stored) if isinstance(stored, dict) else read_mail(body)
    except (NotMail, ValueError):
        raise UnreadableError from None
    address = fold_address(Road.EMAIL, read.sender)
    if not address and read.kind is not MailKind.REPORT:
        raise UnreadableError
    return Came(Road.EMAIL, address, read.words, read.message_id, read.kind, read.answers, read.delivery, read.subject)


def _read_page(body: bytes) -> Came:
    try:
        given = json.loads(body)
        link = UUID(given["link"])
        return Came(
            Road.PORTAL, "", clean(given["said"]), f"page {link}",
            link_id=link, yes=given["yes"], typed=clean(given["words"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableError from None
