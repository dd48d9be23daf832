"""FHIR R4 resources as the entries that quality measures read. Types that no measure reads are passed over."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from careloop.facts.chart import SYSTEMS
from careloop.facts.measures import (
    Component,
    Dosage,
    Entry,
    Kind,
    Moment,
    Person,
    Quantity,
    Span,
    Supply,
    Unanswerable,
    Value,
    When,
)
from careloop.formats.fhir.timing import quote, read_moment, read_period, read_quantity, read_when

Body = Mapping[str, Any]

QICORE = "http://hl7.org/fhir/us/qicore/StructureDefinition/"
NOT_DONE = frozenset({f"{QICORE}qicore-notDoneReason", f"{QICORE}qicore-doNotPerformReason"})
RECORDED = f"{QICORE}qicore-recorded"
FORBIDDEN = f"{QICORE}qicore-doNotPerform"

# Nobody puts more bundles than this into one another.
DEEPEST_BUNDLE = 20

KINDS = {str(kind): kind for kind in Kind}

# Where each type holds the code that says what it is about, and when it was.
CODED = {
    Kind.ADVERSE_EVENT: "event",
    Kind.DEVICE_REQUEST: "codeCodeableConcept",
    Kind.ENCOUNTER: "type",
    Kind.MEDICATION_REQUEST: "medicationCodeableConcept",
}
TIMED = {
    Kind.ALLERGY: "onset",
    Kind.CONDITION: "onset",
    Kind.OBSERVATION: "effective",
    Kind.PROCEDURE: "performed",
}


@dataclass(frozen=True, slots=True)
class Portrait:
    """What one document tells: who the patient is, if it says so, and the entries that measures read."""

    people: tuple[tuple[str, Person], ...]
    entries: tuple[Entry, ...]


def read_portrait(raw: bytes, name: str) -> Portrait:
    """Return patient and entries of a resource or a bundle; reports of measures and other types are passed over.

    :raises Unanswerable: if it is no FHIR JSON or a date, number or code in it cannot be read, naming the place
    """
    people: list[tuple[str, Person]] = []
    entries: list[Entry] = []
    for where, body in _unpack(_parse(raw, name), name):
        kind = body.get("resourceType")
        if kind == "Patient":
            born = read_moment(body.get("birthDate"), f"{where}.birthDate")
            people.append((where, Person(born, str(body.get("gender") or ""))))
        elif kind in KINDS:
            entries.append(_read_entry(body, KINDS[kind], where))
    return Portrait(tuple(people), tuple(entries))


def join_portraits(portraits: Iterable[Portrait], name: str) -> tuple[Person, tuple[Entry, ...]]:
    """Return the one patient of several documents and their entries, each once.

    :raises Unanswerable: if there is no patient, or two, or one resource stands there twice and differently
    """
    people: dict[Person, str] = {}
    entries: dict[object, Entry] = {}
    for portrait in portraits:
        people |= {person: where for where, person in portrait.people}
        for entry in portrait.entries:
            key = (entry.kind, entry.id) if entry.id else entry.where
            known = entries.setdefault(key, entry)
            if replace(known, where="") != replace(entry, where=""):
                raise Unanswerable(entry.where, f"{entry.id} stands also in {known.where}, and differently")
    if len(people) != 1:
        why = f"tells of {len(people)} patients: {', '.join(people.values())}" if people else "holds no Patient"
        raise Unanswerable(name, f"{why}; a folder is one patient")
    return next(iter(people)), tuple(entries.values())


def _parse(raw: bytes, name: str) -> object:
    try:
        return json.loads(raw, parse_float=_read_number, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as fault:
        raise Unanswerable(name, f"cannot be read as JSON: {fault}") from None


def _read_number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        message = f"{quote(text)} is too large or too small a number"
        raise ValueError(message) from None


def _refuse_constant(word: str) -> None:
    message = f"{word} is no number of JSON"
    raise ValueError(message)


def _unpack(document: object, name: str, depth: int = 0) -> Iterable[tuple[str, Body]]:
    """Yield each resource of a document with its place."""
    if depth > DEEPEST_BUNDLE:
        raise Unanswerable(name, f"holds more than {DEEPEST_BUNDLE} bundles in one another")
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise Unanswerable(name, "is no FHIR resource: it has no resourceType")
    if document["resourceType"] != "Bundle":
        yield f"{name}: {document['resourceType']}", document
        return
    items = document.get("entry", [])
    if not isinstance(items, list):
        raise Unanswerable(name, "is not built as FHIR R4 says: Bundle.entry is no list")
    for number, item in enumerate(items):
        resource = item.get("resource") if isinstance(item, dict) else None
        if isinstance(resource, dict):
            yield from _unpack(resource, f"{name}: Bundle.entry[{number}]", depth + 1)


def _read_entry(body: Body, kind: Kind, where: str) -> Entry:
    try:
        return _build_entry(body, kind, where)
    except (AttributeError, TypeError, KeyError, ValueError) as fault:
        raise Unanswerable(where, f"is not built as FHIR R4 says: {fault}") from None


def _build_entry(body: Body, kind: Kind, where: str) -> Entry:
    extensions = {one.get("url"): one for one in _list(body.get("extension"))}
    return Entry(
        kind=kind,
        id=str(body.get("id") or ""),
        where=where,
        codes=read_codes(body.get(CODED.get(kind, "code"))),
        status=str(body.get("status") or ""),
        intent=str(body.get("intent") or ""),
        is_forbidden=_is_forbidden(body),
        categories=read_codes(body.get("category")),
        clinical=read_codes(body.get("clinicalStatus")),
        body_sites=read_codes(body.get("bodySite")),
        profiles=frozenset(str(one) for one in _list((body.get("meta") or {}).get("profile"))),
        during=_read_during(body, kind, where),
        abatement=_read_abatement(body, where) if kind is Kind.CONDITION else None,
        authored=read_moment(body.get("authoredOn"), f"{where}.authoredOn"),
        recorded=_read_recorded(body, kind, extensions, where),
        issued=read_moment(body.get("issued"), f"{where}.issued") if kind is Kind.OBSERVATION else None,
        reasons=read_codes(body.get("reasonCode")),
        refused=frozenset().union(
            *(read_codes(one.get("valueCodeableConcept")) for url, one in extensions.items() if url in NOT_DONE)
        ),
        value=_read_value(body, where),
        components=tuple(
            Component(read_codes(part.get("code")), _read_value(part, f"{where}.component[{number}]"))
            for number, part in enumerate(_list(body.get("component")))
        ),
        encounter_id=_last_part(body.get("encounter")),
        class_code=str((body.get("class") or {}).get("code") or "") if kind is Kind.ENCOUNTER else "",
        discharge=read_codes((body.get("hospitalization") or {}).get("dischargeDisposition")),
        based_on=tuple(_last_part(one) for one in _list(body.get("basedOn"))),
        supply=_read_supply(body, where) if kind is Kind.MEDICATION_REQUEST else Supply(),
    )


def read_codes(value: object) -> frozenset[str]:
    """Return the "system|code" texts of a CodeableConcept, a Coding, or a list of them; systems by short names."""
    found: set[str] = set()
    for concept in value if isinstance(value, list) else [value]:
        if not isinstance(concept, Mapping):
            continue
        for coding in _list(concept["coding"]) if "coding" in concept else [concept]:
            if coding.get("system") and coding.get("code"):
                found.add(f"{SYSTEMS.get(coding['system'], coding['system'])}|{coding['code']}")
    return frozenset(found)


def _is_forbidden(body: Body) -> bool:
    marks = (one for one in _list(body.get("modifierExtension")) if one.get("url") == FORBIDDEN)
    return body.get("doNotPerform") is True or any(one.get("valueBoolean") is True for one in marks)


def _read_during(body: Body, kind: Kind, where: str) -> When:
    if kind is Kind.ENCOUNTER:
        return read_period(body.get("period"), f"{where}.period")
    if kind is Kind.TASK:
        return read_period(body.get("executionPeriod"), f"{where}.executionPeriod")
    return read_when(body, TIMED[kind], where) if kind in TIMED else None


def _read_abatement(body: Body, where: str) -> When:
    """Return when a condition ended; a period of ending ends just before its last moment."""
    if "abatementPeriod" not in body:
        return read_when(body, "abatement", where)
    span = read_period(body["abatementPeriod"], f"{where}.abatementPeriod")
    return None if span is None else Span(span.low, span.high, is_high_closed=False)


def _read_recorded(body: Body, kind: Kind, extensions: Mapping[object, Body], where: str) -> Moment | None:
    if kind is Kind.ADVERSE_EVENT:
        return read_moment(body.get("recordedDate"), f"{where}.recordedDate")
    if kind is Kind.PROCEDURE and RECORDED in extensions:
        return read_moment(extensions[RECORDED].get("valueDateTime"), f"{where}.extension(qicore-recorded)")
    return None


def _read_value(body: Body, where: str) -> Value | None:
    """Return what was found; None if there is nothing, or a quantity that cannot be compared."""
    name = next((key for key in body if key.startswith("value") and body[key] is not None), None)
    if name is None:
        return None
    if name == "valueQuantity":
        quantity = read_quantity(body[name], f"{where}.valueQuantity")
        return None if quantity is None else Value(quantity=quantity)
    return Value(codes=read_codes(body[name])) if name == "valueCodeableConcept" else Value()


def _read_supply(body: Body, where: str) -> Supply:
    request = body.get("dispenseRequest") or {}
    place = f"{where}.dispenseRequest"
    return Supply(
        dosages=tuple(
            _read_dosage(one, f"{where}.dosageInstruction[{number}]")
            for number, one in enumerate(_list(body.get("dosageInstruction")))
        ),
        days=read_quantity(request.get("expectedSupplyDuration"), f"{place}.expectedSupplyDuration"),
        quantity=read_quantity(request.get("quantity"), f"{place}.quantity"),
        repeats=_read_count(request.get("numberOfRepeatsAllowed"), f"{place}.numberOfRepeatsAllowed"),
        valid=read_period(request.get("validityPeriod"), f"{place}.validityPeriod"),
    )


def _read_dosage(one: Body, where: str) -> Dosage:
    place = f"{where}.timing.repeat"
    repeat = (one.get("timing") or {}).get("repeat") or {}
    every = repeat.get("period")
    period = None if every is None else read_quantity({"value": every, "code": repeat.get("periodUnit")}, place)
    return Dosage(
        bounds=read_period(repeat.get("boundsPeriod"), f"{place}.boundsPeriod"),
        frequency=_read_count(repeat.get("frequency"), f"{place}.frequency"),
        frequency_max=_read_count(repeat.get("frequencyMax"), f"{place}.frequencyMax"),
        period=period,
        times_of_day=len(_list(repeat.get("timeOfDay"))),
        doses=tuple(_read_dose(dose, where) for dose in _list(one.get("doseAndRate"))),
    )


def _read_dose(dose: Body, where: str) -> Quantity | None:
    if isinstance(several := dose.get("doseRange"), Mapping):
        return read_quantity(several.get("high"), f"{where}.doseAndRate.doseRange.high")
    return read_quantity(dose.get("doseQuantity"), f"{where}.doseAndRate.doseQuantity")


def _read_count(value: object, where: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Unanswerable(where, f"{quote(value)} is no whole number")


def _last_part(reference: object) -> str:
    text = reference.get("reference") if isinstance(reference, Mapping) else None
    return str(text).rsplit("/", 1)[-1] if text else ""


def _list(value: object) -> list[Any]:
    """Return a list as it is and nothing as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        message = "a list is expected"
        raise TypeError(message)
    return value
