"""Support through its doors: distress becomes a promised call, a group an offer that is followed up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions import support as acts
from careloop.actions.directory import add_entry
from careloop.actions.worklist import dismiss_loop
from careloop.basics.refusals import NotFound, TakenMeanwhile
from careloop.facts.access import Acting
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.finder import Fit
from careloop.facts.support import (
    Form,
    HeardFrom,
    OfferEvent,
    OfferState,
    SupportAsk,
    SupportEvent,
    SupportState,
)
from careloop.facts.worklist import Outcome
from careloop.reads.support import get_support_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_consents import refusal
from tests.people import NOW, House, later

pytestmark = pytest.mark.django_db
GROUP = EntryDraft(
    EntryKind.SERVICE, "Vivir con diabetes", sort="support_group", specialties=("diabetes",), languages=("es",),
    telehealth=True, cost="Free", phone="555 010 0171",
)  # fmt: skip
ASKED = SupportAsk("diabetes", "es", Form.ONLINE, free=True)


def note(who: Acting, patient: UUID, words: str = "I can not sleep any more.") -> UUID:
    return acts.note_distress(who, patient, words=words, heard_from=HeardFrom.PATIENT, owner_id=None, by=None)


def test_distress_is_a_call_then_a_check_and_over_when_somebody_says_so(dana: Acting, rosa: UUID) -> None:
    key = note(dana, rosa)
    (line,) = get_support_page(dana, rosa).distress
    assert (line.words, line.state, line.owner) == ("I can not sleep any more.", SupportState.CALL, "Dana")
    assert line.due_at is not None
    assert timedelta(0) < line.due_at - NOW <= timedelta(days=2)

    def on(event: SupportEvent, version: int, said: str = "She cried. Her sister is with her.") -> SupportState:
        return acts.note_call(dana, rosa, note_id=key, version=version, event=event, said=said, by=None)

    assert refusal(lambda: on(SupportEvent.CALLED, 1, said=" ")) == "refusal.support_said"
    assert on(SupportEvent.CALLED, 1) is SupportState.CHECK
    with pytest.raises(TakenMeanwhile):
        on(SupportEvent.END, 1)
    assert ask_one("SELECT base_step ->> 'key' FROM loop WHERE id = %s", line.loop_id) == "step.support_check"
    assert on(SupportEvent.AGAIN, 2) is SupportState.CALL
    assert on(SupportEvent.END, 3) is SupportState.ENDED
    assert ask("SELECT state, outcome FROM loop WHERE id = %s", line.loop_id) == [("closed", "done")]
    assert refusal(lambda: on(SupportEvent.CALLED, 4)) == "refusal.support_is_ended"
    assert broken_invariants() == {}


def test_a_call_that_is_not_needed_ends_the_note(dana: Acting, rosa: UUID) -> None:
    note(dana, rosa)
    (line,) = get_support_page(dana, rosa).distress
    dismiss_loop(dana, line.loop_id, version=1, outcome=Outcome.DECLINED, reason="She wants no call.")
    assert get_support_page(dana, rosa).distress[0].state is SupportState.ENDED


def test_a_group_is_found_offered_told_and_joined(dana: Acting, rosa: UUID) -> None:
    entry = add_entry(dana, GROUP)
    add_entry(dana, replace(GROUP, name="Grief circle", specialties=("grief",)))
    add_entry(dana, replace(GROUP, name="Clinic for diabetes", sort=""))
    page = get_support_page(dana, rosa, asked=ASKED)
    (found,) = page.matches
    assert found.program.id == entry
    assert [one.fit for one in found.reasons] == [Fit.YES] * 4

    key = acts.offer_program(dana, rosa, ASKED, entry_id=entry)
    assert refusal(lambda: acts.offer_program(dana, rosa, ASKED, entry_id=entry)) == "refusal.support_offered"

    def on(event: OfferEvent, version: int) -> OfferState:
        return acts.answer_offer(replace(dana, at=later(minutes=1)), rosa, offer_id=key, version=version, event=event)

    assert refusal(lambda: on(OfferEvent.JOIN, 1)) == "refusal.support_is_chosen"
    assert on(OfferEvent.TELL, 1) is OfferState.TOLD
    assert on(OfferEvent.JOIN, 2) is OfferState.JOINED
    (line,) = get_support_page(dana, rosa).offers
    assert (line.name, len(line.because)) == ("Vivir con diabetes", 4)
    assert ask("SELECT state, outcome FROM loop WHERE id = %s", line.loop_id) == [("closed", "done")]
    again = acts.offer_program(dana, rosa, ASKED, entry_id=entry)
    acts.answer_offer(dana, rosa, offer_id=again, version=1, event=OfferEvent.DECLINE)
    assert sorted(ask("SELECT state FROM support_offer")) == [("declined",), ("joined",)]
    assert broken_invariants() == {}


def test_what_is_no_group_is_not_offered(dana: Acting, rosa: UUID) -> None:
    entry = add_entry(dana, replace(GROUP, sort=""))
    with pytest.raises(NotFound):
        acts.offer_program(dana, rosa, ASKED, entry_id=entry)


def test_somebody_of_another_team_neither_sees_nor_notes(house: House, dana: Acting, rosa: UUID) -> None:
    kim, key = house.acting("kim"), note(dana, rosa)
    ways: tuple[Callable[[], object], ...] = (
        lambda: get_support_page(kim, rosa),
        lambda: note(kim, rosa),
        lambda: acts.note_call(kim, rosa, note_id=key, version=1, event=SupportEvent.END, said="x", by=None),
    )
    for way in ways:
        with pytest.raises(NotFound):
            way()
