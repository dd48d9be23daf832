"""How a message comes to be: a situation's words for one person, language and road, with days and hours in words.

Words that nobody approved go to nobody. Where a person's language is missing or not approved, the message is in
English and says that an interpreter must be offered: the caller makes a task of it. Source: 45 CFR 92.201(a) to (c)
(language assistance free of charge; a qualified interpreter is offered) is why; read on 2026-11-23 in a copy of October
2024 that others keep. Reading a day as words and not as digits is a rule of the product's
design, 2026-11-21.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from string import Formatter
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.consents import Road
from careloop.facts.messages import (
    ALWAYS,
    FIELD_KINDS,
    FIRST_LANGUAGE,
    PIECES,
    Composed,
    Field,
    Hold,
    Need,
    Piece,
    Reader,
    State,
    Template,
    Tongue,
    Value,
    Version,
)
from careloop.rules.amounts import write_amount
from careloop.rules.private_words import PrivateNames, find_private_words
from careloop.rules.text_parts import count_parts

NOON, EVENING = 12, 18
# Pieces that hold no words of the situation: they say only who asks to be called.
FRAME_ONLY = frozenset({Piece.EMAIL_SUBJECT, Piece.ENVELOPE, Piece.VOICEMAIL})


def compose(
    template: Template,
    reader: Reader,
    road: Road,
    values: Mapping[Field, Value],
    *,
    tongues: Mapping[str, Tongue],
    names: PrivateNames,
) -> Composed:
    """Return a message as it would go to this person, what stops it, and what it leaves to be done.

    Moments are written in the reader's zone. Words that are not approved are never taken for another language than
    English; English that is not approved is composed and held.

    :raises Refusal: if the road is none of the template's
    :raises KeyError: naming a value that the words want and was not given
    :raises TypeError: naming a value of another kind than its field, or a moment without a zone
    """
    wanted = template.versions.get(_primary(reader.language))
    is_ready = wanted is not None and wanted.state is State.APPROVED
    version = wanted if wanted is not None and is_ready else template.versions[FIRST_LANGUAGE]
    needs = frozenset[Need]() if version is wanted else frozenset({Need.INTERPRETER})
    return _compose(template, version, reader, road, values, tongues=tongues, names=names, needs=needs)


def preview(
    template: Template,
    reader: Reader,
    road: Road,
    values: Mapping[Field, Value],
    *,
    tongues: Mapping[str, Tongue],
    names: PrivateNames,
) -> Composed:
    """Return the words of the reader's own language as they stand, approved or not: to be looked at, never to be sent.

    :raises LookupError: if the template has no words in that language
    :raises Refusal: if the road is none of the template's
    """
    version = template.versions[_primary(reader.language)]
    return _compose(template, version, reader, road, values, tongues=tongues, names=names, needs=frozenset())


def _compose(
    template: Template,
    version: Version,
    reader: Reader,
    road: Road,
    values: Mapping[Field, Value],
    *,
    tongues: Mapping[str, Tongue],
    names: PrivateNames,
    needs: frozenset[Need],
) -> Composed:
    if road not in template.roads:
        raise Refusal(Say("refusal.message_road"))
    tongue = tongues[version.language]
    words = _write_values(values, tongue, reader, road)
    pieces = tuple((piece, _fill(template, version, piece, words, tongue)) for piece in PIECES[road])
    private = tuple(one for piece, text in pieces for one in find_private_words(text, piece, names, reader.chosen))
    holds = {
        Hold.NOT_APPROVED: version.state is not State.APPROVED,
        Hold.PRIVATE_WORDS: bool(private),
    }
    return Composed(
        key=template.key,
        road=road,
        language=version.language,
        asked_language=reader.language,
        words=_own(version, road).format_map(words),
        pieces=pieces,
        private=private,
        parts=count_parts(pieces[0][1]) if road is Road.TEXT else None,
        holds=frozenset(hold for hold, stands in holds.items() if stands),
        needs=needs,
    )


def fields_in(words: str) -> frozenset[str]:
    """Return the names in braces of a sentence.

    :raises ValueError: if the braces are not clear
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(words) if name is not None)


def write_moment(at: datetime, tongue: Tongue, zone: str, *, is_short: bool = False) -> str:
    """Write a moment as patients read it: "Monday, November 23 at 9:30 in the morning"; short: "... at 9:30 am".

    ``zone`` is the name of the reader's time zone.
    """
    wall = at.astimezone(ZoneInfo(zone))
    named = _named(wall.time())
    hour = tongue.times[f"at_{named}"] if named else write_hour(wall.time(), tongue, is_short=is_short)
    pattern = tongue.times["moment_named" if named else "moment"]
    return pattern.format(day=write_day(wall.date(), tongue), hour=hour)


def write_day(on: date, tongue: Tongue) -> str:
    """Write a day in words: "Monday, November 23", "lunes 23 de noviembre"."""
    return tongue.times["day"].format(
        weekday=tongue.weekdays[on.isoweekday() - 1], day=on.day, month=tongue.months[on.month - 1]
    )


def write_hour(at: time, tongue: Tongue, *, is_short: bool = False) -> str:
    """Write an hour in words, noon and midnight as such: "9:30 in the morning", "las 9:30 de la mañana"."""
    if named := _named(at):
        return tongue.times[named]
    part = "morning" if at.hour < NOON else "afternoon" if at.hour < EVENING else "evening"
    half = "am" if at.hour < NOON else "pm"
    hour = at.hour % NOON or NOON
    clock = f"{hour}:{at.minute:02}" if at.minute else f"{hour}"
    pattern = tongue.times["one" if hour == 1 else "hour"]
    return pattern.format(clock=clock, part=tongue.times[half if is_short else part])


def _named(at: time) -> str:
    return {(0, 0): "midnight", (NOON, 0): "noon"}.get((at.hour, at.minute), "")


def _fill(template: Template, version: Version, piece: Piece, words: Mapping[str, str], tongue: Tongue) -> str:
    """Return one piece. Values are put in once: braces in a value stay braces."""
    if piece in FRAME_ONLY:
        return tongue.frames[piece].format_map(words)
    body = _own(version, Road.TEXT if piece is Piece.TEXT else Road.LETTER).format_map(words)
    if template.is_answer and piece is Piece.TEXT:
        return body
    return tongue.frames[piece].format_map({**words, "body": body})


def _own(version: Version, road: Road) -> str:
    """Return the words of a situation for a road, not filled yet."""
    return version.text if road is Road.TEXT and version.text else version.body


def _write_values(values: Mapping[Field, Value], tongue: Tongue, reader: Reader, road: Road) -> dict[str, str]:
    missing = sorted(field for field in ALWAYS if field not in values)
    if missing:
        message = f"A message needs {', '.join(missing)}."
        raise KeyError(message)
    return {str(field): _write(field, value, tongue, reader, road) for field, value in values.items()}


def _write(field: Field, value: Value, tongue: Tongue, reader: Reader, road: Road) -> str:
    if type(value) is not FIELD_KINDS[field]:
        message = f"{field} is a {FIELD_KINDS[field].__name__}, not a {type(value).__name__}."
        raise TypeError(message)
    if isinstance(value, datetime) and value.tzinfo is None:
        message = f"{field} is a moment without a zone."
        raise TypeError(message)
    is_short = road is Road.TEXT
    match value:
        case datetime():
            return write_moment(value, tongue, reader.zone, is_short=is_short)
        case date():
            return write_day(value, tongue)
        case time():
            return write_hour(value, tongue, is_short=is_short)
        case int():
            return write_amount(value)
        case _:
            return " ".join(value.split())


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
