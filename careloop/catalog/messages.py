"""Words for patients, read from ``data/messages`` and ``data/tongues``: situations, frames, made-up values, private
names.

Every row is validated when it is loaded: a fault stops the program with a sentence that names file, row and field.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import cache
from pathlib import Path

import msgspec

from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.needs import load_needs
from careloop.catalog.speech import list_languages, load_words
from careloop.catalog.tables import Entry, KnowledgeError, by_id, must_know, read_rows, read_table
from careloop.facts.consents import TOLD_TOPICS, Road, Topic
from careloop.facts.finder import NeedKind
from careloop.facts.messages import (
    ALWAYS,
    FIELD_KINDS,
    FIRST_LANGUAGE,
    PIECES,
    Field,
    PartPrice,
    Piece,
    Private,
    State,
    Template,
    Tongue,
    Value,
    Version,
)
from careloop.rules.compose import fields_in
from careloop.rules.private_words import PrivateNames, list_names

DATA = Path(__file__).with_name("data")
# The zone in which made-up moments are shown.
SAMPLE_ZONE = "America/Chicago"
TIMES = frozenset(
    {"day", "moment", "moment_named", "hour", "one", "noon", "midnight", "at_noon", "at_midnight"}
    | {"morning", "afternoon", "evening", "am", "pm"}
)
# The order in which files are shown; any other comes after them.
ORDER = ("visits", "care", "money", "composed", "answers")
# Ingredients of fewer letters are not looked for with Spanish endings: too many of them would be other words.
LONG_NAME = 7


class WordsEntry(Entry, frozen=True):
    """The words of a situation in one language. A version that is more than a draft names who reviewed it and when."""

    body: str
    text: str = ""
    state: State = State.DRAFT
    reviewer: str = ""
    reviewed_on: date | None = None


class MessageEntry(Entry, frozen=True):
    """A row of messages."""

    key: str
    topic: Topic
    roads: tuple[Road, ...]
    fields: tuple[Field, ...]
    words: dict[str, WordsEntry]
    answer: bool = False


class TongueEntry(Entry, frozen=True):
    """A file of a tongue."""

    frames: dict[Piece, str]
    times: dict[str, str]
    samples: dict[Field, object]


class PriceEntry(Entry, frozen=True, rename={"from_on": "from"}):
    """A row of what a part of a text message costs."""

    from_on: date
    hundredths: int
    source: str


@cache
def load_messages() -> Mapping[str, Template]:
    """Return every situation by its key, file by file; raise KnowledgeError when one is wrong."""
    found: dict[str, Template] = {}
    for path in sorted((DATA / "messages").glob("*.toml"), key=_place):
        for template in read_messages(path):
            if template.key in found:
                message = f"{path.name}, {template.key}: stands in another file too."
                raise KnowledgeError(message)
            found[template.key] = template
    return found


def read_messages(path: Path) -> tuple[Template, ...]:
    """Read and validate one file; raise KnowledgeError naming file, row and field."""
    rows = by_id(path.stem, read_rows(path.stem, read_table(path), "message", MessageEntry), "key")
    return tuple(_build(path.stem, row) for row in rows.values())


@cache
def load_tongues() -> Mapping[str, Tongue]:
    """Return how each language greets and writes days; raise KnowledgeError when a file is wrong."""
    return {path.stem: _build_tongue(path, _read_tongue(path)) for path in sorted((DATA / "tongues").glob("*.toml"))}


@cache
def load_samples(language: str) -> Mapping[Field, Value]:
    """Return made-up values for every field in a language; raise KnowledgeError when one is missing or wrong."""
    path = DATA / "tongues" / f"{language}.toml"
    samples = {
        field: value
        for field, value in _read_tongue(path).samples.items()
        if isinstance(value, str | int | date | time) and type(value) is FIELD_KINDS[field]
    }
    wrong = sorted(set(Field) - samples.keys())
    if wrong:
        message = f"{path.name}, samples: missing or of another kind: {', '.join(wrong)}."
        raise KnowledgeError(message)
    return samples


@cache
def load_private_names() -> PrivateNames:
    """Return the names that an open piece may not carry: medicines, their classes, conditions and specialties.

    In this order, since of a word with two meanings the first counts. The clinic's own name is added by who knows it.
    """
    return list_names(_private_names())


@cache
def load_part_prices() -> tuple[PartPrice, ...]:
    """Return what a part of a text message costs, by first day; empty where nothing is known."""
    content = read_table(DATA / "text_cost.toml")
    if content.get("part") == []:
        return ()
    rows = read_rows("text_cost", content, "part", PriceEntry)
    return tuple(sorted((PartPrice(row.from_on, row.hundredths, row.source) for row in rows), key=lambda p: p.from_on))


def _place(path: Path) -> tuple[int, str]:
    return (ORDER.index(path.stem) if path.stem in ORDER else len(ORDER), path.stem)


def _private_names() -> Iterator[tuple[str, Private]]:
    knowledge = load_knowledge()
    ingredients = {*knowledge.classes, *(name for names in knowledge.products.values() for name in names)}
    for name in sorted(ingredients):
        yield from ((one, Private.MEDICINE) for one in _spellings(name))
    for language in list_languages():
        for key, sentence in load_words(language).items():
            if key.startswith("medicine_class."):
                yield sentence.other, Private.MEDICINE
    own = read_table(DATA / "private_words.toml")
    for field, kind in (("medicines", Private.MEDICINE), ("conditions", Private.CONDITION)):
        yield from ((name, kind) for name in msgspec.convert(own.get(field), list[str]))
    for need in load_needs():
        if need.kind is NeedKind.CARE:
            yield from ((word, Private.SPECIALTY) for word in need.words)


def _spellings(name: str) -> tuple[str, ...]:
    """Return an ingredient's name and how it would end in Spanish: "metformina", "amlodipino"."""
    if len(name) < LONG_NAME or " " in name:
        return (name,)
    stem = name.removesuffix("e")
    return name, f"{stem}a", f"{stem}o"


def _build(table: str, row: MessageEntry) -> Template:
    must_know(table, row.key, "words", row.words, known=list_languages())
    must_know(table, row.key, "topic", (str(row.topic),), known=TOLD_TOPICS)
    must_know(table, row.key, "roads", map(str, row.roads), known=PIECES)
    if FIRST_LANGUAGE not in row.words:
        message = f"{table}.toml, {row.key}, words: must have {FIRST_LANGUAGE}."
        raise KnowledgeError(message)
    for language, words in row.words.items():
        _check_words(f"{table}.toml, {row.key}, {language}", words, frozenset(row.fields))
    versions = {
        language: Version(language, one.body, one.text, one.state, one.reviewer, one.reviewed_on)
        for language, one in row.words.items()
    }
    return Template(row.key, row.topic, row.roads, frozenset(row.fields), row.answer, versions)


def _check_words(where: str, words: WordsEntry, fields: frozenset[Field]) -> None:
    try:
        body, text = fields_in(words.body), fields_in(words.text)
    except ValueError as error:
        message = f"{where}: {error}."
        raise KnowledgeError(message) from error
    unknown = sorted((body | text) - fields - set(ALWAYS))
    unused = sorted(fields - body)
    if unknown or unused:
        message = f"{where}: fields that are not declared, or declared and not used: {', '.join([*unknown, *unused])}."
        raise KnowledgeError(message)
    is_signed = bool(words.reviewer) and words.reviewed_on is not None
    if is_signed is (words.state is State.DRAFT):
        message = f"{where}: a draft has no reviewer; all else names one, with a qualification, and the day."
        raise KnowledgeError(message)


def _read_tongue(path: Path) -> TongueEntry:
    try:
        return msgspec.convert(read_table(path), TongueEntry)
    except msgspec.ValidationError as error:
        message = f"{path.name}: {error}"
        raise KnowledgeError(message) from error


def _build_tongue(path: Path, entry: TongueEntry) -> Tongue:
    missing = sorted((set(Piece) - set(entry.frames)) | (TIMES - entry.times.keys()))
    if missing:
        message = f"{path.name}: says nothing for {', '.join(missing)}."
        raise KnowledgeError(message)
    words = load_words(path.stem)
    return Tongue(
        language=path.stem,
        weekdays=tuple(words[f"day.weekday_name.{n}"].other for n in range(1, 8)),
        months=tuple(words[f"day.month_name.{n}"].other for n in range(1, 13)),
        times=entry.times,
        frames=entry.frames,
    )
