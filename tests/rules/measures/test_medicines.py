"""How long a prescription lasts: a table of ways to say it."""

import pytest

from careloop.facts.measures import Moment, Unanswerable
from careloop.rules.measures import sets
from careloop.rules.measures.medicines import days_supplied, order_period
from tests.rules.measures.made import Body, entries, medicine


def timing(**repeat: object) -> Body:
    return {"timing": {"repeat": repeat}}


def dose(value: float, **repeat: object) -> Body:
    return timing(**repeat) | {"doseAndRate": [{"doseQuantity": {"value": value}}]}


def supply(count: float, **more: object) -> Body:
    return {"dispenseRequest": {"quantity": {"value": count}} | more}


JUNE = ((2025, 6, 1), (2025, 6, 30))
TEN_DAYS = ((2025, 6, 1), (2025, 6, 10))


@pytest.mark.parametrize(
    ("more", "days", "first", "last"),
    [
        ({}, None, None, None),
        ({"dispenseRequest": {"expectedSupplyDuration": {"value": 30, "code": "d"}}}, 30, *JUNE),
        ({"dispenseRequest": {"expectedSupplyDuration": {"value": 30, "unit": "days"}}}, 30, *JUNE),
        ({"dispenseRequest": {"expectedSupplyDuration": {"value": 2, "code": "wk"}}}, 14, (2025, 6, 1), (2025, 6, 14)),
        (
            {"dispenseRequest": {"expectedSupplyDuration": {"value": 30, "code": "d"}, "numberOfRepeatsAllowed": 2}},
            90, (2025, 6, 1), (2025, 8, 29),
        ),
        ({"dosageInstruction": [dose(1, frequency=2, period=1, periodUnit="d")]} | supply(60), 30, *JUNE),
        ({"dosageInstruction": [dose(2, frequency=1, period=8, periodUnit="h")]} | supply(60), 10, *TEN_DAYS),
        (
            {"dosageInstruction": [dose(1, frequency=1, frequencyMax=2, period=1, periodUnit="d")]} | supply(60),
            30, *JUNE,
        ),
        ({"dosageInstruction": [dose(1, timeOfDay=["08:00:00", "20:00:00"])]} | supply(60), 30, *JUNE),
        (
            {"dosageInstruction": [timing(frequency=1, period=1, periodUnit="d")
                                   | {"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2}}}]}]}
            | supply(60),
            30, *JUNE,
        ),
        # Neither a frequency nor times of the day: the library counts no times a day, and nothing can be told.
        ({"dosageInstruction": [dose(1)]} | supply(60), None, None, None),
        ({"dosageInstruction": [dose(1, frequency=1, period=0, periodUnit="d")]} | supply(60), None, None, None),
        ({"dosageInstruction": [dose(1, frequency=1, period=1, periodUnit="moon")]} | supply(60), None, None, None),
        # The period of the timing says when it begins and, where nothing else does, when it ends.
        (
            {"dosageInstruction": [timing(boundsPeriod={"start": "2025-07-01T08:00:00Z", "end": "2025-07-10"})]},
            None, (2025, 7, 1), (2025, 7, 10),
        ),
        (
            {"dosageInstruction": [timing(boundsPeriod={"start": "2025-07-01"})],
             "dispenseRequest": {"expectedSupplyDuration": {"value": 3, "code": "d"}}},
            3, (2025, 7, 1), (2025, 7, 3),
        ),
        ({"dosageInstruction": [timing(boundsPeriod={"end": "2025-07-10"})]}, None, (2025, 6, 1), (2025, 7, 10)),
        (
            {"authoredOn": None, "dispenseRequest": {"expectedSupplyDuration": {"value": 3, "code": "d"},
                                                     "validityPeriod": {"start": "2025-05-01"}}},
            3, (2025, 5, 1), (2025, 5, 3),
        ),
        ({"authoredOn": None, "dispenseRequest": {"expectedSupplyDuration": {"value": 3, "code": "d"}}}, 3, None, None),
    ],
)  # fmt: skip
def test_a_prescription_lasts_from_its_first_to_its_last_day(
    more: Body, days: int | None, first: tuple[int, ...] | None, last: tuple[int, ...] | None
) -> None:
    (order,) = entries(medicine(sets.DEMENTIA_MEDICATIONS) | more)

    lasting = order_period(order)

    assert days_supplied(order) == days
    assert (lasting.start.known if lasting else None) == (Moment(first) if first else None)
    assert (lasting.end.known if lasting else None) == (Moment(last) if last else None)


def test_two_doses_of_one_dosing_cannot_be_reckoned_with() -> None:
    two = {"dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 1}}] * 2}]}
    (order,) = entries(medicine(sets.DEMENTIA_MEDICATIONS) | two | supply(10))

    with pytest.raises(Unanswerable, match="doseAndRate: the measure takes one dose"):
        order_period(order)
