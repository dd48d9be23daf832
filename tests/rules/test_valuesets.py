"""Versions of value sets: which is newest, and when two say the same."""

from dataclasses import replace

import pytest

from careloop.facts.measures import ValueSet
from careloop.rules.valuesets import fingerprint, newest_of, sort_version

ONE = ValueSet("2.16.1.1", "20240101", "Visits", "Somebody", frozenset({"sct|1", "sct|2"}))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("20240101", "20250101"),
        ("9", "10"),
        ("1.2.9", "1.10.0"),
        ("", "1"),
        ("1.0", "1.0.1"),
        ("2024-05-02", "2024-10-01"),
    ],
)
def test_versions_are_sorted_as_people_count(older: str, newer: str) -> None:
    assert sort_version(older) < sort_version(newer)


def test_the_newest_of_each_stands_whatever_the_order() -> None:
    newer, other = replace(ONE, version="20250101"), replace(ONE, oid="2.16.1.2")

    assert newest_of([ONE, newer, other]) == newest_of([other, newer, ONE]) == {"2.16.1.1": newer, "2.16.1.2": other}


def test_two_that_say_the_same_have_one_fingerprint() -> None:
    assert fingerprint(ONE) == fingerprint(replace(ONE, codes=frozenset({"sct|2", "sct|1"})))
    for other in (
        replace(ONE, version="2"),
        replace(ONE, name="x"),
        replace(ONE, source="y"),
        replace(ONE, codes=frozenset({"sct|1"})),
    ):
        assert fingerprint(other) != fingerprint(ONE)
