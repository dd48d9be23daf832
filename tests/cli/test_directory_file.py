"""``careloop import directory``: what it prints, how it ends, and that a second time changes nothing."""

from pathlib import Path

import pytest

from tests.actions.look import ask
from tests.cli.conftest import Call
from tests.people import House

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

TABLE = "kind,name,site,wait,color\nsite,Pier,,,red\nservice,Rides,Pier,2,blue\nservice,Meals,Quay,,\nsite,Elm,,soon,\n"


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-20T10:00:00-05:00")


def entries() -> list[tuple[object, ...]]:
    return ask("SELECT name, kind, wait_days, source, version FROM directory_entry ORDER BY name")


def test_rows_come_in_once_and_what_is_refused_is_told_by_row_and_column(
    call: Call, house: House, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(TABLE)

    ran = call("import", "directory", file, "--json", "--source", "county")

    told = ran.json()
    assert ran.code == 5
    assert {key: told[key] for key in ("schema", "dry_run", "not_taken", "added", "changed", "unchanged", "kept")} == {
        "schema": "careloop.import_directory.1", "dry_run": False, "not_taken": ["color"], "added": 2, "changed": 0,
        "unchanged": 0, "kept": 0,
    }  # fmt: skip
    assert [(one["row"], one["column"]) for one in told["rejected"]] == [(4, "site"), (5, "wait_days")]
    assert entries() == [("Pier", "site", None, "table:county", 1), ("Rides", "service", 2, "table:county", 1)]

    again = call("import", "directory", file, "--json", "--source", "county").json()
    assert (again["added"], again["unchanged"]) == (0, 2)
    assert [row[4] for row in entries()] == [1, 1]


def test_a_trial_keeps_nothing_and_says_so(call: Call, house: House, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(TABLE)

    ran = call("import", "directory", file, "--dry-run")

    assert ran.code == 5
    assert "New 2, changed 0" in ran.out
    assert "Refused: row 5, wait_days: is no number of days. To mend it: write a whole number" in ran.out
    assert "nothing was kept" in ran.err
    assert entries() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"a,b\n", "no column holds the kind"), (b"\xff\xfek", "UTF-8"), (b"x" * (16 * 1024 * 1024 + 1), "16 MB")],
)
def test_a_file_that_cannot_be_used_ends_the_command_with_the_reason(
    call: Call, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)

    ran = call("import", "directory", file)

    assert ran.code == 2
    assert says in ran.err


def test_a_file_that_is_not_there_is_said(call: Call, tmp_path: Path) -> None:
    ran = call("import", "directory", tmp_path / "none.csv")

    assert ran.code == 2
    assert "Check the path." in ran.err
