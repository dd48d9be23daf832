"""Calendars are kept: weekly hours, days that differ, kinds of visits, extra seats, and visits for groups."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError
from psycopg.types.range import TimestamptzRange

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import CalendarException, VisitTypeDraft, WeeklyHours, Which
from careloop.guard.doors import managing
from careloop.guard.grants import load_reach
from careloop.records.models import (
    BookingPart,
    CalendarDay,
    CalendarHours,
    DirectoryEntry,
    ExtraSeat,
    GroupVisit,
    VisitType,
    VisitTypeWith,
)
from careloop.rules.scheduling import TimeTaken, VisitsFallOut
from careloop.rules.wall_time import promise
from careloop.worklist.free_times import (
    KEEPS_GAPS,
    find_needs,
    find_visit_type,
    length_of,
    pick_at,
    release_run_out,
)
from careloop.worklist.outside import find_outside, open_tasks
from careloop.worklist.visits import find_next, lock_numbers, range_of, say_when


@managing(needs=Right.CALENDAR_WRITE)
def set_hours(acting: Acting, *, entry_id: UUID, hours: Sequence[WeeklyHours], accepted: int = 0) -> None:
    """Set the weekly hours of somebody or something that can be booked, or of a site, in place of those before.

    Booked visits that fall out of them stay booked, and each becomes a task. ``accepted`` is how many the person saw.

    :raises Refusal: if hours end before they begin, or the entry has no calendar
    :raises VisitsFallOut: if another number of visits fall out than the person saw
    """
    entry = _lock_entry(entry_id)
    for one in hours:
        ends_early = one.from_on is not None and one.until_on is not None and one.until_on < one.from_on
        if one.closes <= one.opens or not 1 <= one.weekday <= 7 or ends_early:
            raise Refusal(Say("refusal.calendar_hours"))
    CalendarHours.objects.filter(entry_id=entry_id).delete()
    for one in hours:
        CalendarHours(
            entry_id=entry_id, weekday=one.weekday, opens=one.opens, closes=one.closes, from_on=one.from_on,
            until_on=one.until_on,
        ).save(force_insert=True)  # fmt: skip
    _tell_outside(acting, entry, accepted)


@managing(needs=Right.CALENDAR_WRITE)
def add_calendar_day(
    acting: Acting, *, entry_id: UUID, differs: CalendarException, reason: str, accepted: int = 0
) -> int:
    """Say that a calendar differs on some days: leave, a meeting, or hours beside the usual ones; return its number.

    Booked visits that fall out of it stay booked, and each becomes a task. ``accepted`` is how many the person saw.

    :raises Refusal: if the days or times are the wrong way round
    :raises VisitsFallOut: if another number of visits fall out than the person saw
    """
    entry = _lock_entry(entry_id)
    half = (differs.opens is None) != (differs.closes is None)
    backwards = differs.opens is not None and differs.closes is not None and differs.closes <= differs.opens
    if differs.last_on < differs.first_on or half or backwards:
        raise Refusal(Say("refusal.calendar_hours"))
    day = CalendarDay(
        entry_id=entry_id, first_on=differs.first_on, last_on=differs.last_on, is_open=differs.is_open,
        opens=differs.opens, closes=differs.closes, reason=clean_words(reason), set_by_id=acting.person_id,
        set_at=acting.at,
    )  # fmt: skip
    day.save(force_insert=True)
    _tell_outside(acting, entry, accepted)
    return int(day.pk)


@managing(needs=Right.CALENDAR_WRITE)
def remove_calendar_day(acting: Acting, *, day_id: int) -> None:
    """Take away that a calendar differs on some days; what is not there is well."""
    CalendarDay.objects.filter(pk=day_id).delete()


@managing(needs=Right.CALENDAR_WRITE)
def add_visit_type(acting: Acting, draft: VisitTypeDraft) -> UUID:
    """Add a kind of visit; return its key.

    :raises Refusal: if its name is missing or taken, or a length cannot be
    """
    visit = VisitType(id=new_id(acting.at), version=0)
    _write_type(acting, visit, draft)
    return UUID(str(visit.pk))


@managing(needs=Right.CALENDAR_WRITE)
def change_visit_type(acting: Acting, *, visit_type_id: UUID, version: int, draft: VisitTypeDraft) -> int:
    """Change a kind of visit for visits to come; those that are booked stay as they are. Return its version.

    :raises TakenMeanwhile: if somebody else changed it after ``version``
    """
    visit = VisitType.objects.select_for_update(of=("self",)).filter(pk=visit_type_id).first()
    if visit is None:
        raise NotFound
    if visit.version != version:
        raise TakenMeanwhile(Say("refusal.visit_type_changed"))
    _write_type(acting, visit, draft)
    return int(visit.version)


@managing(needs=Right.BOOKING_OVERBOOK)
def allow_extra_seat(
    acting: Acting, *, entry_id: UUID, seat: int, since: datetime, until: datetime, reason: str
) -> UUID:
    """Allow that somebody or something is booked once more than once in a time, with the reason; return its key.

    ``seat`` 1 is the second visit at a time. Only a person allows this: nothing books two at once by itself.

    :raises Refusal: if no reason is given, the time is empty or longer than a day, or the seat is none
    """
    _lock_entry(entry_id)
    if not (words := clean_words(reason)):
        raise Refusal(Say("refusal.reason_missing"))
    if not 1 <= seat <= 20 or not timedelta(0) < until - since <= timedelta(days=1):
        raise Refusal(Say("refusal.extra_seat"))
    extra = ExtraSeat(
        id=new_id(acting.at), entry_id=entry_id, seat=seat, during=TimestamptzRange(since, until), reason=words,
        allowed_by_id=acting.person_id, allowed_at=acting.at,
    )  # fmt: skip
    extra.save(force_insert=True)
    return UUID(str(extra.pk))


@managing(needs=Right.CALENDAR_WRITE)
def open_group_visit(
    acting: Acting,
    *,
    visit_type_id: UUID,
    unit_id: int,
    wall: datetime,
    entry_ids: Sequence[UUID],
    which: Which | None = None,
) -> UUID:
    """Book who leads a visit for several patients and where; return its key. Patients then take its seats.

    :raises TimeTaken: if somebody or something is booked elsewhere then, with the next times that fit
    :raises Refusal: if the kind of visit has one seat, or the time is past, skipped or doubled
    """
    if unit_id not in load_reach(acting).units:
        raise NotFound
    visit = find_visit_type(visit_type_id)
    if visit.seats < 2:
        raise Refusal(Say("refusal.visit_is_for_one"))
    needs = find_needs(visit, entry_ids, None)
    promised = promise(wall, needs.zone, which)
    if promised.at <= acting.at:
        raise Refusal(Say("refusal.time_past"))
    release_run_out(needs.numbers())
    lock_numbers(needs.numbers())
    picks = pick_at(needs, length_of(visit), promised.at)
    if picks is None:
        raise TimeTaken(find_next(acting, needs, length_of(visit), promised))
    group = GroupVisit(
        id=new_id(acting.at), unit_id=unit_id, visit_type=visit, seats=visit.seats, minutes=visit.minutes,
        starts_at=promised.at, ends_at=promised.at + timedelta(minutes=visit.minutes), zone=promised.zone,
        starts_wall=promised.wall, made_by_id=acting.person_id, made_at=acting.at,
    )  # fmt: skip
    group.save(force_insert=True)
    known = needs.by_id()
    for key in picks:
        during = range_of(promised, visit, keeps_gaps=known[key].kind in KEEPS_GAPS)
        BookingPart(unit_id=unit_id, group=group, entry_id=key, during=during).save(force_insert=True)
    return UUID(str(group.pk))


@managing(needs=Right.CALENDAR_WRITE)
def cancel_group_visit(acting: Acting, *, group_id: UUID) -> None:
    """Give back who leads a group and where. Its patients are cancelled or bumped before, each with a word.

    :raises Refusal: if patients are still booked into it
    """
    group = GroupVisit.objects.select_for_update(of=("self",)).filter(pk=group_id, is_cancelled=False).first()
    if group is None or group.unit_id not in load_reach(acting).units:
        raise NotFound
    group.is_cancelled = True
    group.save()


def _lock_entry(entry_id: UUID) -> DirectoryEntry:
    rows = DirectoryEntry.objects.select_for_update(of=("self",), no_key=True).filter(pk=entry_id)
    entry: DirectoryEntry | None = rows.first()
    if entry is None:
        raise NotFound
    return entry


def _tell_outside(acting: Acting, entry: DirectoryEntry, accepted: int) -> None:
    """Make a task of each visit that the hours as they are now leave out, if the person saw that they do."""
    entries = [entry] if entry.kind != EntryKind.SITE else list(DirectoryEntry.objects.filter(site=entry, zone__gt=""))
    outside = find_outside(acting, [one for one in entries if one.is_active])
    if outside.others:
        raise Refusal(Say("refusal.visits_of_others", count=outside.others))
    if outside.count != accepted:
        raise VisitsFallOut(tuple((row.pk, Say("visit.outside_line", **say_when(row))) for row in outside.bookings))
    open_tasks(acting, outside.bookings)


def _write_type(acting: Acting, visit: VisitType, draft: VisitTypeDraft) -> None:
    name = " ".join(draft.name.replace("\x00", "").split())
    if not name or len(name) > 120:
        raise Refusal(Say("refusal.visit_type_name"))
    gaps = (draft.gap_before, draft.gap_after)
    if not 5 <= draft.minutes <= 720 or not all(0 <= gap <= 240 for gap in gaps) or not 1 <= draft.seats <= 200:
        raise Refusal(Say("refusal.visit_type_length"))
    visit.name, visit.preparation, visit.labels = name, str(draft.preparation), int(draft.labels)
    for column in (
        "is_active", "minutes", "gap_before", "gap_after", "needs_practitioner", "needs_escort", "needs_fasting",
        "room_sort", "device_sort", "seats",
    ):  # fmt: skip
        setattr(visit, column, getattr(draft, column))
    visit.version, visit.set_by_id, visit.set_at = visit.version + 1, acting.person_id, acting.at
    try:
        with transaction.atomic():
            visit.save(force_insert=visit._state.adding)
    except IntegrityError as fault:
        if getattr(getattr(fault.__cause__, "diag", None), "constraint_name", "") != "visit_type_named_once":
            raise
        raise Refusal(Say("refusal.visit_type_name_taken")) from None
    VisitTypeWith.objects.filter(visit_type=visit).delete()
    for entry_id in dict.fromkeys(draft.people):
        VisitTypeWith(visit_type=visit, entry_id=entry_id).save(force_insert=True)
