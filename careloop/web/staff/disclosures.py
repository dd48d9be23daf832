"""What left the clinic about a patient: the list, the accounting on paper, and noting what was told."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from careloop.actions.disclosures import note_disclosure
from careloop.facts.access import Acting
from careloop.facts.disclosures import CHOSEN, DisclosuresPage, NoteDraft
from careloop.parcels.press import press_whole
from careloop.reads.disclosures import PAGE, get_accounting, get_disclosed_copy, get_disclosures_page
from careloop.web.printing_disclosures import make_accounting
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import consent_forms as forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.people import read_page_number

LANGUAGES = ("en", "es")


@page()
def show_disclosures(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show what left, the newest first, fifty lines a page."""
    number = read_page_number(request.GET.get("page", ""))
    return render_disclosures(request, get_disclosures_page(acting, patient_id, number=number))


def render_disclosures(request: ActingRequest, shown: DisclosuresPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the ledger from plain values."""
    more = {
        "previous": shown.number - 1,
        "following": shown.number + 1 if shown.number * PAGE < shown.count else 0,
    }
    typed = attempt.values if attempt else {}
    values = {"page": shown, "attempt": attempt, "typed": typed, "grounds": CHOSEN, "here": "patient", **more}
    return render(request, "staff/circle/disclosures.html", values)


@page()
def print_accounting(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Print the accounting of six years, in English or Spanish, as many pages as it needs."""
    shown = get_accounting(acting, patient_id)
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in LANGUAGES else translation.get_language()):
        made = press_whole(make_accounting(shown, is_large=request.GET.get("large") == "1"))
    return _send(made, "accounting.pdf")


@page()
def send_copy(acting: Acting, request: ActingRequest, patient_id: UUID, line: int) -> HttpResponse:
    """Send the copy of a paper as it left."""
    return _send(get_disclosed_copy(acting, patient_id, line=line), "copy.pdf")


def _send(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_disclosures(request, get_disclosures_page(acting, patient_id), attempt)


def _back(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-disclosures", kwargs={"patient_id": patient_id})


@deed(back_to=_back, again=_again)
def note(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Keep that something was told or handed to somebody who is not of the circle."""
    typed = read_form(forms.NoteForm, request)
    draft = NoteDraft(typed["recipient"], typed["reason"], typed["basis"], typed["words"])
    note_disclosure(acting, patient_id, draft)
    return Told(_("It stands in the list."))
