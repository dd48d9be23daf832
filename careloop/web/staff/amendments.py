"""Requests to correct a record: noted, given more time, answered and disagreed with, on the patient's page."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.amendments import (
    accept_amendment,
    ask_amendment,
    deny_amendment,
    extend_amendment,
    keep_disagreement,
)
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.web.screen import ActingRequest, Attempt, Told, deed
from careloop.web.staff import forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.people import show_patient_again


def _to_requests(request: ActingRequest, patient_id: UUID, amendment_id: UUID | None = None) -> str:
    return f"{reverse('patient', kwargs={'patient_id': patient_id})}#amendments"


def _show_again(
    acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID, amendment_id: UUID
) -> HttpResponse:
    return show_patient_again(acting, request, attempt, patient_id)


def _read(kind: type[django_forms.Form], request: ActingRequest, patient_id: UUID) -> dict[str, Any]:
    """Return what was typed, if the form stood under the banner of this very patient."""
    typed = read_form(kind, request)
    if typed["patient"] != patient_id:
        raise NotFound
    return typed


@deed(back_to=_to_requests, again=show_patient_again)
def ask(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note a request to correct this patient's record."""
    typed = _read(forms.AmendmentForm, request, patient_id)
    ask_amendment(
        acting,
        patient_id,
        asked_by=typed["asked_by"],
        asked_on=typed["asked_on"],
        wrong=typed["wrong"],
        should_say=typed["should_say"],
        resource_id=typed["about"],
    )
    return Told(_("The request is noted, with its last day."))


@deed(back_to=_to_requests, again=_show_again)
def extend(acting: Acting, request: ActingRequest, patient_id: UUID, amendment_id: UUID) -> Told:
    """Take thirty more days for an answer, once."""
    typed = _read(forms.AmendmentStepForm, request, patient_id)
    extend_amendment(acting, amendment_id, version=typed["version"], reason=typed["words"])
    return Told(_("There are 30 more days. Tell the patient in writing, with the reason and the new day."))


@deed(back_to=_to_requests, again=_show_again)
def accept(acting: Acting, request: ActingRequest, patient_id: UUID, amendment_id: UUID) -> Told:
    """Accept a request."""
    typed = _read(forms.AmendmentStepForm, request, patient_id)
    accept_amendment(acting, amendment_id, version=typed["version"], answer=typed["words"])
    return Told(_("The answer is kept. Tell the patient in writing."))


@deed(back_to=_to_requests, again=_show_again)
def deny(acting: Acting, request: ActingRequest, patient_id: UUID, amendment_id: UUID) -> Told:
    """Deny a request on a ground of the rule."""
    typed = _read(forms.DenialForm, request, patient_id)
    deny_amendment(acting, amendment_id, version=typed["version"], basis=typed["basis"], answer=typed["words"])
    return Told(_("The answer is kept. Tell the patient in writing."))


@deed(back_to=_to_requests, again=_show_again)
def disagree(acting: Acting, request: ActingRequest, patient_id: UUID, amendment_id: UUID) -> Told:
    """Keep a statement of disagreement beside a denial."""
    typed = _read(forms.AmendmentStepForm, request, patient_id)
    keep_disagreement(acting, amendment_id, version=typed["version"], words=typed["words"])
    return Told(_("The statement is kept beside the answer."))
