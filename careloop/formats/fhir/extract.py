"""The facts of a resource: the few columns that rules and lists need.

A resource has the right shape by now (``validate``). What was entered in error keeps its status, so that
readers can pass over it. An order *not* to do something is kept but is no fact: it would read as its
opposite.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from careloop.facts.chart import BY_REFERENCE, SYSTEMS, FactColumns, FactKind
from careloop.formats.fhir.faults import JsonObject
from careloop.formats.fhir.primitives import read_moment

# Finds the Medication that a "Medication/id" leads to, if it is in the same document.
FindMedication = Callable[[str], JsonObject | None]

_UCUM = "http://unitsofmeasure.org"
_NOT_DONE = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDoneReason"


class _Quantity(msgspec.Struct):
    value: Decimal | None = None


class _Part(msgspec.Struct):
    valueQuantity: _Quantity | None = None  # noqa: N815


class _Measured(msgspec.Struct):
    valueQuantity: _Quantity | None = None  # noqa: N815
    component: list[_Part] = []


_read_measured = msgspec.json.Decoder(_Measured).decode


class _When(NamedTuple):
    start_on: date | None = None
    end_on: date | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None


class _Value(NamedTuple):
    number: Decimal | None = None
    unit: str = ""
    text: str = ""


_NEVER = _When()
_NO_VALUE = _Value()


def extract(resource: JsonObject, raw: bytes, find_medication: FindMedication) -> tuple[FactColumns, ...]:
    """Return what a resource says; ``raw`` is its text, from which numbers take all their digits."""
    read = _READERS.get(resource["resourceType"])
    return read(resource, raw, find_medication) if read else ()


def _codes(concept: JsonObject) -> tuple[str, ...]:
    codings = concept.get("coding", ())
    if len(codings) == 1:
        code = codings[0].get("code")
        system = codings[0].get("system", "")
        return (f"{SYSTEMS.get(system, system)}|{code}",) if code else ()
    found = ((coding.get("system", ""), coding["code"]) for coding in codings if "code" in coding)
    return tuple(dict.fromkeys(f"{SYSTEMS.get(system, system)}|{code}" for system, code in found))


def _label(concept: JsonObject) -> str:
    text: str | None = concept.get("text")
    if text is None:
        text = next((coding["display"] for coding in concept.get("coding", ()) if "display" in coding), "")
    return text


def _first_code(concept: JsonObject) -> str:
    return next((coding["code"] for coding in concept.get("coding", ()) if "code" in coding), "")


def _at(text: str | None) -> _When:
    moment = read_moment(text) if text else None
    return _When(moment.day, None, moment.at) if moment else _NEVER


def _during(period: JsonObject) -> _When:
    start, end = _at(period.get("start")), _at(period.get("end"))
    return _When(start.start_on, end.start_on, start.start_at, end.start_at)


def _when(resource: JsonObject, stem: str, *fallbacks: str) -> _When:
    """Return the time of an element with a choice (dateTime, Period, instant), else of the fallbacks."""
    period = resource.get(stem + "Period")
    if period is not None:
        return _during(period)
    for name in (stem + "DateTime", stem + "Instant", *fallbacks):
        if name in resource:
            return _at(resource[name])
    return _NEVER


def _fact(
    kind: FactKind,
    concept: JsonObject,
    status: str,
    when: _When,
    value: _Value = _NO_VALUE,
    *,
    label: str = "",
    verification: str = "",
    disposition: tuple[str, ...] = (),
) -> FactColumns:
    return FactColumns(
        kind,
        _codes(concept),
        label or _label(concept),
        status,
        *when,
        *value,
        disposition=disposition,
        verification=verification,
    )


def _read_condition(condition: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    onset = _when(condition, "onset", "recordedDate")
    abated = _when(condition, "abatement")
    when = onset
    if abated is not _NEVER:
        when = _When(onset.start_on, abated.end_on or abated.start_on, onset.start_at, abated.end_at or abated.start_at)
    return (_standing(FactKind.PROBLEM, condition, when),)


def _standing(kind: FactKind, resource: JsonObject, when: _When) -> FactColumns:
    """Return the fact of a problem or allergy: both have a clinical and a verification status."""
    status = _first_code(resource.get("clinicalStatus", {}))
    verification = _first_code(resource.get("verificationStatus", {}))
    sites = _merge(resource["bodySite"])[0] if "bodySite" in resource else ()
    return _fact(kind, resource.get("code", {}), status, when, verification=verification, disposition=sites)


def _read_allergy(allergy: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    categories = tuple(f"allergy-category|{category}" for category in allergy.get("category", ()))
    fact = _standing(FactKind.ALLERGY, allergy, _when(allergy, "onset", "recordedDate"))
    return (msgspec.structs.replace(fact, disposition=categories),)


def _find_medicine(resource: JsonObject, find: FindMedication) -> tuple[JsonObject, str]:
    """Return the concept and the label of the medicine, followed to its Medication where need be."""
    if "medicationCodeableConcept" in resource:
        concept: JsonObject = resource["medicationCodeableConcept"]
        return concept, _label(concept)
    reference = resource.get("medicationReference", {})
    text = reference.get("reference", "")
    medication = find(text) if text[:1] != "#" else None
    for one in resource.get("contained", ()):
        if one.get("resourceType") == "Medication" and text == f"#{one.get('id')}":
            medication = one
    concept = (medication or {}).get("code", {})
    return concept, _label(concept) or reference.get("display", "")


def _read_request(request: JsonObject, _raw: bytes, find: FindMedication) -> tuple[FactColumns, ...]:
    if request.get("doNotPerform") or request.get("intent") == "proposal":
        return ()
    timings = [dose.get("timing", {}).get("repeat", {}) for dose in request.get("dosageInstruction", ())]
    bounds: JsonObject = next((timing["boundsPeriod"] for timing in timings if "boundsPeriod" in timing), {})
    planned, ordered = _during(bounds), _at(request.get("authoredOn"))
    when = ordered._replace(end_on=planned.end_on, end_at=planned.end_at)
    return _medicine(request, find, planned if planned.start_on else when)


def _read_statement(statement: JsonObject, _raw: bytes, find: FindMedication) -> tuple[FactColumns, ...]:
    return _medicine(statement, find, _when(statement, "effective", "dateAsserted"))


def _read_dispense(dispense: JsonObject, _raw: bytes, find: FindMedication) -> tuple[FactColumns, ...]:
    return _medicine(dispense, find, _at(dispense.get("whenHandedOver") or dispense.get("whenPrepared")))


def _medicine(resource: JsonObject, find: FindMedication, when: _When) -> tuple[FactColumns, ...]:
    concept, label = _find_medicine(resource, find)
    by = (BY_REFERENCE,) if "medicationReference" in resource else ()
    return (_fact(FactKind.MEDICINE, concept, resource.get("status", ""), when, label=label, disposition=by),)


def _read_observation(observation: JsonObject, raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    parts = observation.get("component", ())
    measured = _read_measured(raw) if "valueQuantity" in observation or parts else _Measured()
    status = observation.get("status", "")
    when = _when(observation, "effective", "issued")
    value = _value(observation, measured.valueQuantity)
    outcome = _outcome(observation) or _why_not_done(observation)
    facts = [_fact(FactKind.RESULT, observation.get("code", {}), status, when, value, disposition=outcome)]
    for part, numbers in zip(parts, measured.component, strict=True):
        value = _value(part, numbers.valueQuantity)
        facts.append(_fact(FactKind.RESULT, part.get("code", {}), status, when, value, disposition=_outcome(part)))
    return tuple(facts)


def _outcome(holder: JsonObject) -> tuple[str, ...]:
    return _codes(holder["valueCodeableConcept"]) if "valueCodeableConcept" in holder else ()


def _why_not_done(observation: JsonObject) -> tuple[str, ...]:
    """Return the coded reason why something was not done, as the extension of QI-Core gives it."""
    given = (one for one in observation.get("extension", ()) if one["url"] == _NOT_DONE)
    return _merge(one.get("valueCodeableConcept", {}) for one in given)[0]


def _value(holder: JsonObject, measured: _Quantity | None) -> _Value:
    """Return the value of an observation or component; why it is absent counts as its text."""
    quantity = holder.get("valueQuantity")
    if quantity is not None:
        return _quantity(quantity, measured.value if measured else None)
    if "valueInteger" in holder:
        return _Value(Decimal(holder["valueInteger"]))
    for name in ("valueCodeableConcept", "dataAbsentReason"):
        if name in holder:
            return _Value(text=_label(holder[name]) or _first_code(holder[name]))
    for name in ("valueString", "valueDateTime", "valueTime"):
        if name in holder:
            return _Value(text=holder[name])
    if "valueBoolean" in holder:
        return _Value(text="true" if holder["valueBoolean"] else "false")
    return _compound(holder)


def _quantity(quantity: JsonObject, number: Decimal | None) -> _Value:
    unit = quantity.get("unit", "")
    if quantity.get("system") == _UCUM:
        unit = quantity.get("code", unit)
    # "< 5" is not 5: the text says so beside the number.
    comparator = quantity.get("comparator")
    return _Value(number, unit, f"{comparator} {number}" if comparator else "")


def _compound(holder: JsonObject) -> _Value:
    for name, joint, (low, high) in (
        ("valueRange", " - ", ("low", "high")),
        ("valueRatio", " : ", ("numerator", "denominator")),
    ):
        if name in holder:
            sides = [holder[name].get(side, {}) for side in (low, high)]
            return _Value(text=joint.join(f"{s.get('value', '')} {s.get('unit', '')}".strip() for s in sides))
    period = holder.get("valuePeriod", {})
    return _Value(text=" - ".join(period[side] for side in ("start", "end") if side in period))


def _read_report(report: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    when = _when(report, "effective", "issued")
    value = _Value(text=report.get("conclusion", ""))
    kinds = [FactKind.RESULT, FactKind.DOCUMENT] if "presentedForm" in report else [FactKind.RESULT]
    return tuple(_fact(k, report.get("code", {}), report.get("status", ""), when, value) for k in kinds)


def _merge(concepts: Iterable[JsonObject]) -> tuple[tuple[str, ...], str]:
    """Return the codes of several concepts and the first label among them."""
    listed = list(concepts)
    codes = tuple(dict.fromkeys(code for concept in listed for code in _codes(concept)))
    return codes, next((label for label in map(_label, listed) if label), "")


def _read_encounter(encounter: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    codes, label = _merge(encounter.get("type", ()))
    visit_class = encounter.get("class", {})
    left = encounter.get("hospitalization", {}).get("dischargeDisposition", {})
    fact = FactColumns(
        FactKind.VISIT,
        codes,
        label or visit_class.get("display", ""),
        encounter.get("status", ""),
        *_during(encounter.get("period", {})),
        visit_class=visit_class.get("code", ""),
        disposition=_codes(left),
    )
    return (fact,)


def _read_procedure(procedure: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    status, when = procedure.get("status", ""), _when(procedure, "performed")
    return (_fact(FactKind.PROCEDURE, procedure.get("code", {}), status, when),)


def _read_order(order: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    """Read an order for a service or a device; an order not to do something is no fact."""
    if order.get("doNotPerform") or order.get("intent") == "proposal" or _is_order_not_to(order):
        return ()
    concept = order.get("code") or order.get("codeCodeableConcept", {})
    return (_fact(FactKind.ORDER, concept, order.get("status", ""), _at(order.get("authoredOn"))),)


def _is_order_not_to(order: JsonObject) -> bool:
    """Tell whether QI-Core's extension says so: a DeviceRequest of R4 has no element for it."""
    return any(
        one["url"].startswith("http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-doNotPe")
        and one.get("valueBoolean")
        for one in order.get("modifierExtension", ())
    )


def _read_immunization(shot: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    status, when = shot.get("status", ""), _when(shot, "occurrence")
    return (_fact(FactKind.IMMUNIZATION, shot.get("vaccineCode", {}), status, when),)


def _read_document(document: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    titles = [one.get("attachment", {}).get("title", "") for one in document.get("content", ())]
    label = document.get("description") or _label(document.get("type", {})) or next(filter(None, titles), "")
    status, when = document.get("status", ""), _at(document.get("date"))
    return (_fact(FactKind.DOCUMENT, document.get("type", {}), status, when, label=label),)


def _read_coverage(coverage: JsonObject, _raw: bytes, _find: FindMedication) -> tuple[FactColumns, ...]:
    payers = [payer.get("display", "") for payer in coverage.get("payor", ())]
    label = _label(coverage.get("type", {})) or next(filter(None, payers), "")
    status, when = coverage.get("status", ""), _during(coverage.get("period", {}))
    return (_fact(FactKind.COVERAGE, coverage.get("type", {}), status, when, label=label),)


_READERS: dict[str, Callable[[JsonObject, bytes, FindMedication], tuple[FactColumns, ...]]] = {
    "Condition": _read_condition,
    "MedicationRequest": _read_request,
    "MedicationStatement": _read_statement,
    "MedicationDispense": _read_dispense,
    "AllergyIntolerance": _read_allergy,
    "Observation": _read_observation,
    "DiagnosticReport": _read_report,
    "Encounter": _read_encounter,
    "Procedure": _read_procedure,
    "Immunization": _read_immunization,
    "DocumentReference": _read_document,
    "Coverage": _read_coverage,
    "ServiceRequest": _read_order,
    "DeviceRequest": _read_order,
}
