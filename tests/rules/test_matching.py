"""Which records are linked, which are asked about, and which are left apart: tables, and many invented pairs."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from bench.pairs import KINDS, SSN, make_pairs
from careloop.facts.chart import Sex
from careloop.facts.intake import IdentifierColumns
from careloop.facts.matching import Candidate, Description, Verdict
from careloop.rules.matching import (
    compare,
    decide,
    is_filler,
    make_keys,
    make_plain,
    make_print,
    make_turns,
    turn_birth,
)

SAME, ASK, OTHER = Verdict.SAME, Verdict.ASK, Verdict.OTHER
BORN = date(1958, 3, 4)
PAIRS, SEED = 100_000, 7


def number(kind: str = "SS", value: str = "123-45-6780", system: str = SSN) -> IdentifierColumns:
    return IdentifierColumns(system, value, kind)


def who(
    given: str = "Rosa", family: str = "Álvarez", *ids: IdentifierColumns, born: date | None = BORN,
    source: str = "fhir", sex: Sex = Sex.UNKNOWN, suffix: str = "",
) -> Description:  # fmt: skip
    whole = f"{given} {family} {suffix}".strip()
    return Description(source, family, given, whole, born, sex, ids)


ROSA = who("Rosa", "Álvarez", number())
MEMBER = number("MB", "W12345678", "urn:plan")
FAMILY = who("Rosa", "Alvarez", MEMBER)


def there(given: str, family: str, *ids: IdentifierColumns, **more: object) -> Description:
    return who(given, family, *(ids or (number(),)), source="south", **more)  # type: ignore[arg-type]


# One record against another: what must come of it, and why it stands in the table.
TABLE = [
    ("same in all", ROSA, there("Rosa", "Álvarez"), SAME),
    ("accents and case", ROSA, there("ROSA", "ALVAREZ"), SAME),
    ("number without hyphens", ROSA, there("Rosa", "Alvarez", number(value="123456780")), SAME),
    ("changed family name", ROSA, there("Rosa", "Okafor"), SAME),
    ("one of two family names", ROSA, there("Rosa", "Alvarez García"), SAME),
    ("swapped names", ROSA, there("Alvarez", "Rosa"), SAME),
    ("a second given name", ROSA, there("Rosa María", "Alvarez"), SAME),
    ("a middle initial", ROSA, there("Rosa M.", "Alvarez"), SAME),
    ("short name", who("Robert", "Lee", number()), there("Bob", "Lee"), SAME),
    ("short name of many", who("Christine", "Lee", number()), there("Chris", "Lee"), ASK),
    ("a second name alone", who("Ana Rosa", "Lee", number()), there("Rosa", "Lee"), ASK),
    ("given names turned", who("Ana Rosa", "Lee", number()), there("Rosa Ana", "Lee"), SAME),
    ("only an initial", ROSA, there("R.", "Alvarez"), ASK),
    ("no given name", ROSA, there("", "Alvarez"), ASK),
    ("twin under the number", ROSA, there("Ana", "Alvarez"), ASK),
    ("newborn under the number", ROSA, there("Baby Girl", "Alvarez"), ASK),
    ("day and month swapped", ROSA, there("Rosa", "Alvarez", born=date(1958, 4, 3)), ASK),
    ("another birth date", ROSA, there("Rosa", "Alvarez", born=date(1958, 3, 5)), ASK),
    ("no birth date", ROSA, there("Rosa", "Alvarez", born=None), ASK),
    ("one source", ROSA, replace(there("Rosa", "Alvarez"), source="fhir"), ASK),
    ("other sex", who("Rosa", "Alvarez", number(), sex=Sex.FEMALE), there("Rosa", "Alvarez", sex=Sex.MALE), ASK),
    ("Jr and Sr", who("John", "Lee", number(), suffix="Jr"), there("John", "Lee", suffix="Sr."), ASK),
    ("Jr in the name", who("John", "Lee Jr", number()), there("John", "Lee", suffix="Sr"), ASK),
    ("record number differs", who("Rosa", "Alvarez", number(), number("MR", "A1234", "urn:n")),
     there("Rosa", "Alvarez", number(), number("MR", "A9999", "urn:n")), ASK),
    ("passport renewed", who("Rosa", "Alvarez", number(), number("PPN", "P1234", "urn:us")),
     there("Rosa", "Alvarez", number(), number("PPN", "P9999", "urn:us")), SAME),
    ("member number, same names", FAMILY, there("Rosa", "Alvarez", MEMBER), SAME),
    ("member number, short name", who("Robert", "Lee", MEMBER), there("Bob", "Lee", MEMBER), ASK),
    ("member number, a second name", FAMILY, there("Rosa Ana", "Alvarez", MEMBER), ASK),
    ("member number, twin", FAMILY, there("Ana", "Alvarez", MEMBER), ASK),
    ("member number, changed family name", FAMILY, there("Rosa", "Okafor", MEMBER), ASK),
    ("name and birth date alone", who(), there("Rosa", "Alvarez", number(value="987-65-4320")), ASK),
    ("name and turned birth date alone", who(), there("Rosa", "Alvarez", born=date(1958, 4, 3)), ASK),
    ("swapped names alone", who(), there("Alvarez", "Rosa"), ASK),
    ("short name alone", who("Christine", "Lee"), there("Chris", "Lee"), ASK),
    ("Jr and Sr alone", who("John", "Lee", suffix="Jr"), there("John", "Lee", suffix="Sr"), OTHER),
    ("name alone", who(), there("Rosa", "Alvarez", born=date(1961, 7, 9)), OTHER),
    ("birth date alone", who(), there("Ana", "Okafor"), OTHER),
    ("twins alone", who(), there("Ana", "Alvarez"), OTHER),
    ("two newborns", who("Baby Boy", "Lee"), there("Baby Boy", "Lee"), OTHER),
    ("two unnamed", who("Unknown", "Unknown"), there("Unknown", "Unknown"), OTHER),
    ("a filler number", who("Rosa", "Lee", number(value="999-99-9999")),
     there("Ana", "Kim", number(value="999999999")), OTHER),
    ("same value in another system", who("Rosa", "Lee", number("MR", "A1234", "urn:n")),
     there("Ana", "Kim", number("MR", "A1234", "urn:s")), OTHER),
    ("a number without a system", who("Rosa", "Lee", number("MR", "A1234", "")),
     there("Ana", "Kim", number("MR", "A1234", "")), OTHER),
    ("a number of no strong kind", who("Rosa", "Lee", number("", "A1234", "urn:n")),
     there("Ana", "Kim", number("", "A1234", "urn:n")), OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "verdict"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_table_of_pairs(one: Description, other: Description, verdict: Verdict) -> None:
    result, turned = compare(one, other), compare(other, one)

    assert result.verdict is verdict
    assert turned == result
    assert bool(result.because) is (verdict is not OTHER)


def candidate(key: int, described: Description, root: int | None = None) -> Candidate:
    return Candidate(UUID(int=key), UUID(int=root or key), described)


def test_the_one_who_fits_is_linked() -> None:
    decision = decide(there("Rosa", "Alvarez"), [candidate(1, ROSA), candidate(2, who("Ana", "Kim"))])

    assert decision.same is not None
    assert decision.same.id == UUID(int=1)
    assert decision.ask == ()


def test_two_who_fit_are_both_asked_about_and_nobody_is_linked() -> None:
    decision = decide(there("Rosa", "Alvarez"), [candidate(1, ROSA), candidate(2, ROSA)])

    assert decision.same is None
    assert [one.id.int for one, _ in decision.ask] == [1, 2]


def test_two_records_that_are_linked_already_count_as_one_person() -> None:
    decision = decide(there("Rosa", "Alvarez"), [candidate(1, ROSA), candidate(2, ROSA, root=1)])

    assert decision.same is not None
    assert decision.ask == ()


def test_a_second_person_with_a_strong_number_in_common_forbids_the_link() -> None:
    both = there("Rosa", "Alvarez", number(), MEMBER)

    decision = decide(both, [candidate(1, ROSA), candidate(2, who("Ana", "Alvarez", MEMBER))])

    assert decision.same is None
    assert len(decision.ask) == 2


def test_a_namesake_is_asked_about_beside_the_link() -> None:
    decision = decide(there("Rosa", "Alvarez"), [candidate(1, ROSA), candidate(2, who())])

    assert decision.same is not None
    assert [one.id.int for one, _ in decision.ask] == [2]


def test_the_keys_are_numbers_birth_dates_both_ways_and_beginnings_of_names() -> None:
    keys = make_keys(who("Rosa María", "de la Cruz", number()))

    assert keys.numbers == ("123456780",)
    assert keys.births == (date(1958, 3, 4), date(1958, 4, 3))
    assert keys.starts == ("cruz", "rosa")


@pytest.mark.parametrize(("one", "other", "verdict"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_whoever_could_be_one_person_shares_a_turn(one: Description, other: Description, verdict: Verdict) -> None:
    assert verdict is OTHER or set(make_turns(one)) & set(make_turns(other))


def test_of_many_invented_pairs_all_that_are_not_left_apart_share_a_turn() -> None:
    for pair in make_pairs(PAIRS // 5, SEED):
        if not set(make_turns(pair.one)) & set(make_turns(pair.other)):
            assert compare(pair.one, pair.other).verdict is OTHER, pair


def test_the_print_of_two_records_is_the_same_both_ways_and_changes_with_the_facts() -> None:
    one, other = ROSA, there("Rosa", "Alvarez")

    assert make_print(one, other) == make_print(other, one)
    assert make_print(one, other) == make_print(one, replace(other, family="ÁLVAREZ"))
    assert make_print(one, other) != make_print(one, replace(other, birth_on=date(1958, 3, 5)))


@pytest.mark.parametrize(
    ("plain", "filler"), [("123456780", False), ("123456789", True), ("000000000", True), ("12", True), ("", True)]
)
def test_what_people_type_because_a_field_wants_a_number(plain: str, *, filler: bool) -> None:
    assert is_filler(plain) is filler


def test_a_number_is_plain_without_signs_blanks_and_case() -> None:
    assert make_plain(" Ab-12 3.4 ") == "ab1234"
    assert make_plain("号码") == "号码"


def test_a_birth_date_is_turned_only_where_there_is_such_a_day() -> None:
    assert turn_birth(date(1958, 3, 4)) == date(1958, 4, 3)
    assert turn_birth(date(1958, 3, 14)) is None
    assert turn_birth(date(1958, 3, 3)) is None
    assert turn_birth(None) is None


def test_of_many_invented_pairs_no_strangers_are_linked_and_most_of_the_same_are() -> None:
    linked = dict.fromkeys(KINDS, 0)
    found = strong = 0
    for pair in make_pairs(PAIRS, SEED):
        result = compare(pair.one, pair.other)
        linked[pair.kind] += result.verdict is SAME
        if pair.is_same:
            strong += result.is_strong
            found += result.verdict is not OTHER

    recall = linked.pop("same") / strong
    assert set(linked.values()) == {0}
    assert recall > 0.75, f"recall {recall:.3f} of {strong}"
    assert found > 0.95 * PAIRS * KINDS["same"] / 100 * 0.98
