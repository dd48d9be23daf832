"""Calendars from elsewhere are read: whoever is busy there is busy here, and nothing else of them is kept."""

from collections.abc import Sequence
from uuid import UUID

from careloop.basics.refusals import TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.scheduling import ReadingWindow, Span
from careloop.guard.doors import managing
from careloop.records.models import OutsideAddress, OutsideBusy, OutsideCalendar
from careloop.worklist.busy_elsewhere import lock_bookable, replace_busy


@managing(needs=Right.CALENDAR_WRITE)
def take_outside_calendar(acting: Acting, *, entry_id: UUID, window: ReadingWindow, spans: Sequence[Span]) -> int:
    """Keep the busy times of a calendar that was read for an entry, in place of those before; return how many.

    It was read apart, within ``window`` and on its clocks. If there is an address too, it is asked for all of its
    calendar the next time.

    :raises TakenMeanwhile: if the clocks of the entry were changed while the calendar was read
    :raises NotFound: if there is no such entry, or it takes part in no visit
    """
    entry = lock_bookable(entry_id)
    if entry.zone != window.zone:
        raise TakenMeanwhile(Say("refusal.entry_changed"))
    OutsideAddress.objects.filter(entry_id=entry_id).update(etag="", modified="")
    return replace_busy(entry_id, spans, at=acting.at, until=window.until, set_by_id=acting.person_id)


@managing(needs=Right.CALENDAR_WRITE)
def drop_outside_calendar(acting: Acting, *, entry_id: UUID) -> None:
    """Forget what was read of an entry's calendar elsewhere, and its address; what is not there is well."""
    lock_bookable(entry_id)
    OutsideAddress.objects.filter(entry_id=entry_id).delete()
    OutsideBusy.objects.filter(calendar_id=entry_id).delete()
    OutsideCalendar.objects.filter(entry_id=entry_id).delete()
