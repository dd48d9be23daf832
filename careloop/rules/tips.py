"""Notes on what worked: what in their words could tell who a patient is, and until when they hold. Pure.

A note is read by everybody who works here, so no patient is in it. Names are looked for as pairs of words, a whole date
of the past could be a day of birth, a long number somebody's record, a telephone anybody's: what the database does not
know as the clinic's own is refused. What is in no list is not found: it helps a writer, and replaces no care.
"""

import re
from datetime import date, timedelta
from itertools import pairwise

from careloop.basics.folding import fold_words
from careloop.facts.tips import Clues

MOST_WORDS = 600
# Digits of a telephone, with what people write between them; a number of a record is six digits or more.
_PHONE = re.compile(r"(?<![\w])\+?\(?\d[\d\s().\-]{5,}\d(?![\w])")
_NUMBER = re.compile(r"(?<![\w])[A-Za-z]{0,4}[- ]?\d{5,}(?![\w])")
_WRITTEN = re.compile(r"(?<!\d)(\d{1,4})[-/.](\d{1,2})[-/.](\d{2,4})(?!\d)")
_MONTHS = ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep", "oct", "nov", "dec dic")
_IN_WORDS = re.compile(r"(?<!\w)(\d{1,2})?\.?\s*(?:de\s+)?([a-z]{3})[a-z]*\.?\s+(?:de\s+)?(\d{1,2},?\s+)?(\d{4})(?!\d)")


def find_clues(words: str) -> Clues:
    """Return what in a text could be a patient's: pairs of words both ways round, telephones, numbers, whole dates."""
    folded = fold_words(words)
    pairs = list(pairwise(folded))
    names = dict.fromkeys(one for a, b in pairs if not (a + b).isdigit() for one in (f"{a} {b}", f"{b} {a}"))
    written = [re.sub(r"\D", "", one) for one in _PHONE.findall(words) if not find_dates(one)]
    phones = dict.fromkeys(one for one in written if 7 <= len(one) <= 15)
    numbers = dict.fromkeys(found.strip() for found in _NUMBER.findall(words))
    return Clues(tuple(names), tuple(phones), tuple(numbers), find_dates(words))


def find_dates(words: str) -> tuple[date, ...]:
    """Return the whole dates in a text, each way round that it can be read: 2/3/1950 is in February and in March."""
    found: dict[date, None] = {}
    for first, second, third in _WRITTEN.findall(words):
        for year, month, day in ((first, second, third), (third, first, second), (third, second, first)):
            _add(found, int(year), int(month), int(day))
    for day_before, month, day_after, year in _IN_WORDS.findall(words.lower()):
        number = next((n for n, names in enumerate(_MONTHS, 1) if month in names.split()), 0)
        for day in (day_before, day_after.strip(" ,")):
            if day and number:
                _add(found, int(year), number, int(day))
    return tuple(found)


def may_be_birth(dates: tuple[date, ...], today: date) -> bool:
    """Tell whether a whole date lies a year back or more: nobody writes such a one of a clinic's day."""
    return any(one <= today - timedelta(days=365) for one in dates)


def good_until(on: date, days: int) -> date:
    """Return until which day a note holds that was written, or helped again, on a day."""
    return on + timedelta(days=days)


def _add(found: dict[date, None], year: int, month: int, day: int) -> None:
    if year < 100:
        year += 1900 if year > 30 else 2000
    if year < 1880:
        return
    try:
        found[date(year, month, day)] = None
    except ValueError:
        return
