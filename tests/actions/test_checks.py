"""Checks at work: a finding is one loop, opened, kept, changed and closed by the facts, and looked at when due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from careloop.actions import checks as at_work
from careloop.actions.worklist import dismiss_loop, finish_loop, reopen_loop
from careloop.basics.refusals import Refusal
from careloop.facts.access import Purpose
from careloop.facts.chart import Chart
from careloop.facts.checks import Knowledge
from careloop.facts.worklist import Answer, Outcome
from careloop.reads.worklist import get_explanation
from tests.actions.look import ask, ask_json, ask_one, broken_invariants, picture
from tests.actions.records import (
    SCREENED,
    answer,
    bring,
    bring_cared_for,
    diabetic,
    due,
    loops,
    of,
    person,
    the_loop,
    work,
)
from tests.formats.fhir.samples import CONDITION, Json
from tests.people import TODAY, House, find_patient, later, system

pytestmark = pytest.mark.django_db

HBA1C, COLORECTAL = "hba1c_overdue", "colorectal_screening"


def visit(key: str, status: str = "finished") -> Json:
    """Return a visit of March 2026."""
    return {
        "resourceType": "Encounter",
        "id": f"{key}-visit",
        "status": status,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{key}"},
        "period": {"start": "2026-03-04T09:00:00-05:00", "end": "2026-03-04T10:00:00-05:00"},
    }


@pytest.fixture
def ana(house: House) -> UUID:
    """A patient of Dana's with one finding."""
    return bring_cared_for(house, "ana", *diabetic("ana"))


def test_a_finding_opens_one_loop_for_the_coordinator_and_never_a_second(house: House, ana: UUID) -> None:
    assert work() == (1, 1)
    told = get_explanation(house.acting("dana"), the_loop())
    before = picture()

    bring(house, *diabetic("ana"), at=later(hours=1))
    ask("UPDATE recheck SET due_at = %s RETURNING 1", later(hours=2))
    again = work(later(hours=2))

    assert told.row.owner_name == "Dana"
    assert told.source is not None
    assert told.evidence
    assert told.history[0].who == "Careloop"
    assert again == (1, 0)
    assert loops() == [("ana", HBA1C, None)]
    assert picture()["loop"] == before["loop"]
    assert broken_invariants() == {}


def test_without_a_coordinator_the_loop_goes_to_the_team(house: House) -> None:
    bring(house, *diabetic("ana"))
    work()

    assert ask("SELECT owner_id, queue_id FROM loop") == [(None, house.north)]


def test_facts_that_end_a_finding_close_its_loop_with_the_evidence(house: House, ana: UUID) -> None:
    work()
    bring(house, answer("ana"), at=later(hours=1))

    assert work(later(hours=1)) == (1, 0)

    told = get_explanation(house.acting("dana"), the_loop())
    test = ask_one("SELECT id FROM resource WHERE fhir_id = 'ana-new'")
    assert (told.row.outcome, told.history[0].say.key) == (Outcome.DONE, "event.ended_by_facts")
    assert test in [line.resource_id for line in told.evidence]
    assert ask("SELECT evidence FROM loop_event WHERE event = 'ended_by_facts'") == [([test],)]
    assert broken_invariants() == {}


def test_a_rule_that_no_longer_asks_closes_the_loop_without_saying_done(house: House, ana: UUID) -> None:
    work()
    mistake = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                           "code": "entered-in-error"}]}  # fmt: skip
    bring(house, of(CONDITION, "ana", clinicalStatus=None, verificationStatus=mistake), at=later(hours=1))
    work(later(hours=1))

    assert loops("closed") == [("ana", HBA1C, "withdrawn_clinically")]
    assert get_explanation(house.acting("dana"), the_loop()).history[0].say.key == "event.no_longer_asked"


def test_a_finding_whose_facts_change_updates_its_loop_and_says_so(house: House, ana: UUID) -> None:
    work()
    before = ask_one("SELECT finding_print FROM loop")
    bring(house, answer("ana", "2026-04-10T09:00:00-04:00"), at=later(hours=1))
    work(later(hours=1))

    told = get_explanation(house.acting("dana"), the_loop())
    assert told.history[0].say.key == "event.facts_changed"
    assert ask_one("SELECT finding_print FROM loop") != before
    assert loops() == [("ana", HBA1C, None)]
    assert broken_invariants() == {}


def test_a_finding_that_waits_and_ends_leaves_nothing_behind(house: House, ana: UUID) -> None:
    at_work.recheck_patients(system(Purpose.CHECKS), how_many=10)
    assert ask_one("SELECT count(*) FROM waiting_finding") == 1
    bring(house, answer("ana"))
    at_work.recheck_patients(system(Purpose.CHECKS), how_many=10)

    assert ask_one("SELECT count(*) FROM waiting_finding") == 0
    assert loops() == []


# How a person closed the loop, and for how many days its finding stays quiet.
QUIET = [
    (Outcome.DONE, 60),
    (Outcome.DECLINED, 180),
    (Outcome.WITHDRAWN, 365),
]


@pytest.mark.parametrize(("outcome", "days"), QUIET)
def test_a_closed_finding_stays_quiet_for_its_time_and_then_returns(
    house: House, ana: UUID, outcome: Outcome, days: int
) -> None:
    work()
    close = finish_loop if outcome is Outcome.DONE else dismiss_loop
    words = {"note": "She says so."} if outcome is Outcome.DONE else {"reason": "She says so."}
    close(house.acting("dana"), the_loop(), version=1, outcome=outcome, **words)  # type: ignore[operator]
    bring(house, person("ana", gender="other"), at=later(hours=1))
    work(later(hours=1))
    quiet_for_now = loops()

    returns = due("ana")
    assert returns is not None
    assert returns.astimezone(ZoneInfo("America/New_York")).date() == TODAY + timedelta(days=days)
    assert work(returns - timedelta(seconds=1)) == (0, 0)
    work(returns)

    assert quiet_for_now == []
    assert loops() == [("ana", HBA1C, None)]
    assert broken_invariants() == {}


def test_a_closed_finding_returns_at_once_when_its_facts_change(house: House, ana: UUID) -> None:
    work()
    dismiss_loop(house.acting("dana"), the_loop(), version=1, outcome=Outcome.DECLINED, reason="Not now.")
    bring(house, answer("ana", "2026-04-10T09:00:00-04:00"), at=later(days=1))

    assert work(later(days=1)) == (1, 1)
    assert loops() == [("ana", HBA1C, None)]


def test_what_the_measure_says_beside_changes_the_loop_but_brings_no_closed_finding_back(
    house: House, ana: UUID
) -> None:
    work()
    unseen = get_explanation(house.acting("dana"), the_loop()).why_here
    bring(house, visit("ana"), at=later(hours=1))
    work(later(hours=1))
    seen = get_explanation(house.acting("dana"), the_loop()).why_here
    version = ask_one("SELECT version FROM loop")
    dismiss_loop(house.acting("dana"), the_loop(), version=version, outcome=Outcome.DECLINED, reason="Not now.")
    bring(house, visit("ana", status="entered-in-error"), at=later(days=1))

    assert "check.not_counted_no_visit" in {say.key for say in unseen}
    assert seen == tuple(say for say in unseen if say.key != "check.not_counted_no_visit")
    assert work(later(days=1)) == (1, 0)
    assert loops() == []


@pytest.fixture
def came_again(house: House, ana: UUID) -> UUID:
    """A loop that was dismissed and whose finding came again, changed, and waits for its loop."""
    work()
    first = the_loop()
    dismiss_loop(house.acting("dana"), first, version=1, outcome=Outcome.DECLINED, reason="Not now.")
    bring(house, answer("ana", "2026-04-10T09:00:00-04:00"), at=later(days=1))
    at_work.recheck_patients(system(Purpose.CHECKS, later(days=1)), how_many=10)
    assert ask_one("SELECT count(*) FROM waiting_finding") == 1
    return first


def test_a_loop_reopened_by_hand_takes_the_place_of_its_finding_that_waits(house: House, came_again: UUID) -> None:
    reopen_loop(house.acting("dana", at=later(days=1)), came_again, version=2, reason="She wants it now.")

    assert work(later(days=1)) == (0, 0)
    assert loops() == [("ana", HBA1C, None)]
    assert broken_invariants() == {}


def test_a_loop_is_not_reopened_beside_a_second_one_for_the_same_finding(house: House, came_again: UUID) -> None:
    work(later(days=1))

    with pytest.raises(Refusal) as told:
        reopen_loop(house.acting("dana", at=later(days=1)), came_again, version=2, reason="Again.")

    assert told.value.say.key == "refusal.open_already"
    assert broken_invariants() == {}


def test_a_patient_is_looked_at_again_on_the_first_day_on_which_an_answer_can_change(house: House) -> None:
    bring(house, *diabetic("ana"), answer("ana"))
    work()

    # A test of 18 November holds through 17 May; midnight in New York is 4 am UTC then.
    assert due("ana") == datetime(2027, 5, 18, 4, tzinfo=UTC)
    assert work(datetime(2027, 5, 18, 3, 59, tzinfo=UTC)) == (0, 0)
    assert work(datetime(2027, 5, 18, 4, tzinfo=UTC)) == (1, 1)


def test_when_nothing_is_due_nothing_is_done_and_nothing_written(house: House, ana: UUID) -> None:
    work()
    before = picture()

    assert work(later(minutes=1)) == (0, 0)
    assert picture() == before


def test_what_could_not_be_judged_is_kept_with_its_reason(house: House) -> None:
    bring(house, person("ana", None))
    work()

    said = ask_json("SELECT not_checked::text FROM recheck")
    assert [one["key"] for one in said] == ["check.no_birth_date"]
    assert loops() == []


def test_nobody_looks_for_work_about_the_dead(house: House) -> None:
    bring(house, *diabetic("ana")[1:], person("ana", deceasedDateTime="2026-11-01"))

    assert work() == (1, 0)
    assert loops() == []
    assert ask("SELECT due_at, checked_at IS NOT NULL FROM recheck") == [(None, True)]


def _break(chart: Chart, on: object, knowledge: Knowledge) -> Answer:
    raise ZeroDivisionError


@pytest.fixture
def broken_check(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = at_work.find_checks()
    broken = checks | {HBA1C: replace(checks[HBA1C], find=_break)}
    monkeypatch.setattr(at_work, "find_checks", lambda: MappingProxyType(broken))


def test_a_check_that_breaks_is_named_and_the_others_go_on(house: House, broken_check: None) -> None:
    bring(house, *diabetic("ana", SCREENED))

    work()

    assert loops() == [("ana", COLORECTAL, None)]
    said = ask_json("SELECT not_checked::text FROM recheck")
    assert [(one["key"], one["values"]) for one in said] == [("check.broken", {"check": HBA1C})]


def test_a_check_that_breaks_is_tried_again_less_and_less_often_and_five_times(
    house: House, broken_check: None
) -> None:
    bring(house, *diabetic("ana"))
    moments = [later()]
    for _ in range(5):
        work(moments[-1])
        again = due("ana")
        if again is None or again > moments[-1] + timedelta(days=2):
            break
        moments.append(again)

    assert [(b - a) / timedelta(hours=1) for a, b in pairwise(moments)] == [2, 4, 8, 16]
    assert ask_one("SELECT attempts FROM recheck") == 5


def test_a_loop_of_a_check_that_breaks_stays_as_it_is(house: House, ana: UUID, request: pytest.FixtureRequest) -> None:
    work()
    request.getfixturevalue("broken_check")
    bring(house, answer("ana"), at=later(hours=1))
    work(later(hours=1))

    assert loops() == [("ana", HBA1C, None)]


def test_new_rules_look_at_everybody_again_once(house: House, ana: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(house, person("ben"), name="ben.json")
    work()
    acting = system(Purpose.CHECKS, later(days=1))
    unchanged = at_work.recheck_after_new_rules(acting, how_many=10)
    checks = at_work.find_checks()
    newer = checks | {HBA1C: replace(checks[HBA1C], version=checks[HBA1C].version + 1)}
    monkeypatch.setattr(at_work, "find_checks", lambda: MappingProxyType(newer))

    counts = [at_work.recheck_after_new_rules(acting, how_many=10) for _ in range(2)]

    assert unchanged == 0
    assert counts == [2, 0]
    assert (due("ana"), due("ben")) == (later(days=1), later(days=1))
    assert work(later(days=1)) == (2, 0)
    assert at_work.recheck_after_new_rules(acting, how_many=10) == 0
    assert find_patient("ben")
