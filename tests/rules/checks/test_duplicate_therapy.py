"""Two medicines of one kind: a table of cases, with near misses."""

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact
from careloop.facts.worklist import Confidence, Severity
from careloop.rules.checks.duplicate_therapy import CHECK
from tests.rules.checks.charts import id_of, medicine
from tests.rules.checks.signed import ask, keys

IBUPROFEN = medicine("Ibuprofen 400 MG", "rxnorm|5640", number=1)
NAPROXEN = medicine("Naproxen 250 MG", "rxnorm|7258", number=2)
LISINOPRIL = medicine("Lisinopril 10 MG", "rxnorm|29046", number=3)
ENALAPRIL = medicine("Enalapril 5 MG", "rxnorm|3827", number=4)
LOSARTAN = medicine("Losartan 50 MG", "rxnorm|52175", number=5)
ACETAMINOPHEN = medicine("Acetaminophen 325 MG", "rxnorm|161", number=6)


def product(label: str, *ingredients: str, number: int) -> ChartFact:
    """Return an entry of a product that holds just these."""
    products = load_knowledge().products
    code = min(code for code, names in products.items() if set(names) == set(ingredients))
    return medicine(label, code, number=number)


CO_TRIMOXAZOLE = product("Co-trimoxazole", "sulfamethoxazole", "trimethoprim", number=7)
HYDROCODONE = product("Hydrocodone with acetaminophen", "acetaminophen", "hydrocodone", number=8)


@pytest.mark.parametrize(
    ("why", "facts", "found"),
    [
        ("two painkillers of one kind", [IBUPROFEN, NAPROXEN], ["dup-nsaid"]),
        ("one alone", [IBUPROFEN], []),
        ("the same from two sources", [IBUPROFEN, medicine("Ibuprofen 200 MG", "rxnorm|5640", number=9)], []),
        ("two kinds", [IBUPROFEN, LISINOPRIL], []),
        ("one stopped", [IBUPROFEN, medicine("Naproxen", "rxnorm|7258", status="stopped", number=9)], []),
        ("a gel beside a tablet", [IBUPROFEN, medicine("Diclofenac Topical Gel", "rxnorm|3355", number=9)], []),
        ("the narrower of two rows", [LISINOPRIL, ENALAPRIL], ["dup-acei"]),
        ("the wider where only it fits", [LISINOPRIL, LOSARTAN], ["dup-acei-arb"]),
        ("partners in one product", [CO_TRIMOXAZOLE], []),
        ("one ingredient in two products", [ACETAMINOPHEN, HYDROCODONE], ["dup-acetaminophen-products"]),
    ],
)
def test_who_is_asked_about(why: str, facts: list[ChartFact], found: list[str]) -> None:
    assert keys(ask(CHECK, *facts)) == found, why


def test_the_finding_names_both_and_says_that_nobody_checked_the_row() -> None:
    (finding,) = ask(CHECK, NAPROXEN, IBUPROFEN).findings

    assert finding.title == Say("medicines.title.duplicate", medicines="ibuprofen, naproxen", others="")
    assert finding.because[-1] == Say("medicines.not_verified")
    assert finding.next_step == Say("medicines.ask.one-stopped")
    assert finding.severity is Severity.MODERATE
    assert finding.evidence == (id_of(1), id_of(2))


def test_nothing_is_asked_before_the_clinician_signed_it_on() -> None:
    assert CHECK.confidence is Confidence.GENERAL
    assert keys(ask(CHECK, IBUPROFEN, NAPROXEN, knowledge=load_knowledge())) == []


def test_the_one_that_was_stopped_closes_the_loop() -> None:
    stopped = medicine("Naproxen", "rxnorm|7258", status="stopped", number=9)

    assert ask(CHECK, IBUPROFEN, stopped).satisfied_by == (id_of(9),)
