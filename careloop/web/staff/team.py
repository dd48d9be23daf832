"""Team: who owns what, and handing over; and one's own whole day in one step."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from careloop.actions.handoffs import make_handoff, offer_day
from careloop.actions.handover import hand_over_loops
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.caseloads import TeamPage, WorkPage
from careloop.facts.handoffs import HandoffScope, IllnessLevel
from careloop.reads.team import get_day_page, get_team_page, get_work_page
from careloop.web.labels import label_of
from careloop.web.screen import ActingRequest, Attempt, Told, deed, page
from careloop.web.staff.forms import NOTE_LIMIT, ToWhom, read_form

SHOWS: dict[str, str | Promise] = {
    "all": gettext_lazy("All that is open"),
    "late": gettext_lazy("Late"),
    "today": gettext_lazy("Due today"),
    "snoozed": gettext_lazy("Snoozed"),
    "still": gettext_lazy("Not moved"),
}
_TICK = re.compile(r"^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,9})$")


class WhoseForm(forms.Form):
    """Whose list: a person's, a team's queue, or everybody's; and what of it."""

    who = forms.UUIDField(required=False)
    team = forms.IntegerField(required=False, min_value=1)
    show = forms.CharField(required=False, max_length=20)
    cursor = forms.CharField(required=False, max_length=200)


class HandOverForm(ToWhom):
    """To whom, and what they should know."""

    note = forms.CharField(required=False, max_length=NOTE_LIMIT)


class DayHandOverForm(HandOverForm):
    """The same for one's day; and how ill they all are, for a colleague to whom it is offered at once."""

    others = forms.TypedChoiceField(
        choices=[(str(one), str(one)) for one in IllnessLevel], coerce=IllnessLevel, required=False, empty_value=None
    )


@page()
def show_team(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show who owns what."""
    return render_team(request, get_team_page(acting))


def render_team(request: ActingRequest, shown: TeamPage) -> HttpResponse:
    """Render the team from plain values."""
    return render(request, "staff/team.html", {"page": shown, "here": "team"})


@page()
def show_work(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show the loops behind a number, to be handed over."""
    return render_work(request, _work(acting, request.GET))


def render_work(request: ActingRequest, shown: WorkPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render a list of loops from plain values."""
    given = {"page": shown, "here": "team", "attempt": attempt, "shows": SHOWS.items(), "what": SHOWS[shown.show]}
    return render(request, "staff/team_work.html", given)


@page()
def show_day(acting: Acting, request: ActingRequest) -> HttpResponse:
    """Show one's own day, ready to be handed over."""
    return render_day(request, get_day_page(acting))


def render_day(request: ActingRequest, shown: WorkPage, attempt: Attempt | None = None) -> HttpResponse:
    """Render one's own day from plain values."""
    values = {
        "page": shown, "here": "day", "attempt": attempt,
        "levels": [(str(one), label_of(one)) for one in IllnessLevel],
    }  # fmt: skip
    return render(request, "staff/day.html", values)


def _work(acting: Acting, asked: Any) -> WorkPage:  # noqa: ANN401
    form = WhoseForm(asked)
    form.is_valid()
    read = form.cleaned_data
    return get_work_page(
        acting, person_id=read.get("who"), team=read.get("team"), show=read.get("show", ""),
        cursor=read.get("cursor", ""),
    )  # fmt: skip


def _show_work_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_work(request, _work(acting, request.POST), attempt)


def _show_day_again(acting: Acting, request: ActingRequest, attempt: Attempt) -> HttpResponse:
    return render_day(request, get_day_page(acting), attempt)


def _to_team(request: ActingRequest) -> str:
    return reverse("team")


def _to_day(request: ActingRequest) -> str:
    return reverse("day")


@deed(back_to=_to_team, again=_show_work_again, about_patient=False)
def hand_over(acting: Acting, request: ActingRequest) -> Told:
    """Give the ticked loops to somebody else, all or none."""
    return _hand_over(acting, request)


@deed(back_to=_to_day, again=_show_day_again, about_patient=False)
def hand_off_day(acting: Acting, request: ActingRequest) -> Told:
    """Offer one's own day to a colleague, who says it back; to a team's queue it goes at once.

    Without a word on how ill they are the handoff is written down first, to say it of each.
    """
    typed = read_form(DayHandOverForm, request)
    ticks = _read_ticks(request)
    person, _unit = typed["to"]
    if person is None:
        return _hand_over(acting, request)
    if not ticks:
        raise Refusal(Say("refusal.no_loops"))
    if typed["others"] is not None:
        key = offer_day(
            acting, receiver_id=person, loop_ids=list(ticks), levels={}, others=typed["others"], note=typed["note"]
        )
        said = _("Offered. Until it is accepted all of it stays with you.")
    else:
        key = make_handoff(
            acting, scope=HandoffScope.LOOPS, receiver_id=person, loop_ids=list(ticks), note=typed["note"]
        )
        said = _("Written down. Nothing has moved: look it through and offer it.")
    return Told(said, go_to=reverse("handoff", kwargs={"handoff_id": key}))


def _read_ticks(request: ActingRequest) -> dict[UUID, int]:
    """Return the ticked loops with the versions that were seen; what cannot be read was not on the page."""
    ticks = (_TICK.fullmatch(tick) for tick in request.POST.getlist("loop"))
    return {UUID(found[1]): int(found[2]) for found in ticks if found}


def _hand_over(acting: Acting, request: ActingRequest) -> Told:
    typed = read_form(HandOverForm, request)
    ticks = _read_ticks(request)
    if not ticks:
        raise Refusal(Say("refusal.no_loops"))
    person, unit = typed["to"]
    count = hand_over_loops(acting, list(ticks), versions=ticks, to_person=person, to_unit=unit, note=typed["note"])
    return Told(_("Handed over: %(count)s.") % {"count": count})
