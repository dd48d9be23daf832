"""Support for one patient: distress and its calls, groups and programs, and what became of them."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions import support as acts
from careloop.facts.access import Acting
from careloop.facts.support import Form, HeardFrom, OfferEvent, SupportAsk, SupportEvent, SupportPage
from careloop.reads.support import get_support_page
from careloop.rules.handoffs import MOST_WORDS
from careloop.web.days import DayField
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import SHORT_LIMIT, read_form
from careloop.web.staff.meeting_forms import choice

_NO_DAY = {"invalid": gettext_lazy("Choose a day.")}
_NOBODY = {"required": gettext_lazy("Choose one."), "invalid": gettext_lazy("Choose one.")}


class DistressForm(forms.Form):
    """What was heard, from whom, who calls and by when."""

    words = forms.CharField(max_length=MOST_WORDS, error_messages={"required": gettext_lazy("Say what was heard.")})
    heard_from = choice(HeardFrom, HeardFrom)
    owner = forms.UUIDField(required=False, error_messages=_NOBODY)
    by = DayField(required=False, error_messages=_NO_DAY)


class CallForm(forms.Form):
    """What came of a call, and what comes next."""

    note = forms.UUIDField(error_messages=_NOBODY)
    version = forms.IntegerField(min_value=1)
    event = choice(SupportEvent, SupportEvent)
    said = forms.CharField(max_length=MOST_WORDS, error_messages={"required": gettext_lazy("Say what came of it.")})
    by = DayField(required=False, error_messages=_NO_DAY)


class AskForm(forms.Form):
    """What is looked for among groups and programs."""

    about = forms.CharField(required=False, max_length=SHORT_LIMIT)
    language = forms.CharField(required=False, max_length=20)
    form = choice(Form, Form, required=False, empty_value=None)
    place = forms.CharField(required=False, max_length=SHORT_LIMIT)
    free = forms.BooleanField(required=False)


class OfferForm(AskForm):
    """Which group or program is offered, and what was looked for."""

    entry = forms.UUIDField(error_messages=_NOBODY)


class AnswerForm(forms.Form):
    """What became of an offer."""

    offer = forms.UUIDField(error_messages=_NOBODY)
    version = forms.IntegerField(min_value=1)
    event = choice(OfferEvent, OfferEvent)


@page()
def show_support(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show what was noted and offered, and look for groups and programs."""
    return render_support(request, get_support_page(acting, patient_id, asked=_asked(request)))


def render_support(request: ActingRequest, shown: SupportPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render support from plain values."""
    first = SupportAsk(language=next(iter(shown.languages), ""))
    values = {
        "page": shown, "attempt": attempt, "here": "patient", "typed": attempt.values if attempt else {},
        "verb": attempt.verb if attempt else "", "asked": shown.asked or first,
        "froms": list(HeardFrom), "forms": [("", _("Any")), *((str(one), one) for one in Form)],
        "people": [(one.id, one.name) for one in shown.people],
    }  # fmt: skip
    return render(request, "staff/support/page.html", values)


def _asked(request: HttpRequest) -> SupportAsk | None:
    """Return what is looked for, None if the form was not sent."""
    if "about" not in request.GET:
        return None
    form = AskForm(request.GET)
    return _ask(form.cleaned_data) if form.is_valid() else SupportAsk()


def _ask(typed: dict[str, object]) -> SupportAsk:
    names = ("about", "language", "form", "place", "free")
    return SupportAsk(**{name: typed[name] for name in names})  # type: ignore[arg-type]


def _back(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-support", kwargs={"patient_id": patient_id})


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_support(request, get_support_page(acting, patient_id), attempt)


@deed(back_to=_back, again=_again)
def distress(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note distress and promise a call."""
    typed = read_form(DistressForm, request)
    acts.note_distress(
        acting, patient_id, words=typed["words"], heard_from=typed["heard_from"], owner_id=typed["owner"],
        by=typed["by"],
    )  # fmt: skip
    return Told(_("Noted. The call is promised: it stands on the list."))


@deed(back_to=_back, again=_again)
def call(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note what came of a call."""
    typed = read_form(CallForm, request)
    acts.note_call(
        acting, patient_id, note_id=typed["note"], version=typed["version"], event=typed["event"], said=typed["said"],
        by=typed["by"],
    )  # fmt: skip
    return Told(_("Kept."))


@deed(back_to=_back, again=_again)
def offer(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Choose a group or program to offer."""
    typed = read_form(OfferForm, request)
    acts.offer_program(acting, patient_id, _ask(typed), entry_id=typed["entry"])
    return Told(_("Chosen. It stays open until the patient was told and joined or said no."))


@deed(back_to=_back, again=_again)
def answer(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note what became of an offer."""
    typed = read_form(AnswerForm, request)
    acts.answer_offer(acting, patient_id, offer_id=typed["offer"], version=typed["version"], event=typed["event"])
    return Told(_("Kept."))
