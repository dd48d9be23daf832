"""Times that suit, gathered by day; what can be done about a visit now; the board of a day as rows and cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.facts.scheduling import (
    MOVABLE,
    BookingEvent,
    BookingState,
    Candidate,
    Offer,
    Promised,
    Span,
    VisitLength,
    VisitTypeDraft,
)
from careloop.facts.visits import Barrier, Deed, OfferDay, PartOfDay, TimeOffer, Wish
from careloop.rules.availability import offer_times
from careloop.rules.scheduling import MOVES

NOON = time(12)
# So far ahead is looked, in steps of so many days, until there are times on so many days.
AHEAD_DAYS, STEP_DAYS, DAYS = 28, 7, 5
# So many times of a day are shown, at least so far apart: the others are asked for by their time.
A_DAY, APART = 8, timedelta(minutes=30)
# One day has fewer quarters of an hour.
EVERY_QUARTER = 100 * STEP_DAYS
# After so many visits that were missed on one promise a clinician decides whether there is another time.
DECIDES_AFTER = 2

DEEDS: Mapping[Deed, BookingEvent] = {
    Deed.BOOK: BookingEvent.BOOK,
    Deed.RELEASE: BookingEvent.RELEASE,
    Deed.CONFIRM: BookingEvent.CONFIRM,
    Deed.ARRIVE: BookingEvent.ARRIVE,
    Deed.FINISH: BookingEvent.FINISH,
    Deed.MISS: BookingEvent.MISS,
    Deed.CORRECT: BookingEvent.CORRECT,
    Deed.TAKE_BACK: BookingEvent.TAKE_BACK,
    Deed.CANCEL: BookingEvent.CANCEL,
}


@dataclass(frozen=True, slots=True)
class Ways:
    """Whom and what a visit needs at one place: candidates for each need, and the zone of the clocks there."""

    needs: tuple[tuple[Candidate, ...], ...]
    zone: str


def suits(promised: Promised, wish: Wish) -> bool:
    """Tell whether a time is on the weekday and in the part of the day that was wished for."""
    wall = promised.wall
    is_early = wall.time() < NOON
    if wish.part is not None and is_early is not (wish.part is PartOfDay.MORNING):
        return False
    return wish.weekday in (None, wall.isoweekday())


def look_from(wish: Wish, at: datetime, zone: str) -> Span:
    """Return the window in which times are looked for: from the wished day, today at the earliest, four weeks on."""
    here = ZoneInfo(zone)
    first = max(wish.since_on or date.min, at.astimezone(here).date())
    start = datetime.combine(first, time.min, here).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=AHEAD_DAYS), time.min, here).astimezone(UTC)
    return Span(max(start, at), end)


def is_done_by(kind: VisitTypeDraft, entry_id: UUID) -> bool:
    """Tell whether a kind of visit can be with this practitioner."""
    return kind.needs_practitioner and entry_id in (kind.people or (entry_id,))


def find_offers(ways: Ways, length: VisitLength, window: Span, wish: Wish) -> tuple[Offer, ...]:
    """Return every time that fits and suits, until there are some on enough days."""
    found: list[Offer] = []
    start = window.start
    while start < window.end and len({offer.promised.wall.date() for offer in found}) < DAYS:
        end = min(start + timedelta(days=STEP_DAYS), window.end)
        # A visit may begin at the end of this step and reach into the next one.
        step = Span(start, min(end + length.length, window.end))
        offers = offer_times(ways.needs, length, step, zone=ways.zone, count=EVERY_QUARTER)
        found += [offer for offer in offers if start <= offer.promised.at < end and suits(offer.promised, wish)]
        start = end
    return tuple(found)


def gather_days(offers: Iterable[TimeOffer]) -> tuple[OfferDay, ...]:
    """Return times by day in order, a few of each day, well apart; the very first says that it is."""
    days: dict[date, list[TimeOffer]] = {}
    for offer in sorted(offers, key=lambda one: (one.promised.at, one.site, one.code)):
        day = days.setdefault(offer.promised.wall.date(), [])
        if len(day) < A_DAY and _is_apart(offer, day):
            day.append(offer)
    shown = [OfferDay(on, tuple(of_day)) for on, of_day in days.items()][:DAYS]
    if shown:
        first, *rest = shown[0].offers
        marked = replace(first, why=(Say("visit.first_that_fits"), *first.why))
        shown[0] = OfferDay(shown[0].on, (marked, *rest))
    return tuple(shown)


def _is_apart(offer: TimeOffer, day: Sequence[TimeOffer]) -> bool:
    same = [one for one in day if one.entries == offer.entries]
    return not same or offer.promised.at - same[-1].promised.at >= APART


def list_deeds(state: BookingState, *, starts: date, today: date, has_begun: bool, is_open: bool) -> tuple[Deed, ...]:
    """Return what can be done about a booking now: what its state allows, and what its time allows.

    Somebody arrives on the day, and it can be noted later; nobody is missed before the visit has begun. Of a promise
    that is closed only a visit that counts as seen can be taken back.
    """
    if not is_open:
        return (Deed.TAKE_BACK,) if state is BookingState.DONE else ()
    held_back = {Deed.ARRIVE: starts > today, Deed.MISS: not has_begun, Deed.CANCEL: state is BookingState.HELD}
    deeds = [one for one, event in DEEDS.items() if (state, event) in MOVES and not held_back.get(one, False)]
    if state in MOVABLE:
        deeds.append(Deed.MOVE)
    if state in (BookingState.NO_SHOW, BookingState.CANCELLED, BookingState.BUMPED, BookingState.RELEASED):
        deeds.append(Deed.AGAIN)
    return tuple(deeds)


def say_missed(barrier: Barrier, when: Mapping[str, object]) -> Say:
    """Say that a patient did not come, and what stood in the way as far as anybody asked."""
    return Say(f"event.missed.{barrier}", **when)  # type: ignore[arg-type]


def read_code(code: str) -> tuple[datetime, tuple[UUID, ...]] | None:
    """Return the wall time and the entries of an offer as a form carried it, None if it is none."""
    wall, *entries = code.split("|")
    try:
        return datetime.fromisoformat(wall).replace(tzinfo=None), tuple(UUID(one) for one in entries)
    except ValueError:
        return None
