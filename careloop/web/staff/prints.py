"""What is printed: a patient's summary and the sheet of a day, as PDF. Each is set anew from what may be seen now."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import translation

from careloop.actions.prints import keep_printed_summary
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Right
from careloop.parcels.press import press
from careloop.reads.people import get_patient_page
from careloop.reads.prints import get_day_list, get_summary
from careloop.rules.access import has_right
from careloop.web.printing import make_day_sheet, make_summary
from careloop.web.screen import ActingRequest, page, read_seal
from careloop.web.staff import forms
from careloop.web.staff.export import render_hand_out

LANGUAGES = ("en", "es")


@page()
def print_day(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Print what needs this person today on one page."""
    shown = get_day_list(acting)
    return _send(press(make_day_sheet(shown, is_large=_is_large(request))), "day-sheet.pdf")


@page(methods=("GET", "POST"))
def print_summary(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Print a patient's summary on one page; posted, it is handed out: to whom and why is kept first."""
    if request.method != "POST":
        return _send(_set_summary(acting, request, patient_id), "summary.pdf")
    if not has_right(acting, Right.RECORD_EXPORT):
        raise NotFound
    acting = read_seal(acting, request, {"patient_id": patient_id})
    form = forms.HandOutForm(request.POST)
    if form.is_valid() and form.cleaned_data["patient"] != patient_id:
        raise NotFound
    if not form.is_valid():
        return render_hand_out(request, get_patient_page(acting, patient_id).banner, form)
    made = _set_summary(acting, request, patient_id)
    try:
        keep_printed_summary(
            acting,
            patient_id,
            pages=made,
            recipient=form.cleaned_data["recipient"],
            reason=form.cleaned_data["reason"],
            basis=form.cleaned_data["basis"],
        )
    except Refusal as no:
        if isinstance(no, NotFound):
            raise
        return render_hand_out(request, get_patient_page(acting, patient_id).banner, form, refused=no)
    return _send(made, "summary.pdf")


def _set_summary(acting: Acting, request: ActingRequest, patient_id: UUID) -> bytes:
    shown = get_summary(acting, patient_id)
    asked = (request.POST if request.method == "POST" else request.GET).get("language", "")
    with translation.override(asked if asked in LANGUAGES else translation.get_language()):
        return press(make_summary(shown, is_large=_is_large(request)))


def _is_large(request: ActingRequest) -> bool:
    return (request.POST if request.method == "POST" else request.GET).get("large") == "1"


def _send(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
