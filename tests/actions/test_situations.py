"""Situations while somebody writes: each can be chosen, asks for what it lacks, and goes as it was looked at."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from careloop.actions import threads as acts
from careloop.actions.threads import Wording
from careloop.basics.refusals import NotFound, Refusal
from careloop.catalog.messages import load_messages
from careloop.facts.access import Acting
from careloop.facts.composer import AskAs
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import Field
from careloop.facts.outbox import ThreadWith
from careloop.facts.threads import ThreadPage
from careloop.reads.threads import get_thread_page
from careloop.rules.situation_fields import NEVER_TYPED, list_asked, names_of
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.records import bring_cared_for, person
from tests.actions.reminding import far
from tests.actions.visits import booked
from tests.outgoing import TELECOM, bring_reachable
from tests.people import House

pytestmark = pytest.mark.django_db

OFFERED = [one for one in load_messages().values() if not one.is_answer and not one.fields & NEVER_TYPED]
TYPED = {
    "f-when-on": "2026-11-30", "f-when-at": "09:30", "f-old_when-on": "2026-11-23", "f-old_when-at": "14:00",
    "f-until-on": "2026-11-27", "f-until-at": "17:00", "f-pickup-on": "2026-11-30", "f-pickup-at": "08:45",
    "f-day": "2026-11-30", "f-seen_on": "2026-11-19", "f-opens": "08:00", "f-closes": "17:00", "f-amount": "295",
    "f-place": "214 Maple Avenue", "f-directions": "Take bus 12.", "f-steps": "You may drink water.",
    "f-language": "Spanish", "f-contact": "Lee", "f-document": "id_card", "f-number": "(555) 010-0177",
    "f-phrase": "we asked them again",
}  # fmt: skip


@pytest.fixture(autouse=True)
def drafts_may_go(settings: object) -> None:
    settings.DRAFT_WORDS_MAY_GO = True  # type: ignore[attr-defined]


def begin(dana: Acting, rosa: UUID) -> UUID:
    return acts.begin_thread(dana, rosa, partner=ThreadWith.PATIENT)


def saying(situation: str, road: Road = Road.EMAIL, typed: Mapping[str, str] | None = None) -> Wording:
    return Wording(road, Topic.VISITS, str(uuid4()), situation=situation, typed=typed or {})


def page(who: Acting, thread: UUID, **typed: str) -> ThreadPage:
    return get_thread_page(who, thread_id=thread, typed=typed)


def refused(do: object) -> str:
    with pytest.raises(Refusal) as no:
        do()  # type: ignore[operator]
    return no.value.say.key


def test_at_least_twenty_five_situations_are_offered_and_no_answer_or_link(house: House, dana: Acting) -> None:
    shown = page(dana, begin(dana, bring_reachable(house))).composing.situations

    assert {one.id for one in shown} == {one.key for one in OFFERED}
    assert len(shown) >= 25
    assert [one.topic for one in shown] == sorted([one.topic for one in shown], key=list(Topic).index)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_situation_is_asked_for_looked_at_and_sent(house: House, dana: Acting, language: str) -> None:
    speaks = [{"language": {"coding": [{"code": language}]}, "preferred": True}]
    home = [{"use": "home", "line": ["14 Elm Street"], "city": "Nowhere", "state": "NY", "postalCode": "10001"}]
    rosa = bring_cared_for(house, "rosa", person("rosa", telecom=TELECOM, communication=speaks, address=home))
    thread = begin(dana, rosa)
    for one in OFFERED:
        road = next(road for road in (Road.TEXT, Road.EMAIL, Road.LETTER) if road in one.roads)
        wanted = {name: TYPED[name] for field in list_asked(one.fields) for name in names_of(field)}
        asked = page(dana, thread, situation=one.key).composing.asked
        assert [ask.field for ask in asked] == list(list_asked(one.fields)), one.key
        assert [ask for ask in asked if ask.wrong] == []
        wording = saying(one.key, road, wanted)
        look = acts.look_at_message(dana, rosa, thread_id=thread, wording=wording)
        assert look.composed.language == language, one.key
        assert (look.stops, look.composed.private) == ((), ()), one.key
        made = acts.send_message(dana, rosa, thread_id=thread, wording=wording)
        pieces = ask_one("SELECT pieces FROM message WHERE id = %s", made)
        assert pieces is not None
    assert ask_one("SELECT count(*) FROM outbox") == len(OFFERED)
    assert broken_invariants() == {}


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(house: House, dana: Acting) -> None:
    rosa = bring_reachable(house)
    thread = begin(dana, rosa)
    wording = saying("cost_estimate", typed={"f-day": "2026-11-30", "f-amount": "much"})

    shown = page(dana, thread, situation="cost_estimate", **wording.typed).composing.asked

    assert [(one.field, one.text, one.wrong and one.wrong.key) for one in shown] == [
        (Field.DAY, "2026-11-30", None), (Field.AMOUNT, "much", "compose_field.amount"),
    ]  # fmt: skip
    assert refused(lambda: acts.send_message(dana, rosa, thread_id=thread, wording=wording)) == "refusal.compose_fields"
    assert ask("SELECT 1 FROM message") == []


def test_the_record_fills_what_it_knows_and_ties_the_message_to_the_visit(
    house: House, dana: Acting, places: Places
) -> None:
    rosa = bring_reachable(house)
    held, _version = booked(dana, rosa, far(places))
    thread = begin(dana, rosa)

    asked = page(dana, thread, situation="visit_booked").composing.asked

    assert [(one.field, one.is_known) for one in asked] == [(Field.WHEN, True), (Field.PLACE, True)]
    zone = ask_one("SELECT zone FROM patient WHERE id = %s", rosa)
    starts = ask_one("SELECT to_char(starts_at AT TIME ZONE %s, 'YYYY-MM-DD HH24:MI') FROM booking", zone)
    assert (asked[0].how, f"{asked[0].on} {asked[0].at}", asked[1].text) == (AskAs.MOMENT, starts, "1 Pier Road")
    made = acts.send_message(dana, rosa, thread_id=thread, wording=saying("visit_booked"))
    assert ask("SELECT booking_id FROM outbox WHERE id = %s", made) == [(held.booking_id,)]
    other = {"f-when-on": "2026-12-24", "f-when-at": "09:30", "f-place": "214 Maple Avenue"}
    apart = acts.send_message(dana, rosa, thread_id=thread, wording=saying("visit_booked", typed=other))
    assert ask("SELECT booking_id FROM outbox WHERE id = %s", apart) == [(None,)]


def test_a_place_that_names_a_specialty_does_not_go_by_text_and_the_reason_is_said(house: House, dana: Acting) -> None:
    rosa = bring_reachable(house)
    thread = begin(dana, rosa)
    wording = saying("group_visit", Road.TEXT, {**TYPED, "f-place": "Bayview Cardiology"})

    look = acts.look_at_message(dana, rosa, thread_id=thread, wording=wording)

    assert [one.key for one in look.stops] == ["message_private.specialty"]
    assert refused(lambda: acts.send_message(dana, rosa, thread_id=thread, wording=wording)) == "refusal.outbox_private"
    by_letter = replace(wording, road=Road.EMAIL)
    assert acts.look_at_message(dana, rosa, thread_id=thread, wording=by_letter).stops == ()


@pytest.mark.parametrize("situation", ["portal_link", "page_link", "medicine_time_named", "stop_confirmed", "no_such"])
def test_what_is_not_offered_cannot_be_sent_by_name(house: House, dana: Acting, situation: str) -> None:
    rosa = bring_reachable(house)
    thread = begin(dana, rosa)

    with pytest.raises(NotFound):
        acts.send_message(dana, rosa, thread_id=thread, wording=saying(situation, typed=TYPED))
    assert page(dana, thread, situation=situation).composing.asked == ()


def test_words_that_nobody_approved_are_shown_and_stopped(house: House, dana: Acting, settings: object) -> None:
    settings.DRAFT_WORDS_MAY_GO = False  # type: ignore[attr-defined]
    rosa = bring_reachable(house, language="es")
    thread = begin(dana, rosa)

    look = acts.look_at_message(dana, rosa, thread_id=thread, wording=saying("thank_you"))

    assert (look.composed.language, [one.key for one in look.stops]) == ("en", ["compose_stop.not_approved"])
