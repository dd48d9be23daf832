"""Caseload and cover: who carries how much, giving patients to people, and planning who stands in for whom."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.people import assign_caseload, cover_caseload, end_cover, join_care_team
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.caseloads import BackPage, CaseloadList, CaseloadPage, CoverPlan
from careloop.reads.caseload import get_back_page, get_caseload_list, get_caseload_page, get_cover_plan
from careloop.web.days import DayField
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import SHORT_LIMIT, read_form
from careloop.web.staff.handoff_forms import read_key

_CHOOSE = {"required": gettext_lazy("Choose a person."), "invalid": gettext_lazy("Choose a person.")}
_DAY = {"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Choose a day.")}


class GiveForm(forms.Form):
    """To whom the ticked patients are given."""

    to_person = forms.UUIDField(error_messages=_CHOOSE)


class MemberForm(forms.Form):
    """Who joins the care teams of the ticked patients, and in which part."""

    member = forms.UUIDField(error_messages=_CHOOSE)
    part = forms.CharField(
        max_length=SHORT_LIMIT, error_messages={"required": gettext_lazy("Say in which part, in a word or two.")}
    )


class CoverForm(forms.Form):
    """Who is away, from which day to which, and who stands in. Both days are within the cover."""

    absent = forms.UUIDField(error_messages=_CHOOSE)
    first_on = DayField(error_messages=_DAY)
    last_on = DayField(error_messages=_DAY)
    covering = forms.UUIDField(error_messages=_CHOOSE)
    reason = forms.CharField(required=False, max_length=SHORT_LIMIT)


@page()
def show_caseload(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show what each coordinator carries."""
    return render_caseload(request, get_caseload_page(acting))


def render_caseload(request: ActingRequest, shown: CaseloadPage) -> HttpResponse:
    """Render the caseloads from plain values; bars have one scale, that of who has most."""
    most = max((line.patients for line in shown.lines), default=0)
    return render(request, "staff/caseload.html", {"page": shown, "here": "caseload", "most": most})


@page()
def show_list(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the patients of one coordinator, or of nobody."""
    return render_list(request, _list(acting, request.GET.get("who", ""), request.GET.get("cursor", "")))


def render_list(request: ActingRequest, shown: CaseloadList, attempt: Attempt | None = None) -> HttpResponse:
    """Render the patients of a coordinator from plain values."""
    return render(request, "staff/caseload_list.html", {"page": shown, "here": "caseload", "attempt": attempt})


def _list(acting: Acting, who: str, cursor: str) -> CaseloadList:
    return get_caseload_list(acting, person_id=read_key(who), cursor=cursor)


def _ticked(request: ActingRequest) -> list[UUID]:
    keys = [key for key in (read_key(text) for text in request.POST.getlist("ticked")) if key]
    if not keys:
        raise Refusal(Say("refusal.no_patients"))
    return keys


def _show_list_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_list(request, _list(acting, request.POST.get("who", ""), request.POST.get("cursor", "")), attempt)


def _to_list(request: ActingRequest) -> str:
    who = read_key(request.POST.get("who", ""))
    return f"{reverse('caseload-list')}?who={who or ''}"


@deed(back_to=_to_list, again=_show_list_again, about_patient=False)
def give(acting: Acting, request: ActingRequest) -> Told:
    """Make somebody the coordinator of the ticked patients."""
    to_person = read_form(GiveForm, request)["to_person"]
    count = assign_caseload(acting, _ticked(request), to_person=to_person)
    return Told(_("Patients given: %(count)s.") % {"count": count})


@deed(back_to=_to_list, again=_show_list_again, about_patient=False)
def join(acting: Acting, request: ActingRequest) -> Told:
    """Add somebody to the care teams of the ticked patients."""
    typed = read_form(MemberForm, request)
    count = join_care_team(acting, _ticked(request), person_id=typed["member"], part=typed["part"])
    return Told(_("Care teams with a new member: %(count)s.") % {"count": count})


@page()
def show_cover(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Plan a cover: who is away and when, who stands in, what moves."""
    return _render_plan(acting, request, CoverForm(request.GET), None)


def _show_cover_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return _render_plan(acting, request, CoverForm(request.POST), attempt)


def _render_plan(acting: Acting, request: ActingRequest, form: CoverForm, attempt: Attempt | None) -> HttpResponse:
    form.is_valid()
    read = form.cleaned_data
    since, until = _moments(request, form) if {"first_on", "last_on"} <= read.keys() else (None, None)
    plan = get_cover_plan(acting, absent=read.get("absent"), covering=read.get("covering"), since=since, until=until)
    return render_cover(request, plan, form, attempt)


def render_cover(
    request: ActingRequest, plan: CoverPlan, form: CoverForm, attempt: Attempt | None = None
) -> HttpResponse:
    """Render the plan from plain values; ``form`` holds what is chosen so far."""
    chosen = {name: str(form.cleaned_data.get(name) or "") for name in ("absent", "covering")}
    # Whoever stands in may be the one who is suggested: only the person away and the days must be chosen.
    is_whole = plan.covering is not None and {"first_on", "last_on"} <= form.cleaned_data.keys()
    given = {"page": plan, "here": "caseload", "attempt": attempt, "form": form, "is_whole": is_whole} | chosen
    return render(request, "staff/cover.html", given)


def _moments(request: ActingRequest, form: CoverForm) -> tuple[datetime, datetime]:
    """Return the beginning of the first day and the end of the last; a cover that begins today begins now."""
    assert request.me is not None
    zone = ZoneInfo(request.me.zone)
    first, last = form.cleaned_data["first_on"], form.cleaned_data["last_on"]
    since = datetime.combine(first, time(0), zone)
    if first == request.today and request.acting is not None:
        since = request.acting.at
    return since, datetime.combine(last + timedelta(days=1), time(0), zone)


def _to_caseload(request: ActingRequest) -> str:
    return reverse("caseload")


@deed(back_to=_to_caseload, again=_show_cover_again, about_patient=False)
def plan_cover(acting: Acting, request: ActingRequest) -> Told:
    """Let somebody stand in for somebody else."""
    typed = read_form(CoverForm, request)
    form = CoverForm(request.POST)
    form.is_valid()
    since, until = _moments(request, form)
    cover_caseload(
        acting, absent=typed["absent"], covering=typed["covering"], since=since, until=until, reason=typed["reason"]
    )
    return Told(_("The cover is planned."))


@page()
def show_back(acting: Acting, request: ActingRequest, cover_id: int) -> HttpResponse:
    """Show what changed while somebody was away."""
    return render_back(request, get_back_page(acting, cover_id=cover_id))


def render_back(request: ActingRequest, shown: BackPage) -> HttpResponse:
    """Render what changed from plain values."""
    return render(request, "staff/back.html", {"page": shown, "here": "caseload"})


def _back_to_caseload(request: ActingRequest, cover_id: int) -> str:
    return reverse("caseload")


@deed(back_to=_back_to_caseload, about_patient=False)
def end(acting: Acting, request: ActingRequest, cover_id: int) -> Told:
    """End a cover now."""
    end_cover(acting, cover_id=cover_id)
    return Told(_("The cover has ended."))
