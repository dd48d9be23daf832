"""The numbers of Today, the lists behind them, folded rows, the panel alone, and how little the page asks for."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from careloop.actions.worklist import finish_loop, log_contact, open_task
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Right
from careloop.facts.today import Week
from careloop.facts.worklist import ContactResult, Outcome
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.reads.tallies import CALLS
from careloop.reads.worklist import get_panel, get_today_page
from careloop.records.migrations import __path__ as migrations
from careloop.rules.worklist import CALLS_AGAIN
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, counted_statements, unregistered_doors
from tests.people import NOW, TODAY, later
from tests.reads.lists import plant_loops, rows_of

# What Today may ask for beside what every door asks: context, reach, log.
BUDGET = 8


def reach_out(clinic: Clinic, result: ContactResult) -> None:
    log_contact(clinic.house.acting("dana"), clinic.task, version=1, result=result, note="Rang twice.")


@pytest.mark.parametrize("result", ContactResult)
def test_whom_somebody_did_not_reach_is_listed_under_calls(clinic: Clinic, result: ContactResult) -> None:
    reach_out(clinic, result)

    page = get_today_page(clinic.house.acting("dana"), tab="calls")

    expected = [clinic.task] if result in CALLS_AGAIN else []
    assert [row.id for row in rows_of(page)] == expected
    assert (page.week.calls_made, page.week.calls_left) == (1, len(expected))
    assert {tab.key: tab.count for tab in page.tabs}["calls"] == len(expected)


def test_contacts_of_others_and_of_yesterday_are_not_ones_calls_of_today(clinic: Clinic) -> None:
    reach_out(clinic, ContactResult.NO_ANSWER)

    assert get_today_page(clinic.house.acting("sol")).week.calls_made == 0
    assert get_today_page(clinic.house.acting("dana", at=later(days=1))).week.calls_made == 0


def test_the_week_counts_what_was_closed_and_what_is_left_of_it(clinic: Clinic) -> None:
    dana = clinic.house.acting("dana")
    # Friday: one is late, one is due on Sunday evening, one on the Monday after.
    plant_loops(clinic, 1, due_at=NOW - timedelta(days=3))
    plant_loops(clinic, 1, due_at=NOW + timedelta(days=2))
    plant_loops(clinic, 1, due_at=NOW + timedelta(days=3))
    closed = {"state": "closed", "outcome": "done", "next_step": None, "next_at": None, "sort_at": None}
    plant_loops(clinic, 2, due_at=NOW, closed_at=NOW - timedelta(days=1), **closed)
    plant_loops(clinic, 1, due_at=NOW - timedelta(days=2), closed_at=NOW - timedelta(days=1), **closed)
    plant_loops(clinic, 1, due_at=None, closed_at=NOW - timedelta(days=1), **closed)
    plant_loops(clinic, 5, due_at=NOW, closed_at=NOW - timedelta(days=6), **closed)

    page = get_today_page(dana, tab="week")

    assert page.week == Week(calls_made=0, calls_left=0, closed=4, left=2, with_deadline=3, in_time=2)
    assert len(rows_of(page)) == 4
    assert page.closed_today == 0


def test_things_of_one_person_stand_in_one_row_and_the_log_names_the_person_once(
    clinic: Clinic, log: list[Line]
) -> None:
    dana = clinic.house.acting("dana")
    other = open_task(dana, clinic.rosa, title="Another", due_on=TODAY, note="")
    log.clear()

    page = get_today_page(dana, folded=True)

    heads = {row.patient_id: row for row in rows_of(page)}
    assert {one.id for one in (heads[clinic.rosa], *heads[clinic.rosa].folded)} == {clinic.task, other}
    assert heads[clinic.ada].folded == ()
    assert sorted(log[0].patient_ids) == sorted([clinic.rosa, clinic.ada])


def test_folding_stays_within_the_page_and_the_next_one_goes_on_after_its_last_loop(clinic: Clinic) -> None:
    made = plant_loops(clinic, 70, sort_at=lambda n: later(minutes=n - 500))
    dana = clinic.house.acting("dana")

    first = get_today_page(dana, folded=True)
    second = get_today_page(dana, folded=True, cursor=first.next_cursor)

    shown = [one.id for page in (first, second) for row in rows_of(page) for one in (row, *row.folded)]
    assert len(shown) == len(set(shown))
    assert set(shown) >= set(made)


def test_the_panel_alone_explains_as_the_page_does(clinic: Clinic, log: list[Line]) -> None:
    dana = clinic.house.acting("dana")

    alone = get_panel(dana, clinic.task, tab="deadlines")

    page = get_today_page(dana, tab="deadlines", selected=clinic.task)
    assert (alone.selected, alone.people, alone.teams, alone.tab) == (
        page.selected,
        page.people,
        page.teams,
        "deadlines",
    )
    assert log[0].patient_ids == (clinic.rosa,)


def test_the_panel_of_another_team_is_not_there(clinic: Clinic) -> None:
    with pytest.raises(NotFound):
        get_panel(clinic.house.acting("dana"), clinic.task_of_otto)
    with pytest.raises(NotFound):
        get_panel(clinic.house.acting("dana"), uuid4())


def test_what_was_said_on_the_phone_is_at_hand_to_close_with(clinic: Clinic) -> None:
    dana = clinic.house.acting("dana")
    reach_out(clinic, ContactResult.REACHED)

    panel = get_panel(dana, clinic.task)
    assert panel.selected.words_at_hand == "Rang twice."
    finish_loop(dana, clinic.task, version=2, outcome=Outcome.DONE, note=panel.selected.words_at_hand)
    assert get_panel(dana, clinic.task).selected.words_at_hand == ""


@pytest.mark.parametrize("who", ["dana", "sol"])
@pytest.mark.parametrize("tab", ["needs_you", "calls", "week"])
def test_today_asks_for_little_beside_what_every_door_asks(clinic: Clinic, who: str, tab: str) -> None:
    acting = clinic.house.acting(who)
    plant_loops(clinic, 20, last_contact="no_answer", state="started")
    with unregistered_doors():

        @listing(needs=Right.LOOP_READ)
        def look_at_nothing(acting: Acting, reach: Reach) -> Shown[None]:
            return Shown(None, ())

        with counted_statements() as of_every_door:
            look_at_nothing(acting)
    with counted_statements() as sent:
        get_today_page(acting, tab=tab, folded=True)
    with counted_statements() as of_panel:
        get_panel(acting, clinic.task)

    assert len(sent) - len(of_every_door) <= BUDGET
    assert len(of_panel) - len(of_every_door) <= BUDGET - 2


def test_the_index_of_calls_is_of_exactly_the_loops_that_the_tab_lists() -> None:
    text = (Path(next(iter(migrations))) / "0010_today.py").read_text(encoding="utf-8")

    assert f'CALLS = "{CALLS.replace("l.", "")}"' in text
