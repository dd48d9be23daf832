"""The patient's page, the way to find somebody, and a new task for a patient."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.worklist import open_task
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting
from careloop.facts.pages import PatientHit, PatientPage
from careloop.reads.people import find_patients, get_patient_page
from careloop.rules.worklist import FINISHED, NOT_NEEDED
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import forms
from careloop.web.staff.forms import read_form


@page()
def show_patient(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show who this is, what is open, what the record says, and who looked."""
    return render_patient(request, get_patient_page(acting, patient_id))


def show_patient_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    """Show the page after a deed that did not succeed, with what was typed."""
    return render_patient(request, get_patient_page(acting, patient_id), attempt)


def render_patient(request: ActingRequest, shown: PatientPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the patient's page from plain values."""
    return render(
        request,
        "staff/patient.html",
        {
            "page": shown,
            "attempt": attempt,
            "here": "patient",
            "finished": FINISHED,
            "not_needed": NOT_NEEDED,
        },
    )


@page(methods=("GET", "POST"))
def show_find(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Find a patient by two things that tell people apart. Posted: a name must not be in an address."""
    form = forms.FindForm(request.POST or None)
    if not form.is_valid():
        return render_find(request, form)
    try:
        hits = find_patients(acting, **form.cleaned_data)
    except Refusal as no:
        answer = render_find(request, form, refused=no)
        answer.status_code = no.status
        return answer
    return render_find(request, form, hits=hits)


def render_find(
    request: ActingRequest,
    form: forms.FindForm,
    *,
    hits: tuple[PatientHit, ...] | None = None,
    refused: Refusal | None = None,
) -> HttpResponse:
    """Render the find page; ``hits`` is None before the first search."""
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request,
        "staff/find.html",
        {"form": form, "hits": hits, "refused": refused, "here": "find"},
        status=status,
    )


def _to_patient(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient", kwargs={"patient_id": patient_id})


@deed(back_to=_to_patient, again=show_patient_again)
def add_task(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Open a task by hand for the patient whose banner stands above the form."""
    typed = read_form(forms.TaskForm, request)
    if typed["patient"] != patient_id:
        # The form was filled in under one patient's banner and sent to another's address.
        raise NotFound
    person, unit = typed["to"]
    open_task(
        acting,
        patient_id,
        title=typed["title"],
        due_on=typed["due_on"],
        note=typed["note"],
        to_person=person,
        to_unit=unit,
    )
    return Told(_("The task is on the list."))
