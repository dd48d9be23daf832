"""Moving synthetic records so that they ended yesterday, and trying without keeping."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.actions.look import ask, ask_one, picture
from tests.formats.fhir.samples import CONDITION, OBSERVATION, PATIENT, bundle, changed, entry
from tests.people import TODAY, House, later, take_in

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
YESTERDAY = TODAY - timedelta(days=1)
LAST_EVENT = date(2026, 3, 4)
OFFSET = (YESTERDAY - LAST_EVENT).days
RECORD = json.dumps(bundle(entry(PATIENT), entry(OBSERVATION), entry(CONDITION))).encode()


def a1c_of(day: str) -> bytes:
    return json.dumps(changed(OBSERVATION, id="o2", effectiveDateTime=day)).encode()


def days() -> list[tuple[str, date]]:
    return [(row[0], row[1]) for row in ask("SELECT kind, start_on FROM chart_fact ORDER BY start_on")]


def test_the_last_event_was_yesterday_and_all_else_keeps_its_distance(house: House) -> None:
    take_in(RECORD, house.north, shift_dates=True)

    # "2011-05" stays a month.
    month = (date(2011, 5, 1) + timedelta(days=OFFSET)).replace(day=1)
    assert days() == [("problem", month), ("result", YESTERDAY)]
    assert ask("SELECT shift_days, birth_on FROM patient") == [(OFFSET, date(1961, 4, 2) + timedelta(days=OFFSET))]
    written = ask_one("SELECT body ->> 'effectiveDateTime' FROM resource WHERE type = 'Observation'")
    assert written == f"{YESTERDAY}T09:30:00-05:00"


def test_the_offset_is_stored_so_that_the_next_day_changes_nothing(house: House) -> None:
    take_in(RECORD, house.north, shift_dates=True)
    before = picture()

    receipt = take_in(RECORD, house.north, shift_dates=True, at=later(days=1))

    assert (receipt.created, receipt.updated, receipt.unchanged) == (0, 0, 3)
    assert picture() == before


def test_what_comes_later_moves_by_the_stored_offset(house: House) -> None:
    take_in(RECORD, house.north, shift_dates=True)
    take_in(a1c_of("2026-03-01"), house.north, shift_dates=True, at=later(days=30))

    assert ("result", date(2026, 3, 1) + timedelta(days=OFFSET)) in days()


def test_each_patient_of_a_document_has_an_offset_of_its_own(house: House) -> None:
    other = changed(PATIENT, id="p2")
    seen = changed(OBSERVATION, id="o2", subject={"reference": "Patient/p2"}, effectiveDateTime="2020-01-31")
    document = bundle(entry(PATIENT), entry(OBSERVATION), entry(other), entry(seen))
    take_in(json.dumps(document).encode(), house.north, shift_dates=True)

    assert [day for _, day in days()] == [YESTERDAY, YESTERDAY]
    assert ask("SELECT fhir_id, shift_days FROM patient ORDER BY 1") == [
        ("p1", OFFSET),
        ("p2", (YESTERDAY - date(2020, 1, 31)).days),
    ]


def test_a_record_in_which_nothing_happened_stays_where_it_is(house: House) -> None:
    take_in(json.dumps(PATIENT).encode(), house.north, shift_dates=True)

    assert ask("SELECT shift_days, birth_on FROM patient") == [(0, date(1961, 4, 2))]


def test_without_the_option_no_date_moves(house: House) -> None:
    take_in(RECORD, house.north)

    assert days() == [("problem", date(2011, 5, 1)), ("result", LAST_EVENT)]
    assert ask("SELECT shift_days FROM patient") == [(None,)]


BAD = changed(OBSERVATION, id="o9", status=None)
CLINIC = {"resourceType": "Organization", "id": "g1", "name": "Any clinic"}


def test_a_trial_says_what_would_happen_and_keeps_nothing(house: House) -> None:
    before = picture()
    document = bundle(entry(PATIENT), entry(OBSERVATION), entry(CLINIC), entry(BAD), kind="batch")

    receipt = take_in(json.dumps(document).encode(), house.north, dry_run=True)

    assert (receipt.patients, receipt.created, len(receipt.rejected)) == (1, 3, 1)
    assert picture() == before


def test_a_trial_over_a_known_record_leaves_it_as_it_is(house: House) -> None:
    take_in(RECORD, house.north)
    before = picture()
    newer = changed(PATIENT, deceasedBoolean=True)

    receipt = take_in(json.dumps(newer).encode(), house.north, dry_run=True, at=later(days=1))

    assert (receipt.created, receipt.updated) == (0, 1)
    assert picture() == before
