"""What a situation leaves open, asked for with typed inputs: read with care, and written again as it was typed.

A day or an hour is typed on the patient's own clocks. A moment that the clocks skip is refused; of two the first one
counts. What is to come cannot lie in the past, and the visit that was cannot lie in the future.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.facts.composer import AskAs, DocumentKind, ReadFields
from careloop.facts.messages import ALWAYS, FIELD_KINDS, Field, Value
from careloop.rules.amounts import read_amount
from careloop.rules.outbox import fold_phone
from careloop.rules.wall_time import find_instants

# The name of a field in a form is this and its own; a moment has a day and an hour.
PREFIX, ON, AT = "f-", "-on", "-at"
SHORT, LONG = 120, 600
BY_KIND: Mapping[type, AskAs] = {datetime: AskAs.MOMENT, date: AskAs.DAY, time: AskAs.HOUR, int: AskAs.AMOUNT}
TEXTS: Mapping[Field, AskAs] = {
    Field.PLACE: AskAs.PLACE,
    Field.CONTACT: AskAs.PERSON,
    Field.NUMBER: AskAs.NUMBER,
    Field.DOCUMENT: AskAs.DOCUMENT,
    Field.DIRECTIONS: AskAs.LONG,
    Field.STEPS: AskAs.LONG,
}
TO_COME = frozenset({Field.WHEN, Field.UNTIL, Field.PICKUP, Field.DAY})
GONE_BY = frozenset({Field.SEEN_ON})
# Made by the house itself, or named only where the patient wished it: nobody types one.
NEVER_TYPED = frozenset({Field.LINK, Field.MEDICINE})


def how_asked(field: Field) -> AskAs:
    """Return how a field is asked for."""
    return BY_KIND.get(FIELD_KINDS[field]) or TEXTS.get(field, AskAs.PHRASE)


def list_asked(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return the fields of a situation that are asked for, in the order in which they are shown."""
    wanted = set(fields) - set(ALWAYS) - NEVER_TYPED
    return tuple(one for one in Field if one in wanted)


def names_of(field: Field) -> tuple[str, ...]:
    """Return what the inputs of a field are called in a form."""
    name = f"{PREFIX}{field}"
    return (name + ON, name + AT) if how_asked(field) is AskAs.MOMENT else (name,)


def is_typed(field: Field, typed: Mapping[str, str]) -> bool:
    """Tell whether a form held this field, empty or not."""
    return any(name in typed for name in names_of(field))


def read_fields(
    fields: Iterable[Field], typed: Mapping[str, str], known: Mapping[Field, Value], *, at: datetime, zone: str
) -> ReadFields:
    """Return what a form says of a situation's fields; what it does not hold at all comes from the record.

    ``at`` is this moment, ``zone`` that of the patient's clocks.
    """
    values: dict[Field, Value] = {}
    wrong: dict[Field, Say] = {}
    for field in list_asked(fields):
        if not is_typed(field, typed):
            if field in known:
                values[field] = known[field]
            else:
                wrong[field] = Say("compose_field.missing")
            continue
        found = _read(field, typed, zone)
        found = found if isinstance(found, Say) else _when_refused(field, found, at, zone) or found
        if isinstance(found, Say):
            wrong[field] = found
        else:
            values[field] = found
    return ReadFields(values, wrong)


def write_typed(field: Field, value: Value, zone: str) -> dict[str, str]:
    """Return a value as it is typed into a form: the inverse of reading it."""
    names = names_of(field)
    match value:
        case datetime():
            wall = value.astimezone(ZoneInfo(zone))
            return dict(zip(names, (f"{wall:%Y-%m-%d}", f"{wall:%H:%M}"), strict=True))
        case date():
            return {names[0]: value.isoformat()}
        case time():
            return {names[0]: f"{value:%H:%M}"}
        case int():
            return {names[0]: f"{value // 100}.{value % 100:02}"}
        case _:
            return {names[0]: value}


def _read(field: Field, typed: Mapping[str, str], zone: str) -> Value | Say:
    given = [" ".join(typed.get(name, "").replace("\x00", "").split()) for name in names_of(field)]
    if not all(given):
        return Say("compose_field.missing")
    how = how_asked(field)
    if how is AskAs.MOMENT:
        return _read_moment(given[0], given[1], zone)
    return READERS.get(how, _read_phrase)(given[0])


def _read_moment(on: str, at: str, zone: str) -> datetime | Say:
    try:
        wall = datetime.combine(date.fromisoformat(on), time.fromisoformat(at).replace(second=0, microsecond=0))
    except ValueError:
        return Say("compose_field.moment")
    if wall.tzinfo is not None:
        return Say("compose_field.moment")
    found = find_instants(wall, zone)
    return found[0] if found else Say("compose_field.skipped")


def _read_day(text: str) -> date | Say:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Say("compose_field.day")


def _read_hour(text: str) -> time | Say:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return Say("compose_field.hour")
    return Say("compose_field.hour") if found.tzinfo else found.replace(second=0, microsecond=0)


def _read_amount(text: str) -> int | Say:
    """Return whole cents, more than none."""
    return read_amount(text) or Say("compose_field.amount")


def _read_number(text: str) -> str | Say:
    return text if len(text) <= SHORT and fold_phone(text) else Say("compose_field.number")


def _read_document(text: str) -> str | Say:
    return text if text in [str(one) for one in DocumentKind] else Say("compose_field.choose")


def _read_phrase(text: str) -> str | Say:
    return text if len(text) <= SHORT else Say("compose_field.too_long", count=SHORT)


def _read_long(text: str) -> str | Say:
    return text if len(text) <= LONG else Say("compose_field.too_long", count=LONG)


READERS: Mapping[AskAs, Callable[[str], Value | Say]] = {
    AskAs.DAY: _read_day,
    AskAs.HOUR: _read_hour,
    AskAs.AMOUNT: _read_amount,
    AskAs.NUMBER: _read_number,
    AskAs.DOCUMENT: _read_document,
    AskAs.LONG: _read_long,
}


def _when_refused(field: Field, value: Value, at: datetime, zone: str) -> Say | None:
    """Return why a day or moment cannot be meant, None if it can."""
    if not isinstance(value, date):
        return None
    here = at.astimezone(ZoneInfo(zone))
    is_past = value < at if isinstance(value, datetime) else value < here.date()
    if field in TO_COME and is_past:
        return Say("compose_field.past")
    is_ahead = value > at if isinstance(value, datetime) else value > here.date()
    return Say("compose_field.ahead") if field in GONE_BY and is_ahead else None
