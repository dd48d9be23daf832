"""How the clinic is run, as pages: people, roles, teams and sites, days, and who is signed in."""

from collections.abc import Mapping
from datetime import date, time
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import connection
from django.db.models import Count, QuerySet

from careloop.basics.refusals import NotFound
from careloop.catalog.clocks import load_clocks
from careloop.catalog.holidays import name_holidays
from careloop.facts.access import Acting, Right, Role
from careloop.facts.administration import (
    PRIVILEGED,
    DayLine,
    DaysPage,
    PeoplePage,
    PersonPage,
    RoleLine,
    SessionLine,
    StaffChangeLine,
    StaffRow,
    StaffStep,
    UnitLine,
)
from careloop.guard.doors import managing
from careloop.records.models import ClinicDay, Membership, OpeningHours, Person, StaffChange, Unit
from careloop.rules.access import THROUGH, has_right, rights_of

# Roles that somebody who is hired can play.
STAFF = tuple(role for role in Role if role not in (Role.PATIENT, Role.PROXY, Role.PARTNER, Role.SYSTEM))


@managing(needs=Right.PEOPLE_WRITE, write=False)
def get_people_page(acting: Acting) -> PeoplePage:
    """Return everybody who works or worked here, those who do first, by name."""
    people = Person.objects.filter(kind="staff").select_related("login").order_by("-is_active", "name", "id")
    teams, waiting = _teams_of(), _waiting(acting)
    return PeoplePage(
        people=tuple(_row(person, teams.get(person.pk, ()), waiting.get(person.pk)) for person in people),
        units=_units(),
    )


@managing(needs=Right.PEOPLE_WRITE, write=False)
def get_person_page(acting: Acting, *, person_id: UUID) -> PersonPage:
    """Return one person of staff: role, teams, what the role may do, and every change so far.

    :raises NotFound: if nobody of staff has this id
    """
    person = Person.objects.filter(pk=person_id, kind="staff").select_related("login").first()
    if person is None:
        raise NotFound
    changes = _changes(acting, StaffChange.objects.filter(person=person))
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(whole), 0) FROM loops_left_by(%s, 1)", [person_id])
        open_loops = int(cursor.fetchone()[0])
    waiting = next((one for one in changes if one.applied_at is None and one.withdrawn_at is None), None)
    return PersonPage(
        row=_row(person, _teams_of().get(person.pk, ()), waiting),
        version=person.version,
        language=person.language,
        is_me=person.pk == acting.person_id,
        unit_ids=tuple(Membership.objects.filter(person=person).order_by("unit_id").values_list("unit_id", flat=True)),
        units=_units(),
        sees=_role(Role(person.role)),
        open_loops=open_loops,
        changes=changes,
    )


@managing(needs=Right.PEOPLE_WRITE, write=False)
def list_roles(acting: Acting) -> tuple[RoleLine, ...]:
    """Return what each role of staff may do, as the rules of access have it."""
    return tuple(_role(role) for role in STAFF)


@managing(needs=Right.TEAM_READ, write=False)
def list_units(acting: Acting) -> tuple[UnitLine, ...]:
    """Return every team and site with its hours, by name."""
    return _units()


@managing(needs=Right.TEAM_READ, write=False)
def get_days_page(acting: Acting, *, year: int) -> DaysPage:
    """Return the days of a year on which the clinic is closed, or open though it is a federal holiday."""
    known = load_clocks().holidays
    own = {day.on: day for day in ClinicDay.objects.filter(on__year=year).select_related("set_by")}
    federal = name_holidays(year) if min(known).year <= year <= max(known).year else {}
    days = sorted({*own, *federal})
    return DaysPage(
        year=year,
        days=tuple(_day(on, own, federal) for on in days),
        known_until=max(known),
        may_write=has_right(acting, Right.PEOPLE_WRITE),
    )


@managing(needs=Right.PEOPLE_WRITE, write=False)
def list_sessions(acting: Acting) -> tuple[SessionLine, ...]:
    """Return who is signed in where, the newest first. A session that has run out is not here."""
    rows = UserSession.objects.select_related("user__person").order_by("-last_seen_at", "-id")
    return tuple(
        SessionLine(
            id=row.pk,
            person_id=row.user.person_id,
            name=row.user.person.name,
            role=Role(row.user.person.role),
            since=row.created_at,
            seen_at=row.last_seen_at,
            address=str(row.ip),
            browser=row.user_agent,
        )
        for row in rows
        if row.exists()
    )


def _row(person: Person, teams: tuple[str, ...], waiting: StaffChangeLine | None) -> StaffRow:
    return StaffRow(
        id=person.pk,
        name=person.name,
        email=person.login.email,
        role=Role(person.role),
        teams=teams,
        is_active=person.is_active,
        may_sign_in=person.is_active and person.login.is_active,
        deactivated_at=person.deactivated_at,
        waiting=waiting,
    )


def _role(role: Role) -> RoleLine:
    return RoleLine(
        role=role,
        rights=tuple(sorted(rights_of(role))),
        through=tuple(sorted(THROUGH.get(role, ()))),
        is_privileged=role in PRIVILEGED,
    )


def _teams_of() -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = {}
    for person_id, name in Membership.objects.order_by("unit__name").values_list("person_id", "unit__name"):
        found[person_id] = (*found.get(person_id, ()), name)
    return found


def _waiting(acting: Acting) -> dict[UUID, StaffChangeLine]:
    rows = StaffChange.objects.filter(applied_at=None, withdrawn_at=None)
    return {row.person_id: _change(acting, row) for row in _with_names(rows)}


def _changes(acting: Acting, rows: QuerySet[StaffChange]) -> tuple[StaffChangeLine, ...]:
    return tuple(_change(acting, row) for row in _with_names(rows).order_by("-asked_at", "-id"))


def _with_names(rows: QuerySet[StaffChange]) -> QuerySet[StaffChange]:
    return rows.select_related("asked_by", "agreed_by", "withdrawn_by")


def _change(acting: Acting, row: StaffChange) -> StaffChangeLine:
    return StaffChangeLine(
        id=row.pk,
        step=StaffStep(row.step),
        role_before=Role(row.role_before) if row.role_before else None,
        role_after=Role(row.role_after) if row.role_after else None,
        from_at=row.from_at,
        reason=row.reason,
        needs_second=row.needs_second,
        asked_by=row.asked_by.name,
        asked_at=row.asked_at,
        asked_by_me=row.asked_by_id == acting.person_id,
        agreed_by=row.agreed_by.name if row.agreed_by else "",
        withdrawn_by=row.withdrawn_by.name if row.withdrawn_by else "",
        withdrawn_at=row.withdrawn_at,
        applied_at=row.applied_at,
    )


def _units() -> tuple[UnitLine, ...]:
    hours: dict[int, list[tuple[int, time, time]]] = {}
    for unit_id, weekday, opens, closes in OpeningHours.objects.order_by("weekday").values_list(
        "unit_id", "weekday", "opens", "closes"
    ):
        hours.setdefault(unit_id, []).append((weekday, opens, closes))
    return tuple(
        UnitLine(
            id=unit.pk,
            name=unit.name,
            kind=unit.kind,
            zone=unit.zone,
            version=unit.version,
            members=unit.members,
            hours=tuple(hours.get(unit.pk, ())),
        )
        for unit in Unit.objects.annotate(members=Count("membership")).order_by("kind", "name")
    )


def _day(on: date, own: Mapping[date, ClinicDay], federal: Mapping[date, str]) -> DayLine:
    set_here = own.get(on)
    return DayLine(
        on=on,
        name=set_here.name if set_here else federal[on],
        is_open=bool(set_here and set_here.is_open),
        is_federal=on in federal,
        set_by=set_here.set_by.name if set_here else "",
    )
