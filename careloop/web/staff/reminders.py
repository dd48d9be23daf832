"""Reminders: those of a visit paused with a reason, those of medicines, and the ladder of each kind of visit."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions import medicine_reminders as medicines
from careloop.actions import reminders as acts
from careloop.actions.medicine_names import wish_medicine_named
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.medicine_reminders import MedicineRemindersPage, ScheduleDraft, ScheduleState
from careloop.facts.reminders import LadderPage, ReminderKind, RungRow
from careloop.reads.reminders import get_ladder_page, get_medicine_reminders_page
from careloop.reads.visits import get_visit_page
from careloop.rules.reminders import ROADS
from careloop.web.labels import label_of
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import reminder_forms as forms
from careloop.web.staff.forms import read_form
from careloop.web.staff.visits import render_visit

RUNNING = (ScheduleState.ACTIVE, ScheduleState.PAUSED)


@dataclass(frozen=True, slots=True)
class RungFields:
    """A rung as fields: what was typed before a refusal, else as it is."""

    row: RungRow
    days: str
    at: str
    hours: str
    is_on: bool
    roads: tuple[tuple[Road, bool], ...]
    is_fixed: bool


@page()
def show_medicines(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show of which medicines a patient is reminded."""
    return render_medicines(request, get_medicine_reminders_page(acting, patient_id))


def render_medicines(
    request: ActingRequest, shown: MedicineRemindersPage, attempt: Attempt | None = None
) -> HttpResponse:
    """Render the reminders of medicines from plain values."""
    values = {
        "page": shown,
        "attempt": attempt,
        "typed": attempt.values if attempt else {},
        "running": [one for one in shown.schedules if one.state in RUNNING],
        "over": [one for one in shown.schedules if one.state not in RUNNING],
        "medicines": [
            ("", _("Choose")), *((f"{one.resource_id}:{one.version}", one.label) for one in shown.choices)
        ],
        "roads": [(str(one), label_of(one)) for one in forms.MEDICINE_ROADS],
        "here": "patient",
    }  # fmt: skip
    return render(request, "staff/reminders/medicines.html", values)


@page()
def show_ladder(acting: Acting, request: ActingRequest, kind_id: UUID) -> HttpResponse:
    """Show the ladder of one kind of visit."""
    return render_ladder(request, get_ladder_page(acting, visit_type_id=kind_id))


def render_ladder(request: ActingRequest, shown: LadderPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the ladder of one kind of visit from plain values."""
    fields = [_fields(row, attempt) for row in shown.rows]
    return render(request, "admin/ladder.html", {"page": shown, "attempt": attempt, "rungs": fields, "here": "admin"})


def _fields(row: RungRow, attempt: Attempt | None) -> RungFields:
    rung, kind = row.rung, row.rung.kind
    typed = attempt.values if attempt else None
    if typed is None:
        roads = tuple((road, road in rung.roads) for road in ROADS[kind])
        now = (str(rung.days_before), f"{rung.at:%H:%M}", str(rung.good_hours), rung.is_on)
    else:
        roads = tuple((road, f"{kind}-{road}" in typed) for road in ROADS[kind])
        now = (typed.get(f"{kind}-days", ""), typed.get(f"{kind}-at", ""), typed.get(f"{kind}-hours", ""),
               f"{kind}-on" in typed)  # fmt: skip
    return RungFields(row, *now, roads, is_fixed=kind is ReminderKind.DAY_BEFORE)


def _to_visit(request: ActingRequest, booking_id: UUID) -> str:
    return f"{reverse('visit', kwargs={'booking_id': booking_id})}#reminders"


def _visit_again(acting: Acting, request: ActingRequest, attempt: Attempt, booking_id: UUID) -> HttpResponse:
    return render_visit(request, get_visit_page(acting, booking_id), attempt)


def _to_medicines(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-medicine-reminders", kwargs={"patient_id": patient_id})


def _medicines_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_medicines(request, get_medicine_reminders_page(acting, patient_id), attempt)


def _to_ladder(request: ActingRequest, kind_id: UUID) -> str:
    return reverse("admin-ladder", kwargs={"kind_id": kind_id})


def _ladder_again(acting: Acting, request: ActingRequest, attempt: Attempt, kind_id: UUID) -> HttpResponse:
    return render_ladder(request, get_ladder_page(acting, visit_type_id=kind_id), attempt)


@deed(back_to=_to_medicines, again=_medicines_again)
def name_medicine(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Write down whether reminders name the medicine."""
    typed = read_form(forms.NamingForm, request)
    wish_medicine_named(acting, patient_id, is_named=typed["named"] == "yes", because=typed["because"])
    if typed["named"] == "yes":
        return Told(_("From the next reminder on the medicine is named."))
    return Told(_("No reminder names a medicine any more."))


@deed(back_to=_to_visit, again=_visit_again)
def pause(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Pause the reminders of a visit."""
    acts.pause_reminders(acting, booking_id, reason=read_form(forms.PauseForm, request)["reason"])
    return Told(_("Paused. Nobody is reminded of this visit until you let it go on."))


@deed(back_to=_to_visit, again=_visit_again)
def resume(acting: Acting, request: ActingRequest, booking_id: UUID) -> Told:
    """Let the reminders of a visit go again."""
    acts.resume_reminders(acting, booking_id)
    return Told(_("Reminders go again from now on. What was missed meanwhile does not go late."))


@deed(back_to=_to_medicines, again=_medicines_again)
def start(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Set up reminders of one medicine."""
    typed = read_form(forms.ScheduleForm, request)
    key, version = typed["medicine"]
    draft = ScheduleDraft(key, version, typed["times"], typed["road"], typed["ends_on"], typed["consent"])
    medicines.start_medicine_reminders(acting, patient_id, draft)
    return Told(_("Set up. The first one goes at the next of these times."))


@deed(back_to=_to_medicines, again=_medicines_again)
def stop(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Stop the reminders of one medicine for good."""
    typed = read_form(forms.ScheduleKeyForm, request)
    medicines.stop_medicine_reminders(acting, patient_id, schedule_id=typed["schedule"], version=typed["version"])
    return Told(_("Stopped. Nothing more goes of it."))


@deed(back_to=_to_medicines, again=_medicines_again)
def go_on(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Let reminders go on that waited for a clinician's word."""
    typed = read_form(forms.ScheduleKeyForm, request)
    medicines.resume_medicine_reminders(acting, patient_id, schedule_id=typed["schedule"], version=typed["version"])
    return Told(_("Reminders go on from the next of these times."))


@deed(back_to=_to_ladder, again=_ladder_again, about_patient=False)
def save_ladder(acting: Acting, request: ActingRequest, kind_id: UUID) -> Told:
    """Save the ladder of one kind of visit."""
    acts.set_ladder(acting, visit_type_id=kind_id, rungs=read_form(forms.LadderForm, request)["rungs"])
    return Told(_("Saved. Visits to come are planned by it within a minute; what went already stays."))
