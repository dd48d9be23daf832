"""What a patient reads of each open promise, in plain words: what, who, by when, and what to do. Pure.

Nothing is said here that was not told yet: results, reasons and whatever carries a label are only "we will call you".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.consents import Topic
from careloop.facts.portal import (
    DAYS,
    GIVEN,
    QUESTION_LONGEST,
    LinkDraft,
    LinkPurpose,
    LinkState,
    NextLine,
    OpenPromise,
    PartOfDay,
)
from careloop.facts.referrals import ReferralState
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Ball, LoopKind

# What must be agreed to before a person of the circle is given such a link; a question is for the patient alone.
TOPIC_OF: Mapping[LinkPurpose, Topic] = {
    LinkPurpose.VISIT: Topic.VISITS,
    LinkPurpose.NEXT: Topic.EVERYTHING,
    LinkPurpose.ALL: Topic.EVERYTHING,
}
COMING = (BookingState.BOOKED, BookingState.CONFIRMED)

_CALL, _NOTHING, _PICK_UP = Say("portal.you_pick_up_us"), Say("portal.you_nothing"), Say("portal.you_pick_up_them")
# When somebody who asks for another time could come, and how that is said to whoever looks for one.
WISHES: Mapping[PartOfDay, Say] = {
    PartOfDay.ANY: Say("link.wish_any"),
    PartOfDay.MORNING: Say("link.wish_morning"),
    PartOfDay.AFTERNOON: Say("link.wish_afternoon"),
}
# What is said of each kind of promise, and what the patient does. Visits and referrals say more by where they stand.
PLAIN: Mapping[LoopKind, tuple[Say, Say]] = {
    LoopKind.TASK: (Say("portal.task"), _NOTHING),
    LoopKind.GAP: (Say("portal.gap"), _CALL),
    LoopKind.SAFETY: (Say("portal.safety"), _CALL),
    LoopKind.REVIEW: (Say("portal.review"), _NOTHING),
    LoopKind.VISIT: (Say("portal.visit_find"), _CALL),
    LoopKind.REFERRAL: (Say("portal.referral_send"), _NOTHING),
}
_VISITS: Mapping[BookingState, tuple[Say, Say]] = {
    BookingState.NO_SHOW: (Say("portal.visit_missed"), _CALL),
    BookingState.BUMPED: (Say("portal.visit_bumped"), _CALL),
    BookingState.CANCELLED: (Say("portal.visit_find"), _CALL),
    BookingState.ARRIVED: (Say("portal.visit_now"), _NOTHING),
}
_SEND, _SENT = (Say("portal.referral_send"), _NOTHING), (Say("portal.referral_sent"), _PICK_UP)
_OTHER = (Say("portal.referral_other"), _CALL)
_REFERRALS: Mapping[ReferralState, tuple[Say, Say]] = {
    ReferralState.TO_SEND: _SEND,
    ReferralState.NEEDS_INFO: _SEND,
    ReferralState.CHECKING: _SEND,
    ReferralState.SENT: _SENT,
    ReferralState.DELIVERED: _SENT,
    ReferralState.SILENT: _SENT,
    ReferralState.DECLINED: _OTHER,
    ReferralState.ACCEPTED: (Say("portal.referral_accepted"), _PICK_UP),
    ReferralState.DATE_SET: (Say("portal.referral_date"), Say("portal.you_come_there")),
    ReferralState.MISSED: _OTHER,
    ReferralState.SEEN: (Say("portal.referral_seen"), _NOTHING),
    ReferralState.REPORT_IN: (Say("portal.news"), _CALL),
    ReferralState.READ: (Say("portal.news"), _CALL),
}


def say_next(promise: OpenPromise, today: date) -> NextLine:
    """Say one open promise in plain words; ``today`` is the patient's day."""
    if promise.is_question:
        return NextLine(Say("portal.asked"), Say("portal.who_you"), None, Say("portal.you_answer"))
    if promise.kind is LoopKind.VISIT and promise.booking in COMING and promise.wall is not None:
        return _coming(promise, promise.wall)
    if promise.has_label:
        return NextLine(Say("portal.private"), _who(promise), _by(promise, today), _CALL)
    what, you = _plain(promise)
    return NextLine(what, _who(promise), _by(promise, today), you)


def list_next(promises: Sequence[OpenPromise], today: date) -> tuple[NextLine, ...]:
    """Say all open promises: visits by their time, then the rest by day; what says the same is said once, and counted.

    Nothing is left out: the counts of the lines add up to the number of promises.
    """
    ordered = sorted(promises, key=_place)
    folded: dict[tuple[Say, Say, Say], NextLine] = {}
    for promise in ordered:
        line = say_next(promise, today)
        key = (line.what, line.who, line.you)
        before = folded.get(key)
        folded[key] = line if before is None else replace(before, count=before.count + 1)
    return tuple(folded.values())


def expect_draft(draft: LinkDraft) -> None:
    """Refuse a link that says too little of what it opens, or opens it for too long.

    :raises Refusal: with what is missing
    """
    if draft.purpose not in GIVEN:
        raise Refusal(Say("refusal.link_message"))
    if draft.days not in DAYS:
        raise Refusal(Say("refusal.link_days"))
    if (draft.purpose is LinkPurpose.VISIT) is not (draft.booking_id is not None):
        raise Refusal(Say("refusal.link_visit"))
    if draft.purpose is LinkPurpose.QUESTION:
        if not draft.question or len(draft.question) > QUESTION_LONGEST:
            raise Refusal(Say("refusal.link_question", count=QUESTION_LONGEST))
        if draft.member_id is not None:
            raise Refusal(Say("refusal.link_question_member"))


def state_of(*, ended_at: datetime | None, locked_at: datetime | None, expires_at: datetime, at: datetime) -> LinkState:
    """Return where a link stands at a moment."""
    if ended_at is not None:
        return LinkState.ENDED
    if locked_at is not None:
        return LinkState.LOCKED
    return LinkState.LIVE if at < expires_at else LinkState.OVER


def find_end(draft: LinkDraft, at: datetime, visit_ends_at: datetime | None = None) -> datetime:
    """Return when a link ends: after its days, and a link about a visit no later than the visit."""
    end = at + timedelta(days=draft.days)
    return end if visit_ends_at is None else min(end, visit_ends_at)


def day_of(moment: datetime | None, zone: str) -> date | None:
    """Return the day of a moment in a zone."""
    return None if moment is None else moment.astimezone(ZoneInfo(zone)).date()


def _place(promise: OpenPromise) -> tuple[bool, str, date]:
    """Visits that are agreed come first, by their time; then the rest, what is due sooner first."""
    is_visit = promise.kind is LoopKind.VISIT and not promise.is_question
    has_time = is_visit and promise.booking in COMING and promise.wall is not None
    wall = promise.wall.isoformat() if has_time and promise.wall else ""
    return (not has_time, wall, promise.by_on or date.max)


def _coming(promise: OpenPromise, wall: datetime) -> NextLine:
    when = wall.isoformat(timespec="minutes")
    if promise.is_over:
        return NextLine(Say("portal.visit_was", when=when), _who(promise), None, _NOTHING)
    what = Say("portal.visit_on", when=when)
    if promise.booking is BookingState.CONFIRMED:
        return NextLine(what, Say("portal.who_you_come"), None, Say("portal.you_come"))
    return NextLine(what, Say("portal.who_you"), None, Say("portal.you_say_yes"))


def _plain(promise: OpenPromise) -> tuple[Say, Say]:
    common = PLAIN[promise.kind]
    if promise.kind is LoopKind.VISIT and promise.booking is not None:
        return _VISITS.get(promise.booking, common)
    if promise.kind is LoopKind.REFERRAL and promise.referral is not None:
        return _REFERRALS.get(promise.referral, common)
    return common


def _who(promise: OpenPromise) -> Say:
    if _is_with_others(promise):
        return Say("portal.who_other")
    return Say("portal.who_person", name=promise.owner) if promise.owner else Say("portal.who_team")


def _by(promise: OpenPromise, today: date) -> Say | None:
    if promise.by_on is None:
        return None
    if promise.by_on < today:
        return Say("portal.late")
    if _is_with_others(promise):
        return Say("portal.check_by", day=promise.by_on)
    return Say("portal.by_day", day=promise.by_on)


def _is_with_others(promise: OpenPromise) -> bool:
    """Another office has the ball; what carries a label is only ours to speak of."""
    return promise.ball is Ball.PROVIDER and promise.kind is LoopKind.REFERRAL and not promise.has_label
