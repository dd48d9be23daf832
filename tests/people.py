"""A small clinic for tests, made through the doors: two teams, staff of every role, patients."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from careloop.actions.intake.fhir import Arriving, take_in_fhir
from careloop.actions.people import assign_caseload, hire, make_team
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.receipts import Receipt
from careloop.formats.fhir.read import read_document
from careloop.reads.health import find_patients_of_source

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PASSWORD = "a long quiet river 42"


@dataclass(frozen=True, slots=True)
class House:
    """Teams and people of the test clinic. ``person`` and ``acting`` go by a short key such as "dana"."""

    north: int
    south: int
    people: dict[str, tuple[UUID, Role]]

    def acting(self, key: str, *, at: datetime = NOW, purpose: Purpose = Purpose.TREATMENT) -> Acting:
        """Return who acts."""
        person, role = self.people[key]
        return Acting(person, role, at, purpose)

    def id_of(self, key: str) -> UUID:
        """Return the person's key."""
        return self.people[key][0]


def system(purpose: Purpose = Purpose.OPERATE, at: datetime = NOW) -> Acting:
    """Return the system, for a purpose of its own."""
    return Acting(SYSTEM_ID, Role.SYSTEM, at, purpose)


STAFF = (
    ("dana", Role.COORDINATOR, "north"),
    ("lee", Role.COORDINATOR, "north"),
    ("sol", Role.SUPERVISOR, "north"),
    ("asha", Role.CLINICIAN, "north"),
    ("tom", Role.FRONT_DESK, "north"),
    ("ines", Role.BILLING, "north"),
    ("saul", Role.AUDITOR, "north"),
    ("noor", Role.ADMINISTRATOR, "north"),
    ("kim", Role.COORDINATOR, "south"),
    ("ruth", Role.SUPERVISOR, "south"),
)


def build_house() -> House:
    """Make two teams and their people."""
    units = {name: make_team(system(), name=name) for name in ("north", "south")}
    people = {}
    for key, role, team in STAFF:
        made = hire(
            system(), name=key.title(), email=f"{key}@clinic.example", role=role, password=PASSWORD,
            unit_ids=[units[team]],
        )  # fmt: skip
        people[key] = (made, role)
    return House(units["north"], units["south"], people)


def take_in(
    raw: bytes, unit_id: int, *, name: str = "one.json", at: datetime = NOW, source: str = "fhir", **options: bool
) -> Receipt:
    """Take one JSON document in through the intake door."""
    package = read_document(raw, is_ndjson=False, on=at.date())
    return take_in_fhir(
        system(Purpose.INTAKE, at), package, Arriving(name=name, unit_id=unit_id, source=source, **options)
    )


def find_patient(fhir_id: str, at: datetime = NOW, source: str = "fhir") -> UUID:
    """Return the key of a patient who was taken in."""
    return find_patients_of_source(system(at=at), source=source)[fhir_id]


def give_to(house: House, coordinator: str, patient_id: UUID, *, by: str = "sol", at: datetime = NOW) -> None:
    """Make a coordinator the primary one of a patient."""
    assign_caseload(house.acting(by, at=at), [patient_id], to_person=house.id_of(coordinator))


def later(**span: float) -> datetime:
    """Return a moment after NOW."""
    return NOW + timedelta(**span)
