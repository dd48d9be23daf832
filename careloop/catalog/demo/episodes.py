"""More that can happen to invented people: high pressure, results that need somebody, referrals, plans and goals."""

from datetime import date, timedelta

from careloop.basics.days import add_years
from careloop.catalog.demo import codes
from careloop.catalog.demo.codes import Coded
from careloop.catalog.demo.fhir import (
    Record,
    Resource,
    add_blood_pressure,
    add_medicine,
    add_negative,
    add_procedure,
    add_result,
    add_visit,
    concept,
    moment,
    to,
)
from careloop.catalog.demo.stories import Story


def weekday_back(record: Record, days: int) -> date:
    """Return the day so many days ago, or the Friday before it: the clinic is closed at the weekend."""
    on = record.on - timedelta(days=days)
    return on - timedelta(days=max(0, on.weekday() - 4))


def working_days_back(on: date, days: int) -> date:
    """Return the day so many working days ago: what was done about it was done on those."""
    while days:
        on -= timedelta(days=1)
        days -= on.weekday() < 5
    return on


def pressure_of(upper: int, lower: int, *, days: int) -> Story:
    """Tell of a visit so many days ago with this blood pressure in mm[Hg]."""

    def tell(record: Record) -> None:
        on = weekday_back(record, days)
        add_visit(record, on, codes.FOLLOW_UP)
        add_blood_pressure(record, codes.BLOOD_PRESSURE, on, ((codes.SYSTOLIC, upper), (codes.DIASTOLIC, lower)))

    return tell


def result_of(measure: Coded, tenths: int, *, days: int) -> Story:
    """Tell of a value in tenths of the measure's unit, so many days ago; of less than five, working days."""

    def tell(record: Record) -> None:
        on = working_days_back(record.on, days) if days < 5 else record.on - timedelta(days=days)
        add_result(record, measure, on, tenths)

    return tell


def found_positive(test: Coded, *, days: int) -> Story:
    """Tell of a test that found something, so many days ago."""

    def tell(record: Record) -> None:
        add_negative(record, test, weekday_back(record, days), codes.FOUND)

    return tell


def done(procedure: Coded, *, years: int = 0, days: int = 0) -> Story:
    """Tell of a procedure that was done so long ago."""

    def tell(record: Record) -> None:
        add_procedure(record, procedure, add_years(record.on, -years) - timedelta(days=days))

    return tell


def takes(medicine: Coded, directions: str, *, days: int) -> Story:
    """Tell of a medicine that is taken since so many days."""

    def tell(record: Record) -> None:
        add_medicine(record, medicine, weekday_back(record, days), directions=directions, status="active")

    return tell


def referred(reason: str, *, days: int) -> Story:
    """Tell of a referral that was sent so many days ago and never answered."""

    def tell(record: Record) -> None:
        body: Resource = {
            "status": "active",
            "intent": "order",
            "code": {**concept(codes.REFERRAL), "text": reason},
            "subject": record.patient,
            "authoredOn": moment(weekday_back(record, days), 11, 15),
            "requester": to(record.directory.clinician),
        }
        record.add("ServiceRequest", body)

    return tell


def missed_visit(*, days: int) -> Story:
    """Tell of a visit so many days ago to which nobody came."""

    def tell(record: Record) -> None:
        on = weekday_back(record, days)
        body: Resource = {
            "status": "noshow",
            "start": moment(on, 10),
            "end": moment(on, 10, 30),
            "participant": [
                {"actor": record.patient, "status": "accepted"},
                {"actor": to(record.directory.clinician), "status": "accepted"},
            ],
        }
        record.add("Appointment", body)

    return tell


def aims(goal: str, *, steps: tuple[str, ...], days: int) -> Story:
    """Tell of a goal in the person's own words and the plan made for it so many days ago."""

    def tell(record: Record) -> None:
        on = weekday_back(record, days).isoformat()
        aim = record.add(
            "Goal",
            {
                "lifecycleStatus": "active",
                "description": {"text": goal},
                "subject": record.patient,
                "startDate": on,
            },
        )
        plan: Resource = {
            "status": "active",
            "intent": "plan",
            "title": "Care plan",
            "subject": record.patient,
            "period": {"start": on},
            "goal": [to(aim)],
            "activity": [{"detail": {"status": "in-progress", "description": step}} for step in steps],
        }
        record.add("CarePlan", plan)

    return tell
