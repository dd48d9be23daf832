"""Checks from the command line: how each stands, a clinician's signature typed by the operator, and past days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from careloop.basics.words import Say
from careloop.facts.checks import Bound
from careloop.facts.worklist import Confidence
from careloop.rules.checks import find_checks
from careloop.worklist import knowledge as at_work
from tests.actions.few import FEW
from tests.actions.records import bring_cared_for, diabetic, the_loop, work
from tests.cli.conftest import Call
from tests.people import House

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

HBA1C = "hba1c_overdue"
SUGAR = Bound(f"{HBA1C}.sugar", Decimal("7.0"), Decimal("6.5"), Decimal("9"), "%", Say(f"check.{HBA1C}.name"))
ASHA = ("--as", "asha@clinic.example")


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-22T10:00:00-05:00")
    check = replace(find_checks()[HBA1C], bounds=(SUGAR,), version=1, from_on=date(2026, 11, 21))
    monkeypatch.setattr("careloop.rules.checks.CHECKS", {**find_checks(), HBA1C: check})
    monkeypatch.setattr("careloop.actions.checks.find_checks", lambda: {name: find_checks()[name] for name in FEW})
    monkeypatch.setattr(at_work, "_read", at_work._read.__wrapped__)


def test_a_signature_is_typed_shown_and_explained_by_day(
    call: Call, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = call("checks", "sign", HBA1C, "--off", "--threshold", "sugar=8.5", "--note", "Too many.", *ASHA)

    assert signed.code == 0
    assert f"Signed: {HBA1C} is off." in signed.err
    listed = {one["name"]: one for one in call("checks", "list", "--json").json()["checks"]}
    assert (listed[HBA1C]["on"], listed[HBA1C]["thresholds"]) == (False, {SUGAR.name: "8.5"})
    assert listed[HBA1C]["signed"]["signed_by"] == "Asha"
    assert listed["colorectal_screening"]["on"]
    assert listed["colorectal_screening"]["signed"] is None
    assert "It is off. Signed by Asha on Sun 22 Nov 2026." in call("checks", "list").out
    assert "Está apagada. Firmada por Asha el" in call("checks", "list", "--language", "es").out

    told = call("checks", "explain", HBA1C, "--json").json()
    assert told["schema"] == "careloop.check.1"
    assert [(one["value"], one["least"], one["most"]) for one in told["bounds"]] == [("8.5", "6.5", "9")]
    assert [one["note"] for one in told["history"]] == ["Too many."]
    assert told["precision"]["percent_acted_on"] is None
    words = call("checks", "explain", HBA1C).out
    for part in (
        "Who is asked:",
        "What is not looked at:",
        "Source: ",
        f"Threshold {SUGAR.name}: 8.5 %",
        "too few to say",
    ):
        assert part in words

    before = call("checks", "explain", HBA1C, "--on", "2026-11-21", "--json").json()
    assert (before["on"], before["thresholds"], before["held_version"]) == (True, {SUGAR.name: "7.0"}, 1)
    assert (
        "On Sat 21 Nov 2026 version 1 held.\nIt is on.\n" in call("checks", "explain", HBA1C, "--on", "2026-11-21").out
    )
    assert "there was no such check yet" in call("checks", "explain", HBA1C, "--on", "2020-01-01").out


def test_a_check_that_waits_for_a_signature_says_so(call: Call, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    check = replace(find_checks()[HBA1C], confidence=Confidence.GENERAL)
    monkeypatch.setattr("careloop.rules.checks.CHECKS", {HBA1C: check})

    assert "It is off. Nobody signed it yet." in call("checks", "list").out
    assert call("checks", "sign", HBA1C, "--on", "--unverified", *ASHA).code == 0
    assert call("checks", "list", "--json").json()["checks"][0]["unverified_on"]
    monkeypatch.setattr("careloop.rules.checks.CHECKS", {HBA1C: replace(check, version=2)})
    assert (
        "It is off. Signed by Asha on Sun 22 Nov 2026. Its version is new: it asks to be signed again."
        in call("checks", "list").out
    )


REFUSED = {
    "no such check": (["sign", "tea_leaves", "--on", *ASHA], "There is no check 'tea_leaves'"),
    "nobody signs": (["sign", HBA1C, "--on"], "--as"),
    "neither on nor off": (["sign", HBA1C, *ASHA], "--on"),
    "no clinician": (["sign", HBA1C, "--on", "--as", "dana@clinic.example"], "signed by a clinician"),
    "out of bounds": (["sign", HBA1C, "--on", *ASHA, "--threshold", "sugar=12"], "must be from 6.5 to 9 %"),
    "an unknown threshold": (["sign", HBA1C, "--on", *ASHA, "--threshold", "salt=7"], "This check has: hba1c_overdue."),
    "no number": (["sign", HBA1C, "--on", *ASHA, "--threshold", "sugar=high"], "is not a number"),
    "no value": (["sign", HBA1C, "--on", *ASHA, "--threshold", "sugar"], "Write it as systolic=135"),
    "no day": (["explain", HBA1C, "--on", "yesterday"], "Write it as 2026-11-21"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_taken_ends_with_2_and_says_how_to_mend_it(call: Call, house: House, case: str) -> None:
    arguments, words = REFUSED[case]

    ran = call("checks", *arguments)

    assert ran.code == 2
    assert words in ran.err
    assert call("checks", "explain", HBA1C, "--json").json()["history"] == []


def test_why_says_by_which_rule_and_thresholds_a_loop_was_found(call: Call, house: House) -> None:
    bring_cared_for(house, "ana", *diabetic("ana"))
    work()

    told = call("why", the_loop(), "--json").json()["judged_by"]

    assert (told["check"], told["version"], told["from"]) == (HBA1C, 1, "2026-11-21")
    assert told["thresholds"] == {SUGAR.name: "7.0"}
    assert told["knowledge"]
    expected = "By the rule of Sat 21 Nov 2026 (version 1); Overdue HbA1c in diabetes: 7.0 %"
    assert expected in call("why", the_loop()).out
    assert "Según la regla del sáb 21 nov 2026 (versión 1)" in call("why", the_loop(), "--language", "es").out
