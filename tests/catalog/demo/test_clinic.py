"""The demo clinic is the same wherever it is made, whole in itself, and invented through and through."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from careloop.basics.days import age_on
from careloop.catalog.demo.clinic import DemoClinic, Need, make_clinic
from careloop.facts.access import Role
from tests.catalog.demo.records import Node, day_of, entries_of, patient_of, resources_of, walk

ON = date(2026, 11, 20)
CLINIC = make_clinic(seed=7, on=ON)
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import hashlib
from datetime import date
from careloop.catalog.demo.clinic import make_clinic
clinic = make_clinic(seed=7, on=date(2026, 11, 20))
print(hashlib.sha256(repr(clinic).encode()).hexdigest())
"""
IDENTITY = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?$")


def digest_in_a_new_process(hash_seed: str) -> str:
    """Return the digest of the whole clinic as another process makes it."""
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def all_entries(clinic: DemoClinic) -> list[Node]:
    return [entry for patient in clinic.patients for entry in entries_of(patient.bundle)]


def test_clinic_is_the_same_in_every_process() -> None:
    here = hashlib.sha256(repr(CLINIC).encode()).hexdigest()

    assert [digest_in_a_new_process("0"), digest_in_a_new_process("4711")] == [here, here]


def test_clinic_is_the_same_on_every_machine_and_python() -> None:
    """A changed story changes this digest: write the new one down then, and only then."""
    made = hashlib.sha256(b"\n".join(patient.bundle for patient in CLINIC.patients)).hexdigest()

    assert made == "44a8fb0c684a8fd88d4d5055261433bd9ad53f2fec3f3b70bf353e420e5a066c"


def test_another_seed_makes_other_records_of_the_same_people() -> None:
    other = make_clinic(seed=8, on=ON)

    assert [p.key for p in other.patients] == [p.key for p in CLINIC.patients]
    assert not {p.bundle for p in other.patients} & {p.bundle for p in CLINIC.patients}
    assert not {patient_of(p)["id"] for p in other.patients} & {patient_of(p)["id"] for p in CLINIC.patients}


def test_a_record_does_not_depend_on_how_many_others_there_are() -> None:
    assert make_clinic(seed=7, on=ON, patients=3).patients == CLINIC.patients[:3]
    assert make_clinic(seed=7, on=ON, patients=60).patients[:25] == CLINIC.patients


def test_a_small_clinic_has_only_tasks_of_its_own_patients() -> None:
    small = make_clinic(seed=7, on=ON, patients=3)

    assert {task.patient for task in small.tasks} == {"rosa-alvarez", "minh-tran", "walter-brandt"}


def test_all_parts_of_staff_are_there() -> None:
    assert Counter(member.role for member in CLINIC.staff) == {
        Role.COORDINATOR: 5,
        Role.SUPERVISOR: 1,
        Role.CLINICIAN: 2,
        Role.FRONT_DESK: 1,
        Role.BILLING: 1,
        Role.AUDITOR: 1,
        Role.ADMINISTRATOR: 1,
    }


def test_staff_teams_and_tasks_belong_together() -> None:
    staff = {member.key: member for member in CLINIC.staff}
    keys = {patient.key for patient in CLINIC.patients}

    assert len(staff) == 12
    assert {member.team for member in CLINIC.staff} <= set(CLINIC.teams)
    for patient in CLINIC.patients:
        assert staff[patient.coordinator].role is Role.COORDINATOR
        assert {staff[key].role for key in patient.care_team} <= {Role.CLINICIAN}
        assert patient.team in CLINIC.teams
    assert {p.team for p in CLINIC.patients} == {"Primary care", "Complex care"}
    assert {bool(p.care_team) for p in CLINIC.patients} == {True, False}
    assert len(CLINIC.tasks) == 8
    for task in CLINIC.tasks:
        assert task.patient in keys
        assert staff[task.staff].role is Role.COORDINATOR
        assert 0 <= task.due_in_days <= 14


def test_stories_give_every_check_work_and_some_people_none() -> None:
    needs = Counter(need for patient in CLINIC.patients for need in patient.needs)

    assert needs == {Need.HBA1C: 6, Need.COLORECTAL: 7, Need.DISCHARGE: 3, Need.INTERACTION: 3}
    assert Counter(len(patient.needs) for patient in CLINIC.patients) == {0: 9, 1: 13, 2: 3}


@pytest.mark.parametrize("patients", [25, 140])
def test_every_reference_resolves_inside_its_bundle(patients: int) -> None:
    for patient in make_clinic(seed=7, on=ON, patients=patients).patients:
        entries = entries_of(patient.bundle)
        addresses = {entry["fullUrl"] for entry in entries}
        references = {v for path, v in walk(entries) if path.endswith(".reference")}

        assert len(addresses) == len(entries)
        assert references <= addresses
        # All that was put in the directory is in use, and the record is about one patient.
        assert addresses - references <= {e["fullUrl"] for e in entries[5:]} | {entries[1]["fullUrl"]}
        assert len(resources_of(patient.bundle, "Patient")) == 1


def test_every_entry_puts_its_resource_in_its_own_place() -> None:
    for entry in all_entries(CLINIC):
        resource = entry["resource"]
        assert IDENTITY.match(resource["id"])
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        assert entry["request"] == {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}


def test_an_id_stands_for_one_resource_in_the_whole_clinic() -> None:
    """The directory comes with every patient and is the same each time; all else is there once."""
    seen: dict[str, Node] = {}
    shared = 0
    for entry in all_entries(make_clinic(seed=7, on=ON, patients=140)):
        shared += entry["fullUrl"] in seen
        assert seen.setdefault(entry["fullUrl"], entry) == entry

    assert shared == 139 * 4


@pytest.mark.parametrize("on", [ON, date(2028, 2, 29), date(2027, 1, 1)])
def test_nothing_is_later_than_the_day_of_the_clinic(on: date) -> None:
    for patient in make_clinic(seed=7, on=on, patients=50).patients:
        days = [day_of(v) for _, v in walk(entries_of(patient.bundle)) if isinstance(v, str) and DAY.match(v)]
        assert len(days) > 20
        assert max(days) <= on


def test_nothing_happens_to_the_dead() -> None:
    dead = [patient for patient in CLINIC.patients if "deceasedDateTime" in patient_of(patient)]

    assert [patient.key for patient in dead] == ["harold-pruitt"]
    died_on = day_of(patient_of(dead[0])["deceasedDateTime"])
    for resource in (entry["resource"] for entry in entries_of(dead[0].bundle)):
        told = {name: value for name, value in resource.items() if name != "meta"}
        assert all(day_of(v) <= died_on for _, v in walk(told) if isinstance(v, str) and DAY.match(v))


def test_ages_go_from_youth_to_old_age() -> None:
    people = [patient_of(p) for p in CLINIC.patients if "deceasedDateTime" not in patient_of(p)]
    ages = sorted(age_on(day_of(person["birthDate"]), ON) for person in people)

    assert (ages[0], ages[-1]) == (15, 92)
    assert sum(age < 18 for age in ages) == 1


def test_people_speak_many_languages_and_write_in_their_own_script() -> None:
    people = [patient_of(patient) for patient in CLINIC.patients]
    first = Counter(p["communication"][0]["language"]["coding"][0]["code"] for p in people)
    text = " ".join(name["text"] for p in people for name in p["name"])

    assert set(first) == {"en", "es", "vi", "ar", "zh", "ru", "ht", "so", "ja"}
    assert sum("extension" in p for p in people) == 9
    official = {name["text"] for p in people for name in p["name"] if name.get("use") == "official"}
    assert {"王秀英", "يوسف حداد", "Wei Chen", "Fatima Haddad"} <= official
    for script in ("王秀英", "يوسف حداد", "Ольга Петрова", "森健二", "Trần"):
        assert script in text
    assert sum(any(n.get("use") == "usual" for n in p["name"]) for p in people) == 8


def test_families_live_together() -> None:
    homes: dict[str, set[str]] = {}
    for patient in CLINIC.patients:
        homes.setdefault(str(patient_of(patient)["address"]), set()).add(patient.key)

    assert sorted(map(sorted, (home for home in homes.values() if len(home) > 1))) == [
        ["diego-hernandez", "jose-hernandez"],
        ["fatima-haddad", "yusuf-haddad"],
        ["grace-lindqvist", "thomas-lindqvist"],
    ]


@pytest.mark.parametrize("patients", [25, 140])
def test_nobody_can_be_reached_outside_of_the_reserved_ranges(patients: int) -> None:
    clinic = make_clinic(seed=7, on=ON, patients=patients)
    for patient in clinic.patients:
        text = patient.bundle.decode()
        ways = [w for part in (patient_of(patient), *patient_of(patient).get("contact", ())) for w in part["telecom"]]
        assert all(re.fullmatch(r"\d{3}-555-01\d\d", w["value"]) for w in ways if w["system"] == "phone")
        assert all(re.fullmatch(r"[a-z0-9-]+@demo\.example", w["value"]) for w in ways if w["system"] == "email")
        assert set(re.findall(r"@([\w.-]+)", text)) == {"demo.example"}
        assert all(number[4:10] == "555-01" for number in re.findall(r"\b\d{3}-\d{3}-\d{4}\b", text))
        assert patient_of(patient)["address"][0]["postalCode"] == "85000"
    assert all(member.email == f"{member.key}@demo.example" for member in clinic.staff)


def test_every_patient_has_one_record_number_of_their_own() -> None:
    numbers = [patient_of(p)["identifier"] for p in make_clinic(seed=7, on=ON, patients=140).patients]

    assert {(len(n), n[0]["system"]) for n in numbers} == {(1, "https://demo.example/mrn")}
    assert len({n[0]["value"] for n in numbers}) == 140


def test_the_records_hold_all_kinds_of_facts() -> None:
    kinds = Counter(entry["resource"]["resourceType"] for entry in all_entries(CLINIC))
    visits = [r for p in CLINIC.patients for r in resources_of(p.bundle, "Encounter")]

    assert set(kinds) == {
        "AllergyIntolerance", "Condition", "Coverage", "DocumentReference", "Encounter", "Immunization",
        "MedicationRequest", "Observation", "Organization", "Patient", "Practitioner", "Procedure",
    }  # fmt: skip
    assert min(kinds.values()) == 3
    assert Counter(visit["class"]["code"] for visit in visits) == {"AMB": 76, "EMER": 2, "IMP": 2}
    for visit in visits:
        if visit["class"]["code"] != "AMB":
            assert visit["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "01"
