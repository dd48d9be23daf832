"""Calendars from elsewhere are fetched from an address: set and let go by people, asked by the worker.

Nothing is locked while a calendar is fetched: one short passage claims it, another keeps what came.
"""

from datetime import datetime, timedelta
from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.channels.addresses import read_address
from careloop.facts.access import Acting, Right
from careloop.facts.fetching import Fetched, Fetching, Marks
from careloop.guard.doors import managing, unattended
from careloop.guard.secrets import open_secret, seal_secret
from careloop.records.models import DirectoryEntry, OutsideAddress, OutsideCalendar
from careloop.rules.fetching import (
    AHEAD,
    may_ask_for_changes,
    next_after_answer,
    next_after_trouble,
    next_when_pressed,
)
from careloop.worklist.busy_elsewhere import lock_bookable, replace_busy

WHAT = "calendar-address"
# Whoever has not come back by then was killed: another may fetch it. Far more than a fetch and a reading take.
LEASE = timedelta(minutes=5)
FREE: dict[str, object] = {"claim": None, "claimed_until": None}


@managing(needs=Right.CALENDAR_WRITE)
def set_address(acting: Acting, *, entry_id: UUID, address: str) -> None:
    """Keep the address of an entry's calendar elsewhere, in place of any other; it is fetched as soon as may be.

    :raises NotAnAddress: if it cannot be used, with how to mend it
    :raises NotFound: if there is no such entry, or it takes part in no visit
    """
    web = read_address(address)
    lock_bookable(entry_id)
    OutsideAddress.objects.update_or_create(
        entry_id=entry_id,
        defaults={
            "sealed": seal_secret(web.url, what=WHAT), "shown": web.shown, "set_by_id": acting.person_id,
            "set_at": acting.at, "due_at": acting.at, "wait_until": None, "tried_at": None, "reached_at": None,
            "trouble": None, "failures": 0, "etag": "", "modified": "", "zone": "", **FREE,
        },
    )  # fmt: skip


@managing(needs=Right.CALENDAR_WRITE)
def fetch_soon(acting: Acting, *, entry_id: UUID) -> None:
    """Have an entry's calendar fetched now: within a minute of the last time it waits, and as long as they ask for.

    :raises NotFound: if no address is kept for it
    """
    lock_bookable(entry_id)
    row = OutsideAddress.objects.select_for_update(of=("self",)).filter(entry_id=entry_id).first()
    if row is None:
        raise NotFound
    row.due_at = next_when_pressed(acting.at, tried_at=row.tried_at, wait_until=row.wait_until)
    row.save()


@managing(needs=Right.CALENDAR_WRITE)
def drop_address(acting: Acting, *, entry_id: UUID) -> None:
    """Forget the address of an entry's calendar; the busy times that are known stay. What is not there is well."""
    lock_bookable(entry_id)
    OutsideAddress.objects.filter(entry_id=entry_id).delete()


@unattended(needs=Right.WORK_UNATTENDED)
def claim_fetch(acting: Acting) -> Fetching | None:
    """Claim the calendar that has been due longest, for five minutes; None if none is due.

    Those that another worker has are passed over.
    """
    rows = OutsideAddress.objects.filter(due_at__lte=acting.at, entry__is_active=True)
    free = rows.exclude(claimed_until__gt=acting.at).order_by("due_at", "entry_id").select_related("entry")
    row = free.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    row.claim, row.claimed_until = new_id(acting.at), acting.at + LEASE
    row.save()
    return Fetching(
        entry_id=row.entry_id,
        claim=row.claim,
        url=open_secret(row.sealed, what=WHAT),
        zone=row.entry.zone,
        marks=_marks(acting.at, row),
        since=acting.at,
        until=acting.at + AHEAD,
    )


@unattended(needs=Right.WORK_UNATTENDED)
def keep_fetched(acting: Acting, fetching: Fetching, fetched: Fetched) -> bool:
    """Keep what a fetch brought, whole; tell whether it did: not if the address was changed or claimed anew."""
    row = _find_claimed(fetching)
    if row is None:
        return False
    if fetched.spans is None:
        OutsideCalendar.objects.filter(entry_id=row.entry_id).update(read_at=acting.at)
    else:
        replace_busy(row.entry_id, fetched.spans, at=acting.at, until=fetching.until, set_by_id=row.set_by_id)
    row.etag, row.modified, row.zone = fetched.marks.etag, fetched.marks.modified, fetching.zone
    row.tried_at = row.reached_at = acting.at
    row.wait_until, row.trouble, row.failures = None, None, 0
    row.due_at = next_after_answer(acting.at)
    row.claim, row.claimed_until = None, None
    row.save()
    return True


@unattended(needs=Right.WORK_UNATTENDED)
def note_trouble(acting: Acting, fetching: Fetching, trouble: Say, *, wait_until: datetime | None = None) -> bool:
    """Note why a fetch brought nothing; what was known before stays. Tell whether it did, as ``keep_fetched`` does.

    ``wait_until`` is until when they asked to be left alone.
    """
    row = _find_claimed(fetching)
    if row is None:
        return False
    row.tried_at, row.trouble, row.failures = acting.at, trouble.as_stored(), row.failures + 1
    row.due_at = next_after_trouble(acting.at, failures=row.failures, wait_until=wait_until)
    row.wait_until = row.due_at if wait_until else None
    row.claim, row.claimed_until = None, None
    row.save()
    return True


def _find_claimed(fetching: Fetching) -> OutsideAddress | None:
    """Return the address of a fetch, locked after its entry as everywhere; None if the claim is another's by now."""
    DirectoryEntry.objects.select_for_update(of=("self",), no_key=True).filter(pk=fetching.entry_id).first()
    rows = OutsideAddress.objects.filter(entry_id=fetching.entry_id, claim=fetching.claim)
    row: OutsideAddress | None = rows.select_for_update(of=("self",)).first()
    return row


def _marks(at: datetime, row: OutsideAddress) -> Marks:
    """Return the marks of what was read last, if it is enough to ask what changed since."""
    known = OutsideCalendar.objects.filter(entry_id=row.entry_id).first()
    if known is None or row.zone != row.entry.zone or not may_ask_for_changes(at, known.known_until):
        return Marks()
    return Marks(row.etag, row.modified)
