"""What everybody in the demo clinic keeps up with: the screens, tests and vaccines of their age and illnesses.

Told for all of them, so that a record leaves undone what its stories leave undone and nothing else. No dice are
thrown here: the same person gets the same days.
"""

from datetime import date, timedelta
from enum import StrEnum

from careloop.basics.days import add_months, add_years
from careloop.catalog.demo import codes
from careloop.catalog.demo.codes import Coded
from careloop.catalog.demo.fhir import (
    Record,
    add_medicine,
    add_negative,
    add_procedure,
    add_result,
    add_vaccine,
    concept,
)

DIABETES = (codes.TYPE_1_DIABETES, codes.TYPE_2_DIABETES)
STATINS = (codes.ATORVASTATIN, codes.SIMVASTATIN)
EVENING = "Take 1 each evening."


class Skip(StrEnum):
    """What somebody has not had done, by the check that then asks for it."""

    COLORECTAL = "colorectal_screening"
    BREAST = "breast_screening"
    CERVICAL = "cervical_screening"
    DEPRESSION = "depression_screening"
    FALLS = "falls_risk"
    EYE = "diabetic_eye"
    FOOT = "diabetic_foot"
    KIDNEY = "diabetic_kidney"
    STATIN = "statin_where_indicated"
    VACCINE = "immunizations_due"


def keeps_up(record: Record, *, age: int, sex: str, skips: frozenset[Skip] = frozenset()) -> None:
    """Add what somebody of this age and sex, with the illnesses already told, has had done in time, but for skips."""
    spring = _weekday(add_months(record.on, -8))
    if age >= 12 and Skip.DEPRESSION not in skips:
        screen = codes.DEPRESSION_SCREEN if age >= 18 else codes.DEPRESSION_SCREEN_YOUNG
        add_negative(record, screen, spring, codes.NOT_LOW)
    if age >= 65 and Skip.FALLS not in skips:
        add_negative(record, codes.FALLS_ASKED, spring, codes.NOT_FOUND)
    _vaccines(record, age)
    if sex == "female":
        _womens_screens(record, age, skips)
    if any(_has(record, one) for one in DIABETES):
        _diabetes(record, skips)
    if Skip.STATIN not in skips and _wants_statin(record, age) and not any(_has(record, one) for one in STATINS):
        add_medicine(record, codes.ATORVASTATIN, spring, directions=EVENING, status="active")


def flu_season_on(on: date) -> date:
    """Return the first day of the season that a day lies in, from July to June."""
    return date(on.year - (on.month < 7), 7, 1)


def _vaccines(record: Record, age: int) -> None:
    if 50 <= age < 65:
        add_vaccine(record, codes.PNEUMOCOCCAL, _weekday(add_months(record.on, -15)))
    if age >= 75:
        add_vaccine(record, codes.RSV, _weekday(add_months(record.on, -13)))


def _womens_screens(record: Record, age: int, skips: frozenset[Skip]) -> None:
    if 40 <= age <= 74 and Skip.BREAST not in skips:
        add_procedure(record, codes.MAMMOGRAM, _weekday(add_months(record.on, -11)))
    if 21 <= age <= 65 and Skip.CERVICAL not in skips:
        add_negative(record, codes.CERVICAL_SMEAR, _weekday(add_years(record.on, -1)), codes.NOT_FOUND)


def _diabetes(record: Record, skips: frozenset[Skip]) -> None:
    on = _weekday(add_months(record.on, -7))
    if Skip.FOOT not in skips:
        add_procedure(record, codes.FOOT_EXAM, on)
    if Skip.EYE not in skips and not _has(record, codes.EYE_EXAM):
        add_procedure(record, codes.EYE_EXAM, on)
    if Skip.KIDNEY not in skips:
        add_result(record, codes.KIDNEY_FILTRATION, on, 780)
        add_result(record, codes.URINE_ALBUMIN, on, 120)


def _wants_statin(record: Record, age: int) -> bool:
    if _has(record, codes.CORONARY_DISEASE):
        return True
    return 40 <= age <= 76 and any(_has(record, one) for one in DIABETES)


def _has(record: Record, coded: Coded) -> bool:
    """Tell whether a record holds a problem, a procedure or a medicine of this code."""
    told = concept(coded)
    resources = [one for entry in record.entries if isinstance(one := entry["resource"], dict)]
    return any(told in (one.get("code"), one.get("medicationCodeableConcept")) for one in resources)


def _weekday(on: date) -> date:
    return on - timedelta(days=max(0, on.weekday() - 4))
