"""Two teams with people and patients, built once for each file of tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from careloop.actions.people import join_care_team
from careloop.actions.worklist import open_task
from tests.guard import records
from tests.guard.standing import Line, log_lines, rolled_back
from tests.people import House, build_house, find_patient, give_to, take_in


@dataclass(frozen=True, slots=True)
class Clinic:
    """The house with its patients: rosa and ada of the north team, otto of the south, and a task about each."""

    house: House
    rosa: UUID
    ada: UUID
    otto: UUID
    task: UUID
    task_of_ada: UUID
    task_of_otto: UUID


def build_clinic() -> Clinic:
    """Build the clinic through the doors."""
    house = build_house()
    north = [records.patient("p1"), records.problem("c1", "p1"), records.patient("p2", "Lovelace", "Ada")]
    take_in(records.bundle(north), house.north)
    take_in(records.bundle([records.patient("p3", "Lang", "Otto"), records.problem("c3", "p3")]), house.south)
    rosa, ada, otto = (find_patient(f"p{n}") for n in (1, 2, 3))
    for one in (rosa, ada):
        give_to(house, "dana", one)
    give_to(house, "kim", otto, by="ruth")
    join_care_team(house.acting("sol"), [rosa], person_id=house.id_of("asha"), part="physician")
    tasks = [
        open_task(house.acting(who), one, title="Call about the ride", due_on=None, note="")
        for who, one in (("dana", rosa), ("dana", ada), ("kim", otto))
    ]
    return Clinic(house, rosa, ada, otto, *tasks)


@pytest.fixture(scope="module")
def _standing_clinic(django_db_setup: None, django_db_blocker: "pytest.FixtureRequest") -> Iterator[Clinic]:
    with django_db_blocker.unblock(), rolled_back():  # type: ignore[attr-defined]
        yield build_clinic()


@pytest.fixture
def clinic(_standing_clinic: Clinic) -> Iterator[Clinic]:
    """Return the clinic; what the test changes is taken back."""
    with rolled_back():
        yield _standing_clinic


@pytest.fixture
def log() -> Iterator[list[Line]]:
    """Return the lines that doors write during the test."""
    with log_lines() as lines:
        yield lines
