"""Calendars from elsewhere are read: whoever is busy there is busy here, and nothing else of them is kept."""

from uuid import UUID

from careloop.facts.access import Acting, Right
from careloop.formats.busy import read_busy
from careloop.guard.doors import managing
from careloop.records.models import OutsideAddress, OutsideBusy, OutsideCalendar
from careloop.rules.fetching import AHEAD
from careloop.worklist.busy_elsewhere import lock_bookable, replace_busy


@managing(needs=Right.CALENDAR_WRITE)
def take_outside_calendar(acting: Acting, *, entry_id: UUID, data: bytes) -> int:
    """Read a calendar (iCalendar) for an entry, in place of the one before; return how many busy times it has.

    If there is an address too, it is asked for all of its calendar the next time.

    :raises NotBusyTimes: if it cannot be read, or not surely; what was known before stays
    :raises NotFound: if there is no such entry, or it takes part in no visit
    """
    entry = lock_bookable(entry_id)
    until = acting.at + AHEAD
    spans = read_busy(data, zone=entry.zone, since=acting.at, until=until)
    OutsideAddress.objects.filter(entry_id=entry_id).update(etag="", modified="")
    return replace_busy(entry_id, spans, at=acting.at, until=until, set_by_id=acting.person_id)


@managing(needs=Right.CALENDAR_WRITE)
def drop_outside_calendar(acting: Acting, *, entry_id: UUID) -> None:
    """Forget what was read of an entry's calendar elsewhere, and its address; what is not there is well."""
    lock_bookable(entry_id)
    OutsideAddress.objects.filter(entry_id=entry_id).delete()
    OutsideBusy.objects.filter(calendar_id=entry_id).delete()
    OutsideCalendar.objects.filter(entry_id=entry_id).delete()
