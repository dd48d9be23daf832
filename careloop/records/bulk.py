"""Many rows at once: COPY into a temporary table, then INSERT, since COPY may not enter walled tables.

Rows travel in PostgreSQL's binary form: half the work of the text form on both sides.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

JSONB = 3802
# Up to so many rows are written at once, without the temporary table: as many as a person has numbers.
FEW = 8

# Types of columns by table and columns: types of PostgreSQL's own, the same in every database.
_types: dict[tuple[str, tuple[str, ...]], list[int]] = {}


class JsonText(Dumper):
    """Sends a text (or its UTF-8) that already is JSON to a column of jsonb, digit for digit."""

    format = Format.BINARY
    oid = JSONB

    def dump(self, obj: str | bytes) -> bytes:
        """Return the text behind the number of the format."""
        return b"\x01" + (obj.encode() if isinstance(obj, str) else obj)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]], suffix: str = "") -> int:
    """Insert rows into a table and return how many; ``suffix`` ends the INSERT (ON CONFLICT ...).

    Names of tables and columns are the caller's own words, never input. JSON comes as its text.
    """
    names = ", ".join(columns)
    begin = list(islice(rows := iter(rows), FEW + 1))
    if len(begin) <= FEW:
        return _insert(f"INSERT INTO {table} ({names})", len(columns), begin, suffix) if begin else 0
    staged = f"staged_{table}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {staged} ON COMMIT DELETE ROWS AS"
            f" SELECT {names} FROM {table} WITH NO DATA; DELETE FROM {staged}"
        )
        types = _find_types(staged, tuple(columns))
        cursor.adapters.register_dumper(None, JsonText)
        # The way of every other statement: what goes wrong (a full disk) is known by Django's name, wherever it is met.
        copying = cursor.copy(f"COPY {staged} ({names}) FROM STDIN (FORMAT binary)")
        with connection.wrap_database_errors, copying as copy:
            copy.set_types(types)
            for row in chain(begin, rows):
                copy.write_row(row)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged} {suffix}")
        return int(cursor.rowcount)


def _insert(sql: str, width: int, rows: Sequence[Sequence[object]], suffix: str) -> int:
    """Insert a few rows in one statement: going through a temporary table takes four."""
    places = ", ".join([f"({', '.join(['%s'] * width)})"] * len(rows))
    values: list[Any] = [value for row in rows for value in row]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} VALUES {places} {suffix}", values)
        return int(cursor.rowcount)


def _find_types(staged: str, columns: tuple[str, ...]) -> list[int]:
    if (staged, columns) not in _types:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(columns)} FROM {staged} WHERE false")
            _types[(staged, columns)] = [column.type_code for column in cursor.description]
    return _types[(staged, columns)]
