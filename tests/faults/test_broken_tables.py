"""A table of patients cut at any byte, or with a bit of any byte turned, brings in no row by half and none twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from careloop.actions.people import make_team
from careloop.cli.patient_files import _read_table, _take_in
from careloop.facts.receipts import Receipt
from tests.actions.look import ask, broken_invariants
from tests.faults.test_broken_files import taken_back
from tests.people import system

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

# The last column is one that may be shorter: only there a cut row can look like a whole one.
TABLE = """patient_id,family,given,birth_date,sex,phone,city
p1,Álvarez,Rosa,1958-03-14,f,555-0101,Elm
p2,"O'Hara, Jr",Bo,1990-12-31,m,,"Oak, West"
p3,Núñez,Ada,1961-12-10,f,555-0103,Peña
""".encode()
# In the first row a turned bit makes a column that is not known: that is told, and all rows come without it.
HEAD = TABLE.index(b"\n")
COUNT_EVERY = 50


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    make_team(system(), name="north")
    return tmp_path / "list.csv"


def take(file: Path, raw: bytes) -> Receipt:
    """Take a table in as the command does; a table that cannot be used at all brings nothing."""
    file.write_bytes(raw)
    try:
        return _take_in(file, _read_table(file), team="north", source="csv", dates="iso", dry_run=False)
    except typer.Exit:
        return Receipt()


def look() -> dict[object, tuple[object, ...]]:
    """Return who is kept, by the number in the table: names, birth date, sex, city, texts of the ways to reach."""
    rows = ask(
        "SELECT p.fhir_id, p.family, p.given, p.birth_on::text, p.sex, p.city, r.body->>'telecom'"
        " FROM patient p JOIN resource r ON r.patient_id = p.id AND r.type = 'Patient'"
    )
    found = {row[0]: row[1:] for row in rows}
    assert len(found) == len(rows)
    return found


def test_a_table_cut_at_any_byte_brings_whole_rows_and_the_whole_one_mends_all(file: Path) -> None:
    with taken_back():
        assert take(file, TABLE).created == 3
        clean = look()

    for end in range(len(TABLE)):
        with taken_back():
            receipt = take(file, TABLE[:end])
            kept = look()
            assert receipt.created == len(kept), end
            half = [key for key, row in kept.items() if row != clean[key]]
            # A row that lacks nothing but the end of its last cell comes in, and the command says to look.
            assert len(half) <= 1, end
            assert all(kept[key][:4] == clean[key][:4] and kept[key][5] == clean[key][5] for key in half), end
            assert all(clean[key][4].startswith(str(kept[key][4])) for key in half), end

            assert take(file, TABLE).rejected == [], end
            assert look() == clean, end
            if end % COUNT_EVERY == 0:
                assert broken_invariants() == {}, end


def test_a_table_with_a_turned_bit_brings_each_row_once_or_tells_it(file: Path) -> None:
    with taken_back():
        take(file, TABLE)
        clean = look()

    for at in range(len(TABLE)):
        turned = TABLE[:at] + bytes([TABLE[at] ^ (1 << at * 3 % 8)]) + TABLE[at + 1 :]
        with taken_back():
            receipt = take(file, turned)
            kept = look()
            assert receipt.created == len(kept) <= 4, at
            same = [key for key, row in kept.items() if row == clean.get(key)]
            assert at < HEAD or len(kept) - len(same) <= 2, at

            mended = take(file, TABLE)
            found = look()
            told = {line.path.partition(",")[0] for line in mended.rejected}
            assert len([key for key, row in clean.items() if found.get(key) == row]) + len(told) >= 3, at
            # What a turned number made is another person, and stays for people to compare.
            assert len(found) <= 3 + len(kept.keys() - clean.keys()), at
            if at % COUNT_EVERY == 0:
                assert broken_invariants() == {}, at
