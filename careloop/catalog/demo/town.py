"""The whole demo clinic: the cast of 25 and their neighbours, 80 people in all, and one of them known twice.

Pure, like the small clinic: the same seed and day give the same bytes. The cast keep their names with every seed; the
neighbours have other names with another one.
"""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta

from careloop.catalog.demo import codes
from careloop.catalog.demo.cast import COMPLEX, PRIMARY
from careloop.catalog.demo.clinic import DemoClinic, DemoPatient, make_clinic, make_directory
from careloop.catalog.demo.dice import Dice
from careloop.catalog.demo.fhir import Directory, Record, Resource, add_procedure, entry, make_id, write_bundle
from careloop.catalog.demo.keeping_up import Skip, keeps_up
from careloop.catalog.demo.life import Life
from careloop.catalog.demo.lives import LIVES
from careloop.catalog.demo.names import make_name
from careloop.catalog.demo.people import Person, describe_person
from careloop.catalog.demo.staff import CLINICIAN, COORDINATOR_OF, SECOND_CLINICIAN, THIRD_COORDINATOR
from careloop.catalog.demo.stories import routine

CAST_COUNT = 25
# Whom the hospital knows as well, under a number of its own.
KNOWN_TWICE = "boy"
HOSPITAL = "mesquite-valley-hospital"


def make_town(*, seed: int, on: date) -> DemoClinic:
    """Return the clinic with all 80 people as it is on a day; nothing in it is later.

    The last record is one of them again, as the hospital sends it.
    """
    small = make_clinic(seed=seed, on=on, patients=CAST_COUNT)
    directory = make_directory(seed, on)
    neighbours = tuple(_make_neighbour(seed, on, number, directory) for number in range(len(LIVES)))
    return replace(small, patients=(*small.patients, *neighbours, _make_twice(seed, on, directory)))


def _make_neighbour(seed: int, on: date, place: int, directory: Directory) -> DemoPatient:
    life, number = LIVES[place], CAST_COUNT + place
    person = _make_person(seed, place)
    record = Record(
        patient_id=make_id(str(seed), life.key),
        on=on - timedelta(days=life.died_days_ago),
        stamped_on=on,
        dice=Dice(f"{seed}/lives/{life.key}"),
        directory=directory,
        entries=list(directory.entries),
    )
    body = describe_person(
        person, key=_make_mailbox(person, number), seed=seed, number=number, on=on, directory=directory
    )
    record.entries.append(entry("Patient", record.patient_id, body, on))
    if not life.is_new:
        _live(record, life)
    care_team = (CLINICIAN,) if life.team == COMPLEX else (SECOND_CLINICIAN,)
    coordinator = THIRD_COORDINATOR if life.team == PRIMARY and place % 2 else COORDINATOR_OF[life.team]
    return DemoPatient(life.key, write_bundle(record.entries), coordinator, care_team, life.team, needs=())


def _live(record: Record, life: Life) -> None:
    routine(record, age=life.age, seen=life.seen, is_vaccinated=Skip.VACCINE not in life.skips)
    for story in life.stories:
        story(record)
    if 45 <= life.age <= 75 and Skip.COLORECTAL not in life.skips:
        add_procedure(record, codes.COLONOSCOPY, record.on - timedelta(days=365 * record.dice.between(1, 7)))
    keeps_up(record, age=life.age, sex=life.sex, skips=life.skips)


def _make_person(seed: int, place: int) -> Person:
    """Return who lives a life: the name is the next of its language, the family that of the home."""
    life = LIVES[place]
    before = [one for one in LIVES[:place] if one.language == life.language]
    homes = list(dict.fromkeys(one.home or one.key for one in LIVES if one.language == life.language))
    named = make_name(
        life.language, life.sex, sum(one.sex == life.sex for one in before), seed=seed,
        home=homes.index(life.home or life.key),
    )  # fmt: skip
    relative = f"{Dice(f'{seed}/relative/{life.key}').pick(RELATIVES)} {named.family}"
    return Person(
        named.given,
        named.family,
        life.sex,
        life.age,
        life.language,
        script=named.script,
        script_first=named.script is not None and place % 2 == 0,
        preferred=life.preferred,
        interpreter=life.interpreter,
        also_english=life.also_english,
        home=life.home and f"{seed}/{life.home}",
        relative=(relative, life.relative) if life.relative else None,
        died_days_ago=life.died_days_ago,
    )


RELATIVES = ("Alex", "Robin", "Sam", "Kim", "Lee", "Chris", "Pat", "Jo")


def _make_mailbox(person: Person, number: int) -> str:
    words = f"{person.given}-{person.family}".lower().replace("đ", "d").replace(" ", "-")
    return f"{''.join(c for c in unicodedata.normalize('NFKD', words) if c.isascii())}-{number}"


def _make_twice(seed: int, on: date, directory: Directory) -> DemoPatient:
    """Return one of the neighbours as the hospital knows her: the same name and birth date, another number."""
    place = next(n for n, life in enumerate(LIVES) if life.key == KNOWN_TWICE)
    life, number = LIVES[place], CAST_COUNT + place
    person = replace(_make_person(seed, place), relative=None)
    body = describe_person(
        person, key=_make_mailbox(person, number), seed=seed, number=number, on=on, directory=directory
    )
    known: Resource = {
        **{name: body[name] for name in ("active", "name", "gender", "birthDate", "communication")},
        "identifier": [{"type": {"text": "MR"}, "system": "https://hospital.example/mrn", "value": f"MV-{number}8841"}],
        "managingOrganization": {"reference": directory.hospital},
    }
    patient_id = make_id(str(seed), life.key, HOSPITAL)
    entries = [*directory.entries, entry("Patient", patient_id, known, on)]
    return DemoPatient(
        f"{life.key}-twice", write_bundle(entries), COORDINATOR_OF[life.team], (), life.team, (), HOSPITAL
    )
