"""A medicine is named in its reminder only by the patient's wish: dated, by whom, and taken back at commit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from careloop.actions.medicine_names import wish_medicine_named
from careloop.actions.medicine_reminders import (
    plan_medicine_reminders,
    send_medicine_reminders,
    start_medicine_reminders,
)
from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import Road
from careloop.facts.medicine_reminders import NamingWish, ScheduleDraft
from careloop.facts.outbox import Handed, Parcel
from careloop.reads.reminders import get_medicine_reminders_page
from careloop.records.models import Patient
from careloop.worklist.medicine_names import may_be_named
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring, medicine
from tests.actions.reminding import sweep
from tests.outgoing import bring_reachable
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
# In the evening at eight in New York.
EVENING = datetime.fromisoformat("2026-11-21T01:00+00:00")
SAID = "On the phone today: yes, write Metformin"


@pytest.fixture
def rosa(house: House, dana: Acting, settings: object) -> UUID:
    settings.DRAFT_WORDS_MAY_GO = True  # type: ignore[attr-defined]
    patient = bring_reachable(house)
    bring(house, medicine("rosa", "metformin", 1))
    ((key, version),) = ask(
        "SELECT id, version FROM resource WHERE patient_id = %s AND type = 'MedicationRequest'", patient
    )
    start_medicine_reminders(
        dana, patient, ScheduleDraft(key, version, (time(20),), Road.TEXT, date(2026, 12, 1), "She said yes")
    )
    return patient


def remind() -> None:
    """Let the worker plan, and hand what is due to the outbox."""
    plan_medicine_reminders(sweep(NOW), how_many=10)
    send_medicine_reminders(sweep(EVENING), how_many=10)


def text() -> str:
    return str(ask_one("SELECT pieces ->> 'text' FROM message"))


def test_no_medicine_is_named_unless_somebody_asked_for_it(dana: Acting, rosa: UUID) -> None:
    remind()

    assert get_medicine_reminders_page(dana, rosa).wish is None
    assert "metformin" not in text().lower()


def test_by_wish_the_name_stands_there_with_who_wrote_it_down_and_when(dana: Acting, rosa: UUID) -> None:
    wish_medicine_named(dana, rosa, is_named=True, because=SAID)
    remind()

    assert get_medicine_reminders_page(dana, rosa).wish == NamingWish(True, NOW, "Dana", SAID)
    assert "metformin" in text().lower()
    assert ask("SELECT state FROM outbox") == [("waiting",)]
    assert broken_invariants() == {}


def test_taken_back_the_next_is_neutral_and_what_waits_with_a_name_does_not_go(dana: Acting, rosa: UUID) -> None:
    wish_medicine_named(dana, rosa, is_named=True, because=SAID)
    remind()

    at = EVENING + timedelta(seconds=1)
    wish_medicine_named(replace(dana, at=at), rosa, is_named=False)

    assert ask("SELECT state, stopped_because FROM outbox") == [("withdrawn", "by_person")]
    assert get_medicine_reminders_page(dana, rosa).wish == NamingWish(False, at, "Dana", "")


def test_taken_back_after_it_was_claimed_it_does_not_go_either(dana: Acting, rosa: UUID) -> None:
    wish_medicine_named(dana, rosa, is_named=True, because=SAID)
    remind()
    at = EVENING + timedelta(seconds=1)
    claimed = claim_due(system(Purpose.SWEEP, at), how_many=5)
    assert claimed is not None
    assert claimed.keys
    wish_medicine_named(replace(dana, at=at), rosa, is_named=False)

    took: list[Parcel] = []

    def hand(parcels: Sequence[Parcel]) -> Sequence[Handed]:
        took.extend(parcels)
        return []

    hand_over(system(Purpose.SWEEP, at), claimed.keys, hand)

    assert took == []
    assert ask("SELECT state, stopped_because FROM outbox") == [("withdrawn", "by_person")]


def test_a_wish_says_how_it_was_said_and_is_nobodys_who_may_not_see_medicines(
    house: House, dana: Acting, rosa: UUID
) -> None:
    with pytest.raises(Refusal) as no:
        wish_medicine_named(dana, rosa, is_named=True, because="  ")
    assert no.value.say.key == "refusal.naming_because"
    for who in ("kim", "tom"):
        with pytest.raises(NotFound):
            wish_medicine_named(house.acting(who), rosa, is_named=True, because=SAID)
    assert ask("SELECT 1 FROM contact_choice") == []


def test_what_carries_a_label_is_never_named(dana: Acting, rosa: UUID) -> None:
    wish_medicine_named(dana, rosa, is_named=True, because=SAID)
    patient = Patient(pk=rosa)

    assert may_be_named(patient, 1) is False
