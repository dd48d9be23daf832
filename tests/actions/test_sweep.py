"""The clock at work: what is snoozed wakes on its morning, what is neglected is raised, again and again."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from careloop.actions.sweep import sweep_due_loops
from careloop.actions.worklist import finish_loop, hand_off_loop, snooze_loop, start_loop
from careloop.facts.access import Purpose
from careloop.facts.worklist import Outcome
from careloop.reads.worklist import get_explanation, get_today_page
from tests.actions.hands import last_line, make_task, stand, take_patient_in
from tests.actions.look import ask, broken_invariants
from tests.people import House, later, system, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def rosa(house: House) -> UUID:
    return take_patient_in(house)


def sweep(at: datetime, how_many: int = 50) -> int:
    return sweep_due_loops(system(Purpose.SWEEP, at), how_many=how_many)


# A day to wake on and 8 am of it in New York. In 2027 the clocks go forward on 14 March and back on 7 November.
MORNINGS = [
    (date(2026, 11, 27), datetime(2026, 11, 27, 13, tzinfo=UTC)),
    (date(2027, 3, 12), datetime(2027, 3, 12, 13, tzinfo=UTC)),
    (date(2027, 3, 14), datetime(2027, 3, 14, 12, tzinfo=UTC)),
    (date(2027, 3, 15), datetime(2027, 3, 15, 12, tzinfo=UTC)),
    (date(2027, 11, 7), datetime(2027, 11, 7, 13, tzinfo=UTC)),
    (date(2026, 12, 25), datetime(2026, 12, 25, 13, tzinfo=UTC)),
]


@pytest.mark.parametrize(("until", "morning"), MORNINGS, ids=[str(m[0]) for m in MORNINGS])
def test_what_is_snoozed_wakes_on_its_morning_and_no_minute_earlier(
    house: House, rosa: UUID, until: date, morning: datetime
) -> None:
    task = make_task(house, rosa)
    snooze_loop(house.acting("dana"), task, version=1, until=until, reason="Away.")

    early = sweep(morning - timedelta(minutes=1))
    asleep = stand(task)
    woken = sweep(morning)

    assert (early, woken) == (0, 1)
    assert asleep.state == "snoozed"
    assert (stand(task).state, stand(task).snoozed_until) == ("to_do", None)
    assert last_line(house, task) == ("wake", "event.woke", "", "Careloop")
    assert sweep(morning) == 0


# Friday 20 November: five business days over Thanksgiving, then a day each to Thursday, then a week at a time.
NEGLECTED = [
    datetime(2026, 11, 30, 22, tzinfo=UTC),
    datetime(2026, 12, 1, 22, tzinfo=UTC),
    datetime(2026, 12, 2, 22, tzinfo=UTC),
    datetime(2026, 12, 9, 22, tzinfo=UTC),
    datetime(2026, 12, 16, 22, tzinfo=UTC),
    datetime(2026, 12, 23, 22, tzinfo=UTC),
    # Christmas is no business day.
    datetime(2026, 12, 31, 22, tzinfo=UTC),
]


def test_what_is_neglected_is_raised_and_looked_at_again_later_and_later(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    moments = []
    for _ in NEGLECTED:
        at = stand(task).next_at
        assert at is not None
        moments.append(at)
        assert sweep(at - timedelta(seconds=1)) == 0
        assert sweep(at) == 1

    assert moments == NEGLECTED
    told = get_explanation(house.acting("sol", at=moments[-1]), task)
    assert (told.row.reminders, told.why_now.key) == (len(NEGLECTED), "why_now.escalated")
    assert stand(task).owner == house.id_of("dana")
    assert task in [
        row.id for group in get_today_page(house.acting("sol", at=moments[-1])).groups for row in group.rows
    ]
    assert broken_invariants() == {}


def test_a_loop_in_hand_that_stands_still_is_raised_too_and_keeps_its_state(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    start_loop(house.acting("dana"), task, version=1)

    assert sweep(datetime(2026, 11, 24, 22, tzinfo=UTC)) == 1
    assert stand(task).state == "started"
    assert stand(task).next_at == datetime(2026, 11, 25, 22, tzinfo=UTC)


def test_whoever_acts_starts_the_reminders_anew(house: House, rosa: UUID) -> None:
    task = make_task(house, rosa)
    sweep(NEGLECTED[0])
    hand_off_loop(
        house.acting("sol", at=NEGLECTED[0]), task, version=2, to_person=house.id_of("lee"), to_unit=None, note=""
    )

    assert ask("SELECT reminders FROM loop WHERE id = %s", task) == [(0,)]
    assert stand(task).next_at == datetime(2026, 12, 7, 22, tzinfo=UTC)


def test_a_loop_in_a_queue_and_a_review_without_patient_are_raised_as_well(house: House, rosa: UUID) -> None:
    make_task(house, rosa, to_unit=house.north)
    take_in(b"not json", house.south)

    assert sweep(NEGLECTED[0]) == 2
    assert ask("SELECT DISTINCT reminders, queue_id IS NOT NULL FROM loop") == [(1, True)]


def test_what_is_closed_or_not_due_is_left_alone(house: House, rosa: UUID) -> None:
    done = make_task(house, rosa)
    finish_loop(house.acting("dana"), done, version=1, outcome=Outcome.DONE, note="It happened.")
    make_task(house, rosa)

    assert sweep(later(hours=1)) == 0
    assert sweep(NEGLECTED[0]) == 1
    assert stand(done).version == 2


def test_many_are_due_at_once_and_each_is_raised_once(house: House, rosa: UUID) -> None:
    for _ in range(23):
        make_task(house, rosa)

    counts = [sweep(NEGLECTED[0], how_many=10) for _ in range(4)]

    assert counts == [10, 10, 3, 0]
    assert ask("SELECT reminders, count(*) FROM loop GROUP BY 1") == [(1, 23)]
