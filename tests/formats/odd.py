"""JSON as nobody writes it: samples changed in one place, odd values, and numbers and depths no writer makes."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from careloop.formats.fhir.definitions import TYPES

Json = Any

# Stand in a changed sample for a text that no value of Python writes.
LITERALS = {
    "@huge": "1e400",
    "@endless": "1e-99999999999999999999",
    "@long": "9" * 5000,
    "@digits": "0." + "1" * 70,
    "@nan": "NaN",
    "@octal": "01",
    "@half": '"\\ud800"',
    "@lists": "[" * 1500 + "]" * 1500,
    "@objects": '{"extension":[' * 1500 + "]}" * 1500,
    "@contains": '[{"contains":' * 1500 + "[]" + "}]" * 1500,
    "@entries": '{"resourceType":"Bundle","entry":[{"resource":' * 500 + "{}" + "}]}" * 500,
}
STRINGS = (
    "", " ", "\0", "a\0b", "\x7f\x1b[31m", "\u202eabc", "\ufeff", "\ud83d\ude00", "e\u0301" * 40, "\uffff", "%00", "#",
    "#a", "Patient/p1", "urn:uuid:", "urn:oid:1", "Patient?identifier=%", "/_history/1", "http://x/Patient/p1|2",
    "0001-01-01", "9999-12-31T23:59:59.999999999-14:00", "2024-02-30", "2016-12-31T23:59:60Z", "1961-04", "T", "\u0661",
    "x" * 5000, "/0.0.0.0" * 500, ":" * 3000, "<div>" * 300, "Bundle", "Patient", "true",
)  # fmt: skip
VALUES: tuple[Json, ...] = (
    None, True, False, 0, -1, 1.5, -0.0, 2**31, 2**63, 2**64, 10**80, 5e-324, 1e308, [], {}, [[]], [None], {"": None},
    {"id": "a"}, [{"url": "http://x", "valueString": "x"}], {"reference": "#"}, *STRINGS, *LITERALS,
)  # fmt: skip
NAMES = (
    "resourceType",
    *sorted({name for fields in TYPES.values() for name in fields}),
    "",
    "\0",
    "_id",
    "fhir_comments",
)


def change(value: Json, chance: Random) -> Json:
    """Return a JSON value changed in up to four places."""
    made = _copy(value)
    for _ in range(chance.choice((1, 1, 2, 4))):
        made = _change_once(made, chance)
    return made


def write(value: Json, chance: Random) -> bytes:
    """Return a JSON value as a text, in one of the ways that JSON allows."""
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, None, 1)))
    for mark, literal in LITERALS.items():
        text = text.replace(f'"{mark}"', literal)
    return text.encode(errors="surrogatepass")


def _change_once(value: Json, chance: Random) -> Json:
    places = list(_places(value))
    if not places:
        return _choose(chance)
    holder, key = chance.choice(places)
    how = chance.randrange(7)
    if how < 3:
        holder[key] = _choose(chance)
    elif how == 3:
        del holder[key]
    elif how == 4:
        other, name = chance.choice(places)
        holder[key] = _copy(other[name])
    elif how == 5:
        holder[key] = (
            [holder[key], _copy(holder[key])] if chance.random() < 0.5 else {chance.choice(NAMES): holder[key]}
        )
    elif isinstance(holder, dict):
        holder[chance.choice(NAMES)] = holder.pop(key) if chance.random() < 0.5 else _choose(chance)
    else:
        holder.insert(chance.randrange(len(holder) + 1), _copy(holder[key]))
    return value


def _choose(chance: Random) -> Json:
    return _copy(chance.choice(VALUES))


def _copy(value: Json) -> Json:
    return json.loads(json.dumps(value))


def _places(value: Json) -> Iterator[tuple[Json, Any]]:
    """Yield every object or list with each of its names or numbers."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            waiting.append(holder[key])
