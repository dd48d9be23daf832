"""The worker's round: everything that is due is done once, the log is sealed, and somebody sees that it lives."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from careloop.actions.signing import sign_check
from careloop.facts.signing import Signature
from careloop.jobs import worker as at_work
from careloop.jobs.anchors import keep_anchor, load_anchors
from careloop.jobs.logs import trim_server_logs
from careloop.jobs.worker import Done, Part, begin_work, do_due_work, run_until_stopped
from careloop.reads.health import get_status, verify_audit
from careloop.reads.worklist import get_today_page
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask, broken_invariants
from tests.actions.records import bring, diabetic, loops
from tests.people import NOW, House, build_house, later, system

NEGLECTED = datetime(2026, 11, 30, 22, tzinfo=UTC)


def work_until_sealed(at: datetime) -> None:
    """Do rounds until the log is sealed: it is only when no older transaction runs anywhere on the server."""
    for _ in range(100):
        if do_due_work(lambda: at).lines_sealed:
            return
        time.sleep(0.2)
    pytest.skip("an older transaction of somebody else runs on this server, so nothing can be sealed")


@pytest.fixture
def house(apart: None, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("CARELOOP_HOME", raising=False)
    monkeypatch.delenv("CARELOOP_ANCHORS", raising=False)
    return build_house()


def test_a_round_does_all_that_is_due_and_the_next_finds_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    monkeypatch.setenv("CARELOOP_ANCHORS", str(file))
    rosa = take_patient_in(house, "rosa")
    task = make_task(house, rosa)
    bring(house, *diabetic("ana"))

    done = do_due_work(lambda: NEGLECTED)

    assert (done.loops_swept, done.patients_checked) == (1, 2)
    # Rosa is 65, so both are due for screening or a test; Ana is too young for the former.
    assert sorted(row[:2] for row in loops()) == [("ana", "hba1c_overdue"), ("rosa", "colorectal_screening")]
    assert done.loops_opened == 2
    assert ask("SELECT reminders FROM loop WHERE id = %s", task) == [(1,)]
    again = do_due_work(lambda: NEGLECTED + timedelta(seconds=1))
    assert again.is_idle()
    assert broken_invariants() == {}

    if not done.lines_sealed:
        work_until_sealed(NEGLECTED + timedelta(seconds=2))
    # What it left outside: an anchor that agrees with the log.
    report = verify_audit(system(), load_anchors())
    assert len(load_anchors()) == 1
    assert report.faults == ()
    assert report.seals >= 1


def test_who_looks_at_today_is_told_when_the_worker_is_silent(house: House) -> None:
    never = get_today_page(house.acting("dana")).worker_silent_since
    do_due_work(lambda: NOW, name="nightly")
    fresh = get_today_page(house.acting("dana", at=later(minutes=15))).worker_silent_since
    silent = get_today_page(house.acting("dana", at=later(minutes=15, seconds=1))).worker_silent_since

    assert never == datetime(1970, 1, 1, tzinfo=UTC)
    assert fresh is None
    assert silent == NOW
    assert get_status(system()).worker_seen == NOW


def test_anchors_are_kept_once_an_hour_and_a_torn_line_costs_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    assert keep_anchor(system()) is False
    monkeypatch.setenv("CARELOOP_ANCHORS", str(file))
    work_until_sealed(NOW)

    kept = [keep_anchor(system(at=later(minutes=minutes))) for minutes in (59, 60, 61)]
    with file.open("a") as out:
        out.write('{"at": "2026-11-20T16:')
    torn = keep_anchor(system(at=later(minutes=90)))
    do_due_work(lambda: later(minutes=125))

    assert kept == [False, True, False]
    assert torn is False
    lines = [line for line in file.read_text().splitlines() if line.endswith("}")]
    assert [json.loads(line)["at"] for line in lines][:2] == [NOW.isoformat(), later(minutes=60).isoformat()]
    assert json.loads(lines[-1])["at"] == later(minutes=125).isoformat()
    assert verify_audit(system(), load_anchors()).faults == ()


def test_an_anchor_that_differs_from_the_log_is_a_fault(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    monkeypatch.setenv("CARELOOP_ANCHORS", str(file))
    work_until_sealed(NOW)
    (seal,) = load_anchors()
    file.write_text(json.dumps({"at": NOW.isoformat(), "seal": seal, "hash": "00"}) + "\n")

    (fault,) = verify_audit(system(), load_anchors()).faults
    assert (fault.seal_id, fault.line_id) == (seal, None)


def test_a_round_that_only_seals_is_idle() -> None:
    assert Done(lines_sealed=7).is_idle()
    assert not Done(loops_swept=1).is_idle()
    assert not Done(patients_checked=1).is_idle()
    assert not Done(loops_opened=1).is_idle()


def test_once_a_day_the_oldest_logs_of_the_private_server_go(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CARELOOP_HOME", str(tmp_path))
    (tmp_path / "log").mkdir()
    moments = iter([NOW, NOW, later(days=1)])
    now, left = NOW, []

    def add_logs() -> None:
        for hour in range(10, 24):
            (tmp_path / "log" / f"server-20261120-{hour}0000.log").touch()

    def is_stopped() -> bool:
        # Asked before each round: the first trims, the second of the day does not, the next day's does.
        nonlocal now
        left.append(len(list((tmp_path / "log").iterdir())))
        add_logs()
        following = next(moments, None)
        now = following or now
        return following is None

    monkeypatch.setattr(at_work, "do_due_work", lambda clock, part: Done(loops_swept=1))
    run_until_stopped(lambda: now, Part(is_stopped=is_stopped))

    assert left == [0, 10, 14, 10]


def test_without_a_private_server_there_are_no_logs_to_remove(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARELOOP_HOME", raising=False)
    trim_server_logs()
    monkeypatch.setenv("CARELOOP_HOME", "/nowhere/at/all")
    trim_server_logs()


def test_a_running_worker_sees_a_signature_and_looks_at_everybody_by_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(house, *diabetic("ana"))
    now = NOW

    def is_stopped() -> bool:
        nonlocal now
        if now == NOW and loops():
            now = later(minutes=1)
            sign_check(house.acting("asha", at=now), Signature("hba1c_overdue", is_on=False))
        return bool(loops("closed"))

    def begin(clock: Callable[[], datetime]) -> int:
        seen.append(loops())
        return begin_work(clock)

    monkeypatch.setattr(at_work, "_rest", lambda clock, part: None)
    seen: list[list[tuple[Any, ...]]] = []
    monkeypatch.setattr(at_work, "begin_work", begin)
    run_until_stopped(lambda: now, Part(is_stopped=is_stopped))

    assert seen == [[], [("ana", "hba1c_overdue", None)]]
    assert loops() == []
    assert loops("closed") == [("ana", "hba1c_overdue", "withdrawn_clinically")]
