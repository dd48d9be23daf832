"""Visits as pages: times to choose from, and one visit with what it needs and what can be done about it."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.catalog.speech import list_languages, speak
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.groups import GroupTime
from careloop.facts.pages import HistoryLine
from careloop.facts.referrals import ReferralState
from careloop.facts.scheduling import BookingState, Offer, Promised
from careloop.facts.tips import TipAbout
from careloop.facts.visits import (
    CheckItem,
    Known,
    OfferDay,
    Pick,
    ReferralBeside,
    TimeOffer,
    TimesPage,
    VisitPage,
    Wish,
)
from careloop.facts.worklist import State
from careloop.formats.ics import Appointment
from careloop.guard.doors import reading
from careloop.reads.explain import read_line
from careloop.reads.visit_rows import list_entries, list_kinds, load_whose, read_visit, select_visits
from careloop.records.models import (
    Booking,
    DirectoryEntry,
    GroupVisit,
    Loop,
    LoopEvent,
    Patient,
    Referral,
    VisitType,
    WaitlistWish,
)
from careloop.rules.access import has_right
from careloop.rules.preparation import PREPARED_IN
from careloop.rules.referral_visits import say_followed
from careloop.rules.referrals import awaits_decision
from careloop.rules.scheduling import OCCUPYING
from careloop.rules.visits import DECIDES_AFTER, find_offers, gather_days, is_done_by, list_deeds, look_from, suits
from careloop.worklist.free_times import length_of
from careloop.worklist.freed_times import find_freed
from careloop.worklist.group_times import find_groups, load_groups
from careloop.worklist.no_shows import count_missed, find_asking, find_decision
from careloop.worklist.preparation import load_readiness
from careloop.worklist.reminder_rows import load_visit_reminders
from careloop.worklist.settle import clinic_zone
from careloop.worklist.tips import make_box
from careloop.worklist.visit_offers import Place, find_places, list_people, load_ways, say_lacking
from careloop.worklist.waitlist import find_wish

HISTORY = 60
GIVEN_BACK = (BookingState.CANCELLED, BookingState.BUMPED)


@reading(needs=Right.BOOKING_READ, about=Patient)
def get_times_page(
    acting: Acting, patient: Patient, *, visit_type_id: UUID | None, wish: Wish, loop_id: UUID | None = None
) -> TimesPage:
    """Return times for a visit of a patient, with who and where; without a kind of visit, the kinds to choose from.

    ``loop_id`` is the open promise on which the time is to hang; its kind of visit is taken if none is chosen.

    :raises NotFound: if there is no such kind of visit or promise
    """
    if loop_id is not None:
        promised_kind = _kind_of(patient, loop_id)
        visit_type_id = visit_type_id or promised_kind
    return _make_page(acting, patient, visit_type_id, wish, loop_id=loop_id)


@reading(needs=Right.BOOKING_READ, about=Booking)
def get_move_page(acting: Acting, booking: Booking, *, wish: Wish) -> TimesPage:
    """Return other times for a visit that is booked."""
    patient = Patient.objects.get(pk=booking.patient_id)
    return _make_page(acting, patient, booking.visit_type_id, wish, moves=booking)


@reading(needs=Right.BOOKING_READ, about=Booking)
def get_visit_page(acting: Acting, booking: Booking) -> VisitPage:
    """Return one visit: where it stands, what it needs, what can be done about it now, and what happened."""
    row = select_visits(Booking.objects.filter(pk=booking.pk)).get()
    patient = Patient.objects.get(pk=booking.patient_id)
    loop = Loop.objects.filter(pk=booking.loop_id).first()
    is_open = loop is not None and loop.state != str(State.CLOSED)
    others = select_visits(Booking.objects.filter(loop_id=booking.loop_id).exclude(pk=booking.pk))
    lines = tuple(read_visit(one) for one in others.order_by("-made_at", "-id")[:HISTORY])
    may_write = has_right(acting, Right.BOOKING_WRITE)
    kept = booking.state in OCCUPYING or not any(line.state in OCCUPYING for line in lines)
    site = _site_of(list_entries(row))
    here = ZoneInfo(booking.zone)
    decision, missed, asking = find_decision(booking.loop_id), count_missed(booking.loop_id), None
    if missed >= DECIDES_AFTER:
        asking = find_asking(booking.loop_id)
    deeds = (
        ()
        if patient.is_dead or not may_write
        else list_deeds(
            BookingState(booking.state),
            starts=booking.starts_wall.date(),
            today=acting.at.astimezone(here).date(),
            has_begun=acting.at >= booking.starts_at,
            is_open=is_open and kept,
        )
    )
    is_held = booking.state == BookingState.HELD
    return VisitPage(
        at=acting.at,
        whose=load_whose(patient),
        row=read_visit(row),
        state_since=booking.state_since,
        hold_token=booking.hold_token if is_held else None,
        hold_until=booking.hold_until if is_held else None,
        site=site.name if site else "",
        address=site.address if site else "",
        checklist=_checklist(row, patient),
        deeds=deeds,
        others=lines,
        history=_history(booking.loop_id) if has_right(acting, Right.LOOP_READ) else (),
        loop_is_open=is_open,
        may_see_loop=has_right(acting, Right.LOOP_READ),
        readiness=load_readiness(row),
        may_prepare=may_write and booking.state in PREPARED_IN,
        missed=missed,
        decision_id=decision.pk if decision else None,
        asking_id=asking.pk if asking else None,
        freed_id=find_freed(booking) if booking.state in GIVEN_BACK and booking.starts_at > acting.at else None,
        wish_id=find_wish(booking.loop_id) if is_open else None,
        group=_group_of(booking),
        reminders=load_visit_reminders(booking, may_pause=may_write),
        tips=make_box(acting, TipAbout.VISIT_TYPE, str(booking.visit_type_id)),
        referrals=_referrals_of(booking) if has_right(acting, Right.REFERRAL_READ) else (),
    )


@reading(needs=Right.BOOKING_READ, about=Booking)
def get_invitation(acting: Acting, booking: Booking) -> Appointment:
    """Return a visit as an appointment for a calendar: the time that the promise has now, without a word of health.

    Its name is the promise's, so that a time that moved replaces the one before.
    """
    rows = Booking.objects.filter(loop_id=booking.loop_id)
    row = select_visits(rows.order_by("-occupies", "-made_at", "-id")).first() or booking
    loop, patient = Loop.objects.get(pk=booking.loop_id), Patient.objects.get(pk=booking.patient_id)
    site = _site_of(list_entries(row))
    spoken = patient.languages[0].split("-")[0] if patient.languages else "en"
    return Appointment(
        uid=row.loop_id,
        sequence=loop.version,
        promised=Promised(row.starts_at, row.zone, row.starts_wall),
        minutes=row.minutes,
        title=speak(Say("visit.neutral_title"), spoken if spoken in list_languages() else "en"),
        place=site.address if site else "",
        changed_at=row.state_since,
        is_cancelled=row.state not in (*OCCUPYING, BookingState.DONE),
        is_certain=row.state != BookingState.HELD,
    )


def _referrals_of(booking: Booking) -> tuple[ReferralBeside, ...]:
    """Return the referrals that are seen at this visit, whichever of its times they name: one statement."""
    times = Booking.objects.filter(loop_id=booking.loop_id, patient_id=booking.patient_id)
    rows = Referral.objects.filter(patient_id=booking.patient_id, booking__in=times).order_by("made_at", "id")
    visit = BookingState(booking.state)
    return tuple(
        ReferralBeside(
            row.pk, row.specialty, ReferralState(row.state),
            say_followed(
                visit, ReferralState(row.state), is_named=row.booking_id == booking.pk,
                is_undecided=awaits_decision(ReferralState(row.state), row.misses),
            ),
        )
        for row in rows
    )  # fmt: skip


def _group_of(booking: Booking) -> GroupTime | None:
    return next(iter(load_groups(GroupVisit.objects.filter(pk=booking.group_id))), None) if booking.group_id else None


def _kind_of(patient: Patient, loop_id: UUID) -> UUID:
    """Return the kind of visit that was promised: that of its newest time, else what is waited for."""
    times = Booking.objects.filter(loop_id=loop_id, patient=patient).order_by("-made_at", "-id")
    wishes = WaitlistWish.objects.filter(loop_id=loop_id, patient=patient).order_by("-added_at", "-id")
    last = times.first() or wishes.first()
    if last is None:
        raise NotFound
    kind: UUID = last.visit_type_id
    return kind


def _make_page(
    acting: Acting,
    patient: Patient,
    visit_type_id: UUID | None,
    wish: Wish,
    *,
    loop_id: UUID | None = None,
    moves: Booking | None = None,
) -> TimesPage:
    kinds = list_kinds(acting, patient, with_groups=True)
    chosen = next((kind for kind in kinds if kind.id == visit_type_id), None)
    if visit_type_id is not None and chosen is None:
        raise NotFound
    zone, people = clinic_zone(), list[DirectoryEntry]()
    days: tuple[OfferDay, ...] = ()
    lacking: tuple[Say, ...] = ()
    groups: tuple[GroupTime, ...] = ()
    if chosen is not None:
        visit = VisitType.objects.get(pk=chosen.id)
        people = list_people(visit)
        if visit.seats > 1:
            groups = _find_groups(acting, patient, visit, wish)
        else:
            zone, days, lacking = _find_times(acting, patient, visit, people, wish)
    elif wish.entry_id is not None:
        asked = wish.entry_id
        people = list(DirectoryEntry.objects.filter(pk=asked, kind=str(EntryKind.PRACTITIONER), is_active=True))
        kinds = tuple(kind for kind in kinds if is_done_by(kind.draft, asked))
    moved = select_visits(Booking.objects.filter(pk=moves.pk)).get() if moves else None
    return TimesPage(
        at=acting.at,
        zone=zone,
        whose=load_whose(patient),
        kinds=kinds,
        chosen=chosen,
        people=tuple(Pick(one.pk, EntryKind(one.kind), one.name) for one in people),
        wish=wish,
        days=days,
        lacking=lacking,
        next_on=_next_on(days),
        may_book=has_right(acting, Right.BOOKING_WRITE) and not patient.is_dead,
        loop_id=loop_id,
        moves=read_visit(moved) if moved else None,
        groups=groups,
    )


def _find_groups(acting: Acting, patient: Patient, visit: VisitType, wish: Wish) -> tuple[GroupTime, ...]:
    """Return the groups with a free seat that suit what is wished for, from the wished day on."""
    since = look_from(wish, acting.at, clinic_zone()).start
    return tuple(group for group in find_groups(visit, since, patient) if suits(group.promised, wish))


def _find_times(
    acting: Acting, patient: Patient, visit: VisitType, people: Sequence[DirectoryEntry], wish: Wish
) -> tuple[str, tuple[OfferDay, ...], tuple[Say, ...]]:
    """Return the zone of the clocks, times by day, and why there are none."""
    asked = [one for one in people if wish.entry_id in (None, one.pk)]
    places, missing = find_places(visit, patient, asked)
    if missing:
        return clinic_zone(), (), missing
    zone = places[0].groups[0][0].zone or clinic_zone()
    window = look_from(wish, acting.at, zone)
    ways = [(place, load_ways(place, visit, patient, window)) for place in places]
    offers = [
        _offer(place, offer)
        for place, way in ways
        for offer in find_offers(way, length_of(visit), window, wish)
    ]  # fmt: skip
    lacking = () if offers else say_lacking(ways, visit, window, wish)
    return zone, gather_days(offers), lacking


def _offer(place: Place, offer: Offer) -> TimeOffer:
    """Return a time with the names of who takes part; whom it is with is asked for, the rest is found when it is held.

    A visit without a practitioner is asked with its room or device.
    """
    known = {entry.pk: entry for group in place.groups for entry in group}
    picks = [known[key] for key in offer.picks if key in known]
    with_whom = [one for one in picks if one.kind == EntryKind.PRACTITIONER]
    things = [one for one in picks if one.kind in (EntryKind.ROOM, EntryKind.DEVICE)]
    return TimeOffer(
        promised=offer.promised,
        picks=tuple(Pick(one.pk, EntryKind(one.kind), one.name) for one in picks),
        entries=tuple(one.pk for one in (with_whom or things)),
        site=_name_of_site(picks),
    )


def _name_of_site(entries: Sequence[DirectoryEntry]) -> str:
    site = _site_of(entries)
    return site.name if site else ""


def _site_of(entries: Sequence[DirectoryEntry]) -> DirectoryEntry | None:
    return next((one.site for one in entries if one.site_id and one.kind != EntryKind.INTERPRETER), None)


def _next_on(days: Sequence[OfferDay]) -> date | None:
    return days[-1].on + timedelta(days=1) if days else None


def _checklist(row: Booking, patient: Patient) -> tuple[CheckItem, ...]:
    """Return what a visit needs and whether it is seen to. What nobody can know from here is "not yet"."""
    visit, kinds = row.visit_type, {entry.kind for entry in list_entries(row)}
    items = []
    if patient.needs_interpreter:
        is_there = EntryKind.INTERPRETER in kinds
        items.append(CheckItem(Say("visit.check_interpreter"), Known.KNOWN if is_there else Known.NOT_YET))
    for wanted, kind, what in (
        (visit.room_sort, EntryKind.ROOM, Say("visit.check_room")),
        (visit.device_sort, EntryKind.DEVICE, Say("visit.check_device")),
    ):
        if wanted:
            items.append(CheckItem(what, Known.KNOWN if kind in kinds else Known.NOT_YET))
    said = Known.KNOWN if row.state in ("confirmed", "arrived", "done") else Known.NOT_YET
    items.append(CheckItem(Say("visit.check_confirmed"), said))
    return tuple(items)


def _history(loop_id: UUID) -> tuple[HistoryLine, ...]:
    events = LoopEvent.objects.filter(loop_id=loop_id).select_related("person").order_by("-version")[:HISTORY]
    return tuple(read_line(event) for event in events)
