"""Messages as they come in from a gateway or a mailbox, for tests."""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction

from careloop.actions.answers import land_answers
from careloop.basics.ids import new_id
from careloop.facts.access import Purpose
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Field, Value
from careloop.facts.outbox import AboutBooking, OutgoingDraft
from careloop.guard.context import clear_context, enter, set_context
from careloop.records.base import writing
from careloop.records.models import Booking, InboxItem, Outbox
from careloop.worklist.outbox import queue_message
from tests.actions.records import bring_cared_for, person
from tests.people import NOW, House, system

ROSA_CELL = "+12175550111"


def text_in(words: str, *, address: str = ROSA_CELL, sid: str = "", at: datetime = NOW) -> UUID:
    """Receive a text as the gateway's webhook does: whole, once by its hash; return the row."""
    sid = sid or f"SM{hashlib.sha256(f'{words}{address}{at}'.encode()).hexdigest()[:32]}"
    body = urlencode({"MessageSid": sid, "From": address, "To": "+12175550100", "Body": words}).encode()
    return receive("text", body, at=at)


def receive(source: str, body: bytes, *, at: datetime = NOW) -> UUID:
    """Keep whatever came in, whole; the same again is the same row."""
    with transaction.atomic():
        set_context(system(Purpose.SWEEP, at))
        with writing():
            found, _is_new = InboxItem.objects.get_or_create(
                source=source,
                sha256=hashlib.sha256(body).digest(),
                defaults={"id": new_id(at), "body": body, "received_at": at},
            )
        clear_context()
    return UUID(str(found.pk))


def land_all(at: datetime = NOW) -> int:
    """Let the worker read what came in."""
    count = 0
    while found := land_answers(system(Purpose.SWEEP, at), how_many=10):
        count += found
    return count


def hear(words: str, *, at: datetime = NOW, address: str = ROSA_CELL, sid: str = "") -> None:
    """Receive a text and read it."""
    text_in(words, address=address, sid=sid, at=at)
    land_all(at + timedelta(seconds=1))


def bring_with_phone(house: House, key: str = "rosa", *, phone: str = "(217) 555-0111", language: str = "en") -> UUID:
    """Take in somebody whom Dana cares for, with a cell phone and an e-mail address."""
    telecom = [
        {"system": "phone", "value": phone, "use": "mobile"},
        {"system": "email", "value": f"{key}@patient.example"},
    ]
    speaks = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": language}]}, "preferred": True}]
    return bring_cared_for(house, key, person(key, telecom=telecom, communication=speaks))


def asked_by_text(
    patient: UUID, situation: str, *, at: datetime = NOW, booking: tuple[UUID, int] | None = None, **values: Value
) -> UUID:
    """Let a message of the catalog have been sent to a patient; return it."""
    who = system(Purpose.SWEEP, at)
    about = AboutBooking(*booking) if booking else None
    with transaction.atomic():
        set_context(who)
        enter(patients=[patient])
        with writing():
            loop = Booking.objects.get(pk=booking[0]).loop_id if booking else None
            key = queue_message(
                who,
                OutgoingDraft(
                    patient, Topic.VISITS, Road.TEXT, at, at + timedelta(days=2), f"test {situation} {at} {patient}",
                    situation=situation, values={Field(name): value for name, value in values.items()}, about=about,
                    loop_id=loop,
                ),
            )  # fmt: skip
            rows = Outbox.objects.filter(pk=key)
            rows.update(state="claimed", token=1, leased_until=at + timedelta(minutes=2), claimed_at=at)
            rows.update(state="sent", leased_until=None, sent_at=at, reference=f"SM{key.hex}", next_at=None)
        clear_context()
    return key
