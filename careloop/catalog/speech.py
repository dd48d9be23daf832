"""Words: turns a ``Say`` into a sentence of a language, from ``data/languages/<language>/*.toml``.

A key is the path of tables in any file of the language's folder ("check.hba1c_overdue.title"). A
sentence names its values in braces; a sentence with a ``count`` may have a form for one and one for
other. A value that comes from a record (a label, a name) is inserted as it stands. Every key stands in
every language with the same values (a test proves it), so nothing falls back to another language.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter

from careloop.basics.words import Say, Value

LANGUAGES = Path(__file__).parent / "data" / "languages"
PLURAL = frozenset({"one", "other"})


class WordsError(Exception):
    """A file of words is wrong: the message names language, file and key."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a key says in one language: ``one`` for a count of one, ``other`` for the rest."""

    one: str
    other: str

    @property
    def names(self) -> frozenset[str]:
        """The names of the values that the sentence wants."""
        return frozenset(name for text in (self.one, self.other) for name in _names(text))


def speak(say: Say, language: str, *, today: date | None = None) -> str:
    """Say it in a language ("en", "es"; "es-MX" is taken for "es").

    A day is written as staff read it ("Tue 24 Nov"); its year is added when it is not the year of
    ``today``, and always when ``today`` is not given. The key ``text.free`` says its value ``text``.
    Raises KeyError naming an unknown language, an unknown key, or a value that the sentence wants and
    was not given.
    """
    words = load_words(_primary(language))
    if say.key not in words:
        message = f"No words for {say.key} in {language}."
        raise KeyError(message)
    values = dict(say.values)
    sentence = words[say.key]
    missing = sorted(sentence.names - values.keys())
    if missing:
        message = f"{say.key} needs {', '.join(missing)}."
        raise KeyError(message)
    text = sentence.one if values.get("count") == 1 else sentence.other
    return text.format_map({name: _write(value, language, today) for name, value in values.items()})


def speak_day(on: date, language: str, *, today: date | None = None) -> str:
    """Write a day as staff read it: "Tue 24 Nov", "mar 24 nov"; with its year as ``speak`` adds it."""
    return _write_day("day.short" if today and today.year == on.year else "day.with_year", on, language)


def speak_date(on: date, language: str, *, with_year: bool = True) -> str:
    """Write a date without its weekday: "14 Mar 1958", "14 mar 1958"; or "14 Mar"."""
    return _write_day("day.date" if with_year else "day.date_without_year", on, language)


def speak_long_day(on: date, language: str, *, with_year: bool = False) -> str:
    """Write a day in full: "Friday 20 November", "viernes 20 de noviembre"."""
    return _write_day("day.long_with_year" if with_year else "day.long", on, language)


def speak_clock(wall: datetime) -> str:
    """Write what the clock on the wall shows, as staff read it in either language: "9:30 am"."""
    return f"{wall.hour % 12 or 12}:{wall.minute:02} {'am' if wall.hour < 12 else 'pm'}"


def _write_day(key: str, on: date, language: str) -> str:
    words = load_words(_primary(language))
    return words[key].other.format(
        weekday=words[f"day.weekday.{on.isoweekday()}"].other,
        day=on.day,
        weekday_name=words[f"day.weekday_name.{on.isoweekday()}"].other,
        month=words[f"day.month.{on.month}"].other,
        month_name=words[f"day.month_name.{on.month}"].other,
        year=on.year,
    )


def say_medicine(name: str) -> str:
    """Write the name of an ingredient as it begins a line: "lithium carbonate", "Lithium carbonate"."""
    return name[:1].upper() + name[1:]


def list_languages() -> tuple[str, ...]:
    """Return the languages that there are words for."""
    return tuple(sorted(folder.name for folder in LANGUAGES.iterdir() if folder.is_dir()))


@cache
def load_words(language: str) -> Mapping[str, Sentence]:
    """Return every key of a language with its sentence, from all files of its folder.

    Raises KeyError for an unknown language and WordsError for a file that is wrong.
    """
    folder = LANGUAGES / language
    if language not in list_languages():
        message = f"No words in the language {language}; there are {', '.join(list_languages())}."
        raise KeyError(message)
    return read_words(folder)


def read_words(folder: Path) -> Mapping[str, Sentence]:
    """Read and merge the files of one language; raise WordsError naming file and key."""
    words: dict[str, Sentence] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            table: Mapping[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            message = f"{folder.name}/{path.name}: cannot be read: {error}"
            raise WordsError(message) from error
        for key, sentence in _flatten(table, "", f"{folder.name}/{path.name}").items():
            if key in words:
                message = f"{folder.name}/{path.name}: {key} already stands in another file."
                raise WordsError(message)
            words[key] = sentence
    return words


def _flatten(table: Mapping[str, object], above: str, where: str) -> dict[str, Sentence]:
    found: dict[str, Sentence] = {}
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, str):
            found[key] = _sentence(value, value, f"{where}: {key}")
        elif not isinstance(value, Mapping):
            message = f"{where}: {key} is neither a sentence nor a table of sentences."
            raise WordsError(message)
        elif value.keys() == PLURAL:
            found[key] = _sentence(value["one"], value["other"], f"{where}: {key}")
        else:
            found |= _flatten(value, f"{key}.", where)
    return found


def _sentence(one: object, other: object, where: str) -> Sentence:
    if not isinstance(one, str) or not isinstance(other, str):
        message = f"{where}: both forms must be sentences."
        raise WordsError(message)
    for text in (one, other):
        try:
            wrong = [name for name in _names(text) if not name.isidentifier()]
        except ValueError as error:
            message = f"{where}: {error}."
            raise WordsError(message) from error
        if wrong:
            message = f"{where}: a value has a plain name in braces, not {wrong[0]!r}."
            raise WordsError(message)
    return Sentence(one, other)


def _names(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _write(value: Value, language: str, today: date | None) -> str:
    return speak_day(value, language, today=today) if isinstance(value, date) else str(value)
