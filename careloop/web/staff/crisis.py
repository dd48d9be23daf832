"""The crisis protocol: one step from every page, for everybody of the staff; and the clinic's own numbers."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions import crisis as acts
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.crisis import CrisisDraft, CrisisKind, CrisisPage, OwnNumbersPage
from careloop.parcels.press import press
from careloop.reads.crisis import get_crisis_page, get_crisis_page_about, get_numbers_page
from careloop.rules.crisis import MOST_NAME, MOST_WORDS
from careloop.web.printing_crisis import make_crisis_sheet
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form
from careloop.web.staff.handoff_forms import read_key
from careloop.web.staff.meeting_forms import choice

_CHOOSE = {"required": gettext_lazy("Choose one."), "invalid": gettext_lazy("Choose one.")}


class CrisisForm(forms.Form):
    """What happened, what was done, and who sees that the person is safe."""

    kind = choice(CrisisKind, CrisisKind)
    words = forms.CharField(max_length=MOST_WORDS, error_messages={"required": gettext_lazy("Say what happened.")})
    done = forms.CharField(required=False, max_length=MOST_WORDS)
    owner = forms.UUIDField(required=False, error_messages=_CHOOSE)
    about = forms.CharField(required=False, max_length=MOST_NAME)
    unit = forms.IntegerField(required=False, min_value=1)


class NumberForm(forms.Form):
    """A number of the clinic: whose it is, and when it is answered."""

    name = forms.CharField(max_length=MOST_NAME, error_messages={"required": gettext_lazy("Write the name.")})
    number = forms.CharField(max_length=MOST_NAME, error_messages={"required": gettext_lazy("Write the number.")})
    hours = forms.CharField(required=False, max_length=MOST_NAME)


class EndForm(forms.Form):
    """Which number no longer stands there."""

    number_id = forms.UUIDField(error_messages=_CHOOSE)


@page()
def show_crisis(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show what to do; ``patient`` in the address names whom it is about, where the reader reaches them."""
    return render_crisis(request, _look(acting, request.GET.get("patient", "")))


@page()
def print_crisis(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Print the protocol on one page, without a patient: to hang by the telephone."""
    made = press(make_crisis_sheet(get_crisis_page(acting), is_large=request.GET.get("large") == "1"))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="crisis.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def render_crisis(request: ActingRequest, shown: CrisisPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the protocol from plain values."""
    values = {
        "page": shown, "attempt": attempt, "here": "crisis", "typed": attempt.values if attempt else {},
        "kinds": list(CrisisKind), "owners": [(one.id, one.name) for one in shown.owners],
        "units": [(one.id, one.name) for one in shown.units],
    }  # fmt: skip
    return render(request, "staff/crisis/page.html", values)


def _look(acting: Acting, patient: str) -> CrisisPage:
    """Return the page with the patient, or without: in a crisis nobody is sent to a page that is not there."""
    key = read_key(patient)
    if key is None:
        return get_crisis_page(acting)
    try:
        return get_crisis_page_about(acting, key)
    except NotFound:
        return get_crisis_page(acting)


def _to_crisis(request: ActingRequest, patient_id: UUID | None = None) -> str:
    return reverse("crisis")


def _again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_crisis(request, get_crisis_page(acting), attempt)


def _about_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_crisis(request, get_crisis_page_about(acting, patient_id), attempt)


def _draft(request: ActingRequest) -> CrisisDraft:
    typed = read_form(CrisisForm, request)
    return CrisisDraft(typed["kind"], typed["words"], typed["done"], typed["owner"], typed["about"], typed["unit"])


@deed(back_to=_to_crisis, again=_again, about_patient=False)
def report(acting: Acting, request: ActingRequest) -> Told:
    """Write down a crisis of somebody whose record is not open."""
    if acts.report_crisis(acting, _draft(request)):
        return Told(_("Written down. It stands first on the list of whoever sees that the person is safe."))
    return Told(_("Written down. Within seconds it stands first on the list of whoever sees that the person is safe."))


@deed(back_to=_to_crisis, again=_about_again)
def report_about(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Write down a crisis of a patient."""
    acts.report_crisis_about(acting, patient_id, _draft(request))
    return Told(_("Written down. It stands first on the list of whoever sees that the person is safe."))


@page()
def show_numbers(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the clinic's own numbers, and those that come with the product."""
    return render_numbers(request, get_numbers_page(acting))


def render_numbers(request: ActingRequest, shown: OwnNumbersPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the numbers from plain values."""
    values = {"page": shown, "attempt": attempt, "here": "admin", "typed": attempt.values if attempt else {}}
    return render(request, "staff/crisis/numbers.html", values)


def _to_numbers(request: ActingRequest) -> str:
    return reverse("admin-crisis")


def _numbers_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_numbers(request, get_numbers_page(acting), attempt)


@deed(back_to=_to_numbers, again=_numbers_again, about_patient=False)
def add_number(acting: Acting, request: ActingRequest) -> Told:
    """Add a number of the clinic."""
    typed = read_form(NumberForm, request)
    acts.add_number(acting, name=typed["name"], number=typed["number"], hours=typed["hours"])
    return Told(_("Added. It stands in the crisis protocol."))


@deed(back_to=_to_numbers, again=_numbers_again, about_patient=False)
def end_number(acting: Acting, request: ActingRequest) -> Told:
    """Take a number of the clinic off the protocol."""
    acts.end_number(acting, number_id=read_form(EndForm, request)["number_id"])
    return Told(_("Ended. It stands in the crisis protocol no more."))
