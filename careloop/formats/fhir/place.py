"""Where somebody lives, as FHIR R4 says it with the extension for positions.

Source: https://hl7.org/fhir/R4/extension-geolocation.html.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from careloop.facts.finder import Position
from careloop.formats.fhir.faults import JsonObject

GEOLOCATION = "http://hl7.org/fhir/StructureDefinition/geolocation"


def read_home_position(patient: JsonObject) -> Position | None:
    """Return the position of a patient's address that is not an old one; None if the record has none that can be."""
    for address in _objects(patient.get("address")):
        if address.get("use") == "old":
            continue
        for one in _objects(address.get("extension")):
            if one.get("url") == GEOLOCATION:
                parts = {str(part.get("url")): part.get("valueDecimal") for part in _objects(one.get("extension"))}
                return _read(parts.get("latitude"), parts.get("longitude"))
    return None


def _read(latitude: object, longitude: object) -> Position | None:
    try:
        found = Position(Decimal(str(latitude)), Decimal(str(longitude)))
    except InvalidOperation:
        return None
    return found if -90 <= found.latitude <= 90 and -180 <= found.longitude <= 180 else None


def _objects(value: object) -> Sequence[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
