"""Records are linked and taken apart, and deaths come in, in any order: nothing is lost and nobody is mixed up."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import data, sampled_from

from careloop.actions.checks import recheck_patients
from careloop.actions.matching import confirm_same, say_same, take_apart
from careloop.actions.worklist import open_task, reopen_loop
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting, Purpose
from tests.actions.linking import bring, page, problem_lines
from tests.actions.look import ask, ask_one, broken_invariants
from tests.guard.standing import rolled_back
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
# All that a loop says of itself; its version goes on.
WHOLE = (
    "SELECT state, state_since, owner_id, queue_id, ball, base_step::text, next_step::text, next_at, due_at, sort_at,"
    " severity, snoozed_until, last_contact, reminders, closed_at, outcome FROM loop WHERE id = %s"
)
SOURCES = ("fhir", "b", "c", "d")
PEOPLE = ("dana", "lee", "sol")
TASK = {"due_on": None, "note": ""}


def outcome_of(task: UUID) -> tuple[str, str, str]:
    """Return how a loop stands and ended, and what the last line of its history says."""
    ((state, outcome, said),) = ask(
        "SELECT l.state, l.outcome, e.say ->> 'key' FROM loop l JOIN loop_event e"
        " ON e.loop_id = l.id AND e.version = l.version WHERE l.id = %s",
        task,
    )
    return state, outcome, said


class Links(RuleBasedStateMachine):
    """Records of one name are linked and taken apart at random; a model keeps the links and what each record says."""

    house: House

    @initialize()
    def begin(self) -> None:
        self.records = [bring(self.house, source) for source in SOURCES]
        self.said = {key: problem_lines(page(self.house, key)) for key in self.records}
        self.loops = {
            (key, row.id)
            for key in self.records
            for row in page(self.house, key).open_loops
            if row.asks_same
        }  # fmt: skip
        self.edges: dict[UUID, UUID] = {}
        self.dead: set[UUID] = set()
        self.at = NOW
        self.tasks = {key: open_task(self.house.acting("dana"), key, title="Call", **TASK) for key in self.records}
        self.stood = {task: ask(WHOLE, task) for task in self.tasks.values()}

    def acting(self, who: str) -> Acting:
        self.at += timedelta(seconds=1)
        return self.house.acting(who, at=self.at)

    def root(self, key: UUID) -> UUID:
        while key in self.edges:
            key = self.edges[key]
        return key

    @rule(pick=data(), first=sampled_from(PEOPLE), second=sampled_from(PEOPLE))
    def merge(self, pick: object, first: str, second: str) -> None:
        key, loop_id = pick.draw(sampled_from(sorted(self.loops)))  # type: ignore[attr-defined]
        shown = page(self.house, key)
        row = next((r for r in (*shown.open_loops, *shown.closed_loops) if r.id == loop_id), None)
        if row is None:
            return
        version = row.version
        other = UUID(ask_one("SELECT finding_key FROM loop WHERE id = %s", loop_id))
        try:
            if row.outcome is not None:
                version = reopen_loop(self.acting(first), loop_id, version=version, reason="Again.")
            version = say_same(self.acting(first), loop_id, version=version, keep=key, reason="Same.")
            confirm_same(self.acting(second), loop_id, version=version)
        except Refusal:
            return
        if self.root(key) != self.root(other):
            self.edges[self.root(other)] = self.root(key)

    @rule(pick=data(), who=sampled_from(PEOPLE))
    def unmerge(self, pick: object, who: str) -> None:
        key = pick.draw(sampled_from(self.records))  # type: ignore[attr-defined]
        try:
            ended = take_apart(self.acting(who), key, reason="Different.")
        except Refusal:
            return
        if ended:
            del self.edges[key]

    @rule(pick=sampled_from(SOURCES), really=sampled_from((False, True)))
    def die(self, pick: str, *, really: bool) -> None:
        """One source says that she has died, and the worker goes round."""
        if really:
            self.at += timedelta(seconds=1)
            key = bring(self.house, pick, deceasedBoolean=True)
            self.dead.add(key)
            recheck_patients(system(Purpose.CHECKS, self.at), how_many=10)

    @invariant()
    def what_is_open_is_of_the_living_and_stands_as_it_stood(self) -> None:
        for key, task in self.tasks.items():
            if key in self.dead:
                assert outcome_of(task) == ("closed", "deceased", "event.death")
            elif any(self.root(key) == self.root(other) for other in self.dead):
                assert outcome_of(task) == ("closed", "deceased", "event.death_beside")
            else:
                assert ask(WHOLE, task) == self.stood[task]
        assert broken_invariants() == {}

    @invariant()
    def every_person_says_what_the_model_says(self) -> None:
        for key in self.records:
            shown = page(self.house, key)
            root = self.root(key)
            assert shown.goes_on_in == (None if root == key else root)
            if root == key:
                members = [other for other in self.records if self.root(other) == key]
                assert problem_lines(shown) == sorted(label for other in members for label in self.said[other])
                assert {one.patient_id for one in shown.linked} == {*members} - {key}


def test_links_made_and_ended_at_random_lose_nothing_and_mix_nobody_up(house: House) -> None:
    class Here(Links):
        def __init__(self) -> None:
            super().__init__()
            self.house = house
            self.apart = rolled_back()
            self.apart.__enter__()

        def teardown(self) -> None:
            self.apart.__exit__(None, None, None)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15, stateful_step_count=12, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
