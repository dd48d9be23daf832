"""Plans: care of many steps is planned for one patient, held and booked whole, and looked at again."""

import secrets
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.actions import itineraries as acts
from careloop.actions.plan_search import ask_for_better
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.itineraries import ItineraryRow, ItineraryStepRow, PlanAsk, StepLine
from careloop.facts.plan_page import PlanPage
from careloop.facts.plan_search import SearchRow, SearchState
from careloop.facts.scheduling import BookingState, Preparation
from careloop.facts.worklist import Source
from careloop.reads.itineraries import get_plan_page
from careloop.rules.itineraries import STANDS, say_gap, say_state, say_step
from careloop.rules.planning.asked import begins_by_itself, ends_on, say_search
from careloop.rules.scheduling import say_preparation
from careloop.web.screen import ActingRequest, Attempt, Told, Unclear, deed, page
from careloop.web.staff.forms import read_form
from careloop.web.staff.plan_boards import show_board
from careloop.web.staff.plan_cards import Fault, make_cards, say_fault, say_fewer, wall_clock
from careloop.web.staff.plan_forms import (
    HoldForm,
    ItineraryForm,
    PlanForm,
    ResultForm,
    read_ask,
    read_board,
    unseal_plan,
)


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the template as it is read: what the patient does, when it may be, and how the clinic does it."""

    line: StepLine
    title: Say
    preparation: Say | None
    gaps: tuple[tuple[Say, Say], ...]


@dataclass(frozen=True, slots=True)
class StepStands:
    """A step of an itinerary as it is read."""

    row: ItineraryStepRow
    title: Say
    state: Say
    time: str
    broken: tuple[Fault, ...]
    waits_for: Say | None


@dataclass(frozen=True, slots=True)
class Stands:
    """An itinerary as it is read: what can be done with it stands in the three flags."""

    row: ItineraryRow
    steps: tuple[StepStands, ...]
    is_held: bool
    is_lost: bool


@dataclass(frozen=True, slots=True)
class ChecksShown:
    """What to see to before times are held, by step; ``has_days`` says that the days of an approval are known."""

    approvals: tuple[Say, ...]
    has_days: bool
    escorts: tuple[Say, ...]
    preparations: tuple[tuple[Say, Say], ...]


@dataclass(frozen=True, slots=True)
class SearchShown:
    """A longer look as it is read. ``query`` leads to the page on which its plan stands among the others."""

    row: SearchRow
    said: Say
    is_waiting: bool
    better_ends_on: date | None
    query: str


@page()
def show_plan(acting: Acting, request: ActingRequest, patient_id: UUID) -> HttpResponse:
    """Show a patient's itineraries and, if one is asked for, three plans.

    A longer look at them begins by itself: nothing is held or booked by it.
    """
    ask, form = read_ask(request.GET)
    shown = _look_longer(acting, get_plan_page(acting, patient_id, ask=ask, board=read_board(request.GET)))
    return render_plan(request, shown, form, asked=request.GET.urlencode())


def render_plan(
    request: ActingRequest, shown: PlanPage, form: PlanForm, *, asked: str = "", attempt: Attempt | None = None
) -> HttpResponse:
    """Render the page from plain values; ``attempt`` is a deed that did not succeed."""
    cards = make_cards(request, shown)
    return render(
        request,
        "staff/plan.html",
        {
            "page": shown,
            "form": form,
            "asked": asked,
            "attempt": attempt,
            "key": secrets.token_urlsafe(16),
            "cards": cards,
            "steps_count": len([one for one in cards[0].plan.placed if one.picks]) if cards else 0,
            "steps": _show_steps(shown),
            "sources": _list_sources(shown),
            "stuck": [say_step(key) for key in shown.proposal.stuck] if shown.proposal else [],
            "lacking": [(say_step(key), why) for key, why in shown.lacking],
            "left_out": [say_step(one.step.key) for one in shown.lines if one.choice is None] if cards else [],
            "checks": _show_checks(shown) if cards else None,
            "lost": [say_step(key) for key in shown.proposal.lost] if shown.proposal else [],
            "fewer": say_fewer(shown),
            "closest": bool(cards and cards[0].broken),
            "search": _show_search(shown, asked),
            "board": show_board(shown, asked),
            "itineraries": [_show_itinerary(row) for row in shown.itineraries],
            "weekdays": [(str(number + 1), name) for number, name in WEEKDAYS.items()],
            "wished": _wished(shown.ask),
            "here": "plan",
        },
    )


def _back(request: ActingRequest, patient_id: UUID) -> str:
    return reverse("patient-plan", kwargs={"patient_id": patient_id})


def _show_again(acting: Acting, request: ActingRequest, attempt: Attempt, patient_id: UUID) -> HttpResponse:
    """Show the page again; where a time was taken the other steps of the plan stay as they were."""
    query = QueryDict(attempt.values.get("asked", ""))
    ask, form = read_ask(query)
    tried = unseal_plan(acting, patient_id, attempt.values.get("plan", ""))
    if ask is not None and tried is not None:
        ask = replace(ask, pins=tried[3])
    shown = get_plan_page(acting, patient_id, ask=ask)
    return render_plan(request, shown, form, asked=query.urlencode(), attempt=attempt)


@deed(back_to=_back, again=_show_again)
def hold_plan(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Hold all times of a plan, or none."""
    typed = read_form(HoldForm, request)
    plan = unseal_plan(acting, patient_id, typed["plan"])
    if plan is None:
        form = HoldForm(request.POST)
        form.is_valid()
        form.add_error("plan", _("Ask for plans again, and choose one."))
        raise Unclear(form)
    template, itinerary_id, steps, _pins = plan
    acts.hold_itinerary(acting, patient_id, template, steps, key=typed["key"], itinerary_id=itinerary_id)
    return Told(
        ngettext(
            "The time is held. Book it before the hold ends.",
            "All %(count)s times are held. Book them before the holds end.",
            len(steps),
        )
        % {"count": len(steps)}
    )


@deed(back_to=_back, again=_show_again)
def book_plan(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Book every time that is held."""
    typed = read_form(ItineraryForm, request)
    count = acts.book_itinerary(acting, patient_id, itinerary_id=typed["itinerary"])
    return Told(ngettext("The visit is booked.", "All %(count)s visits are booked.", count) % {"count": count})


@deed(back_to=_back, again=_show_again)
def stop_plan(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note a result that stops what comes after a step."""
    typed = read_form(ResultForm, request)
    acts.stop_after_step(acting, patient_id, itinerary_id=typed["itinerary"], step=typed["step"], note=typed["note"])
    return Told(_("Noted. The next steps wait for the clinician."))


@deed(back_to=_back, again=_show_again)
def go_on_plan(acting: Acting, request: ActingRequest, patient_id: UUID) -> Told:
    """Note that the clinician lets the next steps go on."""
    typed = read_form(ResultForm, request)
    acts.go_on_after_step(acting, patient_id, itinerary_id=typed["itinerary"], step=typed["step"], note=typed["note"])
    return Told(_("Noted. The next steps go on."))


def _look_longer(acting: Acting, shown: PlanPage) -> PlanPage:
    """Ask for a longer look at the plans that are shown, where there is none yet or the last one is old."""
    proposal = shown.proposal
    if shown.ask is None or proposal is None or proposal.stuck or not shown.may_book:
        return shown
    if not begins_by_itself(shown.search, acting.at):
        return shown
    try:
        waits = ask_for_better(acting, shown.patient_id, shown.ask)
    except Refusal:
        # Whoever may see the plans, and may not book every visit in them, is shown the quick ones alone.
        return shown
    is_new = waits and (shown.search is None or shown.search.state is not SearchState.WAITING)
    return replace(shown, search=SearchRow(SearchState.WAITING, acting.at)) if is_new else shown


def _show_steps(shown: PlanPage) -> list[StepShown]:
    return [
        StepShown(
            line,
            say_step(line.step.key),
            None if line.step.preparation is Preparation.NONE else say_preparation(line.step.preparation),
            tuple((say_gap(gap), say_step(gap.after)) for gap in line.gaps),
        )
        for line in shown.lines
    ]


def _show_checks(shown: PlanPage) -> ChecksShown:
    """Return what to see to before times are held: approval, somebody who comes along, how to get ready."""
    steps = [line.step for line in shown.lines if line.choice is not None]
    return ChecksShown(
        tuple(say_step(one.key) for one in steps if one.needs_approval),
        shown.ask is not None and shown.ask.approved_until is not None,
        tuple(say_step(one.key) for one in steps if one.needs_escort),
        tuple(
            (say_step(one.key), say_preparation(one.preparation))
            for one in steps
            if one.preparation is not Preparation.NONE
        ),
    )


def _list_sources(shown: PlanPage) -> list[Source]:
    if shown.template is None:
        return []
    sources = [step.source for step in shown.template.steps] + [gap.source for gap in shown.template.gaps]
    return list({source.id: source for source in sources}.values())


def _show_itinerary(row: ItineraryRow) -> Stands:
    steps = tuple(
        StepStands(
            one,
            say_step(one.key),
            say_state(one.state),
            wall_clock(one.promised.wall) if one.promised else "",
            tuple(say_fault(fault) for fault in one.broken if fault.step == one.key),
            say_step(one.waits_for) if one.waits_for else None,
        )
        for one in row.steps
    )
    is_lost = any(one.state not in STANDS for one in row.steps)
    return Stands(row, steps, any(one.state is BookingState.HELD for one in row.steps), is_lost)


def _show_search(shown: PlanPage, asked: str) -> SearchShown | None:
    """Return the longer look; its plan stands on a page that is loaded anew, the choice on this one is left alone."""
    row = shown.search
    if row is None or shown.proposal is None:
        return None
    query = QueryDict(asked, mutable=True)
    query["longer"] = "1"
    return SearchShown(
        row,
        say_search(row, shown.proposal.plans),
        row.state is SearchState.WAITING,
        ends_on(row.better) if row.better else None,
        query.urlencode(),
    )


def _wished(ask: PlanAsk | None) -> dict[str, object]:
    """Return what was asked for, as the fields of the form show it."""
    ask = ask or PlanAsk("")
    return {
        "weekdays": {str(one) for one in ask.weekdays},
        "companion": {str(one) for one in ask.companion_days},
        "ride": {str(one) for one in ask.ride_days},
        "since": ask.since_on.isoformat() if ask.since_on else "",
        "approved_from": ask.approved_from.isoformat() if ask.approved_from else "",
        "approved_until": ask.approved_until.isoformat() if ask.approved_until else "",
        "part": str(ask.part_of_day or ""),
        "trips": ask.most_trips or "",
        "itinerary": ask.itinerary_id or "",
    }
