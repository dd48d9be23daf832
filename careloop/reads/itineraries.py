"""Care of many steps is looked at: plans that keep every rule, and a patient's itineraries as they stand."""

from dataclasses import replace

from careloop.catalog.itineraries import load_templates
from careloop.facts.access import Acting, Right
from careloop.facts.itineraries import Journey, PlanAsk, Proposal
from careloop.facts.plan_board import BoardAsk
from careloop.facts.plan_page import PlanPage
from careloop.facts.plan_search import SearchRow, SearchState
from careloop.guard.doors import reading
from careloop.records.models import Itinerary, Patient, PlanSearch, VisitType
from careloop.rules.access import has_right
from careloop.rules.planning.asked import beats, lay_plan, name_ask, read_times
from careloop.rules.planning.board import arrange, begin_of, lay_board
from careloop.rules.planning.keep import find_broken
from careloop.rules.planning.propose import propose_again
from careloop.worklist.itineraries import find_template, read_itineraries
from careloop.worklist.journeys import choose_steps, list_people, load_journey

SHOWN = 20


@reading(needs=Right.BOOKING_READ, about=Patient)
def get_plan_page(
    acting: Acting, patient: Patient, *, ask: PlanAsk | None = None, board: BoardAsk | None = None
) -> PlanPage:
    """Return a patient's itineraries as they stand and, if one is asked for, up to three plans from now on.

    One of them stands on the board, with the times and the move that ``board`` asks for.

    :raises Refusal: if the itinerary that is asked for is not known
    """
    rows = list(Itinerary.objects.filter(patient=patient).order_by("-made_at", "-id")[:SHOWN])
    page = PlanPage(
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        zone=patient.zone,
        may_book=has_right(acting, Right.BOOKING_WRITE) and not patient.is_dead,
        templates=tuple(load_templates().values()),
        itineraries=read_itineraries(rows),
    )
    return page if ask is None else _plan(acting, patient, page, ask, board or BoardAsk())


def _plan(acting: Acting, patient: Patient, page: PlanPage, ask: PlanAsk, board: BoardAsk) -> PlanPage:
    template = find_template(ask.template)
    lines = choose_steps(template, ask)
    types = VisitType.objects.filter(is_active=True, seats=1).order_by("name", "id")
    seen = replace(
        page,
        template=template,
        ask=ask,
        lines=lines,
        visit_types=tuple(types.values_list("pk", "name")),
        people=list_people(),
    )
    if not any(line.choice for line in lines):
        return seen
    loaded = load_journey(acting, patient, template, lines, ask)
    proposal = propose_again(loaded.journey)
    search = _find_search(patient, ask, loaded.journey, proposal)
    found = replace(seen, names=loaded.names, lacking=loaded.lacking, proposal=proposal, search=search)
    plans = [*proposal.plans, *([search.better] if search and search.better else [])]
    if not plans:
        return found
    base = plans[min(board.shown, len(plans)) - 1]
    arranged = arrange(loaded.journey, base, dict(board.times), board.move)
    since = board.since or begin_of(arranged.plan)
    return replace(found, arranged=arranged, board=lay_board(loaded.journey, arranged.plan, since))


def _find_search(patient: Patient, ask: PlanAsk, journey: Journey, proposal: Proposal) -> SearchRow | None:
    """Return the longer look at the same question; its plan only if it still keeps every rule and beats the others."""
    row = PlanSearch.objects.filter(patient=patient, question=name_ask(ask)).first()
    if row is None:
        return None
    plan = lay_plan(journey, read_times(row.times)) if row.times else None
    is_good = plan is not None and not find_broken(journey, plan) and beats(plan, proposal.plans)
    return SearchRow(
        SearchState(row.state),
        row.asked_at,
        row.finished_at,
        row.least_end_on,
        row.is_best,
        plan if is_good else None,
        row.seen_at,
    )
