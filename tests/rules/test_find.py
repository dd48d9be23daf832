"""What is typed to find somebody is taken apart as people write: names, dates, telephones, numbers."""

from datetime import date

import pytest

from careloop.facts.find import Ask
from careloop.rules.find import MOST, read_asks

TODAY = date(2026, 11, 20)
BORN = date(1958, 3, 14)
BOTH = (date(1958, 3, 4), date(1958, 4, 3))


def words(text: str) -> list[str]:
    return [ask.word for ask in read_asks(text, TODAY)]


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("rosa alvarez", ["rosa", "alvarez"]),
        ("Álvarez,  ROSA", ["alvarez", "rosa"]),
        ("O’Brien", ["o", "brien"]),
        ("Lüdenscheidt-Müller", ["ludenscheidt", "muller"]),
        ("李 小龍", ["李", "小龍"]),
        ("فاطمة", ["فاطمة"]),
        ("al", ["al"]),
        ("de la Cruz Jr.", ["de", "la", "cruz", "jr"]),
    ],
)
def test_names_are_parted_and_folded(typed: str, parts: list[str]) -> None:
    assert words(typed) == parts


@pytest.mark.parametrize(
    "typed",
    [
        "1958-03-14", "1958/3/14", "1958.03.14", "3/14/1958", "03-14-1958", "3.14.58", "14/3/1958", "3/14/58",
        "14 mar 1958", "14 March 1958", "March 14, 1958", "Mar 14 1958", "14th March 1958", "14 de marzo de 1958",
        "14 marzo 1958", "19580314", "03141958", "١٤/٣/١٩٥٨",
    ],
)  # fmt: skip
def test_birth_date_is_read_as_people_write_it(typed: str) -> None:
    (ask,) = read_asks(typed, TODAY)

    assert ask.births == (BORN,)


def test_month_and_day_that_can_be_either_are_both() -> None:
    assert read_asks("3/4/1958", TODAY) == (Ask(births=BOTH),)


def test_year_of_two_digits_is_the_last_one_that_was() -> None:
    assert read_asks("3/14/25", TODAY)[0].births == (date(2025, 3, 14),)
    assert read_asks("3/14/27", TODAY)[0].births == (date(1927, 3, 14),)


@pytest.mark.parametrize("typed", ["31/31/1958", "2/30/1958", "3/14/2050", "3/14/1700"])
def test_day_that_cannot_be_a_birth_is_no_birth(typed: str) -> None:
    assert all(not ask.births for ask in read_asks(typed, TODAY))


def test_birth_date_beside_a_name_leaves_the_name() -> None:
    assert read_asks("rosa 3/14/1958", TODAY) == (Ask(births=(BORN,)), Ask(word="rosa"))


@pytest.mark.parametrize("typed", ["555-010-0142", "(555) 010-0142", "+1 555 010 0142", "5550100142", "555.010.0142"])
def test_telephone_is_its_last_ten_digits(typed: str) -> None:
    (ask,) = read_asks(typed, TODAY)

    assert ask.phone == "5550100142"


@pytest.mark.parametrize(
    ("typed", "number"), [("MRN-p1", "mrnp1"), ("00 418 227", "00418227"), ("1EG4-TE5-MK72", "1eg4te5mk72")]
)
def test_number_is_read_without_blanks_and_signs(typed: str, number: str) -> None:
    (ask,) = read_asks(typed, TODAY)

    assert ask.number == number


def test_name_that_holds_digits_is_both() -> None:
    assert read_asks("abbott774", TODAY) == (Ask(word="abbott774", number="abbott774"),)


@pytest.mark.parametrize("typed", ["", " ", "a", "a b", "7", "12", "'", "\x00", "%", "_", "\u0301\u0301", "- / ,"])
def test_too_little_asks_for_nobody(typed: str) -> None:
    assert read_asks(typed, TODAY) == ()


def test_more_pieces_than_anybody_needs_are_left_away() -> None:
    assert len(read_asks("one two " * 40, TODAY)) == MOST
