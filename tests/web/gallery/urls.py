"""The house's addresses, and beside them pages filled by hand. Only for tests."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation

from careloop.basics.words import Say
from careloop.config.urls import handler400, handler403, handler404, handler429, handler500
from careloop.config.urls import urlpatterns as house
from careloop.facts.access import Role
from careloop.web import errors
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff import forms
from careloop.web.staff.people import render_find, render_patient
from careloop.web.staff.worklist import render_today
from tests.web.gallery import people, values

__all__ = ["SHOWN", "handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

TYPED = {"version": "2", "until": "2026-11-27", "reason": "She asked for next week.", "to": "team:1"}


def _today_taken(request: ActingRequest) -> HttpResponse:
    tried = Attempt(
        verb="snooze",
        loop_id=values.ROWS[0].id,
        values=TYPED,
        say=Say("text.free", text="Lee Martin logged a contact."),
        taken=True,
    )
    return render_today(request, values.today_full(), tried)


def _today_unclear(request: ActingRequest) -> HttpResponse:
    tried = Attempt(
        verb="dismiss",
        loop_id=values.ROWS[0].id,
        values={"reason": ""},
        errors={"reason": "Say why, in a few words."},
    )
    return render_today(request, values.today_full(), tried)


def _find_hits(request: ActingRequest) -> HttpResponse:
    form = forms.FindForm({"name": "Rosa Alvarez", "birth_on": "1958-03-14"})
    form.is_valid()
    return render_find(request, form, hits=people.HITS)


SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "today": lambda request: render_today(request, values.today_full()),
    "today-silent": lambda request: render_today(request, values.today_silent()),
    "today-empty": lambda request: render_today(request, values.today_empty()),
    "today-long": lambda request: render_today(request, values.today_long()),
    "today-done": lambda request: render_today(request, values.today_done()),
    "today-taken": _today_taken,
    "today-unclear": _today_unclear,
    "patient": lambda request: render_patient(request, people.patient_full()),
    "patient-new": lambda request: render_patient(request, people.patient_new()),
    "patient-dead": lambda request: render_patient(request, people.patient_dead()),
    "find-hits": _find_hits,
    "find-none": lambda request: render_find(request, forms.FindForm(), hits=()),
    "not-found": errors.show_not_found,
    "bug": errors.show_bug,
}


def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page of the gallery as somebody who is signed in; ?lang=es shows it in Spanish."""
    entered = cast("ActingRequest", request)
    language = request.GET.get("lang", "en")
    entered.me = cast(
        "Any",
        SimpleNamespace(
            person_id=values.ME,
            name="Dana Okafor",
            role=Role.COORDINATOR,
            language=language,
            zone=values.ZONE,
        ),
    )
    entered.may_list = entered.may_find = True
    entered.today = values.ON
    entered.theme = request.GET.get("theme", "")
    with translation.override(language):
        return SHOWN[name](entered)


urlpatterns = [*house, path("gallery/<str:name>/", show)]
