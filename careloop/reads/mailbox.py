"""The mailbox of answers as it is set up and how it goes, and which words of the catalog were read wrongly."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from careloop.facts.access import Acting, Right
from careloop.facts.answers import Asked, Meaning
from careloop.facts.mailbox import Became, MailboxLine, MailTrouble, Security
from careloop.guard.doors import managing
from careloop.records.models import Mailbox, MailboxLetter
from careloop.rules.mailbox import is_silent

# So many words are listed, those most often read wrongly first.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class WrongReading:
    """Words of the catalog that were read wrongly: as an answer to what, as what, what was meant, how often.

    ``phrase`` is "" where no single words decided.
    """

    phrase: str
    language: str
    asked: Asked
    was: Meaning
    meaning: Meaning
    times: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """The mailbox, None if none was ever set up, and the words that were read wrongly."""

    mailbox: MailboxLine | None
    wrong: tuple[WrongReading, ...]


@managing(needs=Right.HEALTH_READ, write=False, leaves_line=False)
def find_mailbox(acting: Acting) -> MailboxLine | None:
    """Return the mailbox as operators see it; None if none was set up."""
    return _line(acting)


@managing(needs=Right.CHANNEL_WRITE, write=False)
def get_mailbox_page(acting: Acting) -> MailboxPage:
    """Return the mailbox and the words that were read wrongly, in three statements; no patient stands in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM wrong_readings(%s)", [SHOWN])
        found = cursor.fetchall()
    wrong = tuple(
        WrongReading(phrase, language, Asked(asked), Meaning(was), Meaning(meaning), times, newest)
        for phrase, language, asked, was, meaning, times, newest in found
    )
    return MailboxPage(_line(acting), wrong)


def _line(acting: Acting) -> MailboxLine | None:
    row = Mailbox.objects.filter(pk=1).first()
    if row is None:
        return None
    counts = MailboxLetter.objects.filter(generation=row.generation).aggregate(
        kept=Count("id", filter=Q(became=str(Became.KEPT))), left=Count("id", filter=Q(became=str(Became.LEFT)))
    )
    return MailboxLine(
        host=row.host,
        port=row.port,
        security=Security(row.security),
        folder=row.folder,
        username=row.username,
        is_on=row.is_on,
        reached_at=row.reached_at,
        tried_at=row.tried_at,
        trouble=MailTrouble(row.trouble) if row.trouble else None,
        kept=counts["kept"],
        left=counts["left"],
        is_silent=row.is_on and is_silent(acting.at, since=row.set_at, reached_at=row.reached_at),
    )
