"""Somebody or something is out: what falls out is shown first, then moved in one press, and undone in another."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from careloop.actions import outages as acts
from careloop.actions.outage_meetings import ask_for_meeting, stop_asking_for_meeting
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting
from careloop.facts.outages import Moved, NeedsPerson, OutagePage
from careloop.reads.outages import get_outage_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import outage_forms as forms
from careloop.web.staff.forms import read_form


@page()
def show_out(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show who can be out and, for whoever is named, what would move where."""
    ask, errors = forms.read_out(request.GET)
    return render_out(request, get_outage_page(acting, ask=ask), typed=request.GET, errors=errors)


@page()
def show_outage(acting: Acting, request: ActingRequest, outage_id: UUID) -> HttpResponse:
    """Show an outage that was entered: what moved, what is left."""
    return render_out(request, get_outage_page(acting, outage_id=outage_id))


def render_out(
    request: ActingRequest,
    shown: OutagePage,
    attempt: Attempt | None = None,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Render who is out from plain values. Each showing has a key of its own: what is sent twice is done once."""
    outage = shown.outage
    waits = any(_goes_back(line.became, is_open=line.loop_is_open) for line in shown.done)
    waits = waits or any(one.is_open for one in shown.asked)
    is_soon = outage is not None and outage.holds and shown.at <= outage.undo_until
    return render(
        request,
        "staff/visits/out.html",
        {
            "page": shown,
            "attempt": attempt,
            "typed": typed or {},
            "errors": errors or {},
            "may_undo": is_soon or (outage is not None and outage.undone_at is not None and waits),
            "key": uuid4(),
            "here": "visits",
        },
    )


def _goes_back(became: Moved, *, is_open: bool) -> bool:
    return became is Moved.MOVED or (became is Moved.LEFT and is_open)


def _to_out(request: ActingRequest) -> str:
    return reverse("out")


def _to_outage(request: ActingRequest, outage_id: UUID) -> str:
    return reverse("outage", kwargs={"outage_id": outage_id})


def _out_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    ask, errors = forms.read_out(request.POST)
    return render_out(request, get_outage_page(acting, ask=ask), attempt, typed=request.POST, errors=errors)


def _outage_again(acting: Acting, request: ActingRequest, attempt: Attempt, outage_id: UUID) -> HttpResponse:
    return render_out(request, get_outage_page(acting, outage_id=outage_id), attempt)


@deed(back_to=_to_out, again=_out_again, about_patient=False)
def send_out(acting: Acting, request: ActingRequest) -> Told:
    """Enter who is out, move every ticked visit and leave the others to a person.

    Each visit is a deed of its own: one whose time was taken meanwhile stays and is shown again with the next time.
    """
    typed = read_form(forms.SendForm, request)
    ticked = set(request.POST.getlist("tick"))
    outage_id = acts.enter_outage(acting, typed["ask"], reason=typed["reason"], key=str(typed["key"]))
    moved = missed = 0
    for key, places in forms.read_lines(request.POST.getlist("line")):
        if str(key) not in ticked:
            for one in places:
                acts.leave_to_person(acting, one.booking_id, outage_id=outage_id, why=NeedsPerson.CHOSEN)
            continue
        try:
            moved += acts.move_for_outage(acting, key, places, outage_id=outage_id)
        except Refusal:
            missed += 1
    for key, why in forms.read_left(request.POST.getlist("left")):
        acts.leave_to_person(acting, key, outage_id=outage_id, why=why)
    for patient_id, meeting_id in forms.read_meetings(request.POST.getlist("meeting")):
        ask_for_meeting(acting, patient_id, meeting_id=meeting_id, outage_id=outage_id)
    return Told(_say_moved(moved, missed), go_to=_to_outage(request, outage_id))


def _say_moved(moved: int, missed: int) -> str:
    said = ngettext("%(count)s visit moved.", "%(count)s visits moved.", moved) % {"count": moved}
    if missed:
        said += " " + ngettext(
            "%(count)s time was taken meanwhile: look at the next one.",
            "%(count)s times were taken meanwhile: look at the next ones.",
            missed,
        ) % {"count": missed}
    return said


@deed(back_to=_to_outage, again=_outage_again, about_patient=False)
def undo_out(acting: Acting, request: ActingRequest, outage_id: UUID) -> Told:
    """Put everything back where it was, patient by patient; pressed again it goes on where it stopped."""
    acts.undo_outage(acting, outage_id=outage_id)
    shown = get_outage_page(acting, outage_id=outage_id)
    for one in shown.asked:
        if one.is_open:
            stop_asking_for_meeting(acting, one.patient_id, meeting_id=one.id, outage_id=outage_id)
    waiting = {one.patient_id: one.booking_id for one in shown.done if _goes_back(one.became, is_open=one.loop_is_open)}
    count = sum(acts.put_back(acting, key, outage_id=outage_id) for key in waiting.values())
    said = ngettext("Undone. %(count)s visit is back.", "Undone. %(count)s visits are back.", count)
    return Told(said % {"count": count})
