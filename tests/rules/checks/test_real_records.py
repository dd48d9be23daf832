"""The checks over the synthetic records that lie beside the project: each finds work in them."""

import gzip
import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.speech import speak
from careloop.facts.chart import Chart, ChartFact, FactKind
from careloop.facts.worklist import Answer
from careloop.formats.fhir.read import read_document
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import id_of

BESIDE = Path(__file__).resolve().parents[3].parent / "shared"
RECORDS = Path(os.environ.get("CARELOOP_SHARED", str(BESIDE))) / "data" / "synthea_r4"
READ_ON = date(2026, 11, 21)

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def records() -> list[tuple[Chart, date]]:
    """Each record as a chart, with the day after its last event."""
    paths = sorted(RECORDS.glob("*.json.gz"))
    if not paths:
        pytest.skip(f"no records in {RECORDS}")
    return [read_record(path) for path in paths]


def read_record(path: Path) -> tuple[Chart, date]:
    package = read_document(gzip.decompress(path.read_bytes()), is_ndjson=False, on=READ_ON)
    assert package.rejected == ()
    person = next(r.patient for r in package.resources if r.patient)
    facts = [
        ChartFact(id_of(number), columns)
        for number, resource in enumerate(package.resources)
        for columns in resource.facts
    ]
    ends = [f.columns.end_on or f.columns.start_on for f in facts if f.columns.kind is FactKind.VISIT]
    died_on = person.died_at.date() if person.died_at else None
    chart = Chart(id_of(0), person.birth_on, person.sex, died_on, tuple(facts))
    return chart, max(day for day in ends if day) + timedelta(days=1)


def ask_all(records: list[tuple[Chart, date]], *, later: timedelta) -> dict[str, list[Answer]]:
    return {
        name: [check.find(chart, on + later, load_knowledge()) for chart, on in records]
        for name, check in find_checks().items()
    }


def test_the_checks_find_work(records: list[tuple[Chart, date]], capsys: pytest.CaptureFixture[str]) -> None:
    next_day = ask_all(records, later=timedelta(0))
    next_year = ask_all(records, later=timedelta(days=365))
    found = Counter({name: sum(bool(a.findings) for a in answers) for name, answers in next_day.items()})
    with capsys.disabled():
        print(f"\n{len(records)} records, with findings on the day after the last visit: {dict(found)}")

    # These people are tested for sugar at each visit, so on the day after the last one nobody with
    # diabetes is overdue; a year later those who are alive all are.
    found["hba1c_overdue"] = sum(bool(answer.findings) for answer in next_year["hba1c_overdue"])
    assert set(found) == set(find_checks())
    assert min(found.values()) > 0


def test_nobody_is_waiting_who_died(records: list[tuple[Chart, date]]) -> None:
    dead = [(chart, on) for chart, on in records if chart.died_on]

    assert dead
    for answers in ask_all(dead, later=timedelta(0)).values():
        assert set(answers) == {Answer()}


def test_every_medicine_code_is_known_or_in_conflict(records: list[tuple[Chart, date]]) -> None:
    knowledge = load_knowledge()
    codes = {c for chart, _ in records for f in chart.of(FactKind.MEDICINE) for c in f.columns.codes}

    unknown = codes - knowledge.products.keys()

    assert len(codes) > 50
    assert unknown == {"rxnorm|833036"}


def test_what_is_found_can_be_said_in_both_languages(records: list[tuple[Chart, date]]) -> None:
    for answers in ask_all(records, later=timedelta(0)).values():
        for answer in answers:
            for finding in answer.findings:
                says = (finding.title, *finding.because, finding.if_waits, finding.next_step)
                texts = [speak(say, language) for say in says for language in ("en", "es")]
                assert all(texts)
            assert all(speak(say, language) for say in answer.not_checked for language in ("en", "es"))
