"""Reading one document of FHIR R4: apart, checked, its references resolved, its facts taken out.

Pure and picklable: bytes in, a Package out, for any bytes and without ever raising.
"""

import hashlib
import json
import re
from collections import Counter
from datetime import date
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from careloop.facts.intake import IncomingResource, Package, Problem, Rejected
from careloop.formats.fhir.definitions import KNOWN, PATIENT_PATHS, TAKEN_IN
from careloop.formats.fhir.extract import extract
from careloop.formats.fhir.faults import MAX_FAULTS, Fault, Json, JsonObject, Visit, walk
from careloop.formats.fhir.labels import read_labels
from careloop.formats.fhir.patient import read_patient
from careloop.formats.fhir.primitives import is_id, read_moment
from careloop.formats.fhir.references import Links, find_patient, rewrite
from careloop.formats.fhir.split import MAX_RESOURCE_BYTES, Piece, explain_unreadable, reject, split
from careloop.formats.fhir.validate import MAX_NAME, find_contained, find_nulls, validate

# The deepest that orjson writes. FHIR's own structures are some 15 deep, the rest is extensions.
MAX_DEPTH = 254
# FHIR asks for 18 digits. PostgreSQL could hold more, but a short exponent can ask for 130,000 of them.
MAX_NUMBER_CHARACTERS = 64
MAX_EXPONENT = 64

_DIGITS = bytes(48 if byte in b"0123456789." else byte for byte in range(256))
_NUMBER = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(-?[0-9][0-9.]*)(?:[eE]([+-]?[0-9]+))?')

_AS_JSON = "send one valid JSON object in UTF-8 (lines of NDJSON: in a file named .ndjson)"

# Types that may or may not be about a patient; without one they are part of the directory.
_PATIENT_OPTIONAL = frozenset({"Device"})


def read_document(raw: bytes, *, is_ndjson: bool, on: date) -> Package:
    """Read a bundle, a resource or lines of NDJSON; ``on`` is today, and decides which names have ended.

    Never raises. A resource that cannot be taken in is in ``rejected`` with all reasons; of an atomic
    package the caller takes all or nothing. The same resource twice in a document counts once.
    """
    document = split(raw, is_ndjson=is_ndjson)
    for piece in document.pieces:
        piece.fhir_id = _identify(piece)
    reader = _Reader(raw, document.pieces, on)
    rejected = document.rejected
    resources = []
    # What tells about other resources is read last: it belongs to the patient of those.
    for piece in sorted(document.pieces, key=lambda one: one.type == "Provenance"):
        one = reader.read(piece)
        if isinstance(one, Rejected):
            rejected.append(one)
        elif one is not None:
            resources.append(one)
    return Package(tuple(resources), tuple(rejected), document.atomic)


def _identify(piece: Piece) -> str:
    """Return the id of a resource: its own, that of its address, else one made from address or text."""
    if piece.fhir_id:
        return piece.fhir_id
    for address in (piece.put_url, piece.full_url):
        *_, kind, last = ("", *address.split("/"))
        if kind == piece.type and is_id(last):
            return last
    name = piece.full_url or hashlib.sha256(piece.raw).hexdigest()
    return str(uuid5(NAMESPACE_URL, name.encode(errors="replace").decode()))


class _Reader:
    """Reads the pieces of one document one after the other."""

    def __init__(self, raw: bytes, pieces: list[Piece], on: date) -> None:
        self._on = on
        self._links = Links(pieces)
        self._medications = {f"{p.type}/{p.fhir_id}": p.raw for p in pieces if p.type == "Medication"}
        self._may_hold_long_number = _may_hold_long_number(raw)
        # By type and id: the hash of what was taken in, and the patient it belongs to.
        self._seen: dict[str, bytes] = {}
        self._owners: dict[str, str | None] = {}

    def read(self, piece: Piece) -> IncomingResource | Rejected | None:
        """Read one resource; None when the document held the very same before."""
        if len(piece.raw) > MAX_RESOURCE_BYTES:
            fix = "leave out embedded files"
            return reject(piece.raw, piece.place, f"is larger than {MAX_RESOURCE_BYTES >> 20} MB", fix)
        try:
            resource = orjson.loads(piece.raw)
        except orjson.JSONDecodeError:
            return reject(piece.raw, piece.place, explain_unreadable(piece.raw), _AS_JSON)
        found = self._check(piece, resource)
        if found:
            problems = tuple(Problem(*fault) for fault in found[:MAX_FAULTS])
            return Rejected(piece.type, piece.fhir_id, problems, piece.raw)
        return self._take(piece, resource)

    def _check(self, piece: Piece, resource: Json) -> list[Fault]:
        name = resource.get("resourceType") if isinstance(resource, dict) else None
        if not isinstance(name, str):
            fix = "write a resource with its resourceType"
            return [(piece.place, "is not a FHIR resource", fix)]
        if name not in TAKEN_IN:
            why = "is not taken in yet" if name in KNOWN else "is not a resource type of FHIR R4"
            return [("resourceType", f"this type of resource {why}", "leave it out or correct the type")]
        try:
            anew = orjson.dumps(resource)
        except orjson.JSONEncodeError:
            return [(name, f"is nested more than {MAX_DEPTH} deep", "take out the innermost extensions")]
        faults = _check_text(piece, resource, anew) or self._check_shape(piece, resource, anew)
        return [(name + path, why, fix) for path, why, fix in faults]

    def _check_shape(self, piece: Piece, resource: JsonObject, anew: bytes) -> list[Fault]:
        visit = Visit(self._links, find_contained(resource))
        faults = validate(resource, visit)
        if b"null" in anew:
            faults += find_nulls(resource)
        if visit.has_odd_number or self._may_hold_long_number:
            faults += _find_odd_numbers(piece.raw)
        piece.references = visit.references
        return faults

    def _take(self, piece: Piece, resource: JsonObject) -> IncomingResource | Rejected | None:
        digest = hashlib.sha256(piece.raw).digest()
        place = f"{piece.type}/{piece.fhir_id}"
        if place in self._seen:
            if self._seen[place] == digest:
                return None
            why = "is in this document twice, with different contents"
            problem = Problem(f"{piece.type}.id", why, "send one of the two, or each in a file of its own")
            return Rejected(piece.type, piece.fhir_id, (problem,), piece.raw)
        patient, fault = self._find_owner(piece, resource)
        if fault:
            problem = Problem(piece.type + fault[0], *fault[1:])
            return Rejected(piece.type, piece.fhir_id, (problem,), piece.raw)
        self._seen[place] = digest
        self._owners[place] = patient
        raw = rewrite(piece.raw, self._links, piece.references) if self._links.has_changes else piece.raw
        meta = resource.get("meta", {})
        updated = read_moment(meta.get("lastUpdated", ""))
        version = meta.get("versionId", "")
        return IncomingResource(
            type=piece.type,
            fhir_id=piece.fhir_id,
            patient_ref=patient,
            raw=raw,
            sha256=digest,
            last_updated=updated.at if updated else None,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            labels=int(read_labels(resource)),
            facts=extract(resource, piece.raw, self._find_medication),
            patient=read_patient(resource, self._on) if piece.type == "Patient" else None,
        )

    def _find_owner(self, piece: Piece, resource: JsonObject) -> tuple[str | None, Fault | None]:
        if piece.type == "Patient":
            return piece.fhir_id, None
        if piece.type not in PATIENT_PATHS:
            return None, None
        patients, fault = find_patient(resource, self._links)
        if piece.type == "Provenance":
            texts = [self._links[one["reference"]].text for one in resource["target"] if "reference" in one]
            owners = [self._owners[text] for text in texts if text in self._owners]
            if owners and not patients and not any(owners):
                return None, None
            patients.update(owner for owner in owners if owner)
        if fault or len(patients) == 1:
            return (patients.pop() if patients else None), fault
        if not patients and piece.type in _PATIENT_OPTIONAL:
            return None, None
        why = "names more than one patient" if patients else "does not say whose record this is"
        return None, (f".{PATIENT_PATHS[piece.type]}", why, "refer to one Patient")

    def _find_medication(self, text: str) -> JsonObject | None:
        raw = self._medications.get(self._links[text].text) if text else None
        if raw is None:
            return None
        try:
            medication: JsonObject = orjson.loads(raw)
        except orjson.JSONDecodeError:
            return None
        has_nul = b"\\u0000" in raw and bool(_find_nuls(medication))
        is_good = not has_nul and not validate(medication, Visit(self._links, find_contained(medication)))
        return medication if is_good else None


def _check_text(piece: Piece, resource: JsonObject, anew: bytes) -> list[Fault]:
    """Return what JSON allows and a record does not: a name twice, the character NUL.

    ``anew`` is the text of what was read. It has as many quotes as the text that came, unless a name came
    twice and one of the two was dropped.
    """
    has_escapes = b"\\" in piece.raw
    if piece.quotes != anew.count(b'"') or (has_escapes and b"\\u0022" in piece.raw):
        faults = _find_repeated_names(piece.raw)
        if faults:
            return faults
    return _find_nuls(resource) if has_escapes and b"\\u0000" in piece.raw else []


def _may_hold_long_number(raw: bytes) -> bool:
    """Tell whether digits and points stand in a row that is longer than a number may be.

    Every eighth byte is looked at first, for such a row holds eight of those: few texts need more.
    """
    few = raw[::8].translate(_DIGITS)
    return b"0" * (MAX_NUMBER_CHARACTERS // 8) in few and b"0" * MAX_NUMBER_CHARACTERS in raw.translate(_DIGITS)


def _find_repeated_names(raw: bytes) -> list[Fault]:
    repeated: set[str] = set()

    def build(pairs: list[tuple[str, Any]]) -> JsonObject:
        if len({name for name, _ in pairs}) < len(pairs):
            repeated.update(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        return {}

    json.loads(raw, object_pairs_hook=build, parse_int=str, parse_float=str)
    return [
        ("", f"names the element {name[:MAX_NAME]} twice in one object", "keep one of the two")
        for name in sorted(repeated)
    ]


def _find_nuls(resource: JsonObject) -> list[Fault]:
    why, fix = "holds the character NUL, which cannot be stored", "remove the character"
    found = (
        ("".join(steps), why, fix)
        for steps, one in walk(resource)
        if "\0" in (one if isinstance(one, str) else "".join(one) if isinstance(one, dict) else "")
    )
    return list(islice(found, MAX_FAULTS))


def _find_odd_numbers(raw: bytes) -> list[Fault]:
    for match in _NUMBER.finditer(raw):
        digits, exponent = match.groups()
        if digits and (len(digits) > MAX_NUMBER_CHARACTERS or abs(_clip(exponent)) > MAX_EXPONENT):
            why = f"has a number of more than {MAX_NUMBER_CHARACTERS} digits"
            return [("", why, "round it to the digits that were measured")]
    return []


def _clip(exponent: bytes | None) -> int:
    return int(exponent[:5]) if exponent else 0
