"""The board of caseloads: hours needed against hours that there are; patients move with a reason."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from careloop.actions.capacity import MOST_MINUTES, say_how_one_works
from careloop.actions.handoffs import prepare_handoff
from careloop.actions.people import assign_caseload
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.capacity import BoardPage
from careloop.reads.capacity import get_board
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import SAY_WHY, SHORT_LIMIT, read_form
from careloop.web.staff.handoff_forms import read_key

_CHOOSE = {"required": gettext_lazy("Choose a person."), "invalid": gettext_lazy("Choose a person.")}
DAYS = (
    pgettext_lazy("weekday", "Monday"),
    pgettext_lazy("weekday", "Tuesday"),
    pgettext_lazy("weekday", "Wednesday"),
    pgettext_lazy("weekday", "Thursday"),
    pgettext_lazy("weekday", "Friday"),
    pgettext_lazy("weekday", "Saturday"),
    pgettext_lazy("weekday", "Sunday"),
)
_MINUTES = {
    key: gettext_lazy("Give the minutes, from 0 to 1440.") for key in ("required", "invalid", "min_value", "max_value")
}


class MoveForm(forms.Form):
    """From whom, to whom, and why."""

    who = forms.UUIDField(error_messages=_CHOOSE)
    to_person = forms.UUIDField(error_messages=_CHOOSE)
    reason = forms.CharField(max_length=SHORT_LIMIT, error_messages=SAY_WHY)


class WorksForm(forms.Form):
    """How somebody works: minutes of each weekday, languages and specialties with commas between them."""

    who = forms.UUIDField(error_messages=_CHOOSE)
    languages = forms.CharField(required=False, max_length=SHORT_LIMIT)
    specialties = forms.CharField(required=False, max_length=SHORT_LIMIT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for n in range(7):
            field = forms.IntegerField(min_value=0, max_value=MOST_MINUTES, error_messages=_MINUTES)
            self.fields[f"day_{n}"] = field


@page()
def show_board(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the board, and the patients of whoever is chosen."""
    return render_board(request, get_board(acting, person_id=read_key(request.GET.get("who", ""))))


def render_board(request: ActingRequest, shown: BoardPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the board from plain values; bars have one scale, that of who needs or has most."""
    typed = attempt.values if attempt else {}
    minutes = shown.works.minutes if shown.works else (0,) * 7
    errors = attempt.errors if attempt else {}
    values = {
        "page": shown, "here": "team", "attempt": attempt, "typed": typed,
        "most": max((max(line.needed, line.working) for line in shown.lines), default=0),
        "ticked": request.POST.getlist("ticked") if attempt else [],
        "receivers": [("", _("Choose")), *((one.id, one.name) for one in shown.receivers)],
        "days": [
            (f"day_{n}", words, typed.get(f"day_{n}", str(minutes[n])), errors.get(f"day_{n}"))
            for n, words in enumerate(DAYS)
        ],
        "languages": typed.get("languages", ", ".join(shown.works.languages) if shown.works else ""),
        "specialties": typed.get("specialties", ", ".join(shown.works.specialties) if shown.works else ""),
    }  # fmt: skip
    return render(request, "staff/cover/board.html", values)


def _again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_board(request, get_board(acting, person_id=read_key(request.POST.get("who", ""))), attempt)


def _to_board(request: ActingRequest) -> str:
    who = read_key(request.POST.get("who", ""))
    return f"{reverse('caseload-board')}?who={who}" if who else reverse("caseload-board")


def _ticked(request: ActingRequest) -> list[UUID]:
    keys = [key for key in map(read_key, request.POST.getlist("ticked")) if key is not None]
    if not keys:
        raise Refusal(Say("refusal.no_patients"))
    return keys


@deed(back_to=_to_board, again=_again, about_patient=False)
def ask(acting: Acting, request: ActingRequest) -> Told:
    """Ask the coordinator to hand the ticked patients on: they move when the receiver has said them back."""
    typed = read_form(MoveForm, request)
    prepare_handoff(
        acting, giver_id=typed["who"], receiver_id=typed["to_person"], patient_ids=_ticked(request),
        reason=typed["reason"],
    )  # fmt: skip
    return Told(_("Asked. The handoff waits with the coordinator; nothing has moved yet."))


@deed(back_to=_to_board, again=_again, about_patient=False)
def move(acting: Acting, request: ActingRequest) -> Told:
    """Make somebody the coordinator of the ticked patients at once, with the reason."""
    typed = read_form(MoveForm, request)
    count = assign_caseload(acting, _ticked(request), to_person=typed["to_person"], reason=typed["reason"])
    return Told(_("Patients moved: %(count)s.") % {"count": count})


@deed(back_to=_to_board, again=_again, about_patient=False)
def say_works(acting: Acting, request: ActingRequest) -> Told:
    """Say how somebody works."""
    typed = read_form(WorksForm, request)
    say_how_one_works(
        acting, person_id=typed["who"], minutes=[typed[f"day_{n}"] for n in range(7)],
        languages=typed["languages"].split(","), specialties=typed["specialties"].split(","),
    )  # fmt: skip
    return Told(_("Kept, from today on."))
