"""Fills the demo: people, records and caseloads, and for the whole clinic its last days, through the usual doors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.actions.amendments import ask_amendment
from careloop.actions.demo import mark_demo, mark_demo_ready
from careloop.actions.intake.fhir import Arriving, take_in_fhir
from careloop.actions.matching import say_same
from careloop.actions.people import assign_caseload, cover_caseload, hire, join_care_team, make_team
from careloop.actions.safety import ask_clinician, override_finding
from careloop.actions.signing import sign_check
from careloop.actions.worklist import (
    dismiss_loop,
    finish_loop,
    hand_off_loop,
    log_contact,
    open_task,
    snooze_loop,
    start_loop,
)
from careloop.basics.clock import read_clock
from careloop.catalog.demo.arrivals import split_by_day
from careloop.catalog.demo.clinic import DemoClinic, DemoPatient
from careloop.catalog.demo.deeds import DAYS_BACK, DEEDS, Deed, Verb
from careloop.catalog.demo.groups import OPENED_BY
from careloop.catalog.demo.messages import CALLED_BY
from careloop.catalog.demo.plans import PLANNED_BY
from careloop.catalog.demo.preparation import NOTED_BACK
from careloop.catalog.demo.staff import LEADS
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.matching import SAME_PERSON
from careloop.facts.safety import Seen
from careloop.facts.signing import Signature
from careloop.formats.fhir.read import read_document
from careloop.jobs.demo_circle import NUMBERS_BY, fill_circle
from careloop.jobs.demo_directory import fill_demo_directory
from careloop.jobs.demo_elsewhere import keep_elsewhere
from careloop.jobs.demo_groups import fill_groups, open_groups
from careloop.jobs.demo_hours import open_teams, say_half_days
from careloop.jobs.demo_messages import deliver_day, fill_messages
from careloop.jobs.demo_plans import fill_itinerary, fill_places
from careloop.jobs.demo_waitlist import fill_waitlist
from careloop.jobs.filling_visits import VisitBook, begin_day, book_visits, end_visits, open_calendars
from careloop.jobs.preparing import prepare_visits
from careloop.jobs.referring import refer_on_day
from careloop.jobs.worker import do_due_work
from careloop.reads.demo import find_open_loops
from careloop.reads.health import find_patients_of_source, list_staff
from careloop.reads.safety import get_safety_page

MORNING, OPENS, MIDDAY, AFTERNOON, CLOSES = time(6), time(9), time(13), time(15), time(17)
BETWEEN = timedelta(minutes=9)
# What does the night's work, and what is told of how far it is: so many parts of so many.
Work = Callable[[Callable[[], datetime]], object]
Tell = Callable[[int, int], object]


def tell_nobody(_done: int, _whole: int) -> None:
    """Say nothing of how far it is."""


def operator(at: datetime | None = None, purpose: Purpose = Purpose.OPERATE) -> Acting:
    """Return who fills the demo."""
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at or read_clock(), purpose=purpose)


@dataclass(frozen=True, slots=True)
class House:
    """The clinic as it stands in the database: keys of its teams, staff and patients by their names in the demo."""

    clinic: DemoClinic
    units: Mapping[str, int]
    people: Mapping[str, tuple[UUID, Role]]
    patients: dict[str, UUID]

    def acting(self, who: str, at: datetime) -> Acting:
        """Return somebody of the staff at work."""
        person, role = self.people[who]
        return Acting(person, role, at, Purpose.TREATMENT)

    def who(self, patient: str, who: str, at: datetime) -> Acting:
        """Return somebody of the staff at work for a patient: with no name, the patient's own coordinator."""
        own = next((one.coordinator for one in self.clinic.patients if one.key == patient), "")
        return self.acting(who or own, at)


def fill_at_once(clinic: DemoClinic, password: str, *, work: Work = do_due_work, tell: Tell = tell_nobody) -> None:
    """Put a small clinic in as it stands this moment: nobody has done anything yet."""
    at = read_clock()
    house = _open_house(clinic, password, at)
    for number, patient in enumerate(clinic.patients):
        tell(number, len(clinic.patients))
        _arrive(house, patient, patient.bundle, at)
    _hand_out_caseloads(house, at)
    open_calendars(operator(at), clinic.zone)
    fill_places(operator(at), clinic.zone)
    _open_groups(house, at)
    work(read_clock)
    _open_tasks(house, read_clock())
    mark_demo_ready(operator())


def fill_day_by_day(clinic: DemoClinic, password: str, *, work: Work = do_due_work, tell: Tell = tell_nobody) -> int:
    """Put the whole clinic in as its last days were: records arrive, checks find, people work; up to this moment.

    Returns how many of the deeds found nothing to work on.
    """
    now = read_clock()
    days = _last_days(now.astimezone(ZoneInfo(clinic.zone)).date())
    parts = {one.key: dict(split_by_day(one.bundle, days)) for one in clinic.patients}
    house = _open_house(clinic, password, _moment(clinic, days[0], MORNING) - timedelta(hours=1))
    idle, book = 0, None
    for back, on in zip(range(DAYS_BACK, -1, -1), days, strict=True):
        begins = _moment(clinic, on, MORNING) if back else now
        news = [(one, parts[one.key][on]) for one in clinic.patients if on in parts[one.key]]
        tell(DAYS_BACK - back, len(days))
        _begin_day(house, back, news, begins, work)
        if book is None:
            book = VisitBook(
                open_calendars(operator(begins), clinic.zone),
                house.patients,
                lambda patient, at: house.who(patient, "", at),
            )
            book_visits(book, begins, days[-1])
        todays = [deed for deed in DEEDS if deed.back == back and deed.verb is not Verb.SIGN]
        for n, deed in enumerate(todays):
            at = _moment(clinic, on, OPENS) + n * BETWEEN if back else now
            idle += not _does(house, deed, at)
        afternoon = _moment(clinic, on, AFTERNOON) if back else now
        _go_out(house, back, _moment(clinic, on, MIDDAY), afternoon)
        if back == NOTED_BACK:
            prepare_visits(book, afternoon)
        if back:
            end_visits(book, _moment(clinic, on, CLOSES), on)
        else:
            begin_day(book, now, on)
            _fill_ahead(house, book, now, on)
    _cover(house, now)
    fill_places(operator(now), clinic.zone)
    planned = next(one.key for one in clinic.patients if one.coordinator == PLANNED_BY)
    fill_itinerary(house.acting(PLANNED_BY, now), house.patients[planned])
    mark_demo_ready(operator())
    return idle


def _go_out(house: House, back: int, midday: datetime, afternoon: datetime) -> None:
    """What leaves the clinic on a day: messages of the days that are over, and what was done with referrals."""
    if back:
        deliver_day(midday, back, house.patients, house.who)
    refer_on_day(back, afternoon, house.clinic.zone, house.patients, house.who)


def _fill_ahead(house: House, book: VisitBook, now: datetime, on: date) -> None:
    """Put on the waiting list who would come sooner, into a class who wants to; a specialist works elsewhere too."""
    fill_waitlist(book, now, on)
    fill_groups(book, _open_groups(house, now), now)
    keep_elsewhere(house.acting(OPENED_BY, now), on, house.clinic.zone)
    people = {key: person for key, (person, _role) in house.people.items()}
    fill_circle(house.who, house.patients, people, now, house.acting(NUMBERS_BY, now))
    team = next(one.team for one in house.clinic.staff if one.key == CALLED_BY)
    fill_messages(now, house.patients, house.who, house.units[team], house.acting)


def _open_groups(house: House, at: datetime) -> UUID:
    acting = house.acting(OPENED_BY, at)
    team = next(one.team for one in house.clinic.staff if one.key == OPENED_BY)
    return open_groups(acting, at.astimezone(ZoneInfo(house.clinic.zone)).date(), house.units[team])


def _begin_day(house: House, back: int, news: Sequence[tuple[DemoPatient, bytes]], at: datetime, work: Work) -> None:
    """What the night and the morning bring: clinicians sign, records arrive, the worker looks at them."""
    for deed in DEEDS:
        if (deed.back, deed.verb) == (back, Verb.SIGN):
            _sign(house, deed, at)
    for patient, bundle in news:
        _arrive(house, patient, bundle, at)
    if back == DAYS_BACK:
        _hand_out_caseloads(house, at)
    work(_always(at))
    if not back:
        _open_tasks(house, at)


def _open_house(clinic: DemoClinic, password: str, at: datetime) -> House:
    """Mark the demo, and bring its teams and staff in; who was hired before is not hired again."""
    mark_demo(operator(at), name=clinic.name, zone=clinic.zone)
    units = {name: make_team(operator(at), name=name) for name in clinic.teams}
    open_teams(operator(at), clinic.teams)
    hired = {line.email: line.id for line in list_staff(operator(at))}
    people: dict[str, tuple[UUID, Role]] = {}
    for one in clinic.staff:
        person = hired.get(one.email) or hire(
            operator(at), name=one.name, email=one.email, role=one.role, password=password,
            unit_ids=_teams_of(clinic, one.role, one.team, units), language=one.language,
        )  # fmt: skip
        people[one.key] = (person, one.role)
    house = House(clinic, units, people, {})
    if not hired:
        say_half_days(house.acting(LEADS, at), {key: person for key, (person, _role) in people.items()})
    fill_demo_directory(operator(at), house.acting)
    return house


def _teams_of(clinic: DemoClinic, role: Role, team: str, units: Mapping[str, int]) -> list[int]:
    """A supervisor belongs to every team, a clinician to every team that has patients."""
    if role is Role.SUPERVISOR:
        return list(units.values())
    if role is Role.CLINICIAN:
        return sorted({units[patient.team] for patient in clinic.patients})
    return [units[team]]


def _arrive(house: House, patient: DemoPatient, bundle: bytes, at: datetime) -> None:
    package = read_document(bundle, is_ndjson=False, on=at.date())
    arriving = Arriving(name=f"{patient.key}.json", unit_id=house.units[patient.team], source=patient.source)
    take_in_fhir(operator(at, Purpose.INTAKE), package, arriving)
    if patient.key not in house.patients:
        known = find_patients_of_source(operator(at), source=patient.source)
        house.patients[patient.key] = known[next(r.fhir_id for r in package.resources if r.patient is not None)]


def _hand_out_caseloads(house: House, at: datetime) -> None:
    for staff in house.clinic.staff:
        person, _role = house.people[staff.key]
        own = [house.patients[p.key] for p in house.clinic.patients if p.coordinator == staff.key]
        if own:
            assign_caseload(operator(at), own, to_person=person)
        team = [house.patients[p.key] for p in house.clinic.patients if staff.key in p.care_team]
        if team:
            join_care_team(operator(at), team, person_id=person, part=str(staff.role))


def _open_tasks(house: House, at: datetime) -> None:
    today = at.astimezone(ZoneInfo(house.clinic.zone)).date()
    for task in house.clinic.tasks:
        open_task(
            Acting(SYSTEM_ID, Role.SYSTEM, at, Purpose.DEMO), house.patients[task.patient], title=task.title,
            due_on=today + timedelta(days=task.due_in_days), note=task.note, to_person=house.people[task.staff][0],
        )  # fmt: skip


def _last_days(today: date) -> list[date]:
    """Return the last working days and today, in order."""
    days, on = [today], today
    while len(days) <= DAYS_BACK:
        on -= timedelta(days=1)
        if on.weekday() < 5:
            days.insert(0, on)
    return days


def _moment(clinic: DemoClinic, on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, ZoneInfo(clinic.zone)).astimezone(UTC)


def _always(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def _cover(house: House, at: datetime) -> None:
    """Mei is away for some days, and Lee stands in."""
    cover_caseload(
        operator(at), absent=house.people["mei"][0], covering=house.people["lee"][0], since=at,
        until=at + timedelta(days=4), reason="A course in motivational interviewing",
    )  # fmt: skip


# What people did: each deed takes up the loop that stands, or tells that there is none.


def _does(house: House, deed: Deed, at: datetime) -> bool:
    """Do one deed; return whether there was something to do it on."""
    try:
        VERBS[deed.verb](house, deed, at)
    except NotThere:
        return False
    return True


class NotThere(Exception):  # noqa: N818
    """No check found, on this day and with these lives, what the deed is about."""


def _who(house: House, deed: Deed, at: datetime) -> Acting:
    return house.who(deed.patient, deed.who, at)


def _loop(house: House, deed: Deed, acting: Acting) -> tuple[UUID, int]:
    loops = find_open_loops(acting, house.patients[deed.patient])
    if deed.check not in loops:
        raise NotThere
    return loops[deed.check]


def _day(house: House, deed: Deed, at: datetime) -> date:
    return at.astimezone(ZoneInfo(house.clinic.zone)).date() + timedelta(days=deed.days)


def _sign(house: House, deed: Deed, at: datetime) -> None:
    sign_check(house.acting(deed.who, at), Signature(deed.check, is_on=True, is_unverified_on=True, note=deed.note))


def _task(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    open_task(acting, house.patients[deed.patient], title=deed.note, due_on=_day(house, deed, at), note="")


def _start(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    key, version = _loop(house, deed, acting)
    start_loop(acting, key, version=version)


def _contact(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    key, version = _loop(house, deed, acting)
    assert deed.result is not None
    log_contact(acting, key, version=version, result=deed.result, note=deed.note)


def _finish(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    key, version = _loop(house, deed, acting)
    assert deed.outcome is not None
    finish_loop(acting, key, version=version, outcome=deed.outcome, note=deed.note)


def _dismiss(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    key, version = _loop(house, deed, acting)
    assert deed.outcome is not None
    dismiss_loop(acting, key, version=version, outcome=deed.outcome, reason=deed.note)


def _snooze(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    key, version = _loop(house, deed, acting)
    snooze_loop(acting, key, version=version, until=_day(house, deed, at), reason=deed.note)


def _hand_off(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    key, version = _loop(house, deed, acting)
    hand_off_loop(acting, key, version=version, to_person=house.people[deed.to][0], to_unit=None, note=deed.note)


def _ask(house: House, deed: Deed, at: datetime) -> None:
    acting, patient = _who(house, deed, at), house.patients[deed.patient]
    seen = _finding(acting, patient, deed)
    ask_clinician(
        acting, patient, check=seen.check, key=seen.key, due_on=_day(house, deed, at), note=deed.note,
        to_person=house.people[deed.to][0],
    )  # fmt: skip


def _override(house: House, deed: Deed, at: datetime) -> None:
    acting, patient = _who(house, deed, at), house.patients[deed.patient]
    seen = _finding(acting, patient, deed)
    assert deed.reason is not None
    override_finding(
        acting, patient, seen, reason=deed.reason, clinician=deed.to, until=_day(house, deed, at), note=deed.note
    )


def _finding(acting: Acting, patient: UUID, deed: Deed) -> Seen:
    for line in get_safety_page(acting, patient).lines:
        if line.check == deed.check:
            return Seen(line.check, line.key, line.mark)
    raise NotThere


def _same(house: House, deed: Deed, at: datetime) -> None:
    acting = _who(house, deed, at)
    loops = find_open_loops(acting, house.patients[deed.patient])
    if SAME_PERSON not in loops:
        raise NotThere
    key, version = loops[SAME_PERSON]
    once = house.patients[deed.patient.removesuffix("-twice")]
    say_same(acting, key, version=version, keep=once, reason=deed.note)


def _amend(house: House, deed: Deed, at: datetime) -> None:
    wrong, _bar, should_say = deed.note.partition("|")
    ask_amendment(
        _who(house, deed, at), house.patients[deed.patient], asked_by="The patient", asked_on=_day(house, deed, at),
        wrong=wrong, should_say=should_say,
    )  # fmt: skip


VERBS: Mapping[Verb, Callable[[House, Deed, datetime], None]] = {
    Verb.SIGN: _sign, Verb.TASK: _task, Verb.START: _start, Verb.CONTACT: _contact, Verb.FINISH: _finish,
    Verb.SNOOZE: _snooze, Verb.HAND_OFF: _hand_off, Verb.DISMISS: _dismiss, Verb.ASK: _ask, Verb.OVERRIDE: _override,
    Verb.SAME: _same, Verb.AMEND: _amend,
}  # fmt: skip
