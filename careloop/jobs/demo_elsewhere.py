"""The demo's calendar from elsewhere: its address is entered, and its times are kept as if they had been fetched."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from careloop.actions.outside_fetch import claim_fetch, keep_fetched, set_address
from careloop.catalog.demo.elsewhere import ADDRESS, BEGINS, ENDS, WEEKDAY, WEEKS, WHO
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.fetching import Fetched, Marks
from careloop.facts.scheduling import Span
from careloop.reads.hours import list_calendars


def keep_elsewhere(acting: Acting, today: date, zone: str) -> None:
    """Keep the address of a specialist's other calendar, and the evenings that stand in it."""
    who = next(line.entry_id for line in list_calendars(acting) if line.name == WHO)
    set_address(acting, entry_id=who, address=ADDRESS)
    worker = Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=acting.at, purpose=Purpose.SWEEP)
    fetching = claim_fetch(worker)
    if fetching is not None:
        keep_fetched(worker, fetching, Fetched(tuple(_evenings(today, ZoneInfo(zone))), Marks()))


def _evenings(today: date, here: ZoneInfo) -> list[Span]:
    first = today + timedelta(days=(WEEKDAY - today.isoweekday() - 1) % 7 + 1)
    days = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return [Span(datetime.combine(on, BEGINS, here), datetime.combine(on, ENDS, here)) for on in days]
