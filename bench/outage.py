"""A doctor with forty visits is out: how long the preview takes when it is seen for the first time."""

import statistics
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from uuid import UUID

from bench.common import Figures, own_server, read_machine

AT_MOST_SECONDS = 2.0
PATIENTS = {"full": 40, "small": 10}
AGAIN = 9
PASSWORD = "a long quiet river 42"  # noqa: S105 - of a database that is gone a minute later
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MONDAY = datetime.fromisoformat("2026-11-23 08:00")
ZONE = "America/New_York"


def main(*, scale: str, keep: Path | None) -> int:
    """Book a doctor's Monday and the Tuesday after it, say the doctor is out, and time the preview."""
    figures = Figures("outage")
    figures.tell("machine", **read_machine())
    with own_server(keep):
        _measure(figures, PATIENTS[scale])
    return figures.exit_code()


def _measure(figures: Figures, count: int) -> None:
    from careloop.facts.access import Acting, Purpose, Role
    from careloop.facts.outages import OutAsk
    from careloop.reads.outages import get_outage_page

    person, doctor = _fill(count)
    acting = Acting(person, Role.COORDINATOR, NOW, Purpose.TREATMENT)
    ask = OutAsk(doctor, date(2026, 11, 23), date(2026, 11, 23))
    took, busy = [], []
    for _ in range(1 + AGAIN):
        began, ticked = time.perf_counter(), time.process_time()
        page = get_outage_page(acting, ask=ask)
        took.append(time.perf_counter() - began)
        busy.append(time.process_time() - ticked)
    figures.judge("visits that find no time", count - page.ready, at_most=0)
    figures.judge(
        "preview first seen, s", took[0], at_most=AT_MOST_SECONDS, processor=round(busy[0], 3),
        median_again=round(statistics.median(took[1:]), 3), visits=count,
    )  # fmt: skip


def _fill(count: int) -> tuple[UUID, UUID]:
    """Make a team, a coordinator, doctors of one place and full days of one; return who acts and who is out."""
    from careloop.actions.calendars import add_visit_type, set_hours
    from careloop.actions.directory import add_entry
    from careloop.actions.people import hire, make_team
    from careloop.actions.registration import register_patient
    from careloop.actions.scheduling import book_visit, hold_visit
    from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
    from careloop.facts.chart import Sex
    from careloop.facts.directory import EntryDraft, EntryKind
    from careloop.facts.intake import PatientColumns
    from careloop.facts.scheduling import VisitAsk, VisitTypeDraft, WeeklyHours

    system = Acting(SYSTEM_ID, Role.SYSTEM, NOW, Purpose.OPERATE)
    team = make_team(system, name="bench")
    people = {
        role: hire(
            system, name=role, email=f"{role}@clinic.example", role=role, password=PASSWORD,
            unit_ids=[team],
        )
        for role in (Role.SUPERVISOR, Role.COORDINATOR)
    }  # fmt: skip
    keeper = Acting(people[Role.SUPERVISOR], Role.SUPERVISOR, NOW, Purpose.TREATMENT)
    who = Acting(people[Role.COORDINATOR], Role.COORDINATOR, NOW, Purpose.TREATMENT)
    site = add_entry(keeper, EntryDraft(EntryKind.SITE, "Harbor", zone=ZONE))
    doctors = [
        add_entry(keeper, EntryDraft(EntryKind.PRACTITIONER, name, zone=ZONE, site_id=site))
        for name in ("Dr. One", "Dr. Two", "Dr. Three")
    ]
    for doctor in doctors:
        hours = [WeeklyHours(day, hour(8), hour(18)) for day in range(1, 6)]
        set_hours(keeper, entry_id=doctor, hours=hours)
    kind = add_visit_type(keeper, VisitTypeDraft("Visit", 15, people=tuple(doctors)))
    for number in range(2 * count):
        name = f"Person{number:03}"
        columns = PatientColumns(
            family=name, given=f"G{number:03}", preferred_name="", full_name=f"G{number:03} {name}",
            birth_on=date(1950, 1, 1) + timedelta(days=97 * number), birth_text="", sex=Sex.UNKNOWN, died_at=None,
            is_dead=False, languages=("en",), needs_interpreter=False, address_lines=(), city="", state="",
            postal_code="", country="", identifiers=(), contacts=(),
        )  # fmt: skip
        patient = register_patient(who, unit_id=team, columns=columns)
        day, slot = divmod(number, count)
        wall = MONDAY + timedelta(days=day, minutes=15 * slot)
        held = hold_visit(who, patient, VisitAsk(kind, wall, (doctors[0],)), key=name)
        book_visit(who, held.booking_id, token=held.token)
    return people[Role.COORDINATOR], doctors[0]
