"""Calendars by page: weekly hours, days that differ, and kinds of visits."""

from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions.calendars import (
    add_calendar_day,
    add_visit_type,
    change_visit_type,
    remove_calendar_day,
    set_hours,
)
from careloop.actions.outside_busy import drop_outside_calendar, take_outside_calendar
from careloop.actions.outside_fetch import drop_address, fetch_soon, set_address
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.scheduling import VisitTypeRow
from careloop.facts.visits import CalendarLine, CalendarPage, KindsPage
from careloop.formats.busy import MAX_BYTES, NotBusyTimes
from careloop.jobs.reading import read_apart
from careloop.reads.hours import get_calendar_page, get_kinds_page, get_reading_window, list_calendars
from careloop.rules.access import has_right
from careloop.rules.fetching import EVERY
from careloop.rules.scheduling import VisitsFallOut
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import calendar_forms as forms
from careloop.web.staff.admin_forms import list_fields
from careloop.web.staff.forms import read_form

# Seconds of the processor for a file that somebody waits for.
SECONDS = 10


@page()
def show_calendars(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show who and what can have a calendar."""
    return render_calendars(request, list_calendars(acting))


def render_calendars(request: ActingRequest, lines: tuple[CalendarLine, ...]) -> HttpResponse:
    """Render the calendars from plain values."""
    return render(request, "admin/calendars.html", {"lines": lines, "here": "admin"})


@page()
def show_hours(acting: Acting, request: ActingRequest, entry_id: UUID) -> HttpResponse:
    """Show the hours of one entry."""
    return render_hours(request, get_calendar_page(acting, entry_id))


def render_hours(request: ActingRequest, shown: CalendarPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the hours of one entry from plain values; ``attempt`` may carry the visits that fall out of them."""
    refusal = attempt.refusal if attempt else None
    return render(
        request,
        "admin/hours.html",
        {
            "page": shown,
            "attempt": attempt,
            "may_out": request.acting is not None and has_right(request.acting, Right.OUTAGE_WRITE),
            "today": request.today,
            "outside": refusal.visits if isinstance(refusal, VisitsFallOut) else (),
            "week": forms.list_week(shown.hours, attempt.values if attempt and attempt.verb == "save_hours" else None),
            "fetch_hours": EVERY // timedelta(hours=1),
            "fields": list_fields(forms.DifferForm, "differ", now={"state": "closed"}, attempt=attempt),
            "here": "admin",
        },
    )


def _to_hours(request: ActingRequest, entry_id: UUID) -> str:
    return reverse("hours", kwargs={"entry_id": entry_id})


def _hours_again(acting: Acting, request: ActingRequest, attempt: Attempt, entry_id: UUID) -> HttpResponse:
    return render_hours(request, get_calendar_page(acting, entry_id), attempt)


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def save_hours(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Save the weekly hours of one entry."""
    typed = read_form(forms.WeekForm, request)
    set_hours(acting, entry_id=entry_id, hours=typed["hours"], accepted=typed["accepted"] or 0)
    return Told(_("Saved. Times are offered by these hours from now on."))


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def differ(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Say that a calendar differs on some days."""
    typed = read_form(forms.DifferForm, request)
    add_calendar_day(
        acting, entry_id=entry_id, differs=typed["differs"], reason=typed["reason"], accepted=typed["accepted"] or 0
    )
    return Told(_("Saved."))


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def remove_day(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Take away that a calendar differs on some days."""
    remove_calendar_day(acting, day_id=read_form(forms.DayKey, request)["day"])
    return Told(_("Taken away."))


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def take_elsewhere(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Read when somebody is busy elsewhere from a calendar file."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        raise Refusal(Say("refusal.busy_no_file"))
    if file.size > MAX_BYTES:
        raise NotBusyTimes(Say("refusal.busy_large", count=MAX_BYTES // 1_000_000))
    window = get_reading_window(acting, entry_id)
    # Apart from this process: whoever wrote the file may mean ill. Nothing is locked meanwhile.
    spans = read_apart(file.read(), zone=window.zone, since=window.since, until=window.until, seconds=SECONDS)
    count = take_outside_calendar(acting, entry_id=entry_id, window=window, spans=spans)
    said = ngettext("Read: %(count)s busy time. No visit is offered then.",
                    "Read: %(count)s busy times. No visit is offered then.", count)  # fmt: skip
    return Told(said % {"count": count})


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def drop_elsewhere(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Forget when somebody is busy elsewhere."""
    drop_outside_calendar(acting, entry_id=entry_id)
    return Told(_("Forgotten. Only what is booked here counts."))


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def keep_address(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Keep the address from which somebody's calendar elsewhere is fetched."""
    set_address(acting, entry_id=entry_id, address=request.POST.get("address", ""))
    return Told(_("Kept. The calendar is fetched within a few minutes."))


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def fetch_now(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Have somebody's calendar elsewhere fetched now."""
    fetch_soon(acting, entry_id=entry_id)
    return Told(_("Asked for. The calendar is fetched within a few minutes."))


@deed(back_to=_to_hours, again=_hours_again, about_patient=False)
def stop_fetching(acting: Acting, request: ActingRequest, entry_id: UUID) -> Told:
    """Forget the address of somebody's calendar elsewhere."""
    drop_address(acting, entry_id=entry_id)
    return Told(_("The address is forgotten. What was read of the calendar stays."))


@page()
def show_kinds(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the kinds of visits, and the form for a new one."""
    return render_kinds(request, get_kinds_page(acting))


@page()
def show_kind(acting: Acting, request: ActingRequest, kind_id: UUID) -> HttpResponse:
    """Show one kind of visit to be changed."""
    shown = get_kinds_page(acting)
    return render_kinds(request, shown, kind=_find_kind(shown, kind_id))


def _find_kind(shown: KindsPage, kind_id: UUID) -> VisitTypeRow:
    found = next((kind for kind in shown.kinds if kind.id == kind_id), None)
    if found is None:
        raise NotFound
    return found


def render_kinds(
    request: ActingRequest, shown: KindsPage, attempt: Attempt | None = None, kind: VisitTypeRow | None = None
) -> HttpResponse:
    """Render the kinds of visits, or one of them to be changed, from plain values."""
    now = forms.describe_kind(kind) if kind else {"is_active": True, "needs_practitioner": True, "seats": "1"}
    return render(
        request,
        "admin/visit_types.html",
        {
            "page": shown,
            "kind": kind,
            "attempt": attempt,
            "fields": list_fields(
                forms.KindForm, "save_kind", now=now, attempt=attempt, options=forms.preparation_options()
            ),
            "people": forms.list_people(shown, kind, attempt),
            "here": "admin",
        },
    )


def _to_kinds(request: ActingRequest) -> str:
    return reverse("admin-visit-types")


def _kinds_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    shown = get_kinds_page(acting)
    key = attempt.values.get("kind", "")
    return render_kinds(request, shown, attempt, next((kind for kind in shown.kinds if str(kind.id) == key), None))


@deed(back_to=_to_kinds, again=_kinds_again, about_patient=False)
def save_kind(acting: Acting, request: ActingRequest) -> Told:
    """Add a kind of visit, or save one."""
    typed = read_form(forms.KindForm, request)
    if typed["kind"] is None:
        add_visit_type(acting, typed["draft"])
        return Told(_("Added."))
    change_visit_type(acting, visit_type_id=typed["kind"], version=typed["version"] or 0, draft=typed["draft"])
    return Told(_("Saved. Visits that are booked stay as they are."))
