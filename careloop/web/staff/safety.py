"""The safety panel: what to ask a clinician about somebody's medicines, and what was set aside."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions import safety as acts
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.pages import SafetyPage
from careloop.facts.safety import OverrideReason, Seen, Tier
from careloop.reads.safety import get_safety_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import forms
from careloop.web.staff.forms import read_form


@page()
def show_safety(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show what was found, what was not checked, and what can be done about it."""
    return render_safety(request, get_safety_page(acting, patient_id))


def render_safety(request: ActingRequest, shown: SafetyPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the panel from plain values; ``attempt`` is a deed that did not succeed, with what was typed."""
    tiers = [(tier, [line for line in shown.lines if line.tier is tier]) for tier in Tier]
    return render(
        request,
        "staff/safety.html",
        {
            "page": shown,
            "tiers": [(tier, lines) for tier, lines in tiers if lines],
            "attempt": attempt,
            "here": "safety",
            "reasons": list(OverrideReason),
        },
    )


def _show_again(
    acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID, **_where: UUID
) -> HttpResponse:
    return render_safety(request, get_safety_page(acting, patient_id), attempt)


def _back(request: ActingRequest, patient_id: UUID, **_where: UUID) -> str:
    return reverse("patient-safety", kwargs={"patient_id": patient_id})


@deed(back_to=_back, again=_show_again)
def ask_clinician(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Give the question an owner and a day."""
    typed = read_form(forms.AskForm, request)
    _must_be_of(typed["patient"], patient_id)
    person, unit = typed["to"]
    acts.ask_clinician(
        acting,
        patient_id,
        check=typed["check"],
        key=typed["key"],
        due_on=typed["due_on"],
        note=typed["note"],
        to_person=person,
        to_unit=unit,
    )
    return Told(_("The question is on the list."))


@deed(back_to=_back, again=_show_again)
def override(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Set a finding aside with a clinician's word."""
    typed = read_form(forms.OverrideForm, request)
    _must_be_of(typed["patient"], patient_id)
    acts.override_finding(
        acting,
        patient_id,
        Seen(typed["check"], typed["key"], typed["mark"]),
        reason=typed["reason"],
        clinician=typed["clinician"],
        until=typed["until"],
        note=typed["note"],
    )
    return Told(_("Set aside. It comes back by itself."))


@deed(back_to=_back, again=_show_again)
def end_override(acting: Acting, request: ActingRequest, patient_id: UUID, override_id: UUID) -> Told:
    """Put a finding that was set aside back to work."""
    acts.end_override(acting, patient_id, override_id=override_id)
    return Told(_("It is no longer set aside."))


def _must_be_of(typed: UUID, patient_id: UUID) -> None:
    if typed != patient_id:
        # The form was filled in under one patient's name and sent to another's address.
        raise NotFound
