"""The longer look runs in a process of its own: ended from outside it harms nothing, and is taken up again."""

from datetime import timedelta

import pytest

from careloop.actions.calendars import add_visit_type
from careloop.actions.plan_search import ask_for_better
from careloop.facts.itineraries import PlanAsk
from careloop.facts.scheduling import VisitTypeDraft
from careloop.jobs.longer_look import LongerLook
from tests.actions.look import ask, broken_invariants
from tests.actions.places import make_places
from tests.actions.records import bring_cared_for, person
from tests.people import NOW, House, build_house

STATE = "SELECT state, tries, finished_at FROM plan_search"


@pytest.fixture
def house(apart: None) -> House:
    return build_house()


def test_a_look_that_is_killed_is_taken_up_again_and_done(house: House) -> None:
    make_places(house)
    add_visit_type(house.acting("sol"), VisitTypeDraft("Heart doctor", 40))
    rosa = bring_cared_for(house, "rosa", person("rosa"))
    ask_for_better(house.acting("dana"), rosa, PlanAsk("cardiac_workup"))

    look = LongerLook()
    look(lambda: NOW)
    (begun,) = look.running
    begun.kill()
    begun.join()
    look(lambda: NOW)

    assert ask(STATE) == [("waiting", 1, None)]
    soon = NOW + timedelta(minutes=3)
    look.finish(lambda: soon)
    assert ask(STATE) == [("done", 2, soon)]
    assert broken_invariants() == {}
