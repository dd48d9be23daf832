"""A message while it is being written: how it would look, what stops it, and what deserves a second look."""

from dataclasses import dataclass

from careloop.basics.words import Say
from careloop.facts.messages import Composed, Grade, PrivateWord


@dataclass(frozen=True, slots=True)
class Look:
    """A message as it would go. ``stops`` are why it cannot, ``hints`` what a writer may want to mend first.

    ``grade`` is None for a language without a formula; ``cost_hundredths`` (hundredths of a cent) is None unless it is
    a text message and the clinic said what a part costs.
    """

    composed: Composed
    grade: Grade | None
    cost_hundredths: int | None
    stops: tuple[Say, ...]
    hints: tuple[Say, ...]

    @property
    def may_go(self) -> bool:
        """Whether nothing stops it."""
        return not self.stops

    @property
    def private(self) -> tuple[PrivateWord, ...]:
        """The words that its road may not carry."""
        return self.composed.private
