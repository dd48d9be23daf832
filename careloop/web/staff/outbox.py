"""What was sent to a patient and their people: where each message stands; taking one back; letters by hand."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions import outbox as acts
from careloop.facts.access import Acting
from careloop.parcels.press import press_whole
from careloop.reads.outbox import PAGE, OutboxPage, get_letter, get_outbox_page
from careloop.rules.choices import FROM_AFAR
from careloop.web.labels_messages import ROAD_NAMES
from careloop.web.printing_outbox import make_letter
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import SHORT_LIMIT, read_form
from careloop.web.staff.people import read_page_number


class OutForm(forms.Form):
    """Which message is meant."""

    out = forms.UUIDField()


class ByHandForm(OutForm):
    """How a letter was sent, or how a call went."""

    evidence = forms.CharField(
        max_length=SHORT_LIMIT, error_messages={"required": gettext_lazy("Say how it was sent, or how the call went.")}
    )


@page()
def show_outbox(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show what goes or went to a patient and their people, the newest first."""
    number = read_page_number(request.GET.get("page", ""))
    return render_outbox(request, get_outbox_page(acting, patient_id, number=number))


def render_outbox(request: ActingRequest, shown: OutboxPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render it from plain values."""
    following = shown.number + 1 if shown.number * PAGE < shown.count else 0
    values = {
        "page": shown, "attempt": attempt, "previous": shown.number - 1, "following": following, "here": "patient",
        "roads": [("", _("On every way")), *((str(one), str(ROAD_NAMES[one])) for one in FROM_AFAR)],
        "people": [("", shown.whose.name), *((one.id, one.name) for one in shown.circle)],
    }  # fmt: skip
    return render(request, "staff/outbox.html", values)


@page()
def print_letter(acting: Acting, request: ActingRequest, patient_id: UUID, outbox_id: UUID) -> HttpResponse:
    """Print a letter that waits for somebody to send it, in its own language."""
    shown = get_letter(acting, patient_id, outbox_id=outbox_id)
    with translation.override(shown.language):
        # What was made when it was written is what leaves, and stands in the ledger by its hash.
        made = shown.pages or press_whole(make_letter(shown, is_large=request.GET.get("large") == "1"))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="letter.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_outbox(request, get_outbox_page(acting, patient_id), attempt)


def _back(_request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-outbox", kwargs={"patient_id": patient_id})


@deed(back_to=_back, again=_again)
def take_back(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Take back what has not gone."""
    acts.take_back_message(acting, patient_id, outbox_id=read_form(OutForm, request)["out"])
    return Told(_("Taken back. It was not sent."))


@deed(back_to=_back, again=_again)
def note_by_hand(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note that a letter was sent by hand."""
    typed = read_form(ByHandForm, request)
    acts.note_sent_by_hand(acting, patient_id, outbox_id=typed["out"], evidence=typed["evidence"])
    return Told(_("Noted as sent."))
