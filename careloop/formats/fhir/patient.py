"""The person behind a FHIR Patient: names, contacts, address, languages, death."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from careloop.facts.chart import Sex
from careloop.facts.intake import ContactColumns, IdentifierColumns, PatientColumns
from careloop.formats.fhir.faults import JsonObject
from careloop.formats.fhir.primitives import read_moment

# Which name stands for the person: the lower the better; those not used any more only for want of others.
_NAME_ORDER = {
    "official": 0,
    "usual": 1,
    "": 2,
    "temp": 3,
    "nickname": 4,
    "anonymous": 5,
    "maiden": 6,
    "old": 7,
}
_ADDRESS_ORDER = {"home": 0, "": 1, "temp": 2, "work": 3, "billing": 4, "old": 5}

_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_US_INTERPRETER = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"
_SNOMED_YES = "373066001"
_BCP_47 = "urn:ietf:bcp:47"

_NO_RANK = 1_000_000


def read_patient(patient: JsonObject, on: date) -> PatientColumns:
    """Return the columns of a Patient that has the right shape; ``on`` decides what has ended.

    A death known only by its day is put at 12:00 UTC, so that the day is the same in most zones.
    """
    names = _order(patient.get("name", ()), _NAME_ORDER, on)
    name = names[0] if names else {}
    address = next(iter(_order(patient.get("address", ()), _ADDRESS_ORDER, on)), {})
    born = read_moment(patient.get("birthDate", ""))
    died_at = _read_death(patient)
    given = _join(name.get("given", ()))
    return PatientColumns(
        # A name that comes only as one text is found under it.
        family=name.get("family") or ("" if given else name.get("text", "")),
        given=given,
        preferred_name=_find_preferred_name(names, name, on),
        full_name=_full_name(name),
        birth_on=born.day if born else None,
        birth_text=patient.get("birthDate", ""),
        sex=Sex(patient.get("gender", "unknown")),
        died_at=died_at,
        is_dead=died_at is not None or patient.get("deceasedBoolean", False),
        languages=_read_languages(patient.get("communication", ())),
        needs_interpreter=any(_asks_interpreter(one) for one in patient.get("extension", ())),
        address_lines=tuple(line for line in address.get("line", ()) if line),
        city=address.get("city", ""),
        state=address.get("state", ""),
        postal_code=address.get("postalCode", ""),
        country=address.get("country", ""),
        identifiers=tuple(_read_identifiers(patient.get("identifier", ()))),
        contacts=tuple(_read_contacts(patient.get("telecom", ()), on)),
    )


def _has_ended(part: JsonObject, on: date) -> bool:
    ended = read_moment(part.get("period", {}).get("end", ""))
    return ended is not None and ended.day < on


def _order(parts: Iterable[JsonObject], order: dict[str, int], on: date) -> list[JsonObject]:
    return sorted(parts, key=lambda part: (_has_ended(part, on), order[part.get("use", "")]))


def _join(parts: Iterable[str | None]) -> str:
    return " ".join(part for part in parts if part)


def _full_name(name: JsonObject) -> str:
    if "text" in name:
        return str(name["text"])
    return _join([*name.get("prefix", ()), *name.get("given", ()), name.get("family"), *name.get("suffix", ())])


def _find_preferred_name(names: list[JsonObject], chosen: JsonObject, on: date) -> str:
    """Return what the person wants to be called, where that is not the name in use anyway."""
    for use in ("nickname", "usual"):
        for name in names:
            if name.get("use") == use and name is not chosen and not _has_ended(name, on):
                return _join(name.get("given", ())) or str(name.get("text", ""))
    return ""


def _read_death(patient: JsonObject) -> datetime | None:
    died = read_moment(patient.get("deceasedDateTime", ""))
    if died is None:
        return None
    return died.at or datetime.combine(died.day, time(12), UTC)


def _read_languages(communications: Iterable[JsonObject]) -> tuple[str, ...]:
    ordered = sorted(communications, key=lambda one: not one.get("preferred", False))
    codes = [_read_language(one["language"]) for one in ordered if "language" in one]
    return tuple(dict.fromkeys(code for code in codes if code))


def _read_language(concept: JsonObject) -> str:
    codings = sorted(concept.get("coding", ()), key=lambda coding: coding.get("system") != _BCP_47)
    return next((coding["code"] for coding in codings if "code" in coding), "")


def _asks_interpreter(extension: JsonObject) -> bool:
    if extension.get("url") == _US_INTERPRETER:
        return bool(extension.get("valueCoding", {}).get("code") == _SNOMED_YES)
    return extension.get("url") == _INTERPRETER and extension.get("valueBoolean", False)


def _read_identifiers(identifiers: Iterable[JsonObject]) -> Iterable[IdentifierColumns]:
    for one in identifiers:
        if "value" in one:
            codings = one.get("type", {}).get("coding", ())
            code = next((coding["code"] for coding in codings if "code" in coding), "")
            yield IdentifierColumns(one.get("system", ""), one["value"], code)


def _read_contacts(telecoms: Iterable[JsonObject], on: date) -> Iterable[ContactColumns]:
    for one in sorted(telecoms, key=lambda telecom: telecom.get("rank", _NO_RANK)):
        if "value" in one and one.get("use") != "old" and not _has_ended(one, on):
            yield ContactColumns(one.get("system", ""), one["value"], one.get("use", ""))
