"""What counts: which facts of a record a check may rest on, and from which day to which.

FHIR R4 meanings, read so that a check neither rests on a statement that was taken back nor overlooks
one that stands:

* a problem holds while its clinicalStatus is active, recurrence, relapse or not given, and its
  verificationStatus is confirmed or not given; inactive, remission and resolved have ended; refuted and
  entered-in-error never held; unconfirmed, provisional and differential are not known yet;
* a result counts when it is final, amended or corrected and holds a value; registered and preliminary
  results may still change, cancelled and entered-in-error ones never were;
* a procedure counts when it is completed; not-done, stopped, preparation, on-hold, in-progress and
  entered-in-error do not;
* a visit took place when it is finished;
* a medicine is taken while its status is active and its last day has not passed. on-hold, stopped,
  completed, cancelled, draft, intended, not-taken and entered-in-error are not "taken now". How long ago
  it was prescribed does not matter: the status decides, and the finding names the day.

A fact dated after the day on which is asked has not happened yet. A result or procedure without a day
cannot be counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from careloop.basics.days import add_months, add_years, age_on
from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactKind
from careloop.facts.checks import Knowledge, Test

HOLDING = frozenset({"active", "recurrence", "relapse", ""})
CONFIRMED = frozenset({"confirmed", ""})
NOT_YET_KNOWN = frozenset({"unconfirmed", "provisional", "differential"})
RESULT_IN = frozenset({"final", "amended", "corrected"})

# FHIR's reasons why a value is absent (code system data-absent-reason): a record may show one in its place.
NO_VALUE = frozenset(
    {
        "",
        "asked-but-unknown",
        "asked-declined",
        "asked-unknown",
        "error",
        "masked",
        "not-applicable",
        "not-asked",
        "not-performed",
        "not-permitted",
        "temp-unknown",
        "temporarily-unknown",
        "unknown",
        "unsupported",
    }
)

ONE_DAY = timedelta(days=1)

# Some systems write "no end" as a day in the year 9999. Nothing is done on such a day.
FAR = date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``first`` up to, but without, ``after`` on which a fact counts."""

    fact: ChartFact
    first: date
    after: date

    def covers(self, on: date) -> bool:
        """Tell whether the fact counts on this day."""
        return self.first <= on < self.after


def next_turn(on: date, spans: Iterable[Span]) -> date | None:
    """Return the first day after ``on`` on which one of the spans begins or ends, or None."""
    return first_after(on, (day for span in spans for day in (span.first, span.after)))


def first_after(on: date, days: Iterable[date | None]) -> date | None:
    """Return the earliest of the days that lies after ``on`` (and before the end of the calendar)."""
    return min((day for day in days if day is not None and on < day < date.max), default=None)


def find_coded(
    chart: Chart, kinds: Iterable[FactKind], codesets: Iterable[str], knowledge: Knowledge
) -> tuple[ChartFact, ...]:
    """Return the facts that carry a code of the sets, in an order that does not depend on the chart's."""
    sets = [knowledge.codesets[name] for name in codesets]
    wanted = frozenset(kinds)
    return in_order(
        fact
        for fact in chart.facts
        if fact.columns.kind in wanted and any(code in codes for codes in sets for code in fact.columns.codes)
    )


def in_order(facts: Iterable[ChartFact]) -> tuple[ChartFact, ...]:
    """Return the facts oldest first; those of one day in an order of their own."""
    listed = sorted(facts, key=_first_day)
    if len(listed) > 1 and any(_first_day(one) == _first_day(other) for one, other in pairwise(listed)):
        # One resource may hold several facts of one day: whatever tells them apart decides.
        listed.sort(key=lambda fact: (*_first_day(fact), repr(fact.columns)))
    return tuple(listed)


def _first_day(fact: ChartFact) -> tuple[date, date, int]:
    return fact.columns.start_on or date.min, fact.columns.end_on or date.max, fact.resource_id.int


def problem_spans(problems: Iterable[ChartFact]) -> tuple[Span, ...]:
    """Return the days on which confirmed problems hold; what was recorded without a day always has."""
    return tuple(
        Span(fact, fact.columns.start_on or date.min, fact.columns.end_on or date.max)
        for fact in problems
        if fact.columns.status in HOLDING and fact.columns.verification in CONFIRMED
    )


def history_spans(facts: Iterable[ChartFact]) -> tuple[Span, ...]:
    """Return the days since which confirmed problems and completed procedures are part of the story."""
    return tuple(
        Span(fact, day_of(fact) or date.min, date.max)
        for fact in facts
        if (fact.columns.kind is FactKind.PROBLEM and fact.columns.verification in CONFIRMED)
        or (fact.columns.kind is FactKind.PROCEDURE and fact.columns.status == "completed")
    )


def hospice_spans(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which somebody is taken to be in hospice care.

    A problem says so while it holds. A procedure or visit says so for a year, as the quality measures
    look for hospice care within their year: after that somebody who left hospice is asked about again.
    """
    facts = find_coded(chart, (FactKind.PROBLEM, FactKind.PROCEDURE, FactKind.VISIT), ("hospice",), knowledge)
    problems = problem_spans(f for f in facts if f.columns.kind is FactKind.PROBLEM)
    services = tuple(
        Span(fact, day, add_years(day, 1) + ONE_DAY)
        for fact in facts
        if fact.columns.kind is not FactKind.PROBLEM
        and fact.columns.status in {"completed", "finished", "in-progress"}
        and (day := day_of(fact))
    )
    return problems + services


def answer_spans(chart: Chart, tests: Iterable[Test], knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which accepted tests hold, from the day of the test to the last good day."""
    return tuple(
        Span(fact, day, last_good_day(day, test) + ONE_DAY)
        for test in tests
        for fact in find_coded(chart, (FactKind.RESULT, FactKind.PROCEDURE), (test.codeset,), knowledge)
        if is_done(fact) and (day := day_of(fact))
    )


def day_of(fact: ChartFact) -> date | None:
    """Return the day on which something was done; None when the record gives no believable day."""
    day = fact.columns.start_on or fact.columns.end_on
    return day if day is not None and day < FAR else None


def day_after(on: date) -> date:
    """Return the next day; the last day of the calendar has none and stays."""
    return on if on == date.max else on + ONE_DAY


def say_undated(chart: Chart, tests: Iterable[Test], knowledge: Knowledge) -> tuple[Say, ...]:
    """Say which accepted tests are on record without a day, so that nobody knows whether they count."""
    codesets = [test.codeset for test in tests]
    facts = find_coded(chart, (FactKind.RESULT, FactKind.PROCEDURE), codesets, knowledge)
    labels = {fact.columns.label for fact in facts if is_done(fact) and day_of(fact) is None}
    return tuple(Say("check.undated_test", test=label) for label in sorted(labels))


def is_done(fact: ChartFact) -> bool:
    """Tell whether a test took place and its outcome is in."""
    columns = fact.columns
    if columns.kind is FactKind.PROCEDURE:
        return columns.status == "completed"
    has_value = columns.value is not None or _as_code(columns.value_text) not in NO_VALUE
    return columns.status in RESULT_IN and has_value


def _as_code(text: str) -> str:
    return text.strip().lower().replace(" ", "-")


def last_good_day(on: date, test: Test) -> date:
    """Return the last day on which a test of that day still counts: the same day, an interval later."""
    later = add_months(on, test.within_months + 12 * test.within_years)
    return later + timedelta(days=test.within_days)


def first_day_of_age(born: date, age: int) -> date:
    """Return the birthday on which somebody turns ``age``; born on 29 February, it may be 1 March."""
    birthday = add_years(born, age)
    return birthday if age_on(born, birthday) == age else birthday + ONE_DAY
