"""When the records of the demo clinic arrive: as they happen, over its last days, so that work has a history."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast

from careloop.catalog.demo.fhir import Resource, write_bundle

# Elements that say when something happened or was written, in any resource that the demo holds.
MOMENTS = (
    "effectiveDateTime",
    "performedDateTime",
    "occurrenceDateTime",
    "authoredOn",
    "recordedDate",
    "date",
    "start",
    "startDate",
)
# These stand at the head of every bundle: the directory, and who it is about.
ALWAYS = ("Organization", "Practitioner")


def split_by_day(bundle: bytes, days: Sequence[date]) -> tuple[tuple[date, bytes], ...]:
    """Return what of a record arrives on each of the days (in order), as bundles; a day without news has none.

    On the first day comes all that was known by then. A death is told on its day, as a second version of the person.
    """
    entries: list[Resource] = json.loads(bundle)["entry"]
    parts = []
    known_until = date.min
    for on in days:
        new = [one for one in entries if _is_news(one) and known_until < _day_of(one) <= on]
        death = _died_on(entries)
        tells_death = death is not None and known_until < death <= on
        if new or tells_death or on == days[0]:
            parts.append((on, write_bundle([*_heads(entries, on), *new])))
        known_until = on
    return tuple(parts)


def _heads(entries: Sequence[Resource], on: date) -> Iterator[Resource]:
    for one in entries:
        resource = _resource(one)
        if resource["resourceType"] in ALWAYS:
            yield one
        elif resource["resourceType"] == "Patient":
            yield _as_known(one, on)


def _as_known(entry: Resource, on: date) -> Resource:
    """Return the person as they were known on a day: nobody is dead before the day."""
    resource = _resource(entry)
    death = str(resource.get("deceasedDateTime", ""))[:10]
    if not death:
        return entry
    meta = cast("Resource", resource["meta"])
    if date.fromisoformat(death) <= on:
        return {**entry, "resource": {**resource, "meta": {**meta, "versionId": "2"}}}
    return {**entry, "resource": {name: value for name, value in resource.items() if name != "deceasedDateTime"}}


def _died_on(entries: Sequence[Resource]) -> date | None:
    told = (str(_resource(one).get("deceasedDateTime", ""))[:10] for one in entries)
    return next((date.fromisoformat(text) for text in told if text), None)


def _is_news(entry: Resource) -> bool:
    return _resource(entry)["resourceType"] not in (*ALWAYS, "Patient")


def _day_of(entry: Resource) -> date:
    """Return the day on which something is known: the end of a stay, else when it happened."""
    resource = _resource(entry)
    period = resource.get("period")
    if isinstance(period, dict):
        return date.fromisoformat(str(period.get("end") or period["start"])[:10])
    return next(date.fromisoformat(str(resource[name])[:10]) for name in MOMENTS if name in resource)


def _resource(entry: Resource) -> Resource:
    return cast("Resource", entry["resource"])
