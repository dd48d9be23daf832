"""A check that asks for recent facts only gives the answer of the whole record, on any day."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from careloop.basics.days import add_months
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
from careloop.facts.checks import Check
from careloop.facts.worklist import Answer
from careloop.rules.checks import (
    abnormal_result_without_follow_up,
    critical_result_without_follow_up,
    find_checks,
    medicine_against_condition,
)
from careloop.rules.checks.visit_after_discharge import CHECK
from careloop.rules.checks.what_counts import A_YEAR_BACK
from tests.rules.checks.charts import chart_of, id_of, medicine, needed_until, problem
from tests.rules.checks.signed import SIGNED
from tests.rules.checks.test_real_records import find_records, read_record

TODAY = date(2026, 11, 20)
SNF = "http://terminology.hl7.org/CodeSystem/discharge-disposition|snf"
CHECKS = [check for check in find_checks().values() if check.needs.recent]
ABOUT_RESULTS = (abnormal_result_without_follow_up.CHECK, critical_result_without_follow_up.CHECK)
LATELY = [check for check in find_checks().values() if check.needs.lately]

# FHIR's offsets reach from -14:00 to +14:00: the day of a moment is that of the place where it was written.
offsets = st.sampled_from([-14, -5, 0, 0, 0, 14])
# Most days lie about the border of what is recent, some far before and some ahead.
ages = st.one_of(st.integers(27, 36), st.integers(-3, 45), st.integers(46, 900))


@st.composite
def visits(draw: st.DrawFn) -> ChartFact:
    """A visit as records hold it: days without hours, hours with offsets, an end or none, open or not."""
    begins, lasts = draw(st.none() | ages), draw(st.none() | st.sampled_from([0, 0, 1, 4, 60, 400]))
    has_hours = draw(st.booleans())
    start = _moment(begins, draw(st.integers(0, 23)), draw(offsets))
    end = None if lasts is None else _moment((begins or 30) - lasts, draw(st.integers(0, 23)), draw(offsets))
    columns = FactColumns(
        FactKind.VISIT,
        tuple(draw(st.sampled_from([(), (), ("sct|185317003",), ("sct|390906007",), ("sct|385763009",)]))),
        draw(st.sampled_from(["One", "Two"])),
        draw(st.sampled_from(["finished"] * 5 + ["in-progress", "onleave", "arrived", "triaged", "planned", ""])),
        start_on=start.date() if start else None,
        end_on=end.date() if end else None,
        start_at=start.astimezone(UTC) if start and has_hours else None,
        end_at=end.astimezone(UTC) if end and has_hours and draw(st.booleans()) else None,
        visit_class=draw(st.sampled_from(["IMP", "IMP", "EMER", "AMB", "OBSENC", "VR", ""])),
        disposition=draw(st.sampled_from([(), (), (), (SNF,)])),
    )
    return ChartFact(id_of(draw(st.integers(0, 12))), columns)


def _moment(days_ago: int | None, hour: int, offset: int) -> datetime | None:
    if days_ago is None:
        return None
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=timezone(timedelta(hours=offset)))
    return noon - timedelta(days=days_ago)


charts = st.builds(
    lambda facts, born: chart_of(*facts, born=born),
    st.lists(visits(), min_size=1, max_size=8),
    st.sampled_from([None, date(1949, 7, 1), date(2008, 11, 1)]),
)


def ask(check: Check, chart: Chart, on: date) -> Answer:
    return check.find(chart, on, load_knowledge())


def narrowed(check: Check, chart: Chart, on: date) -> Chart:
    return narrower(check, chart)(on)


def narrower(check: Check, chart: Chart) -> Callable[[date], Chart]:
    """Return what makes the chart of what a check asks for on a day: the same chart for days that ask for the same."""
    until = [needed_until(check, fact.columns) for fact in chart.facts]
    turns = sorted(until)

    @cache
    def make(turn: int) -> Chart:
        on = turns[turn] if turn < len(turns) else None
        return replace(chart, facts=tuple(f for f, last in zip(chart.facts, until, strict=True) if on and on <= last))

    return lambda on: make(bisect_left(turns, on))


@settings(deadline=None, max_examples=600)
@given(chart=charts, more=st.randoms(use_true_random=False))
def test_what_is_not_recent_changes_no_answer(chart: Chart, more: object) -> None:
    for check in CHECKS:
        few_on = narrower(check, chart)
        for on in (TODAY + timedelta(days=n) for n in (0, 1, 2, 3, 29)):
            few = few_on(on)
            # A batch is fetched from its earliest day on, and other checks ask for more: some facts come along.
            along = tuple(f for f in chart.facts if f in few.facts or more.random() < 0.5)  # type: ignore[attr-defined]

            answer = ask(check, chart, on)

            assert ask(check, few, on) == answer, check.name
            assert along == few.facts or ask(check, replace(chart, facts=along), on) == answer, check.name


def test_there_are_checks_that_ask_for_what_is_recent() -> None:
    assert len(CHECKS) > 9


# Most days lie about the border of a year, some ahead: some results are values that ask for something.
BORN = st.sampled_from([date(1949, 7, 1), date(1990, 2, 28)])
since = st.none() | st.one_of(st.integers(363, 369), st.integers(-3, 30), st.integers(31, 900))


@st.composite
def results(draw: st.DrawFn, check: Check) -> ChartFact:
    """A result of a code set that the check asks for lately only."""
    name = draw(st.sampled_from(sorted(check.needs.lately)))
    begins, lasts = draw(since), draw(st.sampled_from([None, None, 0, 5, 400]))
    start = None if begins is None else TODAY - timedelta(days=begins)
    limits = [limit for rule in load_knowledge().results if name in rule.codesets for limit in rule.threshold.units]
    columns = FactColumns(
        FactKind.RESULT,
        (min(load_knowledge().codesets[name].exact),),
        name,
        draw(st.sampled_from(["final", "final", "final", "preliminary"])),
        start_on=start,
        end_on=None if lasts is None else TODAY - timedelta(days=begins or 366) + timedelta(days=lasts),
        value=Decimal(draw(st.sampled_from(["0.2", "1.9", "25", "160", "900"]))),
        unit=draw(st.sampled_from([*limits, "mm[Hg]", "mL/min/{1.73_m2}", "kg", "mg/dL", "mmol/L"])),
    )
    return ChartFact(id_of(draw(st.integers(0, 12))), columns)


BESIDE = (
    problem("sct|59621000", date(2010, 1, 1), number=20, label="Hypertension"),
    *(medicine(name, code, since=date(2020, 1, 1), number=n) for n, (name, code) in enumerate(
        [("Metformin", "rxnorm|6809"), ("Spironolactone", "rxnorm|9997"), ("Apixaban", "rxnorm|1364430")], start=30)),
)  # fmt: skip


@pytest.mark.parametrize("check", LATELY, ids=[check.name for check in LATELY])
@settings(deadline=None, max_examples=100)
@given(data=st.data(), born=BORN)
def test_results_from_before_a_year_change_no_answer(check: Check, data: st.DataObject, born: date) -> None:
    given_results = data.draw(st.lists(results(check), min_size=1, max_size=8))
    # Much is measured together with the rest, as both numbers of a blood pressure are.
    codes = [min(load_knowledge().codesets[name].exact) for name in check.needs.lately]
    beside = [
        structs.replace(given_results[0], columns=structs.replace(given_results[0].columns, codes=(code,)))
        for code in codes
    ]
    chart = chart_of(*BESIDE, *given_results, *beside, born=born)
    for on in (TODAY + timedelta(days=n) for n in (0, 1, 2, 30)):
        few = narrowed(check, chart, on)
        for knowledge in (load_knowledge(), SIGNED):
            assert check.find(few, on, knowledge) == check.find(chart, on, knowledge)


def test_a_row_with_something_to_look_for_rests_on_results_of_any_age() -> None:
    stay_open = {name for rule in load_knowledge().results if rule.look_for for name in rule.codesets}
    lately = {name for check in ABOUT_RESULTS for name in check.needs.lately}

    assert stay_open
    assert lately
    assert not stay_open & lately


def test_a_result_that_medicines_are_looked_at_against_counts_as_long_as_it_is_fetched() -> None:
    counts = add_months(TODAY, load_knowledge().safety.result_months) - TODAY

    assert set(medicine_against_condition.CHECK.needs.lately.values()) == {A_YEAR_BACK}
    assert counts < timedelta(days=A_YEAR_BACK)


@pytest.mark.shared
def test_real_records_answer_the_same_on_every_day_about_each_visit() -> None:
    told: Counter[str] = Counter()
    for path in find_records():
        chart, _last = read_record(path)
        chart = replace(chart, died_on=None)
        stays = [f.columns for f in chart.of(FactKind.VISIT) if f.columns.visit_class in {"IMP", "EMER"}]
        ends = sorted({c.end_on for c in stays if c.end_on})[-6:]
        days = {end + timedelta(days=n) for end in ends for n in (*range(-1, 4), 7, 8, 14, 15, *range(29, 35))}
        for check in CHECKS:
            few_on = narrower(check, chart)
            for on in days:
                few = few_on(on)
                answer = ask(check, chart, on)
                assert ask(check, few, on) == answer, (path.name, check.name, on)
                told["findings"] += len(answer.findings)
                told["left out"] += len(chart.facts) - len(few.facts)

    assert told["findings"] > 0
    assert told["left out"] > 0


HOSPITAL = FactColumns(FactKind.VISIT, (), "A stay", "finished", start_on=date(2026, 4, 1),
                       end_on=date(2026, 11, 10), visit_class="IMP")  # fmt: skip


@pytest.mark.parametrize(
    ("began", "ended", "is_back"),
    [
        (date(2026, 4, 2), None, True),
        # Somebody wrote an end into a stay that goes on: its status holds.
        (date(2026, 4, 2), date(2026, 5, 1), True),
        # Somebody forgot to close it before the other stay began.
        (date(2026, 3, 31), None, False),
    ],
)
def test_a_stay_of_long_ago_that_goes_on_is_still_given(began: date, ended: date | None, is_back: bool) -> None:
    open_stay = structs.replace(HOSPITAL, status="in-progress", start_on=began, end_on=ended)
    chart = chart_of(ChartFact(id_of(1), HOSPITAL), ChartFact(id_of(2), open_stay))

    few = narrowed(CHECK, chart, TODAY)

    assert few.facts == chart.facts
    assert (ask(CHECK, few, TODAY).findings == ()) is is_back


def test_a_visit_of_long_ago_is_left_out() -> None:
    old = structs.replace(HOSPITAL, end_on=TODAY - timedelta(days=33))
    edge = structs.replace(HOSPITAL, end_on=TODAY - timedelta(days=32))

    few = narrowed(CHECK, chart_of(ChartFact(id_of(1), old), ChartFact(id_of(2), edge)), TODAY)

    assert [f.resource_id for f in few.facts] == [id_of(2)]


def test_a_visit_dated_two_days_before_the_discharge_it_follows_is_still_given() -> None:
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-14))
    home = datetime(2026, 10, 21, 0, 30, tzinfo=east)
    seen = home.astimezone(west) + timedelta(hours=1)
    stay = structs.replace(HOSPITAL, end_on=home.date(), end_at=home)
    visit = structs.replace(HOSPITAL, start_on=seen.date(), end_on=seen.date(), start_at=seen, visit_class="AMB")
    chart = chart_of(ChartFact(id_of(1), stay), ChartFact(id_of(2), visit))
    last_day = home.date() + timedelta(days=30)

    assert (home.date() - seen.date()).days == 2
    assert ask(CHECK, chart, last_day).satisfied_by == (id_of(2),)
    assert ask(CHECK, narrowed(CHECK, chart, last_day), last_day) == ask(CHECK, chart, last_day)
