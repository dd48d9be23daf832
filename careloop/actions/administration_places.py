"""Where and when the clinic works: teams and sites with zone and hours, and days of its own."""

from datetime import date

from careloop.actions.units import Hours, clean_name, write_unit
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import ClinicDay, Unit


@managing(needs=Right.PEOPLE_WRITE)
def add_unit(acting: Acting, *, kind: str, name: str, zone: str = "", hours: Hours | None = None) -> int:
    """Add a team or a site with its zone ("" is the clinic's) and hours; return its number.

    :raises Refusal: if the name is missing or taken, or zone or hours cannot be
    """
    unit = Unit(kind=kind)
    write_unit(unit, name=name, zone=zone, hours=hours or {})
    return int(unit.pk)


@managing(needs=Right.PEOPLE_WRITE)
def change_unit(
    acting: Acting, *, unit_id: int, version: int, name: str, zone: str = "", hours: Hours | None = None
) -> None:
    """Change name, zone and hours of a team or site.

    :raises Refusal: as ``add_unit`` says
    :raises TakenMeanwhile: if somebody else changed it after ``version``
    """
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    if unit.version != version:
        raise TakenMeanwhile(Say("refusal.unit_changed_meanwhile"))
    unit.version += 1
    write_unit(unit, name=name, zone=zone, hours=hours or {})


@managing(needs=Right.PEOPLE_WRITE)
def set_clinic_day(acting: Acting, *, on: date, name: str, is_open: bool = False) -> None:
    """Say that the clinic is closed on a day, or open though it is a federal holiday. The same day again is replaced.

    :raises Refusal: if the name is missing, or the day lies beyond the days for which holidays are known
    """
    known = load_clocks().holidays
    if not min(known) <= on <= max(known):
        raise Refusal(Say("refusal.clinic_day", first=min(known), last=max(known)))
    ClinicDay.objects.update_or_create(
        on=on,
        defaults={"name": clean_name(name), "is_open": is_open, "set_by_id": acting.person_id, "set_at": acting.at},
    )


@managing(needs=Right.PEOPLE_WRITE)
def clear_clinic_day(acting: Acting, *, on: date) -> None:
    """Take a day of the clinic's own away; one that is not there is well."""
    ClinicDay.objects.filter(on=on).delete()
