"""Whether a caller is who they say. Pure: the same answer for who is wrong and for who is not known."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from careloop.facts.callers import ENOUGH, MOST_WRONG, WITHIN_MINUTES, Given, Known
from careloop.rules.people import fold


def is_confirmed(given: Given, known: Known, *, code_is_right: bool) -> bool:
    """Tell whether what a caller said is enough: the code word, or two identifiers and none that is wrong.

    A code word that was said and is wrong is never made good by identifiers.
    """
    if given.code:
        return code_is_right
    said = compare(given, known)
    return len(said) >= ENOUGH and all(said)


def compare(given: Given, known: Known) -> tuple[bool, ...]:
    """Return for each identifier that was said whether it is right."""
    pairs = (
        (given.birth_on is not None, given.birth_on == known.birth_on),
        (bool(given.phone), _digits(given.phone) in {_digits(one) for one in known.phones if _digits(one)}),
        (bool(given.postal_code), _digits(given.postal_code)[:5] == _digits(known.postal_code)[:5] != ""),
        (bool(given.record_number), _plain(given.record_number) in {_plain(one) for one in known.record_numbers}),
    )
    return tuple(is_right for was_said, is_right in pairs if was_said)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same, whatever the order of their parts, accents and case."""
    return bool(one.strip()) and name_parts(one) == name_parts(other)


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name in a fixed order: how often a name was asked for is counted by them."""
    return tuple(sorted(fold(name).replace(",", " ").split()))


def fold_code(code: str) -> str:
    """Return a code word as it is compared: accents, case and blanks say nothing."""
    return _plain(code.replace("\x00", ""))


def closed_until(wrong: Iterable[datetime], at: datetime) -> datetime | None:
    """Return from when one may try again after too many wrong tries, None if one may try now.

    ``wrong`` are the moments of wrong tries, in any order; only those of the last hour count.
    """
    span = timedelta(minutes=WITHIN_MINUTES)
    recent = sorted(one for one in wrong if at - span < one <= at)
    return recent[-MOST_WRONG] + span if len(recent) >= MOST_WRONG else None


def _digits(text: str) -> str:
    """Return the last ten digits: +1 before a number of the United States says nothing."""
    return "".join(c for c in text if c.isdecimal())[-10:]


def _plain(text: str) -> str:
    return "".join(fold(text).split())
