"""Shared cover: a caseload laid out among colleagues, one page for a sick call, and one absence till its digest."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from careloop.actions import covering as acts
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.covering import AbsencePage, AbsenceState, PartState, SharePlan
from careloop.reads.covering import get_absence_page, get_share_plan
from careloop.web.days import DayField
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form
from careloop.web.staff.handoff_forms import read_key

_CHOOSE = {"required": gettext_lazy("Choose a person."), "invalid": gettext_lazy("Choose a person.")}
_DAY = {"required": gettext_lazy("Choose a day."), "invalid": gettext_lazy("Choose a day.")}
TO = "to-"


class AwayForm(forms.Form):
    """Who is away, from which day to which; both days are within. Sudden begins now."""

    away = forms.UUIDField(error_messages=_CHOOSE)
    first_on = DayField(error_messages=_DAY)
    last_on = DayField(error_messages=_DAY)
    sudden = forms.BooleanField(required=False)


class GiveForm(forms.Form):
    """To whom the ticked patients of an absence go."""

    to_person = forms.UUIDField(error_messages=_CHOOSE)


@page()
def show_share(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show what would be shared out; without days, today alone."""
    return _render_share(acting, request, _filled(request.GET, request), None)


def _share_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return _render_share(acting, request, AwayForm(request.POST), attempt)


def _filled(given: QueryDict, request: ActingRequest) -> AwayForm:
    asked = given.copy()
    for name in ("first_on", "last_on"):
        if not asked.get(name):
            asked[name] = request.today.isoformat()
    return AwayForm(asked)


def _render_share(acting: Acting, request: ActingRequest, form: AwayForm, attempt: Attempt | None) -> HttpResponse:
    form.is_valid()
    read = form.cleaned_data
    since, until = _moments(request, form) if {"first_on", "last_on"} <= read.keys() else (None, None)
    return render_share(request, get_share_plan(acting, person_id=read.get("away"), since=since, until=until), form,
                        attempt)  # fmt: skip


def render_share(
    request: ActingRequest, shown: SharePlan, form: AwayForm, attempt: Attempt | None = None
) -> HttpResponse:
    """Render the plan from plain values; ``form`` holds who is away and when."""
    form.is_valid()
    values = {
        "page": shown, "here": "caseload", "attempt": attempt, "form": form,
        "away": str(form.cleaned_data.get("away") or ""), "sudden": form.cleaned_data.get("sudden", False),
        "critical": [line for line in shown.lines if line.is_critical],
        "others": [line for line in shown.lines if not line.is_critical],
        "helpless": [line for line in shown.lines if not line.choices],
        "people": [("", _("Choose")), *((one.id, one.name) for one in shown.people)],
    }  # fmt: skip
    return render(request, "staff/cover/share.html", values)


def _moments(request: ActingRequest, form: AwayForm) -> tuple[datetime, datetime]:
    """Return the beginning of the first day and the end of the last; what begins today begins now."""
    assert request.me is not None
    zone = ZoneInfo(request.me.zone)
    first, last = form.cleaned_data["first_on"], form.cleaned_data["last_on"]
    since = datetime.combine(first, time(0), zone)
    if request.acting is not None and (first == request.today or form.cleaned_data.get("sudden")):
        since = request.acting.at
    return since, datetime.combine(last + timedelta(days=1), time(0), zone)


def _to_absence(request: ActingRequest, absence_id: UUID) -> str:
    return reverse("absence", kwargs={"absence_id": absence_id})


def _to_share(request: ActingRequest) -> str:
    return reverse("cover-share")


@deed(back_to=_to_share, again=_share_again, about_patient=False)
def plan(acting: Acting, request: ActingRequest) -> Told:
    """Share out as chosen, all or none."""
    typed = read_form(AwayForm, request)
    form = AwayForm(request.POST)
    form.is_valid()
    since, until = _moments(request, form)
    key = acts.plan_absence(
        acting, person_id=typed["away"], since=since, until=until, is_sudden=typed["sudden"],
        chosen=_read_chosen(request.POST),
    )  # fmt: skip
    return Told(
        _("Shared out. Each colleague is asked; until they answer it is with you too."),
        go_to=reverse("absence", kwargs={"absence_id": key}),
    )


def _read_chosen(given: QueryDict) -> dict[UUID, UUID]:
    """Return who was chosen for each patient.

    :raises Refusal: if nobody was chosen for one of them
    """
    chosen = {}
    for name, value in given.items():
        patient = read_key(name.removeprefix(TO)) if name.startswith(TO) else None
        if patient is None:
            continue
        person = read_key(str(value))
        if person is None:
            raise Refusal(Say("refusal.cover_choose_all"))
        chosen[patient] = person
    return chosen


@page()
def show_absence(acting: Acting, request: ActingRequest, absence_id: UUID) -> HttpResponse:
    """Show one absence."""
    return render_absence(request, get_absence_page(acting, absence_id=absence_id))


def render_absence(request: ActingRequest, shown: AbsencePage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one absence from plain values."""
    is_over = shown.row.state is AbsenceState.OVER
    me = request.acting.person_id if request.acting is not None else None
    asked = [one for one in shown.parts if one.person_id == me and one.state is PartState.OFFERED]
    values = {
        "page": shown, "here": "caseload" if shown.may_plan else "handoffs", "attempt": attempt,
        "answer_by": asked[0].expires_at if asked else None,
        "began": shown.row.state is not AbsenceState.COMING,
        "asked_me": shown.row.mine is PartState.OFFERED and not is_over,
        "may_end": (shown.may_plan or shown.is_mine) and not is_over,
        "ticked": request.POST.getlist("ticked") if attempt else [],
        "colleagues": [("", _("Choose")), *((one.id, one.name) for one in shown.colleagues)],
    }  # fmt: skip
    return render(request, "staff/cover/absence.html", values)


def _absence_again(acting: Acting, request: ActingRequest, attempt: Attempt, absence_id: UUID) -> HttpResponse:
    return render_absence(request, get_absence_page(acting, absence_id=absence_id), attempt)


@deed(back_to=_to_absence, again=_absence_again, about_patient=False)
def accept(acting: Acting, request: ActingRequest, absence_id: UUID) -> Told:
    """Say that one stands in."""
    acts.accept_cover(acting, absence_id=absence_id)
    return Told(_("You stand in. What is due is on your list while it lasts."))


def _to_handoffs(request: ActingRequest, absence_id: UUID) -> str:
    return reverse("handoffs")


@deed(back_to=_to_handoffs, again=_absence_again, about_patient=False)
def decline(acting: Acting, request: ActingRequest, absence_id: UUID) -> Told:
    """Say that one cannot stand in."""
    acts.decline_cover(acting, absence_id=absence_id)
    return Told(_("Said. These patients are with whoever planned it."))


@deed(back_to=_to_absence, again=_absence_again, about_patient=False)
def give(acting: Acting, request: ActingRequest, absence_id: UUID) -> Told:
    """Give the ticked patients to another colleague."""
    to_person = read_form(GiveForm, request)["to_person"]
    ticked = [key for key in map(read_key, request.POST.getlist("ticked")) if key is not None]
    count = acts.give_share(acting, absence_id=absence_id, patient_ids=ticked, to_person=to_person)
    return Told(_("Given to another colleague: %(count)s.") % {"count": count})


@deed(back_to=_to_absence, again=_absence_again, about_patient=False)
def end(acting: Acting, request: ActingRequest, absence_id: UUID) -> Told:
    """Say that somebody is back, or take a plan back."""
    count = acts.end_absence(acting, absence_id=absence_id)
    return Told(
        ngettext("It is over. %(count)s loop came back.", "It is over. %(count)s loops came back.", count)
        % {"count": count}
    )
