"""The primitive types of FHIR R4: what each may look like (https://hl7.org/fhir/R4/datatypes.html)."""

import binascii
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from careloop.formats.fhir.faults import Check, Faults, Json, Visit, name_kind

_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T\d\d:\d\d:(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?)?)?", re.ASCII)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CODE = re.compile(r"\S+(?:\s\S+)*+")
_URI = re.compile(r"\S+")
_OID = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+")
_UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

# What was found good is remembered, for the same days, systems and codes come again and again.
_LONGEST_REMEMBERED = 128

# Offsets of time zones reach from -12:00 to +14:00; FHIR allows 14 hours both ways.
_WIDEST_OFFSET = timedelta(hours=14)


class Moment(NamedTuple):
    """A FHIR date or dateTime: its day as written (the first day if partial) and, with a time, the moment."""

    day: date
    at: datetime | None


def read_moment(text: str) -> Moment | None:
    """Return what a date, dateTime or instant says, or None when there is no such day or moment.

    A leap second (:60) becomes the second before it.
    """
    return _read_moment(text) if len(text) <= _LONGEST_REMEMBERED else None


@lru_cache(maxsize=8192)
def _read_moment(text: str) -> Moment | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, seconds = match.groups()
    try:
        on = date(int(year), int(month or 1), int(day or 1))
        if seconds is None:
            return Moment(on, None)
        at = datetime.fromisoformat(text.replace(":60", ":59", 1) if seconds == "60" else text)
        at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    offset = at.utcoffset()
    return Moment(on, at) if offset is not None and abs(offset) <= _WIDEST_OFFSET else None


def _is_date(text: str) -> bool:
    return len(text) <= 10 and read_moment(text) is not None


def _is_date_time(text: str) -> bool:
    return read_moment(text) is not None


def _is_instant(text: str) -> bool:
    moment = read_moment(text)
    return moment is not None and moment.at is not None


def is_id(text: str) -> bool:
    """Tell whether this may be the id of a resource."""
    return _ID.fullmatch(text) is not None


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def _is_uri(text: str) -> bool:
    if _URI.fullmatch(text) is None:
        return False
    if text.startswith("urn:uuid:"):
        return _UUID.fullmatch(text) is not None
    return not text.startswith("urn:oid:") or _OID.fullmatch(text) is not None


def _is_base64(text: str) -> bool:
    try:
        binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError:
        return False
    return True


def _is_xhtml(text: str) -> bool:
    trimmed = text.strip()
    return trimmed.startswith("<div") and trimmed.endswith(("</div>", "/>"))


def _explain_text(value: object, why: str, fix: str) -> Faults:
    if not isinstance(value, str):
        return [("", f"must be a text, but is {name_kind(value)}", "write the value as a text in quotes")]
    if not value or value.isspace():
        return [("", "is empty", "give it a value or leave the element out")]
    return [("", why, fix)]


def _text_check(is_good: Callable[[str], bool], why: str, fix: str) -> Check:
    remember = lru_cache(maxsize=4096)(is_good)

    def check(value: Json, _visit: Visit) -> Faults:
        if type(value) is str and (remember if len(value) <= _LONGEST_REMEMBERED else is_good)(value):
            return None
        return _explain_text(value, why, fix)

    return check


def _check_string(value: Json, _visit: Visit) -> Faults:
    if type(value) is str and value and not value.isspace():
        return None
    return _explain_text(value, "", "")


def _check_boolean(value: Json, _visit: Visit) -> Faults:
    if value is True or value is False:
        return None
    return [("", f"must be true or false, but is {name_kind(value)}", "write true or false without quotes")]


def _check_decimal(value: Json, visit: Visit) -> Faults:
    kind = type(value)
    if kind is not float and kind is not int:
        return [("", f"must be a number, but is {name_kind(value)}", "write the number without quotes")]
    # Exponents such as 1e-20000 arrive here as nought: whoever walks looks at the digits again.
    if (value == 0 and kind is float) or (value != 0 and not 1e-15 < abs(value) < 1e15):
        visit.has_odd_number = True
    return None


def _whole_check(least: int) -> Check:
    def check(value: Json, _visit: Visit) -> Faults:
        if type(value) is int and least <= value <= 2147483647:
            return None
        if type(value) is int:
            return [("", f"must lie between {least} and 2147483647", "correct the number")]
        what = "a number with a decimal part" if type(value) is float else name_kind(value)
        return [("", f"must be a whole number, but is {what}", "write a whole number without quotes")]

    return check


def code_check(codes: frozenset[str]) -> Check:
    """Return the check of a code that must be one of these."""
    shown = ", ".join(sorted(codes)[:12]) + (" ..." if len(codes) > 12 else "")

    def check(value: Json, _visit: Visit) -> Faults:
        if type(value) is str and value in codes:
            return None
        return _explain_text(value, "is not one of the codes allowed here", f"use one of: {shown}")

    return check


_URI_CHECK = _text_check(_is_uri, "is not a proper address (URI)", "write it without spaces; urn:uuid: in full")

PRIMITIVES: dict[str, Check] = {
    "base64Binary": _text_check(_is_base64, "is not proper base64", "encode the content as base64 again"),
    "boolean": _check_boolean,
    "canonical": _URI_CHECK,
    "code": _text_check(_is_code, "is not a proper code", "remove spaces at the ends and double spaces"),
    "date": _text_check(_is_date, "is not a day that exists", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    "dateTime": _text_check(
        _is_date_time,
        "is not a date or time that exists, or has a time without a zone",
        "write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz",
    ),
    "decimal": _check_decimal,
    "id": _text_check(is_id, "is not a proper id", "use 1 to 64 letters A-Z a-z, digits, '-' and '.'"),
    "instant": _text_check(
        _is_instant,
        "is not a moment with seconds and a time zone that exists",
        "write YYYY-MM-DDThh:mm:ss+zz:zz",
    ),
    "integer": _whole_check(-2147483648),
    "markdown": _check_string,
    "oid": _text_check(lambda text: _OID.fullmatch(text) is not None, "is not a proper OID", "write urn:oid:1.2.3"),
    "positiveInt": _whole_check(1),
    "string": _check_string,
    "time": _text_check(
        lambda text: _TIME.fullmatch(text) is not None, "is not a time of day that exists", "write hh:mm:ss"
    ),
    "unsignedInt": _whole_check(0),
    "uri": _URI_CHECK,
    "url": _URI_CHECK,
    "uuid": _text_check(
        lambda text: _UUID.fullmatch(text) is not None, "is not a proper UUID", "write urn:uuid: and the UUID"
    ),
    "xhtml": _text_check(_is_xhtml, "is not XHTML in a <div>", "wrap the narrative in one <div> element"),
}
