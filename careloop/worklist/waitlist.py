"""Who waits, as lines and as the rule knows them: held against one freed time in a constant number of statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import ceil
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from careloop.catalog.waitlist import load_waitlist
from careloop.facts.directory import EntryKind
from careloop.facts.finder import Position
from careloop.facts.referrals import Urgency
from careloop.facts.scheduling import BookingState, Promised, Span
from careloop.facts.visits import PartOfDay
from careloop.facts.waitlist import OfferState, Order, ReachBy, Waiting, WishDraft, WishRow, WishState
from careloop.formats.fhir.place import read_home_position
from careloop.formats.fhir.plans import decode
from careloop.records.models import (
    Booking,
    DirectoryEntry,
    FreedTime,
    Patient,
    Resource,
    WaitlistOffer,
    WaitlistWish,
)
from careloop.rules.availability import fits, free_times
from careloop.rules.defaults import value_on
from careloop.rules.finder import measure_miles
from careloop.rules.scheduling import OCCUPYING
from careloop.rules.waitlist import ANSWER_HOURS, AT_A_TIME, rank
from careloop.worklist.free_times import Needs, length_of, load_busy, load_candidates
from careloop.worklist.freed_times import read_freed
from careloop.worklist.settle import clinic_zone


@dataclass(frozen=True, slots=True)
class Defaults:
    """How many are asked at a time, and for how many hours an answer is waited for."""

    count: int
    hours: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Wishes with the patients whose they are, the time that their visit has now, and how often they were asked."""

    wishes: tuple[WaitlistWish, ...]
    patients: Mapping[UUID, Patient]
    booked: Mapping[UUID, Booking]
    offers: Mapping[UUID, int]
    zone: str

    def rows(self, at: datetime) -> tuple[WishRow, ...]:
        """Return them as lines; days are those on the clinic's clocks."""
        return tuple(self._row(wish, at) for wish in self.wishes)

    def _row(self, wish: WaitlistWish, at: datetime) -> WishRow:
        patient, booking = self.patients[wish.patient_id], self.booked.get(wish.loop_id)
        since_on, today = (one.astimezone(ZoneInfo(self.zone)).date() for one in (wish.added_at, at))
        return WishRow(
            id=wish.pk,
            patient_id=patient.pk,
            loop_id=wish.loop_id,
            name=patient.full_name,
            birth_on=patient.birth_on,
            visit_type=wish.visit_type.name,
            draft=read_draft(wish),
            with_whom=wish.entry.name if wish.entry else "",
            where=wish.site.name if wish.site else "",
            since_on=since_on,
            days=max(0, (today - since_on).days),
            offers=self.offers.get(wish.pk, 0),
            booking_id=booking.pk if booking else None,
            booked=_promised(booking) if booking else None,
            booked_state=BookingState(booking.state) if booking else None,
        )


def load_defaults(on: date) -> Defaults:
    """Return the defaults of the waiting list that hold on a day."""
    values = load_waitlist()
    return Defaults(value_on(values[AT_A_TIME], on), value_on(values[ANSWER_HOURS], on))


def select_waiting() -> "QuerySet[WaitlistWish]":
    """Return those who wait, with what a line says of them: urgent before routine, then who waits longest first."""
    rows = WaitlistWish.objects.filter(state=str(WishState.WAITING))
    return rows.select_related("visit_type", "entry", "site").order_by("-urgency", "added_at", "id")


def load_listed(rows: Iterable[WaitlistWish]) -> Listed:
    """Return wishes with all that a line says: three statements, however many there are."""
    wishes = tuple(rows)
    patients = {one.pk: one for one in Patient.objects.filter(pk__in={wish.patient_id for wish in wishes})}
    bookings = Booking.objects.filter(loop_id__in=[wish.loop_id for wish in wishes], occupies=True)
    counted = WaitlistOffer.objects.filter(wish__in=[wish.pk for wish in wishes]).values_list("wish_id")
    seen = tuple(wish for wish in wishes if wish.patient_id in patients)
    return Listed(
        wishes=seen,
        patients=patients,
        booked={one.loop_id: one for one in bookings},
        offers=dict(counted.annotate(n=Count("id")).order_by()),
        zone=clinic_zone(),
    )


def order_for(freed: FreedTime, listed: Listed, at: datetime) -> Order:
    """Return whom to ask about a freed time, the first to ask first, and for whom it does not fit and why."""
    asked = {
        wish_id: OfferState(state)
        for wish_id, state in WaitlistOffer.objects.filter(_of_this_time(freed)).values_list("wish_id", "state")
    }
    clashing = _find_clashing(freed, listed)
    unheard = _find_unheard(freed, listed.patients.values())
    miles = _measure(freed, listed.patients)
    today = at.astimezone(ZoneInfo(listed.zone)).date()
    waiting = [
        Waiting(
            id=row.id,
            draft=row.draft,
            since_on=row.since_on,
            booked=row.booked,
            is_busy=row.id in clashing,
            lacks_interpreter=row.patient_id in unheard,
            asked=asked.get(row.id),
            offers=row.offers,
            miles=miles.get(row.patient_id),
        )
        for row in listed.rows(at)
    ]
    return rank(waiting, read_freed(freed), at, today)


def read_draft(wish: WaitlistWish) -> WishDraft:
    """Return what somebody waits for and when they could come."""
    return WishDraft(
        visit_type_id=wish.visit_type_id,
        urgency=Urgency(wish.urgency),
        entry_id=wish.entry_id,
        site_id=wish.site_id,
        weekdays=tuple(wish.weekdays),
        part=PartOfDay(wish.part) if wish.part else None,
        earliest_on=wish.earliest_on,
        latest_on=wish.latest_on,
        notice_hours=wish.notice_hours,
        reach_by=ReachBy(wish.reach_by),
        note=wish.note,
    )


def find_wish(loop_id: UUID) -> UUID | None:
    """Return the wish that waits on the loop of a visit, None if there is none."""
    rows = WaitlistWish.objects.filter(loop_id=loop_id, state=str(WishState.WAITING))
    found: UUID | None = rows.values_list("pk", flat=True).first()
    return found


def _of_this_time(freed: FreedTime) -> Q:
    """Return which offers are of this time: one that was freed, taken and freed again is the same to who said no."""
    again = Q(
        freed__starts_at=freed.starts_at,
        freed__visit_type=freed.visit_type_id,
        freed__entries=freed.entries,
        state=str(OfferState.NO),
    )
    return Q(freed=freed) | again


def _find_clashing(freed: FreedTime, listed: Listed) -> set[UUID]:
    """Return the wishes whose patient has another visit at this time; the one that would move is in nobody's way."""
    visit = Span(freed.starts_at, freed.ends_at)
    busy = load_busy([one.no for one in listed.patients.values()], visit)
    clashing = set()
    for wish in listed.wishes:
        own = listed.booked.get(wish.loop_id)
        moving = (own.starts_at, own.ends_at) if own else None
        spans = [span for _seat, span in busy.get(listed.patients[wish.patient_id].no, ())]
        if any((span.start, span.end) != moving for span in spans):
            clashing.add(wish.pk)
    return clashing


def _find_unheard(freed: FreedTime, patients: Iterable[Patient]) -> set[UUID]:
    """Return the patients who need an interpreter when none of their language is free."""
    need = [one for one in patients if one.needs_interpreter]
    spoken = sorted({tag for one in need for tag in one.languages})
    if not need:
        return set()
    speak = DirectoryEntry.objects.filter(
        kind=str(EntryKind.INTERPRETER), is_active=True, languages__overlap=spoken
    ).order_by("name_key", "id")
    entries, length = tuple(speak), length_of(freed.visit_type)
    visit = Span(freed.starts_at.astimezone(UTC), freed.starts_at.astimezone(UTC) + length.length)
    candidates = load_candidates(Needs((entries,), freed.zone), length, visit)[0] if entries else []
    free = {one.id for one in candidates if fits(visit, free_times(one, length, visit))}
    can = [set(one.languages) for one in entries if one.pk in free]
    return {one.pk for one in need if not any(tongues & set(one.languages) for tongues in can)}


def _measure(freed: FreedTime, patients: Mapping[UUID, Patient]) -> dict[UUID, int]:
    """Return about how many miles away patients live, of those of whom that is known."""
    site = freed.site
    if site is None or site.latitude is None or site.longitude is None:
        return {}
    there = Position(site.latitude, site.longitude)
    found: dict[UUID, int] = {}
    rows = Resource.objects.filter(patient__in=list(patients), type="Patient").order_by("id")
    for patient_id, body in rows.values_list("patient_id", "body"):
        home = read_home_position(decode(body) if isinstance(body, str) else body)
        if home is not None:
            found.setdefault(patient_id, ceil(measure_miles(home, there)))
    return found


def _promised(booking: Booking) -> Promised | None:
    if booking.state not in OCCUPYING:
        return None
    return Promised(booking.starts_at.astimezone(UTC), booking.zone, booking.starts_wall)
