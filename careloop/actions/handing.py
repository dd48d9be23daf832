"""The rows of one patient, or of the house, as they leave: streamed, whole, and counted."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.apps import apps
from django.db import connection

from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.documents import ENDINGS, MediaType
from careloop.facts.export import Handed, HandedDocument, HandedFact, HandedPerson, Sink
from careloop.facts.worklist import Outcome, Severity, State
from careloop.formats.fhir import outward
from careloop.records.models import Document, Patient, PatientIdentifier, Person

FETCH = 50
# Tables of patients that do not leave as rows, each with the reason.
NOT_AS_ROWS = {
    "resource": "leaves whole in records/",
    "resource_version": "leaves whole in earlier/",
    "chart_fact": "is read anew from the records",
    "note": "is read anew from documents and records",
    "recheck": "only says when checks look again",
    "waiting_finding": "is found anew by the checks",
    "caller_code": "is known by a hash of this house only: set a new one",
}
# Tables of the house that do not leave at all.
NOT_OF_HOUSE = {
    "login": "holds how people sign in",
    "audit_line": "leaves by patient, as AuditEvent",
    "audit_seal": "seals the log of this database only",
    "access_grant": "holds for this house only",
    "caller_try": "only keeps callers from guessing: over within an hour",
    "first_run": "belongs to the setting up of this database",
    "held_file": "was tried and is not taken in: gone within a day",
    "calendar_feed": "opens calendars of this house only",
    "answered_request": "only keeps a request from being done twice",
    "worker_seen": "says that the worker is alive",
    "directory_resource": "leaves whole in directory/",
    "value_set": "was loaded under a licence of the clinic: load it again",
    "value_set_code": "was loaded under a licence of the clinic: load it again",
    "inbox": "leaves with its bytes in refused/",
}
# A token's hash opens nothing elsewhere, and here it is nobody's business.
WITHOUT = {"document": ("content",), "patient_link": ("token_hash",)}
# References to what belongs to no patient.
_REFERENCE = re.compile(r'"reference": ?"([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})"')


def stream(sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a statement, some at a time: the whole is never in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(FETCH):
            yield from rows


def name_folder(source: str) -> str:
    """Return the name of a source as that of a folder: no slash, no dot first, nothing that leads elsewhere."""
    named = quote(source, safe="") or "%00"
    return named.replace(".", "%2E", 1) if named.startswith(".") else named


def hand_records(patient: Patient, sink: Sink, handed: Handed) -> set[str]:
    """Hand out the resources of a patient, newest and earlier versions; return what they refer to."""
    named: set[str] = set()
    kinds = set()
    for source, kind, body in stream(
        "SELECT source, type, body::text FROM resource WHERE patient_id = %s ORDER BY source, type, fhir_id",
        [patient.pk],
    ):
        kinds.add(kind)
        named.update(_REFERENCE.findall(body))
        sink.add(f"records/{name_folder(source)}/{kind}.ndjson", body.encode() + b"\n")
        handed.count(f"records/{kind}")
    if "Patient" not in kinds:
        line = outward.write_line(
            outward.make_patient(
                key=patient.fhir_id, family=patient.family, given=patient.given, sex=patient.sex,
                birth_on=patient.birth_on, is_dead=patient.is_dead,
            )
        )  # fmt: skip
        sink.add(f"records/{name_folder(patient.source)}/Patient.ndjson", line)
        handed.count("records/Patient")
    for source, kind, version, body in stream(
        "SELECT r.source, r.type, v.version, v.body::text FROM resource_version v JOIN resource r ON r.id ="
        " v.resource_id WHERE v.patient_id = %s ORDER BY r.source, v.version, r.type, r.fhir_id",
        [patient.pk],
    ):
        sink.add(f"earlier/{name_folder(source)}/{version:06}/{kind}.ndjson", body.encode() + b"\n")
        handed.count(f"earlier/{kind}")
    return named


def hand_directory(sink: Sink, handed: Handed, named: set[str]) -> None:
    """Hand out the organizations, clinicians and places that a record refers to, and those that they refer to."""
    found: dict[tuple[str, str, str], str] = {}
    seen: set[str] = set()
    while asked := named - seen:
        seen |= asked
        for source, kind, key, body in stream(
            "SELECT d.source, d.type, d.fhir_id, d.body::text FROM directory_resource d"
            " JOIN unnest(%s::text[]) AS k (place) ON d.type = split_part(k.place, '/', 1)"
            " AND d.fhir_id = split_part(k.place, '/', 2)",
            [sorted(asked)],
        ):
            found[(source, kind, key)] = body
            named = named | set(_REFERENCE.findall(body))
    for (source, kind, _key), body in sorted(found.items()):
        sink.add(f"directory/{name_folder(source)}/{kind}.ndjson", body.encode() + b"\n")
        handed.count(f"directory/{kind}")


def hand_loops(patient: Patient, sink: Sink, handed: Handed) -> set[UUID]:
    """Hand out loops as Task and their history as Provenance; return the people who took part."""
    people: set[UUID] = set()
    for r in stream(
        "SELECT l.id, l.kind, l.state, l.outcome, l.severity, l.title, l.because, l.owner_id, l.asked_by_id,"
        " l.opened_at, coalesce(l.closed_at, l.state_since), l.due_at FROM loop l WHERE l.patient_id = %s"
        " ORDER BY l.id",
        [patient.pk],
    ):
        people.update(key for key in (r[7], r[8]) if key is not None)
        loop = outward.LoopOut(
            key=r[0], patient=f"Patient/{patient.fhir_id}", kind=r[1], state=State(r[2]),
            outcome=Outcome(r[3]) if r[3] else None, severity=Severity(r[4]), title=_words(r[5]),
            because=tuple(_words(one) for one in _read(r[6])), owner=r[7], asked_by=r[8], opened_at=r[9],
            changed_at=r[10], due_at=r[11],
        )  # fmt: skip
        sink.add("careloop/Task.jsonl", outward.write_line(outward.make_task(loop)))
        handed.count("careloop/Task")
    for r in stream(
        "SELECT id, loop_id, at, person_id, say, note FROM loop_event WHERE patient_id = %s ORDER BY loop_id, version",
        [patient.pk],
    ):
        people.add(r[3])
        line = outward.make_provenance(key=r[0], task=r[1], at=r[2], person=r[3], what=_words(r[4]), note=r[5])
        sink.add("careloop/Provenance.jsonl", outward.write_line(line))
        handed.count("careloop/Provenance")
    return people


def hand_log(patient: Patient, sink: Sink, handed: Handed) -> set[UUID]:
    """Hand out every line of the log about a patient as AuditEvent; return the people in it."""
    people: set[UUID] = set()
    after = 0
    while rows := _page_of_log(patient, after):
        for key, at, person, role, what, purpose, outcome in rows:
            people.add(person)
            line = outward.make_audit_event(
                key=key, at=at, person=person, role=role, what=what, purpose=purpose, outcome=outcome,
                patient=f"Patient/{patient.fhir_id}",
            )  # fmt: skip
            sink.add("careloop/AuditEvent.jsonl", outward.write_line(line))
            handed.count("careloop/AuditEvent")
        after = rows[-1][0]
    return people


def hand_people(keys: set[UUID] | None, sink: Sink, handed: Handed) -> None:
    """Hand out these people as Practitioner, or with None everybody."""
    rows = Person.objects.all() if keys is None else Person.objects.filter(pk__in=keys)
    for person in rows.order_by("pk").iterator(chunk_size=FETCH):
        line = outward.make_practitioner(key=person.pk, name=person.name, role=person.role, is_active=person.is_active)
        sink.add("careloop/Practitioner.jsonl", outward.write_line(line))
        handed.count("careloop/Practitioner")


def hand_rows(patient: Patient, sink: Sink, handed: Handed) -> None:
    """Hand out the rows of every other table of patients, as PostgreSQL writes them."""
    for table, column, order in _tables_of_patients():
        _hand_table(table, f"WHERE t.{column} = %s", order, [patient.pk], sink, handed)


def hand_house(sink: Sink, handed: Handed) -> None:
    """Hand out what belongs to no patient: directory, people, teams, and what was refused, whole."""
    for source, kind, body in stream(
        "SELECT source, type, body::text FROM directory_resource ORDER BY source, type, fhir_id", []
    ):
        sink.add(f"directory/{name_folder(source)}/{kind}.ndjson", body.encode() + b"\n")
        handed.count(f"directory/{kind}")
    hand_people(None, sink, handed)
    for table, order in _tables_of_house():
        _hand_table(table, "", order, [], sink, handed)
    for (key,) in stream("SELECT id FROM inbox ORDER BY id", []):
        ((body, row),) = stream("SELECT body, (to_jsonb(i) - 'body')::text FROM inbox i WHERE id = %s", [key])
        sink.put(f"refused/{key}.bin", bytes(body))
        sink.add("rows/inbox.jsonl", row.encode() + b"\n")
        handed.count("refused")


def hand_documents(patient: Patient, sink: Sink, handed: Handed) -> tuple[HandedDocument, ...]:
    """Hand out the files of a patient, one in memory at a time; return what they are called."""
    lines = []
    for key, sha256, kind, title, on in list(
        stream("SELECT id, sha256, media_type, title, dated_on FROM document WHERE patient_id = %s ORDER BY id",
               [patient.pk])
    ):  # fmt: skip
        path = f"documents/{patient.pk}/{bytes(sha256).hex()}.{ENDINGS[MediaType(kind)]}"
        sink.put(path, bytes(Document.objects.values_list("content", flat=True).get(pk=key)))
        handed.count("documents")
        lines.append(HandedDocument(path, title, on))
    return tuple(lines)


def read_person(patient: Patient, documents: tuple[HandedDocument, ...]) -> HandedPerson:
    """Return whose record it is and its facts, for people to read."""
    facts = tuple(
        HandedFact(kind=r[0], label=r[1], on=r[2], value=r[3], status=r[4])
        for r in stream(
            "SELECT kind, label, start_on, coalesce(trim_scale(value)::text || ' ' || unit_text, value_text), status"
            " FROM chart_fact WHERE patient_id = %s ORDER BY kind, start_on DESC NULLS LAST, resource_id, n",
            [patient.pk],
        )
    )
    numbers = PatientIdentifier.objects.filter(patient=patient).order_by("id").values_list("type_code", "value")
    return HandedPerson(
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        identifiers=tuple(f"{code} {value}".strip() for code, value in numbers),
        documents=documents,
        facts=facts,
    )


def _hand_table(table: str, where: str, order: str, values: Sequence[object], sink: Sink, handed: Handed) -> None:
    less = "".join(f" - '{column}'" for column in WITHOUT.get(table, ()))
    sql = f"SELECT (to_jsonb(t){less})::text FROM {table} t {where} ORDER BY t.{order}"
    for (row,) in stream(sql, values):
        sink.add(f"rows/{table}.jsonl", row.encode() + b"\n")
        handed.count(f"rows/{table}")


def _tables_of_patients() -> list[tuple[str, str, str]]:
    """Return name, column of the patient and key of the tables whose rows leave with their patient."""
    found = [("patient", "id", "id")]
    for model in apps.get_app_config("records").get_models():
        names = {field.column for field in model._meta.concrete_fields}
        if "patient_id" in names and model._meta.db_table not in (*NOT_AS_ROWS, *NOT_OF_HOUSE):
            found.append((model._meta.db_table, "patient_id", str(model._meta.pk.column)))
    return sorted(found)


def _tables_of_house() -> list[tuple[str, str]]:
    """Return name and key of the tables that belong to no patient and leave with the house."""
    return sorted(
        (model._meta.db_table, str(model._meta.pk.column))
        for model in apps.get_app_config("records").get_models()
        if "patient_id" not in {field.column for field in model._meta.concrete_fields}
        and model._meta.db_table not in (*NOT_OF_HOUSE, "patient")
    )


def _page_of_log(patient: Patient, after: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM log_about(%s, %s, 500)", [patient.pk, after])
        return list(cursor.fetchall())


def _read(stored: object) -> Any:  # noqa: ANN401
    return json.loads(stored) if isinstance(stored, str) else stored


def _words(stored: object) -> str:
    return speak(Say.from_stored(_read(stored)), "en")
