"""Tables of the directory: columns by their usual names, rows as drafts, and what is wrong by row and column."""

from decimal import Decimal

import pytest

from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy, TableRow
from careloop.formats.directory_table import COLUMNS, read_directory_table, read_draft
from careloop.formats.patient_table import UnusableTable

HEAD = "Type,Name,Specialty,Languages,Plans,New patients,Send referrals by,Typical wait,Lat,Lon,Color"


def read(*rows: str, head: str = HEAD) -> tuple[TableRow, ...]:
    return read_directory_table("\n".join([head, *rows]).encode()).rows


def test_a_row_becomes_an_entry_and_columns_that_are_not_taken_are_told() -> None:
    cells = (
        "Doctor,Dr. Ana Ríos,Cardiology;Heart failure,English | Español,Senior plan; Gold,yes,fax,14,33.45,-112.07,red"
    )
    table = read_directory_table(f"{HEAD}\r\n{cells}\r\n".encode("utf-8-sig"))

    draft, wrong = read_draft(table.rows[0], None)

    assert wrong == ()
    assert draft == EntryDraft(
        EntryKind.PRACTITIONER, "Dr. Ana Ríos", specialties=("Cardiology", "Heart failure"), languages=("en", "es"),
        networks=("Senior plan", "Gold"), accepts_new=True, referral_by=ReferralBy.FAX, wait_days=14,
        latitude=Decimal("33.45"), longitude=Decimal("-112.07"),
    )  # fmt: skip
    assert table.unknown == ("Color",)


def test_only_columns_that_are_there_are_said() -> None:
    (row,) = read("service,Pantry", head="kind,name")
    base = EntryDraft(EntryKind.SERVICE, "Old name", phone="555-0100", accepts_new=False)

    draft, _wrong = read_draft(row, base)

    assert (draft.name, draft.phone, draft.accepts_new) == ("Pantry", "555-0100", False)


def test_an_empty_cell_says_that_it_is_not_known() -> None:
    (row,) = read("service;Pantry;", head="kind;name;new patients")

    draft, wrong = read_draft(row, EntryDraft(EntryKind.SERVICE, "Pantry", accepts_new=False))

    assert (draft.accepts_new, wrong) == (None, ())


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("spaceship,Name,,,,,,,,,", "kind"),
        (",Name,,,,,,,,,", "kind"),
        ("site,,,,,,,,,,", "name"),
        ("site,Name,,,,perhaps,,,,,", "accepts_new"),
        ("site,Name,,,,,pigeon,,,,", "referral_by"),
        ("site,Name,,,,,,soon,,,", "wait_days"),
        ("site,Name,,,,,,,north,,", "latitude"),
        ("site,Name,,,,,,,NaN,,", "latitude"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column_with_how_to_mend_it(cells: str, column: str) -> None:
    (row,) = read(cells)

    _draft, wrong = read_draft(row, None)

    assert [(one.row, one.column) for one in wrong] == [(2, column)]
    assert wrong[0].why
    assert wrong[0].fix


@pytest.mark.parametrize(
    "raw",
    [b'"kind,name\nsite,Pier\n', b'{"type":"a","name":"b"}', b"kind," + b"x" * 40_000, b'kind,"name" x\nsite,Pier'],
)
def test_a_first_row_that_cannot_be_parted_is_told_and_no_fault(raw: bytes) -> None:
    with pytest.raises(UnusableTable) as no:
        read_directory_table(raw)

    assert "cannot be parted" in no.value.why
    assert no.value.fix


def test_a_row_that_breaks_off_is_told_with_its_number() -> None:
    table = read_directory_table(b'kind,name\nsite,"Pier\nsite,Quay\n')

    assert table.rows == ()
    assert [(one.row, one.why) for one in table.problems] == [(2, "cannot be parted into cells")]


@pytest.mark.parametrize(
    ("head", "cells", "says"),
    [
        ("Street,City,State,Zip", "1 Elm St,Juniper,NY,14850", "1 Elm St, Juniper, NY 14850"),
        ("address,suite", "1 Elm St,", "1 Elm St"),
        ("city,zip", "Juniper,14850", "Juniper, 14850"),
        ("state", "NY", "NY"),
        ("zip", "", ""),
    ],
)
def test_parts_of_an_address_are_one_line(head: str, cells: str, says: str) -> None:
    (row,) = read(f"site,Pier,{cells}", head=f"kind,name,{head}")

    assert read_draft(row, EntryDraft(EntryKind.SITE, "Pier", address="before"))[0].address == says


def test_formulas_stay_text() -> None:
    (row,) = read('site,"=HYPERLINK(""http://x"")",,,,,,,,,')

    assert read_draft(row, None)[0].name.startswith("'=")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"name\nA", "kind"),
        (b"kind\nsite", "name"),
        (b"kind,name,Name\nsite,a,b", "two columns"),
        ("kind,name\n".encode("utf-16"), "UTF-8"),
        (b"", "kind"),
    ],
)
def test_a_table_whose_first_row_does_not_say_enough_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(UnusableTable) as no:
        read_directory_table(text)

    assert says in f"{no.value.why} {no.value.fix}"


def test_rows_that_cannot_be_parted_are_told_and_those_before_are_read() -> None:
    table = read_directory_table(b'kind,name\nsite,One\nsite,"Two\n')
    wide = read_directory_table(b"kind,name\nsite,One,more\nsite,Two\n")

    assert [row.number for row in table.rows] == [2]
    assert [one.row for one in table.problems] == [3]
    assert ([row.number for row in wide.rows], [one.row for one in wide.problems]) == ([3], [2])


def test_old_spreadsheets_are_read() -> None:
    (row,) = read_directory_table("kind,name\nsite,Clínica".encode("cp1252")).rows

    assert row.cells["name"] == "Clínica"


def test_no_spelling_stands_for_two_columns() -> None:
    spellings = [one for names in COLUMNS.values() for one in names]

    assert len(spellings) == len(set(spellings))
