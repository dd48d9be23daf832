import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.intake import Package
from careloop.formats.fhir.definitions import TYPES
from careloop.formats.fhir.shift import DATE_NAMES, latest_event_on, move_date, shift
from careloop.formats.fhir.validate import name_choice
from tests.formats.fhir.samples import CONDITION, OBSERVATION, ON, PATIENT, bundle, changed, entry, read, unhurried

MOVED = [
    ("2024-02-28", 1, "2024-02-29"),
    ("2024-02-28", -59, "2023-12-31"),
    ("2023-12-31T23:59:59.120-05:00", 1, "2024-01-01T23:59:59.120-05:00"),
    ("2015-03", 40, "2015-04"),
    ("2015-03", 30, "2015-03"),
    ("2015", 365, "2016"),
    ("2015", 364, "2015"),
    ("0999-12-31", 1, "1000-01-01"),
    ("9999-12-31", 1, "9999-12-31"),
    ("0001", -1, "0001"),
    ("2024-02-30", 1, "2024-02-30"),
    ("hello", 1, "hello"),
]


@pytest.mark.parametrize(("text", "days", "expected"), MOVED)
def test_dates_move_and_keep_their_precision(text: str, days: int, expected: str) -> None:
    assert move_date(text, days) == expected


@unhurried
@given(st.dates(date(1000, 1, 1), date(3000, 1, 1)), st.integers(-9000, 9000), st.integers(-9000, 9000))
def test_two_moves_are_one(day: date, first: int, second: int) -> None:
    text = day.isoformat()

    assert move_date(move_date(text, first), second) == move_date(text, first + second)
    assert move_date(text, 0) == text


def sample() -> Package:
    patient = changed(
        PATIENT,
        deceasedDateTime="2026-05-06",
        meta={"lastUpdated": "2026-06-01T00:00:00Z"},
        identifier=[{"value": "2020-01-01", "period": {"start": "2020-01-01"}}],
    )
    timing = {"timing": {"event": ["2026-03-01", "2026-03-02T08:00:00Z"]}}
    request = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-03-01",
        "medicationReference": {"reference": "Medication/m1"},
        "dosageInstruction": [timing],
        "note": [{"text": "since 2026-03-01"}],
    }
    medication = {
        "resourceType": "Medication",
        "id": "m1",
        "code": {"text": "Metformin"},
        "batch": {"expirationDate": "2027-01-01"},
    }
    return read(bundle(*map(entry, (patient, OBSERVATION, CONDITION, request, medication))))


def test_a_record_moves_in_text_and_columns() -> None:
    came = sample()
    moved = shift(came, 31)
    patient, observation, condition, request, medication = (json.loads(one.raw) for one in moved.resources)

    assert patient["birthDate"] == "1961-05-03"
    assert patient["deceasedDateTime"] == "2026-06-06"
    assert patient["meta"]["lastUpdated"] == "2026-07-02T00:00:00Z"
    assert patient["identifier"] == [{"value": "2020-01-01", "period": {"start": "2020-02-01"}}]
    assert observation["effectiveDateTime"] == "2026-04-04T09:30:00-05:00"
    assert condition["onsetDateTime"] == "2011-06"
    assert request["dosageInstruction"][0]["timing"]["event"] == ["2026-04-01", "2026-04-02T08:00:00Z"]
    assert request["note"] == [{"text": "since 2026-03-01"}]
    assert medication["batch"]["expirationDate"] == "2027-01-01"

    person = moved.resources[0].patient
    assert person is not None
    assert (person.birth_on, person.birth_text) == (date(1961, 5, 3), "1961-05-03")
    assert person.died_at == datetime.fromisoformat("2026-06-06T12:00:00Z")
    assert moved.resources[0].last_updated == datetime.fromisoformat("2026-07-02T00:00:00Z")
    assert moved.resources[1].facts[0].start_on == date(2026, 4, 4)
    assert moved.resources[1].facts[0].start_at == datetime.fromisoformat("2026-04-04T09:30:00-05:00")
    assert moved.resources[2].facts[0].start_on == date(2011, 6, 1)
    assert moved.resources[3].facts[0].label == "Metformin"
    assert [one.sha256 for one in moved.resources] == [one.sha256 for one in came.resources]


def test_moving_by_nothing_changes_nothing_and_there_and_back_is_the_same() -> None:
    came = sample()

    assert shift(came, 0) == came
    assert shift(came, 77) == shift(came, 77)
    whole = read(bundle(entry(PATIENT), entry(OBSERVATION)))
    assert shift(shift(whole, 77), -77) == whole


def test_columns_after_a_move_are_those_of_reading_the_moved_text() -> None:
    moved = shift(sample(), 45)
    anew = [read(one.raw).resources[0] for one in moved.resources[:3]]

    assert [one.facts for one in anew] == [one.facts for one in moved.resources[:3]]
    assert anew[0].patient == moved.resources[0].patient


def test_numbers_keep_their_digits_when_dates_move() -> None:
    raw = (
        b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"},'
        b'"effectiveDateTime" : "2026-01-01", "valueQuantity":{"value":1.10}}'
    )
    (one,) = shift(read(raw), 1).resources

    assert one.raw == raw.replace(b"2026-01-01", b"2026-01-02")
    assert str(one.facts[0].value) == "1.10"


def test_the_latest_event_is_the_last_that_happened_to_the_patient() -> None:
    later = changed(OBSERVATION, id="o2", effectiveDateTime="2026-11-22")
    other = changed(OBSERVATION, id="o3", subject={"reference": "Patient/p2"}, effectiveDateTime="2026-11-01")
    coverage = {
        "resourceType": "Coverage",
        "status": "active",
        "beneficiary": {"reference": "Patient/p1"},
        "payor": [{"display": "X"}],
        "period": {"start": "2026-10-01"},
    }
    alive = read(bundle(*map(entry, (PATIENT, OBSERVATION, later, other, coverage))))

    assert latest_event_on(alive, "p1", ON) == date(2026, 3, 4)
    assert latest_event_on(alive, "p1", date(2026, 11, 22)) == date(2026, 11, 22)
    assert latest_event_on(alive, "p2", ON) == date(2026, 11, 1)
    assert latest_event_on(alive, "p3", ON) is None
    assert latest_event_on(sample(), "p1", ON) == date(2026, 5, 6)


def test_the_names_of_dates_are_never_those_of_texts() -> None:
    # A text that looks like a date must not move: no name may be a date here and a free text there.
    texts = {
        name_choice(field, kind)
        for fields in TYPES.values()
        for field, element in fields.items()
        for kind in element.kinds
        if kind in ("string", "markdown", "code", "uri", "url", "canonical", "id", "oid", "uuid", "time")
    }

    assert DATE_NAMES & texts == set()
    lists = {
        f
        for fields in TYPES.values()
        for f, e in fields.items()
        if e.is_list and {"date", "dateTime", "instant"} & {*e.kinds}
    }
    assert lists == {"event"}
