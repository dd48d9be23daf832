"""The lists as a whole: nothing lost, the same whatever the order, and right over real records."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.speech import speak
from careloop.facts.chart import ChartFact, FactKind
from careloop.facts.chart_lists import ChartLists, Match, SourcedFact
from careloop.formats.fhir.dosage import read_doses
from careloop.formats.fhir.read import read_document
from careloop.rules.chart_lists.make import KINDS, make_lists
from tests.rules.chart_lists.sources import (
    CAME_IN,
    DIABETES,
    DOUBTFUL,
    HCTZ_LISINOPRIL,
    IBUPROFEN,
    LISINOPRIL_10,
    LISINOPRIL_20,
    ON,
    source,
)
from tests.rules.checks.charts import PATIENT, id_of
from tests.rules.checks.test_real_records import RECORDS

CODES = [
    LISINOPRIL_10, LISINOPRIL_20, HCTZ_LISINOPRIL, IBUPROFEN, DOUBTFUL, "rxnorm|0", "ndc|1", "ndc|2",
    DIABETES, "sct|1", "sct|2", "icd10cm|E11.9", "icd10cm|E119", "sct|716186003", "sct|409137002",
]  # fmt: skip
DAYS = [None, "2020-01-01", "2024-06-01", "2026-09-01", "2026-11-21", "2026-12-01", "9999-12-31"]
STATUSES = [
    "active", "stopped", "completed", "on-hold", "entered-in-error", "resolved", "inactive", "remission", "",
]  # fmt: skip

facts = st.builds(
    lambda kind, codes, **more: source(kind, more.pop("label"), *codes, **more),
    st.sampled_from([*KINDS, FactKind.RESULT]),
    st.lists(st.sampled_from(CODES), max_size=3, unique=True),
    label=st.sampled_from(["Lisinopril 10 MG", "Lisinopril 20 MG", "lisinopril", " ", ""]),
    status=st.sampled_from(STATUSES),
    since=st.sampled_from(DAYS),
    until=st.sampled_from(DAYS),
    number=st.integers(0, 5),
    verification=st.sampled_from(["", "confirmed", "provisional", "refuted", "entered-in-error"]),
    of=st.sampled_from(["MedicationRequest", "MedicationStatement", "MedicationDispense"]),
    sender=st.sampled_from(["fhir", "hospital"]),
    record=st.sampled_from([UUID(int=1), UUID(int=2)]),
    dose=st.sampled_from(["", "One a day.", "Two a day."]),
)


def behind(lists: ChartLists) -> Counter[SourcedFact]:
    """Count the facts behind all lines."""
    return Counter(
        source
        for one in (lists.medicines, lists.problems, lists.allergies)
        for line in one.lines
        for source in line.sources
    )


@settings(deadline=None)
@given(st.lists(facts, max_size=14))
def test_every_fact_is_behind_exactly_one_line(given_facts: list[SourcedFact]) -> None:
    lists = make_lists(given_facts, ON, load_knowledge())

    assert behind(lists) == Counter(f for f in given_facts if f.fact.columns.kind in KINDS)


@settings(deadline=None)
@given(st.lists(facts, max_size=14).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_in_which_facts_come_changes_nothing(both: tuple[list[SourcedFact], list[SourcedFact]]) -> None:
    one, other = (make_lists(some, ON, load_knowledge()) for some in both)

    assert one == other


@settings(deadline=None)
@given(st.lists(facts, max_size=14))
def test_what_does_not_count_changes_no_state_and_everything_can_be_said(given_facts: list[SourcedFact]) -> None:
    lists = make_lists(given_facts, ON, load_knowledge())

    for one in (lists.medicines, lists.problems, lists.allergies):
        assert all(line.is_counted for line in one.now + one.ended)
        assert not any(source.counts for line in one.not_counted for source in line.sources)
        for line in one.lines:
            for say in (*line.disagreements, *line.changes, *line.notes):
                assert all(speak(say, language) for language in ("en", "es"))


def test_a_thousand_entries_of_one_medicine_take_a_thousand_readings() -> None:
    """Work is counted, not timed: each entry's ingredients are asked for a bounded number of times."""

    class Counting(dict[str, tuple[str, ...]]):
        asked = 0

        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            Counting.asked += 1
            return super().get(key, default)  # type: ignore[arg-type]

    knowledge = replace(load_knowledge(), products=Counting(load_knowledge().products))
    entries = [source(FactKind.MEDICINE, "Lisinopril", LISINOPRIL_10, number=n) for n in range(1000)]
    make_lists(entries, ON, knowledge)
    few = Counting.asked
    make_lists(entries * 2, ON, knowledge)

    assert 0 < Counting.asked - few <= 2 * few + 10


# Over the synthetic records that lie beside the project.


def read_sources(path: Path) -> tuple[list[SourcedFact], date]:
    """Return the facts of a record with their directions, and the day after its last visit."""
    package = read_document(gzip.decompress(path.read_bytes()), is_ndjson=False, on=ON)
    made = []
    for number, resource in enumerate(package.resources):
        body = json.loads(resource.raw)
        doses = read_doses(json.dumps(body.get("dosageInstruction", [])))
        for columns in resource.facts:
            fact = ChartFact(id_of(number), columns)
            made.append(SourcedFact(fact, PATIENT, resource.type, "fhir", CAME_IN, doses=doses))
    ends = [s.fact.columns.end_on or s.fact.columns.start_on for s in made if s.fact.columns.kind is FactKind.VISIT]
    return made, max(day for day in ends if day) + timedelta(days=1)


@pytest.fixture(scope="module")
def real() -> list[tuple[list[SourcedFact], date]]:
    paths = sorted(RECORDS.glob("*.json.gz"))
    if not paths:
        pytest.skip(f"no records in {RECORDS}")
    return [read_sources(path) for path in paths]


@pytest.mark.shared
def test_real_records_lose_nothing_and_each_medicine_is_resolved_or_listed(
    real: list[tuple[list[SourcedFact], date]],
) -> None:
    unmatched = Counter[str]()
    for sources, on in real:
        lists = make_lists(sources, on, load_knowledge())
        assert behind(lists) == Counter(s for s in sources if s.fact.columns.kind in KINDS)
        for line in lists.medicines.lines:
            assert (line.match is Match.INGREDIENT) is bool(line.ingredients)
            if not line.ingredients:
                unmatched[line.label] += 1
                assert line.notes
        assert set(lists.not_matched) == {line.label for line in lists.medicines.now if not line.ingredients}

    # The one code that means two medicines in public sources.
    assert set(unmatched) == {"Captopril 25 MG Oral Tablet"}


@pytest.mark.shared
def test_real_records_become_shorter(real: list[tuple[list[SourcedFact], date]]) -> None:
    folded = Counter[FactKind]()
    whole = Counter[FactKind]()
    disagree = 0
    for sources, on in real:
        lists = make_lists(sources, on, load_knowledge())
        whole.update(s.fact.columns.kind for s in sources)
        folded[FactKind.MEDICINE] += len(lists.medicines.lines)
        folded[FactKind.PROBLEM] += len(lists.problems.lines)
        disagree += sum(bool(line.disagreements) for line in lists.medicines.now)

    assert folded[FactKind.MEDICINE] < whole[FactKind.MEDICINE] * 0.6
    assert folded[FactKind.PROBLEM] < whole[FactKind.PROBLEM]
    # A tablet and an injection of one diuretic, both called active.
    assert disagree > 0
