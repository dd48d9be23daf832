"""Made-up patients at every edge of the measure about high-risk medicines."""

import pytest

from careloop.facts.measures import SetName
from careloop.rules.measures import sets
from tests.rules.measures.made import CPT, RXNORM, Body, code_of, condition, judge, medicine, said, visit

RISKS = "UseofHighRiskMedicationsintheElderlyFHIR"
OFFICE = visit(sets.OFFICE_VISIT)
ENDED = "resolved"


def lasting(value: float, count: float | None = None, repeats: int = 0, unit: str = "") -> Body:
    wanted: Body = {"expectedSupplyDuration": {"value": value, "code": "d"}, "numberOfRepeatsAllowed": repeats}
    amount = {} if count is None else {"quantity": {"value": count} | ({"code": unit} if unit else {})}
    return {"dispenseRequest": wanted | amount}


def begun(on: str) -> Body:
    return {"dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"start": on}}}}]}


def two(what: SetName | tuple[str, str], **more: object) -> list[Body]:
    return [medicine(what, day, **more) for day in ("2025-02-01", "2025-03-01")]


DIGOXIN = {"medicationCodeableConcept": {"coding": [code_of(sets.DIGOXIN_MEDICATIONS)["coding"][0],  # type: ignore[index]
                                                    {"system": RXNORM, "code": "197606"}]}}  # fmt: skip
LIQUID = {"medicationCodeableConcept": {"coding": [code_of(sets.DIGOXIN_MEDICATIONS)["coding"][0],  # type: ignore[index]
                                                   {"system": RXNORM, "code": "393245"}]}}  # fmt: skip
CALM, PSYCHOSIS = sets.HARMFUL_BENZODIAZEPINES, sets.HARMFUL_ANTIPSYCHOTICS


@pytest.mark.parametrize(
    ("bodies", "groups"),
    [
        ([], ["IP", "IP", "IP"]),
        (two(sets.GUANFACINE_MEDICATIONS), ["IP NUM", "IP", "IP NUM"]),
        (two((RXNORM, "318179")), ["IP NUM", "IP", "IP NUM"]),
        ([medicine(sets.GUANFACINE_MEDICATIONS)], ["IP", "IP", "IP"]),
        ([medicine(sets.GUANFACINE_MEDICATIONS, **lasting(30, repeats=1))], ["IP NUM", "IP", "IP NUM"]),
        ([medicine(sets.GUANFACINE_MEDICATIONS, "2024-12-31", **lasting(30, repeats=1))], ["IP", "IP", "IP"]),
        ([medicine(sets.GUANFACINE_MEDICATIONS)] * 2, ["IP", "IP", "IP"]),
        # Written on one day, but to begin on two.
        ([medicine(sets.GUANFACINE_MEDICATIONS, **lasting(30), **begun(day)) for day in ("2025-07-01", "2025-08-01")],
         ["IP NUM", "IP", "IP NUM"]),
        ([medicine(sets.GUANFACINE_MEDICATIONS, **lasting(30), **begun(day)) for day in ("2025-07-01", "2026-08-01")],
         ["IP", "IP", "IP"]),
        # Two medicines of two kinds are not the same medicine twice.
        ([medicine(sets.GUANFACINE_MEDICATIONS, "2025-02-01"), medicine(sets.MEGESTROL_MEDICATIONS, "2025-03-01")],
         ["IP", "IP", "IP"]),
        ([medicine(sets.GUANFACINE_MEDICATIONS, "2024-12-31"), medicine(sets.GUANFACINE_MEDICATIONS, "2025-03-01")],
         ["IP", "IP", "IP"]),
        (two(sets.GUANFACINE_MEDICATIONS, status="cancelled"), ["IP", "IP", "IP"]),
        (two(sets.HARMFUL_ANTIINFECTIVES, **lasting(45)), ["IP", "IP", "IP"]),
        (two(sets.HARMFUL_ANTIINFECTIVES, **lasting(45.5)), ["IP NUM", "IP", "IP NUM"]),
        (two(sets.HARMFUL_ANTIINFECTIVES), ["IP", "IP", "IP"]),
        (two(sets.DIGOXIN_MEDICATIONS, **DIGOXIN, **lasting(30, 30)), ["IP NUM", "IP", "IP NUM"]),
        (two(sets.DIGOXIN_MEDICATIONS, **DIGOXIN, **lasting(30, 30, unit="{tbl}")), ["IP NUM", "IP", "IP NUM"]),
        (two(sets.DIGOXIN_MEDICATIONS, **DIGOXIN, **lasting(30, 30, unit="mL")), ["IP", "IP", "IP"]),
        (two(sets.DIGOXIN_MEDICATIONS, **DIGOXIN, **lasting(30, 15)), ["IP", "IP", "IP"]),
        (two(sets.DIGOXIN_MEDICATIONS, **DIGOXIN, **lasting(30)), ["IP", "IP", "IP"]),
        (two(sets.DIGOXIN_MEDICATIONS, **lasting(30, 30)), ["IP", "IP", "IP"]),
        (two(sets.DIGOXIN_MEDICATIONS, **LIQUID, **lasting(30, 90, unit="mL")), ["IP NUM", "IP", "IP NUM"]),
        (two(sets.DIGOXIN_MEDICATIONS, **LIQUID, **lasting(30, 90)), ["IP", "IP", "IP"]),
        (two(CALM), ["IP", "IP NUM", "IP NUM"]),
        ([*two(CALM), condition(sets.SEIZURE_DISORDER)], ["IP", "IP", "IP"]),
        ([*two(CALM), condition(sets.SEIZURE_DISORDER, "2025-02-02")], ["IP", "IP NUM", "IP NUM"]),
        ([*two(CALM), condition(sets.SCHIZOPHRENIA)], ["IP", "IP NUM", "IP NUM"]),
        (two(PSYCHOSIS), ["IP", "IP NUM", "IP NUM"]),
        ([*two(PSYCHOSIS), condition(sets.BIPOLAR_DISORDER, "2024-05-01", ENDED, abatementDateTime="2024-06-01")],
         ["IP", "IP", "IP"]),
        ([*two(PSYCHOSIS), condition(sets.BIPOLAR_DISORDER, "2022-05-01", ENDED, abatementDateTime="2023-06-01")],
         ["IP", "IP NUM", "IP NUM"]),
        ([*two(CALM), *two(sets.MEGESTROL_MEDICATIONS)], ["IP NUM", "IP NUM", "IP NUM"]),
        ([*two(CALM), visit(sets.PALLIATIVE_CARE_ENCOUNTER)], ["IP EXCL", "IP EXCL", "IP EXCL"]),
    ],
)  # fmt: skip
def test_high_risk_medicines(bodies: list[Body], groups: list[str]) -> None:
    assert [said(tally) for tally in judge(RISKS, OFFICE, *bodies)] == groups


@pytest.mark.parametrize(
    ("born", "seen", "answer"),
    [
        ("1960-12-31", OFFICE, "IP"),
        ("1961-01-01", OFFICE, ""),
        ("1950-01-01", visit((CPT, "99211")), "IP"),
        ("1950-01-01", visit((CPT, "99499")), ""),
        # Here the visit is compared to the millisecond, not by the day.
        ("1950-01-01", visit(sets.OFFICE_VISIT, "2025-12-31", "2025-12-31"), ""),
    ],
)
def test_high_risk_medicines_are_asked_of_the_old_who_were_seen(born: str, seen: Body, answer: str) -> None:
    assert said(judge(RISKS, seen, born=born)[0]) == answer
