"""Whatever comes in by a hook is kept whole first; receipts are then put to what they are about."""

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.facts.access import Acting, Right
from careloop.facts.outbox import InboxSource, InboxState, OutState
from careloop.guard.context import enter
from careloop.guard.doors import intake, unattended
from careloop.records.models import ContactPoint, InboxItem, Outbox, Patient
from careloop.worklist.reaching import rest_point

# What a gateway calls the states of a message, and what that is here; the others say nothing new.
DELIVERED, FAILED = frozenset({"delivered", "read"}), frozenset({"failed", "undelivered", "canceled"})
# Codes that say that there is no such number (any more): 30005, unknown destination handset. Named from general
# knowledge of the most used API; its page was not read. A person can open the number again.
NO_SUCH_NUMBER = frozenset({"30005"})
TAKEN = frozenset({"queued", "accepted", "sending", "sent"})
# A receipt of what is not known yet may be quicker than our own note of the sending: it is looked at so often.
TRIES = 50


@intake(needs=Right.INTAKE_WRITE)
def keep_incoming(acting: Acting, *, source: InboxSource, raw: bytes, about: Mapping[str, str]) -> UUID | None:
    """Keep what came in, whole, once; return its key, None if it came before. Nothing of it is read yet.

    ``about`` are names and values as they came with it.
    """
    key = new_id(acting.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_item (id, source, sha256, body, about, received_at, state, because, attempts, "
            " label_mask) VALUES (%s, %s, %s, %s, %s, %s, 'new', '', 0, 0) ON CONFLICT (source, sha256) DO NOTHING",
            [key, str(source), hashlib.sha256(raw).digest(), raw, json.dumps(dict(about)), acting.at],
        )
        return key if cursor.rowcount else None


@unattended(needs=Right.WORK_UNATTENDED)
def file_receipts(acting: Acting, *, how_many: int) -> int:
    """Put receipts that came in to what they are about; return how many were done with."""
    rows = InboxItem.objects.filter(source=str(InboxSource.TEXT_STATUS), state=str(InboxState.NEW))
    done = 0
    for item in rows.select_for_update(of=("self",), skip_locked=True).order_by("received_at", "id")[:how_many]:
        done += _file(acting, item)
    return done


def _file(acting: Acting, item: InboxItem) -> int:
    reference, status = str(item.about.get("MessageSid", "")), str(item.about.get("MessageStatus", "")).lower()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, patient_id, unit_id FROM place_of_outbox(%s, '')", [reference])
        place = cursor.fetchone()
    if place is None and status in DELIVERED | FAILED and item.attempts < TRIES:
        item.attempts += 1
        item.save()
        return 0
    item.state, item.because = str(InboxState.DONE), "" if place else "about nothing of ours"
    if place is not None:
        enter(patients=[place[1]])
        item.patient_id, item.unit_id = place[1], place[2]
        _apply(acting, place[0], status, str(item.about.get("ErrorCode", "")))
    item.save()
    return 1


def _apply(acting: Acting, key: UUID, status: str, code: str) -> None:
    """Move what was sent by its receipt. A delivery is the last word; a failure after it changes nothing."""
    row = Outbox.objects.select_for_update(of=("self",)).get(pk=key)
    row.state_since = acting.at
    if status in DELIVERED and row.state in (OutState.SENT, OutState.FAILED):
        # One that was thought lost has nothing to be told any more; one that went may have a loop that did not hear.
        row.awaits_word = row.awaits_word and row.state == OutState.SENT
        row.state, row.delivered_at = str(OutState.DELIVERED), acting.at
        row.save()
    elif status in FAILED and row.state == OutState.SENT:
        row.state, row.awaits_word, row.said = str(OutState.FAILED), True, f"{status} {code}".strip()
        row.save()
        if code in NO_SUCH_NUMBER:
            _rest(acting, row)


def _rest(acting: Acting, row: Outbox) -> None:
    """Let a number rest of which the gateway says that there is none, for calls too."""
    points = ContactPoint.objects.select_for_update(of=("self",), no_key=True)
    point = points.filter(pk=row.point_id, frozen_at=None, ended_at=None).first()
    if point is not None:
        rest_point(acting, Patient.objects.get(pk=row.patient_id), point, "wrong number")
