"""Sentences for patients: said as ``speak`` says them, but with days and hours as people read them, never as staff do.

A value called ``when`` is the time on the clocks of a visit's place ("2026-11-30T09:30"), one called ``day`` a day.
"""

from datetime import UTC, date, datetime

from careloop.basics.words import Say, Value
from careloop.catalog.messages import load_tongues
from careloop.catalog.speech import speak
from careloop.rules.compose import write_day, write_moment

# Languages that patients can read here; the first is for whoever reads another.
PLAIN_LANGUAGES = ("en", "es")


def speak_plain(say: Say, language: str) -> str:
    """Say it to a patient: "You have a visit on Monday, November 30 at 9:30 in the morning."."""
    return speak(Say(say.key, **{name: _write(name, value, language) for name, value in say.values}), language)


def write_wall(wall: datetime, language: str) -> str:
    """Write what the clocks of a place show, day and hour: "Monday, November 30 at 9:30 in the morning"."""
    return write_moment(wall.replace(tzinfo=UTC), load_tongues()[language], "UTC")


def write_plain_day(on: date, language: str) -> str:
    """Write a day: "Monday, November 30"."""
    return write_day(on, load_tongues()[language])


def choose_language(*wanted: str) -> str:
    """Return the first of these languages that patients can read here."""
    known = (one.replace("_", "-").split("-")[0].lower() for one in wanted)
    return next((one for one in known if one in PLAIN_LANGUAGES), PLAIN_LANGUAGES[0])


def _write(name: str, value: Value, language: str) -> Value:
    if isinstance(value, date):
        return write_plain_day(value, language)
    if name == "when" and isinstance(value, str):
        return write_wall(datetime.fromisoformat(value), language)
    return value
