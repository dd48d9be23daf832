"""Letters to offices: what is missing, how the words are filled, by what an answer is known, and what is kept apart."""

from dataclasses import replace
from datetime import date

import pytest

from careloop.catalog.offices import load_defaults, load_letters
from careloop.facts.disclosures import Basis
from careloop.facts.messages import Private
from careloop.facts.offices import OFFICES, Detail, LetterAsk, LetterField, LetterKind, Way
from careloop.facts.outbox import ThreadWith
from careloop.rules import offices as rules
from careloop.rules.private_words import list_names

ASK = LetterAsk(Way.FAX, "one")
FULL = replace(ASK, what="the report", number="A-7", day=date(2026, 11, 3), details=(Detail.PHONE,))
DETAILS = {Detail.PHONE: "555-0100"}
NAMES = list_names([("buprenorphine", Private.MEDICINE), ("asthma", Private.CONDITION)])
KEY = "01a1f978-b580-764c-8a94-28f29aad3f16"


@pytest.mark.parametrize("template", load_letters().values(), ids=lambda one: str(one.kind))
def test_a_letter_of_the_catalog_goes_with_its_fields_and_not_without_each(template: object) -> None:
    one = next(letter for letter in load_letters().values() if letter is template)
    ask = replace(FULL, kind=one.kind)
    assert one.basis in (Basis.TREATMENT, Basis.PAYMENT, Basis.OPERATIONS)
    assert one.source
    for partner in one.partners:
        assert rules.find_gaps(one, ask, partner, DETAILS) == ()
        assert one.kind in rules.list_kinds(load_letters(), partner)
    for field, none in ((LetterField.WHAT, ""), (LetterField.NUMBER, " "), (LetterField.DAY, None)):
        gaps = rules.find_gaps(one, replace(ask, **{str(field): none}), one.partners[0], DETAILS)  # type: ignore[arg-type]
        assert [gap.key for gap in gaps] == ([f"refusal.letter_{field}"] if field in one.fields else [])
    lines = rules.fill_letter(one, ask, DETAILS)
    assert "{" not in "".join(lines)


def test_own_words_stay_as_they_are_and_no_line_is_too_long_for_a_sheet() -> None:
    words = "Braces {day} stay. " + "word " * 90 + "x" * 450 + "\n\nSecond."
    lines = rules.fill_letter(None, replace(ASK, words=words), {})

    assert lines[0] == "Braces {day} stay."
    assert lines[-1] == "Second."
    assert max(map(len, lines)) <= rules.LINE
    assert "".join(lines).replace(" ", "") == words.replace(" ", "").replace("\n", "")


def test_what_is_missing_or_too_long_or_meant_for_others_is_said() -> None:
    def said(ask: LetterAsk, partner: ThreadWith = ThreadWith.OFFICE, kind: LetterKind | None = None) -> list[str]:
        template = load_letters()[kind] if kind else None
        return [one.key for one in rules.find_gaps(template, ask, partner, {})]

    assert said(ASK) == ["refusal.thread_empty"]
    assert said(replace(ASK, words="x" * 4001)) == ["refusal.thread_too_long"]
    assert said(replace(ASK, words="x", what="y" * 201)) == ["refusal.letter_field"]
    assert said(replace(ASK, words="x"), ThreadWith.PATIENT) == ["refusal.letter_kind"]
    assert said(FULL, ThreadWith.OFFICE, LetterKind.APPROVAL_STATUS) == ["refusal.letter_kind"]
    assert said(FULL, kind=LetterKind.CORRECTED_DETAILS) == ["refusal.letter_detail_unknown"]
    assert said(ASK, kind=LetterKind.CORRECTED_DETAILS) == ["refusal.letter_details"]


def test_the_ground_is_that_of_the_words_and_payment_for_a_plan() -> None:
    assert [rules.ground_for(one, None) for one in OFFICES] == [Basis.TREATMENT, Basis.TREATMENT, Basis.PAYMENT]
    thanks = load_letters()[LetterKind.THANK_CLOSE]
    assert rules.ground_for(ThreadWith.PAYER, thanks) is Basis.TREATMENT


@pytest.mark.parametrize(
    ("lines", "apart", "found"),
    [
        (("She takes buprenorphine.",), ("Buprenorphine 8 MG Tablet",), ("buprenorphine",)),
        (("She has asthma.",), ("Buprenorphine 8 MG Tablet",), ()),
        (("Alcohol use disorder, in care.",), ("Alcohol use disorder",), ("alcohol use disorder",)),
        (("Nothing.", "of it"), (), ()),
    ],
)
def test_what_is_kept_apart_is_found_by_its_medicine_or_its_whole_words(
    lines: tuple[str, ...], apart: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert rules.find_guarded(lines, apart, NAMES) == found


def test_a_reference_is_found_in_subject_or_words_and_names_nobody() -> None:
    code = rules.make_code(bytes(range(7, 39)))

    assert rules.find_code(f"RE: Fwd: [{code}] hello", "") == code
    assert rules.find_code("", f"about {code}.") == code
    assert rules.find_code("CL-ABC-DEF", "cl-abcde-fghij") == ""
    assert rules.make_code(bytes(32)) != code


def test_an_answer_names_the_message_that_it_is_about() -> None:
    assert rules.find_named([f"<{KEY}@clinic.example>", f"<x@y> <{KEY}@clinic.example>"]) == (KEY,)


def test_their_way_comes_first_and_the_days_of_silence_are_a_default_with_a_source() -> None:
    assert rules.choose_way(Way, "letter")[0] is Way.LETTER
    assert rules.choose_way(Way, "portal") == tuple(Way)
    (days,) = load_defaults()[rules.SILENT_DAYS]
    assert (days.value, days.is_ours, bool(days.source)) == (5, True, True)
