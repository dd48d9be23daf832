"""What is past its time is listed; a hold keeps it until somebody lifts it with a reason."""

import pytest
from django.db import DatabaseError

from careloop.actions.retention import hold_record
from careloop.basics.refusals import NotFound
from tests.actions.hands import take_patient_in
from tests.actions.look import ask
from tests.cli.conftest import Call
from tests.people import House

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
WHY = ("--reason", "A letter of counsel")


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", f"{day}T10:00:00-05:00")


def test_the_rule_is_said_to_be_not_verified(call: Call, house: House) -> None:
    told = call("retention", "list", "--json").json()

    assert told["rule"]["verified"] is False
    assert "Not verified, set by the clinic" in call("retention", "list").err


def test_a_record_is_past_its_time_ten_years_after_its_last_event(
    call: Call, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = take_patient_in(house)
    at(monkeypatch, "2036-11-20")
    assert call("retention", "list", "--json").json()["past"] == []

    at(monkeypatch, "2036-11-21")
    (line,) = call("retention", "list", "--json").json()["past"]

    assert line == {
        "patient": str(patient), "last_on": "2026-11-20", "kept_until": "2036-11-20", "held": False, "asked_by": "",
    }  # fmt: skip


@pytest.mark.parametrize("what", ["patient", "everything"])
def test_a_hold_keeps_a_record_until_it_is_lifted(
    call: Call, house: House, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    patient = take_patient_in(house)
    scope = ("--patient", patient) if what == "patient" else ("--everything",)
    at(monkeypatch, "2037-01-01")

    number = call("retention", "hold", *scope, *WHY).out.strip()

    told = call("retention", "list", "--json").json()
    assert ([p["held"] for p in told["past"]], len(told["holds"])) == ([True], 1)
    assert call("retention", "lift", number, *scope, *WHY).code == 0
    assert [p["held"] for p in call("retention", "list", "--json").json()["past"]] == [False]
    assert call("retention", "lift", number, *scope, *WHY).code == 2


def test_a_hold_needs_a_reason_and_one_scope(call: Call, house: House) -> None:
    patient = take_patient_in(house)

    assert call("retention", "hold", "--patient", patient, "--reason", " ").code == 2
    assert call("retention", "hold", *WHY).code == 2
    assert call("retention", "hold", "--patient", patient, "--everything", *WHY).code == 2


@pytest.mark.parametrize("change", ["UPDATE legal_hold SET reason = 'x' RETURNING id", "DELETE FROM legal_hold"])
def test_a_hold_is_not_rewritten(call: Call, house: House, change: str) -> None:
    call("retention", "hold", "--everything", *WHY)

    with pytest.raises(DatabaseError):
        ask(change)


def test_a_supervisor_may_hold_a_record_and_others_not(house: House) -> None:
    patient = take_patient_in(house)

    assert hold_record(house.acting("sol"), patient, reason="A letter")
    for who in ("dana", "asha", "tom", "ruth", "noor"):
        with pytest.raises(NotFound):
            hold_record(house.acting(who), patient, reason="A letter")
