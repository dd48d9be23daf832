"""Outreach lists: who is found and left out, nobody is given to two callers, and the list closes when all are done."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions import outreach as acts
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.outreach import Found, OutreachDraft, OutreachRule, WhyLeftOut
from careloop.facts.reach import TryResult
from careloop.reads.calls import get_call_card
from careloop.reads.outreach import get_list_page, get_lists_page, get_new_list_page
from tests.actions.calling import NUMBER, call, take_caller_in
from tests.actions.hands import make_task
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import NOW, House, build_house, later, take_in

pytestmark = pytest.mark.django_db
UNSEEN = OutreachRule(no_visit_days=30)
ENGLISH = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}}]
SPANISH = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es"}]}, "preferred": True}]


@pytest.fixture
def house() -> House:
    return build_house()


def draft(house: House, rule: OutreachRule = UNSEEN, **more: Any) -> OutreachDraft:  # noqa: ANN401
    given = {"name": "Autumn", "unit_id": house.north, "rule": rule, "per_day": 20, "quiet_days": 7, "most_tries": 2}
    return OutreachDraft(**(given | more))


def make(house: House, *, at: datetime = NOW, **more: Any) -> UUID:  # noqa: ANN401
    return acts.make_list(house.acting("sol", at=at), draft=draft(house, **more))


def take(house: House, listed: UUID, who: str = "dana", at: datetime = NOW) -> tuple[UUID, UUID] | None:
    return acts.take_next(house.acting(who, at=at), list_id=listed)


def states(listed: UUID) -> list[tuple[str, str, str]]:
    sql = "SELECT state, last_result, left_out_why FROM outreach_entry WHERE list_id = %s ORDER BY place"
    return [(str(a), str(b), str(c)) for a, b, c in ask(sql, listed)]


def test_who_is_left_out_is_counted_with_why_and_nobody_calls_them(house: House) -> None:
    rosa, ben, ida = (take_caller_in(house, f"p{n}", number=f"555-010{n}") for n in (1, 2, 3))
    take_caller_in(house, "p4", number="")
    call(house, ben, TryResult.NO_ANSWER, make_task(house, ben), address="555-0102")
    call(house, ida, TryResult.ASKED_NOT, make_task(house, ida), address="555-0103")
    sol = house.acting("sol", at=later(hours=1))

    page = get_new_list_page(sol, draft=draft(house))

    left = ((WhyLeftOut.ASKED_NOT, 1), (WhyLeftOut.NO_NUMBER, 1), (WhyLeftOut.RECENT, 1))
    assert page.found == Found(1, left)
    listed = make(house, at=later(hours=1))
    assert sorted(states(listed)) == [
        ("left_out", "", "asked_not"), ("left_out", "", "no_number"), ("left_out", "", "recent"), ("waiting", "", ""),
    ]  # fmt: skip
    taken = take(house, listed, at=later(hours=2))
    assert taken is not None
    assert taken[0] == rosa
    assert take(house, listed, "lee", at=later(hours=2)) is None
    shown = get_list_page(house.acting("dana", at=later(hours=2)), list_id=listed)
    assert shown.left_out == left
    assert (shown.mine and shown.mine.patient_id, shown.row.claimed) == (rosa, 1)


RULES = [
    (OutreachRule(no_visit_days=30, from_age=60), 1),
    (OutreachRule(no_visit_days=30, to_age=59), 1),
    (OutreachRule(no_visit_days=30, from_age=36, to_age=68), 2),
    (OutreachRule(no_visit_days=30, from_age=37, to_age=67), 0),
    (OutreachRule(no_visit_days=30, language="es"), 1),
    (OutreachRule(referral=True), 0),
    (OutreachRule(check="hba1c_overdue"), 0),
]


@pytest.mark.parametrize(("rule", "count"), RULES)
def test_everything_that_is_chosen_must_hold(house: House, rule: OutreachRule, count: int) -> None:
    take_caller_in(house, "p1", birthDate="1958-03-14", communication=SPANISH)
    take_caller_in(house, "p2", number="555-0102", birthDate="1989-11-21", communication=ENGLISH)

    found = get_new_list_page(house.acting("sol"), draft=draft(house, rule)).found

    assert found is not None
    assert found.called == count


def test_who_was_seen_since_is_not_on_it(house: House) -> None:
    take_caller_in(house)
    visit = {
        "resourceType": "Encounter", "id": "v1", "status": "finished", "subject": {"reference": "Patient/p1"},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "period": {"start": "2026-11-01T09:00:00-05:00", "end": "2026-11-01T09:30:00-05:00"},
    }  # fmt: skip
    take_in(json.dumps(visit).encode(), house.north, name="v1.json")
    sol = house.acting("sol")

    counts = [get_new_list_page(sol, draft=draft(house, OutreachRule(no_visit_days=days))).found for days in (18, 30)]

    assert [found and found.called for found in counts] == [1, 0]


def test_each_is_one_callers_for_a_time_and_then_anybodys(house: House) -> None:
    rosa = take_caller_in(house)
    listed = make(house)
    first = take(house, listed)
    assert first is not None
    assert first == take(house, listed, at=later(minutes=29))
    assert take(house, listed, "lee", at=later(minutes=29)) is None
    assert take(house, listed, "lee", at=later(minutes=31)) == first

    # Who held them too long called anyway: the call stands, the list is the other's.
    call(house, rosa, TryResult.BOOKED, at=later(minutes=32), entry_id=first[1])
    assert states(listed) == [("claimed", "", "")]
    assert ask_one("SELECT count(*) FROM contact_try") == 1
    call(house, rosa, TryResult.BOOKED, at=later(minutes=33), who="lee", entry_id=first[1])
    assert states(listed) == [("ended", "booked", "")]
    assert ask_one("SELECT state FROM outreach_list") == "closed"
    with pytest.raises(Refusal):
        take(house, listed, at=later(minutes=40))
    assert broken_invariants() == {}


def test_who_did_not_answer_comes_back_another_day_so_often_as_the_list_says(house: House) -> None:
    rosa = take_caller_in(house)
    listed = make(house)
    taken = take(house, listed)
    assert taken is not None
    call(house, rosa, TryResult.NO_ANSWER, entry_id=taken[1])
    assert states(listed) == [("waiting", "no_answer", "")]
    assert take(house, listed, at=later(hours=2)) is None
    again = take(house, listed, at=later(days=1))
    assert again == taken
    call(house, rosa, TryResult.VOICEMAIL, at=later(days=1), entry_id=taken[1])
    assert states(listed) == [("ended", "voicemail", "")]
    page = get_list_page(house.acting("dana", at=later(days=2)), list_id=listed)
    assert (page.all.people, page.all.reached.part, page.row.state) == (1, 0, "closed")


def test_one_person_on_two_lists_is_called_from_one_of_them(house: House) -> None:
    rosa = take_caller_in(house)
    first = make(house)
    # Found by the rule again: left out, because another list has them.
    with pytest.raises(Refusal) as refused:
        make(house, name="Winter")
    assert refused.value.say.key == "refusal.outreach_nobody"
    assert take(house, first) is not None
    call(house, rosa, TryResult.BUSY, make_task(house, rosa), who="lee")
    # A colleague tried them just now for another reason: nobody is given them again within the quiet days.
    acts.put_back(house.acting("dana"), list_id=first)
    assert take(house, first, "lee", at=later(days=1)) is None
    assert take(house, first, "lee", at=later(days=8)) is not None


def test_the_pace_of_a_day_is_kept(house: House) -> None:
    for n in (1, 2):
        take_caller_in(house, f"p{n}", number=f"555-010{n}")
    listed = make(house, per_day=1)

    assert take(house, listed) is not None
    assert take(house, listed, "lee") is None
    assert take(house, listed, "lee", at=later(days=1)) is not None


def test_who_dies_is_left_out_at_once(house: House) -> None:
    rosa = take_caller_in(house)
    listed = make(house)
    take(house, listed)

    take_caller_in(house, "p1", deceasedDateTime="2026-11-20T10:00:00-05:00")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the end of that transaction does

    assert states(listed) == [("left_out", "", "died")]
    assert take(house, listed, "lee") is None
    with pytest.raises(Refusal):
        call(house, rosa, TryResult.NO_ANSWER, entry_id=ask_one("SELECT id FROM outreach_entry"))
    assert broken_invariants() == {}


def test_a_list_is_closed_by_a_supervisor_who_saw_it_and_while_nobody_calls(house: House) -> None:
    take_caller_in(house)
    listed = make(house)
    sol = house.acting("sol", at=later(minutes=5))
    take(house, listed)
    with pytest.raises(Refusal) as refused:
        acts.close_list(sol, list_id=listed, version=1)
    assert refused.value.say.key == "refusal.outreach_calling"
    assert acts.put_back(house.acting("dana"), list_id=listed) is True
    assert acts.put_back(house.acting("dana"), list_id=listed) is False
    assert acts.close_list(sol, list_id=listed, version=1) == 1
    assert states(listed) == [("left_out", "", "list_closed")]
    with pytest.raises(TakenMeanwhile):
        acts.close_list(sol, list_id=listed, version=1)


@pytest.mark.parametrize("who", ["kim", "ruth", "tom", "noor", "asha"])
def test_a_list_is_its_teams(house: House, who: str) -> None:
    take_caller_in(house)
    listed = make(house)
    other = house.acting(who)
    for verb in (
        lambda: acts.take_next(other, list_id=listed),
        lambda: acts.put_back(other, list_id=listed),
        lambda: acts.close_list(other, list_id=listed, version=1),
        lambda: get_list_page(other, list_id=listed),
        lambda: acts.make_list(other, draft=draft(house)),
    ):
        with pytest.raises(NotFound):
            verb()
    if who in ("kim", "ruth"):
        assert get_lists_page(other).rows == ()
    with pytest.raises(NotFound):
        acts.close_list(house.acting("dana"), list_id=listed, version=1)


NOT_CLEAR: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "refusal.outreach_name"),
    ({"rule": OutreachRule(from_age=18)}, "refusal.outreach_rule"),
    ({"rule": OutreachRule(check="made_up")}, "refusal.outreach_rule"),
    ({"rule": OutreachRule(no_visit_days=30, from_age=60, to_age=50)}, "refusal.outreach_ages"),
    ({"per_day": 0}, "refusal.outreach_pace"),
    ({}, "refusal.outreach_nobody"),
]


@pytest.mark.parametrize(("given", "key"), NOT_CLEAR)
def test_a_list_that_is_not_clear_is_not_made(house: House, given: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        make(house, **given)
    assert refused.value.say.key == key
    assert ask_one("SELECT count(*) FROM outreach_list") == 0


def counted(look: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        look()
    return len(seen)


def test_pages_are_as_many_statements_for_five_as_for_one(house: House) -> None:
    counts = []
    for count in (1, 5):
        for n in range(count):
            patient = take_caller_in(house, f"p{count}{n}", number=NUMBER)
            for _ in range(count):
                call(house, patient, TryResult.BUSY, make_task(house, patient))
        listed = make(house, at=later(days=8 + count), name=f"of {count}")
        dana, sol = house.acting("dana", at=later(days=8 + count)), house.acting("sol", at=later(days=8 + count))
        counts.append(
            [
                counted(partial(get_call_card, dana, patient)),
                counted(partial(get_list_page, dana, list_id=listed)),
                counted(partial(get_lists_page, dana)),
                counted(partial(get_new_list_page, sol, draft=draft(house))),
            ]
        )
    assert counts[0] == counts[1]
