"""The whole demo clinic: the same for a seed and a day, others for another seed, and every life as it is told."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from careloop.catalog.demo.arrivals import split_by_day
from careloop.catalog.demo.clinic import DemoClinic, DemoPatient, make_clinic
from careloop.catalog.demo.lives import LIVES
from careloop.catalog.demo.town import HOSPITAL, KNOWN_TWICE, make_town
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Role
from careloop.rules.checks import find_checks
from tests.catalog.demo.records import entries_of, patient_of, resources_of, walk
from tests.catalog.demo.test_reading import chart_of, read

ON = date(2026, 11, 20)
TOWN = make_town(seed=7, on=ON)
NEIGHBOURS = TOWN.patients[25:]
BY_KEY = {patient.key: patient for patient in TOWN.patients}
SIGNED = frozenset({"duplicate_therapy", "medicine_against_condition"})
FOUND_WHEN_SIGNED = {"duplicate_therapy", "medicine_against_condition"}


def names_of(town: DemoClinic) -> list[str]:
    return [str(patient_of(one)["name"][0]["text"]) for one in town.patients[25:-1]]


def test_the_town_is_the_same_to_the_byte_for_a_seed_and_a_day() -> None:
    again = make_town(seed=7, on=ON)

    assert [one.bundle for one in again.patients] == [one.bundle for one in TOWN.patients]
    assert again == TOWN


def test_the_town_is_the_same_on_every_machine_and_python() -> None:
    """A changed life changes this digest: write the new one down then, and only then."""
    made = hashlib.sha256(b"\n".join(one.bundle for one in NEIGHBOURS)).hexdigest()

    assert made == "ab888e96e0bc5136ac72ec85bc2b3235fd0efb3088106bfe801247e8161c2fb8"


def test_another_seed_gives_other_people() -> None:
    other = make_town(seed=8, on=ON)

    assert not {one.bundle for one in other.patients} & {one.bundle for one in TOWN.patients}
    assert not {patient_of(one)["id"] for one in other.patients} & {patient_of(one)["id"] for one in TOWN.patients}
    assert len(set(names_of(other)) & set(names_of(TOWN))) <= 5


def test_eighty_people_and_one_of_them_twice() -> None:
    assert len(TOWN.patients) == 81
    assert TOWN.patients[:25] == make_clinic(seed=7, on=ON).patients
    assert len({one.key for one in TOWN.patients}) == 81
    assert len(set(names_of(TOWN))) == 55
    twice = TOWN.patients[-1]
    once = BY_KEY[KNOWN_TWICE]
    assert twice.source == HOSPITAL
    for field in ("name", "birthDate", "gender"):
        assert patient_of(twice)[field] == patient_of(once)[field]
    assert patient_of(twice)["identifier"][0]["value"] != patient_of(once)["identifier"][0]["value"]


def test_languages_and_scripts_are_many() -> None:
    languages = Counter(
        one["communication"][0]["language"]["coding"][0]["code"] for one in map(patient_of, TOWN.patients)
    )
    text = "".join(one.bundle.decode() for one in TOWN.patients)

    assert len(languages) >= 10
    assert all(re.search(letters, text) for letters in ("[一-龥]", "[가-힣]", "[а-я]", "[ا-ي]", "[ạ-ỹ]"))


def test_twelve_people_of_all_roles_work_there() -> None:
    roles = Counter(one.role for one in TOWN.staff)

    assert len(TOWN.staff) == 12
    assert set(roles) == {
        Role.COORDINATOR, Role.SUPERVISOR, Role.CLINICIAN, Role.FRONT_DESK, Role.BILLING, Role.AUDITOR,
        Role.ADMINISTRATOR,
    }  # fmt: skip
    assert {one.coordinator for one in TOWN.patients} == {"dana", "lee", "mei"}
    assert {key for one in TOWN.patients for key in one.care_team} == {"asha", "ben"}


@pytest.mark.parametrize("patient", NEIGHBOURS, ids=lambda one: one.key)
def test_every_resource_is_taken_in(patient: DemoPatient) -> None:
    package = read(patient.bundle)

    assert package.rejected == ()
    assert len(package.resources) == len(entries_of(patient.bundle))


@pytest.mark.parametrize(
    ("seed", "on"), [(7, ON), (3, date(2028, 2, 29)), (5, date(2027, 7, 4)), (9, date(2027, 1, 1))]
)
def test_checks_find_in_every_life_what_it_says_and_nothing_else(seed: int, on: date) -> None:
    knowledge = load_knowledge()
    signed = replace(knowledge, signed_on=SIGNED)
    found = {one.key: one for one in make_town(seed=seed, on=on).patients}
    wrong = {}
    for life in LIVES:
        chart = chart_of(read(found[life.key].bundle))
        said = {name for name, check in find_checks().items() if check.find(chart, on, knowledge).findings}
        more = {name for name in SIGNED if find_checks()[name].find(chart, on, signed).findings} - said
        due = set() if life.died_days_ago else {*life.finds, *map(str, life.skips)}
        if (said, more & set(life.finds_if_signed)) != (due, set(life.finds_if_signed)) and not life.died_days_ago:
            wrong[life.key] = (said ^ due, more)

    assert wrong == {}


def test_nobody_can_be_reached_outside_of_the_reserved_ranges() -> None:
    for one in TOWN.patients:
        text = one.bundle.decode()
        ways = [w for part in (patient_of(one), *patient_of(one).get("contact", ())) for w in part.get("telecom", ())]
        assert all(re.fullmatch(r"\d{3}-555-01\d\d", w["value"]) for w in ways if w["system"] == "phone")
        assert set(re.findall(r"@([\w.-]+)", text)) <= {"demo.example"}


def test_nothing_is_later_than_the_day_and_all_references_lead_somewhere() -> None:
    for one in TOWN.patients:
        entries = entries_of(one.bundle)
        addresses = {entry["fullUrl"] for entry in entries}
        leaves = list(walk(entries))
        assert {value for path, value in leaves if path.endswith(".reference")} <= addresses
        days = [str(v)[:10] for path, v in leaves if re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", str(v))]
        assert max(days) <= ON.isoformat()


def test_what_arrives_day_by_day_is_the_whole_and_each_thing_once() -> None:
    days = [ON - timedelta(days=back) for back in (9, 6, 2, 1, 0)]
    for one in TOWN.patients:
        parts = split_by_day(one.bundle, days)
        arrived = [e for _on, part in parts for e in entries_of(part) if e["resource"]["resourceType"] not in HEADS]
        whole = [e for e in entries_of(one.bundle) if e["resource"]["resourceType"] not in HEADS]

        assert parts[0][0] == days[0]
        assert sorted(map(json.dumps, arrived)) == sorted(map(json.dumps, whole))
        assert all(resources_of(part, "Patient") for _on, part in parts)


HEADS = ("Organization", "Practitioner", "Patient")


def test_a_death_is_told_on_its_day() -> None:
    days = [ON - timedelta(days=back) for back in (9, 3, 0)]
    parts = split_by_day(BY_KEY["died-lately"].bundle, days)
    told = [
        ("deceasedDateTime" in (p := resources_of(part, "Patient")[0]), p["meta"]["versionId"]) for _on, part in parts
    ]

    assert told == [(False, "1"), (True, "2")]
    assert [on for on, _part in parts] == days[:2]
