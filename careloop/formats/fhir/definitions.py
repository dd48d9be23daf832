"""The structure of FHIR R4 (4.0.1) for the resources that are taken in, as plain tables.

``definitions.json`` beside this module is made by ``scripts/make_fhir_schema.py`` from the official
package and read once, when this module is imported: the one file that this pure floor opens.
"""

from pathlib import Path
from typing import Any, NamedTuple

import orjson


class Element(NamedTuple):
    """One element of a type: must it be there, is it a list, and of what kinds.

    A kind is a type name, a local structure ("Observation.component"), a code with its required
    value set ("code#observation-status") or a reference with its targets ("Reference>Group>Patient").
    """

    is_required: bool
    is_list: bool
    kinds: tuple[str, ...]


_parts: dict[str, Any] = orjson.loads(Path(__file__).with_name("definitions.json").read_bytes())

# Resource types that Careloop keeps; all resource types of R4.
TAKEN_IN: frozenset[str] = frozenset(_parts["taken_in"])
KNOWN: frozenset[str] = frozenset(_parts["known"])

# Element that names the patient, by resource type; types that are not here belong to no patient.
PATIENT_PATHS: dict[str, str] = _parts["patient"]

# Codes of the value sets with a required binding: value set, system, codes.
CODES: dict[str, dict[str, list[str]]] = _parts["codes"]

TYPES: dict[str, dict[str, Element]] = {
    name: {
        field: Element(bool(least), bool(is_list), tuple(kinds)) for field, (least, is_list, kinds) in fields.items()
    }
    for name, fields in _parts["types"].items()
}
