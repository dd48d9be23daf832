"""What the database refuses of letters to offices: rewritten, of nobody, to somebody else, twice in the ledger."""

import psycopg
import pytest

from careloop.facts.access import SYSTEM_ID
from tests.records.offices import plant_ledger, plant_letter
from tests.records.plant import Plant
from tests.records.test_bookings import refused


def test_a_letter_is_a_persons_to_whom_the_thread_is_with(owner: Plant) -> None:
    unit = owner.unit()
    for other in ({"made_by_id": SYSTEM_ID}, {"entry_id": None}):
        with pytest.raises(psycopg.errors.IntegrityError), owner.link.transaction():
            plant_letter(owner, unit, owner.patient(unit), letter=other)
    plant_letter(owner, unit, owner.patient(unit))


def test_what_left_is_as_it_left_and_is_not_rewritten(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    letter = plant_letter(owner, unit, patient)
    for change in ("content = 'x'", "to_name = 'x'", "knows_dead = true"):
        with pytest.raises(psycopg.Error), owner.link.transaction():
            owner.run(f"UPDATE office_letter SET {change} WHERE message_id = %s", letter)
    with pytest.raises(psycopg.errors.CheckViolation, match="letter_is_as_it_left"), owner.link.transaction():
        plant_letter(owner, unit, patient, letter={"content": b"something else"})


def test_it_stands_in_the_ledger_once(owner: Plant) -> None:
    unit = owner.unit()
    patient = owner.patient(unit)
    letter = plant_letter(owner, unit, patient)
    plant_ledger(owner, unit, patient, letter)
    with pytest.raises(psycopg.errors.UniqueViolation), owner.link.transaction():
        plant_ledger(owner, unit, patient, letter)


def test_a_row_for_an_office_has_no_address_of_the_patient(owner: Plant) -> None:
    unit = owner.unit()
    said = refused(owner, lambda: plant_letter(owner, unit, owner.patient(unit), road="text"))
    assert said == "outbox_letter_is_to_an_office"
