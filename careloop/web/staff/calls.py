"""The call card: open it, press how the call went, save."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions import calls as acts
from careloop.facts.access import Acting
from careloop.facts.calls import CallCard
from careloop.facts.reach import OUTCOMES, Interpreter, TryResult, WhyNo
from careloop.reads.calls import get_call_card
from careloop.web.labels import label_of
from careloop.web.labels_calls import CALL_DOES
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import call_forms as forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.handoff_forms import read_key


@page()
def show_card(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show the call card of a patient; ?loop= the loop from which somebody comes, ?entry= a place on a list."""
    loop, entry = read_key(request.GET.get("loop", "")), read_key(request.GET.get("entry", ""))
    return render_card(request, get_call_card(acting, patient_id, loop_id=loop, entry_id=entry))


def render_card(request: ActingRequest, shown: CallCard, attempt: Attempt | None = None) -> HttpResponse:
    """Render the card from plain values; what was ticked before a refusal stays ticked."""
    ticked = {name: request.POST.getlist(name) for name in ("loop", "flag", "barrier")} if attempt else None
    chosen = {str(one.row.id) for one in shown.reasons if one.is_chosen}
    if ticked is not None:
        chosen = {key.partition(":")[0] for key in ticked["loop"]}
    values = {
        "page": shown, "attempt": attempt, "here": "calls", "typed": attempt.values if attempt else {},
        "chosen": chosen, "flags": ticked["flag"] if ticked else (), "barriers": ticked["barrier"] if ticked else (),
        "outcomes": [(_key_of(number), one, CALL_DOES[one]) for number, one in enumerate(OUTCOMES, 1)],
        "whys": [("", _("Choose")), *((str(one), label_of(one)) for one in WhyNo)],
        "interpreters": [(str(one), label_of(one)) for one in Interpreter],
        "roads": [("", _("Choose")), *((str(one), label_of(one)) for one in forms.SENT_ROADS)],
        "opened_at": attempt.values.get("opened_at", "") if attempt else shown.at.isoformat(),
    }  # fmt: skip
    return render(request, "staff/calls/card.html", values)


def _key_of(number: int) -> str:
    return str(number % 10)


def _to_next(request: ActingRequest, patient_id: UUID) -> str:
    """Return where somebody goes on: to the list from which they called, else to the patient."""
    listed = read_key(request.POST.get("list", ""))
    if listed is not None:
        return reverse("outreach-list", kwargs={"list_id": listed})
    return reverse("patient", kwargs={"patient_id": patient_id})


def _to_card(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-call", kwargs={"patient_id": patient_id})


def _again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    entry = read_key(attempt.values.get("entry", ""))
    return render_card(request, get_call_card(acting, patient_id, entry_id=entry), attempt)


@deed(back_to=_to_next, again=_again)
def save(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Keep a call."""
    call = forms.read_call(read_form(forms.CallForm, request), request.POST)
    acts.save_call(acting, patient_id, call=call)
    if call.result is TryResult.NEEDS_NURSE:
        return Told(_("Saved. A nurse or doctor has it now. Stay on the line until somebody takes over."))
    return Told(_("Saved: the note, the minutes, what comes next, and everything that the call was about."))


@deed(back_to=_to_card, again=_again)
def sent(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note that something was sent, or that somebody went there."""
    typed = read_form(forms.SentForm, request)
    acts.note_sent(acting, patient_id, road=typed["road"], loops=forms.read_loops(request.POST), note=typed["note"])
    return Told(_("Noted. Careloop sent nothing: it keeps that you did."))


@deed(back_to=_to_card, again=_again)
def lift(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Use a number again."""
    typed = read_form(forms.LiftForm, request)
    acts.lift_block(acting, patient_id, block_id=typed["block"], reason=typed["reason"])
    return Told(_("Open again, with your reason."))
