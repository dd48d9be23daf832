"""Notes on what worked: all of them, a new one, one that helped too, one withdrawn."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.tips import note_helped, withdraw_tip, write_tip
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.tips import TipAbout, TipsPage
from careloop.facts.worklist import LoopKind
from careloop.reads.tips import get_tips_page
from careloop.rules.tips import MOST_WORDS
from careloop.web.labels import label_of
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import read_form
from careloop.web.staff.handoff_forms import read_key

_CHOOSE = {"required": gettext_lazy("Choose what it is about."), "invalid_choice": gettext_lazy("Choose one.")}


class TipForm(forms.Form):
    """What a note says, and on what: a thing chosen from a list ("kind:key"), or the thing of the page it stands on."""

    thing = forms.CharField(max_length=200, error_messages=_CHOOSE)
    words = forms.CharField(max_length=MOST_WORDS, error_messages={"required": gettext_lazy("Say what worked.")})


class TipOfPageForm(forms.Form):
    """What a note says on the page of the thing that it is about."""

    about = forms.TypedChoiceField(
        coerce=TipAbout, choices=[(str(one), str(one)) for one in TipAbout], error_messages=_CHOOSE
    )
    key = forms.CharField(max_length=200, error_messages=_CHOOSE)
    words = forms.CharField(max_length=MOST_WORDS, error_messages={"required": gettext_lazy("Say what worked.")})


@page()
def show_tips(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show all notes."""
    return render_tips(request, get_tips_page(acting))


def render_tips(request: ActingRequest, shown: TipsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the notes from plain values."""
    things = [("", _("Choose"))]
    things += [(f"{TipAbout.PAYER}:{one}", f"{label_of(TipAbout.PAYER)}: {one}") for one in shown.payers]
    things += [
        (f"{TipAbout.VISIT_TYPE}:{key}", f"{label_of(TipAbout.VISIT_TYPE)}: {name}") for key, name in shown.visit_types
    ]
    things += [(f"{TipAbout.LOOP_KIND}:{one}", f"{label_of(TipAbout.LOOP_KIND)}: {label_of(one)}") for one in LoopKind]
    things += [(f"{TipAbout.MESSAGE}:{one}", f"{label_of(TipAbout.MESSAGE)}: {one}") for one in shown.messages]
    typed = dict(attempt.values) if attempt else {}
    if "thing" not in typed or ":" not in typed["thing"]:
        typed["thing"] = f"{typed.get('about', '')}:{typed.get('key', '')}" if typed.get("about") else ""
    if typed["thing"] and typed["thing"] not in dict(things):
        things.append((typed["thing"], label_of(TipAbout.ENTRY)))
    values = {"page": shown, "here": "directory", "attempt": attempt, "typed": typed, "things": things}
    return render(request, "staff/tips/page.html", values)


def _again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_tips(request, get_tips_page(acting), attempt)


def _to_place(request: ActingRequest, tip_id: UUID | None = None) -> str:
    """Return the page on which the note stands, as the form says; where it says none, all notes."""
    referral, entry = read_key(request.POST.get("referral", "")), read_key(request.POST.get("thing", ""))
    if referral is not None:
        return reverse("referral", kwargs={"referral_id": referral})
    for name, argument in (("loop", "loop_id"), ("visit", "booking_id"), ("hours", "entry_id")):
        key = read_key(request.POST.get(name, ""))
        if key is not None:
            return reverse(name, kwargs={argument: key})
    if entry is not None and request.POST.get("at") == TipAbout.ENTRY:
        return reverse("directory-entry", kwargs={"entry_id": entry})
    return reverse("tips")


@deed(back_to=_to_place, again=_again, about_patient=False)
def write(acting: Acting, request: ActingRequest) -> Told:
    """Share a note."""
    if "about" in request.POST:
        typed = read_form(TipOfPageForm, request)
        write_tip(acting, about=typed["about"], key=typed["key"], words=typed["words"])
    else:
        typed = read_form(TipForm, request)
        about, _colon, key = typed["thing"].partition(":")
        if about not in set(TipAbout):
            raise NotFound
        write_tip(acting, about=TipAbout(about), key=key, words=typed["words"])
    return Told(_("Shared. It stands where the next one looks."))


@deed(back_to=_to_place, about_patient=False)
def helped(acting: Acting, request: ActingRequest, tip_id: UUID) -> Told:
    """Say that a note helped."""
    note_helped(acting, tip_id=tip_id)
    return Told(_("Counted. It holds longer now."))


@deed(back_to=_to_place, about_patient=False)
def withdraw(acting: Acting, request: ActingRequest, tip_id: UUID) -> Told:
    """Withdraw a note."""
    withdraw_tip(acting, tip_id=tip_id)
    return Told(_("Withdrawn. It is shown no longer."))
