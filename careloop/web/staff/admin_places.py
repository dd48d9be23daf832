"""Where and when the clinic works, by page: teams, sites and hours, and days of its own."""

from datetime import date

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.administration_places import (
    add_unit,
    change_unit,
    clear_clinic_day,
    set_clinic_day,
)
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Role
from careloop.facts.administration import DaysPage, UnitLine
from careloop.reads.administration import get_days_page, list_units
from careloop.web.days import DayField
from careloop.web.labels_admin import WEEKDAYS
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import admin_forms as forms
from careloop.web.staff.forms import read_form


class _DayKey(django_forms.Form):
    on = DayField()


@page()
def show_units(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show teams and sites, and the form for a new one."""
    return render_units(request, list_units(acting))


def render_units(
    request: ActingRequest, units: tuple[UnitLine, ...], attempt: Attempt | None = None, unit: UnitLine | None = None
) -> HttpResponse:
    """Render all teams and sites, or one of them to be changed, from plain values."""
    now: dict[str, object] = {"name": unit.name, "zone": unit.zone, "kind": unit.kind} if unit else {"kind": "team"}
    fields = forms.list_fields(forms.UnitForm, "save_unit", now=now, attempt=attempt)
    return render(
        request,
        "admin/unit.html" if unit else "admin/units.html",
        {
            "units": units,
            "unit": unit,
            "attempt": attempt,
            "here": "admin",
            "fields": [field for field in fields if not (unit and field.name == "kind")],
            "hours": _hours(unit, attempt),
            "differs": forms.list_differences(fields, now) if attempt and attempt.taken and unit else [],
            "may_write": request.me is not None and request.me.role is Role.ADMINISTRATOR,
        },
    )


@page()
def show_unit(acting: Acting, request: ActingRequest, unit_id: int) -> HttpResponse:
    """Show one team or site to be changed."""
    return render_units(request, (), None, _find_unit(acting, unit_id))


def _find_unit(acting: Acting, unit_id: int) -> UnitLine:
    found = next((unit for unit in list_units(acting) if unit.id == unit_id), None)
    if found is None:
        raise NotFound
    return found


def _hours(unit: UnitLine | None, attempt: Attempt | None) -> list[tuple[int, str, str, str]]:
    """Return number, name, opening and closing time of each day of the week, as typed or as they stand."""
    standing = {day: (f"{opens:%H:%M}", f"{closes:%H:%M}") for day, opens, closes in (unit.hours if unit else ())}
    values = attempt.values if attempt else None
    return [
        (day, str(name), values.get(f"opens-{day}", ""), values.get(f"closes-{day}", ""))
        if values is not None
        else (day, str(name), *standing.get(day, ("", "")))
        for day, name in WEEKDAYS
    ]


def _to_units(request: ActingRequest) -> str:
    return reverse("admin-units")


def _units_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    number = attempt.values.get("unit", "")
    unit = _find_unit(acting, int(number)) if number.isascii() and number.isdigit() else None
    return render_units(request, list_units(acting), attempt, unit)


@deed(back_to=_to_units, again=_units_again, about_patient=False)
def save_unit(acting: Acting, request: ActingRequest) -> Told:
    """Add a team or site, or save one."""
    typed = read_form(forms.UnitForm, request)
    if typed["unit"] is None:
        add_unit(acting, kind=typed["kind"], name=typed["name"], zone=typed["zone"], hours=typed["hours"])
        return Told(_("Added."))
    change_unit(
        acting, unit_id=typed["unit"], version=typed["version"] or 0, name=typed["name"], zone=typed["zone"],
        hours=typed["hours"],
    )  # fmt: skip
    return Told(_("Saved."))


@page()
def show_days(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the days of a year on which the clinic is closed."""
    return render_days(request, get_days_page(acting, year=_year(request)))


def render_days(request: ActingRequest, shown: DaysPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the days from plain values."""
    return render(
        request,
        "admin/days.html",
        {
            "page": shown,
            "attempt": attempt,
            "here": "admin",
            "before": shown.year - 1,
            "after": shown.year + 1,
            "fields": forms.list_fields(forms.DayForm, "set_day", now={"state": "closed"}, attempt=attempt),
        },
    )


def _year(request: ActingRequest) -> int:
    given = request.GET.get("year", "")
    return int(given) if given.isascii() and given.isdigit() and 2000 <= int(given[:5]) <= 2100 else request.today.year


def _to_days(request: ActingRequest) -> str:
    try:
        year = date.fromisoformat(request.POST.get("on", "")).year
    except ValueError:
        year = request.today.year
    return f"{reverse('admin-days')}?year={year}"


def _days_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_days(request, get_days_page(acting, year=request.today.year), attempt)


@deed(back_to=_to_days, again=_days_again, about_patient=False)
def set_day(acting: Acting, request: ActingRequest) -> Told:
    """Say that the clinic is closed on a day, or open."""
    typed = read_form(forms.DayForm, request)
    set_clinic_day(acting, on=typed["on"], name=typed["name"], is_open=typed["state"] == "open")
    return Told(_("Saved. Deadlines count it from now on."))


@deed(back_to=_to_days, again=_days_again, about_patient=False)
def clear_day(acting: Acting, request: ActingRequest) -> Told:
    """Take a day of the clinic's own away."""
    clear_clinic_day(acting, on=read_form(_DayKey, request)["on"])
    return Told(_("Taken away."))
