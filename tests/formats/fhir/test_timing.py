"""Dates, periods, ages and quantities as measures reckon with them."""

from decimal import Decimal

import pytest

from careloop.facts.measures import AgeSpan, Moment, Quantity, Span, Unanswerable
from careloop.formats.fhir.timing import read_moment, read_period, read_quantity, read_when

UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2025", (2025,)),
        ("2025-03", (2025, 3)),
        ("2025-03-01", (2025, 3, 1)),
        ("2025-03-01T00:00:00Z", (2025, 3, 1, 0)),
        ("2025-03-01T00:00:01.5Z", (2025, 3, 1, 1500)),
        ("2025-03-01T00:00:00+02:00", (2025, 2, 28, 22 * 3600 * 1000)),
        ("2025-12-31T23:59:59.999-00:00", (2025, 12, 31, 86399999)),
        ("2025-03-01T10:00:00", (2025, 3, 1, 36000000)),
    ],
)
def test_a_date_keeps_its_precision_and_a_time_becomes_utc(text: str, parts: tuple[int, ...]) -> None:
    assert read_moment(text, "here") == Moment(parts)


@pytest.mark.parametrize(
    "wrong", ["2025-02-30", "2025-13", "soon", "20250301", "2025-03-01T25:00:00Z", 2025, "", "2025-03-01Tx"]
)
def test_a_date_that_does_not_exist_is_refused_with_its_place(wrong: object) -> None:
    with pytest.raises(Unanswerable) as refusal:
        read_moment(wrong, "a.json: Patient.birthDate")

    assert refusal.value.where == "a.json: Patient.birthDate"
    assert repr(wrong) in refusal.value.why


def test_a_period_without_a_start_has_an_unknown_one() -> None:
    day = Moment((2025, 3, 1))

    assert read_period({"start": "2025-03-01"}, "") == Span(day, None)
    assert read_period({"end": "2025-03-01"}, "") == Span(None, day, is_low_closed=False)
    assert read_period(None, "") is None


@pytest.mark.parametrize(
    ("body", "when"),
    [
        ({}, None),
        ({"onsetString": "as a child"}, None),
        ({"onsetDateTime": "2025"}, Span(Moment((2025,)), Moment((2025,)))),
        ({"onsetInstant": "2025-03-01T00:00:00Z"}, Span(Moment((2025, 3, 1, 0)), Moment((2025, 3, 1, 0)))),
        ({"onsetPeriod": {"start": "2025"}}, Span(Moment((2025,)), None)),
        ({"onsetAge": {"value": 5, "code": "a"}}, AgeSpan(Quantity(Decimal(5), "a"), Quantity(Decimal(5), "a"))),
        (
            {"onsetRange": {"low": {"value": 5, "code": "a"}, "high": {"value": 6, "code": "a"}}},
            AgeSpan(Quantity(Decimal(5), "a"), Quantity(Decimal(6), "a")),
        ),
        ({"onsetRange": {"low": {"value": 5, "code": "a"}}}, None),
    ],
)
def test_when_something_was_may_be_told_in_many_ways(body: dict[str, object], when: object) -> None:
    assert read_when(body, "onset", "x") == when


@pytest.mark.parametrize(
    ("value", "quantity"),
    [
        ({"value": 7, "system": UCUM, "code": "%", "unit": "per cent"}, Quantity(Decimal(7), "%")),
        ({"value": Decimal("7.5"), "unit": "kg/m2"}, Quantity(Decimal("7.5"), "kg/m2")),
        ({"value": 7}, Quantity(Decimal(7), "1")),
        ({"value": 7, "system": "https://ucum.org", "code": "%"}, None),
        ({"value": 7, "comparator": ">", "code": "%"}, None),
        ({"code": "%"}, None),
        (None, None),
    ],
)
def test_a_quantity_is_read_in_ucum_or_not_at_all(value: object, quantity: Quantity | None) -> None:
    assert read_quantity(value, "x") == quantity


def test_a_quantity_that_is_no_number_is_refused() -> None:
    with pytest.raises(Unanswerable, match=r"x\.value: 'high' is no number"):
        read_quantity({"value": "high"}, "x")
