"""Family meetings: the moves they can make, who may interpret, and what each person may hear of the decisions. Pure.

Source, not verified by a lawyer: that a child does not interpret but in an emergency, and an adult only where the
person asks for it, is general knowledge of 45 CFR 92.201(e) (2024): paragraphs (a) to (d) were read on 2026-11-23 in a
copy of October 2024 that others keep, and (e) was not. The clinic's policy may ask for more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from careloop.basics import notes
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Label
from careloop.facts.consents import Consent, ConsentPurpose, Road, TellAsk, Topic
from careloop.facts.meetings import Decided, Interprets, MeetingEvent, MeetingState, Scoped
from careloop.rules.consents import decide

MOVES: Mapping[tuple[MeetingState, MeetingEvent], MeetingState] = {
    (MeetingState.TO_ARRANGE, MeetingEvent.SET_TIME): MeetingState.SET,
    (MeetingState.TO_ARRANGE, MeetingEvent.CANCEL): MeetingState.CANCELLED,
    (MeetingState.SET, MeetingEvent.SET_TIME): MeetingState.SET,
    (MeetingState.SET, MeetingEvent.MISS): MeetingState.TO_ARRANGE,
    (MeetingState.SET, MeetingEvent.HOLD): MeetingState.HELD,
    (MeetingState.SET, MeetingEvent.CANCEL): MeetingState.CANCELLED,
    (MeetingState.HELD, MeetingEvent.TELL_LAST): MeetingState.TOLD,
}
OVER = (MeetingState.TOLD, MeetingState.CANCELLED)
LIVE = tuple(one for one in MeetingState if one not in OVER)
# What the loop says to do in each state, and the name of the default that says in how many days.
STEPS: Mapping[MeetingState, tuple[str, str]] = {
    MeetingState.TO_ARRANGE: ("step.meeting_arrange", "arrange_days"),
    MeetingState.SET: ("step.meeting_hold", "hold_days"),
    MeetingState.HELD: ("step.meeting_tell", "tell_days"),
}
VALUES = ("arrange_days", "hold_days", "tell_days", "interpreter_days")
MOST_WORDS = 2000
MINUTES = (15, 480)
# Money can be told to who helps with care or with bills; everything else is for care.
_PURPOSES = {Topic.MONEY: (ConsentPurpose.CARE, ConsentPurpose.PAYMENT)}


class MeetingMoveNotAllowed(Refusal):
    """This cannot be done where the meeting stands."""

    def __init__(self, state: MeetingState) -> None:
        super().__init__(Say(f"refusal.meeting_is_{state}"))


def next_meeting(state: MeetingState, event: MeetingEvent) -> MeetingState:
    """Return where a meeting goes.

    :raises MeetingMoveNotAllowed: if the table has no such move
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise MeetingMoveNotAllowed(state) from None


def choose_interpreter(asked: Interprets, languages: Sequence[str]) -> Interprets:
    """Return who interprets: a child never does, and where one was named a qualified interpreter is booked.

    :raises Refusal: if nobody would interpret for somebody who needs it
    """
    if asked is Interprets.CHILD:
        return Interprets.QUALIFIED
    if asked is Interprets.NOBODY and languages:
        raise Refusal(Say("refusal.meeting_interpreter"))
    return asked


def scope(decisions: Sequence[Decided], consents: Iterable[Consent], road: Road, labels: Label, at: datetime) -> Scoped:
    """Return what a person with these consents may hear on a road at a moment: without a consent nothing.

    ``labels`` are those of the patient's record; ``at`` is an aware moment.
    """
    given = tuple(consents)
    topics = {one.topic for one in decisions}
    allowed = {topic for topic in topics if find_purpose(given, topic, road, labels, at) is not None}
    heard = tuple(one for one in decisions if one.topic in allowed)
    return Scoped(road, heard, len(decisions) - len(heard))


def find_purpose(
    consents: Iterable[Consent], topic: Topic, road: Road, labels: Label, at: datetime
) -> ConsentPurpose | None:
    """Return for which purpose a topic may be told on a road, None if it may not."""
    given = tuple(consents)
    for purpose in _PURPOSES.get(topic, (ConsentPurpose.CARE,)):
        if decide(given, TellAsk(topic, purpose, road, labels), at).is_allowed:
            return purpose
    return None


def clean(text: str, *, most: int = MOST_WORDS) -> str:
    """Return words as they are kept: no NUL, no blanks around them.

    :raises Refusal: if they are too long
    """
    return notes.clean_words(text, longest=most)
