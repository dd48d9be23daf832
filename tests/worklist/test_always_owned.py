"""Whatever anybody does at any moment: an open loop has somebody, a next step and a date; history has no gap."""

import contextlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from careloop.actions.sweep import sweep_due_loops
from careloop.basics.refusals import Refusal
from careloop.facts.access import Purpose
from tests.actions.hands import VERBS, make_task, stand, take_patient_in, whole
from tests.actions.look import ask, broken_invariants
from tests.actions.records import answer, bring, diabetic, work
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import NOW, House, system, take_in

pytestmark = pytest.mark.django_db

PEOPLE = ("dana", "lee", "sol", "asha", "kim", "tom")
# From one moment to the next: at once, while an undo is possible, and over weekends.
STEPS = (timedelta(0), timedelta(seconds=4), timedelta(minutes=7), timedelta(hours=9), timedelta(days=4))


class Worklist(RuleBasedStateMachine):
    """A small clinic at work: people act on loops, the worker goes round, records come in, somebody dies."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.at = NOW
        self.is_dead = False
        self.savepoint = transaction.savepoint()

    @initialize()
    def open_the_clinic(self) -> None:
        self.patient = take_patient_in(self.house, "rosa")
        bring(self.house, *diabetic("ana"))

    def teardown(self) -> None:
        connection.needs_rollback = False
        transaction.savepoint_rollback(self.savepoint)

    def loops(self) -> list[UUID]:
        return [row[0] for row in ask("SELECT id FROM loop ORDER BY id")]

    @rule(step=st.sampled_from(STEPS))
    def wait(self, step: timedelta) -> None:
        self.at += step

    @rule(who=st.sampled_from(PEOPLE[:3]), queued=st.booleans())
    def make_a_task(self, who: str, queued: bool) -> None:
        with contextlib.suppress(Refusal):
            make_task(self.house, self.patient, by=who, to_unit=self.house.north if queued else None)

    @rule(
        verb=st.sampled_from(sorted(VERBS)), who=st.sampled_from(PEOPLE), pick=st.integers(0, 9),
        behind=st.sampled_from((0, 0, 0, 0, 1)), step=st.sampled_from(STEPS),
    )  # fmt: skip
    def act(self, verb: str, who: str, pick: int, behind: int, step: timedelta) -> None:
        loops = self.loops()
        if not loops:
            return
        loop = loops[pick % len(loops)]
        self.at += step
        before = whole(loop), stand(loop).version
        try:
            VERBS[verb](self.house.acting(who, at=self.at), loop, before[1] - behind)
        except Refusal:
            assert (whole(loop), stand(loop).version) == before
        else:
            assert stand(loop).version == before[1] + 1
            assert who not in ("kim", "tom")
            assert behind == 0

    @rule()
    def sweep(self) -> None:
        sweep_due_loops(system(Purpose.SWEEP, self.at), how_many=50)
        assert ask("SELECT id FROM loop WHERE state <> 'closed' AND next_at <= %s", self.at) == []

    @rule()
    def check(self) -> None:
        work(self.at)

    @rule(day=st.sampled_from(("2026-04-10", "2026-11-18")))
    def a_result_comes(self, day: str) -> None:
        bring(self.house, answer("ana", f"{day}T09:00:00-05:00"), at=self.at)

    @precondition(lambda self: not self.is_dead)
    @rule(really=st.sampled_from((False, False, False, True)))
    def somebody_dies(self, really: bool) -> None:
        if really:
            dead = changed(PATIENT, id="rosa", deceasedBoolean=True)
            take_in(json.dumps(dead).encode(), self.house.north, name="rosa.json", at=self.at)
            self.is_dead = True
            assert ask("SELECT 1 FROM loop WHERE patient_id = %s AND state <> 'closed'", self.patient) == []

    @invariant()
    def nothing_is_broken(self) -> None:
        assert broken_invariants() == {}

    @invariant()
    def every_open_loop_has_somebody_a_step_and_a_date(self) -> None:
        rows = ask(
            "SELECT num_nonnulls(owner_id, queue_id), next_step IS NOT NULL, next_at IS NOT NULL, sort_at IS NOT NULL"
            " FROM loop WHERE state <> 'closed'"
        )
        assert set(rows) <= {(1, True, True, True)}

    @invariant()
    def history_tells_every_move_in_order(self) -> None:
        lines: dict[UUID, list[Any]] = {}
        for loop, *line in ask(
            "SELECT loop_id, version, from_state, to_state, at FROM loop_event ORDER BY loop_id, version"
        ):
            lines.setdefault(loop, []).append(line)
        for told in lines.values():
            assert [line[0] for line in told] == list(range(1, len(told) + 1))
            assert [line[1] for line in told] == ["", *(line[2] for line in told[:-1])]
            assert [line[3] for line in told] == sorted(line[3] for line in told)


def test_no_open_loop_is_ever_left_alone(house: House) -> None:
    run_state_machine_as_test(
        lambda: Worklist(house),
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
