"""FHIR R4 value sets read: OID, version and codes, from an expansion or from codes that are listed one by one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from careloop.facts.chart import SYSTEMS
from careloop.facts.measures import ValueSet

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CANONICAL = re.compile(r"(?:.*[/:])?([0-2](?:\.(?:0|[1-9]\d*)){3,})")


class ValueSetFault(Exception):  # noqa: N818
    """A file is no value set that can be loaded: ``path`` names the place in it, ``fix`` says how to mend it."""

    def __init__(self, path: str, why: str, fix: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why, self.fix = path, why, fix


def read_value_sets(raw: bytes) -> tuple[ValueSet, ...]:
    """Return the value set of a file, or all of a bundle; codes are "system|code" with short names of systems.

    :raises ValueSetFault: if it is no value set, or lists its codes only by rules that we do not follow
    """
    try:
        document = orjson.loads(raw.removeprefix(BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as fault:
        raise ValueSetFault("", f"cannot be read as JSON: {fault}", "save it anew as FHIR JSON") from None
    bodies = list(_unpack(document))
    if not bodies:
        raise ValueSetFault("", "holds no ValueSet", "name files with FHIR R4 ValueSet resources")
    return tuple(_read(path, body) for path, body in bodies)


def _unpack(document: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    kind = document.get("resourceType") if isinstance(document, dict) else None
    if kind == "ValueSet" and isinstance(document, dict):
        yield "ValueSet", document
    elif kind == "Bundle" and isinstance(document, dict):
        items = document.get("entry") or []
        if not isinstance(items, list):
            raise ValueSetFault("Bundle.entry", "is no list", "ask its publisher for another")
        for number, item in enumerate(items):
            resource = item.get("resource") if isinstance(item, dict) else None
            if isinstance(resource, dict) and resource.get("resourceType") == "ValueSet":
                yield f"Bundle.entry[{number}].resource", resource


def _read(path: str, body: Mapping[str, Any]) -> ValueSet:
    try:
        codes = _read_codes(path, body)
        oid = _find_oid(path, body)
    except (AttributeError, TypeError, KeyError) as fault:
        raise ValueSetFault(path, f"is not built as FHIR R4 says: {fault}", "ask its publisher for another") from None
    except RecursionError:
        raise ValueSetFault(path, "is nested too deep", "ask its publisher for another") from None
    name = str(body.get("title") or body.get("name") or oid)
    version, publisher = str(body.get("version") or ""), str(body.get("publisher") or "")
    if any("\0" in text for text in (name, version, publisher, *codes)):
        raise ValueSetFault(path, "holds the character NUL, which cannot be stored", "remove the character")
    return ValueSet(oid, version, name, publisher, codes)


def _find_oid(path: str, body: Mapping[str, Any]) -> str:
    written = [body.get("url"), *(one.get("value") for one in body.get("identifier") or []), body.get("id")]
    for text in written:
        if isinstance(text, str) and (found := CANONICAL.fullmatch(text.partition("|")[0])):
            return found.group(1)
    fix = "give the value set a url or identifier that ends in its OID"
    raise ValueSetFault(path, "names no OID", fix)


def _read_codes(path: str, body: Mapping[str, Any]) -> frozenset[str]:
    """Return the codes of the expansion, or else those that are listed; none at all is a fault."""
    expansion = body.get("expansion") or {}
    found = set(_expanded(expansion.get("contains") or []))
    whole = expansion.get("total")
    if found and isinstance(whole, int) and whole > _count(expansion.get("contains") or []):
        fix = "load the whole expansion, not a page of it"
        why = f"its expansion holds fewer than its {whole} codes"
        raise ValueSetFault(path, why, fix)
    if not found:
        found = set(_listed(path, body.get("compose") or {}))
    if not found:
        fix = "load it with its expansion, or with the codes listed in compose.include.concept"
        raise ValueSetFault(path, "holds no codes", fix)
    return frozenset(found)


def _expanded(contains: list[Mapping[str, Any]]) -> Iterator[str]:
    for one in contains:
        if one.get("code") and one.get("system") and one.get("abstract") is not True:
            yield _spell(one["system"], one["code"])
        yield from _expanded(one.get("contains") or [])


def _count(contains: list[Mapping[str, Any]]) -> int:
    return sum(1 + _count(one.get("contains") or []) for one in contains)


def _listed(path: str, compose: Mapping[str, Any]) -> Iterator[str]:
    fix = "load it with its expansion"
    if compose.get("exclude"):
        place = f"{path}.compose.exclude"
        raise ValueSetFault(place, "leaves codes out by a rule that is not followed here", fix)
    for number, include in enumerate(compose.get("include") or []):
        place = f"{path}.compose.include[{number}]"
        if include.get("filter") or include.get("valueSet") or not include.get("concept"):
            raise ValueSetFault(place, "takes codes in by a rule that is not followed here", fix)
        if not include.get("system"):
            raise ValueSetFault(place, "names no system", "name the code system of the codes")
        yield from (_spell(include["system"], concept["code"]) for concept in include["concept"])


def _spell(system: object, code: object) -> str:
    if not isinstance(system, str) or not isinstance(code, str):
        message = "system and code are texts"
        raise TypeError(message)
    return f"{SYSTEMS.get(system, system)}|{code}"
