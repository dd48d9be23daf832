"""Who and what can be booked in the demo clinic for a heart work-up, and for whom one is planned. All are invented."""

from dataclasses import dataclass
from datetime import time

from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import Preparation, VisitTypeDraft, WeeklyHours


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """Somebody or something with hours; ``specialty`` of a practitioner, ``sort`` of a room or device,
    ``languages`` (BCP 47) of an interpreter.
    """

    name: str
    kind: EntryKind
    days: tuple[int, ...]
    opens: time
    closes: time
    specialty: str = ""
    sort: str = ""
    languages: tuple[str, ...] = ()

    def hours(self) -> list[WeeklyHours]:
        """Return its week."""
        return [WeeklyHours(day, self.opens, self.closes) for day in self.days]


SITE = "Juniper Wells Heart Center"
ENTRIES = (
    DemoEntry("Dr. Amara Nwosu", EntryKind.PRACTITIONER, (1, 2, 4), time(9), time(16), specialty="cardiology"),
    DemoEntry("Dr. Pavel Hruby", EntryKind.PRACTITIONER, (2, 3, 5), time(8), time(14), specialty="cardiology"),
    DemoEntry("Dr. Leila Karimi", EntryKind.PRACTITIONER, (1, 3, 4), time(8), time(15), specialty="radiology"),
    DemoEntry("Blood room 1", EntryKind.ROOM, (1, 2, 3, 4, 5), time(7), time(12), sort="laboratory"),
    DemoEntry("Scanner 1", EntryKind.DEVICE, (1, 2, 3, 4, 5), time(8), time(17), sort="ct scanner"),
    DemoEntry("Ultrasound 1", EntryKind.DEVICE, (1, 2, 3, 4, 5), time(8), time(17), sort="ultrasound"),
    DemoEntry(
        "Interpreters by telephone", EntryKind.INTERPRETER, (1, 2, 3, 4, 5), time(7), time(18),
        languages=("es", "vi", "ar", "zh", "yue", "cmn", "ru", "so", "ht", "tl", "ko", "pt", "fr", "ase"),
    ),
)  # fmt: skip
KINDS = (
    VisitTypeDraft("Heart tracing", 20),
    VisitTypeDraft("Heart doctor", 40, gap_after=5, preparation=Preparation.MEDICINE_LIST),
    VisitTypeDraft("Heart ultrasound", 45, device_sort="ultrasound"),
    VisitTypeDraft("Kidney blood test", 15, needs_practitioner=False, room_sort="laboratory"),
    VisitTypeDraft(
        "Heart scan with contrast", 45, preparation=Preparation.FASTING, needs_fasting=True, device_sort="ct scanner"
    ),
    VisitTypeDraft("Talk about the results", 30),
)

# Whose coordinator planned the work-up, for the first of their patients.
PLANNED_BY = "dana"
TEMPLATE = "cardiac_workup"
