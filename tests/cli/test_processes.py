"""Commands as real processes on a home of their own: set-up, records in, work, the log, and what is refused."""

import gzip
import json
import zipfile
from pathlib import Path

import psycopg
import pytest

from careloop.catalog.demo.clinic import make_clinic
from careloop.postgres.server import find_running
from tests.cli.conftest import Home, run_apart
from tests.formats.fhir.samples import OBSERVATION, changed
from tests.people import TODAY

AT = {"CARELOOP_CLOCK": "2026-11-20T10:00:00-05:00"}
PATIENTS = 12


def test_before_it_is_prepared_a_command_says_what_to_run(home: Home) -> None:
    assert (home.before.code, home.before.out) == (3, "")
    assert "careloop init" in home.before.err


def test_preparing_twice_is_fine(home: Home) -> None:
    for ran in (home.first, home.second):
        assert (ran.code, ran.out, ran.err.splitlines()[-1]) == (0, "", "Ready.")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a dozen records in every packing, and three files that are broken."""
    folder = tmp_path_factory.mktemp("records")
    bundles = [(one.key, one.bundle) for one in make_clinic(seed=7, on=TODAY, patients=PATIENTS).patients]
    for key, raw in bundles[:4]:
        (folder / f"{key}.json").write_bytes(raw)
    for key, raw in bundles[4:8]:
        (folder / f"{key}.json.gz").write_bytes(gzip.compress(raw))
    with zipfile.ZipFile(folder / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for key, raw in bundles[8:]:
            archive.writestr(f"{key}.json", raw)
    stray = changed(OBSERVATION, subject={"reference": "Patient/unknown"})
    (folder / "Observation.ndjson").write_text(json.dumps(stray) + "\n")
    (folder / "cut.json.gz").write_bytes(gzip.compress(bundles[0][1])[:-20])
    (folder / "notes.json").write_text("no record")
    return folder


@pytest.fixture(scope="module")
def worked(home: Home, records: Path) -> Home:
    """The home after the records came in twice and the worker went round."""
    for _ in range(2):
        ran = home.run("import", "fhir", records, "--json", **AT)
        assert ran.code == 5, ran.err
    assert home.run("worker", "--once", **AT).code == 0
    return home


def test_a_folder_of_every_packing_comes_in_and_what_is_broken_is_named(worked: Home, records: Path) -> None:
    told = worked.run("import", "fhir", records, "--json", **AT).json()

    assert (told["files"], told["patients"]) == (12, PATIENTS)
    assert (told["created"], told["updated"]) == (0, 0)
    assert told["unchanged"] == sum(told["resources"].values()) > 200
    assert sorted({Path(line["file"]).name for line in told["rejected"]}) == [
        "Observation.ndjson#0",
        "cut.json.gz",
        "notes.json",
    ]


def test_status_holds_what_was_brought_and_found(worked: Home) -> None:
    ran = worked.run("status", "--json", **AT)
    told = ran.json()

    assert (ran.code, ran.err) == (0, "")
    assert told["patients"] == PATIENTS
    # The stray line, the text that is no record and the cut archive, each kept with its review.
    assert (told["queues"]["inbox_rejected"], told["loops"]["open"]["review"]) == (3, 3)
    needs = [need for one in make_clinic(seed=7, on=TODAY, patients=PATIENTS).patients for need in one.needs]
    found = told["loops"]["by_check"]
    # What the stories leave undone is found; two of these people take medicines that are asked about over 65.
    assert (found.pop("high_risk_medicine_over_65"), told["loops"]["waiting"]) == (2, 0)
    assert sum(found.values()) == len(needs)
    assert not any(told["invariants"].values())


def test_words_are_plain_without_colour_when_nobody_watches(worked: Home) -> None:
    ran = worked.run("--help", NO_COLOR="1", FORCE_COLOR="1")

    assert ran.code == 0
    assert "\x1b[" not in ran.out + ran.err


def super_url(home: Home) -> str:
    server = find_running(home.path)
    assert server is not None
    return server.url("super", "careloop")


def test_the_urls_of_both_roles_work_and_are_different_people(home: Home) -> None:
    app, owner = home.run("db", "url"), home.run("db", "url", "--role", "owner")
    users = []
    for ran in (app, owner):
        with psycopg.connect(ran.out.strip()) as link:
            users += [row[0] for row in link.execute("SELECT current_user")]

    assert app.out.count("\n") == 1
    assert users == ["careloop_app", "careloop_owner"]


def test_a_role_that_could_pass_row_security_is_refused(home: Home) -> None:
    url = super_url(home)
    ran = home.run("status", DATABASE_URL=url, CARELOOP_OWNER_URL=url)

    assert (ran.code, ran.out) == (3, "")
    assert "row security" in ran.err
    assert "Traceback" not in ran.err


def test_a_database_out_of_reach_is_said_without_a_password(home: Home) -> None:
    url = "postgresql://careloop_app:pass-word-of-nobody@127.0.0.1:1/careloop"
    ran = home.run("status", DATABASE_URL=url, CARELOOP_OWNER_URL=url)

    assert (ran.code, ran.out) == (4, "")
    assert "cannot be reached" in ran.err
    assert "pass-word-of-nobody" not in ran.err
    assert "Traceback" not in ran.err


def test_an_outside_server_is_not_ours_to_stop(home: Home) -> None:
    ran = home.run("db", "stop", DATABASE_URL="postgresql://careloop_app@127.0.0.1:1/careloop")

    assert ran.code == 3


def test_a_line_of_the_log_that_was_changed_is_named(worked: Home) -> None:
    assert worked.run("audit", "verify").code == 0
    with psycopg.connect(super_url(worked), autocommit=True) as link:
        link.execute("ALTER TABLE audit_line DISABLE TRIGGER audit_line_is_history")
        ((line, role),) = link.execute("SELECT id, role FROM audit_line ORDER BY id LIMIT 1").fetchall()
        link.execute("UPDATE audit_line SET role = 'supervisor' WHERE id = %s", [line])
    try:
        ran = worked.run("audit", "verify", "--json")
    finally:
        with psycopg.connect(super_url(worked), autocommit=True) as link:
            link.execute("UPDATE audit_line SET role = %s WHERE id = %s", [role, line])
            link.execute("ALTER TABLE audit_line ENABLE TRIGGER audit_line_is_history")

    assert ran.code == 1
    assert [(f["line"], f["fault"]) for f in ran.json()["faults"]] == [(line, "changed")]


def test_it_stops_and_the_next_command_starts_it_again(worked: Home) -> None:
    stopped, started = worked.run("db", "stop"), worked.run("db", "start")
    told = worked.run("status", "--json").json()

    assert (stopped.code, stopped.err) == (0, "The database has stopped.\n")
    assert (started.code, started.err) == (0, "The database runs.\n")
    assert told["patients"] == PATIENTS


def test_a_home_that_cannot_be_used_is_said_in_plain_words(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("not a folder")

    ran = run_apart(file, "status")

    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith("Error: ")
    assert "Traceback" not in ran.err
