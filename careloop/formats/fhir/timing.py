"""Dates and times of FHIR R4 as moments, spans and quantities that measures reckon with.

Moments keep the precision in which they were written and are turned to UTC; without an offset they are taken as UTC.
A period without a start has an unknown one, a period without an end lasts, as FHIRHelpers 4.4.000 (2024) reads them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from careloop.facts.measures import AgeSpan, Moment, Quantity, Span, Unanswerable, When
from careloop.formats.fhir.faults import name_kind

WRITTEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T\S+)?)?)?")
# Powers of ten beyond which no measurement goes.
LARGEST = 30
LONGEST_SHOWN = 40
UCUM = (None, "http://unitsofmeasure.org", "http://hl7.org/fhirpath/CodeSystem/calendar-units")


def read_moment(text: object, where: str) -> Moment | None:
    """Return a FHIR date, dateTime or instant; None where nothing was written.

    :raises Unanswerable: if it is no date that exists, naming the place
    """
    if text is None:
        return None
    found = WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if found is None or not isinstance(text, str):
        raise Unanswerable(where, f"{quote(text)} is no FHIR date; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz")
    parts = tuple(int(part) for part in found.groups()[:3] if part is not None)
    try:
        if found.group(4) is None:
            year, month, day = (*parts, 1, 1)[:3]
            date(year, month, day)
            return Moment(parts)
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unanswerable(where, f"{quote(text)} is no date that exists") from None
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return Moment((moment.year, moment.month, moment.day, seconds * 1000 + moment.microsecond // 1000))


def read_period(value: object, where: str) -> Span | None:
    """Return a FHIR Period."""
    if not isinstance(value, Mapping):
        return None
    start = read_moment(value.get("start"), f"{where}.start")
    end = read_moment(value.get("end"), f"{where}.end")
    return Span(start, end, is_low_closed=start is not None)


def read_when(body: Mapping[str, object], name: str, where: str) -> When:
    """Return an element that may be written as a moment, a period, an age or a range of ages; None if as words."""
    for kind in ("DateTime", "Instant", "Date"):
        if (moment := read_moment(body.get(f"{name}{kind}"), f"{where}.{name}{kind}")) is not None:
            return Span(moment, moment)
    if (span := read_period(body.get(f"{name}Period"), f"{where}.{name}Period")) is not None:
        return span
    if (age := read_quantity(body.get(f"{name}Age"), f"{where}.{name}Age")) is not None:
        return AgeSpan(age, age)
    ages = body.get(f"{name}Range")
    if isinstance(ages, Mapping):
        low = read_quantity(ages.get("low"), f"{where}.{name}Range.low")
        high = read_quantity(ages.get("high"), f"{where}.{name}Range.high")
        return AgeSpan(low, high) if low is not None and high is not None else None
    return None


def read_quantity(value: object, where: str) -> Quantity | None:
    """Return a FHIR Quantity in UCUM; None with a comparator or another system of units: it cannot be compared.

    :raises Unanswerable: if its value is no number, naming the place
    """
    if not isinstance(value, Mapping) or value.get("value") is None:
        return None
    number = value["value"]
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        place = f"{where}.value"
        raise Unanswerable(place, f"{quote(number)} is no number")
    if abs(Decimal(number).adjusted()) > LARGEST:
        place = f"{where}.value"
        raise Unanswerable(place, "is too large or too small a number")
    if value.get("comparator") is not None or value.get("system") not in UCUM:
        return None
    unit = value.get("code") or value.get("unit") or "1"
    return Quantity(Decimal(number), str(unit))


def quote(value: object) -> str:
    """Return what stood there, cut if it is long; of lists and objects only that they are such."""
    if isinstance(value, list | dict):
        return name_kind(value)
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."
