"""``careloop messages check``: no database, every message, and exit code 1 where words are at fault."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from careloop.catalog.messages import load_messages
from careloop.cli import messages
from careloop.cli.main import main
from tests.cli.conftest import ROOT, Ran


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> object:
    """Return a function that runs the check without any database in reach."""
    for name in ("DATABASE_URL", "CARELOOP_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CARELOOP_HOME", str(tmp_path / "nothing" / "there"))

    def call(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["careloop", "messages", "check", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        assert not (tmp_path / "nothing").exists()
        return Ran(int(end.value.code or 0), out, err)

    return call


def test_every_version_is_a_line_and_all_is_well(run: object) -> None:
    ran = run()  # type: ignore[operator]

    assert ran.code == 0
    assert len(ran.out.splitlines()) == 2 * len(load_messages())
    assert "visit_booked  es  draft  grade " in ran.out
    assert "0 of them approved; 0 faults." in ran.err


def test_json_holds_grade_parts_and_state_of_each(run: object) -> None:
    ran = run("--json")  # type: ignore[operator]

    told = json.loads(ran.out)
    assert (told["schema"], told["faults"]) == ("careloop.messages.1", 0)
    booked = next(one for one in told["messages"] if one["key"] == "visit_booked")
    english = booked["versions"][0]
    assert (booked["topic"], booked["fields"], booked["lacking"]) == ("visits", ["place", "when"], [])
    assert (english["language"], english["state"]) == ("en", "draft")
    assert (english["reviewer"], english["reviewed_on"]) == (None, None)
    assert english["grade"] <= 6
    assert (english["parts"]["alphabet"], english["parts"]["because"]) == ("gsm7", [])
    assert english["cost_hundredths"] is None
    letter = next(one for one in told["messages"] if one["key"] == "cost_estimate")
    assert letter["versions"][0]["parts"] is None


def test_words_at_fault_end_it_with_one(run: object, monkeypatch: pytest.MonkeyPatch) -> None:
    booked = load_messages()["visit_booked"]
    telling = replace(booked.versions["en"], text="It is {when} for your diabetes. We can help.")
    bad = replace(booked, versions={"en": telling})
    monkeypatch.setattr(messages, "load_messages", lambda: {"visit_booked": bad})

    ran = run()  # type: ignore[operator]

    assert ran.code == 1
    assert "Fault: es: There are no words in this language." in ran.out
    assert "Fault: en: “diabetes” names a condition" in ran.out
    told = json.loads(run("--json").out)  # type: ignore[operator]
    assert told["faults"] == 2
    assert told["messages"][0]["versions"][0]["private"] == [{"word": "diabetes", "kind": "condition", "piece": "text"}]


def test_it_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "careloop", "messages", "check"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)

    assert done.returncode == 0, done.stderr
