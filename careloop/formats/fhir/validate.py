"""The shape of a resource against FHIR R4: one compiled check for each type, made when first needed.

Own checks and not a JSON Schema, which cannot say that a day exists, that only one of a choice is there or
what a reference may lead to. Structures compiled for msgspec, asking Python only for what they cannot say,
were measured too: on Synthea bundles they took as long as these checks (3.3 and 3.4 times as long as reading
the JSON), for most of the time goes into the values that no compiled structure can judge.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice

import orjson

from careloop.formats.fhir.definitions import CODES, KNOWN, TYPES, Element
from careloop.formats.fhir.faults import (
    MAX_FAULTS,
    Check,
    Fault,
    Faults,
    Json,
    JsonObject,
    Link,
    Visit,
    name_kind,
    walk,
)
from careloop.formats.fhir.primitives import PRIMITIVES, code_check

# Types that JSON names after the type they restrict: doseQuantity, not doseSimpleQuantity.
_WRITTEN_AS = {"SimpleQuantity": "Quantity", "MoneyQuantity": "Quantity"}

# Types that hold texts alone, mostly the same ones; how many good ones of each are remembered, of what length.
_REPEATED = frozenset({"CodeableConcept", "Coding"})
_MOST_REMEMBERED = 4096
_LONGEST_REMEMBERED = 512

# Longer names are no names of FHIR; they are shown by their beginning.
MAX_NAME = 64

_AS_OBJECT = "write it as one object in braces"
_EMPTY: Fault = ("", "is empty", "leave the element out")


def validate(resource: JsonObject, visit: Visit) -> list[Fault]:
    """Return what is wrong with a resource of a type that is taken in; paths start below its type."""
    return _object_check(resource["resourceType"])(resource, visit) or []


def find_contained(resource: JsonObject) -> dict[str, str]:
    """Return the type of each contained resource by its id (what is malformed is left to the check)."""
    contained = resource.get("contained")
    if not isinstance(contained, list):
        return {}
    found = [one for one in contained if isinstance(one, dict)]
    return {str(one.get("id")): str(one.get("resourceType")) for one in found}


def find_nulls(resource: JsonObject) -> list[Fault]:
    """Return every null in a list that has no extension in its place (``given`` beside ``_given``).

    Nulls elsewhere are found by the shape.
    """
    found = (fault for steps, one in walk(resource) if isinstance(one, dict) for fault in _find_nulls_in(steps, one))
    return list(islice(found, MAX_FAULTS))


def _find_nulls_in(steps: list[str], value: JsonObject) -> Iterator[Fault]:
    for key, item in value.items():
        if isinstance(item, list) and None in item:
            other = value.get(key.removeprefix("_") if key.startswith("_") else "_" + key)
            there = other if isinstance(other, list) else []
            for n, one in enumerate(item):
                if one is None and there[n : n + 1] in ([], [None]):
                    path = f"{''.join(steps)}.{key}[{n}]"
                    yield path, "is null, with no extension in its place", "leave it out"


def _put_below(step: str, faults: list[Fault]) -> list[Fault]:
    return [(step + path, why, fix) for path, why, fix in faults]


@cache
def _object_check(name: str) -> Check:
    """Return the check of a structure. Its elements are compiled when it first meets a value."""
    checks: dict[str, Check] = {}
    find = checks.get
    find_gaps = _gap_finder(TYPES[name])

    def check(value: Json, visit: Visit) -> Faults:
        if type(value) is not dict or not value:
            return [_EMPTY if value == {} else ("", f"must be an object, but is {name_kind(value)}", _AS_OBJECT)]
        if not checks:
            _compile(name, checks)
        faults: list[Fault] = []
        for key, item in value.items():
            one = find(key)
            bad = one(item, visit) if one else _explain_unknown(key, checks)
            if bad:
                faults += _put_below(f".{key[:MAX_NAME]}", bad)
                if len(faults) >= MAX_FAULTS:
                    break
        if find_gaps:
            faults += find_gaps(value)
        return faults or None

    return check


def _gap_finder(elements: dict[str, Element]) -> Callable[[JsonObject], list[Fault]] | None:
    """Return what finds missing elements and second values of a choice, if the structure can have any."""
    choices = _find_choices(elements)
    # One test for each choice, of all names that its value may have.
    is_choice = [names.__contains__ for names in choices.values()]
    required = tuple(field for field, element in elements.items() if element.is_required)

    def find_gaps(value: JsonObject) -> list[Fault]:
        faults: list[Fault] = []
        for is_one in is_choice:
            if sum(map(is_one, value)) > 1:
                faults = _find_second_values(value, choices)
        for field in required:
            if field not in value:
                faults += _find_missing(field, value, choices)
        return faults

    return find_gaps if is_choice or required else None


def _find_choices(elements: dict[str, Element]) -> dict[str, frozenset[str]]:
    """Return the names under which each choice ("value[x]") may be written, with their "_" neighbours."""
    choices: dict[str, frozenset[str]] = {}
    for field, element in elements.items():
        if field.endswith("[x]"):
            names = [name_choice(field, kind) for kind in element.kinds]
            beside = ["_" + name for name, kind in zip(names, element.kinds, strict=True) if _is_primitive(kind)]
            choices[field] = frozenset([*names, *beside])
    return choices


def name_choice(field: str, kind: str) -> str:
    """Return how an element is written in JSON: a choice has its type in the name ("valueQuantity")."""
    if not field.endswith("[x]"):
        return field
    base = kind.partition(">")[0].partition("#")[0]
    written = _WRITTEN_AS.get(base, base)
    return field.removesuffix("[x]") + written[0].upper() + written[1:]


def _compile(name: str, checks: dict[str, Check]) -> None:
    """Put the check of every name that a structure may hold into ``checks``."""
    for field, element in TYPES[name].items():
        for kind in element.kinds:
            written = name_choice(field, kind)
            check, beside = _kind_check(kind), _object_check("Element")
            if element.is_list:
                check = _list_check(check, may_hold_null=_is_primitive(kind))
                beside = _list_check(beside, may_hold_null=True)
            checks[written] = check
            if _is_primitive(kind):
                checks["_" + written] = beside
    if name in KNOWN:
        checks["resourceType"] = PRIMITIVES["code"]


def _explain_unknown(key: str, checks: dict[str, Check]) -> list[Fault]:
    known = next((name for name in checks if name.casefold() == key.casefold()), None)
    fix = f"write it as {known}" if known else "remove it, or move it into an extension"
    return [("", "is not an element of this type", fix)]


def _find_second_values(value: JsonObject, choices: dict[str, frozenset[str]]) -> list[Fault]:
    faults = []
    for field, names in choices.items():
        given = list(dict.fromkeys(name.removeprefix("_") for name in value if name in names))
        why = f"is a second value of {field} beside {given[0]}" if given else ""
        faults += [(f".{name}", why, "keep one of the two") for name in given[1:]]
    return faults


def _find_missing(field: str, value: JsonObject, choices: dict[str, frozenset[str]]) -> list[Fault]:
    if field not in choices:
        return [] if "_" + field in value else [(f".{field}", "is required and missing", "add it")]
    if not choices[field].isdisjoint(value):
        return []
    names = ", ".join(sorted(name for name in choices[field] if name[0] != "_"))
    return [(f".{field}", "is required and missing", f"add one of: {names}")]


def _is_primitive(kind: str) -> bool:
    return kind[0].islower()


@cache
def _kind_check(kind: str) -> Check:
    """Return the check of one kind as ``definitions.Element`` writes it."""
    base, _, value_set = kind.partition("#")
    if base == "code" and value_set:
        return code_check(frozenset(code for codes in CODES[value_set].values() for code in codes))
    if base in PRIMITIVES:
        return PRIMITIVES[base]
    if base == "Resource":
        return _check_contained
    if base.startswith("Reference"):
        return _reference_check(frozenset(base.split(">")[1:]))
    check = _coded_check(base, value_set) if value_set else _object_check(base)
    return _remember_good(check) if base in _REPEATED else check


def _remember_good(check: Check) -> Check:
    """Return a check that knows again what it found good, by its text: codes come again and again.

    What has extensions is checked each time, for they may hold references and numbers, which ``visit`` counts.
    """
    known: set[bytes] = set()

    def check_new(value: Json, visit: Visit) -> Faults:
        text = orjson.dumps(value)
        if text in known:
            return None
        faults = check(value, visit)
        if not faults and len(text) <= _LONGEST_REMEMBERED and b'"extension"' not in text:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            known.add(text)
        return faults

    return check_new


def _list_check(check: Check, *, may_hold_null: bool) -> Check:
    def check_list(value: Json, visit: Visit) -> Faults:
        if type(value) is not list:
            return [("", f"must be a list, but is {name_kind(value)}", "write it in square brackets")]
        if not value:
            return [_EMPTY]
        faults: list[Fault] = []
        for n, item in enumerate(value):
            if item is None and may_hold_null:
                continue
            bad = check(item, visit)
            if bad:
                faults += _put_below(f"[{n}]", bad)
                if len(faults) >= MAX_FAULTS:
                    break
        return faults or None

    return check_list


def _reference_check(targets: frozenset[str]) -> Check:
    """Return the check of a reference: its shape, that it leads somewhere, and to a type allowed here."""
    check_shape = _object_check("Reference")
    may_be = f"refer to one of: {', '.join(sorted(targets))}"

    def check(value: Json, visit: Visit) -> Faults:
        kind = None
        text = value.get("reference") if type(value) is dict and len(value) == 1 else None
        if type(text) is not str or not text:
            # Most references hold one text and nothing else; the others are looked at in full.
            faults = check_shape(value, visit)
            if faults:
                return faults
            kind = value.get("type")
            text = value.get("reference")
        if text is not None:
            visit.references += 1
            link = visit.links[text] if text[0] != "#" else _find_inside(text, visit)
            if link.fault:
                return [link.fault]
            kind = link.type or kind
        if targets and kind in KNOWN and kind not in targets:
            return [("", f"refers to a {kind}, which is not allowed here", may_be)]
        return None

    return check


def _find_inside(text: str, visit: Visit) -> Link:
    """Return what a reference to a contained resource leads to; "#" is the resource around it."""
    named = visit.contained.get(text[1:])
    if named is None and text != "#":
        return Link(text, None, (".reference", "names no contained resource", "add the contained resource"))
    return Link(text, named)


def _coded_check(base: str, value_set: str) -> Check:
    """Return the check of a Coding or CodeableConcept that must have a code of a value set."""
    allowed = {(system, code) for system, codes in CODES[value_set].items() for code in codes}
    check_shape = _object_check(base)
    shown = ", ".join(sorted(code for _, code in allowed))

    def check(value: Json, visit: Visit) -> Faults:
        faults = check_shape(value, visit)
        if faults:
            return faults
        codings = value.get("coding", ()) if base == "CodeableConcept" else (value,)
        if any((coding.get("system"), coding.get("code")) in allowed for coding in codings):
            return None
        if not codings and "extension" in value:
            return None
        systems = ", ".join(CODES[value_set])
        return [("", "has none of the codes required here", f"add a coding of {systems} with one of: {shown}")]

    return check


def _check_contained(value: Json, visit: Visit) -> Faults:
    if type(value) is not dict:
        return [("", f"must be a resource, but is {name_kind(value)}", "write the resource as an object")]
    name = value.get("resourceType")
    if not isinstance(name, str) or name not in KNOWN:
        return [(".resourceType", "is not a resource type of FHIR R4", "correct the type")]
    if "contained" in value:
        return [(".contained", "may not stand in a contained resource", "contain both in the outer resource")]
    return _object_check(name)(value, visit) if name in TYPES else _check_loosely(value, visit)


def _check_loosely(value: JsonObject, visit: Visit) -> Faults:
    """Check a contained resource of a type without definitions: nothing empty, references that lead on."""
    visit.has_odd_number = True
    faults: list[Fault] = []
    for steps, one in walk(value):
        if len(faults) >= MAX_FAULTS:
            break
        if isinstance(one, str | dict | list) and (not one or (isinstance(one, str) and one.isspace())):
            faults += _put_below("".join(steps), [_EMPTY])
        text = one.get("reference") if isinstance(one, dict) else None
        if isinstance(text, str) and text:
            visit.references += 1
            link = visit.links[text] if text[0] != "#" else _find_inside(text, visit)
            faults += _put_below("".join(steps), [link.fault]) if link.fault else []
    return faults or None
