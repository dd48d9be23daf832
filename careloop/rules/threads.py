"""Threads: what the newest message asked, what an answer moves, until when an answer is owed, who may write now. Pure.

Nothing is cancelled or judged by a text alone: a yes confirms or books the very time that was asked about, and all else
becomes work for a person.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.answers import Asked, Meaning
from careloop.facts.outbox import ThreadWith

# The names of the defaults in ``catalog/data/threads.toml``.
ANSWER_HOURS, LOCK_MINUTES, ASKED_DAYS = "answer_hours", "lock_minutes", "asked_days"
DANGER_MINUTES, READS_FROM, READS_UNTIL = "danger_minutes", "reads_from_hour", "reads_until_hour"
VALUES = (ANSWER_HOURS, LOCK_MINUTES, ASKED_DAYS, DANGER_MINUTES, READS_FROM, READS_UNTIL)
# What was written is read in one sitting; a longer paper is a document.
MOST_SIGNS = 4000

# What each situation of the catalog asks; one that is not here asks nothing that a digit could answer.
ASKS: Mapping[str, Asked] = {
    **dict.fromkeys(("visit_offered", "visit_booked", "visit_moved", "reminder_confirm"), Asked.VISIT),
    **dict.fromkeys(("reminder_day_before", "referral_booked", "group_visit", "private_support"), Asked.VISIT),
    "waitlist_offer": Asked.OFFER,
    **dict.fromkeys(("medicine_time", "medicine_time_named"), Asked.PILLS),
    **dict.fromkeys(("reminder_prepare_look", "coverage_check"), Asked.QUESTION),
}
# These ask nothing any more, and are answered all the same as what was asked before them: who says yes once more after
# the time was said to be taken is understood, and is not told again.
STILL_ANSWERED: Mapping[str, Asked] = {"waitlist_gone": Asked.OFFER}
# These are settled by the answer itself; every other leaves the writer waiting for a person.
SETTLED = (Meaning.YES, Meaning.START, Meaning.HELP)
# Partners who are told only what a consent allows.
BY_CONSENT = (ThreadWith.MEMBER,)


def task_of(meaning: Meaning, name: str) -> Say | None:
    """Return what a person is asked to do about an answer of somebody; None where a text is only read."""
    return {
        Meaning.CHANGE: Say("answer.change", name=name),
        Meaning.NO: Say("answer.no", name=name),
        Meaning.RIDE: Say("answer.ride", name=name),
        Meaning.MONEY: Say("answer.money", name=name),
    }.get(meaning)


def asked_by(situation: str, sent_at: datetime | None, at: datetime, days: int) -> Asked:
    """Return what the newest message asked; after so many days an answer is no answer to it any more."""
    if sent_at is None or at - sent_at > timedelta(days=days):
        return Asked.NOTHING
    return ASKS.get(situation) or STILL_ANSWERED.get(situation, Asked.NOTHING)


def answer_by(unanswered_since: datetime | None, hours: int) -> datetime | None:
    """Return until when an answer is owed; None if none is."""
    return None if unanswered_since is None else unanswered_since + timedelta(hours=hours)


def locked_until(at: datetime, minutes: int) -> datetime:
    """Return until when a thread is kept for whoever begins to answer it."""
    return at + timedelta(minutes=minutes)


def is_kept_from(person_id: UUID, holder_id: UUID | None, until: datetime | None, at: datetime) -> bool:
    """Tell whether somebody else is answering a thread at this moment."""
    return holder_id is not None and holder_id != person_id and until is not None and until > at


def needs_person(meaning: Meaning, also: tuple[Meaning, ...]) -> bool:
    """Tell whether somebody must read an answer and write or call back."""
    return any(one not in SETTLED and one is not Meaning.STOP for one in (meaning, *also))


def ending_of(address: str) -> str:
    """Return as much of an address as tells it from another, and no more: its last four signs, or what is after @."""
    return f"…@{address.rsplit('@', 1)[1]}" if "@" in address else f"…{address[-4:]}"
