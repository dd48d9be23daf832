"""Itineraries as they stand: their steps with their newest bookings, and the loop of the whole brought in line."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Prefetch

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.itineraries import load_templates
from careloop.facts.access import Acting
from careloop.facts.itineraries import Broken, ItineraryRow, ItineraryStepRow, Placed, Template
from careloop.facts.scheduling import BookingState, Promised
from careloop.facts.worklist import Event, Severity, State
from careloop.records.models import Booking, BookingPart, Itinerary, ItineraryStep, Loop
from careloop.rules.itineraries import STANDS, find_dependents, next_for
from careloop.rules.planning.keep import find_broken_gaps
from careloop.worklist.settle import Change, change, stored


def find_template(key: str) -> Template:
    """Return an itinerary of the catalog.

    :raises Refusal: if there is none of this key
    """
    template = load_templates().get(key)
    if template is None:
        raise Refusal(Say("refusal.itinerary_unknown"))
    return template


def find_newest(loop_ids: Iterable[UUID]) -> dict[UUID, Booking]:
    """Return the booking of each visit's loop that keeps a time, else the one that took place, else the newest."""
    parts = BookingPart.objects.filter(entry__isnull=False).select_related("entry").order_by("id")
    rows = Booking.objects.filter(loop_id__in=list(loop_ids)).select_related("visit_type")
    rows = rows.prefetch_related(Prefetch("bookingpart_set", queryset=parts)).order_by("made_at", "id")
    return {row.loop_id: row for row in sorted(rows, key=lambda row: (row.occupies, row.state == BookingState.DONE))}


def place(key: str, booking: Booking) -> Placed:
    """Return a booking as the time of a step."""
    promised = Promised(booking.starts_at.astimezone(UTC), booking.zone, booking.starts_wall)
    return Placed(key, promised, booking.ends_at.astimezone(UTC), ())


def read_itineraries(rows: Sequence[Itinerary]) -> tuple[ItineraryRow, ...]:
    """Return itineraries with their steps as they stand, in the order of time; steps without a time come last."""
    steps = list(ItineraryStep.objects.filter(itinerary__in=rows).order_by("id"))
    newest = find_newest(step.loop_id for step in steps)
    return tuple(_read(row, [one for one in steps if one.itinerary_id == row.pk], newest) for row in rows)


def follow_itinerary(acting: Acting, loop_id: UUID) -> None:
    """Bring the loop of an itinerary in line with its steps: what comes next, and what was lost."""
    itinerary = Itinerary.objects.filter(loop_id=loop_id).first()
    if itinerary is None:
        return
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=loop_id)
    if loop.state == State.CLOSED:
        return
    steps = list(ItineraryStep.objects.filter(itinerary=itinerary).order_by("id"))
    newest = find_newest(step.loop_id for step in steps)
    states = {step.key: BookingState(newest[step.loop_id].state) if step.loop_id in newest else None for step in steps}
    abnormal = [step.key for step in steps if step.abnormal_at is not None]
    step = next_for(states, abnormal)
    if loop.base_step == step.as_stored():
        return
    gaps = tuple(one.gap for one in find_template(itinerary.template).gaps)
    lost = [key for key, state in states.items() if state not in STANDS]
    because = [Say("itinerary_loop.because", count=len(steps))]
    if abnormal:
        because.append(Say("itinerary_loop.abnormal"))
    elif lost:
        because.append(Say("itinerary_loop.lost", count=1 + len(find_dependents(gaps, lost[0]))))
    columns: dict[str, object] = {
        "base_step": step.as_stored(),
        "because": stored(because),
        "severity": int(Severity.HIGH if abnormal or lost else Severity.MODERATE),
        "snoozed_until": None,
        "last_contact": "",
    }
    change(acting, loop, Change(Event.VISIT, Say("event.itinerary_changed"), columns=columns))


def _read(row: Itinerary, steps: Sequence[ItineraryStep], newest: dict[UUID, Booking]) -> ItineraryRow:
    bookings = {step.key: newest[step.loop_id] for step in steps if step.loop_id in newest}
    standing = {key: one for key, one in bookings.items() if BookingState(one.state) in STANDS}
    gaps = tuple(one.gap for one in load_templates()[row.template].gaps) if row.template in load_templates() else ()
    broken = find_broken_gaps(gaps, {key: place(key, one) for key, one in standing.items()})
    waits = {
        later: step.key for step in steps if step.abnormal_at is not None for later in find_dependents(gaps, step.key)
    }
    lines = [_line(step, bookings.get(step.key), broken, waits.get(step.key, "")) for step in steps]
    lines.sort(key=lambda one: (one.promised is None, one.promised.at if one.promised else _never(), one.key))
    holds = [one.hold_until for one in standing.values() if one.state == BookingState.HELD]
    return ItineraryRow(
        row.pk, row.loop_id, row.template, row.made_at.date(), tuple(lines), min(holds) if holds else None
    )


def _line(step: ItineraryStep, booking: Booking | None, broken: Sequence[Broken], waits_for: str) -> ItineraryStepRow:
    return ItineraryStepRow(
        key=step.key,
        booking_id=booking.pk if booking else None,
        state=BookingState(booking.state) if booking else None,
        promised=place(step.key, booking).promised if booking else None,
        takes_part=tuple(part.entry.name for part in booking.bookingpart_set.all()) if booking else (),
        broken=tuple(one for one in broken if step.key in (one.step, one.other)),
        is_abnormal=step.abnormal_at is not None,
        note=step.abnormal_note,
        waits_for=waits_for,
    )


def _never() -> datetime:
    return datetime.max.replace(tzinfo=UTC)
