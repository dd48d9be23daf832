"""Checking who calls, on the page of a patient or before any page is open."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from careloop.actions.callers import check_caller, check_unknown_caller
from careloop.facts.access import Acting
from careloop.facts.callers import CallerAnswer, CallerIs, CallerPage
from careloop.reads.callers import get_caller_page
from careloop.web.screen import ActingRequest, page, read_seal
from careloop.web.staff.consent_forms import CallerForm, GivenForm, UnknownCallerForm


@page(methods=("GET", "POST"))
def show_callers(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Check a caller about anybody. Posted: what a caller says must not be in an address."""
    form = UnknownCallerForm(request.POST or None)
    if not form.is_valid():
        return render_callers(request, form)
    typed = form.cleaned_data
    answer = check_unknown_caller(
        acting,
        name=typed["name"],
        birth_on=typed["birth_on"],
        caller_name=typed["caller_name"],
        given=form.read_given(),
    )
    return render_callers(request, form, answer=answer)


@page(methods=("GET", "POST"))
def check_on_patient(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Check a caller about the patient whose page was open."""
    if request.method == "POST":
        acting = read_seal(acting, request, {"patient_id": patient_id})
    who = get_caller_page(acting, patient_id)
    form = CallerForm(request.POST or None)
    if not form.is_valid():
        return render_callers(request, form, who=who)
    chosen = form.cleaned_data["caller"]
    known = chosen in (CallerIs.PATIENT, CallerIs.STRANGER)
    answer = check_caller(
        acting,
        patient_id,
        caller=CallerIs(chosen) if known else CallerIs.MEMBER,
        member_id=None if known else UUID(chosen),
        given=form.read_given(),
    )
    return render_callers(request, form, answer=answer, who=who)


def render_callers(
    request: ActingRequest, form: GivenForm, *, answer: CallerAnswer | None = None, who: CallerPage | None = None
) -> HttpResponse:
    """Render the check from plain values: the form, and the answer if one was given."""
    status = 422 if form.is_bound and form.errors else 200
    values = {"form": form, "answer": answer, "who": who, "here": "patient" if who else "callers"}
    return render(request, "staff/circle/callers.html", values, status=status)
