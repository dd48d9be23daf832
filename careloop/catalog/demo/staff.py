"""The twelve who work at the demo clinic, how some of them work, and the tasks they have already promised to do."""

from dataclasses import dataclass
from datetime import time

from careloop.catalog.demo.cast import COMPLEX, OFFICE, PRIMARY
from careloop.facts.access import Role

# When the teams work: Monday to Friday.
WORKDAYS, OPENS, CLOSES = range(1, 6), time(8), time(17)


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """A member of staff. ``language`` is a BCP 47 code, ``team`` one of the clinic's teams."""

    key: str
    name: str
    role: Role
    email: str
    language: str
    team: str


@dataclass(frozen=True, slots=True)
class DemoTask:
    """A task made by hand: for which patient, by whom, what, in how many days from the clinic's day."""

    patient: str
    staff: str
    title: str
    due_in_days: int
    note: str


def _staff(key: str, name: str, role: Role, team: str, *, language: str = "en") -> DemoStaff:
    return DemoStaff(key, name, role, f"{key}@demo.example", language, team)


STAFF = (
    _staff("dana", "Dana Okafor", Role.COORDINATOR, COMPLEX),
    _staff("lee", "Lee Moreau", Role.COORDINATOR, PRIMARY),
    _staff("marisol", "Marisol Vega", Role.SUPERVISOR, COMPLEX, language="es"),
    _staff("asha", "Dr. Asha Patel", Role.CLINICIAN, PRIMARY),
    _staff("ben", "Dr. Ben Castillo", Role.CLINICIAN, PRIMARY, language="es"),
    _staff("mei", "Mei Tanaka", Role.COORDINATOR, PRIMARY),
    _staff("bea", "Beatriz Robledo", Role.COORDINATOR, COMPLEX, language="es"),
    _staff("idris", "Idris Kamara", Role.COORDINATOR, COMPLEX),
    _staff("tomas", "Tomás Reyes", Role.FRONT_DESK, OFFICE, language="es"),
    _staff("ingrid", "Ingrid Holm", Role.BILLING, OFFICE),
    _staff("samuel", "Samuel Adeyemi", Role.AUDITOR, OFFICE),
    _staff("noor", "Noor Aziz", Role.ADMINISTRATOR, OFFICE),
)


@dataclass(frozen=True, slots=True)
class DemoWork:
    """How one of the staff works: minutes on each working day, languages as tags, and what they know best."""

    staff: str
    minutes: int
    languages: tuple[str, ...]
    specialties: tuple[str, ...]


# Two who come in for half days and carry nobody of their own: they stand in for others.
LEADS = "marisol"
WORK = (
    DemoWork("bea", 240, ("en", "es"), ("Home after the hospital",)),
    DemoWork("idris", 240, ("en", "ar", "fr"), ("Diabetes", "Rides")),
)
COORDINATOR_OF = {COMPLEX: "dana", PRIMARY: "lee"}
CLINICIAN = "asha"
SECOND_CLINICIAN, THIRD_COORDINATOR = "ben", "mei"

TASKS = (
    DemoTask("rosa-alvarez", "dana", "Book a ride to the heart clinic", 0, "Her son cannot drive on Mondays."),
    DemoTask("minh-tran", "lee", "Send the letter about the co-pay again", 1, "In Vietnamese, please."),
    DemoTask("walter-brandt", "lee", "Collect the therapy notes for his MRI", 2, "Three visits, two offices."),
    DemoTask("james-okoye", "dana", "Ask which pharmacy still has his heart pills", 3, "Mornings are best."),
    DemoTask("grace-lindqvist", "dana", "Get the report of the skin clinic", 5, "Two faxes sent, no answer."),
    DemoTask("priya-raman", "lee", "Explain the last bill", 1, "She asked by telephone: why is it so much?"),
    DemoTask("diego-hernandez", "lee", "Send the asthma plan to his school", 7, "The nurse there asked for it."),
    DemoTask("ruth-abramova", "dana", "Ask the granddaughter about help at home", 4, "Speaks Russian at home."),
)
