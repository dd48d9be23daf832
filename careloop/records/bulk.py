"""Many rows at once: COPY into a temporary table, then INSERT, since COPY may not enter walled tables."""

from collections.abc import Iterable, Sequence

from django.db import connection


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]], suffix: str = "") -> int:
    """Insert rows into a table and return how many; ``suffix`` ends the INSERT (ON CONFLICT ...).

    Names of tables and columns are the caller's own words, never input.
    """
    names = ", ".join(columns)
    staged = f"staged_{table}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {staged} ON COMMIT DELETE ROWS AS"
            f" SELECT {names} FROM {table} WITH NO DATA"
        )
        cursor.execute(f"DELETE FROM {staged}")
        with cursor.copy(f"COPY {staged} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged} {suffix}")
        return int(cursor.rowcount)
