"""Two or more at once: one wins, the others are told, and what must never be never is."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.conftest import House
from tests.faults.oracle import assert_same, look
from tests.guard import records

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
ROUNDS = 30
RACERS = 8
PATIENCE = 600  # seconds, a safety net: the worker ends long before
PARTIAL = 5


@pytest.fixture
def told(house: House, write_bundles: Callable[..., Path]) -> dict:  # type: ignore[type-arg]
    """People and ten patients; keys of patients in the order of their files."""
    house.set_back("empty")
    files = [str(path) for path in sorted(write_bundles(0, 10).glob("*.json"))]
    found: dict = house.stage.play("settle_in", clock=CLOCK, patients=files)[0]  # type: ignore[type-arg]
    return found


def test_of_eight_who_act_on_the_same_version_one_succeeds_and_seven_are_told(house: House, told: dict) -> None:  # type: ignore[type-arg]
    people = [told["people"][key] for key in ("dana", "lee", "dana", "lee") * (RACERS // 4)]
    patient = next(iter(told["patients"].values()))

    races = house.stage.play("race_for_a_loop", clock=CLOCK, people=people, patient=patient, rounds=ROUNDS)

    for race in races:
        assert sorted(race["fates"]) == ["TakenMeanwhile"] * (RACERS - 1) + ["done"]
    with look(house.url) as now:
        assert now.rows("SELECT DISTINCT version, state FROM loop WHERE kind = 'task'") == [(2, "started")]
        assert now.broken() == {}
        assert now.log_differs() == []


@pytest.mark.parametrize("count", [6, 12])
def test_two_imports_of_the_same_folder_at_once_end_as_one(
    house: House, write_bundles: Callable[..., Path], count: int
) -> None:
    folder = write_bundles(0, count, zz_bad=b'{"resourceType": "Patient"')
    words = ("import", "fhir", str(folder), "--json")
    house.set_back("empty")
    house.stage.run(*words, clock=CLOCK, expect=PARTIAL)
    with look(house.url) as now:
        expected = now.records()

    for _ in range(4):
        house.set_back("empty")
        both = [house.stage.start(*words, clock=CLOCK) for _ in range(2)]

        assert [one.wait() for one in both] == [PARTIAL, PARTIAL], both[0].said() + both[1].said()
        with look(house.url) as now:
            assert_same(now.records(), expected)
            assert now.broken() == {}
        receipts = [json.loads(one.lines()[0]) for one in both]
        assert {r["created"] + r["updated"] + r["unchanged"] for r in receipts} == {
            receipts[0]["created"] + receipts[0]["updated"] + receipts[0]["unchanged"]
        }


def test_a_death_that_is_recorded_while_a_worker_opens_loops_leaves_none_open(
    house: House, tmp_path: Path, write_bundles: Callable[..., Path]
) -> None:
    house.set_back("empty")
    told = house.stage.play("settle_in", clock=CLOCK, patients=[])[0]
    living = sorted(write_bundles(0, 3).glob("*.json"))
    fates = []
    for number in range(ROUNDS):
        alive, dead = [], []
        for file in living:
            for kept, died in ((alive, False), (dead, True)):
                path = tmp_path / f"{number}-{file.stem}-{died}.json"
                path.write_bytes(rename(file.read_bytes(), number, died=died))
                kept.append(str(path))
        # A day for each round, so that the team's pace always leaves room for new loops.
        clock = (datetime.fromisoformat(CLOCK) + timedelta(days=number)).isoformat()
        pause = (number % 10) / 50 if number % 10 < 9 else PATIENCE
        fates += house.stage.play(
            "race_with_death", clock=clock, unit_id=told["north"], alive=alive, dead=dead, worker_first=pause
        )
    house.stage.run("worker", "--once", clock=clock)

    assert {fate for both in fates for fate in both} == {"done"}
    with look(house.url) as now:
        assert now.value("SELECT count(*) FROM patient WHERE is_dead") >= ROUNDS
        assert now.value("SELECT count(*) FROM loop WHERE outcome = 'deceased'") > 0
        waiting = "SELECT count(*) FROM waiting_finding w JOIN patient p ON p.id = w.patient_id WHERE p.is_dead"
        assert now.value(waiting) == 0
        assert now.broken() == {}


def rename(bundle: bytes, number: int, *, died: bool) -> bytes:
    """Return the bundle about somebody else (every id changed), alive or dead."""
    content = json.loads(bundle)
    for entry in content["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == "Patient":
            resource.pop("deceasedBoolean", None)
            resource.pop("deceasedDateTime", None)
            if died:
                resource["deceasedDateTime"] = "2026-11-19T10:00:00Z"
                resource["meta"] = {**resource.get("meta", {}), "versionId": "2", "lastUpdated": "2026-11-20T10:00:00Z"}
    text = json.dumps(content)
    for entry in content["entry"]:
        name = entry["resource"]["id"]
        if entry["resource"]["resourceType"] not in ("Organization", "Practitioner"):
            text = text.replace(name, f"{number:08x}{name[8:]}")
    return text.encode()


def test_nobody_who_leaves_is_handed_a_loop(house: House, told: dict) -> None:  # type: ignore[type-arg]
    patient = next(iter(told["patients"].values()))

    fates = house.stage.play(
        "race_with_leaving", clock=CLOCK, giver=told["people"]["dana"], north=told["north"], patient=patient,
        rounds=ROUNDS,
    )  # fmt: skip

    assert {tuple(both) for both in fates} <= {("LeavesLoops", "done"), ("Refusal", "done"), ("done", "Refusal")}
    with look(house.url) as now:
        assert now.broken() == {}
        gone = "SELECT count(*) FROM person WHERE NOT is_active"
        assert now.value(gone) == sum(both[0] == "done" for both in fates)


def test_a_patient_who_is_given_to_two_at_once_has_one_primary_coordinator(house: House, told: dict) -> None:  # type: ignore[type-arg]
    patients = list(told["patients"].values())
    people = [told["people"][key] for key in ("dana", "lee")]

    fates = house.stage.play(
        "race_for_a_caseload", clock=CLOCK, supervisor=told["people"]["sol"], coordinators=people,
        patients=patients * 3,
    )  # fmt: skip

    assert {fate for both in fates for fate in both} <= {"done", "Refusal"}
    assert all("done" in both for both in fates)
    with look(house.url) as now:
        primaries = now.rows("SELECT patient_id, count(*) FROM caseload WHERE upper_inf(during) GROUP BY 1")
        assert sorted(count for _, count in primaries) == [1] * len(patients)
        assert now.broken() == {}


def test_a_person_who_arrives_from_four_sides_at_once_is_linked_or_asked_about_once(house: House, told: dict) -> None:  # type: ignore[type-arg]
    """Three sources, two of which give the same number, and a registration by hand: whoever comes first."""
    rounds = [{source: write_rosa(source, number) for source in ("a", "b", "c")} for number in range(ROUNDS)]

    fates = house.stage.play(
        "race_of_sources", clock=CLOCK, person=told["people"]["dana"], north=told["north"], rounds=rounds
    )

    assert fates == [["done"] * 4] * ROUNDS
    with look(house.url) as now:
        # a and b are linked; c and the record by hand are asked about the person a and b are, and about each other.
        linked = "SELECT p.birth_on, count(*) FROM person_link k JOIN patient p ON p.id = k.patient_id GROUP BY 1"
        assert [count for _, count in now.rows(linked)] == [1] * ROUNDS
        pairs = now.rows(
            "SELECT p.birth_on, count(*), count(DISTINCT (least(root_of(p.id), root_of(l.finding_key::uuid)),"
            " greatest(root_of(p.id), root_of(l.finding_key::uuid))))"
            " FROM loop l JOIN patient p ON p.id = l.patient_id WHERE l.check_name = 'same_person' GROUP BY 1"
        )
        assert [different for _, _, different in pairs] == [3] * ROUNDS
        assert now.broken() == {}


def write_rosa(source: str, number: int) -> str:
    """Return a document about the Rosa of a round; a and b give her number."""
    born = date(1950, 1, 1) + timedelta(days=number)
    kind = {"coding": [{"code": "SS"}]}
    ssn = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": f"412-{number:02}-7305", "type": kind}
    card = {"system": f"urn:{source}", "value": str(number)}
    numbers = [card] if source == "c" else [card, ssn]
    return records.bundle(
        [records.patient(f"{source}{number}", birthDate=born.isoformat(), identifier=numbers)]
    ).decode()
