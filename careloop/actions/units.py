"""Teams and sites as rows, inside the doors of administration and of the first run."""

from collections.abc import Mapping
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.records.models import OpeningHours, Unit

NAME_LIMIT = 200
# Opening and closing time by weekday, 1 is Monday.
Hours = Mapping[int, tuple[time, time]]


def write_unit(unit: Unit, *, name: str, zone: str, hours: Hours) -> None:
    """Save a team or site with its zone and hours; what cannot be is refused."""
    words = clean_name(name)
    if zone and zone not in available_timezones():
        raise Refusal(Say("refusal.zone", zone=zone[:60].replace("\x00", "")))
    if any(not opens < closes for opens, closes in hours.values()) or not set(hours) <= set(range(1, 8)):
        raise Refusal(Say("refusal.hours"))
    if Unit.objects.filter(name=words).exclude(pk=unit.pk).exists():
        raise Refusal(Say("refusal.unit_name_taken"))
    unit.name, unit.zone = words, ZoneInfo(zone).key if zone else ""
    unit.save()
    OpeningHours.objects.filter(unit=unit).delete()
    OpeningHours.objects.bulk_create(
        [OpeningHours(unit=unit, weekday=day, opens=o, closes=c) for day, (o, c) in sorted(hours.items())]
    )


def clean_name(name: str) -> str:
    """Return a name with single blanks; a missing one is refused."""
    words = " ".join(name.replace("\x00", "").split())[:NAME_LIMIT]
    if not words:
        raise Refusal(Say("refusal.name_missing"))
    return words
