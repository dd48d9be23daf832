"""Handoffs: the moves that one can make, whose move it is, and what the receiver must say back. Pure.

The five parts are those of I-PASS (illness severity, patient summary, action list, situation awareness with
contingencies, synthesis by the receiver): Starmer et al., N Engl J Med 2014;371:1803-1812. Nothing moves before the
receiver has said it back.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from careloop.basics import notes
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.handoffs import HandoffEvent, HandoffState, IllnessLevel

# The names of the defaults in ``catalog/data/handoffs.toml``.
ANSWER_HOURS, QUESTION_HOURS = "answer_hours", "question_hours"
VALUES = (ANSWER_HOURS, QUESTION_HOURS)
# A line of a handoff is said in a few sentences; more stands in the record.
MOST_WORDS = 2000
# A handoff is read in one sitting: more patients are two handoffs.
MOST_PATIENTS = 200

MOVES: Mapping[tuple[HandoffState, HandoffEvent], HandoffState] = {
    (HandoffState.DRAFT, HandoffEvent.OFFER): HandoffState.OFFERED,
    (HandoffState.DRAFT, HandoffEvent.WITHDRAW): HandoffState.WITHDRAWN,
    (HandoffState.OFFERED, HandoffEvent.ASK): HandoffState.ASKED,
    (HandoffState.OFFERED, HandoffEvent.ACCEPT): HandoffState.ACCEPTED,
    (HandoffState.OFFERED, HandoffEvent.DECLINE): HandoffState.DECLINED,
    (HandoffState.OFFERED, HandoffEvent.WITHDRAW): HandoffState.WITHDRAWN,
    (HandoffState.OFFERED, HandoffEvent.EXPIRE): HandoffState.EXPIRED,
    (HandoffState.ASKED, HandoffEvent.ASK): HandoffState.ASKED,
    (HandoffState.ASKED, HandoffEvent.ANSWER): HandoffState.OFFERED,
    (HandoffState.ASKED, HandoffEvent.DECLINE): HandoffState.DECLINED,
    (HandoffState.ASKED, HandoffEvent.WITHDRAW): HandoffState.WITHDRAWN,
    (HandoffState.ASKED, HandoffEvent.EXPIRE): HandoffState.EXPIRED,
}
LIVE = (HandoffState.DRAFT, HandoffState.OFFERED, HandoffState.ASKED)
WAITING = (HandoffState.OFFERED, HandoffState.ASKED)
OF_GIVER = (HandoffEvent.OFFER, HandoffEvent.ANSWER, HandoffEvent.WITHDRAW)
OF_RECEIVER = (HandoffEvent.ASK, HandoffEvent.ACCEPT, HandoffEvent.DECLINE)


class HandoffMoveNotAllowed(Refusal):
    """This cannot be done where the handoff stands."""

    def __init__(self, state: HandoffState) -> None:
        super().__init__(Say(f"refusal.handoff_is_{state}"))


def next_handoff(state: HandoffState, event: HandoffEvent) -> HandoffState:
    """Return where a handoff goes.

    :raises HandoffMoveNotAllowed: if the table has no such move
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise HandoffMoveNotAllowed(state) from None


def expires_at(offered_at: datetime, hours: int) -> datetime:
    """Return until when an answer is waited for: so many hours after the offer, on no clock but the moment itself."""
    return offered_at + timedelta(hours=hours)


def clean_words(text: str) -> str:
    """Return words as they are kept: no NUL, which cannot be stored, and no blanks around them.

    :raises Refusal: if they are too long
    """
    return notes.clean_words(text, longest=MOST_WORDS)


def check_what_if(if_words: str, then_words: str, on: date | None, today: date) -> date:
    """Return the day of a what-if.

    :raises Refusal: if the condition, the deed or the day is missing, or the day is past or more than a year away
    """
    if not if_words or not then_words:
        raise Refusal(Say("refusal.handoff_if_then"))
    if on is None or not today <= on <= today + timedelta(days=366):
        raise Refusal(Say("refusal.handoff_day"))
    return on


def check_said_back(level: IllnessLevel, summary: str, own: str, shared: str) -> str:
    """Return what the receiver says back of one patient: of the stable one may be said together.

    :raises Refusal: if it is missing, or is the giver's summary copied
    """
    words = own or (shared if level is IllnessLevel.STABLE else "")
    if not words:
        raise Refusal(Say("refusal.handoff_said_back"))
    if _plain(words) == _plain(summary):
        raise Refusal(Say("refusal.handoff_own_words"))
    return words


def levels_said(levels: Sequence[IllnessLevel | None]) -> bool:
    """Tell whether somebody said of each patient how ill they are."""
    return all(level is not None for level in levels)


def _plain(words: str) -> str:
    return " ".join(words.lower().split())
