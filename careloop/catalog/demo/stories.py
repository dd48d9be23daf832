"""The stories that happen to the invented people: each adds to a record what it would leave there.

A story looks back from ``record.on``, the last day that the record knows of. What a story leaves
undone is named by a ``Need``; the cast says who needs what, and a test holds it against the rules.
"""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

from careloop.basics.days import add_months, add_years
from careloop.catalog.demo import codes
from careloop.catalog.demo.codes import Coded
from careloop.catalog.demo.fhir import (
    Record,
    add_allergy,
    add_blood_pressure,
    add_coverage,
    add_document,
    add_medicine,
    add_negative,
    add_problem,
    add_procedure,
    add_result,
    add_stay,
    add_vaccine,
    add_visit,
)
from careloop.catalog.demo.keeping_up import flu_season_on


class Need(StrEnum):
    """What a record leaves undone, by the rule that asks for it."""

    HBA1C = "dm-hba1c"
    COLORECTAL = "scr-crc"
    DISCHARGE = "discharge-visit"
    INTERACTION = "interaction"


Story: TypeAlias = Callable[[Record], None]


def _ago(record: Record, *, months: int = 0, years: int = 0, days: int = 0) -> date:
    return add_months(add_years(record.on, -years), -months) - timedelta(days=days)


def _open_day(on: date) -> date:
    """Return the day itself or the Friday before: the clinic is closed at the weekend."""
    return on - timedelta(days=max(0, on.weekday() - 4))


def routine(record: Record, *, age: int, seen: tuple[int, int] = (40, 75), is_vaccinated: bool = True) -> None:
    """Health plan, three check-ups with blood pressure and weight, and the vaccines of that age.

    ``seen`` is how many days ago the last check-up was, at least and at most: from 40 days on it is never the visit
    after a recent discharge. Who is not vaccinated has had no flu vaccine in this season.
    """
    since_on = _ago(record, years=2, days=record.dice.between(10, 200))
    plan = "Senior plan" if age >= 65 else record.dice.pick(("Employer plan", "Community plan"))
    add_coverage(record, plan, since_on, f"DEMO{record.dice.between(100000, 999999)}")
    weight = record.dice.between(540, 960)
    last_on = _open_day(_ago(record, days=record.dice.between(*seen)))
    for months in (12, 6, 0):
        on = _open_day(add_months(last_on, -months))
        add_visit(record, on, codes.CHECK_UP)
        pressure = (
            (codes.SYSTOLIC, record.dice.between(106, 134)),
            (codes.DIASTOLIC, record.dice.between(66, 88)),
        )
        add_blood_pressure(record, codes.BLOOD_PRESSURE, on, pressure)
        add_result(record, codes.WEIGHT, on, weight + record.dice.between(-15, 15), category="vital-signs")
    if is_vaccinated:
        flu_on = max(last_on, flu_season_on(record.on))
        add_vaccine(record, codes.FLU_65 if age >= 65 else codes.FLU, flu_on)
    add_vaccine(record, codes.TDAP, _ago(record, years=record.dice.between(1, 3), months=2))
    if age >= 50:
        second_on = _ago(record, years=1, months=record.dice.between(1, 8))
        for on in (add_months(second_on, -3), second_on):
            add_vaccine(record, codes.SHINGLES, on)
    if 19 <= age < 60:
        add_vaccine(record, codes.HEPATITIS_B, _ago(record, years=4))
    if age >= 65:
        add_vaccine(record, codes.PNEUMOCOCCAL, _ago(record, years=1, months=record.dice.between(1, 8)))


def has(problem: Coded, *, years: int, medicines: tuple[tuple[Coded, str], ...] = ()) -> Story:
    """Tell of a lasting problem and the medicines that are taken for it now."""

    def tell(record: Record) -> None:
        since_on = _ago(record, years=years, days=record.dice.between(0, 300))
        add_problem(record, problem, since_on, status="active")
        for medicine, directions in medicines:
            on = _ago(record, days=record.dice.between(80, 170))
            add_medicine(record, medicine, on, directions=directions, status="active")

    return tell


def got_over(problem: Coded, *, years: int) -> Story:
    """Tell of a problem that is over."""

    def tell(record: Record) -> None:
        since_on = _ago(record, years=years, days=record.dice.between(0, 100))
        add_problem(record, problem, since_on, status="resolved")

    return tell


def sugar_tested(*, last_months: int, high: bool = False, eyes_seen: bool = True) -> Story:
    """Tell of three HbA1c results four months apart, the last so many months (and some days) ago, and an eye exam."""

    def tell(record: Record) -> None:
        last_on = _ago(record, months=last_months, days=record.dice.between(3, 24))
        for step in (8, 4, 0):
            tenths = record.dice.between(78, 89) if high else record.dice.between(62, 74)
            add_result(record, codes.HBA1C, add_months(last_on, -step), tenths)
        if eyes_seen:
            add_procedure(record, codes.EYE_EXAM, add_months(last_on, -2))

    return tell


def had(procedure: Coded, *, years: int, months: int = 0) -> Story:
    """Tell of a procedure so many years and months (and some days) ago."""

    def tell(record: Record) -> None:
        days = record.dice.between(3, 24)
        add_procedure(record, procedure, _ago(record, years=years, months=months, days=days))

    return tell


def answered_negative(test: Coded, *, months: int) -> Story:
    """Tell of a stool test that found nothing, so many months (and some days) ago."""

    def tell(record: Record) -> None:
        on = _ago(record, months=months, days=record.dice.between(3, 24))
        add_negative(record, test, on, codes.NOT_FOUND)

    return tell


def measured(measure: Coded, *, low: int, high: int) -> Story:
    """Tell of two results of the past months, each between ``low`` and ``high`` tenths of the unit."""

    def tell(record: Record) -> None:
        for months in (7, 2):
            on = _ago(record, months=months, days=record.dice.between(0, 20))
            add_result(record, measure, on, record.dice.between(low, high))

    return tell


def started(medicine: Coded, directions: str, *, days: int) -> Story:
    """Tell of a medicine begun so many days ago and still taken."""

    def tell(record: Record) -> None:
        on = _ago(record, days=days)
        add_medicine(record, medicine, on, directions=directions, status="active")

    return tell


def stopped(medicine: Coded, directions: str, *, months: int) -> Story:
    """Tell of a medicine that was prescribed so many months ago and is no longer taken."""

    def tell(record: Record) -> None:
        on = _ago(record, months=months, days=record.dice.between(0, 20))
        add_medicine(record, medicine, on, directions=directions, status="stopped")

    return tell


def reacts_to(substance: Coded, reaction: str) -> Story:
    """Tell of an allergy to a medicine."""

    def tell(record: Record) -> None:
        add_allergy(record, substance, _ago(record, years=record.dice.between(4, 15)), reaction)

    return tell


def went_home(visit: Coded, reason: Coded, *, days: int, nights: int, seen_after: int = 0) -> Story:
    """Tell of a hospital stay or emergency visit that ended so many days ago at home.

    ``seen_after`` is the number of days (more than 2) until the clinic saw the person again; 0 means
    not yet.
    """

    def tell(record: Record) -> None:
        left_on = _ago(record, days=days)
        add_stay(record, left_on - timedelta(days=nights), left_on, visit, reason)
        text = f"{reason.label}. Went home on {left_on.isoformat()}. Please see again at the clinic soon.\n"
        add_document(record, codes.DISCHARGE_SUMMARY, left_on, text, author=record.directory.hospital)
        if seen_after:
            on = _open_day(left_on + timedelta(days=seen_after))
            add_visit(record, on, codes.FOLLOW_UP)
            add_procedure(record, codes.MEDICINES_REVIEWED, on)

    return tell


def saw_specialist(text: str, *, months: int) -> Story:
    """Tell of a specialist's report that came so many months ago."""

    def tell(record: Record) -> None:
        on = _ago(record, months=months, days=record.dice.between(0, 20))
        add_document(record, codes.CONSULT_NOTE, on, f"{text}\n", author=record.directory.hospital)

    return tell


def vaccinated(vaccine: Coded, *, years: int) -> Story:
    """Tell of a vaccine beyond the usual ones."""

    def tell(record: Record) -> None:
        add_vaccine(record, vaccine, _ago(record, years=years, days=record.dice.between(5, 60)))

    return tell


# What ends each need, told of the day before: the same rules then find nothing more to do.


def mend_hba1c(record: Record) -> None:
    """Record the missing HbA1c."""
    add_result(record, codes.HBA1C, _ago(record, days=1), record.dice.between(64, 78))


def mend_colorectal(record: Record) -> None:
    """Record a stool blood test that found nothing."""
    add_negative(record, codes.STOOL_BLOOD_TEST, _ago(record, days=1), codes.NOT_FOUND)


def mend_discharge(record: Record) -> None:
    """Record the visit after the discharge."""
    on = _ago(record, days=1)
    add_visit(record, on, codes.FOLLOW_UP)
    add_procedure(record, codes.MEDICINES_REVIEWED, on)
