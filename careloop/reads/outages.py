"""Who or what is out: what falls out and where it could move, before anything is done, and what was done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.outages import (
    DoneLine,
    Hit,
    Moved,
    Moving,
    NewTime,
    OutagePage,
    OutageRow,
    OutAsk,
    OutLine,
    VisitLine,
)
from careloop.facts.scheduling import Promised
from careloop.facts.visits import Pick
from careloop.facts.worklist import State
from careloop.guard.doors import Shown, listing
from careloop.guard.grants import Reach
from careloop.records.models import Booking, CalendarDay, CalendarHours, DirectoryEntry, Outage, OutageMove
from careloop.rules.outages import UNDO, is_reversed, out_spans, plan_outage
from careloop.worklist.outage_meetings import find_asked
from careloop.worklist.outages import CAN_BE_OUT, Fallen, find_out, find_same, list_out, load_fallen, read_ask
from careloop.worklist.settle import clinic_zone

# Outages that were over before yesterday, and more than so many, are in the calendar only.
RECENT = 12
# An outage holds while its day stands in the calendar.
_HOLDS = Q(undone_at=None) & Exists(CalendarDay.objects.filter(outage_id=OuterRef("pk")))


@listing(needs=Right.OUTAGE_WRITE)
def get_outage_page(
    acting: Acting, reach: Reach, *, ask: OutAsk | None = None, outage_id: UUID | None = None
) -> Shown[OutagePage]:
    """Return what falls out of the calendar when somebody is out, with a time for each visit; nothing is changed.

    With ``outage_id`` it is one that was entered, with what was done; without either, who and what can be out. A
    constant number of statements.

    :raises NotFound: if there is no such outage, or nobody and nothing of this key
    """
    outage = None
    if outage_id is not None:
        outage = Outage.objects.select_related("entry", "made_by").filter(pk=outage_id).first()
        if outage is None:
            raise NotFound
        ask = read_ask(outage)
    page = OutagePage(acting.at, clinic_zone(), _list_entries(), recent=_list_recent(acting))
    if ask is None:
        return Shown(page, ())
    entry = find_out(ask.entry_id)
    page = replace(page, ask=ask, zone=entry.zone, name=entry.name, kind=EntryKind(entry.kind))
    if is_reversed(ask):
        return Shown(replace(page, unread=Say("refusal.calendar_hours")), ())
    if out_spans(ask, entry.zone)[-1].end <= acting.at and outage is None:
        return Shown(replace(page, unread=Say("refusal.outage_past")), ())
    outage = outage or find_same(ask)
    ours = Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)
    done = _list_done(outage, ours) if outage else ()
    row = _read_outage(outage, holds=Outage.objects.filter(_HOLDS, pk=outage.pk).exists()) if outage else None
    spans = out_spans(ask, entry.zone)
    asked = find_asked(outage, list_out(entry), spans, within=ours) if outage else ()
    page = replace(page, outage=row, done=done, asked=asked)
    if row is None or row.holds:
        fallen = load_fallen(acting, ask, entry, within=ours, outage=outage)
        seen_to = {one.id for one in asked}
        meetings = tuple(one for one in fallen.meetings if one.id not in seen_to)
        page = replace(page, lines=_make_lines(fallen), others=fallen.others, meetings=meetings)
    shown = [line.patient_id for line in page.lines] + [line.patient_id for line in done]
    shown += [one.patient_id for one in (*page.meetings, *page.asked)]
    return Shown(page, tuple(dict.fromkeys(shown)), asked=f"{ask.entry_id} {ask.first_on} {ask.last_on}")


def _list_entries() -> tuple[tuple[UUID, str, EntryKind], ...]:
    """Return who and what has hours or booked times, and the places where they are: people first, by name."""
    hours, days = (model.objects.filter(entry_id=OuterRef("pk")) for model in (CalendarHours, CalendarDay))
    there = CalendarHours.objects.filter(entry__site_id=OuterRef("pk"))
    kinds = [str(one) for one in CAN_BE_OUT]
    rows = DirectoryEntry.objects.filter(
        Q(Exists(hours)) | Q(Exists(days)) | Q(Exists(there)), is_active=True, zone__gt="", kind__in=kinds
    )
    found = rows.order_by("name_key", "id").values_list("pk", "name", "kind")
    listed = [(key, name, EntryKind(kind)) for key, name, kind in found]
    return tuple(sorted(listed, key=lambda one: kinds.index(one[2])))


def _list_recent(acting: Acting) -> tuple[OutageRow, ...]:
    """Return the outages that go on or are to come, the newest first."""
    since = acting.at.astimezone(ZoneInfo(clinic_zone())).date() - timedelta(days=1)
    rows = Outage.objects.filter(_HOLDS, last_on__gte=since).select_related("entry", "made_by")
    rows = rows.order_by("-made_at", "-id")
    return tuple(_read_outage(row, holds=True) for row in rows[:RECENT])


def _read_outage(row: Outage, *, holds: bool) -> OutageRow:
    return OutageRow(
        id=row.pk,
        ask=read_ask(row),
        name=row.entry.name,
        made_by=row.made_by.name,
        made_at=row.made_at,
        undo_until=row.made_at + UNDO,
        undone_at=row.undone_at,
        holds=holds,
    )


def _list_done(outage: Outage, ours: Q) -> tuple[DoneLine, ...]:
    rows = OutageMove.objects.filter(ours, outage=outage).order_by("booking__starts_at", "id")
    rows = rows.select_related("booking__visit_type", "new_booking", "patient", "loop")
    return tuple(
        DoneLine(
            booking_id=(row.new_booking or row.booking).pk,
            patient_id=row.patient_id,
            name=row.patient.full_name,
            visit_type=row.booking.visit_type.name,
            was=_promised(row.booking),
            now=_promised(row.new_booking) if row.new_booking else None,
            became=Moved(row.became),
            why=tuple(Say.from_stored(one) for one in row.why),
            loop_id=row.loop_id,
            loop_is_open=row.loop.state != State.CLOSED,
        )
        for row in rows
    )


def _make_lines(fallen: Fallen) -> tuple[OutLine, ...]:
    """Return what falls out in the order of harm, each with its new times or why a person sees to it."""
    hits = {one.key: one for one in fallen.hits}
    return tuple(_make_line(hits[one.key], one, fallen) for one in plan_outage(fallen.hits, fallen.window))


def _make_line(hit: Hit, moving: Moving, fallen: Fallen) -> OutLine:
    patient = fallen.bookings[hit.key].patient
    times = {one.booking_id: one for one in moving.times}
    visits = [one for one in hit.visits if one.is_hit or one.booking_id in times]
    told = Say("outage.told_interpreter") if patient.needs_interpreter else Say("outage.told_call")
    return OutLine(
        key=hit.key,
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        harm=hit.harm,
        visits=tuple(
            _make_visit(fallen.bookings[one.booking_id], times.get(one.booking_id), fallen.entries, is_hit=one.is_hit)
            for one in visits
        ),
        told=Say("outage.told_person") if moving.person else told,
        person=moving.person,
    )


def _make_visit(
    row: Booking, new: NewTime | None, entries: Mapping[UUID, DirectoryEntry], *, is_hit: bool
) -> VisitLine:
    picks = [entries[key] for key in new.picks if key in entries] if new else []
    return VisitLine(
        booking_id=row.pk,
        version=row.version,
        visit_type=row.visit_type.name,
        was=_promised(row),
        to=new.promised if new else None,
        picks=tuple(Pick(one.pk, EntryKind(one.kind), one.name) for one in picks),
        why=new.why if new else (),
        is_hit=is_hit,
    )


def _promised(row: Booking) -> Promised:
    return Promised(row.starts_at.astimezone(UTC), row.zone, row.starts_wall)
