"""Links for a patient or a person of the circle: seen before they are given, shown once, and ended."""

import io
from base64 import b64encode
from typing import Any
from uuid import UUID

import qrcode
from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathImage

from careloop.actions.patient_links import end_link, give_link, send_link
from careloop.basics.refusals import NotFound, Refusal, WrongPatient
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.portal import (
    DAYS,
    GIVEN,
    LINK_MARK,
    LINK_ROADS,
    QUESTION_LONGEST,
    AnswerForm,
    LinkDraft,
    LinkPurpose,
    LinksPage,
)
from careloop.parcels.press import press_whole
from careloop.reads.channels import get_portal_address
from careloop.reads.patient_links import get_links_page
from careloop.web.portal.paper import make_next_sheet
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page, read_seal
from careloop.web.staff.forms import read_form

_CHOOSE = {"required": gettext_lazy("Choose one."), "invalid_choice": gettext_lazy("Choose one.")}


class GiveForm(forms.Form):
    """What a link opens, for whom and for how long."""

    purpose = forms.TypedChoiceField(
        coerce=LinkPurpose, choices=[(str(one), "") for one in GIVEN], error_messages=_CHOOSE
    )
    days = forms.TypedChoiceField(coerce=int, choices=[(one, "") for one in DAYS], error_messages=_CHOOSE)
    visit = forms.UUIDField(required=False)
    member = forms.UUIDField(required=False)
    question = forms.CharField(required=False, max_length=QUESTION_LONGEST)
    answer_form = forms.TypedChoiceField(
        coerce=AnswerForm, choices=[(str(one), "") for one in AnswerForm], required=False, empty_value=AnswerForm.WORDS
    )


class SendForm(GiveForm):
    """On which road it is sent."""

    road = forms.TypedChoiceField(coerce=Road, choices=[(str(one), "") for one in LINK_ROADS], error_messages=_CHOOSE)


class EndForm(forms.Form):
    """Which link is meant."""

    link = forms.UUIDField()


@page()
def show_links(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show the links of a patient, and what one would show today."""
    asked = request.GET.get("for", "")
    chosen = LinkPurpose(asked) if asked in GIVEN else LinkPurpose.NEXT
    return render_links(request, get_links_page(acting, patient_id, chosen=chosen))


def render_links(
    request: ActingRequest, shown: LinksPage, attempt: Attempt | None = None, address: str = ""
) -> HttpResponse:
    """Render the links from plain values; ``address`` is one that was made just now, and never again."""
    values = {
        "page": shown,
        "attempt": attempt,
        "typed": attempt.values if attempt else {},
        "address": address,
        "picture": draw(address) if address else "",
        "purposes": list(GIVEN),
        "forms": list(AnswerForm),
        "longest": QUESTION_LONGEST,
        "has_phone": bool(settings.CLINIC_PHONE),
        "here": "patient",
    }
    return render(request, "staff/portal/links.html", values)


def draw(address: str) -> str:
    """Return an address as a picture that a telephone reads, as a data address."""
    out = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(out)
    return f"data:image/svg+xml;base64,{b64encode(out.getvalue()).decode()}"


@page(methods=("GET", "POST"))
def give(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Give a link and show it: once, for it is kept nowhere."""
    if request.method != "POST":
        return redirect("patient-links", patient_id=patient_id)
    acting = read_seal(acting, request, {"patient_id": patient_id})
    form = GiveForm(request.POST)
    if not form.is_valid():
        found = {name: " ".join(str(one) for one in said) for name, said in form.errors.items()}
        return _again(acting, request, patient_id, Attempt("give", None, request.POST.dict(), found), 422)
    draft = _draft(form.cleaned_data)
    try:
        given = give_link(acting, patient_id, draft)
    except (NotFound, WrongPatient):
        raise
    except Refusal as no:
        return _again(acting, request, patient_id, Attempt("give", None, request.POST.dict(), say=no.say), no.status)
    address = _address(acting, request, given.token)
    return render_links(request, get_links_page(acting, patient_id, chosen=draft.purpose), address=address)


def _address(acting: Acting, request: ActingRequest, token: str) -> str:
    """Return where a token opens: under the address by which patients reach this house, else where the staff works."""
    path, house = reverse("portal-enter", kwargs={"token": token}), get_portal_address(acting)
    return f"{house}{path}" if house else request.build_absolute_uri(path)


def _draft(typed: dict[str, Any]) -> LinkDraft:
    purpose = typed["purpose"]
    return LinkDraft(
        purpose,
        typed["days"],
        booking_id=typed["visit"] if purpose is LinkPurpose.VISIT else None,
        question=typed["question"] if purpose is LinkPurpose.QUESTION else "",
        answer_form=typed["answer_form"],
        member_id=typed["member"],
    )


@page()
def print_next(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Print what happens next in large letters and in the patient's language, for whoever has no telephone."""
    shown = get_links_page(acting, patient_id, chosen=LinkPurpose.ALL).previews[0]
    with translation.override(shown.language):
        made = press_whole(make_next_sheet(shown, shown.language))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="next.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _again(acting: Acting, request: ActingRequest, patient_id: UUID, attempt: Attempt, status: int) -> HttpResponse:
    asked = attempt.values.get("purpose", "")
    chosen = LinkPurpose(asked) if asked in GIVEN else LinkPurpose.NEXT
    answer = render_links(request, get_links_page(acting, patient_id, chosen=chosen), attempt)
    answer.status_code = status
    return answer


def _back(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-links", kwargs={"patient_id": patient_id})


@deed(back_to=_back)
def end(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """End a link."""
    end_link(acting, patient_id, link_id=read_form(EndForm, request)["link"])
    return Told(_("This link opens nothing any more."))


def _send_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    asked = attempt.values.get("purpose", "")
    chosen = LinkPurpose(asked) if asked in GIVEN else LinkPurpose.NEXT
    return render_links(request, get_links_page(acting, patient_id, chosen=chosen), attempt)


@deed(back_to=_back, again=_send_again)
def send(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Make a link and send it."""
    typed = read_form(SendForm, request)
    address = _address(acting, request, LINK_MARK)
    thread = send_link(acting, patient_id, _draft(typed), road=typed["road"], address=address)
    return Told(
        _("Written. For ten seconds it can be taken back below; then it goes."),
        go_to=reverse("thread", kwargs={"thread_id": thread}),
    )
