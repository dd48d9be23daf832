"""Handoffs: those to and from somebody, a new one, and one from draft to accepted."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions import handoffs as acts
from careloop.facts.access import Acting
from careloop.facts.handoffs import (
    DeclineReason,
    HandoffPage,
    HandoffScope,
    HandoffsPage,
    HandoffState,
    IllnessLevel,
    NewHandoffPage,
)
from careloop.reads.handoffs import get_handoff_page, get_handoffs_page, get_new_handoff_page
from careloop.rules.handoffs import WAITING
from careloop.web.labels import label_of
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import handoff_forms as forms
from careloop.web.staff.forms import read_form


@page()
def show_handoffs(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show handoffs to and from this person."""
    return render_handoffs(request, get_handoffs_page(acting))


def render_handoffs(request: ActingRequest, shown: HandoffsPage) -> HttpResponse:
    """Render the list from plain values."""
    return render(request, "staff/handoffs/list.html", {"page": shown, "here": "handoffs"})


@page()
def show_new(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show what can be handed on, and to whom."""
    return render_new(request, get_new_handoff_page(acting, patient_id=forms.read_key(request.GET.get("patient", ""))))


def render_new(request: ActingRequest, shown: NewHandoffPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the form from plain values; what there is nothing of cannot be chosen."""
    counts = {HandoffScope.LOOPS: shown.loops, HandoffScope.PATIENTS: len(shown.people)}
    words = {
        HandoffScope.LOOPS: ngettext("%(count)s loop of my day", "%(count)s loops of my day", shown.loops),
        HandoffScope.PATIENTS: ngettext(
            "%(count)s patient of my caseload, with all that is open",
            "%(count)s patients of my caseload, with all that is open",
            len(shown.people),
        ),
    }
    values = {
        "page": shown, "attempt": attempt, "here": "handoffs", "typed": attempt.values if attempt else {},
        "scopes": [(str(one), words[one] % {"count": counts[one]}) for one in HandoffScope if counts[one]],
        "ticked": request.POST.getlist("only") if attempt else [],
        "receivers": [("", _("Choose")), *((one.id, one.name) for one in shown.receivers)],
        "levels": [(str(one), label_of(one)) for one in IllnessLevel],
        "is_written": attempt is not None and attempt.verb == "make",
        "day_lines": [
            (one, attempt.values.get(f"{forms.LEVEL}{one.id}", "") if attempt else "") for one in shown.day
        ],
    }  # fmt: skip
    return render(request, "staff/handoffs/new.html", values)


@page()
def show_handoff(acting: Acting, request: ActingRequest, handoff_id: UUID) -> HttpResponse:
    """Show one handoff."""
    return render_handoff(request, get_handoff_page(acting, handoff_id=handoff_id))


def render_handoff(request: ActingRequest, shown: HandoffPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one handoff from plain values."""
    state = shown.row.state
    values = {
        "page": shown, "attempt": attempt, "here": "handoffs",
        "is_draft": state is HandoffState.DRAFT,
        "is_waiting": state in WAITING,
        "may_accept": shown.is_receiver and state is HandoffState.OFFERED,
        "levels": [("", _("Not said yet")), *((str(one), label_of(one)) for one in IllnessLevel)],
        "unsaid": sum(line.level is None for line in shown.lines),
        "alone": [line for line in shown.lines if line.needs_own_words],
        "together": [line for line in shown.lines if not line.needs_own_words],
        "reasons": [("", _("Choose")), *((str(one), label_of(one)) for one in DeclineReason)],
        "typed": attempt.values if attempt else {},
    }  # fmt: skip
    return render(request, "staff/handoffs/handoff.html", values)


def _to_list(request: ActingRequest) -> str:
    return reverse("handoffs")


def _to_handoff(request: ActingRequest, handoff_id: UUID) -> str:
    return reverse("handoff", kwargs={"handoff_id": handoff_id})


def _to_line(request: ActingRequest, patient_id: UUID) -> str:
    key = forms.read_key(request.POST.get("handoff", ""))
    return f"{reverse('handoff', kwargs={'handoff_id': key})}#line-{patient_id}" if key else reverse("handoffs")


def _new_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    only = forms.read_key(request.POST.get("patient", ""))
    return render_new(request, get_new_handoff_page(acting, patient_id=only), attempt)


def _handoff_again(acting: Acting, request: ActingRequest, attempt: Attempt, handoff_id: UUID) -> HttpResponse:
    return render_handoff(request, get_handoff_page(acting, handoff_id=handoff_id), attempt)


def _line_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    key = forms.read_key(attempt.values.get("handoff", ""))
    if key is None:
        return render_handoffs(request, get_handoffs_page(acting))
    return render_handoff(request, get_handoff_page(acting, handoff_id=key), attempt)


@deed(back_to=_to_list, again=_new_again, about_patient=False)
def make(acting: Acting, request: ActingRequest) -> Told:
    """Write a handoff down, to be looked through and offered."""
    typed = read_form(forms.MakeForm, request)
    only = [key for key in map(forms.read_key, request.POST.getlist("only")) if key is not None]
    key = acts.make_handoff(acting, scope=typed["scope"], receiver_id=typed["to"], patient_ids=only)
    address = reverse("handoff", kwargs={"handoff_id": key})
    return Told(_("Written down. Nothing has moved: look it through and offer it."), go_to=address)


@deed(back_to=_to_list, again=_new_again, about_patient=False)
def offer_day(acting: Acting, request: ActingRequest) -> Told:
    """Offer one's whole day."""
    typed = read_form(forms.DayForm, request)
    shown = [key for key in map(forms.read_key, request.POST.getlist("shown")) if key is not None]
    key = acts.offer_day(
        acting, receiver_id=typed["to"], patient_ids=shown, levels=forms.read_levels(request.POST),
        others=typed["others"], note=typed["note"],
    )  # fmt: skip
    address = reverse("handoff", kwargs={"handoff_id": key})
    return Told(_("Offered. Until it is accepted all of it stays with you."), go_to=address)


@deed(back_to=_to_line, again=_line_again)
def say(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Say how ill one patient is, and in short what matters."""
    typed = read_form(forms.SayForm, request)
    acts.say_of_patient(
        acting, patient_id, handoff_id=typed["handoff"], level=typed["level"], summary=typed["summary"]
    )  # fmt: skip
    return Told(_("Kept."))


@deed(back_to=_to_line, again=_line_again)
def add_what_if(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Add what to do if something happens."""
    typed = read_form(forms.WhatIfForm, request)
    acts.add_what_if(
        acting, patient_id, handoff_id=typed["handoff"], if_words=typed["if_words"], then_words=typed["then_words"],
        on=typed["on"],
    )  # fmt: skip
    return Told(_("Added. It becomes a task of whoever takes over."))


@deed(back_to=_to_handoff, again=_handoff_again, about_patient=False)
def offer(acting: Acting, request: ActingRequest, handoff_id: UUID) -> Told:
    """Offer a handoff."""
    typed = read_form(forms.OfferForm, request)
    acts.offer_handoff(acting, handoff_id=handoff_id, version=typed["version"], others=typed["others"])
    return Told(_("Offered. Until it is accepted all of it stays with you."))


@deed(back_to=_to_line, again=_line_again)
def ask(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Ask the giver about one patient."""
    typed = read_form(forms.AskForm, request)
    acts.ask_giver(acting, patient_id, handoff_id=typed["handoff"], question=typed["question"])
    return Told(_("Asked. It can be accepted when the answer is there."))


@deed(back_to=_to_line, again=_line_again)
def answer(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Answer what the receiver asked."""
    typed = read_form(forms.AnswerForm, request)
    acts.answer_receiver(acting, patient_id, handoff_id=typed["handoff"], answer=typed["answer"])
    return Told(_("Answered."))


@deed(back_to=_to_handoff, again=_handoff_again, about_patient=False)
def accept(acting: Acting, request: ActingRequest, handoff_id: UUID) -> Told:
    """Take over what was said back."""
    typed = read_form(forms.AcceptForm, request)
    count = acts.accept_handoff(
        acting, handoff_id=handoff_id, version=typed["version"], said_back=forms.read_said(request.POST),
        shared=typed["shared"],
    )  # fmt: skip
    return Told(
        ngettext("Taken over: %(count)s loop is yours now.", "Taken over: %(count)s loops are yours now.", count)
        % {"count": count}
    )


@deed(back_to=_to_handoff, again=_handoff_again, about_patient=False)
def decline(acting: Acting, request: ActingRequest, handoff_id: UUID) -> Told:
    """Decline a handoff with the reason."""
    typed = read_form(forms.DeclineForm, request)
    acts.decline_handoff(acting, handoff_id=handoff_id, version=typed["version"], reason=typed["reason"])
    return Told(_("Declined. All of it stays with the giver."))


@deed(back_to=_to_handoff, again=_handoff_again, about_patient=False)
def withdraw(acting: Acting, request: ActingRequest, handoff_id: UUID) -> Told:
    """Take a handoff back."""
    acts.withdraw_handoff(acting, handoff_id=handoff_id, version=read_form(forms.VersionForm, request)["version"])
    return Told(_("Taken back. Nothing moved."))
