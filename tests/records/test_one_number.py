"""A number is written in many ways: the database compares as the rules do. Who shuts and who takes up never miss."""

import pytest

from careloop.rules.outbox import fold_phone, is_same_number
from tests.records.plant import Plant

WRITINGS = (
    "(555) 010-0142", "555-010-0142", "5550100142", "15550100142", "+1 555 010 0142", "+1.555.010.0142",
    " 555/010/0142",
    "555-0101", "055 010 0142", "155 010 0142", "1155 010 0142", "+44 20 7946 0018", "+4420", "+123", "++1555", "", "+",
    "call me", "555 010 0142 x3", "555\u00a0010\u20090142", "2125550142", "+1 212 555 0142", "+1 112 555 0142",
)  # fmt: skip


@pytest.mark.parametrize("one", WRITINGS)
def test_the_database_folds_as_the_rules_do(owner: Plant, one: str) -> None:
    assert owner.value("SELECT folded_phone(%s)", one) == fold_phone(one)


def test_the_database_compares_as_the_rules_do(owner: Plant) -> None:
    for one in WRITINGS:
        for other in WRITINGS:
            found = owner.value("SELECT is_same_number(%s, %s)", one, other)
            assert found == is_same_number(one, other), (one, other)
