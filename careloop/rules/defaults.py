"""Which of the values of a default holds on a day."""

from collections.abc import Sequence
from datetime import date

from careloop.facts.defaults import DatedDefault


def value_on(values: Sequence[DatedDefault], on: date) -> int:
    """Return the default that holds on a day; values stand in the order of their first day.

    :raises LookupError: if none holds that early
    """
    return [one.value for one in values if one.from_on <= on][-1]
