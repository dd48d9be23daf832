"""Measures from the command line: no database, clear words for what is missing, an answer for everybody else."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from careloop.cli.main import main
from careloop.rules.measures import find_measures
from tests.cli.conftest import ROOT, Ran

MEASURE = "FallsScreeningForFutureFallRiskFHIR"
OWN = "urn:own"
PERIOD = {"start": "2025-01-01", "end": "2025-12-31"}
NOBODY = dict.fromkeys(
    ("initial-population", "denominator", "denominator-exclusion", "denominator-exception", "numerator"), 0
)
SEEN = NOBODY | {"initial-population": 1, "denominator": 1}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> object:
    """Return a function that runs a command without any database in reach."""
    for name in ("DATABASE_URL", "CARELOOP_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CARELOOP_HOME", str(tmp_path / "nothing" / "there"))

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["careloop", "measures", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        assert not (tmp_path / "nothing").exists()
        return Ran(int(end.value.code or 0), out, err)

    return call


@pytest.fixture
def valuesets(tmp_path: Path) -> Path:
    """Write made-up value sets, each with its own OID as its only code."""
    folder = tmp_path / "valuesets"
    folder.mkdir()
    for name in find_measures()[MEASURE].sets:
        contains = [{"system": OWN, "code": name.oid}]
        body = {"resourceType": "ValueSet", "id": name.oid, "version": "1", "expansion": {"contains": contains}}
        (folder / f"{name.oid}.json").write_text(json.dumps(body))
    return folder


def visit_of(on: str) -> dict[str, object]:
    oid = find_measures()[MEASURE].sets[0].oid
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "type": [{"coding": [{"system": OWN, "code": oid}]}],
        "period": {"start": f"{on}T10:00:00Z", "end": f"{on}T11:00:00Z"},
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write two patients: one seen in 2025, one in 2024; a report of the answer is there to be overlooked."""
    folder = tmp_path / "patients"
    for name, on in (("ana", "2025-06-01"), ("ben", "2024-06-01")):
        place = folder / name
        place.mkdir(parents=True)
        patient = {"resourceType": "Patient", "birthDate": "1950-01-01", "gender": "male"}
        (place / "patient.json").write_text(json.dumps(patient))
        entry = [{"resource": visit_of(on)}]
        (place / "rest.json").write_text(json.dumps({"resourceType": "Bundle", "entry": entry}))
        (place / "report.json").write_text(json.dumps({"resourceType": "MeasureReport", "group": []}))
    return folder


def test_one_object_answers_for_every_patient(run: object, data: Path, valuesets: Path) -> None:
    ran = run("run", MEASURE, "--data", data, "--valuesets", valuesets, "--json")  # type: ignore[operator]

    assert ran.code == 0
    assert ran.json() == {
        "measure": MEASURE,
        "period": PERIOD,
        "patients": [{"id": "ana", "groups": [SEEN]}, {"id": "ben", "groups": [NOBODY]}],
    }


def test_another_period_may_be_asked_for(run: object, data: Path, valuesets: Path) -> None:
    period = ("--period-start", "2024-01-01", "--period-end", "2024-12-31")

    told = run("run", MEASURE, "--data", data, "--valuesets", valuesets, "--json", *period).json()  # type: ignore[operator]

    assert told["period"] == {"start": "2024-01-01", "end": "2024-12-31"}
    assert [one["groups"] for one in told["patients"]] == [[NOBODY], [SEEN]]


def test_without_json_a_table_is_printed(run: object, data: Path, valuesets: Path) -> None:
    ran = run("run", MEASURE, "--data", data, "--valuesets", valuesets)  # type: ignore[operator]

    rows = [line.split() for line in ran.out.splitlines()]
    assert rows[0] == ["patient", "group", *NOBODY]
    assert rows[1:] == [["ana", "1", "1", "1", "0", "0", "0"], ["ben", "1", "0", "0", "0", "0", "0"]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"a.json": "{"}, "No answer for ana: ana/a.json: cannot be read as JSON"),
        ({"a.json": json.dumps({"resourceType": "Patient", "birthDate": "x"})}, "ana/a.json: Patient.birthDate: 'x'"),
        ({"patient.json": json.dumps({"resourceType": "Basic"})}, "No answer for ana: ana: holds no Patient"),
    ],
)
def test_a_patient_who_cannot_be_judged_is_named_and_the_others_are_answered(
    run: object, data: Path, valuesets: Path, change: dict[str, str], message: str
) -> None:
    for name, text in change.items():
        (data / "ana" / name).write_text(text)

    ran = run("run", MEASURE, "--data", data, "--valuesets", valuesets, "--json")  # type: ignore[operator]

    assert ran.code == 5
    assert message in ran.err
    assert [one["id"] for one in ran.json()["patients"]] == ["ben"]


def test_value_sets_that_are_missing_are_named_by_oid_and_title(run: object, data: Path, valuesets: Path) -> None:
    gone = find_measures()[MEASURE].sets[3]
    (valuesets / f"{gone.oid}.json").unlink()
    (valuesets / "torn.json").write_text("{")

    ran = run("run", MEASURE, "--data", data, "--valuesets", valuesets)  # type: ignore[operator]

    assert (ran.code, ran.out) == (2, "")
    assert f"{gone.oid} ({gone.title})" in ran.err
    assert ran.err.count("2.16.840") == 1
    assert "torn.json" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Other", "--data", "{data}", "--valuesets", "{sets}"), "'Other' is not supported.\nChoose one of: "),
        ((MEASURE, "--data", "{data}/none", "--valuesets", "{sets}"), "none.\nCheck --data."),
        ((MEASURE, "--data", "{sets}", "--valuesets", "{sets}"), "holds no folders."),
        ((MEASURE, "--data", "{data}", "--valuesets", "{sets}/none"), "none.\nCheck --valuesets."),
        ((MEASURE, "--data", "{data}", "--valuesets", "{empty}"), "There are no value sets in"),
        ((MEASURE, "--data", "{data}", "--valuesets", "{sets}", "--period-start", "May"), "'May' is not a day."),
        ((MEASURE, "--data", "{data}", "--valuesets", "{sets}", "--period-end", "2024-01-01"), "before it begins"),
    ],
)  # fmt: skip
def test_wrong_use_ends_with_2_and_says_how_to_mend_it(
    run: object, data: Path, valuesets: Path, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    places = {"data": data, "sets": valuesets, "empty": tmp_path / "empty"}

    ran = run("run", *(text.format(**places) for text in arguments))  # type: ignore[operator]

    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_the_list_names_every_measure(run: object) -> None:
    told = run("list", "--json").json()  # type: ignore[operator]

    assert told["schema"] == "careloop.measures.1"
    assert [one["name"] for one in told["measures"]] == list(find_measures())
    assert {one["period"]["end"] for one in told["measures"]} == {"2025-12-31"}
    lines = run("list").out.splitlines()  # type: ignore[operator]
    assert len(lines) == 14
    assert lines[0].startswith("BreastCancerScreeningFHIR  version 0.0.001  2025-01-01 to 2025-12-31")


def test_published_patients_are_judged_by_the_command_itself(shared: Path, tmp_path: Path) -> None:
    measure = "UseofHighRiskMedicationsintheElderlyFHIR"
    folder = shared / "data" / "ecqm" / measure
    shutil.copytree(folder, tmp_path / "patients", ignore=shutil.ignore_patterns("MeasureReport*"))
    command = [
        "measures",
        "run",
        measure,
        "--data",
        tmp_path / "patients",
        "--valuesets",
        shared / "data" / "ecqm_valuesets",
    ]

    done = subprocess.run(
        [sys.executable, "-m", "careloop", *map(str, command), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True, env={"CARELOOP_HOME": str(tmp_path / "none"), "PATH": ""},
    )  # fmt: skip

    answers = {one["id"]: one["groups"] for one in json.loads(done.stdout)["patients"]}
    for patient in folder.iterdir():
        report = json.loads(next(patient.glob("MeasureReport*")).read_text())
        said = [{p["code"]["coding"][0]["code"]: p["count"] for p in g["population"]} for g in report["group"]]
        assert [
            {name: group[name] for name in row} for group, row in zip(answers[patient.name], said, strict=True)
        ] == said
    assert len(answers) == 6
