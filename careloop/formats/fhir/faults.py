"""What the checks of this room share: a fault with its path, and what one resource needs to be checked."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

# Path from the value that was checked (".valueQuantity.value", "[2].code"), why, and how to mend it.
Fault = tuple[str, str, str]
Faults = list[Fault] | None

# No more is said about one resource: by then it is plain that it is something else.
MAX_FAULTS = 25

# Any value as JSON gives it.
Json = Any
JsonObject = dict[str, Any]


class Link(NamedTuple):
    """What a reference leads to: its text when kept, the type it names (if known), what is wrong."""

    text: str
    type: str | None = None
    fault: Fault | None = None


class Visit:
    """The state while one resource is checked.

    ``links`` says what a reference leads to; ``contained`` is id to type of the contained resources;
    ``references`` counts the references met; ``has_odd_number`` is set when a number may be too large,
    too small or too long to be kept with all its digits.
    """

    __slots__ = ("contained", "has_odd_number", "links", "references")

    def __init__(self, links: Mapping[str, Link], contained: dict[str, str]) -> None:
        self.links = links
        self.contained = contained
        self.references = 0
        self.has_odd_number = False


# A check returns None when all is well.
Check = Callable[[Json, Visit], Faults]


def walk(value: Json) -> Iterator[tuple[list[str], Json]]:
    """Yield a JSON value and everything inside it, each with the steps of its path, to be joined at once.

    The steps are one list that changes as the walk goes on: a hostile text can have a million long paths.
    """
    steps = [""]
    levels: list[Iterator[tuple[str, Json]]] = [iter([("", value)])]
    while levels:
        for step, one in levels[-1]:
            steps[-1] = step
            yield steps, one
            if isinstance(one, dict | list):
                levels.append(_name_items(one))
                steps.append("")
                break
        else:
            levels.pop()
            steps.pop()


def _name_items(holder: JsonObject | list[Json]) -> Iterator[tuple[str, Json]]:
    if isinstance(holder, dict):
        return ((f".{name}", item) for name, item in holder.items())
    return ((f"[{n}]", item) for n, item in enumerate(holder))


def name_kind(value: object) -> str:
    """Return what a JSON value is, in words."""
    if value is None:
        return "null"
    names = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
