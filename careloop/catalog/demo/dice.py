"""Chance that repeats itself: the same words give the same throws on every machine and Python."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws that depend only on the words they were made with.

    Python promises that a text seed and ``random()`` stay the same from version to version, and
    promises it of nothing else in that module: so everything here is made of ``random()``.
    """

    __slots__ = ("_random",)

    def __init__(self, words: str) -> None:
        self._random = Random(words)  # noqa: S311 - invented people need no secret chance

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """Return one of the things."""
        return things[self.between(0, len(things) - 1)]
