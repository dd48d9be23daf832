"""The directions of a medicine, from the source's own words or from its parts."""

import json

import pytest

from careloop.basics.words import Say
from careloop.formats.fhir.dosage import read_doses


def every(frequency: int | None, period: float, unit: str) -> dict[str, object]:
    repeat: dict[str, object] = {"period": period, "periodUnit": unit}
    return {"timing": {"repeat": repeat if frequency is None else repeat | {"frequency": frequency}}}


def amount(text: str) -> Say:
    return Say("lists.dose.amount", amount=text)


DOSAGES = [
    ({"text": "Take one.", "asNeededBoolean": True}, (Say("text.free", text="Take one."),)),
    ({"patientInstruction": "With food."}, (Say("text.free", text="With food."),)),
    (every(1, 1, "d"), (Say("lists.dose.a_d", count=1),)),
    (every(None, 1, "wk"), (Say("lists.dose.a_wk", count=1),)),
    (every(2, 1, "d"), (Say("lists.dose.a_d", count=2),)),
    (every(1, 8, "h"), (Say("lists.dose.every_h", count=1, every="8"),)),
    (every(2, 1.5, "mo"), (Say("lists.dose.every_mo", count=2, every="1.5"),)),
    (every(1, 1, "a"), ()),
    ({"timing": {"repeat": {}}}, ()),
    ({"timing": {"code": {"text": "BID"}}}, (Say("text.free", text="BID"),)),
    ({"asNeededBoolean": True}, (Say("lists.dose.as_needed"),)),
    ({"asNeededBoolean": False}, ()),
    ({"asNeededCodeableConcept": {"text": "pain"}}, (Say("lists.dose.as_needed"),)),
    ({"doseAndRate": [{"doseQuantity": {"value": 1.0}}]}, (amount("1"),)),
    ({"doseAndRate": [{"doseQuantity": {"value": 100, "unit": "mg"}}]}, (amount("100 mg"),)),
    ({"doseAndRate": [{"doseQuantity": {"comparator": "<", "value": 0.5, "code": "mL"}}]}, (amount("< 0.5 mL"),)),
    ({"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "puffs"}}}]},
     (amount("1 - 2 puffs"),)),
    ({"doseAndRate": [{"rateQuantity": {"value": 1}}]}, ()),
    ({}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("dosage", "says"), DOSAGES)
def test_what_a_dosage_says(dosage: dict[str, object], says: tuple[Say, ...]) -> None:
    assert read_doses(json.dumps([dosage])) == says


def test_every_instruction_is_said_in_turn() -> None:
    raw = json.dumps([{"text": "One in the morning."}, {"text": "Two at night."}])

    assert [dict(say.values)["text"] for say in read_doses(raw)] == ["One in the morning.", "Two at night."]
    assert read_doses("[]") == ()
