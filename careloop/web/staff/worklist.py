"""Today and what can be done with a loop: one reading shows the list, each deed calls one action."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from careloop.actions import worklist as acts
from careloop.facts.access import Acting
from careloop.facts.today import PanelPage, TodayPage
from careloop.reads.worklist import get_panel, get_today_page
from careloop.rules.worklist import FINISHED, NOT_NEEDED
from careloop.web.nav import first_page
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff import forms
from careloop.web.staff.access import EACH
from careloop.web.staff.forms import read_form
from careloop.web.staff.loops import show_loop_again
from careloop.web.staff.people import show_patient_again

FIRST_TAB = "needs_you"


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a loop's form stood: its own page, a patient's page, or a tab of Today and a place in its list."""

    is_own: bool
    patient: UUID | None
    tab: str
    cursor: str


@page()
def show_today(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the list, and why the chosen loop is on it; a role without a list lands on a page that it has."""
    if (first := first_page(acting)) != "today":
        return redirect(first)
    return _show(acting, request, tab=_tab_of(request.GET), selected=_selected_of(request))


@page()
def show_panel(acting: Acting, request: ActingRequest, loop_id: UUID) -> HttpResponse:
    """Show why one loop is on the list, as the part of Today that stands beside it."""
    tab = _tab_of(request.GET)
    shown = get_panel(acting, loop_id, tab=tab)
    return render(request, "staff/panel_alone.html", _around(shown, cursor=request.GET.get("cursor", "")))


def _around(shown: TodayPage | PanelPage, *, cursor: str) -> dict[str, object]:
    return {"page": shown, "here": "today", "cursor": cursor, "finished": FINISHED, "not_needed": NOT_NEEDED}


def render_today(request: ActingRequest, shown: TodayPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render Today from plain values; ``attempt`` is a deed that did not succeed, with what was typed."""
    around = _around(shown, cursor=request.GET.get("cursor", ""))
    return render(request, "staff/today.html", around | {"attempt": attempt})


def _show(
    acting: Acting, request: ActingRequest, *, tab: str, selected: UUID | None, attempt: Attempt | None = None
) -> HttpResponse:
    cursor = request.GET.get("cursor", "") if attempt is None else request.POST.get("cursor", "")
    folded = request.COOKIES.get("rows") != EACH
    shown = get_today_page(acting, tab=tab, cursor=cursor, selected=selected, folded=folded)
    return render_today(request, shown, attempt)


def _show_again(acting: Acting, request: ActingRequest, attempt: Attempt, loop_id: UUID) -> HttpResponse:
    way = _way_back(request)
    if way.is_own:
        return show_loop_again(acting, request, attempt, loop_id)
    if way.patient:
        return show_patient_again(acting, request, attempt, patient_id=way.patient)
    return _show(acting, request, tab=_tab_of(request.POST), selected=loop_id, attempt=attempt)


def _back_staying(request: ActingRequest, loop_id: UUID) -> str:
    return _back(request, loop_id, selected=str(loop_id))


def _back_to_next(request: ActingRequest, loop_id: UUID) -> str:
    """Go back to the list without the loop: the first of what is left is shown."""
    return _back(request, loop_id, selected="")


def _back(request: ActingRequest, loop_id: UUID, *, selected: str) -> str:
    way = _way_back(request)
    if way.is_own:
        return reverse("loop", kwargs={"loop_id": loop_id})
    if way.patient:
        return reverse("patient", kwargs={"patient_id": way.patient})
    asked = {"tab": way.tab, "cursor": way.cursor, "selected": selected}
    return f"{reverse('today')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _way_back(request: ActingRequest) -> _Way:
    """Read where the form stood; what cannot be read is left out, and Today is the way back."""
    form = forms.WayBackForm(request.POST)
    form.is_valid()
    read = form.cleaned_data
    return _Way(read.get("own", False), read.get("patient"), read.get("tab", ""), read.get("cursor", ""))


def _tab_of(asked: QueryDict) -> str:
    return asked.get("tab") or FIRST_TAB


def _selected_of(request: ActingRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("selected", ""))
    except ValueError:
        return None


@deed(back_to=_back_staying, again=_show_again)
def start(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Start the next step."""
    version = acts.start_loop(acting, loop_id, version=read_form(forms.LoopForm, request)["version"])
    return Told(_("Started. It is yours."), undo=(loop_id, version))


@deed(back_to=_back_staying, again=_show_again)
def log_contact(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Note an attempt to reach somebody."""
    typed = read_form(forms.ContactForm, request)
    version = acts.log_contact(acting, loop_id, version=typed["version"], result=typed["result"], note=typed["note"])
    return Told(_("The contact is noted."), undo=(loop_id, version))


@deed(back_to=_back_to_next, again=_show_again)
def finish(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Close the loop with what happened."""
    typed = read_form(forms.FinishForm, request)
    version = acts.finish_loop(acting, loop_id, version=typed["version"], outcome=typed["outcome"], note=typed["note"])
    return Told(_("Closed."), undo=(loop_id, version))


@deed(back_to=_back_to_next, again=_show_again)
def snooze(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Put it away until a day."""
    typed = read_form(forms.SnoozeForm, request)
    version = acts.snooze_loop(acting, loop_id, version=typed["version"], until=typed["until"], reason=typed["reason"])
    return Told(_("Snoozed. It comes back by itself."), undo=(loop_id, version))


@deed(back_to=_back_to_next, again=_show_again)
def hand_off(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Give it to a person or a team."""
    typed = read_form(forms.HandOffForm, request)
    person, unit = typed["to"]
    version = acts.hand_off_loop(
        acting, loop_id, version=typed["version"], to_person=person, to_unit=unit, note=typed["note"]
    )
    return Told(_("Handed off."), undo=(loop_id, version))


@deed(back_to=_back_staying, again=_show_again)
def take(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Take it from a queue."""
    version = acts.take_loop(acting, loop_id, version=read_form(forms.LoopForm, request)["version"])
    return Told(_("It is yours now."), undo=(loop_id, version))


@deed(back_to=_back_to_next, again=_show_again)
def dismiss(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Close it as not needed, with the reason."""
    typed = read_form(forms.DismissForm, request)
    version = acts.dismiss_loop(
        acting, loop_id, version=typed["version"], outcome=typed["outcome"], reason=typed["reason"]
    )
    return Told(_("Closed as not needed."), undo=(loop_id, version))


@deed(back_to=_back_staying, again=_show_again)
def reopen(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Open a closed loop again."""
    typed = read_form(forms.ReopenForm, request)
    version = acts.reopen_loop(acting, loop_id, version=typed["version"], reason=typed["reason"])
    return Told(_("Open again."), undo=(loop_id, version))


@deed(back_to=_back_staying, again=_show_again)
def undo(acting: Acting, request: ActingRequest, loop_id: UUID) -> Told:
    """Take back the last step; it can be done for ten seconds."""
    acts.undo_last(acting, loop_id, version=read_form(forms.LoopForm, request)["version"])
    return Told(_("Taken back."))
