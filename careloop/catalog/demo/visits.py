"""The calendars and visits of the demo clinic: who and what can be booked, kinds of visits, and how visits went.

Days are counted in days from the clinic's day; a visit takes the first time that fits from its day on.
"""

from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from uuid import UUID

from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import CancelledBy, CancelReason, Preparation, VisitTypeDraft
from careloop.facts.visits import Barrier, PartOfDay

PLACE, ADDRESS = "Juniper Wells Clinic", "200 Mesquite Road"
HEART_PLACE, HEART_ADDRESS = "Mesquite Valley Heart", "14 Palo Rojo Street"
EVERY_LANGUAGE = ("es", "vi", "zh", "ar", "ru", "so", "ht", "ja")


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """Somebody or something that can be booked, Monday to Friday, with the hours of a day."""

    key: str
    kind: EntryKind
    name: str
    place: str = PLACE
    sort: str = ""
    languages: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    opens: time = time(8)
    closes: time = time(16, 30)


@dataclass(frozen=True, slots=True)
class DemoKind:
    """A kind of visit, with the keys of whom it is with."""

    key: str
    draft: VisitTypeDraft
    people: tuple[str, ...] = ()

    def with_people(self, people: tuple[UUID, ...]) -> VisitTypeDraft:
        """Return what the kind is, with whom it is."""
        return replace(self.draft, people=people)


class Went(StrEnum):
    """How a visit went, or how it stands."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CAME = "came"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """A visit of a patient, so many days from the clinic's day."""

    patient: str
    kind: str
    days: int
    went: Went
    part: PartOfDay | None = None
    note: str = ""
    barrier: Barrier = Barrier.NOT_ASKED
    by: CancelledBy = CancelledBy.PATIENT
    reason: CancelReason = CancelReason.RIDE


ENTRIES = (
    DemoEntry("patel", EntryKind.PRACTITIONER, "Dr. Asha Patel"),
    DemoEntry("castillo", EntryKind.PRACTITIONER, "Dr. Ben Castillo", closes=time(15)),
    DemoEntry("quinn", EntryKind.PRACTITIONER, "Nurse Orla Quinn"),
    DemoEntry(
        "whitehorse",
        EntryKind.PRACTITIONER,
        "Dr. Mara Whitehorse",
        place=HEART_PLACE,
        specialties=("Cardiology",),
        opens=time(9),
    ),
    DemoEntry("exam-1", EntryKind.ROOM, "Exam room 1", sort="exam"),
    DemoEntry("exam-2", EntryKind.ROOM, "Exam room 2", sort="exam"),
    DemoEntry("lab", EntryKind.ROOM, "Blood test chair", sort="lab", opens=time(7, 30), closes=time(12)),
    DemoEntry("heart-room", EntryKind.ROOM, "Heart room", place=HEART_PLACE, sort="exam"),
    DemoEntry("ultrasound", EntryKind.DEVICE, "Ultrasound", place=HEART_PLACE, sort="ultrasound"),
    DemoEntry("line-1", EntryKind.INTERPRETER, "Interpreter line 1", place="", languages=EVERY_LANGUAGE),
    DemoEntry("line-2", EntryKind.INTERPRETER, "Interpreter line 2", place="", languages=EVERY_LANGUAGE),
)
DOCTORS = ("patel", "castillo")
KINDS = (
    DemoKind(
        "check-up", VisitTypeDraft("Check-up", 30, preparation=Preparation.MEDICINE_LIST, room_sort="exam"), DOCTORS
    ),
    DemoKind("after-hospital", VisitTypeDraft("After the hospital", 40, gap_after=5, room_sort="exam"), DOCTORS),
    DemoKind("nurse", VisitTypeDraft("Nurse visit", 20), ("quinn",)),
    DemoKind(
        "blood",
        VisitTypeDraft(
            "Blood test", 15, preparation=Preparation.FASTING, needs_fasting=True, needs_practitioner=False,
            room_sort="lab",
        ),
    ),
    DemoKind(
        "heart",
        VisitTypeDraft("Heart clinic", 40, preparation=Preparation.RECORDS, room_sort="exam"),
        ("whitehorse",),
    ),
    DemoKind(
        "heart-scan",
        VisitTypeDraft("Ultrasound of the heart", 45, gap_after=15, room_sort="exam", device_sort="ultrasound"),
        ("whitehorse",),
    ),
)  # fmt: skip

EARLY, LATER = PartOfDay.MORNING, PartOfDay.AFTERNOON
VISITS = (
    # The last week.
    DemoVisit("walter-brandt", "check-up", -7, Went.DONE, note="Seen, blood pressure 132/78."),
    DemoVisit("ada-whitfield", "nurse", -7, Went.DONE, note="Inhaler shown and tried."),
    DemoVisit("james-okoye", "heart", -6, Went.MISSED, EARLY, "The bus did not come.", Barrier.RIDE),
    DemoVisit("priya-raman", "blood", -6, Went.DONE, EARLY, "Taken."),
    DemoVisit("kenji-mori", "check-up", -4, Went.DONE, LATER, "Seen with an interpreter."),
    DemoVisit("olga-petrova", "blood", -4, Went.MISSED, EARLY, barrier=Barrier.FORGOT),
    DemoVisit("elena-morales", "nurse", -3, Went.CANCELLED, note="Her car is at the garage."),
    DemoVisit("tanisha-brooks", "check-up", -3, Went.DONE, EARLY, "Seen."),
    DemoVisit("robert-blackwood", "check-up", -2, Went.DONE, EARLY, "Seen, wound dry."),
    DemoVisit("linh-nguyen", "check-up", -1, Went.DONE, EARLY, "Seen with an interpreter."),
    DemoVisit("yusuf-haddad", "heart", -1, Went.DONE, LATER, "Seen, letter follows."),
    # The clinic's day.
    DemoVisit("grace-lindqvist", "check-up", 0, Went.CAME, EARLY),
    DemoVisit("fatima-haddad", "check-up", 0, Went.CONFIRMED, EARLY),
    DemoVisit("priya-raman", "blood", 0, Went.CAME, EARLY),
    DemoVisit("ruth-abramova", "nurse", 0, Went.CONFIRMED, EARLY),
    DemoVisit("minh-tran", "check-up", 0, Went.CONFIRMED, EARLY),
    DemoVisit("walter-brandt", "blood", 0, Went.BOOKED, EARLY),
    DemoVisit("ada-whitfield", "check-up", 0, Went.BOOKED, EARLY),
    DemoVisit("rosa-alvarez", "after-hospital", 0, Went.CONFIRMED, LATER),
    DemoVisit("james-okoye", "heart", 0, Went.BOOKED, LATER),
    DemoVisit("elena-morales", "nurse", 0, Went.BOOKED, LATER),
    DemoVisit("yusuf-haddad", "heart-scan", 0, Went.CONFIRMED, LATER),
    DemoVisit("robert-blackwood", "nurse", 0, Went.CONFIRMED, LATER),
    DemoVisit("tanisha-brooks", "check-up", 0, Went.BOOKED, LATER),
    # Ahead.
    DemoVisit("olga-petrova", "blood", 3, Went.BOOKED, EARLY),
    DemoVisit("kenji-mori", "nurse", 3, Went.BOOKED),
    DemoVisit("linh-nguyen", "check-up", 3, Went.CONFIRMED, EARLY),
    DemoVisit("grace-lindqvist", "heart", 3, Went.BOOKED, LATER),
    DemoVisit("minh-tran", "blood", 4, Went.BOOKED, EARLY),
    DemoVisit("fatima-haddad", "nurse", 4, Went.BOOKED, LATER),
    DemoVisit("rosa-alvarez", "heart-scan", 4, Went.BOOKED, EARLY),
    DemoVisit("ruth-abramova", "check-up", 5, Went.CANCELLED, EARLY, "Her daughter cannot drive her."),
    DemoVisit("walter-brandt", "check-up", 5, Went.BOOKED, LATER),
    DemoVisit("priya-raman", "check-up", 7, Went.BOOKED, EARLY),
    DemoVisit("james-okoye", "blood", 10, Went.BOOKED, EARLY),
    DemoVisit("ada-whitfield", "nurse", 10, Went.BOOKED, LATER),
    DemoVisit("tanisha-brooks", "heart", 11, Went.BOOKED, EARLY),
    DemoVisit(
        "elena-morales", "check-up", 12, Went.CANCELLED, by=CancelledBy.CLINIC, reason=CancelReason.PROVIDER_AWAY
    ),
    DemoVisit("robert-blackwood", "check-up", 13, Went.BOOKED, LATER),
    DemoVisit("yusuf-haddad", "check-up", 14, Went.BOOKED, EARLY),
)
