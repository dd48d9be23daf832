"""Rounds: one line a patient on screen or on one printed page; what is decided becomes a task."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.worklist import open_task
from careloop.facts.access import Acting, Right
from careloop.facts.rounds import RoundsPage
from careloop.parcels.press import press
from careloop.reads.rounds import get_rounds_page
from careloop.rules.access import has_right
from careloop.web.printing_rounds import make_rounds_sheet
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import TaskForm, read_form


class TeamForm(forms.Form):
    """Which team is gone through, none for one's own patients."""

    team = forms.IntegerField(required=False, min_value=1)


@page()
def show_rounds(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the sheet."""
    return render_rounds(request, get_rounds_page(acting, team=_team(request.GET.get("team", ""))))


@page()
def print_rounds(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Print the sheet on one page."""
    shown = get_rounds_page(acting, team=_team(request.GET.get("team", "")))
    made = press(make_rounds_sheet(shown, is_large=request.GET.get("large") == "1"))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="rounds.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def render_rounds(request: ActingRequest, shown: RoundsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the sheet from plain values."""
    may_write = request.acting is not None and has_right(request.acting, Right.LOOP_WRITE)
    values = {"page": shown, "attempt": attempt, "here": "rounds", "may_write": may_write}
    return render(request, "staff/rounds.html", values)


def _team(text: str) -> int | None:
    form = TeamForm({"team": text})
    return form.cleaned_data["team"] if form.is_valid() else None


def _to_rounds(request: HttpRequest, patient_id: UUID) -> str:
    team = _team(request.POST.get("of", ""))
    return f"{reverse('rounds')}{f'?team={team}' if team else ''}#line-{patient_id}"


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_rounds(request, get_rounds_page(acting, team=_team(attempt.values.get("of", ""))), attempt)


@deed(back_to=_to_rounds, again=_again)
def decide(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Keep what was decided of one patient as a task."""
    typed = read_form(TaskForm, request)
    person, unit = typed["to"] or (None, None)
    open_task(
        acting, patient_id, title=typed["title"], due_on=typed["due_on"], note=typed["note"], to_person=person,
        to_unit=unit,
    )  # fmt: skip
    return Told(_("Decided: it is a task now."))
