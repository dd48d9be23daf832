"""Organizations, places, practitioners, their roles and services, read from FHIR R4 as entries of the directory.

Sources: https://hl7.org/fhir/R4/organization.html, location.html, practitioner.html, practitionerrole.html,
healthcareservice.html.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from careloop.facts.directory import ArrivedEntry, EntryDraft, EntryKind
from careloop.formats.fhir.faults import JsonObject

# A role that says no name has that of its practitioner.
UNNAMED = "?"
TYPES = ("Organization", "Location", "Practitioner", "PractitionerRole", "HealthcareService")


def read_entry(resource: JsonObject) -> ArrivedEntry | None:
    """Return what a resource says of an entry; None if it is of another type or names nothing."""
    read = READERS.get(str(resource.get("resourceType", "")))
    return read(resource) if read else None


def _organization(one: JsonObject) -> ArrivedEntry | None:
    return _entry(one, EntryKind.ORGANIZATION, _text(one, "name"), _contacts(one.get("telecom")))


def _location(one: JsonObject) -> ArrivedEntry | None:
    position = _object(one.get("position"))
    said = _contacts(one.get("telecom"))
    latitude, longitude = _degrees(position.get("latitude")), _degrees(position.get("longitude"))
    if latitude is not None and longitude is not None:
        said |= {"latitude": latitude, "longitude": longitude}
    return _entry(
        one, EntryKind.SITE, _text(one, "name"), said, organization=_reference(one.get("managingOrganization"))
    )


def _practitioner(one: JsonObject) -> ArrivedEntry | None:
    said = _contacts(one.get("telecom"))
    said["languages"] = _codes(one.get("communication"))
    # A qualification has its concept one level down.
    said["specialties"] = tuple(w for q in _objects(one.get("qualification")) for w in _words([q.get("code")]))
    return _entry(one, EntryKind.PRACTITIONER, _name(one), said)


def _role(one: JsonObject) -> ArrivedEntry | None:
    practitioner = _object(one.get("practitioner"))
    name = _text(practitioner, "display")
    said = _contacts(one.get("telecom"))
    said["specialties"] = _words(one.get("specialty")) or _words(one.get("code"))
    return _entry(
        one, EntryKind.ROLE, name or UNNAMED, said, organization=_reference(one.get("organization")),
        site=_reference(_first(one.get("location"))), practitioner=_reference(practitioner),
    )  # fmt: skip


def _service(one: JsonObject) -> ArrivedEntry | None:
    said = _contacts(one.get("telecom"))
    said["specialties"] = _words(one.get("specialty")) or _words(one.get("type"))
    said["languages"] = _codes(one.get("communication"))
    return _entry(
        one, EntryKind.SERVICE, _text(one, "name") or next(iter(_words(one.get("type"))), ""), said,
        organization=_reference(one.get("providedBy")), site=_reference(_first(one.get("location"))),
    )  # fmt: skip


READERS: Mapping[str, Callable[[JsonObject], ArrivedEntry | None]] = {
    "Organization": _organization,
    "Location": _location,
    "Practitioner": _practitioner,
    "PractitionerRole": _role,
    "HealthcareService": _service,
}


def _entry(
    one: JsonObject,
    kind: EntryKind,
    name: str,
    said: Mapping[str, object],
    *,
    organization: str = "",
    site: str = "",
    practitioner: str = "",
) -> ArrivedEntry | None:
    key, words = str(one.get("id", "")), " ".join(name.split())
    if not key or not words:
        return None
    is_active = one.get("active", True) is not False and one.get("status", "active") == "active"
    draft = EntryDraft(kind, words, address=_address(one.get("address")), is_active=is_active, **said)  # type: ignore[arg-type]
    return ArrivedEntry(f"{one['resourceType']}/{key}", draft, organization, site, practitioner)


def _contacts(telecom: object) -> dict[str, object]:
    """Return the first phone, fax and e-mail."""
    said: dict[str, object] = {}
    for one in _objects(telecom):
        system = str(one.get("system", ""))
        if system in ("phone", "fax", "email") and _text(one, "value"):
            said.setdefault(system, _text(one, "value"))
    return said


def _address(address: object) -> str:
    one = _object(_first(address) if isinstance(address, list) else address)
    if _text(one, "text"):
        return _text(one, "text")
    lines = one.get("line")
    parts = [str(line) for line in lines] if isinstance(lines, list) else []
    town = f"{_text(one, 'state')} {_text(one, 'postalCode')}".strip()
    return ", ".join(part for part in (*parts, _text(one, "city"), town) if part)


def _name(one: JsonObject) -> str:
    name = _object(_first(one.get("name")))
    if _text(name, "text"):
        return _text(name, "text")
    parts = [*_strings(name.get("prefix")), *_strings(name.get("given")), _text(name, "family")]
    return " ".join(part for part in parts if part)


def _words(concepts: object) -> tuple[str, ...]:
    """Return each concept in words: its text, else a display, else the code."""
    found = []
    for concept in _objects(concepts):
        codings = _objects(concept.get("coding"))
        displays = [_text(c, "display") or _text(c, "code") for c in codings]
        words = _text(concept, "text") or next((d for d in displays if d), "")
        if words:
            found.append(words)
    return tuple(dict.fromkeys(found))


def _codes(concepts: object) -> tuple[str, ...]:
    """Return the codes of each concept: languages are BCP 47 there."""
    codes = [_text(c, "code") for concept in _objects(concepts) for c in _objects(concept.get("coding"))]
    return tuple(dict.fromkeys(code for code in codes if code))


def _reference(one: object) -> str:
    return _text(_object(one), "reference")


def _degrees(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)).quantize(Decimal("0.000001")) if value is not None else None
    except InvalidOperation:
        return None


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else None


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> Sequence[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(one: JsonObject, name: str) -> str:
    value = one.get(name)
    return value.strip() if isinstance(value, str) else ""
