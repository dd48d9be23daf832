"""Moving synthetic records in time, so that a record made years ago ends yesterday.

Only for synthetic data: every date, dateTime and instant of a patient's resources moves by the same
number of days, in the text and in the columns. Resources of the directory (organizations, people) stay,
for they belong to many patients.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import orjson

from careloop.facts.chart import FactKind
from careloop.facts.intake import IncomingResource, Package, PatientColumns
from careloop.formats.fhir.definitions import TYPES
from careloop.formats.fhir.extract import extract
from careloop.formats.fhir.faults import JsonObject
from careloop.formats.fhir.primitives import read_moment
from careloop.formats.fhir.validate import name_choice

_DATE_KINDS = frozenset({"date", "dateTime", "instant"})
# Names of elements that hold a date wherever they occur ("issued", "effectiveDateTime" ...).
DATE_NAMES = frozenset(
    name_choice(field, kind)
    for fields in TYPES.values()
    for field, element in fields.items()
    for kind in element.kinds
    if kind in _DATE_KINDS
)

_MEMBER = re.compile(rb'("(\w+)"\s*:\s*")([0-9][0-9T:.Z+\-]*)"')
# The one list of dates in FHIR R4: Timing.event.
_EVENTS = re.compile(rb'"event"\s*:\s*\[[\s",0-9T:.Z+\-]*\]')
_TEXT = re.compile(rb'"([0-9][0-9T:.Z+\-]*)"')

# A plan or a contract says when it ends, not what happened.
_EVENT_KINDS = frozenset(FactKind) - {FactKind.COVERAGE}


def shift(package: Package, days: int) -> Package:
    """Return the package with every patient's dates moved by whole days; hashes stay those of the source.

    Times of day and offsets stay. A partial date moves from its first day and keeps its precision. A
    date that would leave the years 1 to 9999 stays ("9999-12-31" means for ever).
    """
    medications = {f"{one.type}/{one.fhir_id}": one.raw for one in package.resources if one.type == "Medication"}

    def find_medication(text: str) -> JsonObject | None:
        raw = medications.get(text)
        return orjson.loads(raw) if raw is not None else None

    def move(one: IncomingResource) -> IncomingResource:
        if one.patient_ref is None:
            return one
        raw = _move_dates(one.raw, days)
        resource = orjson.loads(raw)
        updated = read_moment(resource.get("meta", {}).get("lastUpdated", ""))
        return msgspec.structs.replace(
            one,
            raw=raw,
            last_updated=updated.at if updated else None,
            facts=extract(resource, raw, find_medication),
            patient=_move_patient(one.patient, days) if one.patient else None,
        )

    return replace(package, resources=tuple(move(one) for one in package.resources))


def latest_event_on(package: Package, patient_ref: str, on: date) -> date | None:
    """Return the latest day up to ``on`` on which something happened to a patient; None if nothing did.

    Events are visits, results, procedures, medicines, problems and the like, and death; not birth, not
    coverage, not what is planned after ``on``.
    """
    days: set[date | None] = set()
    for one in package.resources:
        if one.patient_ref == patient_ref:
            for fact in one.facts:
                if fact.kind in _EVENT_KINDS:
                    days |= {fact.start_on, fact.end_on}
            if one.patient and one.patient.died_at:
                days.add(one.patient.died_at.date())
    return max((day for day in days if day and day <= on), default=None)


def move_date(text: str, days: int) -> str:
    """Return a FHIR date, dateTime or instant moved by whole days; what is none stays as it is."""
    moment = read_moment(text)
    if moment is None:
        return text
    try:
        day = moment.day + timedelta(days=days)
    except OverflowError:
        return text
    moved = day.isoformat()[: min(len(text), 10)] + text[10:]
    # At the very ends of the calendar a moment can lie outside it in UTC.
    return moved if read_moment(moved) else text


def _move_dates(raw: bytes, days: int) -> bytes:
    def move(match: re.Match[bytes]) -> bytes:
        if match[2].decode() not in DATE_NAMES:
            return match[0]
        return match[1] + move_date(match[3].decode(), days).encode() + b'"'

    def move_events(match: re.Match[bytes]) -> bytes:
        return _TEXT.sub(lambda one: b'"%s"' % move_date(one[1].decode(), days).encode(), match[0])

    moved = _MEMBER.sub(move, raw)
    return _EVENTS.sub(move_events, moved) if b'"event"' in raw else moved


def _move_patient(patient: PatientColumns, days: int) -> PatientColumns:
    birth_text = move_date(patient.birth_text, days)
    born = read_moment(birth_text)
    died_at = patient.died_at
    try:
        died_at = died_at + timedelta(days=days) if died_at else None
    except OverflowError:
        died_at = patient.died_at
    return msgspec.structs.replace(patient, birth_text=birth_text, birth_on=born.day if born else None, died_at=died_at)
