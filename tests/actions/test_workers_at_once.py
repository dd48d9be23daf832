"""Several workers at the same time do the work of one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from careloop.actions.checks import open_waiting, recheck_patients
from careloop.actions.sweep import sweep_due_loops
from careloop.facts.access import Purpose
from tests.actions.apart import at_once
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import SCREENED, bring, person
from tests.people import NOW, build_house, system

NEGLECTED = datetime(2026, 11, 30, 22, tzinfo=UTC)
TASKS, PEOPLE, A_DAY = 12, 18, 15


def sweep() -> int:
    return sweep_due_loops(system(Purpose.SWEEP, NEGLECTED), how_many=TASKS)


def test_two_workers_at_the_same_time_raise_each_loop_once(apart: None) -> None:
    house = build_house()
    patient = take_patient_in(house)
    for _ in range(TASKS):
        make_task(house, patient)

    counts = at_once(*[sweep] * 4)
    left = sweep()

    assert sum(count for count in counts if isinstance(count, int)) + left == TASKS, counts
    assert ask("SELECT reminders, version, count(*) FROM loop GROUP BY 1, 2") == [(1, 2, TASKS)]
    assert ask_one("SELECT count(*) FROM loop_event WHERE event = 'escalate'") == TASKS
    assert broken_invariants() == {}


def test_two_workers_at_the_same_time_check_and_open_as_one_does(apart: None) -> None:
    house = build_house()
    bring(house, *(person(f"p{n:02}", SCREENED) for n in range(PEOPLE)))
    acting = system(Purpose.CHECKS, NOW)

    looked = at_once(*[lambda: recheck_patients(acting, how_many=7)] * 4)
    while recheck_patients(acting, how_many=7):
        pass
    opened = at_once(*[lambda: open_waiting(acting)] * 4)

    assert all(isinstance(count, int) for count in (*looked, *opened)), (looked, opened)
    assert ask_one("SELECT count(*) FROM loop") == A_DAY
    assert ask_one("SELECT count(*) FROM waiting_finding") == PEOPLE - A_DAY
    assert broken_invariants() == {}


def test_a_worker_that_finds_the_first_in_other_hands_takes_those_behind_them(apart: None) -> None:
    house = build_house()
    bring(house, *(person(f"p{n:02}", SCREENED) for n in range(PEOPLE)))
    acting = system(Purpose.CHECKS, NOW)
    taken: list[Sequence[UUID]] = []
    behind: list[int | Exception] = []

    def while_the_first_holds_them(patient_ids: Sequence[UUID]) -> None:
        taken.append(patient_ids)
        behind.extend(at_once(lambda: recheck_patients(acting, how_many=7, begins=taken.append)))

    first = recheck_patients(acting, how_many=7, begins=while_the_first_holds_them)

    assert (first, behind) == (7, [7])
    assert len({key for keys in taken for key in keys}) == 14
    assert recheck_patients(acting, how_many=7) == PEOPLE - 14
    assert recheck_patients(acting, how_many=7) == 0
    assert broken_invariants() == {}
