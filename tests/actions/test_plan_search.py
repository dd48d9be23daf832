"""A longer look: asked for once, taken by one worker, kept, shown where it is better and still holds, forgotten."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions import plan_search
from careloop.actions.calendars import add_visit_type
from careloop.actions.itineraries import hold_itinerary
from careloop.actions.plan_search import ask_for_better, keep_search, take_search
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Purpose
from careloop.facts.itineraries import Journey, Plan, PlanAsk, Proposal
from careloop.facts.plan_search import Better, PlacedAt, SearchRow, SearchState, SearchTask
from careloop.facts.scheduling import VisitTypeDraft
from careloop.jobs.planning import find_better
from careloop.reads import itineraries as at_work
from careloop.reads.itineraries import get_plan_page
from careloop.rules.planning.asked import begins_by_itself, say_search
from tests.actions.look import ask, broken_invariants
from tests.actions.places import Places, make_places
from tests.actions.records import bring_cared_for, person
from tests.actions.test_itineraries import HEART, holds_of, plans_of
from tests.actions.visits import refusal
from tests.people import NOW, House, later, system

pytestmark = pytest.mark.django_db
SWEEP = system(Purpose.SWEEP)


@pytest.fixture(scope="module")
def places(house: House) -> Places:
    made = make_places(house)
    for name, minutes, room in (("Heart tracing", 20, "exam"), ("Heart doctor", 40, "")):
        add_visit_type(house.acting("sol"), VisitTypeDraft(name, minutes, room_sort=room))
    return made


@pytest.fixture
def rosa(house: House, places: Places) -> UUID:
    return bring_cared_for(house, "rosa", person("rosa"))


@pytest.fixture
def dana(house: House) -> Acting:
    return house.acting("dana")


def row_of(who: Acting, patient: UUID, what: PlanAsk = HEART) -> SearchRow:
    row = get_plan_page(who, patient, ask=what).search
    assert row is not None
    return row


def take(at: timedelta = timedelta()) -> SearchTask | None:
    return take_search(replace(SWEEP, at=NOW + at))


def times_of(plan: Plan) -> tuple[PlacedAt, ...]:
    return tuple(PlacedAt(one.step, one.promised.at, one.picks) for one in plan.placed)


def test_a_question_is_looked_into_and_the_page_says_how_good_the_plans_are(dana: Acting, rosa: UUID) -> None:
    assert get_plan_page(dana, rosa, ask=HEART).search is None
    ask_for_better(dana, rosa, HEART)
    ask_for_better(dana, rosa, HEART)
    assert row_of(dana, rosa).state is SearchState.WAITING

    task = take()
    assert task is not None
    assert keep_search(SWEEP, task, find_better(task.journey, seconds=60))

    row = row_of(dana, rosa)
    assert (row.state, row.finished_at, row.is_best) == (SearchState.DONE, NOW, True)
    assert say_search(row, plans_of(dana, rosa)) == Say("plan_search.best")
    # What was found quickly is as good: nothing is offered beside it, and nothing was held.
    assert row.better is None
    assert ask("SELECT count(*) FROM booking") == [(0,)]
    assert take(timedelta(hours=1)) is None
    assert broken_invariants() == {}


def test_a_better_plan_is_offered_until_one_of_its_times_is_taken(
    house: House, dana: Acting, rosa: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, worse = plans_of(dana, rosa)[0], plans_of(dana, rosa, replace(HEART, since_on=later(days=7).date()))[0]

    def find_worse(_journey: Journey) -> Proposal:
        return Proposal(plans=(worse,))

    monkeypatch.setattr(at_work, "propose_again", find_worse)
    ask_for_better(dana, rosa, HEART)
    task = take()
    assert task is not None
    keep_search(SWEEP, task, Better(times_of(plan), None, is_best=False))

    better = row_of(dana, rosa).better
    assert better == replace(plan, kinds=())
    hold_itinerary(
        dana, bring_cared_for(house, "ben", person("ben")), "cardiac_workup", holds_of(dana, rosa, plan),
        key=str(uuid4()),
    )  # fmt: skip
    assert row_of(dana, rosa).better is None


def test_who_was_ended_over_a_question_loses_it_and_after_three_tries_it_is_given_up(dana: Acting, rosa: UUID) -> None:
    ask_for_better(dana, rosa, HEART)

    assert take() is not None
    assert take(timedelta(minutes=1)) is None
    assert [take(timedelta(minutes=at)) is not None for at in (3, 6, 9)] == [True, True, False]

    assert row_of(dana, rosa).state is SearchState.GIVEN_UP
    ask_for_better(later_dana(dana), rosa, HEART)
    assert row_of(dana, rosa).state is SearchState.WAITING


def later_dana(dana: Acting) -> Acting:
    return replace(dana, at=NOW + timedelta(hours=1))


def test_what_was_kept_by_another_meanwhile_stays(dana: Acting, rosa: UUID) -> None:
    ask_for_better(dana, rosa, HEART)
    task = take()
    assert task is not None
    assert keep_search(SWEEP, task, Better((), None, is_best=True))

    assert not keep_search(SWEEP, task, Better((), None, is_best=False))

    assert row_of(dana, rosa).is_best


def test_a_question_is_forgotten_after_a_day(dana: Acting, rosa: UUID) -> None:
    ask_for_better(dana, rosa, HEART)

    assert take(timedelta(hours=25)) is None

    assert ask("SELECT count(*) FROM plan_search") == [(0,)]


def test_a_page_that_was_left_long_ago_is_not_looked_into_and_one_that_is_looked_at_is(
    house: House, dana: Acting, rosa: UUID
) -> None:
    ben = bring_cared_for(house, "ben", person("ben"))
    assert ask_for_better(dana, rosa, HEART)
    assert ask_for_better(dana, ben, HEART)
    assert ask_for_better(replace(dana, at=NOW + timedelta(minutes=9)), rosa, HEART)

    assert {take(timedelta(minutes=12)) is not None for _question in range(2)} == {True, False}

    assert row_of(dana, rosa).state is SearchState.WAITING
    assert row_of(dana, ben).state is SearchState.GIVEN_UP
    # Asked once each, by whomever.
    assert ask("SELECT count(*) FROM plan_search") == [(2,)]


def test_whoever_asks_something_else_about_the_patient_leaves_what_nobody_has_begun_with(
    dana: Acting, rosa: UUID
) -> None:
    few = replace(HEART, most_trips=3)
    ask_for_better(dana, rosa, HEART)
    assert take() is not None
    ask_for_better(dana, rosa, few)
    ask_for_better(dana, rosa, replace(HEART, most_trips=2))

    assert row_of(dana, rosa).state is SearchState.WAITING
    assert row_of(dana, rosa, few).state is SearchState.GIVEN_UP
    task = take()
    assert task is not None
    assert take() is None


def test_so_many_questions_wait_in_the_clinic_and_no_more(
    house: House, dana: Acting, rosa: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_search, "MOST_WAITING", 1)
    ben = bring_cared_for(house, "ben", person("ben"))
    assert ask_for_better(dana, ben, HEART)

    assert not ask_for_better(dana, rosa, HEART)
    # The one that waits already goes on.
    assert ask_for_better(dana, ben, HEART)
    assert ask("SELECT count(*) FROM plan_search") == [(1,)]


@pytest.mark.parametrize(
    ("row", "begins"),
    [
        (None, True),
        (SearchRow(SearchState.WAITING, NOW, seen_at=NOW - timedelta(seconds=59)), False),
        (SearchRow(SearchState.WAITING, NOW - timedelta(hours=1), seen_at=NOW - timedelta(seconds=60)), True),
        (SearchRow(SearchState.DONE, NOW, NOW - timedelta(minutes=29)), False),
        (SearchRow(SearchState.DONE, NOW, NOW - timedelta(minutes=30)), True),
        (SearchRow(SearchState.GIVEN_UP, NOW, NOW - timedelta(seconds=59)), False),
        (SearchRow(SearchState.GIVEN_UP, NOW, NOW - timedelta(seconds=60)), True),
    ],
)
def test_a_look_begins_by_itself_the_first_time_and_when_the_last_one_is_old(
    row: SearchRow | None, begins: bool
) -> None:
    assert begins_by_itself(row, NOW) is begins


def test_only_who_may_book_for_the_patient_asks_and_something_must_be_done_here(
    house: House, dana: Acting, rosa: UUID
) -> None:
    with pytest.raises(NotFound):
        ask_for_better(house.acting("ines"), rosa, HEART)
    assert refusal(lambda: ask_for_better(dana, rosa, PlanAsk("cataract"))) == "refusal.itinerary_no_steps"
    assert refusal(lambda: ask_for_better(dana, rosa, PlanAsk("nothing"))) == "refusal.itinerary_unknown"
