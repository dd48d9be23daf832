"""Files and sentences of resources that were just kept: each file once a patient, with where it came from."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from careloop.actions.intake.patients import Arrival
from careloop.basics.ids import new_id
from careloop.facts.access import Acting
from careloop.facts.documents import Attachment, Held
from careloop.facts.intake import IncomingResource
from careloop.formats.fhir.attachments import read_held
from careloop.formats.media import find_media_type, read_words
from careloop.records.bulk import copy_rows
from careloop.records.models import DocumentSource, Note

DOCUMENT = (
    "id", "patient_id", "unit_id", "label_mask", "sha256", "content", "size", "media_type", "title", "dated_on",
    "added_at",
)  # fmt: skip
SOURCE = ("patient_id", "unit_id", "label_mask", "document_id", "resource_id", "person_id", "at", "is_current")
NOTE = ("patient_id", "unit_id", "label_mask", "document_id", "resource_id", "title", "dated_on", "words")

# A document carries the labels of every place it came from; its words those of the document.
RELABEL = (
    "UPDATE document d SET label_mask = s.mask FROM (SELECT document_id, bit_or(label_mask) AS mask"
    " FROM document_source WHERE document_id = ANY(%s) GROUP BY 1) s WHERE d.id = s.document_id"
    " AND d.label_mask <> s.mask"
)
RELABEL_NOTES = (
    "UPDATE note n SET label_mask = d.label_mask FROM document d"
    " WHERE d.id = ANY(%s) AND n.document_id = d.id AND n.label_mask <> d.label_mask"
)

# One file on its way in: the resource, the patient's place, the resource's labels, the file and its hash.
_Row = tuple[UUID, Arrival, int, Attachment, bytes]


def write_held(
    acting: Acting,
    kept: Sequence[tuple[UUID, IncomingResource]],
    arrivals: Mapping[str, Arrival],
    replaced: Sequence[UUID],
) -> None:
    """Keep what these resources hold; ``replaced`` are those that stood here before with other contents."""
    before: list[UUID] = []
    if replaced:
        sources = DocumentSource.objects.filter(resource_id__in=replaced)
        before = list(sources.values_list("document_id", flat=True))
        sources.update(is_current=False)
        Note.objects.filter(resource_id__in=replaced).delete()
    held = [(key, arrivals[str(r.patient_ref)], r.labels, read_held(r.type, r.raw)) for key, r in kept]
    files = [
        (key, arrival, labels, one, hashlib.sha256(one.content).digest())
        for key, arrival, labels, found in held
        for one in found.attachments
    ]
    copy_rows("note", NOTE, _remark_rows(held))
    if files:
        before += _write_files(acting, files)
    if before:
        relabel(before)


def relabel(document_ids: Sequence[UUID]) -> None:
    """Give each document, and its words, the labels of all its sources."""
    with connection.cursor() as cursor:
        cursor.execute(RELABEL, [list(document_ids)])
        cursor.execute(RELABEL_NOTES, [list(document_ids)])


def write_new(acting: Acting, rows: Iterable[tuple[Arrival, int, Attachment, bytes]]) -> set[UUID]:
    """Write documents with their words, but for those that the patient has already; return the new keys."""
    ready = []
    words: dict[UUID, str] = {}
    for arrival, labels, one, sha256 in rows:
        media_type = find_media_type(one.content)
        key = new_id(acting.at)
        words[key] = read_words(one.content, media_type)
        ready.append(
            (key, arrival.id, arrival.unit_id, labels, sha256, one.content, len(one.content), str(media_type),
             one.title, one.dated_on, acting.at)
        )  # fmt: skip
    copy_rows("document", DOCUMENT, ready, "ON CONFLICT (patient_id, sha256) DO NOTHING")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM document WHERE id = ANY(%s)", [list(words)])
        new = {row[0] for row in cursor.fetchall()}
    notes = [(*row[1:4], row[0], None, row[8], row[9], words[row[0]]) for row in ready if row[0] in new]
    copy_rows("note", NOTE, [row for row in notes if row[-1]])
    return new


def _write_files(acting: Acting, files: Sequence[_Row]) -> list[UUID]:
    once = {(arrival.id, sha256): (arrival, labels, one, sha256) for _key, arrival, labels, one, sha256 in files}
    write_new(acting, once.values())
    keys = _find_keys(once)
    # One resource may hold the same file twice.
    sources = {
        (keys[(arrival.id, sha256)], key): (arrival.id, arrival.unit_id, labels)
        for key, arrival, labels, _one, sha256 in files
    }
    copy_rows(
        "document_source",
        SOURCE,
        [(*of, document, key, acting.person_id, acting.at, True) for (document, key), of in sources.items()],
        "ON CONFLICT (document_id, resource_id) WHERE resource_id IS NOT NULL"
        " DO UPDATE SET is_current = true, label_mask = excluded.label_mask",
    )
    return list(keys.values())


def _find_keys(once: Iterable[tuple[UUID, bytes]]) -> dict[tuple[UUID, bytes], UUID]:
    patients, hashes = zip(*once, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.patient_id, d.sha256, d.id FROM document d JOIN unnest(%s::uuid[], %s::bytea[]) AS k (p, h)"
            " ON d.patient_id = k.p AND d.sha256 = k.h",
            [list(patients), list(hashes)],
        )
        return {(row[0], bytes(row[1])): row[2] for row in cursor.fetchall()}


def _remark_rows(held: Iterable[tuple[UUID, Arrival, int, Held]]) -> Iterable[tuple[object, ...]]:
    for key, arrival, labels, found in held:
        for remark in found.remarks:
            on: date | None = remark.dated_on
            yield arrival.id, arrival.unit_id, labels, None, key, remark.title, on, remark.words
