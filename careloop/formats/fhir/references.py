"""References between resources: what each leads to inside its document, and their rewriting to "Type/id".

The rules are those of https://hl7.org/fhir/R4/bundle.html#references and references.html. The text of a
resource is changed only inside the strings of its "reference" members; all else stays byte for byte.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import orjson

from careloop.formats.fhir.definitions import KNOWN, PATIENT_PATHS
from careloop.formats.fhir.faults import Fault, Json, JsonObject, Link
from careloop.formats.fhir.split import Piece

_PLACE = re.compile(r"(?:(https?://\S+)/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_REFERENCE = re.compile(rb'("reference"\s*:\s*)(' + _STRING + rb")")
_USUAL = re.compile(rb'\s*:\s*"[^"\\]+"')
_MEMBER = re.compile(rb"(" + _STRING + rb")(?:(\s*:\s*)(" + _STRING + rb"))?", re.DOTALL)


class _Named(msgspec.Struct):
    identifier: Any = None


class Links(dict[str, Link]):
    """What every reference of one document leads to, worked out when first asked for.

    ``has_changes`` tells whether any reference asked for so far is to be rewritten.
    """

    def __init__(self, entries: Iterable[Piece]) -> None:
        super().__init__()
        self._entries = list(entries)
        # Where an address stands for more than one resource, nobody can say which: None.
        self._by_url: dict[str, str | None] = {}
        # The servers that this document comes from: their addresses mean "here".
        self._bases: set[str] = set()
        for entry in self._entries:
            if entry.full_url:
                self._note(_fold(entry.full_url), entry)
                place = _PLACE.fullmatch(entry.full_url)
                if place and place[1]:
                    self._bases.add(place[1])
                    self._note(f"{place[2]}/{place[3]}", entry)
        self.has_changes = False
        # The texts of references in JSON as they came, some with the colon before them, and as they are to be.
        self.literals: dict[bytes, bytes] = {}
        # By type, for each type that was asked for: by system and value.
        self._by_identifier: dict[str, dict[tuple[str | None, str], set[str]]] = {}

    def _note(self, address: str, entry: Piece) -> None:
        name = f"{entry.type}/{entry.fhir_id}"
        self._by_url[address] = name if self._by_url.get(address, name) == name else None

    def __missing__(self, text: str) -> Link:
        """Work out one reference (not one to a contained resource) and remember it."""
        link = self[text] = self._find(text)
        self.has_changes |= link.text != text
        return link

    def _find(self, text: str) -> Link:
        base, slash, version = text.partition("/_history/")
        address = _fold(base)
        if address in self._by_url:
            found = self._by_url[address]
            if found is None:
                return _broken(text, "is the address of more than one resource", "give each its own fullUrl")
            return Link(found + slash + version, found.partition("/")[0])
        if base.casefold().startswith(("urn:uuid:", "urn:oid:")):
            return _broken(text, "names no resource of this document", "send the resource in the same bundle")
        if "?" in base:
            return self._find_conditional(text)
        place = _PLACE.fullmatch(base)
        if place and place[2] in KNOWN:
            here = place[1] in self._bases
            return Link(f"{place[2]}/{place[3]}{slash}{version}" if here else text, place[2])
        if _ADDRESS.fullmatch(text):
            return Link(text)
        return _broken(text, "is not a reference that FHIR knows", 'write "Type/id" or an address')

    def _find_conditional(self, text: str) -> Link:
        """Resolve "Type?identifier=system|value" where a resource of the document carries it."""
        kind, _, query = text.partition("?")
        if kind not in KNOWN:
            return Link(text) if _ADDRESS.fullmatch(text) else _broken(text, "names no type", "name the type")
        name, _, token = query.partition("=")
        if name != "identifier" or "&" in token:
            return Link(text, kind)
        system, bar, value = _unescape(token).rpartition("|")
        found = self.find_identified(kind, system if bar else None, value)
        if len(found) > 1:
            return _broken(text, "is the identifier of more than one resource", "refer to one by its id")
        return Link(found.pop() if found else text, kind)

    def find_identified(self, kind: str, system: str | None, value: str) -> set[str]:
        """Return "Type/id" of the resources that carry an identifier; ``system`` None means any."""
        if kind not in self._by_identifier:
            found: dict[tuple[str | None, str], set[str]] = {}
            for entry in self._entries:
                for one_system, one_value in _identifiers_of(entry.raw) if entry.type == kind else ():
                    for key in ((one_system, one_value), (None, one_value)):
                        found.setdefault(key, set()).add(f"{kind}/{entry.fhir_id}")
            self._by_identifier[kind] = found
        return set(self._by_identifier[kind].get((system, value), ()))


def _fold(address: str) -> str:
    # UUIDs compare without regard to case (RFC 4122); other addresses do not.
    return address.lower() if address[:9].lower() == "urn:uuid:" else address


def _broken(text: str, why: str, fix: str) -> Link:
    return Link(text, None, (".reference", why, fix))


def _unescape(text: str) -> str:
    raw = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), text.encode())
    return raw.decode(errors="replace")


def _identifiers_of(raw: bytes) -> Iterator[tuple[str, str]]:
    try:
        named = msgspec.json.decode(raw, type=_Named).identifier
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return
    for one in named if isinstance(named, list) else [named]:
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            yield str(one.get("system") or ""), one["value"]


def rewrite(raw: bytes, links: Links, count: int) -> bytes:
    """Return the text of a resource with its references rewritten to what ``links`` say.

    ``count`` is how many references the check met: when the quick search finds another number,
    somebody wrote the name "reference" with escapes, and every member is read.
    """
    changed = _rewrite_plain(raw, links, count)
    return _rewrite_any(raw, links, count) if changed is None else changed


def _rewrite_plain(raw: bytes, links: Links, count: int) -> bytes | None:
    """Return the rewritten text where every reference is written in the usual way; else None."""
    start, *parts = raw.split(b'"reference"')
    if len(parts) != count:
        return None
    made = [start]
    find = links.literals.get
    for part in parts:
        # The colon, perhaps a blank, and the text in its quotes: it has one character at least.
        end = part.find(b'"', 3) + 1
        came = part[:end]
        new = find(came)
        if new is None:
            if not _USUAL.fullmatch(came):
                return None
            colon, literal = came[: came.index(b'"')], came[came.index(b'"') :]
            new = links.literals[came] = b'"reference"' + colon + _rewrite_text(literal, links)
        made += (new, part[end:])
    return b"".join(made)


def _rewrite_any(raw: bytes, links: Links, count: int) -> bytes:
    def replace(match: re.Match[bytes]) -> bytes:
        return match[1] + _rewrite_text(match[2], links)

    def replace_member(match: re.Match[bytes]) -> bytes:
        if match[3] is None or orjson.loads(match[1]) != "reference":
            return match[0]
        return match[1] + match[2] + _rewrite_text(match[3], links)

    changed, found = _REFERENCE.subn(replace, raw)
    return changed if found == count else _MEMBER.sub(replace_member, raw)


def _rewrite_text(literal: bytes, links: Links) -> bytes:
    new = links.literals.get(literal)
    if new is None:
        text: str = orjson.loads(literal)
        target = text if text[:1] == "#" else links[text].text
        new = links.literals[literal] = literal if target == text else orjson.dumps(target)
    return new


def find_patient(resource: JsonObject, links: Links) -> tuple[set[str], Fault | None]:
    """Return the fhir_ids of the patients that a resource names as its own, and what is wrong.

    By the patient compartment of FHIR R4 (https://hl7.org/fhir/R4/compartmentdefinition-patient.html),
    but for those who performed or asserted something: only whose record it is counts. An empty set
    without a fault means that the resource says nothing about it.
    """
    path = PATIENT_PATHS[resource["resourceType"]]
    named = resource.get(path)
    text = named.get("reference", "#") if isinstance(named, dict) else "#"
    kept = links[text].text if text[0] != "#" else ""
    if kept.startswith("Patient/") and kept.count("/") == 1:
        return {kept[8:]}, None
    patients: set[str] = set()
    others: set[str] = set()
    for reference in _walk(resource, path.split(".")):
        for text in _texts_of(reference, links):
            place = None if text[0] == "#" else _PLACE.fullmatch(text.partition("/_history/")[0])
            if place and place[2] == "Patient" and place[1] is None:
                patients.add(place[3])
            else:
                others.add(text)
    if patients or not others or path in ("participant.actor", "actor", "target"):
        return patients, None
    why = "does not lead to one patient whose record this is"
    return patients, (
        f".{path}",
        why,
        'refer to a Patient as "Patient/id", or send the Patient in the bundle',
    )


def _texts_of(reference: JsonObject, links: Links) -> list[str]:
    text = reference.get("reference")
    if text is not None:
        return [text if text[0] == "#" else links[text].text]
    logical = reference.get("identifier", {})
    value = logical.get("value")
    found = links.find_identified("Patient", logical.get("system"), value) if value else set()
    return [found.pop()] if len(found) == 1 else ["?"]


def _walk(value: Json, names: list[str]) -> Iterator[JsonObject]:
    for one in value if isinstance(value, list) else [value]:
        if not names:
            yield one
        elif names[0] in one:
            yield from _walk(one[names[0]], names[1:])
