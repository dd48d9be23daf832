"""The waiting list: which times are freed, for whom one fits, who is asked first and why, and what an answer moves.

The order can be read off its reasons: how soon the visit is needed, then who has waited longest, then who has fewer
other chances, then who lives nearer, then who was asked less often. What is not known counts neither way (ADR 0043).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.scheduling import MOVABLE, BookingEvent, BookingState, CancelledBy, CancelReason
from careloop.facts.visits import Wish
from careloop.facts.waitlist import (
    CAN_WAIT,
    MOST_NOTICE_HOURS,
    Answer,
    Freed,
    OfferState,
    Order,
    Ranked,
    Waiting,
    WishDraft,
)
from careloop.rules.visits import suits

# Somebody is away or the place is shut: nobody else can have that time either.
NOT_FREE = (CancelReason.PROVIDER_AWAY, CancelReason.CLINIC_CLOSED)
NOT_FREED_BY = (CancelledBy.PROVIDER, CancelledBy.CLINIC)
# The names of the defaults in ``catalog/data/waitlist.toml``.
AT_A_TIME, ANSWER_HOURS = "at_a_time", "answer_hours"
VALUES = (AT_A_TIME, ANSWER_HOURS)

# An offer holds nothing: a yes that comes late counts as long as the time is free.
MOVES: Mapping[tuple[OfferState, Answer], OfferState] = {
    (OfferState.OPEN, Answer.YES): OfferState.YES,
    (OfferState.OPEN, Answer.NO): OfferState.NO,
    (OfferState.OPEN, Answer.NOT_REACHED): OfferState.NOT_REACHED,
    (OfferState.NOT_REACHED, Answer.YES): OfferState.YES,
    (OfferState.NOT_REACHED, Answer.NO): OfferState.NO,
    (OfferState.NOT_REACHED, Answer.NOT_REACHED): OfferState.NOT_REACHED,
    (OfferState.EXPIRED, Answer.YES): OfferState.YES,
    (OfferState.EXPIRED, Answer.NO): OfferState.NO,
}


class OfferMoveNotAllowed(Refusal):
    """This answer cannot be noted where the offer stands."""

    def __init__(self) -> None:
        super().__init__(Say("refusal.waitlist_answered"))


def next_offer(state: OfferState, answer: Answer) -> OfferState:
    """Return where an offer goes with an answer.

    :raises OfferMoveNotAllowed: if the table has no such move
    """
    try:
        return MOVES[state, answer]
    except KeyError:
        raise OfferMoveNotAllowed from None


def is_freed(
    was: BookingState, event: BookingEvent, by: CancelledBy | None, reason: CancelReason | None, *, is_ahead: bool
) -> bool:
    """Tell whether somebody else can have the time of a visit that is cancelled or bumped.

    A time that was only held was never anybody's, and whoever is away is away for everybody.
    """
    ends = event in (BookingEvent.CANCEL, BookingEvent.BUMP) and was in MOVABLE
    return ends and is_ahead and reason not in NOT_FREE and by not in NOT_FREED_BY


def expires_at(at: datetime, starts_at: datetime, hours: int) -> datetime:
    """Return until when an answer is waited for: so many hours, but not longer than the time is ahead."""
    return min(at + timedelta(hours=hours), starts_at)


def check_draft(draft: WishDraft, today: date) -> None:
    """Refuse a wish that no time can meet.

    :raises Refusal: with what is wrong
    """
    if draft.urgency not in CAN_WAIT:
        raise Refusal(Say("refusal.waitlist_today"))
    if any(not 1 <= one <= 7 for one in draft.weekdays):
        raise Refusal(Say("refusal.waitlist_weekday"))
    if draft.latest_on and draft.latest_on < max(today, draft.earliest_on or today):
        raise Refusal(Say("refusal.waitlist_latest"))
    if not 0 <= draft.notice_hours <= MOST_NOTICE_HOURS:
        raise Refusal(Say("refusal.waitlist_notice", count=MOST_NOTICE_HOURS))


def find_misfit(one: Waiting, freed: Freed, at: datetime) -> Say | None:
    """Return why a freed time is not for somebody, None if they can be asked about it now."""
    draft, on = one.draft, freed.promised.wall.date()
    first, last = draft.earliest_on or date.min, draft.latest_on or date.max
    ways = (
        (draft.visit_type_id != freed.visit_type_id, Say("waitlist.other_kind")),
        (draft.entry_id is not None and draft.entry_id not in freed.entry_ids, Say("waitlist.other_person")),
        (draft.site_id is not None and draft.site_id != freed.site_id, Say("waitlist.other_place")),
        (not _is_of_days(draft, freed), Say("waitlist.other_times")),
        (on < first, Say("waitlist.too_early", day=first)),
        (on > last, Say("waitlist.too_late", day=last)),
        (
            freed.promised.at - at < timedelta(hours=draft.notice_hours),
            Say("waitlist.short_notice", count=draft.notice_hours),
        ),
        (one.booked is not None and one.booked.at <= freed.promised.at, Say("waitlist.not_sooner")),
        (one.is_busy, Say("waitlist.busy")),
        (one.lacks_interpreter, Say("waitlist.no_interpreter")),
        (one.asked is not None, Say("waitlist.asked_already")),
    )
    return next((say for is_so, say in ways if is_so), None)


def place_in_list(draft: WishDraft, since_on: date) -> tuple[int, date]:
    """Return where a wish stands among others, before a time is known: how soon it is needed, then since when."""
    return CAN_WAIT.index(draft.urgency), since_on


def rank(waiting: Iterable[Waiting], freed: Freed, at: datetime, today: date) -> Order:
    """Return who can be asked about a freed time, the first to ask first; their own order does not matter.

    ``today`` is the day on the clocks of the clinic, to which days of waiting are counted.
    """
    fitting, others = [], []
    for one in waiting:
        misfit = find_misfit(one, freed, at)
        if misfit is None:
            fitting.append(one)
        else:
            others.append((one.id, misfit))
    middle = _middle([one.miles for one in fitting if one.miles is not None])
    fitting.sort(
        key=lambda one: (
            place_in_list(one.draft, one.since_on),
            -_narrowness(one.draft),
            middle if one.miles is None else one.miles,
            one.offers,
            one.id,
        )
    )
    others.sort(key=lambda pair: pair[0])
    return Order(tuple(Ranked(one.id, _reasons(one, today)) for one in fitting), tuple(others))


def _is_of_days(draft: WishDraft, freed: Freed) -> bool:
    days = draft.weekdays or (None,)
    return any(suits(freed.promised, Wish(part=draft.part, weekday=day)) for day in days)


def _narrowness(draft: WishDraft) -> int:
    """Return in how many ways somebody is bound: who is bound more has fewer other chances."""
    return sum(
        (draft.entry_id is not None, draft.site_id is not None, bool(draft.weekdays), draft.part is not None)
    )  # fmt: skip


def _reasons(one: Waiting, today: date) -> tuple[Say, ...]:
    said = [Say(f"waitlist.{one.draft.urgency}"), Say("waitlist.waits", count=max(0, (today - one.since_on).days))]
    if one.booked is not None:
        said.append(Say("waitlist.sooner_than", day=one.booked.wall.date()))
    if bound := _narrowness(one.draft):
        said.append(Say("waitlist.bound", count=bound))
    if one.miles is not None:
        said.append(Say("waitlist.miles", count=max(1, one.miles)))
    said.append(Say("waitlist.offers", count=one.offers) if one.offers else Say("waitlist.first_offer"))
    return tuple(said)


def _middle(values: Sequence[int]) -> int:
    """Return the lower median, 0 of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else 0
