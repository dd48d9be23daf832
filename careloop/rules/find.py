"""What somebody types to find a patient, taken apart: names, birth dates as people write them, telephones, numbers."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from careloop.facts.find import Ask
from careloop.rules.people import fold

# More pieces than this tell nobody apart any better.
MOST = 8
LEAST_LETTERS = 2
OLDEST = 1880
# What people write before a number or a birth date; it is no name.
BEFORE_NUMBERS = frozenset({"mrn", "dob"})
# The last seven digits of a telephone number are its own here; ten are all of one.
PHONE_DIGITS = (7, 10)

# The first three letters of each month, without accents, in the languages of the screens.
_MONTHS = (
    ("jan", "ene"), ("feb",), ("mar",), ("apr", "abr"), ("may",), ("jun",),
    ("jul",), ("aug", "ago"), ("sep",), ("oct",), ("nov",), ("dec", "dic"),
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d-])(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?![\d-])")
_DAY_NAME = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|o)?[ .-]+(?:de )?([a-z]{3,10})\.?,?[ -]+(?:del? )?(\d{4})(?!\d)"
)
_NAME_DAY = re.compile(r"(?<![a-z])([a-z]{3,10})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?!\d)")
_EIGHT = re.compile(r"(?<![\w-])(\d{4})(\d{2})(\d{2})(?![\w-])")
_PHONE = re.compile(r"(?<![\w])\+?\(?\d[\d ().-]{5,}\d(?!\w)")
# What parts names: the same signs as plain_name in the database.
_SIGNS = re.compile("[:;'’ʼ`\\-‐‑.,/()\"]+")


def read_asks(text: str, today: date) -> tuple[Ask, ...]:
    """Return the pieces of what was typed, or nothing if they are too little to tell people apart."""
    left = _plain_digits(fold(text.replace("\x00", " ")))
    asks: list[Ask] = []
    for pattern, read in ((_YEAR_FIRST, _from_numbers), (_YEAR_LAST, _from_numbers), (_DAY_NAME, _from_names),
                          (_NAME_DAY, _from_names)):  # fmt: skip
        for match in pattern.finditer(left):
            if births := read(match, today):
                asks.append(Ask(births=births))
                left = left.replace(match.group(), " ", 1)
    for match in _PHONE.finditer(left):
        asks.append(_as_digits(match.group(), today))
        left = left.replace(match.group(), " ", 1)
    asks += _as_tokens(left)
    if len(asks) > 1:
        asks = [ask for ask in asks if ask.word not in BEFORE_NUMBERS]
    return tuple(asks[:MOST]) if any(_says_something(ask) for ask in asks) else ()


def _says_something(ask: Ask) -> bool:
    return bool(ask.births or ask.phone) or len(ask.word) >= LEAST_LETTERS or len(ask.number) > LEAST_LETTERS


def _as_tokens(text: str) -> Iterator[Ask]:
    for token in text.split():
        words = [word for word in _SIGNS.sub(" ", token).split() if any(c.isalpha() for c in word)]
        if any(c.isdigit() for c in token):
            # "MRN-12" is a number; a name can hold digits too.
            yield Ask(word=words[0] if len(words) == 1 else "", number=make_number(token))
        else:
            yield from (Ask(word=word) for word in words)


def make_number(text: str) -> str:
    """Return an identifier without case, blanks and signs, as the database compares it."""
    return "".join(c for c in text.lower() if c.isascii() and c.isalnum())


def _as_digits(text: str, today: date) -> Ask:
    digits = "".join(c for c in text if c.isdigit())
    least, most = PHONE_DIGITS
    phone = digits[-most:] if least <= len(digits) else ""
    return Ask(births=_from_eight(text.strip(), today), number=make_number(text), phone=phone)


def _from_eight(text: str, today: date) -> tuple[date, ...]:
    """Read 19580314 and 03141958."""
    if not _EIGHT.fullmatch(text):
        return ()
    first = _days([(text[:4], text[4:6], text[6:])], today)
    return first or _both_ways(text[:2], text[2:4], text[4:], today)


def _from_numbers(match: re.Match[str], today: date) -> tuple[date, ...]:
    a, b, c = match.groups()
    return _days([(a, b, c)], today) if len(a) == 4 else _both_ways(a, b, c, today)


def _both_ways(a: str, b: str, year: str, today: date) -> tuple[date, ...]:
    """Read month and day in either order: 3/4 is the 4th of March here and the 3rd of April elsewhere."""
    if len(year) == 2:
        # Nobody is born tomorrow: 58 is 1958 until 2058.
        year = f"{today.year // 100}{year}"
        past = _days([(year, a, b), (year, b, a)], today)
        return past or _days([(str(int(year) - 100), a, b), (str(int(year) - 100), b, a)], today)
    return _days([(year, a, b), (year, b, a)], today)


def _from_names(match: re.Match[str], today: date) -> tuple[date, ...]:
    first, second, year = match.groups()
    name, day = (second, first) if first.isdigit() else (first, second)
    month = _MONTH.get(name[:3])
    return _days([(year, str(month), day)], today) if month else ()


def _days(parts: list[tuple[str, str, str]], today: date) -> tuple[date, ...]:
    days = []
    for year, month, day in parts:
        try:
            on = date(int(year), int(month), int(day))
        except ValueError:
            continue
        # A day more than today: somebody born now in another zone.
        if on.year >= OLDEST and on <= today + timedelta(days=1) and on not in days:
            days.append(on)
    return tuple(days)


def _plain_digits(text: str) -> str:
    """Return a text with the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
