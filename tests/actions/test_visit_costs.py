"""What a patient pays for a visit: told to them and to nobody else, and not any more once the coverage is another."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from careloop.actions import threads
from careloop.actions.consents import add_member, give_consent
from careloop.actions.patient_links import give_link
from careloop.actions.preparation import note_item
from careloop.actions.scheduling import move_visit
from careloop.actions.threads import Wording
from careloop.facts.access import Acting
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.outbox import ThreadWith
from careloop.facts.portal import LinkDraft, LinkPurpose
from careloop.facts.preparation import NOTHING_ARRANGED, Arranged, Item, ItemState, PreparedItem
from careloop.facts.scheduling import CancelledBy, CancelReason, Held
from careloop.reads.portal import get_portal_page
from careloop.reads.visits import get_visit_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.records import bring
from tests.actions.reminding import far, lines, plan, send
from tests.actions.test_coverage_changed import plan_of
from tests.actions.test_portal import enter
from tests.actions.visits import booked, loop_of, refusal
from tests.outgoing import bring_reachable
from tests.people import House, later

pytestmark = pytest.mark.django_db

PREPARE = datetime.fromisoformat("2026-12-18T15:00+00:00")
SOON = later(hours=1)
EN = "You pay about $30.50 for this visit: we asked on Friday, November 20."
ES = "Usted paga unos $30.50 por esta cita: preguntamos el viernes 20 de noviembre."
LUIS = MemberDraft("Luis Alvarez", Relation.CHILD, language="en", email="luis@home.example")


@pytest.fixture
def rosa(house: House) -> UUID:
    found = bring_reachable(house)
    bring(house, plan_of("rosa", "Senior plan"))
    return found


def note_cost(who: Acting, held: Held, pays: int | None, *, version: int = 0) -> bool:
    return note_item(
        who, held.booking_id, item=Item.COVERAGE, state=ItemState.DONE, version=version, note="Kay at the plan, 4711",
        arranged=Arranged(pays=pays),
    )  # fmt: skip


def coverage(who: Acting, booking_id: UUID) -> PreparedItem:
    return next(one for one in get_visit_page(who, booking_id).readiness.items if one.item is Item.COVERAGE)


def prepare(held: Held) -> list[str]:
    return [state for kind, state, _why in lines(held.booking_id) if kind == "prepare"]


@pytest.mark.parametrize(("language", "words"), [("en", EN), ("es", ES)])
def test_a_known_cost_is_told_before_a_visit_for_which_nothing_else_is_to_be_prepared(
    house: House, dana: Acting, places: Places, settings: object, language: str, words: str
) -> None:
    settings.DRAFT_WORDS_MAY_GO = True  # type: ignore[attr-defined]
    patient = bring_reachable(house, "lena", "(555) 010-0177", language=language)
    held, _version = booked(dana, patient, far(places))
    plan()
    assert prepare(held) == []

    note_cost(dana, held, 3050)
    plan()

    assert (prepare(held), coverage(dana, held.booking_id).arranged) == (["planned"], Arranged(pays=3050))
    send(PREPARE)
    assert prepare(held) == ["sent"]
    assert words in ask_one("SELECT words FROM message WHERE situation = 'reminder_prepare'")
    assert broken_invariants() == {}


def test_that_a_visit_costs_nothing_is_told_too_and_what_nobody_knows_is_not(
    dana: Acting, places: Places, rosa: UUID
) -> None:
    held, _version = booked(dana, rosa, far(places, scan=True))
    other, _version = booked(dana, rosa, far(places, 11, scan=True))
    note_cost(dana, held, 0)
    note_cost(dana, other, None)
    plan()

    send(PREPARE)

    told = [words for (words,) in ask("SELECT words FROM message WHERE situation = 'reminder_prepare'")]
    assert sorted("You pay nothing for this visit: we asked on Friday, November 20." in words for words in told) == [
        False, True,
    ]  # fmt: skip
    assert not any("You pay about" in words for words in told)


def test_another_coverage_asks_the_plan_again_and_the_cost_is_not_told_any_more(
    house: House, dana: Acting, places: Places, rosa: UUID
) -> None:
    held, _version = booked(dana, rosa, far(places))
    note_cost(dana, held, 3050)
    days = Arranged(date_of(held), date_of(held))
    note_item(
        dana, held.booking_id, item=Item.APPROVAL, state=ItemState.DONE, version=0, note="AB123", arranged=days
    )  # fmt: skip
    plan()
    bring(house, plan_of("rosa", "Senior plan", subscriberId="S-7"), at=SOON)
    assert coverage(dana, held.booking_id).state is ItemState.DONE

    bring(house, plan_of("rosa", "Community plan"), at=SOON)
    plan(SOON)

    shown = {one.item: one for one in get_visit_page(dana, held.booking_id).readiness.items}
    for item in (Item.COVERAGE, Item.APPROVAL):
        one = shown[item]
        assert (one.state, one.is_open_again, one.has_other_coverage) == (ItemState.OPEN, True, True)
        assert (one.arranged, one.note) == (NOTHING_ARRANGED, "")
    assert prepare(held) == ["withdrawn"]
    told = "SELECT count(*) FROM loop_event WHERE loop_id = %s AND say ->> 'key' = 'event.visit_coverage'"
    assert ask_one(told, held.loop_id) == 1
    assert loop_of(held)["step"] == "step.visit_prepare_and_ask"
    note_cost(replace(dana, at=SOON), held, 1000, version=2)
    assert not coverage(dana, held.booking_id).has_other_coverage
    assert broken_invariants() == {}


def test_a_visit_that_moves_forgets_what_it_cost(dana: Acting, places: Places, rosa: UUID) -> None:
    held, version = booked(dana, rosa, far(places))
    note_cost(dana, held, 3050)

    new = move_visit(
        dana, held.booking_id, far(places, 14), version=version, by=CancelledBy.PATIENT, reason=CancelReason.RIDE,
        key="move",
    )  # fmt: skip

    again = coverage(dana, new)
    assert (again.state, again.is_open_again, again.has_other_coverage) == (ItemState.OPEN, True, False)
    assert again.arranged == NOTHING_ARRANGED


def test_a_visit_that_is_over_or_looked_at_for_nobody_knows_what_is_left_alone(
    house: House, dana: Acting, places: Places, rosa: UUID
) -> None:
    held, _version = booked(dana, rosa, far(places))
    note_cost(dana, held, 3050)
    bring(house, plan_of("rosa", "Community plan"), at=later(days=60))
    assert coverage(dana, held.booking_id).state is ItemState.DONE
    assert refusal(lambda: note_cost(dana, held, -1, version=1)) == "compose_field.amount"


def test_who_may_hear_of_visits_alone_reads_no_cost(
    house: House, dana: Acting, places: Places, rosa: UUID, settings: object
) -> None:
    settings.DRAFT_WORDS_MAY_GO = True  # type: ignore[attr-defined]
    held, _version = booked(dana, rosa, far(places))
    note_cost(dana, held, 3050)
    luis = add_member(dana, rosa, LUIS)
    roads = (Road.PORTAL, Road.EMAIL)
    hears = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), roads, GivenHow.SCREEN)
    give_consent(dana, rosa, hears, member_id=luis)
    link = LinkDraft(LinkPurpose.VISIT, 7, held.booking_id)

    own, his = (
        get_portal_page(*enter(give_link(dana, rosa, one))).visits[0] for one in (link, replace(link, member_id=luis))
    )

    assert own.cost is not None
    assert (own.cost.key, his.cost) == ("reminder_step.pays", None)
    ready = Wording(Road.EMAIL, Topic.VISITS, str(uuid4()), situation="reminder_prepare")
    to_rosa = threads.begin_thread(dana, rosa, partner=ThreadWith.PATIENT)
    to_luis = threads.begin_thread(dana, rosa, partner=ThreadWith.MEMBER, key=luis)
    assert EN in threads.look_at_message(dana, rosa, thread_id=to_rosa, wording=ready).composed.words
    assert "$" not in threads.look_at_message(dana, rosa, thread_id=to_luis, wording=ready).composed.words


def date_of(held: Held) -> object:
    return ask_one("SELECT starts_wall::date FROM booking WHERE id = %s", held.booking_id)
