"""Two records of one person? Shown side by side and answered; and links that somebody takes apart."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.matching import confirm_same, keep_together, say_different, say_same, take_apart
from careloop.actions.worklist import snooze_loop
from careloop.facts.access import Acting
from careloop.facts.matching import SamePage
from careloop.reads.matching import get_same_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import NOTE_LIMIT, SAY_WHY, LoopForm, read_form

# Who cannot tell looks again after a week.
CANNOT_TELL = timedelta(days=7)


class ReasonForm(LoopForm):
    """Why somebody says so."""

    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages=SAY_WHY)


class SameForm(ReasonForm):
    """Which of the two records goes on, and why they are of one person."""

    keep = forms.UUIDField(error_messages={"required": gettext_lazy("Choose which record goes on.")})


class ApartForm(forms.Form):
    """Why a linked record is of somebody else, or is not."""

    reason = forms.CharField(max_length=NOTE_LIMIT, error_messages=SAY_WHY)


@page()
def show_same(acting: Acting, request: ActingRequest, loop_id: UUID) -> HttpResponse:
    """Show both records, and what differs."""
    return render_same(request, get_same_page(acting, loop_id))


def render_same(request: ActingRequest, shown: SamePage, attempt: Attempt | None = None) -> HttpResponse:
    """Render two records side by side from plain values."""
    sides = [shown.one, *([shown.other] if shown.other else [])]
    return render(request, "staff/same.html", {"page": shown, "sides": sides, "attempt": attempt, "here": "same"})


def _show_again(acting: Acting, request: ActingRequest, attempt: Attempt, loop_id: UUID) -> HttpResponse:
    return render_same(request, get_same_page(acting, loop_id), attempt)


def _to_same(request: ActingRequest, loop_id: UUID) -> str:
    return reverse("same", kwargs={"loop_id": loop_id})


def _to_today(request: ActingRequest, loop_id: UUID) -> str:
    return reverse("today")


def _to_patient(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient", kwargs={"patient_id": patient_id})


@deed(back_to=_to_same, again=_show_again)
def same(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Say that both records are of one person."""
    typed = read_form(SameForm, request)
    say_same(acting, loop_id, version=typed["version"], keep=typed["keep"], reason=typed["reason"])
    return Told(_("Noted. Now a second person must agree."))


@deed(back_to=_to_same, again=_show_again)
def agree(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Agree that both records are of one person."""
    confirm_same(acting, loop_id, version=read_form(LoopForm, request)["version"])
    return Told(_("The two records are linked."))


@deed(back_to=_to_today, again=_show_again)
def different(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Say that the records are of two people."""
    typed = read_form(ReasonForm, request)
    say_different(acting, loop_id, version=typed["version"], reason=typed["reason"])
    return Told(_("Noted: two different people. This is not asked again unless a record changes."))


@deed(back_to=_to_today, again=_show_again)
def cannot_tell(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Put the question away for a week."""
    typed = read_form(ReasonForm, request)
    until = request.today + CANNOT_TELL
    snooze_loop(acting, loop_id, version=typed["version"], until=until, reason=typed["reason"])
    return Told(_("Put away. It comes back in a week."))


@deed(back_to=_to_patient)
def apart(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Say that this record is of somebody else than the record it is linked to."""
    if take_apart(acting, patient_id, reason=read_form(ApartForm, request)["reason"]):
        return Told(_("The records are apart again, each as it was."))
    return Told(_("Noted. Now a second person must agree."))


@deed(back_to=_to_patient)
def together(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Say that the link stays."""
    keep_together(acting, patient_id, reason=read_form(ApartForm, request)["reason"])
    return Told(_("The records stay linked."))
