"""Pages of plans: nothing asked yet, three plans, one that breaks a wish, no time at all, itineraries as they stand."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse, QueryDict

from careloop.basics.words import Say
from careloop.catalog.itineraries import load_templates
from careloop.facts.itineraries import (
    Broken,
    HardRule,
    ItineraryRow,
    ItineraryStepRow,
    Journey,
    PlanAsk,
    Proposal,
    StepAsk,
    StepChoice,
    StepLine,
    Wishes,
)
from careloop.facts.plan_page import PlanPage
from careloop.facts.plan_search import SearchRow, SearchState
from careloop.facts.scheduling import BookingState, Candidate, VisitLength
from careloop.rules.planning.board import arrange, begin_of, lay_board
from careloop.rules.planning.propose import propose
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.plan_forms import read_ask
from careloop.web.staff.plans import render_plan
from tests.rules.planning.made import ZONE, span, window
from tests.web.gallery.values import AT, LONG_NAME, ROSA

KNEE = load_templates()["knee_replacement"]
DAYS = [day for day in range(KNEE.look_days) if day % 7 < 5]
NAMES = {UUID(int=n): f"Dr. {LONG_NAME} of the third floor {n}" for n in range(1, 10)}
ASKED = QueryDict(
    "template=knee_replacement&companion=2&companion=4&weekday=1&weekday=2&weekday=4&weekday=5&trips=6&part=morning"
)


def _journey(wishes: Wishes) -> Journey:
    steps = []
    for number, step in enumerate(KNEE.steps, start=1):
        spans = tuple(span(day, 7, 13 + number % 3) for day in DAYS if day % 5 != number % 5)
        who = Candidate(UUID(int=number), spans)
        steps.append(StepAsk(step.key, VisitLength(step.minutes), ((who,),), ZONE, str(number % 2)))
    return Journey("knee", tuple(steps), tuple(one.gap for one in KNEE.gaps), window(KNEE.look_days), wishes=wishes)


TUESDAYS = tuple(span(day, 0, 24) for day in DAYS if day % 7 in (1, 3))
JOURNEY = _journey(Wishes(companion=TUESDAYS))
FOUND = propose(JOURNEY)
SOONEST = FOUND.plans[0]
# One step on the day of another: it says what breaks.
REFUSED = arrange(JOURNEY, SOONEST, {}, ("therapy_visit", SOONEST.placed[0].promised.wall))
LOOKED = SearchRow(SearchState.DONE, AT, AT, date(2026, 12, 1), better=FOUND.plans[-1])


def _step(key: str, state: BookingState | None, **more: object) -> ItineraryStepRow:
    promised = None if state is None else FOUND.plans[0].placed[0].promised
    return ItineraryStepRow(key, UUID(int=1), state, promised, (LONG_NAME,), **more)  # type: ignore[arg-type]


STANDING = (
    ItineraryRow(
        UUID(int=21),
        UUID(int=22),
        "knee_replacement",
        date(2026, 11, 20),
        (
            _step("heart_tracing", BookingState.DONE, is_abnormal=True, note="A new block, asked Dr. Bell"),
            _step("heart_doctor", BookingState.HELD, waits_for="heart_tracing"),
            _step("preop_check", BookingState.BOOKED,
                  broken=(Broken(HardRule.STILL_VALID, "preop_check", "heart_doctor"),)),
            _step("knee_surgery", BookingState.CANCELLED, waits_for="heart_tracing"),
            _step("therapy_visit", None),
        ),
        AT + timedelta(minutes=12),
    ),
)  # fmt: skip
EMPTY = PlanPage(ROSA, LONG_NAME, date(1958, 3, 14), ZONE, True, tuple(load_templates().values()), ())
LINES = tuple(
    StepLine(
        step,
        tuple(one.gap for one in KNEE.gaps if one.gap.step == step.key),
        None if step.key == "joint_class" else StepChoice(step.key, UUID(int=30)),
    )
    for step in KNEE.steps
)
ASK = PlanAsk("knee_replacement", companion_days=frozenset({2, 4}))
FULL = replace(
    EMPTY,
    template=KNEE,
    ask=ASK,
    lines=tuple(replace(line, choice=StepChoice(line.step.key, UUID(int=30))) for line in LINES),
    visit_types=((UUID(int=30), "A kind of visit with a name that is longer than most"), (UUID(int=31), "Echo")),
    people=tuple(NAMES.items()),
    names=NAMES,
    proposal=FOUND,
    search=LOOKED,
    arranged=arrange(JOURNEY, SOONEST, {}, None),
    board=lay_board(JOURNEY, SOONEST, begin_of(SOONEST)),
)
WITHOUT_BOARD = replace(FULL, search=None, arranged=None, board=None)
LACKING = (("knee_surgery", Say("refusal.visit_needs", what="operating room")),)
CLOSEST = replace(FOUND.plans[0], broken=(Broken(HardRule.TRIPS), Broken(HardRule.WEEKDAY, "heart_doctor")), kinds=())
TRIED = Attempt("hold_plan", None, {"asked": ASKED.urlencode()}, say=Say("refusal.step_taken"), taken=True)


def _show(request: ActingRequest, shown: PlanPage, attempt: Attempt | None = None) -> HttpResponse:
    _ask, form = read_ask(ASKED)
    return render_plan(request, shown, form, asked=ASKED.urlencode(), attempt=attempt)


def plans_empty(request: ActingRequest) -> HttpResponse:
    _ask, form = read_ask(QueryDict(""))
    return render_plan(request, EMPTY, form)


def plans_three(request: ActingRequest) -> HttpResponse:
    return _show(request, FULL)


def plans_taken(request: ActingRequest) -> HttpResponse:
    given_up = SearchRow(SearchState.GIVEN_UP, AT, AT)
    lost = replace(FOUND, lost=("heart_doctor",))
    return _show(request, replace(FULL, proposal=lost, search=given_up, arranged=REFUSED), TRIED)


def plans_few(request: ActingRequest) -> HttpResponse:
    """Show the plans that were found without that of a longer look: one of them is the best in two things."""
    return _show(request, WITHOUT_BOARD)


def plans_closest(request: ActingRequest) -> HttpResponse:
    return _show(request, replace(WITHOUT_BOARD, itineraries=STANDING, proposal=Proposal(closest=CLOSEST)))


def plans_stuck(request: ActingRequest) -> HttpResponse:
    return _show(
        request,
        replace(
            WITHOUT_BOARD, lines=LINES, lacking=LACKING, proposal=Proposal(stuck=("knee_surgery", "therapy_visit"))
        ),
    )


def plans_stand(request: ActingRequest) -> HttpResponse:
    _ask, form = read_ask(QueryDict(""))
    return render_plan(request, replace(EMPTY, itineraries=STANDING), form)
