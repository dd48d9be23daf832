"""The circle of a patient: who stands in it, what each may hear, and taking it back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions import consents as acts
from careloop.actions.disclosures import tell_member
from careloop.facts.access import Acting, Label
from careloop.facts.consents import (
    TOLD_ROADS,
    TOLD_TOPICS,
    CirclePage,
    ConsentDraft,
    ConsentPurpose,
    GivenHow,
    MemberDraft,
    Relation,
    TellAsk,
    TellDraft,
    Topic,
)
from careloop.facts.documents import HAND_LABELS
from careloop.reads.consents import get_circle_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import consent_forms as forms
from careloop.web.staff.forms import read_form

# What several of can be ticked.
TICKED = ("topic", "road", "purpose", "label")
MEMBER = ("name", "relation", "language", "needs_interpreter", "phone", "email", "address", "is_emergency", "note")


@page()
def show_circle(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show the people around a patient and what each may hear."""
    return render_circle(request, get_circle_page(acting, patient_id))


def render_circle(request: ActingRequest, shown: CirclePage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the circle from plain values; ``attempt`` is a deed that did not succeed, with what was typed."""
    values = {
        "page": shown,
        "attempt": attempt,
        "typed": attempt.values if attempt else {},
        "ticks": {name: request.POST.getlist(name) for name in TICKED} if attempt else {},
        "relations": list(Relation),
        "topics": list(Topic),
        "told_topics": TOLD_TOPICS,
        "roads": list(TOLD_ROADS),
        "purposes": list(ConsentPurpose),
        "hows": list(GivenHow),
        "labels": HAND_LABELS,
        "here": "patient",
    }
    return render(request, "staff/circle/page.html", values)


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_circle(request, get_circle_page(acting, patient_id), attempt)


def _back(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-circle", kwargs={"patient_id": patient_id})


@deed(back_to=_back, again=_again)
def add_member(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Add somebody to the circle."""
    typed = read_form(forms.MemberForm, request)
    acts.add_member(acting, patient_id, MemberDraft(**{name: typed[name] for name in MEMBER}))
    return Told(_("Added. They may hear nothing until the patient agrees to it."))


@deed(back_to=_back, again=_again)
def change_member(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Change what is written down of somebody of the circle."""
    typed = read_form(forms.ChangeForm, request)
    draft = MemberDraft(**{name: typed[name] for name in MEMBER})
    acts.change_member(acting, patient_id, draft, member_id=typed["member"], version=typed["version"])
    return Told(_("Changed. How it was stays in the history."))


@deed(back_to=_back, again=_again)
def end_member(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """End somebody's place in the circle."""
    typed = read_form(forms.EndForm, request)
    acts.end_member(acting, patient_id, member_id=typed["member"], version=typed["version"], reason=typed["reason"])
    return Told(_("Ended. They may hear nothing any more."))


@deed(back_to=_back, again=_again)
def give_consent(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Write down what the patient agreed to."""
    typed = read_form(forms.ConsentForm, request)
    draft = ConsentDraft(
        topics=tuple(dict.fromkeys(typed["topic"])),
        purposes=tuple(dict.fromkeys(typed["purpose"])),
        roads=tuple(dict.fromkeys(typed["road"])),
        how=typed["how"],
        until=typed["until"],
        named=join_labels(typed["label"]),
        document_id=typed["document"],
        witness_id=typed["witness"],
    )
    acts.give_consent(acting, patient_id, draft, member_id=typed["member"])
    return Told(_("Written down. Nothing but this may be told."))


@deed(back_to=_back, again=_again)
def take_back(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Take a consent back, or all that somebody was given."""
    typed = read_form(forms.TakeBackForm, request)
    count = acts.take_back(
        acting, patient_id, member_id=typed["member"], consent_id=typed["consent"], reason=typed["reason"]
    )
    said = ngettext("Taken back. It holds no more.", "Taken back: %(count)s consents hold no more.", count)
    return Told(said % {"count": count} if count > 1 else said)


@deed(back_to=_back, again=_again)
def set_code(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Set a code word."""
    typed = read_form(forms.CodeForm, request)
    acts.set_code(acting, patient_id, code=typed["code"], member_id=typed["member"])
    return Told(_("The code word is set. Nobody can read it here."))


@deed(back_to=_back, again=_again)
def tell(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Keep that somebody of the circle was told, if they may be."""
    typed = read_form(forms.TellForm, request)
    ask = TellAsk(typed["topic"], typed["purpose"], typed["road"], join_labels(typed["label"]))
    tell_member(acting, patient_id, TellDraft(ask, typed["words"]), member_id=typed["member"])
    return Told(_("They may hear it. It stands in the list of what left the clinic."))


def join_labels(found: list[Label]) -> Label:
    """Return labels that were ticked as one mask."""
    mask = Label.NONE
    for one in found:
        mask |= one
    return mask
