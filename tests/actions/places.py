"""A small directory with calendars: two cardiologists, two rooms, an echo device, an interpreter, kinds of visits."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.directory import add_entry
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import Preparation, VisitAsk, VisitTypeDraft, WeeklyHours
from tests.people import House

wall = datetime.fromisoformat
ZONE = "America/New_York"
# A Monday with nothing else on it; tests act on the Friday before.
MONDAY = wall("2026-11-23 00:00")


@dataclass(frozen=True, slots=True)
class Places:
    """Keys of what can be booked and of kinds of visits."""

    site: UUID
    rivera: UUID
    chen: UUID
    room_a: UUID
    room_b: UUID
    echo: UUID
    linh: UUID
    talk: UUID
    scan: UUID
    class_: UUID

    def talk_at(self, hour: int, minute: int = 0, *, who: UUID | None = None) -> VisitAsk:
        """Return what asks for half an hour with a cardiologist, Dr. Rivera unless another is named."""
        return VisitAsk(self.talk, MONDAY.replace(hour=hour, minute=minute), (who or self.rivera,))

    def scan_at(self, hour: int, minute: int = 0, *, who: UUID | None = None) -> VisitAsk:
        """Return what asks for an hour that needs a room and the device as well."""
        return VisitAsk(self.scan, MONDAY.replace(hour=hour, minute=minute), (who or self.rivera,))


def make_places(house: House) -> Places:
    """Make them through the doors."""
    sol = house.acting("sol")

    def entry(kind: EntryKind, name: str, **more: object) -> UUID:
        return add_entry(sol, EntryDraft(kind, name, **{"zone": ZONE, **more}))  # type: ignore[arg-type]

    site = entry(EntryKind.SITE, "Harbor Heart", address="1 Pier Road")
    found = {
        "rivera": entry(EntryKind.PRACTITIONER, "Dr. Ana Rivera", site_id=site, specialties=("Cardiology",)),
        "chen": entry(EntryKind.PRACTITIONER, "Dr. Wei Chen", site_id=site, specialties=("Cardiology",)),
        "room_a": entry(EntryKind.ROOM, "Room A", site_id=site, sort="exam"),
        "room_b": entry(EntryKind.ROOM, "Room B", site_id=site, sort="exam"),
        "echo": entry(EntryKind.DEVICE, "Echo 1", site_id=site, sort="echo"),
        "linh": entry(EntryKind.INTERPRETER, "Linh Tran", languages=("vi",)),
    }
    week = [WeeklyHours(day, time(9), time(17)) for day in range(1, 6)]
    for key in found.values():
        set_hours(sol, entry_id=key, hours=week)
    talk = add_visit_type(sol, VisitTypeDraft("Cardiology visit", 30, gap_after=10))
    scan = add_visit_type(
        sol,
        VisitTypeDraft(
            "Echocardiogram", 60, preparation=Preparation.MEDICINE_LIST, room_sort="exam", device_sort="echo"
        ),
    )
    class_ = add_visit_type(sol, VisitTypeDraft("Heart class", 60, room_sort="exam", seats=2))
    return Places(site, **found, talk=talk, scan=scan, class_=class_)
