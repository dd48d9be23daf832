"""The days on which the clinic works: the federal holidays, with the clinic's own days before them."""

from dataclasses import replace
from datetime import date

from django.db import connection

from careloop.catalog.clocks import load_clocks
from careloop.facts.clocks import Clocks

# The clinic's own days in one value, to be asked for beside other things: +2026-11-27 is open, -2026-12-24 closed.
OWN_DAYS = (
    """coalesce((SELECT string_agg(CASE WHEN is_open THEN '+' ELSE '-' END || "on"::text, ' ') FROM clinic_day), '')"""
)


def load_calendar() -> Clocks:
    """Return every clock with the days on which this clinic is closed: one small question to the database."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {OWN_DAYS}")
        return read_calendar(cursor.fetchone()[0])


def read_calendar(own_days: str) -> Clocks:
    """Return every clock with the days on which this clinic is closed, from what OWN_DAYS answered."""
    clocks = load_clocks()
    marks = own_days.split()
    if not marks:
        return clocks
    days = {state: {date.fromisoformat(one[1:]) for one in marks if one[0] == state} for state in "+-"}
    return replace(clocks, holidays=(clocks.holidays | days["-"]) - days["+"])
