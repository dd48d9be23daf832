"""Two interacting medicines: a table of cases, with near misses."""

from datetime import date

import pytest

from careloop.basics.words import Say
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact
from careloop.facts.worklist import Answer, Severity
from careloop.rules.checks.interacting_medicines import CHECK
from tests.rules.checks.charts import chart_of, id_of, medicine

ON = date(2026, 11, 21)
WARFARIN = "rxnorm|11289"
IBUPROFEN = "rxnorm|5640"
NAPROXEN = "rxnorm|7258"
SIMVASTATIN = "rxnorm|36567"
CLARITHROMYCIN = "rxnorm|21212"
AMLODIPINE = "rxnorm|17767"
LISINOPRIL = "rxnorm|29046"
# Hydrocodone with chlorpheniramine, in one bottle; hydrocodone with acetaminophen.
COUGH_SYRUP_INGREDIENTS = {"hydrocodone", "chlorpheniramine"}
IN_CONFLICT = "rxnorm|833036"


def ask(*facts: ChartFact, on: date = ON, died: date | None = None) -> Answer:
    return CHECK.find(chart_of(*facts, died=died), on, load_knowledge())


def keys(answer: Answer) -> list[str]:
    return [finding.key for finding in answer.findings]


def warfarin(**changes: object) -> ChartFact:
    return medicine("Warfarin 5 MG", WARFARIN, number=1, **changes)  # type: ignore[arg-type]


def ibuprofen(**changes: object) -> ChartFact:
    return medicine("Ibuprofen 400 MG", IBUPROFEN, number=2, **changes)  # type: ignore[arg-type]


KEY = "ddi-warfarin-nsaid:ibuprofen:warfarin"


@pytest.mark.parametrize(
    ("why", "facts", "found"),
    [
        ("both active", [warfarin(), ibuprofen()], True),
        ("one of them alone", [warfarin()], False),
        ("with a harmless one", [warfarin(), medicine("Lisinopril", LISINOPRIL)], False),
        ("one stopped", [warfarin(), ibuprofen(status="stopped")], False),
        ("one completed", [warfarin(), ibuprofen(status="completed")], False),
        ("one on hold", [warfarin(), ibuprofen(status="on-hold")], False),
        ("one cancelled", [warfarin(), ibuprofen(status="cancelled")], False),
        ("one entered in error", [warfarin(), ibuprofen(status="entered-in-error")], False),
        ("one a draft", [warfarin(), ibuprofen(status="draft")], False),
        ("one not taken", [warfarin(), ibuprofen(status="not-taken")], False),
        ("active for years", [warfarin(since=date(2009, 1, 1)), ibuprofen()], True),
        ("no day given", [warfarin(since=None), ibuprofen(since=None)], True),
        ("begins today", [warfarin(since=ON), ibuprofen()], True),
        ("begins tomorrow", [warfarin(since=date(2026, 11, 22)), ibuprofen()], False),
        ("last day today", [warfarin(until=ON), ibuprofen()], True),
        ("last day yesterday", [warfarin(until=date(2026, 11, 20)), ibuprofen()], False),
        ("one medicine twice", [warfarin(), medicine("Warfarin again", WARFARIN, number=9)], False),
        ("not an RxNorm code", [warfarin(), medicine("Ibuprofen", "ndc|5640")], False),
    ],
)
def test_table_of_cases(why: str, facts: list[ChartFact], *, found: bool) -> None:
    assert keys(ask(*facts)) == ([KEY] if found else []), why


def test_the_finding_asks_and_names_both_entries_with_their_days() -> None:
    answer = ask(warfarin(since=date(2019, 4, 1)), ibuprofen(since=date(2026, 11, 2)))

    (finding,) = answer.findings
    assert finding.title == Say("medicines.title.interaction", first="ibuprofen", second="warfarin")
    assert finding.because == (
        Say("medicines.about.ddi-warfarin-nsaid"),
        Say(
            "medicines.side.medicine_since",
            label="Ibuprofen 400 MG",
            day=date(2026, 11, 2),
        ),
        Say(
            "medicines.side.medicine_since",
            label="Warfarin 5 MG",
            day=date(2019, 4, 1),
        ),
    )
    assert finding.next_step == Say("medicines.ask.ddi-warfarin-nsaid")
    assert finding.severity is Severity.HIGH
    assert (finding.since_on, finding.due_on) == (date(2026, 11, 2), None)
    assert finding.source.id == "hl7-pddi"
    assert finding.evidence == (id_of(2), id_of(1))
    assert answer.look_again_on is None


@pytest.mark.parametrize(
    ("code", "key", "severity"),
    [
        (CLARITHROMYCIN, "ddi-statin-3a4-strong:clarithromycin:simvastatin", Severity.CRITICAL),
        (AMLODIPINE, "ddi-simvastatin-dose-cap:amlodipine:simvastatin", Severity.MODERATE),
    ],
)
def test_the_tier_makes_the_severity(code: str, key: str, severity: Severity) -> None:
    (finding,) = ask(medicine("Simvastatin", SIMVASTATIN), medicine("Other", code, number=6)).findings

    assert (finding.key, finding.severity) == (key, severity)


def test_each_pair_is_a_finding_of_its_own() -> None:
    answer = ask(warfarin(), ibuprofen(), medicine("Naproxen", NAPROXEN, number=3))

    assert keys(answer) == [KEY, "ddi-warfarin-nsaid:naproxen:warfarin"]


def test_the_newest_entry_of_a_medicine_is_named_and_all_are_evidence() -> None:
    older = medicine("Warfarin 2 MG", WARFARIN, since=date(2020, 1, 1), number=7)

    (finding,) = ask(older, warfarin(), ibuprofen()).findings

    assert ("label", "Warfarin 5 MG") in finding.because[2].values
    assert set(finding.evidence) == {id_of(1), id_of(2), id_of(7)}


def test_the_partners_in_one_bottle_are_one_medicine() -> None:
    products = load_knowledge().products
    code = next(c for c, names in sorted(products.items()) if set(names) == COUGH_SYRUP_INGREDIENTS)
    syrup = medicine("Cough syrup", code, number=1)
    refill = medicine("Cough syrup", code, number=2)
    allergy_tablet = medicine("Chlorpheniramine", "rxnorm|2400", number=3)

    assert products["rxnorm|2400"] == ("chlorpheniramine",)
    assert keys(ask(syrup, refill)) == []
    assert keys(ask(syrup, allergy_tablet)) == ["ddi-opioid-cns:chlorpheniramine:hydrocodone"]


def test_what_is_not_known_is_said_by_its_label() -> None:
    answer = ask(warfarin(), medicine("Grandmother's tea"), medicine("Herb X", "rxnorm|1", number=9))

    assert answer.findings == ()
    assert answer.not_checked == (
        Say("medicines.not_checked.unknown_medicine", medicine="Grandmother's tea"),
        Say("medicines.not_checked.unknown_medicine", medicine="Herb X"),
    )


def test_a_single_medicine_leaves_nothing_unchecked() -> None:
    assert ask(medicine("Grandmother's tea")) == Answer()


def test_a_code_with_two_meanings_is_said_and_never_used() -> None:
    # As captopril it would meet lithium, as hydrocodone it would meet alprazolam.
    lithium = medicine("Lithium", "rxnorm|42351", number=6)
    alprazolam = medicine("Alprazolam", "rxnorm|596", number=7)
    products = load_knowledge().products
    assert products["rxnorm|42351"] == ("lithium carbonate",)
    assert products["rxnorm|596"] == ("alprazolam",)

    answer = ask(medicine("Captopril 25 MG", IN_CONFLICT), lithium, alprazolam)

    assert answer.findings == ()
    assert answer.not_checked == (Say("medicines.not_checked.doubtful_code", medicine="Captopril 25 MG"),)


def test_it_looks_again_when_a_medicine_begins_or_ends() -> None:
    assert ask(warfarin(until=date(2026, 12, 1)), ibuprofen()).look_again_on == date(2026, 12, 2)
    assert ask(warfarin(since=date(2026, 12, 1)), ibuprofen()).look_again_on == date(2026, 12, 1)


def test_the_entry_that_was_stopped_closes_the_loop() -> None:
    answer = ask(warfarin(), ibuprofen(status="stopped"), medicine("Lisinopril", LISINOPRIL, number=8))

    assert answer.satisfied_by == (id_of(2),)


def test_a_finished_dispense_of_a_medicine_still_taken_closes_nothing() -> None:
    dispensed = medicine("Ibuprofen 400 MG", IBUPROFEN, status="completed", number=8)

    answer = ask(warfarin(), ibuprofen(), dispensed)

    assert keys(answer) == [KEY]
    assert answer.satisfied_by == ()


def test_nothing_is_found_for_the_dead() -> None:
    assert ask(warfarin(), ibuprofen(), died=ON) == Answer()
