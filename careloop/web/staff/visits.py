"""Visits: a time is chosen and held for a patient, and one visit with all that can be done about it."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions import scheduling as acts
from careloop.actions.missed_visits import correct_no_show, correct_seen
from careloop.actions.preparation import note_item
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.scheduling import VisitAsk
from careloop.facts.visits import DayPage, TimesPage, VisitPage
from careloop.formats.ics import write_invitation
from careloop.reads.visit_board import get_visit_day
from careloop.reads.visits import get_invitation, get_move_page, get_times_page, get_visit_page
from careloop.rules.access import has_right
from careloop.rules.worklist import NOT_NEEDED
from careloop.web.days import is_near
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import visit_forms as forms
from careloop.web.staff.forms import read_form

# Who and what stands on the board of a day.
BOOKED = (EntryKind.PRACTITIONER, EntryKind.ROOM, EntryKind.DEVICE, EntryKind.INTERPRETER)


@page()
def show_times(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show the kinds of visits, or times for the chosen one."""
    wish, kind, loop = forms.read_wish(request.GET)
    return render_times(request, get_times_page(acting, patient_id, visit_type_id=kind, wish=wish, loop_id=loop))


@page()
def show_move(acting: Acting, request: ActingRequest, booking_id: UUID) -> HttpResponse:
    """Show other times for a visit, the one that was chosen on the board of a day before them."""
    wish, _kind, _loop = forms.read_wish(request.GET)
    wanted = forms.read_wanted(request.GET)
    shown = get_move_page(acting, booking_id, wish=wish)
    if wanted and wish.entry_id and wish.entry_id not in {one.id for one in shown.people}:
        # Put with somebody who does not do this kind of visit: the times are those of everybody who does.
        shown = replace(get_move_page(acting, booking_id, wish=replace(wish, entry_id=None)), wish=wish)
    return render_times(request, shown, wanted=wanted)


def render_times(
    request: ActingRequest,
    shown: TimesPage,
    attempt: Attempt | None = None,
    *,
    wanted: tuple[date, time] | None = None,
) -> HttpResponse:
    """Render times from plain values. Each showing has a key of its own: what is sent twice is done once."""
    return render(
        request,
        "staff/visits/times.html",
        {"page": shown, "attempt": attempt, "here": "visits", "key": uuid4(), "wanted": wanted},
    )


@page()
def show_visit(acting: Acting, request: ActingRequest, booking_id: UUID) -> HttpResponse:
    """Show one visit."""
    return render_visit(request, get_visit_page(acting, booking_id))


def render_visit(request: ActingRequest, shown: VisitPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one visit from plain values."""
    return render(
        request,
        "staff/visits/visit.html",
        {"page": shown, "attempt": attempt, "here": "visits", "not_needed": NOT_NEEDED},
    )


@page()
def send_invitation(acting: Acting, request: ActingRequest, booking_id: UUID) -> HttpResponse:
    """Send a visit as an invitation to save; its name says nothing of whose it is."""
    made = write_invitation(get_invitation(acting, booking_id))
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    answer["Cache-Control"] = "no-store"
    return answer


@page()
def show_day(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the board of a day."""
    asked = forms.read_day(request.GET)
    return render_day(request, get_visit_day(acting, on=asked.on, site_id=asked.site_id, kind=asked.kind))


def render_day(request: ActingRequest, shown: DayPage) -> HttpResponse:
    """Render the board of a day from plain values."""
    before, after = (shown.on + timedelta(days=days) for days in (-1, 1))
    return render(
        request,
        "staff/visits/day.html",
        {
            "page": shown,
            "here": "visits",
            "before": before,
            "after": after,
            "kinds": BOOKED,
            "may_out": request.acting is not None and has_right(request.acting, Right.OUTAGE_WRITE),
            "may_move": request.acting is not None and has_right(request.acting, Right.BOOKING_WRITE),
        },
    )


def _wanted_day(attempt: Attempt) -> date | None:
    """Return the day that was asked for when its time was taken."""
    values = attempt.values
    typed = values.get("seat", "")[:10] or values.get("offer", "")[:10] or values.get("own_on", "")
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if is_near(day) else None


def _times_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    wish, kind, loop = forms.read_wish(request.POST)
    wish = replace(wish, since_on=_wanted_day(attempt) or wish.since_on)
    return render_times(
        request, get_times_page(acting, patient_id, visit_type_id=kind, wish=wish, loop_id=loop), attempt
    )


def _move_again(acting: Acting, request: ActingRequest, attempt: Attempt, booking_id: UUID) -> HttpResponse:
    wish, _kind, _loop = forms.read_wish(request.POST)
    wish = replace(wish, since_on=_wanted_day(attempt) or wish.since_on)
    return render_times(request, get_move_page(acting, booking_id, wish=wish), attempt)


def _visit_again(acting: Acting, request: ActingRequest, attempt: Attempt, booking_id: UUID) -> HttpResponse:
    return render_visit(request, get_visit_page(acting, booking_id), attempt)


def _to_patient(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient", kwargs={"patient_id": patient_id})


def _to_visit(request: ActingRequest, booking_id: UUID) -> str:
    return reverse("visit", kwargs={"booking_id": booking_id})


def _to_item(request: ActingRequest, booking_id: UUID) -> str:
    return f"{_to_visit(request, booking_id)}#prepare"


def _ask(typed: dict[str, object], request: ActingRequest) -> tuple[VisitAsk, str]:
    """Return what is asked for, and the key of the request: another time of the same page is another request."""
    ask = VisitAsk(
        typed["type"], typed["wall"], typed["entries"], typed["which"], group_id=typed["group"]  # type: ignore[arg-type]
    )  # fmt: skip
    return ask, f"{typed['key']} {ask.wall.isoformat()} {ask.which or ''}{ask.group_id or ''}"


@deed(back_to=_to_patient, again=_times_again)
def hold(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Hold a time for a patient."""
    typed = read_form(forms.TimeForm, request)
    ask, key = _ask(typed, request)
    held = acts.hold_visit(acting, patient_id, ask, key=key, loop_id=typed["loop"])
    return Told(_("The time is held. Book it when the patient agrees."), go_to=_to_visit(request, held.booking_id))


@deed(back_to=_to_visit, again=_move_again)
def move(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Give a visit another time."""
    typed = read_form(forms.MoveForm, request)
    ask, key = _ask(typed, request)
    new = acts.move_visit(
        acting, booking_id, ask, version=typed["version"], by=typed["by"], reason=typed["reason"], note=typed["note"],
        key=key,
    )  # fmt: skip
    return Told(_("The visit has its new time, and the old one is free."), go_to=_to_visit(request, new))


@deed(back_to=_to_item, again=_visit_again)
def prepare(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Note where something before a visit stands."""
    typed = read_form(forms.ItemForm, request)
    is_ready = note_item(
        acting, booking_id, item=typed["item"], state=typed["state"], version=typed["version"], note=typed["note"],
        arranged=typed["arranged"],
    )  # fmt: skip
    return Told(_("Noted. All is in order before the visit.") if is_ready else _("Noted."))


@deed(back_to=_to_visit, again=_visit_again)
def book(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Book a time that is held."""
    acts.book_visit(acting, booking_id, token=read_form(forms.TokenForm, request)["token"])
    return Told(_("The visit is booked."))


@deed(back_to=_to_visit, again=_visit_again)
def release(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Let a held time go."""
    acts.release_hold(acting, booking_id, token=read_form(forms.TokenForm, request)["token"])
    return Told(_("The time is free for others. The visit still needs one."))


@deed(back_to=_to_visit, again=_visit_again)
def confirm(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Note that the patient said they will come."""
    typed = read_form(forms.VersionForm, request)
    acts.confirm_visit(acting, booking_id, version=typed["version"], note=typed["note"])
    return Told(_("Noted: the patient will come."))


@deed(back_to=_to_visit, again=_visit_again)
def arrive(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Note that the patient is here."""
    acts.note_arrival(acting, booking_id, version=read_form(forms.VersionForm, request)["version"])
    return Told(_("Noted: the patient is here."))


@deed(back_to=_to_visit, again=_visit_again)
def finish(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Note that the patient was seen."""
    typed = read_form(forms.SeenForm, request)
    acts.finish_visit(acting, booking_id, version=typed["version"], note=typed["note"])
    return Told(_("Noted: the patient was seen. The promise is kept."))


@deed(back_to=_to_visit, again=_visit_again)
def miss(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Note that the patient did not come, and what stood in the way."""
    typed = read_form(forms.MissForm, request)
    acts.note_no_show(
        acting, booking_id, version=typed["version"], barrier=typed["barrier"], note=typed["note"]
    )  # fmt: skip
    return Told(_("Noted. Call the patient today or on the next business day."))


@deed(back_to=_to_visit, again=_visit_again)
def correct(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Note that the patient had come after all."""
    typed = read_form(forms.SeenForm, request)
    correct_no_show(acting, booking_id, version=typed["version"], note=typed["note"])
    return Told(_("Corrected: the patient had come. What followed from it was taken back."))


@deed(back_to=_to_visit, again=_visit_again)
def take_back(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Note that the patient had not come after all."""
    typed = read_form(forms.SeenForm, request)
    correct_seen(acting, booking_id, version=typed["version"], note=typed["note"])
    return Told(_("Corrected: the patient had not come. The promise is open again: call the patient."))


@deed(back_to=_to_visit, again=_visit_again)
def cancel(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Cancel a visit."""
    typed = read_form(forms.CancelForm, request)
    acts.cancel_visit(
        acting, booking_id, version=typed["version"], by=typed["by"], reason=typed["reason"], note=typed["note"],
        outcome=typed["outcome"],
    )  # fmt: skip
    return Told(_("Cancelled. The time is free for others."))
