"""Who is left in peace: hospice, palliative care, advanced illness with frailty, life in a nursing home.

The libraries of the eCQM of 2025 (Hospice, PalliativeCare, AdvancedIllnessandFrailty) look for these within the
measure's year; here the year is the last twelve months, so that on 31 December both say the same:

* a problem speaks while it holds, and for a year after it ended;
* a visit, procedure or order for a year after its last day;
* advanced illness when it was recorded within two years, or a medicine for dementia is active; it counts only
  together with a sign of frailty, and only from the 66th birthday;
* a nursing home from the 66th birthday, when the newest answer about housing names it.
"""

from collections.abc import Container, Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise

from careloop.basics.days import add_years
from careloop.facts.chart import Chart, ChartFact, FactKind
from careloop.facts.checks import Knowledge
from careloop.rules.checks.what_counts import (
    CONFIRMED,
    FAR,
    HOLDING,
    RESULT_IN,
    Span,
    find_coded,
    first_after,
    first_day_of_age,
    next_turn,
)

OLD, VERY_OLD = 66, 81
# What happened, or was ordered and not taken back.
TOOK_PLACE = frozenset({"completed", "finished", "in-progress"})
ORDERED = frozenset({"active", "completed"})


class Aside(StrEnum):
    """A reason to leave somebody in peace."""

    HOSPICE = "hospice"
    PALLIATIVE = "palliative"
    FRAIL_AND_ILL = "frail_and_ill"
    VERY_OLD_AND_FRAIL = "very_old_and_frail"
    NURSING_HOME = "nursing_home"


CARE = frozenset({Aside.HOSPICE, Aside.PALLIATIVE})
FRAGILE = frozenset({Aside.FRAIL_AND_ILL, Aside.VERY_OLD_AND_FRAIL, Aside.NURSING_HOME})
CARE_AND_FRAILTY = CARE | {Aside.FRAIL_AND_ILL, Aside.NURSING_HOME}

# What a check must be given to know all this, by kind of fact.
HOSPICE_NEEDS: dict[FactKind, tuple[str, ...]] = {
    FactKind.PROBLEM: ("hospice",),
    FactKind.PROCEDURE: ("hospice", "hospice_service"),
    FactKind.VISIT: ("hospice", "hospice_service", "inpatient_stay"),
    FactKind.RESULT: ("hospice_mds",),
    FactKind.ORDER: ("hospice",),
}
CARE_NEEDS = {
    FactKind.PROBLEM: ("hospice", "palliative_care"),
    FactKind.PROCEDURE: ("hospice", "hospice_service", "palliative_care"),
    FactKind.VISIT: ("hospice", "palliative_care", "inpatient_stay"),
    FactKind.RESULT: ("hospice_mds", "palliative_facit"),
    FactKind.ORDER: ("hospice",),
}
FRAILTY_NEEDS = {
    FactKind.PROBLEM: ("frailty_signs", "advanced_illness", "long_term_care_residence"),
    FactKind.VISIT: ("frailty_signs",),
    FactKind.RESULT: ("frailty_signs", "equipment_used", "housing_status"),
    FactKind.ORDER: ("frailty_signs",),
    FactKind.MEDICINE: ("dementia_medicines",),
}


def needs_of(*parts: dict[FactKind, tuple[str, ...]]) -> dict[FactKind, tuple[str, ...]]:
    """Return what several parts of a check need, put together."""
    return {
        kind: tuple(dict.fromkeys(name for part in parts for name in part.get(kind, ())))
        for kind in FactKind
        if any(kind in part for part in parts)
    }


def is_left_alone(chart: Chart, on: date, knowledge: Knowledge, reasons: frozenset[Aside]) -> tuple[bool, date | None]:
    """Tell whether somebody is left in peace on a day, and the next day on which that could change."""
    return chart.once((on, reasons), knowledge, lambda: _is_left_alone(chart, on, knowledge, reasons))


def _is_left_alone(chart: Chart, on: date, knowledge: Knowledge, reasons: frozenset[Aside]) -> tuple[bool, date | None]:
    spans: list[Span] = []
    if Aside.HOSPICE in reasons:
        spans += hospice_spans(chart, knowledge)
    if Aside.PALLIATIVE in reasons:
        spans += _care(chart, ("palliative_care",), knowledge)
        spans += _answers(chart, "palliative_facit", knowledge)
    alone, turn = any(span.covers(on) for span in spans), next_turn(on, spans)
    if chart.birth_on is None or not reasons & FRAGILE:
        return alone, turn
    old_on = first_day_of_age(chart.birth_on, OLD)
    if on < old_on:
        return alone, first_after(on, (turn, old_on))
    fragile, fragile_turn = _is_fragile(chart, on, knowledge, reasons)
    return alone or fragile, first_after(on, (turn, fragile_turn))


def _is_fragile(chart: Chart, on: date, knowledge: Knowledge, reasons: frozenset[Aside]) -> tuple[bool, date | None]:
    """Judge somebody of 66 or more."""
    fragile, turns = False, list[date | None]()
    if Aside.NURSING_HOME in reasons:
        homes = _nursing_home(chart, knowledge)
        fragile = any(span.covers(on) for span in homes)
        turns.append(next_turn(on, homes))
    if Aside.FRAIL_AND_ILL in reasons or Aside.VERY_OLD_AND_FRAIL in reasons:
        frail = _frail(chart, knowledge)
        if frail:
            ill = _ill(chart, knowledge)
            turns += [next_turn(on, frail), next_turn(on, ill)]
            is_ill = any(span.covers(on) for span in ill)
            if Aside.VERY_OLD_AND_FRAIL in reasons and chart.birth_on:
                very_old_on = first_day_of_age(chart.birth_on, VERY_OLD)
                is_ill = is_ill or on >= very_old_on
                turns.append(very_old_on)
            fragile = fragile or (is_ill and any(span.covers(on) for span in frail))
    return fragile, first_after(on, turns)


def hospice_spans(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which somebody is taken to be in hospice care."""
    return chart.once("hospice", knowledge, lambda: _hospice(chart, knowledge))


def _hospice(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    yes, hospice = knowledge.codesets["yes_answer"], knowledge.codesets["hospice"]
    said = [s for s in _answers(chart, "hospice_mds", knowledge) if any(c in yes for c in s.fact.columns.disposition)]
    stays = find_coded(chart, (FactKind.VISIT,), ("inpatient_stay",), knowledge)
    gone = [s for s in stays if any(code in hospice for code in s.columns.disposition)]
    return (*_care(chart, ("hospice", "hospice_service"), knowledge), *said, *_years_of(gone, TOOK_PLACE))


def _care(chart: Chart, codesets: tuple[str, ...], knowledge: Knowledge) -> list[Span]:
    """Return the days on which problems, procedures, visits and orders speak for a kind of care."""
    services = find_coded(chart, (FactKind.PROCEDURE, FactKind.VISIT), codesets, knowledge)
    orders = find_coded(chart, (FactKind.ORDER,), codesets, knowledge)
    problems = find_coded(chart, (FactKind.PROBLEM,), codesets, knowledge)
    return [*_held(problems), *_years_of(services, TOOK_PLACE), *_years_of(orders, ORDERED)]


def _answers(chart: Chart, codeset: str, knowledge: Knowledge) -> list[Span]:
    return _years_of(find_coded(chart, (FactKind.RESULT,), (codeset,), knowledge), RESULT_IN)


def _held(problems: Iterable[ChartFact]) -> list[Span]:
    """Return the days on which confirmed problems hold, and the year after they ended."""
    spans: list[Span] = []
    for fact in problems:
        columns = fact.columns
        if columns.verification not in CONFIRMED:
            continue
        if columns.end_on is not None and columns.end_on < FAR:
            spans.append(Span(fact, columns.start_on or date.min, add_years(columns.end_on, 1)))
        elif columns.status in HOLDING:
            spans.append(Span(fact, columns.start_on or date.min, date.max))
    return spans


def _years_of(facts: Iterable[ChartFact], statuses: Container[str]) -> list[Span]:
    """Return what was done with the year after its last day."""
    spans: list[Span] = []
    for fact in facts:
        first = fact.columns.start_on or fact.columns.end_on
        last = fact.columns.end_on or first
        if fact.columns.status in statuses and first is not None and last is not None and last < FAR:
            spans.append(Span(fact, first, add_years(last, 1)))
    return spans


def _frail(chart: Chart, knowledge: Knowledge) -> list[Span]:
    signs = ("frailty_signs",)
    used = _answers(chart, "equipment_used", knowledge)
    devices = knowledge.codesets["frailty_signs"]
    return [
        *_held(find_coded(chart, (FactKind.PROBLEM,), signs, knowledge)),
        *_years_of(find_coded(chart, (FactKind.VISIT,), signs, knowledge), TOOK_PLACE),
        *_years_of(find_coded(chart, (FactKind.ORDER,), signs, knowledge), ORDERED),
        *_answers(chart, "frailty_signs", knowledge),
        *(span for span in used if any(code in devices for code in span.fact.columns.disposition)),
    ]


def _ill(chart: Chart, knowledge: Knowledge) -> list[Span]:
    """Return the two years after advanced illness was recorded, and those of medicines for dementia."""
    spans = [
        Span(fact, fact.columns.start_on, add_years(fact.columns.start_on, 2))
        for fact in find_coded(chart, (FactKind.PROBLEM,), ("advanced_illness",), knowledge)
        if fact.columns.verification in CONFIRMED and fact.columns.start_on and fact.columns.start_on < FAR
    ]
    for fact in find_coded(chart, (FactKind.MEDICINE,), ("dementia_medicines",), knowledge):
        end = fact.columns.end_on
        if fact.columns.status == "active":
            spans.append(
                Span(fact, fact.columns.start_on or date.min, add_years(end, 2) if end and end < FAR else date.max)
            )
    return spans


def _nursing_home(chart: Chart, knowledge: Knowledge) -> list[Span]:
    """Return the days on which the newest answer about housing, or a problem, names a nursing home."""
    answers = [
        fact
        for fact in find_coded(chart, (FactKind.RESULT,), ("housing_status",), knowledge)
        if fact.columns.status in RESULT_IN and fact.columns.start_on
    ]
    home = knowledge.codesets["nursing_home_answer"]
    last_days = sorted({fact.columns.end_on or fact.columns.start_on or date.min for fact in answers})
    following = dict(pairwise([*last_days, date.max]))
    said = [
        Span(fact, last, following[last])
        for fact in answers
        if (last := fact.columns.end_on or fact.columns.start_on) and any(c in home for c in fact.columns.disposition)
    ]
    return said + _held(find_coded(chart, (FactKind.PROBLEM,), ("long_term_care_residence",), knowledge))
