"""What in a note could tell who a patient is."""

from datetime import date

import pytest

from careloop.rules.tips import find_clues, find_dates, good_until, may_be_birth

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("born 1950-03-02", date(1950, 3, 2)),
        ("born 3/2/1950", date(1950, 3, 2)),
        ("born 2.3.50", date(1950, 3, 2)),
        ("born March 2, 1950", date(1950, 3, 2)),
        ("nacida el 2 de marzo de 1950", date(1950, 3, 2)),
        ("2 Mar 1950", date(1950, 3, 2)),
    ],
)
def test_a_whole_date_of_the_past_is_found_however_it_is_written(words: str, on: date) -> None:
    assert on in find_dates(words)
    assert may_be_birth(find_dates(words), TODAY)


@pytest.mark.parametrize("words", ["from 2026-12-01 on", "in March", "form 3/2", "since 1950", "rule 45 of 2024", ""])
def test_what_is_no_date_of_the_past_may_stand(words: str) -> None:
    assert not may_be_birth(find_dates(words), TODAY)


def test_pairs_of_words_are_looked_for_both_ways_round_without_accents_and_case() -> None:
    names = find_clues("Ask for ROSA García there").names

    assert "garcia rosa" in names
    assert "rosa garcia" in names
    assert find_clues("ok").names == ()


@pytest.mark.parametrize(
    ("words", "phones"),
    [
        ("call 555-010-0199 before noon", ("5550100199",)),
        ("+1 (555) 010 0199", ("15550100199",)),
        ("SSN 123-45-6789", ("123456789",)),
        ("window 8-10, room 12", ()),
        ("from 2026-12-01 on", ()),
        ("send form 1500", ()),
    ],
)
def test_telephones_are_found_as_digits_and_days_are_none(words: str, phones: tuple[str, ...]) -> None:
    assert find_clues(words).phones == phones


def test_long_numbers_are_found_and_short_ones_are_not() -> None:
    assert find_clues("see MRN12345678 and 8227").numbers == ("MRN12345678",)


def test_a_note_holds_so_many_days() -> None:
    assert good_until(TODAY, 365) == date(2027, 11, 23)
