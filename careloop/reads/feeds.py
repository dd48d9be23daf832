"""Calendar addresses: what each answers, and the list on somebody's own page."""

from uuid import UUID

from django.db.models import Q

from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.access import Acting, Right
from careloop.facts.feeds import FeedRow, FeedsPage
from careloop.facts.scheduling import BookingState, Promised
from careloop.formats.ics import Appointment
from careloop.guard.doors import Shown, listing, managing
from careloop.guard.grants import Reach
from careloop.records.models import Booking, CalendarFeed, Person
from careloop.rules.feeds import AHEAD, BACK, FEEDS
from careloop.rules.scheduling import OCCUPYING

# More visits than this stand in nobody's calendar.
VISITS = 1000
# A time that is only held, or was let go, was never promised to anybody.
NEVER_PROMISED = (BookingState.HELD, BookingState.RELEASED)
TOOK_PLACE = (*OCCUPYING, BookingState.DONE, BookingState.NO_SHOW)


@listing(needs=Right.BOOKING_READ)
def list_feed(acting: Acting, reach: Reach) -> Shown[tuple[tuple[UUID, Appointment], ...]]:
    """Return the visits that stand in somebody's calendar, by key: without a name, a reason or a place.

    They are those of their patients, and those whose promise is theirs to keep; of each promise the time that it has
    now. What was cancelled or is over stays for 30 days.
    """
    ours = Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)
    mine = Q(patient_id__in=reach.patients) | Q(loop__owner_id__in=reach.owners)
    since = acting.at - BACK
    newest = Booking.objects.filter(ours, mine).exclude(state__in=[str(one) for one in NEVER_PROMISED])
    newest = newest.order_by("loop_id", "-occupies", "-made_at", "-id").distinct("loop_id")
    rows = Booking.objects.filter(
        Q(starts_at__gte=since) | Q(state_since__gte=since),
        starts_at__lt=acting.at + AHEAD,
        pk__in=newest.values("pk"),
    )
    found = list(rows.select_related("loop").order_by("starts_at", "id")[:VISITS])
    person = Person.objects.get(pk=acting.person_id)
    title = speak(Say("visit.neutral_title"), person.language)
    lines = tuple((row.pk, _appointment(row, title)) for row in found)
    return Shown(lines, tuple(dict.fromkeys(row.patient_id for row in found)), asked="calendar")


@managing(needs=Right.BOOKING_READ, write=False)
def get_feeds_page(acting: Acting) -> FeedsPage:
    """Return one's own addresses that work, the newest first."""
    rows = CalendarFeed.objects.filter(person_id=acting.person_id, revoked_at=None).order_by("-made_at", "-id")
    lines = tuple(FeedRow(row.pk, row.name, row.made_at, row.fetched_at) for row in rows)
    return FeedsPage(acting.at, lines, may_add=len(lines) < FEEDS)


def _appointment(row: Booking, title: str) -> Appointment:
    return Appointment(
        uid=row.loop_id,
        sequence=row.loop.version,
        promised=Promised(row.starts_at, row.zone, row.starts_wall),
        minutes=row.minutes,
        title=title,
        place="",
        changed_at=row.state_since,
        is_cancelled=row.state not in TOOK_PLACE,
        is_certain=True,
    )
