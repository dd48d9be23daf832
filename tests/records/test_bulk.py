"""Many rows at once arrive as few do, and as PostgreSQL itself would have read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DataError, connection, transaction

from careloop.records.bulk import FEW, copy_rows

COLUMNS = ("n", "key", "small", "large", "said", "codes", "amount", "on_day", "at", "raw", "body")
TYPES = ("integer", "uuid", "smallint", "bigint", "text", "text[]", "numeric", "date", "timestamptz", "bytea", "jsonb")

ROWS = (
    (UUID(int=7), 3, 9_000_000_000, "Zoë\t\\N \"x\"", ["a,b", "", "NULL"], Decimal("1.10"), date(1899, 12, 31),
     datetime(2026, 11, 20, 15, 0, 0, 1, UTC), b"\x00\xff\\", '{"b": 1.10, "a": [1E-7, "\\u00e9"]}'),
    (UUID(int=0), -1, -1, "", [], Decimal("-0.000"), date(9999, 12, 31), datetime(1, 1, 2, tzinfo=UTC), b"", "[]"),
    (None, None, None, None, None, None, None, None, None, None),
)  # fmt: skip


@pytest.fixture
def things(db: None) -> None:
    with connection.cursor() as cursor:
        fields = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS, TYPES, strict=True))
        cursor.execute(f"CREATE TEMPORARY TABLE things ({fields}) ON COMMIT DROP")


def _read() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'{name}::text' for name in COLUMNS)} FROM things ORDER BY n")
        return cursor.fetchall()


@pytest.mark.usefixtures("things")
def test_rows_are_the_same_whether_few_or_many_come() -> None:
    many = [(n, *ROWS[n % len(ROWS)]) for n in range(FEW * 3)]
    for row in many:
        assert copy_rows("things", COLUMNS, [row]) == 1
    one_by_one = _read()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM things")

    assert copy_rows("things", COLUMNS, iter(many)) == len(many)
    assert _read() == one_by_one


@pytest.mark.usefixtures("things")
def test_numbers_and_json_keep_their_digits() -> None:
    copy_rows("things", COLUMNS, [(n, *ROWS[0]) for n in range(FEW + 1)])

    assert {(row[6], row[10]) for row in _read()} == {("1.10", '{"a": [0.0000001, "é"], "b": 1.10}')}


@pytest.mark.usefixtures("things")
def test_a_second_copy_in_one_transaction_brings_nothing_of_the_first() -> None:
    for start in (0, 100):
        assert copy_rows("things", COLUMNS, [(start + n, *ROWS[1]) for n in range(FEW + 2)]) == FEW + 2

    assert len(_read()) == 2 * (FEW + 2)


@pytest.mark.usefixtures("things")
def test_no_rows_are_no_work() -> None:
    assert copy_rows("things", COLUMNS, []) == 0


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("count", [1, FEW + 1])
def test_what_the_database_refuses_has_the_same_name_whether_few_or_many_come(count: int) -> None:
    with pytest.raises(DataError), transaction.atomic():
        copy_rows("things", ("n", "body"), [(n, "{") for n in range(count)])

    assert _read() == []
