"""``careloop import patients``: what it prints, how it ends, and that a second time changes nothing."""

from pathlib import Path

import pytest

from tests.actions.look import ask, ask_one
from tests.cli.conftest import Call
from tests.people import House

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

HEAD = "MRN,Last name,First name,Date of birth,City"
ROWS = ["A1,Álvarez,Rosa,1958-03-14,Elm", "A2,Lovelace,Ada,1961-12-10,Elm"]


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-20T10:00:00-05:00")


def write(folder: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    file = folder / name
    file.write_text("\n".join([head, *rows]) + "\n", encoding=encoding)
    return file


def people() -> list[tuple[object, ...]]:
    return ask("SELECT family, given, birth_on::text, city, source, version FROM patient ORDER BY family")


def test_patients_come_in_once_and_a_changed_row_changes_the_patient(call: Call, house: House, tmp_path: Path) -> None:
    file = write(tmp_path, *ROWS)

    ran = call("import", "patients", file, "--json", "--team", "north")

    assert ran.code == 0
    assert ran.json() == {
        "schema": "careloop.import_patients.1", "dry_run": False, "files": 1, "encoding": "utf-8", "delimiter": ",",
        "not_taken": [], "last_row_may_be_cut": False, "patients": 2,
        "created": 2, "updated": 0, "unchanged": 0, "linked": 0, "review": 0,
        "rejected": [],
    }  # fmt: skip
    first = people()
    assert [row[0] for row in first] == ["Lovelace", "Álvarez"]
    assert ask_one("SELECT DISTINCT unit_id FROM patient") == house.north

    assert call("import", "patients", file, "--json").json()["unchanged"] == 2
    assert people() == first
    write(tmp_path, ROWS[0], ROWS[1].replace("Elm", "Oak"))
    assert call("import", "patients", file, "--json").json()["updated"] == 1
    assert [row[3] for row in people()] == ["Oak", "Elm"]


def test_what_is_refused_is_told_by_row_and_column_and_the_rest_comes_in(
    call: Call, house: House, tmp_path: Path
) -> None:
    file = write(tmp_path, ROWS[0], "A3,Kim,Bo,31/12/1990,Elm", ",Kim,Bo,1990-12-31,Elm", ROWS[1])

    ran = call("import", "patients", file, "--json")

    told = ran.json()
    assert ran.code == 5
    assert told["created"] == 2
    assert [(r["row"], r["column"]) for r in told["rejected"]] == [(3, "birth_date"), (4, "mrn")]
    assert all(r["file"] == str(file) and r["why"] and r["fix"] for r in told["rejected"])
    assert ask_one("SELECT count(*) FROM inbox WHERE state = 'rejected'") == 2
    assert "row 3, birth_date" in call("import", "patients", file).out


def test_a_dry_run_keeps_nothing(call: Call, house: House, tmp_path: Path) -> None:
    ran = call("import", "patients", write(tmp_path, *ROWS, "A3,Kim,Bo,31/12/1990,Elm"), "--dry-run", "--json")

    assert (ran.code, ran.json()["created"], ran.json()["dry_run"]) == (5, 2, True)
    assert people() == []
    assert ask_one("SELECT count(*) FROM inbox") == 0


@pytest.mark.parametrize(
    ("encoding", "delimiter", "read_as"),
    [("utf-8-sig", ",", "utf-8-sig"), ("cp1252", ";", "cp1252"), ("utf-8", "\t", "utf-8"), ("utf-8", "|", "utf-8")],
)
def test_how_the_file_is_written_is_found_out(
    call: Call, house: House, tmp_path: Path, encoding: str, delimiter: str, read_as: str
) -> None:
    rows = [row.replace(",", delimiter) for row in ROWS]
    file = write(tmp_path, *rows, head=HEAD.replace(",", delimiter), encoding=encoding)

    told = call("import", "patients", file, "--json").json()

    assert (told["encoding"], told["delimiter"], told["created"]) == (read_as, delimiter, 2)
    assert [row[0] for row in people()] == ["Lovelace", "Álvarez"]


def test_windows_1252_is_said_to_a_person(call: Call, house: House, tmp_path: Path) -> None:
    assert "Windows-1252" in call("import", "patients", write(tmp_path, *ROWS, encoding="cp1252")).err


@pytest.mark.parametrize(
    ("head", "encoding", "options"),
    [
        ("MRN,Shoe", "utf-8", ()),
        (HEAD, "utf-16", ()),
        (HEAD, "utf-8", ("--dates", "stars")),
        (HEAD, "utf-8", ("--source", "here")),
        (HEAD, "utf-8", ("--source", "Two Words")),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_says_why(
    call: Call, tmp_path: Path, head: str, encoding: str, options: tuple[str, ...]
) -> None:
    ran = call("import", "patients", write(tmp_path, head=head, encoding=encoding), *options)

    assert ran.code == 2
    assert len(ran.err.splitlines()) >= 2


def test_a_file_that_is_not_there_ends_with_2(call: Call, tmp_path: Path) -> None:
    assert call("import", "patients", tmp_path / "none.csv").code == 2


def test_quotes_that_never_close_end_the_reading_and_are_told(call: Call, house: House, tmp_path: Path) -> None:
    ran = call("import", "patients", write(tmp_path, *ROWS, 'A3,"Kim,Bo,1990-12-31,Elm'), "--json")

    assert (ran.code, ran.json()["created"]) == (5, 2)
    assert [r["row"] for r in ran.json()["rejected"]] == [4]


def test_a_long_table_that_broke_off_ends_the_same_when_it_is_brought_again(
    call: Call, house: House, tmp_path: Path
) -> None:
    rows = [f"N{n},Name{n:04},Ann,1960-01-{n % 28 + 1:02},Elm" for n in range(450)]
    call("import", "patients", write(tmp_path, *rows[:230]))

    told = call("import", "patients", write(tmp_path, *rows), "--json").json()

    assert (told["created"], told["unchanged"], told["review"]) == (220, 230, 0)
    assert ask_one("SELECT count(*) FROM patient") == 450
    assert ask_one("SELECT count(*) FROM recheck") == 450


def test_patients_of_a_second_source_are_linked_or_laid_before_people(call: Call, house: House, tmp_path: Path) -> None:
    head = HEAD + ",SSN"
    here = write(tmp_path, ROWS[0] + ",123-45-6780", ROWS[1] + ",", head=head)
    there = write(
        tmp_path, "B1,Alvarez,Rosa,1958-03-14,,123456780", "B2,Lovelace,Ada,1961-12-10,,", head=head, name="b"
    )
    call("import", "patients", here, "--team", "north")

    told = call("import", "patients", there, "--team", "north", "--source", "clinic-b", "--json").json()
    again = call("import", "patients", there, "--team", "north", "--source", "clinic-b", "--json").json()

    assert (told["created"], told["linked"], told["review"]) == (2, 1, 1)
    assert (again["unchanged"], again["linked"], again["review"]) == (2, 0, 0)
    assert ask("SELECT how, linked_at IS NOT NULL FROM person_link") == [("rule", True)]
    assert ask_one("SELECT count(*) FROM loop WHERE check_name = 'same_person'") == 1


def test_a_formula_is_kept_as_text(call: Call, house: House, tmp_path: Path) -> None:
    call("import", "patients", write(tmp_path, "A1,=cmd(),Rosa,1958-03-14,@Elm"))

    assert people()[0][:4] == ("'=cmd()", "Rosa", "1958-03-14", "'@Elm")
