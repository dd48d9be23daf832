"""What is shared out when somebody is away, and how loops go and come back: a constant number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Q

from careloop.basics.words import Say
from careloop.catalog.covering import DAY, load_covering, minutes_of
from careloop.facts.access import Acting, Role
from careloop.facts.covering import Charge, Helper, Share
from careloop.facts.worklist import Event, LoopKind, State
from careloop.records.models import (
    Absence,
    AbsenceLoop,
    AbsenceShare,
    Cover,
    Loop,
    LoopEvent,
    Membership,
    Person,
    Unit,
    WorkProfile,
)
from careloop.rules.access import MAY_CARRY, grant_labels
from careloop.rules.covering import READING, Week, estimate_minutes, share_out, working_minutes
from careloop.rules.defaults import value_on
from careloop.worklist.calendar import load_calendar
from careloop.worklist.handoffs import move_loops
from careloop.worklist.settle import Change, clinic_zone, make_event

# Who had to do with a patient this long ago still knows the family. Ours.
KNOWS_DAYS = 365
WORK_DAYS = 5


@dataclass(frozen=True, slots=True)
class Profile:
    """How somebody works. ``is_said`` is false where the default holds because nobody said anything."""

    week: Week
    languages: tuple[str, ...]
    specialties: tuple[str, ...]
    is_said: bool


@dataclass(frozen=True, slots=True)
class Owned:
    """An open loop of whoever is away, as far as sharing out needs it; ``first_at`` is when it must be looked at."""

    id: UUID
    kind: LoopKind
    labels: int
    severity: int
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Carried:
    """A patient of whoever is away, with the open loops; ``charge`` is what the rule reads."""

    name: str
    name_key: str
    birth_on: date | None
    language: str
    loops: tuple[Owned, ...]
    charge: Charge


@dataclass(frozen=True, slots=True)
class Question:
    """Who is to be shared out among whom, and what is suggested."""

    carried: tuple[Carried, ...]
    helpers: tuple[Helper, ...]
    working: Mapping[UUID, int]
    needed: Mapping[UUID, int]
    shares: tuple[Share, ...]


def default_hours(name: str, on: date) -> int:
    """Return how many hours an answer is waited for, by the default that holds on a day."""
    return value_on(load_covering()[name], on)


def kind_minutes(on: date) -> dict[LoopKind, int]:
    """Return how many minutes a loop of each kind takes, by the defaults that hold on a day."""
    return {kind: value_on(load_covering()[minutes_of(kind)], on) for kind in LoopKind}


def load_profiles(people: Sequence[UUID], on: date) -> dict[UUID, Profile]:
    """Return how each works on a day: what was last said, else the default on five days a week."""
    usual = value_on(load_covering()[DAY], on)
    found = WorkProfile.objects.filter(person_id__in=people, from_on__lte=on).order_by("person_id", "from_on", "id")
    said = {row.person_id: row for row in found}
    bare = Profile(Week((*[usual] * WORK_DAYS, 0, 0)), (), (), is_said=False)  # type: ignore[arg-type]
    return {
        key: Profile(Week(tuple(row.minutes)), tuple(row.languages), tuple(row.specialties), is_said=True)
        if (row := said.get(key))
        else bare
        for key in people
    }


def load_needs(people: Sequence[UUID], until: datetime, on: date) -> dict[UUID, int]:
    """Return for how many minutes each has open loops to look at before a moment."""
    values = kind_minutes(on)
    rows = _fetch(
        "SELECT owner_id, kind, count(*) FROM loop WHERE owner_id = ANY(%s) AND state <> 'closed'"
        " AND least(due_at, next_at) < %s GROUP BY 1, 2",
        [list(people), until],
    )
    counted: dict[UUID, dict[LoopKind, int]] = {}
    for owner, kind, count in rows:
        counted.setdefault(owner, {})[LoopKind(kind)] = count
    return {key: estimate_minutes(counted.get(key, {}), values) for key in people}


def load_question(acting: Acting, absent: UUID, units: Sequence[int], since: datetime, until: datetime) -> Question:
    """Return who is to be shared out among whom between two moments, with the suggestion, for these teams."""
    zone = clinic_zone()
    today = acting.at.astimezone(ZoneInfo(zone)).date()
    people = list_helpers(absent, units, since, until)
    keys = [one.pk for one in people]
    profiles, needed = load_profiles(keys, today), load_needs(keys, until, today)
    closed = load_calendar().holidays
    working = {key: working_minutes(profiles[key].week, since, until, zone, closed) for key in keys}
    teams = _teams_of(keys, units)
    spoken = _spoken(keys, acting.at, profiles)
    helpers = tuple(
        Helper(
            person_id=one.pk,
            name=one.name,
            units=teams.get(one.pk, frozenset()),
            labels=int(grant_labels(Role(one.role))),
            free=working[one.pk] - needed[one.pk],
            languages=spoken[one.pk],
            reserve=one.role == Role.SUPERVISOR,
        )
        for one in people
    )
    carried = load_carried(acting, absent, units, until, keys)
    shares = share_out([one.charge for one in carried], helpers)
    return Question(carried, helpers, working, needed, shares)


def list_helpers(absent: UUID, units: Sequence[int], since: datetime, until: datetime) -> list[Person]:
    """Return those of these teams who carry patients and are there all the time, by name."""
    during = (since, until)
    away = Absence.objects.filter(ended_at=None, during__overlap=during).values("person_id")
    covered = Cover.objects.filter(during__overlap=during).values("absent_id")
    rows = Person.objects.filter(membership__unit_id__in=units, is_active=True, role__in=[str(r) for r in MAY_CARRY])
    rows = rows.exclude(pk=absent).exclude(pk__in=away).exclude(pk__in=covered)
    return list(rows.distinct().order_by("name", "pk"))


def load_carried(
    acting: Acting, absent: UUID, units: Sequence[int], until: datetime, helpers: Sequence[UUID]
) -> tuple[Carried, ...]:
    """Return the living patients of somebody in these teams: of the caseload, and of open loops that they own."""
    rows = _fetch(
        "SELECT p.id, p.full_name, p.name_key, p.birth_on, p.unit_id, p.label_mask, coalesce(p.languages[1], '')"
        " FROM patient p WHERE p.unit_id = ANY(%s) AND NOT p.is_dead AND p.id IN (SELECT c.patient_id FROM caseload c"
        " WHERE c.person_id = %s AND c.during @> %s::timestamptz UNION SELECT l.patient_id FROM loop l"
        " WHERE l.owner_id = %s AND l.state <> 'closed' AND l.patient_id IS NOT NULL) ORDER BY p.name_key, p.id",
        [list(units), absent, acting.at, absent],
    )
    owned: dict[UUID, list[Owned]] = {}
    for key, patient, kind, labels, severity, first_at in _fetch(
        "SELECT id, patient_id, kind, label_mask, severity, least(due_at, next_at) FROM loop"
        " WHERE owner_id = %s AND state <> 'closed' AND patient_id IS NOT NULL ORDER BY sort_at, id",
        [absent],
    ):
        owned.setdefault(patient, []).append(Owned(key, LoopKind(kind), labels, severity, first_at))
    known = _known([row[0] for row in rows], helpers, acting.at)
    values = kind_minutes(acting.at.date())
    return tuple(_carried(row, tuple(owned.get(row[0], ())), until, values, known.get(row[0], {})) for row in rows)


def _carried(
    row: Sequence[Any],
    loops: tuple[Owned, ...],
    until: datetime,
    values: Mapping[LoopKind, int],
    known: Mapping[UUID, int],
) -> Carried:
    labels, minutes = row[5], READING
    for loop in loops:
        labels |= loop.labels
        minutes += values[loop.kind] if loop.first_at < until else 0
    harm = max((loop.severity for loop in loops if loop.first_at < until), default=0)
    charge = Charge(row[0], row[4], labels, _primary(row[6]), minutes, harm, known)
    return Carried(row[1], row[2], row[3], row[6], loops, charge)


def hand_out(acting: Acting, absence: Absence) -> int:
    """Give every open loop of whoever is away to the colleague who has the patient; return how many moved.

    A patient whom nobody has yet goes to whoever planned, if they work in that team, else to the team's queue. Loops
    about no patient go to the queue.
    """
    loops = list(
        Loop.objects.filter(owner_id=absence.person_id)
        .exclude(state=str(State.CLOSED))
        .select_for_update(of=("self",))
        .order_by("id")
    )
    if not loops:
        return 0
    live = AbsenceShare.objects.filter(absence=absence, ended_at=None)
    who = dict(live.values_list("patient_id", "covering_id"))
    by: dict[UUID | None, list[Loop]] = {}
    for loop in loops:
        by.setdefault(who.get(loop.patient_id), []).append(loop)
    for person, theirs in by.items():
        if person is None:
            _to_queues(acting, theirs)
        else:
            move_loops(acting, theirs, person, Say("event.absence_covered"))
    _remember(acting, absence, loops)
    return len(loops)


def pass_loops(acting: Acting, absence: Absence, patient_ids: Iterable[UUID], to_person: UUID) -> int:
    """Give the loops of these patients that moved because of an absence to another colleague; return how many."""
    moved = AbsenceLoop.objects.filter(absence=absence, back_at=None, patient__in=list(patient_ids))
    rows = Loop.objects.filter(pk__in=moved.values("loop_id")).exclude(state=str(State.CLOSED))
    loops = list(rows.exclude(owner_id=to_person).select_for_update(of=("self",)).order_by("id"))
    return move_loops(acting, loops, to_person, Say("event.absence_covered"))


def bring_back(acting: Acting, absence: Absence) -> int:
    """Give back what whoever was away would have: what moved, and what was opened meanwhile; return how many.

    What was handed to somebody else meanwhile by decision stays there, as does what was closed.
    """
    rows_of = list(AbsenceShare.objects.filter(absence=absence))
    shares = [share for share in rows_of if share.ended_at is None]
    covering = {share.covering_id for share in shares}
    # Who got another coordinator meanwhile stays there, with what was open.
    gone = {share.patient_id for share in rows_of} - {share.patient_id for share in shares}
    moved = AbsenceLoop.objects.filter(absence=absence, back_at=None).values("loop_id")
    opened = Q(patient__in=[s.patient_id for s in shares], opened_at__gte=absence.began_at or acting.at)
    still = Q(owner_id__in=covering) | Q(owner=None)
    rows = Loop.objects.filter(Q(pk__in=moved) & still | opened & Q(owner_id__in=covering))
    rows = rows.exclude(state=str(State.CLOSED)).exclude(patient__in=gone)
    loops = list(rows.select_for_update(of=("self",)).order_by("id"))
    if loops and Person.objects.filter(pk=absence.person_id, is_active=True).exists():
        move_loops(acting, loops, absence.person_id, Say("event.absence_back"))
    AbsenceLoop.objects.filter(absence=absence, back_at=None).update(back_at=acting.at)
    return len(loops)


def _to_queues(acting: Acting, loops: Sequence[Loop]) -> None:
    """Put locked loops into the queues of their teams; what comes next and by when stays."""
    Loop.objects.filter(pk__in=[loop.pk for loop in loops]).update(
        owner=None, queue_id=F("unit_id"), version=F("version") + 1
    )
    what, lines = Change(Event.HAND_OFF, Say("event.absence_to_team")), []
    for loop in loops:
        loop.version += 1
        lines.append(make_event(acting, loop, what, from_state=loop.state, before=None))
    LoopEvent.objects.bulk_create(lines)


def _remember(acting: Acting, absence: Absence, loops: Sequence[Loop]) -> None:
    """Write down which loops about a patient moved: these come back."""
    rows = [
        AbsenceLoop(
            absence=absence, loop=one, patient_id=one.patient_id, unit_id=one.unit_id, label_mask=one.label_mask,
            moved_at=acting.at,
        )
        for one in loops
        if one.patient_id is not None
    ]  # fmt: skip
    AbsenceLoop.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["absence", "loop"], update_fields=["moved_at", "back_at"]
    )


def team_names(units: Iterable[int]) -> tuple[str, ...]:
    """Return the names of teams, by name."""
    return tuple(Unit.objects.filter(pk__in=list(units)).order_by("name").values_list("name", flat=True))


def _teams_of(people: Sequence[UUID], units: Sequence[int]) -> dict[UUID, frozenset[int]]:
    found: dict[UUID, set[int]] = {}
    rows = Membership.objects.filter(person_id__in=people, unit_id__in=units).values_list("person_id", "unit_id")
    for person, unit in rows:
        found.setdefault(person, set()).add(unit)
    return {person: frozenset(teams) for person, teams in found.items()}


def _spoken(people: Sequence[UUID], at: datetime, profiles: Mapping[UUID, Profile]) -> dict[UUID, frozenset[str]]:
    """Return the languages of each: what was said, else those of the patients whom they carry already."""
    carried: dict[UUID, set[str]] = {}
    for person, language in _fetch(
        "SELECT DISTINCT c.person_id, p.languages[1] FROM caseload c JOIN patient p ON p.id = c.patient_id"
        " WHERE c.person_id = ANY(%s) AND c.during @> %s::timestamptz AND p.languages[1] IS NOT NULL"
        " AND NOT p.needs_interpreter",
        [list(people), at],
    ):
        carried.setdefault(person, set()).add(_primary(language))
    return {
        key: frozenset(_primary(one) for one in profiles[key].languages)
        if profiles[key].is_said
        else frozenset(carried.get(key, ()))
        for key in people
    }


def _known(patients: Sequence[UUID], people: Sequence[UUID], at: datetime) -> dict[UUID, dict[UUID, int]]:
    rows = _fetch(
        "SELECT l.patient_id, e.person_id, count(*) FROM loop l JOIN loop_event e ON e.loop_id = l.id"
        " WHERE l.patient_id = ANY(%s) AND e.person_id = ANY(%s) AND e.at > %s"
        " AND e.event IN ('log_contact', 'finish', 'take', 'start') GROUP BY 1, 2",
        [list(patients), list(people), at - timedelta(days=KNOWS_DAYS)],
    )
    found: dict[UUID, dict[UUID, int]] = {}
    for patient, person, count in rows:
        found.setdefault(patient, {})[person] = count
    return found


def _primary(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0].lower()


def _fetch(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
