"""Team and one's day: counts that are those of their lists, for supervisors; and handing over all or none."""

from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions.handover import hand_over_loops
from careloop.actions.people import cover_caseload
from careloop.actions.worklist import open_task, snooze_loop
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.caseloads import TeamPage, WorkLine
from careloop.reads import team
from careloop.reads.team import SHOWS, get_day_page, get_team_page, get_work_page
from tests.guard.conftest import Clinic
from tests.guard.standing import counted_statements
from tests.people import NOW, TODAY, later

COUNTS = {
    "all": "open_count", "late": "late_count", "today": "today_count", "snoozed": "snoozed_count",
    "still": "still_count",
}  # fmt: skip


def line_of(shown: TeamPage, name: str) -> WorkLine:
    return next(line for line in (*shown.people, *shown.queues) if line.name == name)


def fill(clinic: Clinic) -> None:
    """Give dana one of each: late, due today, put off, not moved; and the queue one."""
    acting = clinic.house.acting("dana")
    open_task(acting, clinic.rosa, title="Late", due_on=TODAY, note="")
    open_task(clinic.house.acting("dana", at=later(days=20)), clinic.rosa, title="Today",
              due_on=TODAY + timedelta(days=20), note="")  # fmt: skip
    snooze_loop(acting, clinic.task, version=1, until=TODAY + timedelta(days=30), reason="Later")
    open_task(acting, clinic.ada, title="Queue", due_on=None, note="", to_unit=clinic.house.north)


def test_counts_of_a_person_are_the_lengths_of_the_lists_they_link_to(clinic: Clinic) -> None:
    fill(clinic)
    acting = clinic.house.acting("sol", at=later(days=20))

    dana = line_of(get_team_page(acting), "Dana")

    assert (dana.patients, dana.open_count, dana.late_count, dana.today_count, dana.snoozed_count) == (2, 4, 1, 1, 1)
    assert dana.still_count == 2
    assert dana.oldest_at == NOW
    for show in SHOWS:
        rows = get_work_page(acting, person_id=dana.person_id, team=None, show=show).rows
        assert len(rows) == getattr(dana, COUNTS[show]), show
        assert {row.owner_name for row in rows} <= {"Dana"}


def test_queue_and_total_are_counted_too(clinic: Clinic) -> None:
    fill(clinic)

    shown = get_team_page(clinic.house.acting("sol"))

    assert line_of(shown, "north").open_count == 1
    assert shown.total.open_count == sum(line.open_count for line in (*shown.people, *shown.queues)) == 5
    rows = get_work_page(clinic.house.acting("sol"), person_id=None, team=clinic.house.north).rows
    assert [row.queue_name for row in rows] == ["north"]


def test_supervisor_sees_the_own_team_only(clinic: Clinic) -> None:
    assert {line.name for line in get_team_page(clinic.house.acting("ruth")).people} == {"Kim", "Ruth"}
    assert get_work_page(clinic.house.acting("ruth"), person_id=clinic.house.id_of("dana"), team=None).rows == ()


@pytest.mark.parametrize("who", ["dana", "asha", "tom", "noor", "saul"])
def test_team_is_for_supervisors(clinic: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        get_team_page(clinic.house.acting(who))
    with pytest.raises(NotFound):
        get_work_page(clinic.house.acting(who), person_id=None, team=None)


def test_cover_now_and_coming_is_shown(clinic: Clinic) -> None:
    house = clinic.house
    for since, until in ((NOW, later(days=2)), (later(days=9), later(days=12))):
        cover_caseload(house.acting("sol"), absent=house.id_of("dana"), covering=house.id_of("lee"), since=since,
                       until=until, reason="Away")  # fmt: skip

    assert [(c.absent, c.covering, c.is_now) for c in get_team_page(house.acting("sol")).covers] == [
        ("Dana", "Lee", True), ("Dana", "Lee", False),
    ]  # fmt: skip


def test_pages_of_a_list_hold_every_loop_once(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "PAGE", 2)
    fill(clinic)
    seen: list[UUID] = []
    cursor = ""
    while True:
        shown = get_work_page(clinic.house.acting("sol"), person_id=None, team=None, cursor=cursor)
        seen += [row.id for row in shown.rows]
        cursor = shown.next_cursor
        if not cursor:
            break

    assert len(seen) == len(set(seen)) == 5


def test_as_many_statements_for_any_number(clinic: Clinic) -> None:
    with counted_statements() as few:
        get_team_page(clinic.house.acting("sol"))
    fill(clinic)
    with counted_statements() as many:
        get_team_page(clinic.house.acting("sol"))

    assert len(few) == len(many)


def test_day_is_what_is_mine_and_asks_for_something_by_tonight(clinic: Clinic) -> None:
    fill(clinic)

    titles = {str(dict(row.title.values).get("text")) for row in get_day_page(clinic.house.acting("dana")).rows}

    assert "Late" in titles
    assert "Queue" not in titles
    assert not {"Today"} & titles
    assert get_day_page(clinic.house.acting("lee")).rows == ()
    assert str(clinic.house.id_of("dana")) not in {c.id for c in get_day_page(clinic.house.acting("dana")).people}


def test_a_day_is_offered_only_to_those_who_can_take_it_over(clinic: Clinic) -> None:
    day, work = (
        {one.name for one in page.people}
        for page in (
            get_day_page(clinic.house.acting("dana")),
            get_work_page(clinic.house.acting("sol"), person_id=clinic.house.id_of("dana"), team=None),
        )
    )

    assert "Asha" in work
    assert day == {"Lee", "Sol"}


def test_whole_day_goes_to_one_person(clinic: Clinic) -> None:
    fill(clinic)
    day = get_day_page(clinic.house.acting("dana"))

    given = hand_over_loops(
        clinic.house.acting("dana"), [row.id for row in day.rows], versions={row.id: row.version for row in day.rows},
        to_person=clinic.house.id_of("lee"), to_unit=None, note="Sick today",
    )  # fmt: skip

    assert given == len(day.rows) > 0
    assert get_day_page(clinic.house.acting("dana")).rows == ()
    assert {row.id for row in get_day_page(clinic.house.acting("lee")).rows} == {row.id for row in day.rows}


def test_one_that_was_changed_meanwhile_keeps_all_where_they_are(clinic: Clinic) -> None:
    keys = [clinic.task, clinic.task_of_ada]
    with pytest.raises(TakenMeanwhile):
        hand_over_loops(
            clinic.house.acting("dana", at=later(minutes=5)), keys, versions={keys[0]: 1, keys[1]: 0},
            to_person=clinic.house.id_of("lee"), to_unit=None, note="",
        )  # fmt: skip

    work = get_work_page(clinic.house.acting("sol"), person_id=clinic.house.id_of("dana"), team=None)
    assert {row.id for row in work.rows} == set(keys)


@pytest.mark.parametrize("to", ["kim", "tom", "saul", None])
def test_receiver_who_cannot_work_on_them_is_refused(clinic: Clinic, to: str | None) -> None:
    with pytest.raises(Refusal):
        hand_over_loops(
            clinic.house.acting("dana"), [clinic.task], versions={clinic.task: 1},
            to_person=clinic.house.id_of(to) if to else None, to_unit=None, note="",
        )  # fmt: skip


def test_none_chosen_is_said(clinic: Clinic) -> None:
    with pytest.raises(Refusal) as no:
        hand_over_loops(clinic.house.acting("dana"), [], versions={}, to_person=clinic.house.id_of("lee"),
                        to_unit=None, note="")  # fmt: skip

    assert no.value.say.key == "refusal.no_loops"


def test_loop_of_another_team_is_not_there(clinic: Clinic) -> None:
    with pytest.raises(NotFound):
        hand_over_loops(clinic.house.acting("dana"), [clinic.task_of_otto], versions={clinic.task_of_otto: 1},
                        to_person=clinic.house.id_of("lee"), to_unit=None, note="")  # fmt: skip
