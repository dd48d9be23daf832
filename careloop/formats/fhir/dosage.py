"""The directions of a medicine: the source's own words, else amount, times and "as needed" from its parts."""

from decimal import Decimal

import msgspec

from careloop.basics.words import Say
from careloop.formats.fhir.faults import JsonObject

# The units of time that directions are told in; others are rare and stay with the source.
UNITS = ("h", "d", "wk", "mo")


def read_doses(raw: str) -> tuple[Say, ...]:
    """Return the sentences of a list of FHIR R4 Dosages, given as JSON text; what is not there is not said."""
    dosages: list[JsonObject] = msgspec.json.decode(raw)
    return tuple(say for dosage in dosages for say in _read_dosage(dosage))


def _read_dosage(dosage: JsonObject) -> tuple[Say, ...]:
    words = dosage.get("text") or dosage.get("patientInstruction")
    if words:
        return (Say("text.free", text=words),)
    as_needed = dosage.get("asNeededBoolean") is True or "asNeededCodeableConcept" in dosage
    return (
        *_say_amount(dosage.get("doseAndRate", ())),
        *_say_times(dosage.get("timing", {})),
        *((Say("lists.dose.as_needed"),) if as_needed else ()),
    )


def _say_amount(rates: list[JsonObject]) -> tuple[Say, ...]:
    for rate in rates:
        if "doseQuantity" in rate:
            return (Say("lists.dose.amount", amount=_write(rate["doseQuantity"])),)
        if "doseRange" in rate:
            sides = [_write(rate["doseRange"][side]) for side in ("low", "high") if side in rate["doseRange"]]
            return (Say("lists.dose.amount", amount=" - ".join(sides)),)
    return ()


def _say_times(timing: JsonObject) -> tuple[Say, ...]:
    repeat, words = timing.get("repeat", {}), timing.get("code", {}).get("text")
    unit, every = repeat.get("periodUnit"), repeat.get("period")
    if unit not in UNITS or every is None:
        return (Say("text.free", text=words),) if words else ()
    count = int(repeat.get("frequency", 1))
    if every == 1:
        return (Say(f"lists.dose.a_{unit}", count=count),)
    return (Say(f"lists.dose.every_{unit}", count=count, every=_number(every)),)


def _write(quantity: JsonObject) -> str:
    number = _number(quantity["value"]) if "value" in quantity else ""
    parts = (quantity.get("comparator", ""), number, quantity.get("unit") or quantity.get("code", ""))
    return " ".join(part for part in parts if part)


def _number(value: float) -> str:
    """Return a number as people write it: "1", "0.5"."""
    return f"{Decimal(repr(value)).normalize():f}"
