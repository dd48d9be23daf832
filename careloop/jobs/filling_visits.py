"""Fills the demo's calendars, and for the whole clinic its visits: booked, and told how they went, day by day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.scheduling import (
    book_visit,
    cancel_visit,
    confirm_visit,
    finish_visit,
    hold_visit,
    note_arrival,
    note_no_show,
)
from careloop.catalog.demo import visits as demo
from careloop.catalog.demo.visits import DemoVisit, Went
from careloop.facts.access import Acting
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.scheduling import VisitAsk, WeeklyHours
from careloop.facts.visits import Wish
from careloop.reads.visits import get_times_page

KEYS = UUID("3f1f3c58-0b7e-4b0e-9a64-2d7f7c1f5a10")
SAW = "The visit took place."


@dataclass(slots=True)
class Booked:
    """A visit of the demo that was booked: its key and version, and its day."""

    visit: DemoVisit
    booking_id: UUID
    version: int
    on: date


@dataclass(slots=True)
class VisitBook:
    """Who can be booked for what in the demo, and what was booked. ``acting`` gives a patient's coordinator at work."""

    kinds: Mapping[str, UUID]
    patients: Mapping[str, UUID]
    acting: Callable[[str, datetime], Acting]
    booked: list[Booked] = field(default_factory=list)


def open_calendars(acting: Acting, zone: str) -> dict[str, UUID]:
    """Make places, people, rooms and devices with their hours, and kinds of visits; return the kinds by key."""
    places = {
        name: add_entry(acting, EntryDraft(EntryKind.SITE, name, zone=zone, address=address))
        for name, address in ((demo.PLACE, demo.ADDRESS), (demo.HEART_PLACE, demo.HEART_ADDRESS))
    }
    entries = {}
    for one in demo.ENTRIES:
        site = places.get(one.place)
        draft = EntryDraft(
            one.kind, one.name, site_id=site, zone=zone, sort=one.sort, languages=one.languages,
            specialties=one.specialties,
        )  # fmt: skip
        entries[one.key] = add_entry(acting, draft)
        week = [WeeklyHours(day, one.opens, one.closes) for day in range(1, 6)]
        set_hours(acting, entry_id=entries[one.key], hours=week)
    return {
        kind.key: add_visit_type(acting, kind.with_people(tuple(entries[key] for key in kind.people)))
        for kind in demo.KINDS
    }


def book_visits(book: VisitBook, at: datetime, today: date) -> None:
    """Book every visit of the demo at the first time that fits; what finds no time or no patient is left out."""
    for number, visit in enumerate(demo.VISITS):
        if visit.patient not in book.patients:
            continue
        acting, patient = book.acting(visit.patient, at), book.patients[visit.patient]
        kind, since = book.kinds[visit.kind], today + timedelta(days=visit.days)
        page = get_times_page(acting, patient, visit_type_id=kind, wish=Wish(since_on=since, part=visit.part))
        if not page.days:
            continue
        offer = page.days[0].offers[0]
        ask = VisitAsk(kind, offer.promised.wall, offer.entries)
        held = hold_visit(acting, patient, ask, key=str(uuid5(KEYS, f"{number}")))
        version = book_visit(acting, held.booking_id, token=held.token)
        book.booked.append(Booked(visit, held.booking_id, version, offer.promised.wall.date()))


def end_visits(book: VisitBook, at: datetime, on: date) -> None:
    """Tell of the visits of a day that is over how they went."""
    for one in book.booked:
        if one.on != on:
            continue
        acting = book.acting(one.visit.patient, at)
        if one.visit.went is Went.DONE:
            version = note_arrival(acting, one.booking_id, version=one.version)
            finish_visit(acting, one.booking_id, version=version, note=one.visit.note or SAW)
        elif one.visit.went is Went.MISSED:
            note_no_show(acting, one.booking_id, version=one.version, barrier=one.visit.barrier, note=one.visit.note)
        elif one.visit.went is Went.CANCELLED:
            _cancel(acting, one)


def begin_day(book: VisitBook, at: datetime, today: date) -> None:
    """Tell of the clinic's day and of those ahead how they stand this moment."""
    for one in book.booked:
        acting = book.acting(one.visit.patient, at)
        if one.on == today and one.visit.went is Went.CAME:
            note_arrival(acting, one.booking_id, version=one.version)
        elif one.on >= today and one.visit.went in (Went.CONFIRMED, Went.CAME):
            confirm_visit(acting, one.booking_id, version=one.version)
        elif one.on > today and one.visit.went is Went.CANCELLED:
            _cancel(acting, one)


def _cancel(acting: Acting, one: Booked) -> None:
    cancel_visit(
        acting, one.booking_id, version=one.version, by=one.visit.by, reason=one.visit.reason, note=one.visit.note
    )
