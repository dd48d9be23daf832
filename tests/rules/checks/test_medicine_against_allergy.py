"""Medicines and allergies: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact
from careloop.facts.worklist import Severity
from careloop.rules.checks.medicine_against_allergy import CHECK
from tests.rules.checks.charts import allergy, id_of, medicine
from tests.rules.checks.signed import ask, keys, said

AMOXICILLIN, CEPHALEXIN, IBUPROFEN, NAPROXEN, CELECOXIB = (
    "rxnorm|723", "rxnorm|2231", "rxnorm|5640", "rxnorm|7258", "rxnorm|140587",
)  # fmt: skip


def amoxicillin(**changes: object) -> ChartFact:
    return medicine("Amoxicillin 500 MG", AMOXICILLIN, number=1, **changes)  # type: ignore[arg-type]


def to_ibuprofen(**changes: object) -> ChartFact:
    return allergy("Allergy to ibuprofen", IBUPROFEN, **changes)  # type: ignore[arg-type]


def ibuprofen() -> ChartFact:
    return medicine("Ibuprofen 400 MG", IBUPROFEN, number=2)


@pytest.mark.parametrize(
    ("why", "facts", "found"),
    [
        ("the medicine itself, by code", [ibuprofen(), to_ibuprofen()], ["alg-same"]),
        ("the medicine itself, by name", [ibuprofen(), allergy("Ibuprofen: hives")], ["alg-same"]),
        ("refuted", [ibuprofen(), to_ibuprofen(verification="refuted")], []),
        ("entered in error", [ibuprofen(), to_ibuprofen(verification="entered-in-error")], []),
        ("not confirmed yet counts", [ibuprofen(), to_ibuprofen(verification="unconfirmed")], ["alg-same"]),
        ("over", [ibuprofen(), to_ibuprofen(status="resolved")], []),
        ("ended yesterday", [ibuprofen(), to_ibuprofen(until=date(2026, 11, 21))], []),
        ("begins tomorrow", [ibuprofen(), to_ibuprofen(since=date(2026, 11, 22))], []),
        ("without the medicine", [amoxicillin(), to_ibuprofen()], []),
        ("medicine stopped", [amoxicillin(status="stopped"), allergy("Penicillin")], []),
        ("cross-reactive, by code", [medicine("Naproxen", NAPROXEN), to_ibuprofen()], ["alg-nsaid-aspirin"]),
        ("cross-reactive, by words", [amoxicillin(), allergy("Allergy to penicillins")], ["alg-penicillins"]),
        ("mostly tolerated", [medicine("Celecoxib", CELECOXIB), to_ibuprofen()], []),
        ("the same side chain", [medicine("Cephalexin", CEPHALEXIN), allergy("Amoxicillin", AMOXICILLIN)],
         ["alg-amino-penicillin-cephalosporin"]),
        ("no medicine", [amoxicillin(), allergy("Grass pollen", "sct|418689008")], []),
    ],
)  # fmt: skip
def test_who_is_asked_about(why: str, facts: list[ChartFact], found: list[str]) -> None:
    assert keys(ask(CHECK, *facts)) == found, why


def test_the_record_itself_needs_no_sign_on_and_opens_at_once() -> None:
    (finding,) = ask(CHECK, ibuprofen(), to_ibuprofen(), knowledge=load_knowledge()).findings

    assert finding.severity is Severity.CRITICAL
    assert finding.title == Say("medicines.title.allergy", medicines="ibuprofen", others="Allergy to ibuprofen")
    assert finding.evidence == (id_of(2), id_of(6))
    assert keys(ask(CHECK, amoxicillin(), allergy("Penicillin"), knowledge=load_knowledge())) == []


def test_an_allergy_read_by_its_words_says_so() -> None:
    by_words, by_code = (ask(CHECK, ibuprofen(), one) for one in (allergy("Ibuprofen"), to_ibuprofen()))

    assert Say("medicines.unknown.allergy_by_words") in by_words.findings[0].because
    assert Say("medicines.unknown.allergy_by_words") not in by_code.findings[0].because


def test_an_allergy_that_names_no_medicine_is_said_where_there_are_medicines() -> None:
    grass = allergy("Grass pollen", "sct|418689008")

    assert said(ask(CHECK, amoxicillin(), grass)) == ["unknown_allergy"]
    assert said(ask(CHECK, grass)) == []


def test_one_allergy_from_two_sources_is_one_finding_with_both_as_evidence() -> None:
    answer = ask(CHECK, ibuprofen(), to_ibuprofen(), allergy("Ibuprofen", IBUPROFEN, number=7))

    assert keys(answer) == ["alg-same"]
    assert set(answer.findings[0].evidence) == {id_of(2), id_of(6), id_of(7)}


def test_it_looks_again_when_the_allergy_or_the_medicine_begins_or_ends() -> None:
    begins = to_ibuprofen(since=date(2026, 12, 3))

    assert ask(CHECK, ibuprofen(), begins).look_again_on == date(2026, 12, 3)
    assert ask(CHECK, amoxicillin(until=date(2026, 12, 1))).look_again_on == date(2026, 12, 2)
