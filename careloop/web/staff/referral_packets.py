"""A new referral, the preview of its packet, sending it, and the packet as pages and as FHIR."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from django.forms import Select
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions.packet_sending import queue_packet
from careloop.actions.referrals import make_referral, send_referral
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.packets import Packet, PacketPage
from careloop.facts.referrals import NewReferral, ReferralDraft, Sending, Urgency
from careloop.parcels.referral import press_packet
from careloop.reads.packets import get_packet, get_packet_document, get_sent_packet
from careloop.reads.referrals import get_new_referral
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import referral_forms as forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.referrals import load_receivers, name_receivers

FHIR = "application/fhir+json"


@page()
def show_new(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show the form of a new referral; ``?to=`` chooses an entry of the directory, and its specialty with it."""
    shown, chosen = get_new_referral(acting, patient_id), request.GET.get("to", "")
    rows = load_receivers(acting, chosen=chosen)
    # One that is not in the directory any more is not chosen.
    first = next((row for row in rows if str(row.id) == chosen), None)
    given = {"to": chosen, "specialty": (first.draft.specialties or ("",))[0]} if first else {}
    return render_new(request, shown, name_receivers(rows), given=given)


def show_new_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    """Show it after an attempt that did not succeed, with what was typed."""
    rows = load_receivers(acting, chosen=request.POST.get("to", ""))
    return render_new(request, get_new_referral(acting, patient_id), name_receivers(rows), attempt)


def render_new(
    request: ActingRequest,
    shown: NewReferral,
    receivers: list[tuple[str, str]],
    attempt: Attempt | None = None,
    *,
    given: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    """Render the form from plain values; what is ``given`` stands in it from the beginning."""
    who = [("", _("Choose")), *((str(key), name) for key, name in shown.clinicians)]
    initial = {"urgency": str(Urgency.ROUTINE), **given}
    initial |= {"asked_by": who[1][0]} if len(who) == 2 else {}
    form = forms.NewForm(request.POST) if attempt else forms.NewForm(initial=initial)
    form.fields["asked_by"].widget = Select(choices=who)
    form.fields["to"].widget = Select(choices=receivers)
    values = {"page": shown, "form": form, "attempt": attempt, "here": "patient"}
    return render(request, "staff/referral_new.html", values)


def _to_patient(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient", kwargs={"patient_id": patient_id})


@deed(back_to=_to_patient, again=show_new_again)
def make(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Make a referral; the packet is looked at and sent next."""
    typed = read_form(forms.NewForm, request)
    draft = ReferralDraft(
        question=typed["question"], specialty=typed["specialty"], urgency=typed["urgency"], asked_by=typed["asked_by"],
        to_entry=typed["to"], to_name=typed["to_name"], see_by=typed["see_by"],
    )  # fmt: skip
    key = make_referral(acting, patient_id, draft, is_another=typed["is_another"])
    there = reverse("referral-packet", kwargs={"referral_id": key})
    return Told(_("The referral is made. Look at what leaves, then send it."), go_to=there)


@page()
def show_packet(acting: Acting, request: ActingRequest, referral_id: UUID) -> HttpResponse:
    """Show exactly what would leave, with documents to tick."""
    return render_packet(request, get_packet(acting, referral_id, ticked=_ticked(request.GET)))


def show_packet_again(acting: Acting, request: ActingRequest, attempt: Attempt, referral_id: UUID) -> HttpResponse:
    """Show it after a sending that did not succeed, with what was typed."""
    return render_packet(request, get_packet(acting, referral_id, ticked=_ticked(request.POST)), attempt)


def render_packet(request: ActingRequest, shown: PacketPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the preview from plain values."""
    new = {"version": shown.version, "seen": shown.packet.sha256}
    form = forms.SendForm(initial=new)
    if attempt:
        typed = request.POST.copy()
        typed.update({name: str(value) for name, value in new.items()})
        # What was refused was clear: the page says why once, and keeps what was typed.
        form = forms.SendForm(initial=typed.dict()) if attempt.say else forms.SendForm(typed)
    ticked = {one.id for one in shown.packet.documents}
    values = {
        "page": shown, "packet": shown.packet, "form": form, "attempt": attempt, "here": "referrals",
        "ticks": [(one, one.id in ticked) for one in shown.can_tick],
        "goes": shown.may_queue and bool(shown.email or shown.endpoint),
        "query": "&".join(f"doc={key}" for key in sorted(ticked)),
    }  # fmt: skip
    return render(request, "staff/referral_packet.html", values)


def _to_referral(request: ActingRequest, referral_id: UUID) -> str:
    return reverse("referral", kwargs={"referral_id": referral_id})


@deed(back_to=_to_referral, again=show_packet_again)
def send(acting: Acting, request: ActingRequest, referral_id: UUID) -> Told:
    """Note that the packet went, and keep it as it left."""
    typed = read_form(forms.SendForm, request)
    packet = get_packet(acting, referral_id, ticked=_ticked(request.POST)).packet
    sending = Sending(typed["channel"], typed["address"], typed["evidence"], typed["is_unsure"])
    send_referral(
        acting, referral_id, version=typed["version"], packet=packet, pages=press_packet(packet), seen=typed["seen"],
        sending=sending,
    )  # fmt: skip
    if sending.is_unsure:
        return Told(_("Noted. Find out whether it went before anything goes out again."))
    return Told(_("The referral is on its way."))


@deed(back_to=_to_referral, again=show_packet_again)
def queue(acting: Acting, request: ActingRequest, referral_id: UUID) -> Told:
    """Put the packet on its way: what became of it is noted when it is known."""
    typed = read_form(forms.QueueForm, request)
    packet = get_packet(acting, referral_id, ticked=_ticked(request.POST)).packet
    queue_packet(
        acting, referral_id, version=typed["version"], packet=packet, pages=press_packet(packet), seen=typed["seen"],
        road=typed["road"],
    )  # fmt: skip
    return Told(_("It is on its way. What becomes of it is noted here."))


@page()
def print_packet(acting: Acting, request: ActingRequest, referral_id: UUID) -> HttpResponse:
    """Send the packet as pages: as it would leave now, or with ``?sent=`` as it left."""
    packet, pages = _packet_of(acting, request, referral_id)
    return _answer(pages or press_packet(packet), "application/pdf", "referral.pdf")


@page()
def send_bundle(acting: Acting, request: ActingRequest, referral_id: UUID) -> HttpResponse:
    """Send the packet as a FHIR document: as it would leave now, or with ``?sent=`` as it left."""
    sent = request.GET.get("sent", "")
    try:
        key = UUID(sent) if sent else None
    except ValueError:
        raise NotFound from None
    made = get_packet_document(acting, referral_id, ticked=() if key else _ticked(request.GET), packet_id=key)
    return _answer(made, FHIR, "referral.json")


def _packet_of(acting: Acting, request: ActingRequest, referral_id: UUID) -> tuple[Packet, bytes]:
    sent = request.GET.get("sent", "")
    if not sent:
        return get_packet(acting, referral_id, ticked=_ticked(request.GET)).packet, b""
    try:
        return get_sent_packet(acting, referral_id, packet_id=UUID(sent))
    except ValueError:
        raise NotFound from None


def _ticked(query: QueryDict) -> Sequence[UUID]:
    try:
        return [UUID(one) for one in query.getlist("doc")]
    except ValueError:
        raise NotFound from None


def _answer(made: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
