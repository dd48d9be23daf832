"""Family meetings: the table of moves, who may interpret, and what each may hear."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from careloop.basics.refusals import Refusal
from careloop.facts.access import Label
from careloop.facts.consents import Consent, ConsentPurpose, Road, Topic
from careloop.facts.meetings import Decided, Interprets, MeetingEvent, MeetingState
from careloop.rules.meetings import (
    LIVE,
    MOVES,
    OVER,
    STEPS,
    MeetingMoveNotAllowed,
    choose_interpreter,
    clean,
    find_purpose,
    next_meeting,
    scope,
)

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
DECIDED = tuple(Decided(topic, f"About {topic}.") for topic in Topic if topic is not Topic.EVERYTHING)


def consent(topic: Topic, **more: object) -> Consent:
    given: dict[str, object] = {
        "id": UUID(int=1), "topic": topic, "purpose": ConsentPurpose.CARE, "road": Road.PHONE, "named": Label.NONE,
        "starts_at": AT - timedelta(days=1),
    }  # fmt: skip
    return Consent(**(given | more))  # type: ignore[arg-type]


def test_every_open_state_reaches_the_end_and_has_a_step() -> None:
    for start in LIVE:
        reached, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            onward = {to for (state, _event), to in MOVES.items() if state is here} - reached
            reached |= onward
            waiting += onward
        assert MeetingState.TOLD in reached
        assert start in STEPS
    assert not any(state in OVER for state, _event in MOVES)


@pytest.mark.parametrize("state", list(MeetingState))
@pytest.mark.parametrize("event", list(MeetingEvent))
def test_what_the_table_does_not_know_is_refused(state: MeetingState, event: MeetingEvent) -> None:
    if (state, event) in MOVES:
        assert next_meeting(state, event) is MOVES[state, event]
    else:
        with pytest.raises(MeetingMoveNotAllowed):
            next_meeting(state, event)


def test_what_took_place_is_not_called_off_and_nothing_is_told_before() -> None:
    assert (MeetingState.HELD, MeetingEvent.CANCEL) not in MOVES
    assert {state for state, event in MOVES if event is MeetingEvent.TELL_LAST} == {MeetingState.HELD}


@pytest.mark.parametrize("languages", [(), ("es",), ("es", "?")])
def test_a_child_never_interprets(languages: tuple[str, ...]) -> None:
    assert choose_interpreter(Interprets.CHILD, languages) is Interprets.QUALIFIED
    assert choose_interpreter(Interprets.ADULT_ASKED, languages) is Interprets.ADULT_ASKED


def test_nobody_interprets_only_where_nobody_needs_it() -> None:
    assert choose_interpreter(Interprets.NOBODY, ()) is Interprets.NOBODY
    with pytest.raises(Refusal):
        choose_interpreter(Interprets.NOBODY, ("vi",))


def test_without_a_consent_nothing_is_heard() -> None:
    for road in Road:
        assert scope(DECIDED, (), road, Label.NONE, AT).heard == ()


def test_each_hears_the_topics_that_were_agreed_to_on_the_road_that_was() -> None:
    found = scope(DECIDED, [consent(Topic.VISITS)], Road.PHONE, Label.NONE, AT)
    assert [one.topic for one in found.heard] == [Topic.VISITS]
    assert found.kept_back == len(DECIDED) - 1
    assert scope(DECIDED, [consent(Topic.VISITS)], Road.TEXT, Label.NONE, AT).heard == ()


def test_everything_leaves_out_what_is_guarded_and_a_labelled_record_is_told_to_nobody_unnamed() -> None:
    found = scope(DECIDED, [consent(Topic.EVERYTHING)], Road.PHONE, Label.NONE, AT)
    assert {one.topic for one in found.heard} == set(Topic) - {Topic.EVERYTHING, Topic.MENTAL, Topic.SUBSTANCE}
    assert scope(DECIDED, [consent(Topic.EVERYTHING)], Road.PHONE, Label.HIV, AT).heard == ()


def test_money_is_told_to_who_helps_with_bills_and_nothing_else_is() -> None:
    bills = [consent(Topic.EVERYTHING, purpose=ConsentPurpose.PAYMENT)]
    assert find_purpose(bills, Topic.MONEY, Road.PHONE, Label.NONE, AT) is ConsentPurpose.PAYMENT
    assert find_purpose(bills, Topic.VISITS, Road.PHONE, Label.NONE, AT) is None


def test_words_are_kept_without_blanks_around_and_not_without_end() -> None:
    assert clean("  a\x00b \n") == "ab"
    with pytest.raises(Refusal):
        clean("x" * 301, most=300)
