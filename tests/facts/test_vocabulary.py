"""The vocabulary: frozen values, and words of which each means one thing."""

import dataclasses
import importlib
from enum import Enum, IntFlag

import msgspec
import pytest

from careloop.facts.access import ALL_LABELS, Label
from tests.house.source import modules

ROOMS = sorted(name for name in modules("careloop.facts") if name != "careloop.facts")


def classes(name: str) -> list[type]:
    module = importlib.import_module(name)
    return [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == name]


def is_protocol(one: type) -> bool:
    """Return whether a class only says what others can do; typing.is_protocol is newer than the oldest Python here."""
    return bool(getattr(one, "_is_protocol", False))


# The facts that grow: they count while documents come in and while records leave.
COUNTS = {"Receipt", "Handed"}


@pytest.mark.parametrize("name", ROOMS)
def test_facts_are_frozen_and_hold_nothing_beside_their_fields(name: str) -> None:
    for one in classes(name):
        if dataclasses.is_dataclass(one):
            assert "__slots__" in vars(one), one
            assert one.__dataclass_params__.frozen or one.__name__ in COUNTS, one  # type: ignore[attr-defined]
        elif issubclass(one, msgspec.Struct):
            assert one.__struct_config__.frozen, one
        else:
            assert issubclass(one, Enum | Exception) or is_protocol(one), one


@pytest.mark.parametrize("name", ROOMS)
def test_no_word_means_two_things(name: str) -> None:
    for one in classes(name):
        if issubclass(one, Enum) and not issubclass(one, IntFlag):
            assert len({member.value for member in one}) == len(one.__members__), one


def test_every_label_is_one_bit_of_its_own() -> None:
    bits = [int(label) for label in Label]

    assert all(bit.bit_count() == 1 for bit in bits)
    assert sum(bits) == int(ALL_LABELS)
