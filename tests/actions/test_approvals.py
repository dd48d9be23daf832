"""Words for patients are approved by two people, and only then they go where the clinic sends no drafts."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from careloop.actions import approvals as acts
from careloop.actions.threads import Wording, begin_thread, send_message
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.approvals import WordsEvent
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import State
from careloop.facts.outbox import ThreadWith
from careloop.reads.messages import get_message
from tests.actions.answering import bring_with_phone
from tests.actions.look import ask_one, broken_invariants
from tests.people import House

pytestmark = pytest.mark.django_db
KEY = "thank_you"


def seal(who: Acting, language: str = "en") -> str:
    return next(act.seal for act in get_message(who, key=KEY).acts if act.language == language)


def state(who: Acting, language: str = "en") -> State:
    return next(one.state for one in get_message(who, key=KEY).line.shown if one.language == language)


def review(who: Acting, **changes: str) -> State:
    given = {"key": KEY, "language": "en", "seal": seal(who), "qualification": "RN; reads English"} | changes
    return acts.review_words(who, **given)


def approve(who: Acting, **changes: str) -> State:
    given = {"key": KEY, "language": "en", "seal": seal(who), "qualification": "MD"} | changes
    return acts.approve_words(who, **given)


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as no:
        do()
    return no.value.say.key


def test_words_go_from_draft_to_approved_by_two_people_and_back(house: House) -> None:
    sol, asha = house.acting("sol"), house.acting("asha")

    assert refused(lambda: approve(asha)) == "refusal.words_not_reviewed"
    assert refused(lambda: review(sol, qualification=" ")) == "refusal.words_qualification"
    assert refused(lambda: review(sol, seal="00")) == "refusal.words_changed"
    assert review(sol) is State.REVIEWED
    assert refused(lambda: approve(sol)) == "refusal.words_two_people"
    assert refused(lambda: review(asha)) == "refusal.words_not_draft"
    assert approve(asha) is State.APPROVED
    shown = get_message(asha, key=KEY)
    assert (state(asha), state(asha, "es")) == (State.APPROVED, State.DRAFT)
    assert [one.qualification for one in shown.acts[0].history] == ["MD", "RN; reads English"]
    assert shown.acts[0].may == (WordsEvent.RETURN,)
    assert acts.return_words(sol, key=KEY, language="en", seal=seal(sol), note="A word is hard.") is State.DRAFT
    assert state(sol) is State.DRAFT
    assert broken_invariants() == {}


def test_only_who_may_approves_and_only_what_there_is(house: House) -> None:
    for who in ("dana", "tom", "noor", "saul"):
        with pytest.raises(NotFound):
            acts.review_words(house.acting(who), key=KEY, language="en", seal="", qualification="RN")
    for changes in ({"key": "no_such"}, {"language": "vi"}):
        with pytest.raises(NotFound):
            review(house.acting("sol"), **changes)


def test_faulty_words_are_not_reviewed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "find_faults_of", lambda _shown: ("too hard",))

    assert refused(lambda: review(house.acting("sol"))) == "refusal.words_faulty"


def test_where_no_drafts_go_a_message_goes_from_the_approval_on(house: House, settings: object) -> None:
    settings.DRAFT_WORDS_MAY_GO = False  # type: ignore[attr-defined]
    dana, rosa = house.acting("dana"), bring_with_phone(house)
    thread = begin_thread(dana, rosa, partner=ThreadWith.PATIENT)

    def send() -> UUID:
        wording = Wording(Road.TEXT, Topic.VISITS, str(uuid4()), situation=KEY)
        return send_message(dana, rosa, thread_id=thread, wording=wording)

    assert refused(send) == "refusal.outbox_not_approved"
    review(house.acting("sol"))
    assert refused(send) == "refusal.outbox_not_approved"
    approve(house.acting("asha"))
    sent = send()
    assert ask_one("SELECT is_draft_words FROM message WHERE id = %s", sent) is False
