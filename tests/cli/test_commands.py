"""Commands inside this process: what they print where, and how they end."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from careloop import __version__
from careloop.rules.checks import find_checks
from tests.actions.hands import make_task, take_patient_in
from tests.actions.look import ask, ask_one, picture
from tests.actions.records import diabetic, loops, the_loop
from tests.cli.conftest import Call
from tests.formats.fhir.samples import OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import House

pytestmark = [
    pytest.mark.django_db(databases=["default", "owner"]),
    pytest.mark.usefixtures("stopped_clock"),
]

BAD = changed(OBSERVATION, id="o2", status=None)


def write(folder: Path, name: str, *resources: dict[str, Any], kind: str = "transaction") -> Path:
    file = folder / name
    file.write_text(json.dumps(bundle(*map(entry, resources), kind=kind)))
    return file


def test_import_prints_one_object_of_the_agreed_shape(call: Call, house: House, tmp_path: Path) -> None:
    file = write(tmp_path, "ana.json", *diabetic("ana"))

    ran = call("import", "fhir", file, "--json", "--team", "north")

    assert ran.code == 0
    assert ran.json() == {
        "schema": "careloop.import.1", "dry_run": False, "files": 1, "patients": 1,
        "resources": {"Condition": 1, "Observation": 1, "Patient": 1},
        "created": 3, "updated": 0, "unchanged": 0, "linked": 0, "review": 0, "rejected": [],
    }  # fmt: skip
    assert call("import", "fhir", file, "--json", "--team", "north").json()["unchanged"] == 3
    assert ask_one("SELECT unit_id FROM patient") == house.north


def test_what_is_refused_is_said_with_file_path_reason_and_remedy_and_ends_with_5(
    call: Call, house: House, tmp_path: Path
) -> None:
    file = write(tmp_path, "part.json", PATIENT, BAD, kind="batch")

    ran = call("import", "fhir", file, "--json")

    assert ran.code == 5
    told = ran.json()
    assert (told["created"], told["patients"]) == (1, 1)
    (line,) = told["rejected"]
    assert sorted(line) == ["file", "fix", "path", "why"]
    assert line["file"] == str(file)
    assert line["path"].startswith("Observation")
    assert line["why"]
    assert line["fix"]
    assert ask("SELECT state, name FROM inbox") == [("rejected", str(file))]
    assert ask("SELECT kind, state FROM loop") == [("review", "to_do")]


def test_without_json_words_for_people_are_printed(call: Call, house: House, tmp_path: Path) -> None:
    file = write(tmp_path, "part.json", PATIENT, BAD, kind="batch")

    ran = call("import", "fhir", file)

    assert ran.code == 5
    assert "1 files, 1 patients, 1 resources." in ran.out
    assert f"Refused: {file}: Observation" in ran.out
    assert "inbox" in ran.err


def test_a_trial_keeps_nothing_not_even_a_team(call: Call, house: House, tmp_path: Path) -> None:
    file = write(tmp_path, "part.json", PATIENT, BAD, kind="batch")
    before = picture(), ask("SELECT name FROM unit ORDER BY 1")

    told = call("import", "fhir", file, "--json", "--dry-run", "--team", "A team that is not there").json()

    assert (told["dry_run"], told["created"], len(told["rejected"])) == (True, 1, 1)
    assert (picture(), ask("SELECT name FROM unit ORDER BY 1")) == before


def test_dates_move_when_asked_but_not_for_lines_of_many_patients(call: Call, house: House, tmp_path: Path) -> None:
    file = write(tmp_path, "ana.json", *diabetic("ana"))
    lines = tmp_path / "Patient.ndjson"
    lines.write_text(json.dumps(changed(PATIENT, id="p7")))

    ran = call("import", "fhir", tmp_path, "--json", "--shift-dates")

    assert ran.code == 5
    assert [line["file"] for line in ran.json()["rejected"]] == [f"{lines}#0"]
    assert ask_one("SELECT max(start_on)::text FROM chart_fact") == "2026-11-19"
    assert file.exists()


WRONG = {
    "an unknown command": ["frobnicate"],
    "an unknown option": ["status", "--loud"],
    "no path": ["import", "fhir"],
    "a path that is not there": ["import", "fhir", "/nowhere/at/all"],
    "no loop": ["why"],
    "a loop that is no id": ["why", "the second one"],
    "an unknown check": ["checks", "explain", "the second one"],
    "an unknown role of the database": ["db", "url", "--role", "super"],
    "an unknown role of a person": ["user", "add", "a@b.example", "--name", "A", "--role", "boss"],
    "a port that is none": ["serve", "--port", "99999"],
    "a person that is no id": ["user", "deactivate", "dana"],
    "a person who does not sign in": ["user", "deactivate", "nobody@clinic.example"],
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_ends_with_2_and_says_so_on_standard_error(call: Call, house: House, name: str) -> None:
    ran = call(*WRONG[name])

    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err


def test_a_folder_without_records_ends_with_2(call: Call, house: House, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no record")

    ran = call("import", "fhir", tmp_path)

    assert ran.code == 2
    assert "no records" in ran.err


def test_status_counts_without_names(call: Call, house: House, tmp_path: Path) -> None:
    call("import", "fhir", write(tmp_path, "ana.json", *diabetic("ana")), "--team", "north")
    make_task(house, take_patient_in(house))
    before = call("status", "--json").json()
    call("worker", "--once")
    told = call("status", "--json").json()

    assert sorted(told) == sorted(
        [
            "schema",
            "version",
            "patients",
            "resources",
            "loops",
            "invariants",
            "queues",
            "outbox",
            "mailbox",
            "worker_seen",
        ]
    )
    assert (told["version"], told["patients"]) == (__version__, 2)
    assert told["resources"] == {"Patient": 2, "Condition": 1, "Observation": 1}
    assert told["loops"]["open"] == {"gap": 2, "task": 1}
    assert told["loops"]["by_check"] == {"hba1c_overdue": 1, "colorectal_screening": 1}
    # The test of March was due to be repeated in September.
    assert (told["loops"]["waiting"], told["loops"]["overdue"]) == (0, 1)
    assert len(told["invariants"]) >= 10
    assert all(name.startswith("inv_") and rows == 0 for name, rows in told["invariants"].items())
    assert (before["queues"]["rechecks_due"], told["queues"]["rechecks_due"]) == (2, 0)
    assert (before["worker_seen"], told["worker_seen"]) == (None, "2026-11-20T15:00:00+00:00")


def test_status_in_words_holds_the_same_numbers(call: Call, house: House) -> None:
    make_task(house, take_patient_in(house))

    ran = call("status")

    assert ran.code == 0
    assert "Patients: 1." in ran.out
    assert "Open loops: 1 (task 1)." in ran.out
    assert "Worker last seen: never." in ran.out


def test_the_worker_does_what_is_due_once_and_reports_on_standard_error(
    call: Call, house: House, tmp_path: Path
) -> None:
    call("import", "fhir", write(tmp_path, "ana.json", *diabetic("ana")))

    first, second = call("worker", "--once"), call("worker", "--once")

    assert (first.code, first.out, second.code) == (0, "", 0)
    assert "checked 1 patients, opened 1 loops" in first.err
    assert "checked 0 patients, opened 0 loops" in second.err
    assert loops() == [("ana", "hba1c_overdue", None)]


def test_why_says_reason_moment_source_evidence_and_history(call: Call, house: House, tmp_path: Path) -> None:
    call("import", "fhir", write(tmp_path, "ana.json", *diabetic("ana")))
    call("worker", "--once")

    told = call("why", the_loop(), "--json").json()
    words, spanish = call("why", the_loop()), call("why", the_loop(), "--language", "es")

    assert (told["kind"], told["state"], told["owner"]) == ("gap", "to_do", "Intake")
    for name in ("title", "why_here", "why_now", "if_waits", "next_step", "deadline", "source", "confidence"):
        assert told[name], name
    assert "American Diabetes Association" in told["source"]
    assert {line["label"] for line in told["evidence"]} >= {"Type 2 diabetes"}
    assert [line["who"] for line in told["history"]] == ["Careloop"]
    for question in ("Why is it here", "Why now", "What if it waits", "Next step", "Source"):
        assert f"{question}: " in words.out
    assert spanish.out != words.out


def test_why_of_a_review_and_of_a_task_have_words_too(call: Call, house: House, tmp_path: Path) -> None:
    task = make_task(house, take_patient_in(house))
    call("import", "fhir", write(tmp_path, "bad.json", BAD))
    review = ask_one("SELECT id FROM loop WHERE kind = 'review'")

    for loop in (task, review):
        assert call("why", loop).code == 0
        assert call("why", loop, "--json").json()["next_step"]


def test_why_of_a_loop_that_is_not_there_says_so_in_plain_words(call: Call, house: House) -> None:
    ran = call("why", uuid4())

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: ")
    assert "Traceback" not in ran.err


def test_checks_are_listed_and_explained_with_their_sources(call: Call, house: House) -> None:
    listed, names = call("checks", "list"), list(find_checks())

    assert [line.split()[0] for line in listed.out.splitlines()] == names
    assert [one["name"] for one in call("checks", "list", "--json").json()["checks"]] == names
    for name in names:
        told = call("checks", "explain", name, "--json").json()
        assert told["from"]
        assert all(source["organization"] and source["year"] for source in told["sources"])
        assert "Source: " in call("checks", "explain", name).out
        assert "Fuente: " in call("checks", "explain", name, "--language", "es").out


def test_a_check_tells_whom_it_asks_its_thresholds_and_how_the_measure_differs(call: Call, house: House) -> None:
    told = call("checks", "explain", "uncontrolled_blood_pressure").out
    as_json = call("checks", "explain", "uncontrolled_blood_pressure", "--json").json()

    for words in ("Who is asked:", "When:", "What is not looked at:", "140 mmHg", "from 130 to 140", "CMS165"):
        assert words in told
    assert [one["name"] for one in as_json["bounds"]] == [
        "uncontrolled_blood_pressure.systolic",
        "uncontrolled_blood_pressure.diastolic",
    ]
    assert as_json["measure"]["id"] == "CMS165"
    assert told.count("CMS165, ") == 1
    assert "general knowledge, not yet checked" in call("checks", "explain", "no_visit_in_12_months").out


def test_a_language_that_nobody_speaks_here_is_refused(call: Call, house: House) -> None:
    ran = call("checks", "explain", "falls_risk", "--language", "fr")

    assert (ran.code, ran.out) == (2, "")
    assert "en, es" in ran.err


def add(call: Call, *more: str, email: str = "mia@clinic.example", typed: str = "a long quiet river 43\n") -> Any:  # noqa: ANN401
    return call("user", "add", email, "--name", "Mia", "--role", "coordinator", *more, typed=typed)


def test_a_person_is_added_with_a_password_from_standard_input_and_listed(call: Call, house: House) -> None:
    ran = add(call, "--team", "north", "--password-stdin")

    assert ran.code == 0
    mia = UUID(ran.out.strip())
    assert "river" not in ran.out + ran.err
    users = {one["email"]: one for one in call("user", "list", "--json").json()["users"]}
    assert users["mia@clinic.example"] == {
        "id": str(mia), "name": "Mia", "role": "coordinator", "email": "mia@clinic.example", "active": True,
    }  # fmt: skip
    assert f"{mia}  coordinator  Mia <mia@clinic.example>" in call("user", "list").out


@pytest.mark.parametrize(
    ("email", "typed", "said"),
    [
        ("dana@clinic.example", "a long quiet river 43\n", "e-mail"),
        ("nonsense", "a long quiet river 43\n", "e-mail"),
        ("mia@clinic.example", "short\n", "password"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_in_words(
    call: Call, house: House, email: str, typed: str, said: str
) -> None:
    ran = add(call, email=email, typed=typed)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.lower()
    assert ask_one("SELECT count(*) FROM person WHERE name = 'Mia'") == 0


def test_whoever_owns_open_loops_is_not_let_go_and_the_list_is_printed(call: Call, house: House) -> None:
    task = make_task(house, take_patient_in(house))

    refused = call("user", "deactivate", house.id_of("dana"))
    gone = call("user", "deactivate", house.id_of("lee"))

    assert refused.code == 1
    assert str(task) in refused.out
    assert refused.err.startswith("Error: ")
    assert gone.code == 0
    assert "(left)" in call("user", "list").out


def test_a_person_is_let_go_by_the_address_they_sign_in_with(call: Call, house: House) -> None:
    add(call)

    gone = call("user", "deactivate", "MIA@clinic.example ")

    assert gone.code == 0
    assert "Mia <mia@clinic.example>  (left)" in call("user", "list").out


def test_the_doctor_looks_at_everything_and_ends_with_1_when_something_is_wrong(call: Call, house: House) -> None:
    silent = call("doctor", "--json")
    call("worker", "--once")
    well = call("doctor", "--json")

    names = [one["name"] for one in well.json()["checks"]]
    assert names[:5] == ["database", "migrations", "invariants", "audit log", "worker"]
    assert (silent.code, silent.json()["ok"]) == (1, False)
    assert [one["name"] for one in silent.json()["checks"] if not one["ok"]] == ["worker"]
    assert (well.code, well.json()["ok"]) == (0, True)
    assert "ok   worker" in call("doctor").out


def test_the_log_is_verified(call: Call, house: House) -> None:
    ran = call("audit", "verify", "--json")

    assert (ran.code, ran.json()["faults"]) == (0, [])
    assert "agrees" in call("audit", "verify").out


def test_a_document_is_added_by_its_patient_and_once(call: Call, house: House, tmp_path: Path) -> None:
    patient = take_patient_in(house)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 letter")

    first = call("import", "document", letter, "--patient", patient, "--title", "A letter", "--date", "2026-11-03")
    again = call("import", "document", letter, "--patient", patient, "--json")

    assert (first.code, again.code) == (0, 0)
    assert ask("SELECT id::text, title, dated_on::text FROM document") == [
        (first.out.strip(), "A letter", "2026-11-03")
    ]
    assert again.json() == {"schema": "careloop.document.1", "document": first.out.strip(), "new": False}


def test_a_document_is_labelled_and_an_unknown_label_refused(call: Call, house: House, tmp_path: Path) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 letter")
    patient = take_patient_in(house)

    wrong = call("import", "document", letter, "--patient", patient, "--label", "secret")
    ran = call("import", "document", letter, "--patient", patient, "--label", "psy", "--label", "hiv")

    assert (wrong.code, ran.code) == (2, 0)
    assert "Choose one of: part2, psy" in wrong.err
    assert ask("SELECT label_mask FROM document") == [(10,)]


@pytest.mark.parametrize(("name", "said"), [("gone.pdf", "cannot be read"), ("tool.exe", "This kind of file")])
def test_a_document_that_is_not_there_or_not_taken_is_refused(
    call: Call, house: House, tmp_path: Path, name: str, said: str
) -> None:
    patient = take_patient_in(house)
    (tmp_path / "tool.exe").write_bytes(b"MZ\x90\x00")

    ran = call("import", "document", tmp_path / name, "--patient", patient)

    assert ran.code == 2
    assert said in ran.err
