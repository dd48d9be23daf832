"""Whatever comes in by a hook is kept whole first; receipts are then put to what they are about."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.facts.outbox import InboxSource, InboxState
from careloop.guard.context import enter
from careloop.guard.doors import intake, unattended
from careloop.records.models import InboxItem
from careloop.worklist.incoming import keep_whole
from careloop.worklist.receipts import note_delivered, note_not_delivered

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
    return keep_whole(acting, source, raw, about)


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
    """Move what was sent by its receipt. A delivery is the last word; a failure after it changes nothing.

    A number of which the gateway says that there is none rests, for calls too.
    """
    if status in DELIVERED:
        note_delivered(acting, key)
    elif status in FAILED:
        said = f"{status} {code}".strip()
        note_not_delivered(acting, key, said, is_nobodys=code in NO_SUCH_NUMBER, because="wrong number")
