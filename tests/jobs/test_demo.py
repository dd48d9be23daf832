"""The demo that was asked for in the first run: whole or not at all, however it ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connections
from django.db.backends.utils import CursorWrapper

from careloop.actions.setup import ask_demo, open_setup
from careloop.basics.refusals import Refusal
from careloop.catalog.demo.clinic import DemoClinic, make_clinic
from careloop.catalog.demo.deeds import DEEDS, Verb
from careloop.facts.setup import DemoProgress, DemoState
from careloop.jobs import demo, filling
from careloop.jobs.demo import make_asked_demo
from careloop.reads.health import get_clinic_marks, verify_audit
from careloop.reads.setup import get_demo_password, get_demo_progress
from careloop.records.models import FirstRun, Person
from tests.actions.hands import take_patient_in
from tests.actions.look import broken_invariants
from tests.people import NOW, build_house, system

FEW = 3


def clock() -> datetime:
    return NOW


def make_few(at: datetime) -> DemoClinic:
    """Return a demo of three patients: enough to see it whole."""
    clinic = make_clinic(seed=7, on=at.date())
    patients = clinic.patients[:FEW]
    keys = {patient.key for patient in patients}
    return replace(clinic, patients=patients, tasks=tuple(t for t in clinic.tasks if t.patient in keys))


@pytest.fixture(autouse=True)
def _deeds_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {patient.key for patient in make_few(NOW).patients}
    monkeypatch.setattr(filling, "DEEDS", tuple(d for d in DEEDS if d.verb is Verb.SIGN or d.patient in keys))


def asked() -> str:
    assert open_setup(system()) is not None
    ask_demo(system())
    return FirstRun.objects.get().key_hash


def test_without_somebody_who_asked_nothing_is_made(apart: None) -> None:
    assert make_asked_demo(clock, make_few) is False
    open_setup(system())
    assert make_asked_demo(clock, make_few) is False


def test_a_demo_that_was_asked_for_is_made_once_and_everybody_has_its_password(apart: None) -> None:
    mark = asked()
    password = get_demo_password()
    assert len(password) == 19

    assert make_asked_demo(clock, make_few) is True

    progress = get_demo_progress(mark)
    assert progress
    assert (progress.state, progress.password) == (DemoState.READY, password)
    assert get_clinic_marks(system()).patients == FEW
    assert Person.objects.get(name="Dana Okafor").login.check_password(password)
    assert make_asked_demo(clock, make_few) is False
    assert broken_invariants() == {}
    assert verify_audit(system(), anchors={}).faults == ()


def test_while_it_is_made_another_connection_sees_how_far_it_is_and_nothing_else(
    apart: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, seen = asked(), []
    real = demo._tell

    def look() -> tuple[DemoProgress | None, int]:
        try:
            return get_demo_progress(mark), Person.objects.filter(kind="staff").count()
        finally:
            connections.close_all()

    def tell(cursor: CursorWrapper, done: int, whole: int) -> None:
        real(cursor, done, whole)
        with ThreadPoolExecutor(1) as others:
            seen.append(others.submit(look).result())

    monkeypatch.setattr(demo, "_tell", tell)

    make_asked_demo(clock, make_few)

    assert len(seen) > 2
    assert seen == [(DemoProgress(DemoState.MAKING, n, len(seen)), 0) for n in range(len(seen))]


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), KeyboardInterrupt()])
def test_broken_off_in_the_middle_nothing_of_it_is_there_and_it_can_be_made_again(
    apart: None, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    mark = asked()
    real = demo._tell

    def tell(cursor: CursorWrapper, done: int, whole: int) -> None:
        real(cursor, done, whole)
        if done == 2:
            raise fault

    with monkeypatch.context() as broken:
        broken.setattr(demo, "_tell", tell)
        _end(lambda: make_asked_demo(clock, make_few))

    assert get_clinic_marks(system()).patients == 0
    assert not Person.objects.filter(kind="staff").exists()
    progress = get_demo_progress(mark)
    assert progress
    if isinstance(fault, RuntimeError):
        assert progress.state is DemoState.BROKEN
        ask_demo(system())
    else:
        assert progress.state is DemoState.WAITING
    make_asked_demo(clock, make_few)
    assert get_clinic_marks(system()).patients == FEW


def _end(do: Callable[[], object]) -> None:
    try:
        do()
    except (KeyboardInterrupt, RuntimeError):
        return


def test_records_that_came_in_meanwhile_are_not_mixed_with_a_demo(apart: None) -> None:
    mark = asked()
    house = build_house()
    take_patient_in(house)

    make_asked_demo(clock, make_few)

    progress = get_demo_progress(mark)
    assert progress
    assert progress.state is DemoState.BROKEN
    assert not get_clinic_marks(system()).is_demo
    with pytest.raises(Refusal):
        ask_demo(system())
