"""A calendar from elsewhere taken in as a page does it: how it is to be read, the reading, and what is kept."""

from uuid import UUID

from careloop.actions.outside_busy import take_outside_calendar
from careloop.facts.access import Acting
from careloop.formats.busy import read_busy
from careloop.reads.hours import get_reading_window


def take_calendar(acting: Acting, *, entry_id: UUID, data: bytes) -> int:
    """Read it in this process and keep its busy times; return how many."""
    window = get_reading_window(acting, entry_id)
    spans = read_busy(data, zone=window.zone, since=window.since, until=window.until)
    return take_outside_calendar(acting, entry_id=entry_id, window=window, spans=spans)
