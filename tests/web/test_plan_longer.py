"""A longer look begins as plans are shown, once, for whoever may book; it changes nothing else."""

from uuid import UUID

import pytest
from django.urls import reverse

from careloop.actions.calendars import add_visit_type
from careloop.facts.scheduling import VisitTypeDraft
from tests.actions.look import ask, ask_one
from tests.actions.places import make_places
from tests.actions.records import bring_cared_for, person
from tests.people import House
from tests.web.test_documents import house, sign_in

__all__ = ["house"]

pytestmark = pytest.mark.django_db
LINK = "See if something better was found"


@pytest.fixture
def rosa(house: House) -> UUID:
    make_places(house)
    add_visit_type(house.acting("sol"), VisitTypeDraft("Heart doctor", 40))
    return bring_cared_for(house, "rosa-plans", person("rosa-plans"))


def show(who: str, patient: UUID, query: str = "?template=cardiac_workup", **headers: str) -> str:
    address = reverse("patient-plan", args=[patient])
    return sign_in(who).get(f"{address}{query}", headers=headers).content.decode()


def test_it_begins_once_as_the_plans_are_shown_and_says_so_without_scripts(house: House, rosa: UUID) -> None:
    assert LINK not in show("dana", rosa, "")
    assert ask("SELECT count(*) FROM plan_search") == [(0,)]

    first = show("dana", rosa)
    assert "A longer look for a better plan goes on by itself." in first
    assert f'<a href="?template=cardiac_workup#longer">{LINK}</a>' in first
    begun = ask("SELECT id, state, asked_at, seen_at FROM plan_search")
    assert [row[1] for row in begun] == ["waiting"]

    show("dana", rosa)
    show("dana", rosa, "?template=cardiac_workup&show=1")
    assert ask("SELECT id, state, asked_at, seen_at FROM plan_search") == begun
    assert ask_one("SELECT count(*) FROM booking") == 0


def test_who_may_not_book_begins_nothing(house: House, rosa: UUID) -> None:
    show("saul", rosa)

    assert ask("SELECT count(*) FROM plan_search") == [(0,)]


def test_what_a_plan_leaves_out_and_what_it_asks_for_stands_before_its_times_are_held(house: House, rosa: UUID) -> None:
    shown = show("dana", rosa)

    # The heart doctor alone is done here: a plan of one step is not the whole work-up, and says so.
    assert "Not in these plans, because nobody is chosen who does it here:" in shown
    left_out = shown[shown.index("Not in these plans") : shown.index("Arrange it elsewhere")]
    assert "Heart ultrasound" in left_out
    assert "Heart doctor" not in left_out
