"""Crisis: which numbers stand first, and what cannot be written down."""

from datetime import date

import pytest

from careloop.basics.refusals import Refusal
from careloop.catalog.crisis import load_crisis_numbers, read_crisis_numbers
from careloop.catalog.tables import KnowledgeError
from careloop.facts.crisis import Checked, CrisisDraft, CrisisKind, CrisisNumber
from careloop.rules.crisis import MOST_NAME, check_number, check_report, for_region

US = CrisisNumber("a", "us", "1", "x", Checked.SECONDARY, date(2026, 1, 1), ())
NY = CrisisNumber("b", "us-ny", "2", "x", Checked.SECONDARY, date(2026, 1, 1), ())


@pytest.mark.parametrize(("state", "found"), [("", ["a"]), ("NY", ["a", "b"]), (" ny ", ["a", "b"]), ("OH", ["a"])])
def test_the_numbers_of_the_country_come_first_and_those_of_another_state_not_at_all(
    state: str, found: list[str]
) -> None:
    assert [one.key for one in for_region([NY, US], state)] == found


def test_every_number_says_whence_and_when_and_for_every_kind_there_is_one() -> None:
    numbers = load_crisis_numbers()
    assert all(one.source and one.checked_on >= date(2026, 1, 1) for one in numbers)
    assert {kind for one in numbers for kind in one.kinds} == set(CrisisKind)
    assert numbers[0].number == "911"


def test_a_file_that_is_wrong_is_refused_with_its_row(tmp_path: object) -> None:
    file = tmp_path / "crisis.toml"  # type: ignore[operator]
    row = '[[number]]\nkey = "a"\nregion = "us"\nnumber = "none"\nsource = "x"\nchecked = "official"\nkinds = []\n'
    file.write_text('confidence = "unverified"\n' + row + "checked_on = 2026-01-01\n")
    with pytest.raises(KnowledgeError, match="a number has digits"):
        read_crisis_numbers(file)


def test_a_report_says_what_happened_and_without_a_record_to_whom() -> None:
    said = CrisisDraft(CrisisKind.OTHER, " He fell. ", "", about=" A caller ")
    assert check_report(said, has_record=False).about == "A caller"
    assert check_report(said, has_record=True).about == ""
    for words, about in ((" ", "x"), ("x" * 2001, "x"), ("x", " ")):
        with pytest.raises(Refusal):
            check_report(CrisisDraft(CrisisKind.OTHER, words, "", about=about), has_record=False)


def test_a_number_of_the_clinic_has_a_name_and_digits() -> None:
    assert check_number(" On  call ", "555 0100", "") == ("On call", "555 0100", "")
    for name, number in (("", "1"), ("x", "none"), ("x" * (MOST_NAME + 1), "1")):
        with pytest.raises(Refusal):
            check_number(name, number, "")
