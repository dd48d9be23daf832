"""Appointments as iCalendar (RFC 5545): for whoever keeps a calendar of their own. Nothing of health stands in one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

from careloop.facts.scheduling import Promised

CALENDAR_NAME, ASK_AGAIN = "Careloop", timedelta(hours=1)
PRODUCT = "-//Careloop//Appointments//EN"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment: the same ``uid`` as long as the promise lasts, a ``sequence`` that rises with every change.

    ``title`` is neutral, ``place`` an address without the name of a specialty. ``link`` is an address at which whoever
    may see the visit finds the rest, "" for none. ``changed_at`` is aware.
    """

    uid: UUID
    sequence: int
    promised: Promised
    minutes: int
    title: str
    place: str
    changed_at: datetime
    is_cancelled: bool
    is_certain: bool
    link: str = ""


def write_feed(appointments: Iterable[Appointment]) -> bytes:
    """Return many appointments as a calendar to subscribe to, on the clocks of their zones; again, the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", CALENDAR_NAME)
    calendar.add("x-wr-calname", CALENDAR_NAME)
    calendar.add("refresh-interval", ASK_AGAIN)
    calendar.add("x-published-ttl", "PT1H")
    for one in appointments:
        calendar.add_component(_event(one))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def write_invitation(appointment: Appointment) -> bytes:
    """Return one appointment as a calendar of its own, on the clocks of its zone, with the zone's rules in it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if appointment.is_cancelled else "PUBLISH")
    calendar.add_component(_event(appointment))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(one: Appointment) -> Event:
    start = one.promised.at.astimezone(ZoneInfo(one.promised.zone))
    end = (one.promised.at + timedelta(minutes=one.minutes)).astimezone(ZoneInfo(one.promised.zone))
    event = Event()
    event.add("uid", f"{one.uid}@careloop")
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", one.title)
    if one.place:
        event["location"] = vText(one.place)
    if one.link:
        event.add("url", one.link)
    event.add("class", "PRIVATE")
    state = "CONFIRMED" if one.is_certain else "TENTATIVE"
    event.add("status", "CANCELLED" if one.is_cancelled else state)
    return event
