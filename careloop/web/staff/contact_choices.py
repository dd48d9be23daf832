"""What a patient or somebody of the circle said about being reached, written down by whoever heard it: no more on a
way, or again; on the page of what was sent, or in their talk.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.outbox import choose_contact
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.outbox import ChoiceKind
from careloop.reads.outbox import get_outbox_page
from careloop.rules.choices import FROM_AFAR
from careloop.web.screen import ActingRequest, Attempt, Told, deed
from careloop.web.staff.forms import SHORT_LIMIT, read_form
from careloop.web.staff.outbox import render_outbox
from careloop.web.staff.threads import back_to_thread, show_thread_again


class ChoiceForm(forms.Form):
    """On which way; none is every way. ``who`` is somebody of the circle; none is the patient."""

    who = forms.UUIDField(required=False)
    road = forms.ChoiceField(required=False, choices=[(str(road), "") for road in FROM_AFAR])

    def clean_road(self) -> Road | None:
        """Return the way."""
        return Road(self.cleaned_data["road"]) if self.cleaned_data["road"] else None


class StopForm(ChoiceForm):
    """And what they said."""

    because = forms.CharField(
        max_length=SHORT_LIMIT, error_messages={"required": gettext_lazy("Write what they said, and how you heard it.")}
    )


def _back(request: ActingRequest, patient_id: UUID) -> str:
    if request.POST.get("thread"):
        return back_to_thread(request)
    return reverse("patient-outbox", kwargs={"patient_id": patient_id})


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    if request.POST.get("thread"):
        return show_thread_again(acting, request, attempt, patient_id)
    return render_outbox(request, get_outbox_page(acting, patient_id), attempt)


@deed(back_to=_back, again=_again)
def stop(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Write down that the patient, or one of the circle, wants no more on a way, or at all."""
    typed: dict[str, Any] = read_form(StopForm, request)
    kind = ChoiceKind.STOP if typed["road"] else ChoiceKind.DO_NOT_CONTACT
    count = choose_contact(
        acting, patient_id, kind, road=typed["road"], because=typed["because"], member_id=typed["who"]
    )  # fmt: skip
    if count:
        return Told(_("Noted. What was on its way there was taken back."))
    return Told(_("Noted. Nothing goes there any more."))


@deed(back_to=_back, again=_again)
def start(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Write down that they want to be reached again."""
    typed: dict[str, Any] = read_form(ChoiceForm, request)
    kind = ChoiceKind.START if typed["road"] else ChoiceKind.MAY_CONTACT
    choose_contact(acting, patient_id, kind, road=typed["road"], member_id=typed["who"])
    return Told(_("Noted. They can be reached there again."))
