"""Resources from outside, kept whole with their history, and the facts read from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from careloop.actions.intake.documents import write_held
from careloop.actions.intake.patients import Arrival, is_newer, mark_for_recheck
from careloop.basics.ids import new_id, new_ids
from careloop.facts.access import Acting
from careloop.facts.chart import FactColumns
from careloop.facts.intake import IncomingResource
from careloop.records.bulk import copy_rows
from careloop.records.models import ResourceVersion
from careloop.worklist.coverage import follow_coverage

COLUMNS = (
    "id", "patient_id", "unit_id", "label_mask", "type", "source", "fhir_id", "version", "sha256", "last_updated",
    "source_version", "received_at", "body",
)  # fmt: skip
FACT_COLUMNS = (
    "patient_id", "unit_id", "label_mask", "resource_id", "n", "kind", "code", "other_codes", "label", "status",
    "verification", "start_on", "end_on", "start_at", "end_at", "value", "unit_text", "value_text", "visit_class",
    "disposition",
)  # fmt: skip
COVERAGE = "Coverage"
DIRECTORY_COLUMNS = (
    "id", "type", "source", "fhir_id", "version", "sha256", "last_updated", "source_version", "received_at", "body",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a resource that came before."""

    id: UUID
    version: int
    sha256: bytes
    last_updated: object
    source_version: int | None


def write_resources(
    acting: Acting, resources: Sequence[IncomingResource], arrivals: Mapping[str, Arrival], source: str
) -> tuple[int, int, int]:
    """Keep the resources of patients; return how many were new, changed and unchanged."""
    ours = _last_of_each([r for r in resources if r.patient_ref is not None])
    if all(arrival.is_new for arrival in arrivals.values()):
        kept: dict[tuple[str, str], _Kept] = {}
    else:
        kept = _load_kept("resource", ours, source)
    new, changed, unchanged = [], [], 0
    for resource in ours:
        before = kept.get((resource.type, resource.fhir_id))
        if before is None:
            new.append(resource)
        elif is_newer(resource, before.sha256, before.last_updated, before.source_version) and not _seen_before(
            before.id, resource.sha256
        ):
            changed.append((before, resource))
        else:
            unchanged += 1
            _keep_older(acting, before, resource, arrivals)
    added = _insert(acting, new, arrivals, source)
    for before, resource in changed:
        _replace(acting, before, resource, arrivals)
    write_held(acting, [*added, *((b.id, r) for b, r in changed)], arrivals, [b.id for b, _resource in changed])
    touched = {r.patient_ref: arrivals[str(r.patient_ref)] for r in (*new, *(r for _, r in changed))}
    # Who is new was due from the first.
    known = {arrival.id for arrival in touched.values() if not arrival.is_new}
    if known:
        mark_for_recheck(acting, known)
    _tell_of_coverage(acting, [*new, *(resource for _before, resource in changed)], arrivals)
    return len(new), len(changed), unchanged


def _tell_of_coverage(
    acting: Acting, resources: Iterable[IncomingResource], arrivals: Mapping[str, Arrival]
) -> None:  # fmt: skip
    """Let open referrals hear of a coverage that came or changed; who is new has none."""
    theirs = [arrivals[str(one.patient_ref)] for one in resources if one.type == COVERAGE]
    covered = {arrival.id for arrival in theirs if not arrival.is_new}
    if covered:
        follow_coverage(acting, covered)


def write_directory(acting: Acting, resources: Sequence[IncomingResource], source: str) -> tuple[int, int, int]:
    """Keep organizations, clinicians and places; return how many were new, changed and unchanged."""
    ours = _last_of_each([r for r in resources if r.patient_ref is None])
    if not ours:
        return 0, 0, 0
    kept = _load_kept("directory_resource", ours, source)
    rows = []
    changed = unchanged = 0
    for r in sorted(ours, key=lambda one: (one.type, one.fhir_id)):
        before = kept.get((r.type, r.fhir_id))
        if before is not None and not is_newer(r, before.sha256, before.last_updated, before.source_version):
            unchanged += 1
            continue
        changed += before is not None
        version = before.version + 1 if before else 1
        rows.append(
            (new_id(acting.at), r.type, source, r.fhir_id, version, r.sha256, r.last_updated, r.version, acting.at,
             r.raw.decode())
        )  # fmt: skip
    written = copy_rows(
        "directory_resource",
        DIRECTORY_COLUMNS,
        rows,
        "ON CONFLICT (source, type, fhir_id) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256,"
        " last_updated = excluded.last_updated, source_version = excluded.source_version,"
        " received_at = excluded.received_at, body = excluded.body",
    )
    return written - changed, changed, unchanged


def _last_of_each(resources: Iterable[IncomingResource]) -> list[IncomingResource]:
    """Return each resource once: a document that holds it twice means the later one."""
    return list({(r.type, r.fhir_id): r for r in resources}.values())


def _load_kept(table: str, resources: Sequence[IncomingResource], source: str) -> dict[tuple[str, str], _Kept]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.type, r.fhir_id, r.id, r.version, r.sha256, r.last_updated, r.source_version FROM {table} r"
            # Types and ids hold no blanks: two texts travel faster than two arrays.
            " JOIN unnest(string_to_array(%s, ' '), string_to_array(%s, ' ')) AS k (type, fhir_id)"
            " ON r.source = %s AND r.type = k.type AND r.fhir_id = k.fhir_id",
            [" ".join(r.type for r in resources), " ".join(r.fhir_id for r in resources), source],
        )
        return {(row[0], row[1]): _Kept(row[2], row[3], bytes(row[4]), row[5], row[6]) for row in cursor.fetchall()}


def _seen_before(resource_id: UUID, sha256: bytes) -> bool:
    """Tell whether this very text was already replaced by a later one: then it is an older copy."""
    return bool(ResourceVersion.objects.filter(resource_id=resource_id, sha256=sha256).exists())


def _keep_older(acting: Acting, before: _Kept, resource: IncomingResource, arrivals: Mapping[str, Arrival]) -> None:
    """An older copy that was never seen joins the history, before the one that is kept."""
    if resource.sha256 == before.sha256 or _seen_before(before.id, resource.sha256):
        return
    with connection.cursor() as cursor:
        cursor.execute("UPDATE resource SET version = version + 1 WHERE id = %s RETURNING version", [before.id])
        version = cursor.fetchone()[0]
        arrival = arrivals[str(resource.patient_ref)]
        cursor.execute(
            "INSERT INTO resource_version (resource_id, patient_id, unit_id, label_mask, version, sha256,"
            " last_updated, source_version, received_at, body) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [before.id, arrival.id, arrival.unit_id, resource.labels, version - 1, resource.sha256,
             resource.last_updated, resource.version, acting.at, resource.raw.decode()],
        )  # fmt: skip


def _insert(
    acting: Acting,
    new: Sequence[IncomingResource],
    arrivals: Mapping[str, Arrival],
    source: str,
) -> list[tuple[UUID, IncomingResource]]:
    """Keep what is new, with its facts; return each with the key that it got."""
    if not new:
        return []
    keyed = list(zip(new_ids(acting.at, len(new)), new, strict=True))
    rows: list[tuple[object, ...]] = []
    facts: list[tuple[object, ...]] = []
    for key, r in keyed:
        arrival = arrivals[str(r.patient_ref)]
        rows.append(
            (key, arrival.id, arrival.unit_id, r.labels, r.type, source, r.fhir_id, 1, r.sha256, r.last_updated,
             r.version, acting.at, r.raw.decode())
        )  # fmt: skip
        facts.extend(_fact_rows(key, r, arrival))
    copy_rows("resource", COLUMNS, rows)
    copy_rows("chart_fact", FACT_COLUMNS, facts)
    return keyed


def _replace(acting: Acting, before: _Kept, resource: IncomingResource, arrivals: Mapping[str, Arrival]) -> None:
    """Move the kept version to the history and put the new one in its place, facts and all."""
    arrival = arrivals[str(resource.patient_ref)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO resource_version (resource_id, patient_id, unit_id, label_mask, version, sha256,"
            " last_updated, source_version, received_at, body)"
            " SELECT id, patient_id, unit_id, label_mask, version, sha256, last_updated, source_version,"
            " received_at, body FROM resource WHERE id = %s",
            [before.id],
        )
        cursor.execute(
            "UPDATE resource SET version = version + 1, label_mask = %s, sha256 = %s, last_updated = %s,"
            " source_version = %s, received_at = %s, body = %s WHERE id = %s",
            [resource.labels, resource.sha256, resource.last_updated, resource.version, acting.at,
             resource.raw.decode(), before.id],
        )  # fmt: skip
        cursor.execute("DELETE FROM chart_fact WHERE patient_id = %s AND resource_id = %s", [arrival.id, before.id])
    copy_rows("chart_fact", FACT_COLUMNS, _fact_rows(before.id, resource, arrival))


def _fact_rows(key: UUID, resource: IncomingResource, arrival: Arrival) -> Iterable[tuple[object, ...]]:
    for n, fact in enumerate(resource.facts):
        yield (
            arrival.id, arrival.unit_id, resource.labels, key, n, str(fact.kind), *_codes(fact), fact.label,
            fact.status, fact.verification, fact.start_on, fact.end_on, fact.start_at, fact.end_at, fact.value,
            fact.unit, fact.value_text, fact.visit_class, list(fact.disposition),
        )  # fmt: skip


def _codes(fact: FactColumns) -> tuple[str, list[str] | None]:
    first = fact.codes[0] if fact.codes else ""
    return first, list(fact.codes[1:]) or None
