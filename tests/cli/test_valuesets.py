"""Value sets loaded by the operator: kept once, replaced by newer ones, and asked by the checks."""

import json
from functools import lru_cache
from pathlib import Path

import pytest

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.checks import CodeSet, Knowledge
from careloop.worklist import knowledge as at_work
from tests.actions.look import ask, ask_one
from tests.cli.conftest import Call
from tests.people import House

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

AT = "2026-11-20T10:00:00-05:00"
OID = "2.16.840.1.113883.3.1"


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_CLOCK", AT)


def write(folder: Path, name: str, *codes: str, version: str = "20250101", oid: str = OID) -> None:
    folder.mkdir(exist_ok=True)
    contains = [{"system": "http://snomed.info/sct", "code": code} for code in codes]
    body = {
        "resourceType": "ValueSet",
        "id": oid,
        "version": version,
        "title": f"Set {oid[-1]}",
        "publisher": "Somebody",
    }
    (folder / name).write_text(json.dumps(body | {"expansion": {"contains": contains}}))


def counts(files: int, sets: int, codes: int, unchanged: int) -> dict[str, object]:
    numbers = {"files": files, "value_sets": sets, "codes": codes, "unchanged": unchanged}
    return {"schema": "careloop.valuesets.1", **numbers, "rejected": []}


def test_value_sets_are_loaded_once_and_listed(call: Call, house: House, tmp_path: Path) -> None:
    folder = tmp_path / "sets"
    write(folder, "a.json", "1", "2")
    write(folder, "b.json", "3", oid="2.16.840.1.113883.3.2")

    first, again = call("valuesets", "load", folder, "--json"), call("valuesets", "load", folder, "--json")

    assert (first.code, again.code) == (0, 0)
    assert first.json() == counts(2, 2, 3, 0)
    assert again.json() == counts(2, 2, 3, 2)
    assert ask("SELECT system, code FROM value_set_code WHERE value_set_id = %s ORDER BY code", OID) == [
        ("sct", "1"), ("sct", "2"),
    ]  # fmt: skip
    listed = call("valuesets", "list", "--json").json()
    assert listed["schema"] == "careloop.value_sets.1"
    assert [(one["oid"], one["version"], one["name"], one["source"], one["codes"]) for one in listed["value_sets"]] == [
        (OID, "20250101", "Set 1", "Somebody", 2), ("2.16.840.1.113883.3.2", "20250101", "Set 2", "Somebody", 1),
    ]  # fmt: skip
    assert call("valuesets", "list").out.splitlines()[0] == f"{OID}  version 20250101  2 codes  Set 1"
    assert call("valuesets", "load", folder).out == "2 files, 2 value sets with 3 codes, 2 of them unchanged.\n"


def test_a_newer_version_replaces_the_older_and_an_older_is_refused(call: Call, house: House, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    write(old, "a.json", "1", "2", version="20240101")
    write(new, "a.json", "2", "3", version="20250101")

    assert call("valuesets", "load", old).code == 0
    assert call("valuesets", "load", new).code == 0
    refused = call("valuesets", "load", old, "--json")

    assert refused.code == 5
    told = refused.json()
    assert (told["value_sets"], told["codes"], told["unchanged"]) == (0, 0, 0)
    (line,) = told["rejected"]
    assert line["file"] == str(old / "a.json")
    assert line["path"] == "ValueSet.version"
    assert "20240101" in line["why"]
    assert "20250101" in line["fix"]
    assert ask("SELECT code FROM value_set_code ORDER BY code") == [("2",), ("3",)]
    assert ask_one("SELECT version FROM value_set") == "20250101"


def test_of_two_versions_in_one_folder_the_newer_is_taken(call: Call, house: House, tmp_path: Path) -> None:
    write(tmp_path / "sets", "a.json", "9", version="20250101")
    write(tmp_path / "sets", "b.json", "1", version="20240101")

    ran = call("valuesets", "load", tmp_path / "sets", "--json")

    assert ran.code == 5
    assert [line["file"][-6:] for line in ran.json()["rejected"]] == ["b.json"]
    assert ask("SELECT code FROM value_set_code") == [("9",)]


def test_what_cannot_be_read_is_refused_and_the_rest_is_loaded(call: Call, house: House, tmp_path: Path) -> None:
    write(tmp_path / "sets", "a.json", "1")
    (tmp_path / "sets" / "torn.json").write_text("{")

    ran = call("valuesets", "load", tmp_path / "sets", "--json")

    assert ran.code == 5
    assert ran.json()["value_sets"] == 1
    (line,) = ran.json()["rejected"]
    assert line["file"].endswith("torn.json")
    assert line["why"]
    assert line["fix"]
    assert "torn.json" in call("valuesets", "load", tmp_path / "sets").out


@pytest.mark.parametrize(("name", "message"), [("none", "There is no folder"), ("empty", "There are no value sets in")])
def test_a_wrong_folder_ends_with_2(call: Call, house: House, tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()

    ran = call("valuesets", "load", tmp_path / name)

    assert ran.code == 2
    assert message in ran.err


def test_the_checks_know_loaded_codes_and_read_them_once(
    call: Call, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = CodeSet("visits", frozenset({"sct|0"}), value_sets=(OID,))
    plain = load_knowledge()
    knowledge = Knowledge(plain.version, {"visits": named}, {}, (), plain.safety, {})
    monkeypatch.setattr(at_work, "load_knowledge", lambda: knowledge)
    monkeypatch.setattr(at_work, "_read", lru_cache(at_work._read.__wrapped__))

    assert at_work.find_knowledge().codesets == knowledge.codesets
    write(tmp_path / "sets", "a.json", "1")
    call("valuesets", "load", tmp_path / "sets")
    loaded = at_work.find_knowledge()
    assert loaded.codesets["visits"].exact == {"sct|0", "sct|1"}
    assert at_work.find_knowledge() is loaded
    write(tmp_path / "sets", "a.json", "2", version="20260101")
    call("valuesets", "load", tmp_path / "sets")
    newer = at_work.find_knowledge()

    assert newer.codesets["visits"].exact == {"sct|0", "sct|2"}
    assert len({knowledge.version, loaded.version, newer.version}) == 3
