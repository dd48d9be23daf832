"""Family meetings: asked for, set, held, decided at, and each person given what they may hear."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions import meetings as acts
from careloop.actions.meeting_summaries import give_summary, leave_untold
from careloop.facts.access import Acting
from careloop.facts.consents import TOLD_TOPICS, Road
from careloop.facts.directory import EntryKind
from careloop.facts.meetings import (
    Interprets,
    MeetingDraft,
    MeetingForm,
    MeetingPage,
    MeetingsPage,
    MeetingState,
    SummaryPage,
    Untold,
)
from careloop.parcels.press import press
from careloop.reads.meetings import get_meeting_page, get_meetings_page, get_summary_page
from careloop.rules.scheduling import TimeTaken
from careloop.rules.worklist import NOT_NEEDED
from careloop.web.printing_meetings import make_meeting_sheet, make_summary_sheet
from careloop.web.screen import ActingRequest, Attempt, Told, Unclear, deed, page
from careloop.web.staff import meeting_forms as forms
from careloop.web.staff.forms import read_form

# The fields in which one of a kind is chosen.
_FIELDS = {EntryKind.ROOM: "room", EntryKind.INTERPRETER: "interpreter"}


@page()
def show_meetings(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show the family meetings of a patient, and the form for a new one."""
    return render_meetings(request, get_meetings_page(acting, patient_id))


def render_meetings(request: ActingRequest, shown: MeetingsPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render the list from plain values."""
    values = {
        "page": shown, "attempt": attempt, "here": "patient", "typed": attempt.values if attempt else {},
        "ticked": _ticked(request, attempt),
    }  # fmt: skip
    return render(request, "staff/meetings/list.html", values)


@page()
def show_meeting(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Show one meeting."""
    return render_meeting(request, get_meeting_page(acting, patient_id, meeting_id=meeting_id))


def render_meeting(request: ActingRequest, shown: MeetingPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one meeting from plain values; each form shows what was typed into it before a refusal."""
    state, zone = shown.row.state, ZoneInfo(shown.whose.zone)
    starts = shown.setting.starts_at.astimezone(zone) if shown.setting else None
    refusal = attempt.refusal if attempt else None
    values = {
        "page": shown, "attempt": attempt, "here": "patient", "typed": attempt.values if attempt else {},
        "verb": attempt.verb if attempt else "", "ticked": _ticked(request, attempt),
        "is_live": state in (MeetingState.TO_ARRANGE, MeetingState.SET, MeetingState.HELD),
        "may_set": shown.may_change and state in (MeetingState.TO_ARRANGE, MeetingState.SET),
        "is_set": state is MeetingState.SET, "is_held": state is MeetingState.HELD,
        "may_hold": shown.may_change and starts is not None and state is MeetingState.SET and starts <= shown.at,
        "may_decide": shown.may_change and state in (MeetingState.SET, MeetingState.HELD),
        "was": _was(shown, attempt),
        "forms": list(MeetingForm), "interprets": list(Interprets), "topics": TOLD_TOPICS, "outcomes": list(NOT_NEEDED),
        "owners": [("", _("Choose")), *((one.id, one.name) for one in shown.staff)],
        "rooms": _options(shown, EntryKind.ROOM), "tongues": _options(shown, EntryKind.INTERPRETER),
        "clinicians": [one for one in shown.bookable if one.kind is EntryKind.PRACTITIONER],
        "was_people": _people(request, shown, attempt),
        "offers": refusal.offers if isinstance(refusal, TimeTaken) else (),
    }  # fmt: skip
    return render(request, "staff/meetings/meeting.html", values)


def _options(shown: MeetingPage, kind: EntryKind) -> list[tuple[str, str]]:
    """Return what of a kind can be booked, to choose from; nothing where there is nothing of it."""
    found = [one for one in shown.bookable if one.kind is kind]
    named = [(str(one.id), f"{one.name}, {one.site}" if one.site else one.name) for one in found]
    return [("", _("None")), *named] if named else []


def _people(request: ActingRequest, shown: MeetingPage, attempt: Attempt | None) -> list[str]:
    """Return which clinicians are ticked: as sent before a refusal, else those who are booked."""
    if attempt is not None and attempt.verb == "set_time":
        return request.POST.getlist("people")
    return [str(one.id) for one in shown.booked]


def _was(shown: MeetingPage, attempt: Attempt | None) -> dict[str, str]:
    """Return what stands in the form of the time: what was typed before a refusal, else what is set."""
    if attempt is not None and attempt.verb == "set_time":
        return dict(attempt.values)
    if shown.setting is None:
        return {"minutes": "60"}
    setting, at = shown.setting, shown.setting.starts_at.astimezone(ZoneInfo(shown.whose.zone))
    return {
        "day": at.date().isoformat(), "clock": f"{at:%H:%M}", "minutes": str(setting.minutes),
        "form": str(setting.form), "place": setting.place, "interprets": str(setting.interprets),
        **{_FIELDS[one.kind]: str(one.id) for one in shown.booked if one.kind in _FIELDS},
    }  # fmt: skip


@page()
def show_summary(
    acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID, guest_id: int
) -> HttpResponse:
    """Show what one person would be given, word for word."""
    return render_summary(request, _summary(acting, request, patient_id, meeting_id, guest_id))


def render_summary(request: ActingRequest, shown: SummaryPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render what one person would be given from plain values."""
    values = {"page": shown, "attempt": attempt, "here": "patient", "reasons": list(Untold)}
    return render(request, "staff/meetings/summary.html", values)


@page()
def print_meeting(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> HttpResponse:
    """Print one meeting on one page, for whoever leads it."""
    shown = get_meeting_page(acting, patient_id, meeting_id=meeting_id)
    return _send(press(make_meeting_sheet(shown, is_large=request.GET.get("large") == "1")), "meeting.pdf")


@page()
def print_summary(
    acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID, guest_id: int
) -> HttpResponse:
    """Print what one person may hear, in large type: nothing else is on it."""
    shown = _summary(acting, request, patient_id, meeting_id, guest_id)
    return _send(press(make_summary_sheet(shown)), "summary.pdf")


def _summary(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID, guest_id: int) -> SummaryPage:
    asked = request.GET.get("road", "")
    road = Road(asked) if asked in set(Road) else None
    return get_summary_page(acting, patient_id, meeting_id=meeting_id, guest_id=guest_id, road=road)


def _send(made: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _ticked(request: ActingRequest, attempt: Attempt | None) -> list[str]:
    return [one for name in ("member", "person", "came") for one in request.POST.getlist(name)] if attempt else []


def _to_list(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-meetings", kwargs={"patient_id": patient_id})


def _to_meeting(request: ActingRequest, patient_id: UUID, meeting_id: UUID, guest_id: int = 0) -> str:
    return reverse("patient-meeting", kwargs={"patient_id": patient_id, "meeting_id": meeting_id})


def _list_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    return render_meetings(request, get_meetings_page(acting, patient_id), attempt)


def _again(
    acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID, meeting_id: UUID
) -> HttpResponse:
    return render_meeting(request, get_meeting_page(acting, patient_id, meeting_id=meeting_id), attempt)


def _summary_again(
    acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID, meeting_id: UUID, guest_id: int
) -> HttpResponse:
    return render_summary(request, _summary(acting, request, patient_id, meeting_id, guest_id), attempt)


def _draft(request: ActingRequest, typed: dict[str, str]) -> MeetingDraft:
    return MeetingDraft(
        reason=typed.get("reason", ""), wishes=typed["wishes"], agenda=typed["agenda"],
        member_ids=forms.read_keys(request.POST, "member"), person_ids=forms.read_keys(request.POST, "person"),
    )  # fmt: skip


@deed(back_to=_to_list, again=_list_again)
def plan(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Ask for a family meeting."""
    typed = read_form(forms.PlanForm, request)
    key = acts.plan_meeting(acting, patient_id, _draft(request, typed))
    return Told(_("Asked for. It stands on your list until it is over."), go_to=_to_meeting(request, patient_id, key))


@deed(back_to=_to_meeting, again=_again)
def agenda(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> Told:
    """Write down what will be spoken of, and ask more people."""
    version = read_form(forms.SeenForm, request)["version"]
    draft = _draft(request, read_form(forms.AgendaForm, request))
    acts.write_agenda(acting, patient_id, draft, meeting_id=meeting_id, version=version)
    return Told(_("Kept."))


@deed(back_to=_to_meeting, again=_again)
def set_time(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> Told:
    """Set when, how and with which interpreter people meet."""
    form = forms.SetForm(request.POST)
    if not form.is_valid():
        raise Unclear(form)
    zone = get_meeting_page(acting, patient_id, meeting_id=meeting_id).whose.zone
    chosen = [key for name in ("room", "interpreter", "people") for key in request.POST.getlist(name)]
    setting = form.read_setting(zone, chosen)
    who = acts.set_meeting(acting, patient_id, setting, meeting_id=meeting_id, version=form.cleaned_data["version"])
    if request.POST.get("interpreter"):
        return Told(_("The time is set, and booked for all who were chosen."))
    if form.cleaned_data["interprets"] is Interprets.CHILD:
        return Told(_("The time is set. A child never interprets: booking a qualified interpreter is a task now."))
    if who is Interprets.QUALIFIED:
        return Told(_("The time is set. Booking the interpreter is a task now."))
    if setting.entry_ids:
        return Told(_("The time is set, and booked for all who were chosen."))
    return Told(_("The time is set."))


@deed(back_to=_to_meeting, again=_again)
def held(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> Told:
    """Say that the meeting took place and who came."""
    version = read_form(forms.SeenForm, request)["version"]
    came = forms.read_numbers(request.POST, "came")
    acts.hold_meeting(acting, patient_id, meeting_id=meeting_id, version=version, came=came)
    return Told(_("Kept. Now give each person what they may hear."))


@deed(back_to=_to_meeting, again=_again)
def missed(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> Told:
    """Say that the meeting did not take place."""
    acts.miss_meeting(
        acting, patient_id, meeting_id=meeting_id, version=read_form(forms.SeenForm, request)["version"]
    )  # fmt: skip
    return Told(_("Kept. It is to be arranged again."))


@deed(back_to=_to_meeting, again=_again)
def cancel(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> Told:
    """Call the meeting off."""
    typed = read_form(forms.CancelForm, request)
    acts.cancel_meeting(
        acting, patient_id, meeting_id=meeting_id, version=typed["version"], outcome=typed["outcome"],
        reason=typed["reason"],
    )  # fmt: skip
    return Told(_("Called off."))


@deed(back_to=_to_meeting, again=_again)
def decide(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID) -> Told:
    """Keep what was decided as a task."""
    typed = read_form(forms.DecideForm, request)
    acts.decide_at_meeting(
        acting, patient_id, meeting_id=meeting_id, topic=typed["topic"], words=typed["words"],
        owner_id=typed["owner"], by=typed["by"],
    )  # fmt: skip
    return Told(_("Decided: it is a task now."))


@deed(back_to=_to_meeting, again=_summary_again)
def give(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID, guest_id: int) -> Told:
    """Keep that somebody was given what they may hear."""
    road = read_form(forms.GiveForm, request)["road"]
    state = give_summary(acting, patient_id, meeting_id=meeting_id, guest_id=guest_id, road=road)
    return Told(_said(state))


@deed(back_to=_to_meeting, again=_summary_again)
def untold(acting: Acting, request: ActingRequest, patient_id: UUID, meeting_id: UUID, guest_id: int) -> Told:
    """Keep that somebody gets no summary, and why."""
    why = read_form(forms.UntoldForm, request)["why"]
    return Told(_said(leave_untold(acting, patient_id, meeting_id=meeting_id, guest_id=guest_id, why=why)))


def _said(state: MeetingState) -> str:
    if state is MeetingState.TOLD:
        return _("Kept. Everybody was told: the meeting is over.")
    return _("Kept.")
