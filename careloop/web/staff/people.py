"""The patient's page, a new task for a patient, and leaving the care team."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions.people import leave_care_team
from careloop.actions.worklist import open_task
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.loop_page import PartPage
from careloop.facts.pages import PatientPage
from careloop.reads.patient_part import get_patient_part
from careloop.reads.people import get_patient_page
from careloop.rules.worklist import FINISHED, NOT_NEEDED
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import forms
from careloop.web.staff.forms import read_form

# Nobody turns more pages than this.
MOST_PAGES = 10_000


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


@page()
def show_part(acting: Acting, request: ActingRequest, patient_id: UUID, part: str) -> HttpResponse:
    """Show every line of one part of the patient's page, fifty at a time."""
    number = read_page_number(request.GET.get("page", ""))
    return render_part(request, get_patient_part(acting, patient_id, part=part, number=number))


def render_part(request: ActingRequest, shown: PartPage) -> HttpResponse:
    """Render one part of the patient's page from plain values."""
    return render(request, "staff/patient_part.html", {"page": shown, "here": "patient"})


def read_page_number(text: str) -> int:
    """Return the number of a page from an address: 1 for what is no number of a page."""
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_PAGES else 1


def _to_patient(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient", kwargs={"patient_id": patient_id})


@deed(back_to=_to_patient, again=show_patient_again)
def leave_team(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """End somebody's part in the care team; who leaves of their own accord goes back to their patients."""
    typed = read_form(forms.LeaveForm, request)
    moved = leave_care_team(
        acting, patient_id, person_id=typed["member"], reason=typed["reason"], successor=typed["successor"]
    )
    said = ngettext(
        "Noted. %(count)s open loop moved on with it.", "Noted. %(count)s open loops moved on with it.", moved
    )
    go_to = reverse("patients") if typed["member"] == acting.person_id else ""
    return Told(said % {"count": moved} if moved else _("Noted."), go_to=go_to)


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
