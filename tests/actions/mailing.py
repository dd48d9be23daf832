"""Mail as people and machines write it, for tests."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from careloop.facts.access import Purpose
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Field, Value
from careloop.facts.outbox import AboutBooking, OutgoingDraft
from careloop.guard.context import clear_context, enter, set_context
from careloop.records.base import writing
from careloop.records.models import Booking, Outbox
from careloop.worklist.outbox import queue_message
from tests.actions.answering import land_all, receive
from tests.people import NOW, system


def letter(words: str, *, n: int = 1, sender: str = "rosa@patient.example", head: str = "") -> bytes:
    """Return a mail; ``head`` are further lines of its head, each ended."""
    return (
        f"From: Rosa <{sender}>\r\nTo: hello@clinic.example\r\nMessage-ID: <{n}@patient.example>\r\n{head}"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{words}\r\n"
    ).encode()


def mail_in(words: str, *, n: int = 1, head: str = "", at: datetime = NOW) -> None:
    """Receive a mail and read it."""
    receive("mail", letter(words, n=n, head=head), at=at)
    land_all(at)


def bounce(name: str, *, action: str = "failed", status: str = "5.1.1", as_head: bool = False) -> bytes:
    """Return what a mail server tells about a mail of ours (RFC 3464)."""
    kind, inside = ("text/rfc822-headers", "") if as_head else ("message/rfc822", "\r\nWhat we wrote\r\n")
    return (
        "From: MAILER-DAEMON@mail.example\r\nTo: hello@clinic.example\r\nMessage-ID: <b@mail.example>\r\n"
        "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status;"
        ' boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n'
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; rosa@patient.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--x\r\nContent-Type: {kind}\r\n\r\nMessage-ID: {name}\r\nSubject: A message\r\n{inside}\r\n--x--\r\n"
    ).encode()


def asked_by_mail(
    patient: UUID, situation: str, *, at: datetime = NOW, booking: tuple[UUID, int] | None = None, **values: Value
) -> str:
    """Let a message of the catalog have been sent to a patient by e-mail; return the name of the mail."""
    who = system(Purpose.SWEEP, at)
    with transaction.atomic():
        set_context(who)
        enter(patients=[patient])
        with writing():
            loop = Booking.objects.get(pk=booking[0]).loop_id if booking else None
            key = queue_message(
                who,
                OutgoingDraft(
                    patient, Topic.VISITS, Road.EMAIL, at, at.replace(day=28), f"test {situation} {at} {patient}",
                    situation=situation, values={Field(name): value for name, value in values.items()},
                    about=AboutBooking(*booking) if booking else None, loop_id=loop,
                ),
            )  # fmt: skip
            name = f"<{key}@clinic.example>"
            rows = Outbox.objects.filter(pk=key)
            rows.update(state="claimed", token=1, leased_until=at.replace(day=28), claimed_at=at)
            rows.update(state="sent", leased_until=None, sent_at=at, reference=name, next_at=None)
        clear_context()
    return name
