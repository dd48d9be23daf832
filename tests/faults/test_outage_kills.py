"""Killed amid the moves of an outage: each visit is where it was or moved once, each is told once at most."""

import json
import random
import time
from typing import Any

import pytest

from tests.faults.conftest import House
from tests.faults.oracle import look
from tests.faults.stage import Process

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
# Eleven minutes on: what could be undone no longer can, and people are told.
TOLD = "2026-11-20T15:11:00+00:00"
PATIENTS = 12
# Of whoever moves visits, then of the worker who tells.
KILLS, TELLER_KILLS = 7, 4


def test_killed_while_visits_move_each_moves_once_and_everybody_is_told_once_at_most(
    house: House, chance: random.Random
) -> None:
    house.set_back("empty")
    (day,) = house.stage.play("fill_a_day", clock=CLOCK, patients=PATIENTS)
    order = {"person": day["person"], "outage": day["outage"]}
    before = read_visits(house)
    assert len(before) == PATIENTS

    heard, killed = [], 0
    for _ in range(KILLS):
        mover = house.stage.act("move_the_day", clock=CLOCK, **order)
        # At some moment after it has moved one: during the next one, before or after it is kept.
        wait_for_a_word(mover)
        time.sleep(chance.uniform(0, 0.1))
        killed += mover.is_alive()
        mover.kill()
        mover.wait()
        heard += [json.loads(line) for line in mover.lines()]
        look_between(house, heard)
    house.stage.play("move_the_day", clock=CLOCK, **order)
    for _ in range(TELLER_KILLS):
        teller = house.stage.act("tell_the_day", clock=TOLD)
        wait_for_a_word(teller)
        time.sleep(chance.uniform(0, 0.05))
        teller.kill()
        teller.wait()
    house.stage.play("tell_the_day", clock=TOLD)

    assert killed > 1
    count_all(house, day["doctor"])


def wait_for_a_word(process: Process) -> None:
    """Wait until it has said that a visit moved, or has ended."""
    while process.is_alive() and not process.lines():
        time.sleep(0.005)


def look_between(house: House, heard: list[dict[str, Any]]) -> None:
    """After every death: each visit stands whole in one place, and what was said to be done is done."""
    assert len(read_visits(house)) == PATIENTS
    with look(house.url) as now:
        # What nobody has seen to yet is of another day than the database's own clock, which that view goes by.
        assert now.broken().keys() <= {"inv_outage_visit_left"}
        done = {str(key) for (key,) in now.rows("SELECT booking_id FROM outage_move")}
    assert {one["visit"] for one in heard} <= done


def read_visits(house: House) -> list[Any]:
    """Return every patient with the one time at which somebody expects them."""
    with look(house.url) as now:
        twice = now.rows("SELECT patient_id FROM booking WHERE occupies GROUP BY 1 HAVING count(*) <> 1")
        assert twice == []
        return now.rows("SELECT patient_id, starts_wall FROM booking WHERE occupies")


def count_all(house: House, doctor: str) -> None:
    """Compare bookings, moves and what people were told, in one snapshot."""
    with look(house.url) as now:
        moves = now.rows("SELECT became, count(*), count(DISTINCT booking_id) FROM outage_move GROUP BY 1")
        on_the_day = now.value(
            "SELECT count(*) FROM booking b JOIN booking_part p ON p.booking_id = b.id WHERE b.occupies"
            " AND p.entry_id = %s AND b.starts_wall::date = '2026-11-23' AND NOT EXISTS"
            " (SELECT FROM outage_move m WHERE m.booking_id = b.id AND m.became = 'left')",
            doctor,
        )
        planned = now.rows("SELECT patient_id, count(*) FROM reminder WHERE kind = 'moved' GROUP BY 1")
        told = now.rows(
            "SELECT o.patient_id, count(*) FROM outbox o JOIN reminder r ON r.message_id = o.id WHERE r.kind = 'moved'"
            " GROUP BY 1"
        )
        loops = now.rows(
            "SELECT patient_id, count(*) FROM loop WHERE finding_key LIKE 'outage:%%' GROUP BY 1 HAVING count(*) > 1"
        )
        assert now.broken() == {}
    counts = {became: (count, visits) for became, count, visits in moves}
    assert sum(count for count, _visits in counts.values()) == PATIENTS
    assert all(count == visits for count, visits in counts.values())
    assert counts["moved"][0] > PATIENTS // 2
    assert on_the_day == 0
    assert loops == []
    assert {count for _patient, count in planned} == {1}
    assert {count for _patient, count in told} == {1}
    assert len(read_visits(house)) == PATIENTS
