"""Tables of patients: headers by their usual names, rows as patients, problems by row and column."""

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis.strategies import lists, text

from careloop.facts.chart import Sex
from careloop.facts.intake import Package, PatientColumns
from careloop.formats.cells import FORMULA, defuse, take_cell
from careloop.formats.patient_table import (
    COLUMNS,
    Origin,
    UnusableTable,
    find_delimiter,
    read_header,
    read_rows,
)

ON = date(2026, 11, 20)
HEAD = "mrn,last name,First Name,DOB"


def read(content: str, dates: str = "iso", source: str = "csv") -> Package:
    rows = list(csv.reader(StringIO(content)))
    return read_rows(read_header(rows[0]), list(enumerate(rows[1:], 2)), Origin(source, dates, ON), {})


def patient(content: str, **more: str) -> PatientColumns:
    package = read(content, **more)
    assert package.rejected == ()
    (resource,) = package.resources
    assert resource.patient is not None
    return resource.patient


def problems(content: str, **more: str) -> list[tuple[str, str]]:
    return [(p.path, p.why) for one in read(content, **more).rejected for p in one.problems]


def test_a_whole_row_is_a_whole_patient() -> None:
    head = (
        "MRN,MRN System,SSN,Member ID,Last Name,First Name,Middle Name,Suffix,Nickname,Date of Birth,Gender,Language,"
        "Needs interpreter,Home phone,Cell,E-mail,Address 1,Apt,City,State,ZIP,Country"
    )
    row = (
        "A-17,urn:north,123-45-6780,W1,Álvarez,Rosa,M.,Jr,Rosie,1958-03-14,F,Spanish,yes,+1 555 0100,555 0101,"
        "rosa@example.org,12 Elm St,4B,Elm,MA,01001,US"
    )

    rosa = patient(f"{head}\n{row}")

    assert (rosa.family, rosa.given, rosa.full_name) == ("Álvarez", "Rosa M.", "Rosa M. Álvarez Jr")
    assert (rosa.preferred_name, rosa.birth_on, rosa.sex) == ("Rosie", date(1958, 3, 14), Sex.FEMALE)
    assert (rosa.languages, rosa.needs_interpreter) == (("es",), True)
    assert [(i.system, i.value, i.type_code) for i in rosa.identifiers] == [
        ("urn:north", "A-17", "MR"),
        ("urn:careloop:csv:member", "W1", "MB"),
        ("http://hl7.org/fhir/sid/us-ssn", "123-45-6780", "SS"),
    ]
    assert [(c.value, c.use) for c in rosa.contacts] == [
        ("555 0101", "mobile"), ("+1 555 0100", "home"), ("rosa@example.org", "home"),
    ]  # fmt: skip
    assert (rosa.address_lines, rosa.city, rosa.postal_code) == (("12 Elm St", "4B"), "Elm", "01001")


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_is_known_by_each_of_its_names(name: str) -> None:
    for spelling in COLUMNS[name]:
        others = [c for c in ("mrn", "family", "given", "birth_date") if c != name]
        if name == "name":
            others = ["mrn", "birth_date"]
        header = read_header([spelling.upper(), *others])

        assert header.places[name] == 0


def test_no_name_stands_for_two_columns() -> None:
    spelled = [spelling for spellings in COLUMNS.values() for spelling in spellings]

    assert len(spelled) == len(set(spelled))
    assert all("".join(c for c in one if c.isalnum()) == one for one in spelled)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (["family", "given", "dob"], "number"),
        (["mrn", "family", "dob"], "name"),
        (["mrn", "family", "given"], "birth date"),
        (["mrn", "last", "surname", "given", "dob"], "two columns"),
        ([], "number"),
    ],
)
def test_a_header_that_does_not_say_enough_is_not_used(head: list[str], why: str) -> None:
    with pytest.raises(UnusableTable, match=why):
        read_header(head)


def test_columns_that_are_not_known_are_named() -> None:
    assert read_header(["mrn", "family", "given", "dob", "Shoe size", ""]).unknown == ("Shoe size",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_parts_the_cells_is_found_out(delimiter: str) -> None:
    assert find_delimiter(delimiter.join(["mrn", '"last, or family"', "given", "dob"])) == delimiter


@pytest.mark.parametrize(
    ("dates", "written", "day"),
    [
        ("iso", "1958-03-04", date(1958, 3, 4)),
        ("iso", "1958-03-04T00:00:00", date(1958, 3, 4)),
        ("mdy", "3/4/1958", date(1958, 3, 4)),
        ("dmy", "04.03.1958", date(1958, 3, 4)),
    ],
)
def test_days_are_read_as_the_option_says(dates: str, written: str, day: date) -> None:
    assert patient(f"{HEAD}\nA1,Lee,Ann,{written}", dates=dates).birth_on == day


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("A1,Lee,Ann,03/04/1958", "row 2, birth_date"),
        ("A1,Lee,Ann,1958-02-30", "row 2, birth_date"),
        ("A1,Lee,Ann,2058-02-01", "row 2, birth_date"),
        ("A1,Lee,Ann,1058-02-01", "row 2, birth_date"),
        ("A1,Lee,Ann,", "row 2, birth_date"),
        (",Lee,Ann,1958-02-01", "row 2, mrn"),
        ("A1,,,1958-02-01", "row 2, family"),
        ("A1,Lee,Ann,1958-02-01,more", "row 2"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(row: str, place: str) -> None:
    assert [path for path, _why in problems(f"{HEAD}\n{row}")] == [place]


@pytest.mark.parametrize(
    ("column", "word"), [("sex", "pink"), ("language", "Klingon tongue"), ("interpreter", "maybe"), ("email", "rosa")]
)
def test_words_that_are_not_known_are_told(column: str, word: str) -> None:
    assert [p for p, _ in problems(f"{HEAD},{column}\nA1,Lee,Ann,1958-02-01,{word}")] == [f"row 2, {column}"]


def test_a_number_that_comes_twice_is_told() -> None:
    found = problems(f"{HEAD}\nA1,Lee,Ann,1958-02-01\nA2,Kim,Bo,1958-02-01\nA1,Lee,Anna,1958-02-01")

    assert found == [("row 4", "has the number of row 2 again")]


def test_a_whole_name_in_one_column_says_which_is_the_family_name() -> None:
    head = "mrn,name,dob"

    assert patient(f'{head}\nA1,"Lee, Ann",1958-02-01').family == "Lee"
    assert [p for p, _ in problems(f"{head}\nA1,Ann Lee,1958-02-01")] == ["row 2, name"]


def test_the_same_row_is_the_same_resource_and_another_number_another() -> None:
    one, again = (read(f"{HEAD}\nA1,Lee,Ann,1958-02-01").resources[0] for _ in range(2))
    other = read(f"{HEAD}\nA2,Lee,Ann,1958-02-01").resources[0]

    assert (one.fhir_id, one.sha256) == (again.fhir_id, again.sha256)
    assert one.fhir_id != other.fhir_id
    assert read("patient id,family,given,dob\np-7,Lee,Ann,1958-02-01").resources[0].fhir_id == "p-7"


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("\t=1+1", "'=1+1"),
        ("\r=1+1", "'=1+1"),
        ("'=1+A1", "'=1+A1"),
        ("+1 (555) 0100", "+1 (555) 0100"),
        ("'+1 555 0100", "+1 555 0100"),
        ("-", ""),
        ("O'Brien", "O'Brien"),
        ("  Ann   Lee ", "Ann Lee"),
        ("a\x00b", "ab"),
    ],
)
def test_a_formula_comes_in_as_text(cell: str, taken: str) -> None:
    assert take_cell(cell) == taken


@given(text())
def test_no_cell_that_we_write_begins_a_formula_and_reading_changes_it_no_more(cell: str) -> None:
    assert not defuse(cell).startswith(FORMULA)
    assert take_cell(take_cell(cell)) == take_cell(cell)


@given(lists(lists(text(max_size=12), max_size=6), max_size=6))
def test_any_cells_give_patients_or_problems_and_never_a_fault(rows: list[list[str]]) -> None:
    header = read_header(["mrn", "family", "given", "dob"])

    package = read_rows(header, list(enumerate(rows, 2)), Origin("csv", "iso", ON), {})

    assert len(package.resources) + len(package.rejected) == len(rows)
