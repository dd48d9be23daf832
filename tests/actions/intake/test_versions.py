"""Versions: nothing twice, newer replaces, older is kept beside, absence deletes nothing, death closes."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.worklist import open_task
from careloop.basics.refusals import Refusal
from careloop.facts.worklist import Outcome, State
from careloop.reads.worklist import get_explanation
from tests.actions.look import ask, ask_json, ask_one, broken_invariants, picture
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import NOW, House, find_patient, give_to, later, take_in

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
RECORD = bundle(entry(PATIENT), entry(OBSERVATION), entry(CONDITION))
FIRST, SECOND = "2026-03-05T08:00:00Z", "2026-03-06T08:00:00Z"


def meta(last_updated: str | None = None, version: str | None = None) -> Json:
    given = {"lastUpdated": last_updated, "versionId": version}
    return {name: value for name, value in given.items() if value}


def a1c(value: str, **about: str | None) -> bytes:
    """Return the observation with a value as it is written and what its source says about its age."""
    body = changed(OBSERVATION, meta=meta(**about) or None, valueQuantity={"value": 0, "unit": "%"})
    return json.dumps(body).replace('"value": 0', f'"value": {value}').encode()


def take(document: Json | bytes, house: House, *, at: datetime = NOW) -> tuple[int, int, int]:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    receipt = take_in(raw, house.north, at=at)
    assert receipt.rejected == []
    return receipt.created, receipt.updated, receipt.unchanged


def kept_values() -> tuple[str, list[str]]:
    """Return the value of the kept observation, and those in its history, oldest first."""
    now = ask_one("SELECT body #>> '{valueQuantity,value}' FROM resource WHERE type = 'Observation'")
    past = ask(
        "SELECT v.body #>> '{valueQuantity,value}' FROM resource_version v JOIN resource r ON r.id = v.resource_id"
        " WHERE r.type = 'Observation' ORDER BY v.version"
    )
    return now, [row[0] for row in past]


def test_a_second_import_adds_and_changes_nothing(house: House) -> None:
    assert take(RECORD, house) == (3, 0, 0)
    give_to(house, "dana", find_patient("p1"))
    before = picture()

    assert take(RECORD, house, at=later(days=3)) == (0, 0, 3)

    assert picture() == before


def test_a_changed_resource_makes_a_new_version_and_replaces_its_facts(house: House) -> None:
    take(RECORD, house)
    resource = ask_one("SELECT id FROM resource WHERE type = 'Observation'")
    take(a1c("8.20"), house, at=later(hours=1))

    assert kept_values() == ("8.20", ["7.5"])
    assert ask("SELECT value, unit_text, resource_id FROM chart_fact WHERE kind = 'result'") == [
        (ask_one("SELECT 8.20"), "%", resource)
    ]
    assert ask_one("SELECT version FROM resource WHERE type = 'Observation'") == 2
    assert ask_one("SELECT due_at FROM recheck") == later(hours=1)
    assert broken_invariants() == {}


# What is kept, what arrives, whether it replaces what is kept.
AGES: list[tuple[str, dict[str, str | None], dict[str, str | None], bool]] = [
    ("newer by date", {"last_updated": FIRST}, {"last_updated": SECOND}, True),
    ("older by date", {"last_updated": SECOND}, {"last_updated": FIRST}, False),
    ("older by date in another zone", {"last_updated": SECOND}, {"last_updated": "2026-03-06T09:59:59+02:00"}, False),
    ("newer by version", {"version": "9"}, {"version": "10"}, True),
    ("older by version", {"version": "10"}, {"version": "9"}, False),
    (
        "older by version at the same moment",
        {"last_updated": FIRST, "version": "2"},
        {"last_updated": FIRST, "version": "1"},
        False,
    ),
    (
        "date before version",
        {"last_updated": FIRST, "version": "7"},
        {"last_updated": SECOND, "version": "1"},
        True,
    ),
    ("no marks at all", {}, {}, True),
    ("versions that are no numbers", {"version": "b"}, {"version": "a"}, True),
    ("marks on one side only", {"last_updated": SECOND}, {}, True),
]


@pytest.mark.parametrize(("name", "kept", "arrives", "replaces"), AGES, ids=[case[0] for case in AGES])
def test_only_a_newer_copy_replaces_and_the_other_joins_the_history(
    house: House, name: str, kept: dict[str, str | None], arrives: dict[str, str | None], replaces: bool
) -> None:
    take(bundle(entry(PATIENT)), house)
    take(a1c("6.10", **kept), house)

    counts = take(a1c("9.90", **arrives), house)

    assert counts == ((0, 1, 0) if replaces else (0, 0, 1))
    assert kept_values() == (("9.90", ["6.10"]) if replaces else ("6.10", ["9.90"]))
    assert str(ask_one("SELECT value FROM chart_fact")) == ("9.90" if replaces else "6.10")
    assert broken_invariants() == {}


def test_a_copy_that_was_replaced_before_does_not_come_back(house: House) -> None:
    take(bundle(entry(PATIENT)), house)
    for value in ("6.10", "7.20", "6.10", "7.20"):
        take(a1c(value), house)

    assert kept_values() == ("7.20", ["6.10"])


def test_an_older_copy_joins_the_history_once(house: House) -> None:
    take(bundle(entry(PATIENT)), house)
    for version, value in (("3", "7.3"), ("1", "7.1"), ("1", "7.1"), ("2", "7.2")):
        take(a1c(value, version=version), house)

    assert kept_values() == ("7.3", ["7.1", "7.2"])
    assert broken_invariants() == {}


def test_nothing_is_deleted_because_it_is_absent(house: House) -> None:
    take(RECORD, house)
    take(bundle(entry(changed(PATIENT, gender="other"))), house)

    assert ask("SELECT type, version FROM resource ORDER BY type") == [
        ("Condition", 1),
        ("Observation", 1),
        ("Patient", 2),
    ]
    assert ask_one("SELECT count(*) FROM chart_fact") == 2


def test_the_directory_keeps_the_newer_of_two_copies(house: House) -> None:
    clinic = {"resourceType": "Organization", "id": "g1", "name": "Old name", "meta": meta(FIRST)}
    newer = clinic | {"name": "New name", "meta": meta(SECOND)}

    counts = [take(one, house) for one in (clinic, newer, clinic, newer)]

    assert counts == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)]
    assert ask("SELECT body ->> 'name', version FROM directory_resource") == [("New name", 2)]


def patient(last_updated: str, **changes: object) -> Json:
    return changed(PATIENT, meta=meta(last_updated), **changes)


def test_a_person_is_brought_up_to_date_only_by_a_newer_copy(house: House) -> None:
    moved = patient(
        SECOND,
        name=[{"family": "Okafor-Mensah", "given": ["Ngozi"]}],
        address=[{"line": ["4 Elm Street"], "city": "Tucson"}],
        telecom=[{"system": "phone", "value": "555-0102"}],
        identifier=[{"system": "https://clinic.example/mrn", "value": "77"}],
    )
    older = patient(FIRST, name=[{"family": "Okafor"}], telecom=[{"system": "phone", "value": "555-0101"}])
    take(older, house)
    take(moved, house)
    take(older, house)
    take(patient("2026-03-04T08:00:00Z", name=[{"family": "Wrong"}]), house)

    assert ask("SELECT full_name, name_key, city, address_lines FROM patient") == [
        ("Ngozi Okafor-Mensah", "okafor-mensah ngozi", "Tucson", ["4 Elm Street"])
    ]
    assert ask("SELECT value FROM patient_contact") == [("555-0102",)]
    assert ask("SELECT value FROM patient_identifier") == [("77",)]


def test_a_patient_of_another_team_keeps_the_team(house: House) -> None:
    take(RECORD, house)
    take_in(json.dumps(patient(SECOND, gender="other")).encode(), house.south, name="from the south.json")

    assert ask("SELECT unit_id, sex FROM patient") == [(house.north, "other")]
    assert ask("SELECT DISTINCT unit_id FROM resource") == [(house.north,)]


@pytest.fixture
def ngozi(house: House) -> UUID:
    take(RECORD, house)
    key = find_patient("p1")
    give_to(house, "dana", key)
    return key


def test_death_closes_what_is_open_at_once_and_says_so(house: House, ngozi: UUID) -> None:
    dana = house.acting("dana")
    loops = [open_task(dana, ngozi, title=title, due_on=None, note="") for title in ("Call", "Book a ride")]
    ask(
        "INSERT INTO waiting_finding (patient_id, unit_id, label_mask, check_name, finding_key, finding_print,"
        " severity, found_at, body) SELECT id, unit_id, 0, 'x', 'x', 'x', 2, now(), '{}' FROM patient RETURNING 1"
    )

    take(patient(SECOND, deceasedDateTime="2026-11-19T04:00:00Z"), house, at=later(hours=2))

    for loop in loops:
        told = get_explanation(dana, loop)
        assert (told.row.state, told.row.outcome) == (State.CLOSED, Outcome.DECEASED)
        assert (told.history[0].say.key, told.history[0].who) == ("event.death", "Careloop")
        assert told.history[0].at == later(hours=2)
    assert ask_one("SELECT count(*) FROM waiting_finding") == 0
    assert ask("SELECT is_dead, died_at FROM patient") == [(True, datetime(2026, 11, 19, 4, tzinfo=UTC))]
    assert broken_invariants() == {}


def test_nothing_is_opened_for_the_dead_and_nothing_by_a_death_taken_back(house: House, ngozi: UUID) -> None:
    dana = house.acting("dana")
    task = open_task(dana, ngozi, title="Call", due_on=None, note="")
    take(patient(SECOND, deceasedBoolean=True), house)
    with pytest.raises(Refusal) as told:
        open_task(dana, ngozi, title="Another", due_on=None, note="")
    assert told.value.say.key == "refusal.patient_has_died"

    take(patient("2026-03-07T08:00:00Z", deceasedBoolean=False), house)

    assert ask("SELECT is_dead, died_at FROM patient") == [(False, None)]
    assert get_explanation(dana, task).row.state is State.CLOSED
    open_task(dana, ngozi, title="Welcome back", due_on=None, note="")


def test_an_older_copy_brings_no_death(house: House, ngozi: UUID) -> None:
    take(patient(SECOND), house)
    task = open_task(house.acting("dana"), ngozi, title="Call", due_on=None, note="")

    take(patient(FIRST, deceasedBoolean=True), house)

    assert ask_one("SELECT is_dead FROM patient") is False
    assert get_explanation(house.acting("dana"), task).row.state is State.TO_DO


def test_what_comes_in_keeps_every_digit_and_every_member(house: House) -> None:
    note = {"url": "https://clinic.example/odd", "valueDecimal": "number"}
    raw = json.dumps(changed(OBSERVATION, extension=[note])).replace('"number"', "0.10000000000000000100").encode()
    take(bundle(entry(PATIENT)), house)
    take(raw, house)

    body = ask_json("SELECT body::text FROM resource WHERE type = 'Observation'")
    assert body["extension"][0]["url"] == "https://clinic.example/odd"
    assert ask_one("SELECT body #>> '{extension,0,valueDecimal}' FROM resource WHERE type = 'Observation'") == (
        "0.10000000000000000100"
    )
