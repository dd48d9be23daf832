"""The demo clinic: made anew from a seed and a day, the same to the byte wherever it is made.

It is pure: no clock, no database, no network. The words of the seed decide the details (days,
values, homes); the cast and their stories are written by hand, so that every check of the house
has work to find and people to leave alone.
"""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from careloop.catalog.demo import codes
from careloop.catalog.demo.cast import CAST, COMPLEX, OFFICE, PRIMARY, Part
from careloop.catalog.demo.dice import Dice
from careloop.catalog.demo.fhir import (
    SITE,
    ZONE,
    Directory,
    Record,
    Resource,
    concept,
    entry,
    make_id,
    write_bundle,
)
from careloop.catalog.demo.keeping_up import keeps_up
from careloop.catalog.demo.people import Person, describe_person, make_namesake
from careloop.catalog.demo.staff import CLINICIAN, COORDINATOR_OF, STAFF, TASKS, DemoStaff, DemoTask
from careloop.catalog.demo.stories import Need, mend_colorectal, mend_discharge, mend_hba1c, routine

__all__ = ["DemoClinic", "DemoPatient", "DemoStaff", "DemoTask", "Need", "make_changed_bundle", "make_clinic"]

NAME = "Juniper Wells Clinic"
# What ends a pair of medicines: these are stopped.
STOPPED = tuple(concept(each) for each in (codes.IBUPROFEN, codes.NAPROXEN, codes.VERAPAMIL))
MENDS = {
    Need.HBA1C: mend_hba1c,
    Need.COLORECTAL: mend_colorectal,
    Need.DISCHARGE: mend_discharge,
}


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """A patient: one FHIR R4 transaction bundle, and who looks after them.

    ``coordinator`` and ``care_team`` are staff keys. ``needs`` are what the record leaves undone:
    what the checks should find on the clinic's day, nothing else. ``source`` is the system that it comes from.
    """

    key: str
    bundle: bytes
    coordinator: str
    care_team: tuple[str, ...]
    team: str
    needs: tuple[Need, ...]
    source: str = "demo"


@dataclass(frozen=True, slots=True)
class DemoClinic:
    """The whole clinic. ``zone`` is an IANA name; tasks are only of patients who are in the clinic."""

    name: str
    zone: str
    teams: tuple[str, ...]
    staff: tuple[DemoStaff, ...]
    patients: tuple[DemoPatient, ...]
    tasks: tuple[DemoTask, ...]


def make_clinic(*, seed: int, on: date, patients: int = 25) -> DemoClinic:
    """Return the clinic as it is on a day; nothing in it is later than that day.

    The first 25 patients are always the same people; a larger clinic goes on with namesakes who
    live through the same stories. A patient's record depends on the seed, the day and the place in
    the clinic, not on how many others there are.
    """
    directory = make_directory(seed, on)
    made = tuple(_make_patient(seed, on, number, directory) for number in range(patients))
    keys = {patient.key for patient in made}
    return DemoClinic(
        name=NAME,
        zone=ZONE,
        teams=(PRIMARY, COMPLEX, OFFICE),
        staff=STAFF,
        patients=made,
        tasks=tuple(task for task in TASKS if task.patient in keys),
    )


def make_changed_bundle(clinic: DemoClinic, patient_key: str, on: date) -> bytes:
    """Return the same patient's bundle with everything done that was missing, the day before ``on``.

    What was there comes again unchanged; results and visits are added, and of two medicines that
    do not go together one is stopped (a second version of the same resource). Raises KeyError for
    a key that is not in the clinic and ValueError for a patient to whom nothing is missing.
    """
    patient = {each.key: each for each in clinic.patients}[patient_key]
    if not patient.needs:
        message = f"{patient_key}: nothing is missing in this record"
        raise ValueError(message)
    entries: list[Resource] = json.loads(patient.bundle)["entry"]
    # The directory and then the patient come first, as _make_patient writes them.
    clinic_url, hospital, payer, clinician, patient_url = (str(each["fullUrl"]) for each in entries[:5])
    record = Record(
        patient_id=patient_url.removeprefix("urn:uuid:"),
        on=on,
        stamped_on=on,
        dice=Dice(f"changed/{patient_key}/{on.isoformat()}"),
        directory=Directory(clinic_url, hospital, payer, clinician, tuple(entries[:4])),
    )
    for need in patient.needs:
        if need in MENDS:
            MENDS[need](record)
    if Need.INTERACTION in patient.needs:
        entries = [_stop_medicine(each, on) for each in entries]
    return write_bundle([*entries, *record.entries])


def _make_patient(seed: int, on: date, number: int, directory: Directory) -> DemoPatient:
    part = CAST[number % len(CAST)]
    person = _find_person(part, seed, number)
    key = _make_key(person, number)
    record = Record(
        patient_id=make_id(str(seed), key),
        on=on - timedelta(days=person.died_days_ago),
        stamped_on=on,
        dice=Dice(f"{seed}/stories/{number}"),
        directory=directory,
        entries=list(directory.entries),
    )
    body = describe_person(person, key=key, seed=seed, number=number, on=on, directory=directory)
    record.entries.append(entry("Patient", record.patient_id, body, on))
    routine(record, age=person.age)
    for story in part.stories:
        story(record)
    keeps_up(record, age=person.age, sex=person.sex)
    # The clinician looks after all of complex care and every second one of primary care.
    care_team = (CLINICIAN,) if part.team == COMPLEX or number % 2 == 0 else ()
    bundle = write_bundle(record.entries)
    return DemoPatient(key, bundle, COORDINATOR_OF[part.team], care_team, part.team, part.needs)


def _find_person(part: Part, seed: int, number: int) -> Person:
    round_of_cast = number // len(CAST)
    if round_of_cast == 0:
        return part.person
    home = f"{part.person.home or number}/{round_of_cast}"
    return make_namesake(part.person, seed=seed, number=number, home=home)


def _make_key(person: Person, number: int) -> str:
    words = f"{person.given}-{person.family}".lower().replace("đ", "d").replace(" ", "-")
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if c.isascii())
    return plain if number < len(CAST) else f"{plain}-{number}"


def make_directory(seed: int, on: date) -> Directory:
    """Return the clinic, the hospital, the payer and the clinician, the same in every bundle."""
    named: tuple[tuple[str, str, Resource], ...] = (
        ("Organization", "clinic", {"active": True, "name": NAME}),
        ("Organization", "hospital", {"active": True, "name": "Mesquite Valley Hospital"}),
        ("Organization", "payer", {"active": True, "name": "Palo Rojo Health Plan"}),
        ("Practitioner", CLINICIAN, _describe_clinician()),
    )
    entries = tuple(entry(kind, make_id(str(seed), "directory", name), body, on) for kind, name, body in named)
    clinic, hospital, payer, clinician = (str(each["fullUrl"]) for each in entries)
    return Directory(clinic, hospital, payer, clinician, entries)


def _describe_clinician() -> Resource:
    staff = next(each for each in STAFF if each.key == CLINICIAN)
    given, family = staff.name.removeprefix("Dr. ").split(" ")
    return {
        "identifier": [{"system": f"{SITE}/staff", "value": staff.key}],
        "active": True,
        "name": [{"text": staff.name, "prefix": ["Dr."], "given": [given], "family": family}],
    }


def _stop_medicine(each: Resource, on: date) -> Resource:
    """Return the entry; when it is a medicine to be stopped, stopped and as a second version."""
    resource = each["resource"]
    if not isinstance(resource, dict) or resource.get("medicationCodeableConcept") not in STOPPED:
        return each
    stamp = {"versionId": "2", "lastUpdated": f"{on.isoformat()}T06:00:00Z"}
    changed = {**resource, "meta": {**resource["meta"], **stamp}, "status": "stopped"}
    return {**each, "resource": changed}
