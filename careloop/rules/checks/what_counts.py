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
cannot be counted. An exam or a study counts without a value, where its rule says so. A yearly test of 21
May counts up to and including 20 May: on the anniversary it is due again.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from careloop.basics.days import add_months, add_years, age_on
from careloop.basics.words import Say
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind
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

# HL7 v3 ActCode: in the office, at home or by video; calls are told apart by their code.
AT_A_VISIT = frozenset({"AMB", "HH", "VR"})

ONE_DAY = timedelta(days=1)
# Facts of the last twelve months: what a check may ask for that looks no further back.
A_YEAR_BACK = 367
# Longer than any pregnancy: our own limit, for the many records of one that was never ended.
PREGNANCY = timedelta(days=300)

# Some systems write "no end" as a day in the year 9999. Nothing is done on such a day.
FAR = date(9000, 1, 1)
EVER, NEVER = date.min, date.max
FIRST_DAY = itemgetter(0, 1, 2)

# The facts of each kind that carry a code of a set; a tuple once they are in order.
FactsBySet = dict[tuple[FactKind, str], Sequence[ChartFact]]


class Span(Struct, frozen=True, gc=False):
    """The days from ``first`` up to, but without, ``after`` on which a fact counts."""

    fact: ChartFact
    first: date
    after: date

    def covers(self, on: date) -> bool:
        """Tell whether the fact counts on this day."""
        return self.first <= on < self.after


def next_turn(on: date, spans: Iterable[Span]) -> date | None:
    """Return the first day after ``on`` on which one of the spans begins or ends, or None."""
    turn = NEVER
    for span in spans:
        if on < span.first < turn:
            turn = span.first
        if on < span.after < turn:
            turn = span.after
    return turn if turn < NEVER else None


def first_after(on: date, days: Iterable[date | None]) -> date | None:
    """Return the earliest of the days that lies after ``on`` (and before the end of the calendar)."""
    turn = NEVER
    for day in days:
        if day is not None and on < day < turn:
            turn = day
    return turn if turn < NEVER else None


def find_coded(
    chart: Chart, kinds: Iterable[FactKind], codesets: Iterable[str], knowledge: Knowledge
) -> tuple[ChartFact, ...]:
    """Return the facts that carry a code of the sets, in an order that does not depend on the chart's."""
    by_set = _by_set(chart, knowledge)
    met = [(kind, name) for kind in kinds for name in codesets if (kind, name) in by_set]
    if not met:
        return ()
    if len(met) > 1:
        # A fact may carry codes of several sets.
        return in_order({id(fact): fact for place in met for fact in by_set[place]}.values())
    # Several checks ask for the same set: its facts are put in order once.
    facts = by_set[met[0]]
    ordered = facts if isinstance(facts, tuple) else in_order(facts)
    by_set[met[0]] = ordered
    return ordered


def find_any_order(chart: Chart, kind: FactKind, codeset: str, knowledge: Knowledge) -> Sequence[ChartFact]:
    """Return the facts of one kind that carry a code of a set, for those who sort them out themselves."""
    return _by_set(chart, knowledge).get((kind, codeset), ())


def _by_set(chart: Chart, knowledge: Knowledge) -> FactsBySet:
    return chart.once("by set", knowledge, lambda: _sort_by_set(chart, knowledge))


def _sort_by_set(chart: Chart, knowledge: Knowledge) -> FactsBySet:
    """Sort the facts by kind and code set: most sets are asked for and few are met."""
    by_set: dict[tuple[FactKind, str], list[ChartFact]] = {}
    for fact in chart.facts:
        columns = fact.columns
        for name in knowledge.meaning_of(columns.codes).sets:
            place = columns.kind, name
            if place in by_set:
                by_set[place].append(fact)
            else:
                by_set[place] = [fact]
    return dict(by_set)


def in_order(facts: Iterable[ChartFact]) -> tuple[ChartFact, ...]:
    """Return the facts oldest first; those of one day in an order of their own."""
    listed = list(facts)
    if len(listed) < 2:
        return tuple(listed)
    keyed = [
        (c.start_on or EVER, c.end_on or NEVER, fact.resource_id.int, fact) for fact in listed if (c := fact.columns)
    ]
    keyed.sort(key=FIRST_DAY)
    if any(FIRST_DAY(one) == FIRST_DAY(other) for one, other in pairwise(keyed)):
        # One resource may hold several facts of one day: whatever tells them apart decides.
        keyed.sort(key=lambda one: (*FIRST_DAY(one), repr(one[3].columns)))
    return tuple(one[3] for one in keyed)


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


def pregnancy_spans(chart: Chart, knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which somebody is taken to be pregnant: 300 days at most, as many have no end on record."""
    return tuple(
        replace(span, after=min(span.after, span.first + PREGNANCY))
        for span in problem_spans(find_coded(chart, (FactKind.PROBLEM,), ("pregnancy",), knowledge))
        if date.min < span.first < FAR
    )


def is_visit(columns: FactColumns, knowledge: Knowledge) -> bool:
    """Tell whether somebody was seen: any finished visit in the office, at home or by video, not just a call.

    The class decides: many records code their visits in CPT, which we do not ship. Where no class is given, the
    code must be one of our own.
    """
    if columns.status != "finished" or any(c in knowledge.codesets["phone_contact"] for c in columns.codes):
        return False
    if columns.visit_class:
        return columns.visit_class in AT_A_VISIT
    return any(c in knowledge.codesets["outpatient_visit"] for c in columns.codes)


def answer_spans(chart: Chart, tests: Iterable[Test], knowledge: Knowledge) -> tuple[Span, ...]:
    """Return the days on which accepted tests hold, from the day of the test to the day before it is due again."""
    return tuple(
        Span(fact, day, due_again(day, test))
        for test in tests
        for fact in find_coded(chart, (FactKind.RESULT, FactKind.PROCEDURE), (test.codeset,), knowledge)
        if is_done(fact, test) and (day := day_of(fact))
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
    labels = {
        fact.columns.label
        for test in tests
        for fact in find_coded(chart, (FactKind.RESULT, FactKind.PROCEDURE), (test.codeset,), knowledge)
        if is_done(fact, test) and day_of(fact) is None
    }
    return tuple(Say("check.undated_test", test=label) for label in sorted(labels))


def is_done(fact: ChartFact, test: Test) -> bool:
    """Tell whether a test took place and its outcome, where one is wanted, is in."""
    columns = fact.columns
    if columns.kind is FactKind.PROCEDURE:
        return columns.status == "completed"
    return columns.status in RESULT_IN and (test.without_value or has_value(columns))


def has_value(columns: FactColumns) -> bool:
    """Tell whether a result holds a value and not just a reason why it is absent."""
    return columns.value is not None or _as_code(columns.value_text) not in NO_VALUE


def _as_code(text: str) -> str:
    return text.strip().lower().replace(" ", "-")


def last_good_day(on: date, test: Test) -> date:
    """Return the same day an interval of days, months or years later: until then something may be done."""
    later = add_months(on, test.within_months + 12 * test.within_years)
    return later + timedelta(days=test.within_days)


def due_again(on: date, test: Test) -> date:
    """Return the first day on which a test of ``on`` counts no more: an interval of a year ends on its anniversary.

    The quality measures count so: a test of 31 December counts in its year and not in the next one.
    """
    if test.once:
        return date.max
    if test.until_month:
        this_year = date(on.year, test.until_month, 1)
        return this_year if on < this_year else add_years(this_year, 1)
    return last_good_day(on, test)


def first_day_of_age(born: date, age: int) -> date:
    """Return the birthday on which somebody turns ``age``; born on 29 February, it may be 1 March."""
    birthday = add_years(born, age)
    return birthday if age_on(born, birthday) == age else birthday + ONE_DAY
