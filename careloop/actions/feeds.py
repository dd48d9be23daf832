"""Calendar addresses are made, revoked, and asked by calendars."""

import hashlib
import secrets
from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.feeds import Window
from careloop.guard.doors import managing
from careloop.records.models import CalendarFeed
from careloop.rules.feeds import FEEDS, count_asking

NAME_LIMIT = 80


@managing(needs=Right.BOOKING_READ)
def make_feed(acting: Acting, *, name: str) -> str:
    """Make an address for one's own visits and return its secret: it is shown once and kept nowhere.

    ``name`` says which calendar it is for.

    :raises Refusal: if the name is empty or too long, or this person has too many addresses
    """
    words = name.replace("\x00", "").strip()
    if not words or len(words) > NAME_LIMIT:
        raise Refusal(Say("refusal.feed_name", count=NAME_LIMIT))
    if CalendarFeed.objects.filter(person_id=acting.person_id, revoked_at=None).count() >= FEEDS:
        raise Refusal(Say("refusal.feeds_many", count=FEEDS))
    token = secrets.token_urlsafe(32)
    CalendarFeed(
        id=new_id(acting.at),
        person_id=acting.person_id,
        name=words,
        token_hash=hashlib.sha256(token.encode()).digest(),
        made_at=acting.at,
    ).save(force_insert=True)
    return token


@managing(needs=Right.SELF_WRITE)
def revoke_feed(acting: Acting, *, feed_id: UUID) -> None:
    """End one's own address: from now on it answers as one that never was. Again, nothing more happens.

    :raises NotFound: if it is nobody's or somebody else's
    """
    row = CalendarFeed.objects.filter(pk=feed_id, person_id=acting.person_id).select_for_update().first()
    if row is None:
        raise NotFound
    if row.revoked_at is None:
        row.revoked_at = acting.at
        row.save()


@managing(needs=Right.BOOKING_READ)
def note_asking(acting: Acting, *, feed_id: UUID) -> None:
    """Note that a calendar asks under an address, now.

    :raises TooOften: if it was asked too often in this hour
    :raises NotFound: if it was revoked meanwhile
    """
    rows = CalendarFeed.objects.filter(pk=feed_id, person_id=acting.person_id, revoked_at=None)
    row = rows.select_for_update().first()
    if row is None:
        raise NotFound
    window = count_asking(Window(row.asked_since, row.asked_count) if row.asked_since else None, acting.at)
    row.fetched_at, row.asked_since, row.asked_count = acting.at, window.since, window.count
    row.save()
