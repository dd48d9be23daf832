"""Charts for properties: of each check facts with the codes that it asks for, in every state that FHIR knows."""

from datetime import date
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import Chart, ChartFact, FactColumns, FactKind, Sex
from careloop.facts.checks import Check
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import chart_of, id_of

FIRST, LAST = date(2023, 11, 1), date(2026, 3, 31)
# The years before matter to intervals of years.
days = st.dates(FIRST, LAST)
some_day = st.none() | days | st.dates(date(2014, 1, 1), LAST)
labels = st.sampled_from(["One", "Two", ""])
ANSWERS = (
    (),
    ("sct|373066001",),
    ("sct|160734000",),
    ("sct|428171000124102",),
    ("sct|428181000124104",),
    ("sct|720834000",),
    ("sct|183240000",),
    ("sct|397145000",),
)
STATES = {
    FactKind.PROBLEM: ["active", "active", "relapse", "resolved", "remission", ""],
    FactKind.RESULT: ["final", "final", "amended", "preliminary", "cancelled"],
    FactKind.PROCEDURE: ["completed", "completed", "not-done", "in-progress"],
    FactKind.VISIT: ["finished", "finished", "in-progress", "planned", "cancelled"],
    FactKind.MEDICINE: ["active", "active", "stopped", "completed", "draft"],
    FactKind.ALLERGY: ["active", "resolved", ""],
    FactKind.IMMUNIZATION: ["completed", "completed", "not-done"],
    FactKind.ORDER: ["active", "completed", "revoked", "draft"],
    FactKind.DOCUMENT: ["current"],
    FactKind.COVERAGE: ["active"],
}
DISPOSITIONS = (
    (),
    (),
    ("http://terminology.hl7.org/CodeSystem/discharge-disposition|snf",),
    ("sct|428361000124107",),
)
numbers = st.sampled_from(["2.5", "6.5", "9.5", "85", "125", "150", "195", "450"])
units = st.sampled_from(["%", "mm[Hg]", "mg/dL", "mmol/L", "x"])
births = st.none() | st.sampled_from(
    [date(1978, 12, 5), date(1980, 2, 29), date(1959, 5, 6), date(1949, 7, 1), date(1943, 3, 3), date(2007, 1, 9)]
)


@st.composite
def facts(draw: st.DrawFn, kind: FactKind, codes: tuple[str, ...]) -> ChartFact:
    """A fact of a kind with one of the codes."""
    columns = FactColumns(
        kind,
        (draw(st.sampled_from(codes)),),
        draw(labels),
        draw(st.sampled_from(STATES[kind])),
        start_on=draw(some_day),
        end_on=draw(some_day) if kind in {FactKind.PROBLEM, FactKind.MEDICINE, FactKind.VISIT} else None,
        value=Decimal(draw(numbers)) if kind is FactKind.RESULT and draw(st.booleans()) else None,
        unit=draw(units) if kind is FactKind.RESULT else "",
        value_text=draw(st.sampled_from(["", "", "Positive", "Not performed"])) if kind is FactKind.RESULT else "",
        visit_class=draw(st.sampled_from(["IMP", "EMER", "AMB", "OBSENC", "VR", ""])) if kind is FactKind.VISIT else "",
        disposition=draw(_outcomes(kind)),
        verification=draw(st.sampled_from(["confirmed", "", "provisional", "refuted"]))
        if kind in {FactKind.PROBLEM, FactKind.ALLERGY}
        else "",
    )
    return ChartFact(id_of(draw(st.integers(0, 12))), columns)


def _outcomes(kind: FactKind) -> st.SearchStrategy[tuple[str, ...]]:
    if kind is FactKind.VISIT:
        return st.sampled_from(DISPOSITIONS)
    if kind is FactKind.RESULT:
        return st.sampled_from(ANSWERS)
    return st.sampled_from([(), ("sct|7771000",), ("sct|24028007",)] if kind is FactKind.PROBLEM else [()])


@cache
def charts_for(name: str) -> st.SearchStrategy[Chart]:
    """Charts of people with facts of the code sets that a check names, and some that it does not."""
    kinds = _codes_of(find_checks()[name])
    some_fact = st.one_of([facts(kind, codes) for kind, codes in kinds.items()])
    return st.builds(
        lambda held, born, sex: chart_of(*held, born=born, sex=sex),
        st.lists(some_fact, max_size=9),
        births,
        st.sampled_from([Sex.FEMALE, Sex.FEMALE, Sex.MALE, Sex.UNKNOWN]),
    )


def _codes_of(check: Check) -> dict[FactKind, tuple[str, ...]]:
    codesets = load_knowledge().codesets
    codes: dict[FactKind, tuple[str, ...]] = {}
    for kind, names in check.needs.coded.items():
        # The first names are the check's own question, those of who is left alone come after: ask it more often.
        own = [_example(codesets[one].exact, codesets[one].prefixes) for one in names]
        codes[kind] = (*own, *own[:4], *own[:4], "x|1")
    for kind in (*check.needs.whole, *check.needs.recent):
        codes[kind] = (*codes.get(kind, ()), *OTHERS.get(kind, ("x|1",)))
    return codes


OTHERS = {
    FactKind.VISIT: ("", "sct|185317003", "sct|390906007", "sct|385763009"),
    FactKind.MEDICINE: ("rxnorm|11289", "rxnorm|5640", "rxnorm|36567", "rxnorm|21212", "rxnorm|833036", "x|1"),
    FactKind.ALLERGY: ("rxnorm|5640", "rxnorm|36567", "sct|1"),
}


def _example(exact: frozenset[str], prefixes: tuple[str, ...]) -> str:
    return min(exact) if exact else f"{prefixes[0]}9"
