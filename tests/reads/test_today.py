"""Today: for each role the right rows, in the order that harm and deadlines give, page after page."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.people import cover_caseload
from careloop.actions.sweep import note_worker
from careloop.actions.worklist import finish_loop, hand_off_loop, open_task, snooze_loop
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Purpose
from careloop.facts.worklist import Outcome, Severity, Tone
from careloop.reads.worklist import PAGE, get_today_page
from careloop.rules.worklist import FIRST
from tests.guard.conftest import Clinic
from tests.guard.standing import Line, counted_statements
from tests.people import NOW, TODAY, later, system
from tests.reads.lists import hourly, plant_loops, rows_of


def shown(clinic: Clinic, who: str, **asked: object) -> set[UUID]:
    return {row.id for row in rows_of(get_today_page(clinic.house.acting(who), **asked))}  # type: ignore[arg-type]


def test_a_coordinator_sees_own_loops_and_the_teams_queue(clinic: Clinic) -> None:
    queued = plant_loops(clinic, 2, who=None)
    others = plant_loops(clinic, 1, who="lee")

    assert shown(clinic, "dana") == {clinic.task, clinic.task_of_ada, *queued}
    assert shown(clinic, "lee") == {*others, *queued}
    assert shown(clinic, "kim") == {clinic.task_of_otto}


def test_a_covering_coordinator_sees_the_absent_ones_loops_while_covering(clinic: Clinic) -> None:
    cover_caseload(
        clinic.house.acting("sol"), absent=clinic.house.id_of("dana"), covering=clinic.house.id_of("lee"),
        since=NOW, until=later(days=2), reason="Away",
    )  # fmt: skip

    assert shown(clinic, "lee") == {clinic.task, clinic.task_of_ada}
    assert rows_of(get_today_page(clinic.house.acting("lee", at=later(days=2)))) == []


def test_a_supervisor_sees_the_whole_unit_and_no_other(clinic: Clinic) -> None:
    queued, others = plant_loops(clinic, 1, who=None), plant_loops(clinic, 1, who="lee")

    assert shown(clinic, "sol") == {clinic.task, clinic.task_of_ada, *queued, *others}
    assert shown(clinic, "ruth") == {clinic.task_of_otto}


def test_a_clinician_sees_the_loops_that_are_the_clinicians_own(clinic: Clinic) -> None:
    hand_off_loop(
        clinic.house.acting("dana"), clinic.task, version=1, to_person=clinic.house.id_of("asha"), to_unit=None, note=""
    )
    plant_loops(clinic, 1, who=None)

    assert shown(clinic, "asha") == {clinic.task}


@pytest.mark.parametrize("who", ["tom", "ines", "saul", "noor"])
def test_roles_without_loops_have_no_list(clinic: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        get_today_page(clinic.house.acting(who))


@pytest.mark.parametrize(
    ("tab", "column"),
    [
        ("needs_you", "sort_at"),
        ("deadlines", "due_at"),
        ("waiting", "next_at"),
        ("in other hands", "next_at"),
        ("done", "closed_at"),
    ],
)
@pytest.mark.parametrize("spread", ["ties", "all at once"])
def test_page_after_page_every_row_is_shown_once_and_in_order(
    clinic: Clinic, tab: str, column: str, spread: str
) -> None:
    """A hundred and twenty loops, in pairs or all of one moment: ties must not lose or repeat a row."""
    moment = hourly if spread == "ties" else lambda n: NOW
    state: dict[str, object] = {"state": {"waiting": "snoozed", "done": "closed"}.get(tab, "to_do")}
    if tab == "in other hands":
        tab, state = "waiting", {"state": "started", "waits": True}
    if tab == "done":
        state |= {"outcome": "done", "next_step": None, "next_at": None, "sort_at": None}
    made = plant_loops(clinic, 120, **(state | {column: moment}))
    acting = clinic.house.acting("dana", at=NOW if tab != "done" else later(hours=4))

    pages, cursor = [], ""
    while True:
        page = get_today_page(acting, tab=tab, cursor=cursor)
        pages.append(rows_of(page))
        cursor = page.next_cursor
        if not cursor or len(pages) > 9:
            break

    seen = [row.id for rows in pages for row in rows]
    assert len(seen) == len(set(seen))
    assert set(seen) >= set(made)
    assert [len(rows) for rows in pages[:-1]] == [PAGE] * (len(pages) - 1)
    moments = [getattr(row, column, row.deadline.at) for rows in pages for row in rows]
    if tab != "needs_you":  # there the pressing ones come first on the first page
        assert moments == sorted(moments, reverse=tab == "done")  # type: ignore[type-var]


def test_rows_come_in_the_order_of_the_list_whoever_looks(clinic: Clinic) -> None:
    plant_loops(clinic, 6, who=None, sort_at=lambda n: later(days=6 - n))
    plant_loops(clinic, 6, sort_at=lambda n: later(days=7 - n, hours=1))

    for who in ("dana", "sol"):
        moments = [row.sort_at for row in rows_of(get_today_page(clinic.house.acting(who)))]
        assert moments == sorted(moments)  # type: ignore[type-var]


def test_five_at_most_are_to_be_done_first_and_nothing_late_is_hidden(clinic: Clinic) -> None:
    late = plant_loops(clinic, 8, due_at=NOW - timedelta(days=1), sort_at=lambda n: later(days=-9 + n))
    critical = plant_loops(clinic, 1, severity=int(Severity.CRITICAL), sort_at=later(days=-30))

    page = get_today_page(clinic.house.acting("dana"))

    first, then = page.groups
    assert (first.key, then.key) == ("first", "then")
    assert [row.id for row in first.rows] == [*critical, *late[: FIRST - 1]]
    assert [row.id for row in then.rows][:4] == late[FIRST - 1 :]
    assert {row.id for row in rows_of(page)} == {*late, *critical, clinic.task, clinic.task_of_ada}
    assert then.more == Say("group.rows", count=len(then.rows))
    assert all(row.tone is Tone.LATE for row in first.rows)


def test_without_anything_pressing_there_is_one_group(clinic: Clinic) -> None:
    page = get_today_page(clinic.house.acting("dana"))

    assert [(group.key, group.title) for group in page.groups] == [("then", Say("group.all"))]


def test_the_tabs_count_what_they_hold(clinic: Clinic) -> None:
    dana = clinic.house.acting("dana")
    plant_loops(clinic, 3, who=None, due_at=NOW - timedelta(days=1))
    plant_loops(clinic, 2, due_at=NOW + timedelta(hours=3))
    plant_loops(clinic, 4, who="lee")
    plant_loops(clinic, 2, state="started", waits=True, due_at=NOW + timedelta(days=9))
    snooze_loop(dana, clinic.task, version=1, until=TODAY + timedelta(days=3), reason="She is away.")
    finish_loop(dana, clinic.task_of_ada, version=1, outcome=Outcome.DONE, note="Done.")

    page = get_today_page(dana)

    assert {tab.key: tab.count for tab in page.tabs} == {
        "needs_you": 5,
        "deadlines": 5,
        "calls": 0,
        "waiting": 3,
        "done": 1,
    }
    assert (page.late_count, page.due_today_count, page.waiting_count, page.closed_today) == (3, 2, 3, 1)
    assert {tab.key: len(rows_of(get_today_page(dana, tab=tab.key))) for tab in page.tabs} == {
        tab.key: tab.count for tab in page.tabs
    }


def test_what_was_closed_yesterday_is_not_done_today(clinic: Clinic) -> None:
    finish_loop(clinic.house.acting("dana"), clinic.task, version=1, outcome=Outcome.DONE, note="Done.")

    tomorrow = get_today_page(clinic.house.acting("dana", at=later(days=1)), tab="done")

    assert (rows_of(tomorrow), tomorrow.closed_today) == ([], 0)


@pytest.mark.parametrize(
    "cursor", ["nonsense", "2026-11-20|x", "|", "2026-11-20T10:00:00+00:00|", "'; DROP TABLE loop"]
)
def test_a_cursor_that_is_none_is_the_beginning(clinic: Clinic, cursor: str) -> None:
    assert shown(clinic, "dana", cursor=cursor) == {clinic.task, clinic.task_of_ada}


def test_an_unknown_tab_is_the_first(clinic: Clinic) -> None:
    assert get_today_page(clinic.house.acting("dana"), tab="nothing").tab == "needs_you"


@pytest.mark.parametrize(
    ("minutes", "is_silent"), [(0, False), (15, False), (16, True)], ids=["now", "a quarter of an hour", "longer"]
)
def test_a_silent_worker_is_said(clinic: Clinic, minutes: int, is_silent: bool) -> None:
    note_worker(system(Purpose.SWEEP), name="worker")

    page = get_today_page(clinic.house.acting("dana", at=later(minutes=minutes)))

    assert page.worker_silent_since == (NOW if is_silent else None)


def test_a_worker_that_was_never_seen_is_silent_since_ever(clinic: Clinic) -> None:
    since = get_today_page(clinic.house.acting("dana")).worker_silent_since

    assert since is not None
    assert since.year == 1970


def test_the_first_row_is_explained_or_the_one_that_is_named(clinic: Clinic) -> None:
    dana = clinic.house.acting("dana")

    first = get_today_page(dana)
    named = get_today_page(dana, selected=clinic.task_of_ada)

    assert first.selected is not None
    assert first.selected.row.id == rows_of(first)[0].id
    assert named.selected is not None
    assert named.selected.row.id == clinic.task_of_ada


def test_a_loop_of_another_team_is_not_explained_and_nobody_of_it_is_logged(clinic: Clinic, log: list[Line]) -> None:
    page = get_today_page(clinic.house.acting("dana"), selected=clinic.task_of_otto)

    assert page.selected is None
    assert clinic.otto not in log[0].patient_ids


def test_whoever_is_explained_is_logged_even_if_not_on_the_list(clinic: Clinic, log: list[Line]) -> None:
    get_today_page(clinic.house.acting("lee"), selected=clinic.task)

    assert log[0].patient_ids == (clinic.rosa,)


@pytest.mark.parametrize("who", ["dana", "sol"])
def test_more_loops_ask_for_no_more_statements(clinic: Clinic, who: str) -> None:
    acting = clinic.house.acting(who)

    def statements() -> int:
        with counted_statements() as sent:
            get_today_page(acting, selected=clinic.task)
        return len(sent)

    plant_loops(clinic, 5)
    few = statements()
    plant_loops(clinic, 55)

    assert statements() == few
    assert few < 32


def test_a_loop_can_be_handed_to_those_who_work_here_and_may(clinic: Clinic) -> None:
    page = get_today_page(clinic.house.acting("dana"))

    assert [choice.name for choice in page.people] == ["Asha", "Dana", "Lee", "Sol"]
    assert [choice.name for choice in page.teams] == ["north"]


def test_other_loops_of_the_same_person_are_counted(clinic: Clinic) -> None:
    open_task(clinic.house.acting("dana"), clinic.rosa, title="Another", due_on=None, note="")

    rows = {row.id: row.same_person for row in rows_of(get_today_page(clinic.house.acting("dana")))}

    assert rows[clinic.task] == 1
    assert rows[clinic.task_of_ada] == 0
