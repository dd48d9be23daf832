"""Patients filled by hand: one of whom much is known, one of whom nothing is, one who has died."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from careloop.facts.access import Purpose, Role
from careloop.facts.chart import FactKind, Sex
from careloop.facts.pages import (
    Alert,
    Banner,
    Contact,
    FactLine,
    FactSection,
    Identifier,
    LookLine,
    PatientHit,
    PatientPage,
)
from careloop.facts.worklist import Tone
from tests.web.gallery import values
from tests.web.gallery.values import AT, CLOSED, MORE_ROWS, PEOPLE, ROSA, TEAMS, ZONE, text


def make_fact(number: int, label: str, **changes: object) -> FactLine:
    """Return one line of the record."""
    made = FactLine(
        resource_id=UUID(int=9000 + number),
        label=label,
        codes=("sct|44054006",),
        status="active",
        on=date(2024, 3, 5),
        until=None,
        value=None,
        value_text="",
        unit="",
        said_by="Condition, Elm Clinic, imported Thu 19 Nov",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def patient_full() -> PatientPage:
    """Return a patient of whom much is known."""
    return PatientPage(
        at=AT,
        zone=ZONE,
        banner=Banner(
            patient_id=ROSA,
            name=values.LONG_NAME,
            preferred_name="Doña Rosa",
            birth_on=date(1958, 3, 14),
            age=68,
            died_on=None,
            is_dead=False,
            sex=Sex.FEMALE,
            identifiers=(
                Identifier("MRN", "00 418 227", "https://elm.example/mrn"),
                Identifier("Medicare", "1EG4-TE5-MK72", "http://hl7.org/fhir/sid/us-mbi"),
            ),
            languages=("es", "en"),
            needs_interpreter=True,
            contacts=(
                Contact("phone", "home", "(555) 010-0142"),
                Contact("email", "work", "rosa@example.org"),
            ),
            address="123 Elm Street Apartment 4, Springfield, MA 01103",
            zone=ZONE,
            unit_name="Elm Street team",
            coordinator_name="Dana Okafor",
            alerts=(
                Alert(Tone.LATE, text("Allergy: penicillin (hives)")),
                Alert(Tone.SOON, text("Blood thinner since 17 Nov")),
                Alert(Tone.INFO, text("Interpreter needed")),
            ),
        ),
        open_loops=(values.ROWS[0], values.ROWS[1], MORE_ROWS[0]),
        closed_loops=(CLOSED,),
        sections=(
            FactSection(
                FactKind.PROBLEM,
                2,
                (
                    make_fact(1, "Heart failure"),
                    make_fact(2, "Type 2 diabetes mellitus", status="resolved", until=date(2025, 1, 2)),
                ),
            ),
            FactSection(
                FactKind.RESULT,
                34,
                (
                    make_fact(
                        3,
                        "Hemoglobin A1c/Hemoglobin.total in Blood",
                        value=Decimal("9.10"),
                        unit="%",
                        status="final",
                    ),
                    make_fact(4, "Tobacco smoking status", value_text="Never smoked tobacco", status="final"),
                ),
            ),
            FactSection(FactKind.ALLERGY, 0, ()),
        ),
        not_checked=(
            text("Kidney function: no test in the last 12 months."),
            text("2 medicines have no code that we know."),
        ),
        care_team=(("Dr. Anita Patel", Role.CLINICIAN), ("Lee Martin", Role.COORDINATOR)),
        who_looked=(
            LookLine(AT, "Dana Okafor", Role.COORDINATOR, "Patient page", Purpose.TREATMENT, "allowed"),
            LookLine(AT - timedelta(days=400), "Sam Ortiz", Role.FRONT_DESK, "Find", Purpose.OPERATIONS, "refused"),
        ),
        may_see_chart=True,
        may_act=True,
        people=PEOPLE,
        teams=TEAMS,
    )


def patient_new() -> PatientPage:
    """Return a patient of whom nothing but a name in Arabic is known, seen by the front desk."""
    full = patient_full()
    banner = replace(
        full.banner,
        name="فاطمة الزهراء بنت محمد العلوي",
        preferred_name="",
        birth_on=None,
        age=None,
        sex=Sex.UNKNOWN,
        identifiers=(),
        languages=(),
        needs_interpreter=False,
        contacts=(),
        address="",
        alerts=(),
        coordinator_name="",
    )
    return replace(
        full,
        banner=banner,
        open_loops=(),
        closed_loops=(),
        sections=(),
        not_checked=(),
        care_team=(),
        who_looked=(),
        may_see_chart=False,
        may_act=False,
    )


def patient_dead() -> PatientPage:
    """Return a patient who has died."""
    full = patient_full()
    return replace(
        full,
        banner=replace(
            full.banner,
            died_on=date(2026, 11, 1),
            is_dead=True,
            alerts=(Alert(Tone.BLOCK, text("This person has died.")),),
        ),
        open_loops=(),
        may_act=False,
    )


HITS = (
    PatientHit(ROSA, "Rosa Alvarez", date(1958, 3, 14), Sex.FEMALE, "227", "Springfield", True),
    PatientHit(UUID(int=101), values.LONG_NAME, date(1958, 3, 14), Sex.OTHER, "801", "", False),
)
