"""Whether a caller is who they say, and when nobody may try any more."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careloop.facts.callers import Given, Known
from careloop.rules.callers import closed_until, fold_code, is_confirmed, same_name

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BORN = date(1958, 3, 14)
KNOWN = Known(BORN, ("+1 (555) 010-0100",), "10001-2345", ("MRN-77",))

GIVEN: list[tuple[Given, bool]] = [
    (Given(), False),
    (Given(birth_on=BORN), False),
    (Given(birth_on=BORN, phone="555 010 0100"), True),
    (Given(postal_code="10001", record_number="mrn-77"), True),
    (Given(birth_on=BORN, phone="555 010 0100", postal_code="99999"), False),
    (Given(birth_on=BORN, phone="555 010 0101"), False),
    (Given(phone="no number", postal_code="none"), False),
    # A wrong code word is not made good.
    (Given(code="maple", birth_on=BORN, phone="555 010 0100"), False),
]


@pytest.mark.parametrize(("given", "expected"), GIVEN)
def test_two_identifiers_confirm_and_a_wrong_one_never_does(given: Given, expected: bool) -> None:
    assert is_confirmed(given, KNOWN, code_is_right=False) is expected


def test_a_code_word_confirms_alone() -> None:
    assert is_confirmed(Given(code="maple"), Known(), code_is_right=True)


def test_nothing_known_confirms_nothing() -> None:
    assert not is_confirmed(Given(phone="x", postal_code="y", record_number=""), Known(), code_is_right=False)


def test_names_and_code_words_are_compared_without_accents_case_and_order() -> None:
    assert same_name("Álvarez, Rosa", "rosa alvarez")
    assert not same_name("", "")
    assert fold_code(" Blue  Máple ") == "bluemaple"


@pytest.mark.parametrize(("minutes", "expected"), [
    ([], None),
    ([1, 2, 3, 4], None),
    ([1, 2, 3, 4, 50], 10),
    ([1, 2, 3, 4, 60], None),
    ([1, 2, 3, 4, 50, 70, 80], 10),
])  # fmt: skip
def test_after_five_wrong_tries_in_an_hour_nobody_tries_until_the_first_is_over(
    minutes: list[int], expected: int | None
) -> None:
    wrong = [AT - timedelta(minutes=one) for one in minutes]

    assert closed_until(wrong, AT) == (None if expected is None else AT + timedelta(minutes=expected))
