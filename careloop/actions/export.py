"""Handing records out: one patient's, or the whole house when somebody leaves. Each is a disclosure, kept for good."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from careloop.actions.handing import (
    hand_directory,
    hand_documents,
    hand_house,
    hand_log,
    hand_loops,
    hand_people,
    hand_records,
    hand_rows,
    read_person,
)
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.disclosures import Basis, What
from careloop.facts.export import Handed, HandedPerson, Sink
from careloop.guard.doors import creating, managing
from careloop.records.models import Disclosure, Patient

LIMIT = 500


@dataclass(frozen=True, slots=True)
class HandedRecord:
    """What of one patient left: counts, and the person for the page that people read."""

    handed: Handed
    person: HandedPerson


class _Hashing:
    """A sink that hashes everything on its way into another."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.hash = hashlib.sha256()

    def add(self, path: str, data: bytes) -> None:
        self.hash.update(path.encode() + b"\0" + data)
        self._sink.add(path, data)

    def put(self, path: str, data: bytes) -> None:
        self.hash.update(path.encode() + b"\0" + data)
        self._sink.put(path, data)


@creating(needs=Right.RECORD_EXPORT, about=Patient)
def hand_out_record(
    acting: Acting,
    patient: Patient,
    *,
    sink: Sink,
    recipient: str,
    reason: str,
    with_house: bool = False,
    basis: Basis = Basis.UNSTATED,
) -> HandedRecord:
    """Hand out everything about one patient that this person may see, and keep that it was handed out.

    With ``with_house`` people and directory leave once for all, by ``hand_out_house``, and not here.

    :raises Refusal: unless recipient and reason are stated
    """
    to_whom, why = _stated(recipient), _stated(reason)
    hashing, handed = _Hashing(sink), Handed()
    named = hand_records(patient, hashing, handed)
    people = hand_loops(patient, hashing, handed) | hand_log(patient, hashing, handed)
    hand_rows(patient, hashing, handed)
    documents = hand_documents(patient, hashing, handed)
    if not with_house:
        hand_directory(hashing, handed, named)
        hand_people(people, hashing, handed)
    Disclosure(
        patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, at=acting.at,
        person_id=acting.person_id, what=str(What.WHOLE_RECORD), recipient=to_whom, reason=why,
        sha256=hashing.hash.digest(), counts=handed.counts, basis=str(basis),
    ).save(force_insert=True)  # fmt: skip
    return HandedRecord(handed, read_person(patient, documents))


@managing(needs=Right.HOUSE_EXPORT)
def hand_out_house(acting: Acting, *, sink: Sink) -> Handed:
    """Hand out what belongs to no patient: directory, people, teams, and what was refused at the door."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('careloop.units', (SELECT string_agg(id::text, ',') FROM unit), true)")
    handed = Handed()
    hand_house(sink, handed)
    return handed


@managing(needs=Right.HOUSE_EXPORT, write=False)
def list_patients_after(acting: Acting, *, after: UUID, how_many: int) -> tuple[UUID, ...]:
    """Return the next patients in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM patients_after(%s, %s)", [after, how_many])
        return tuple(row[0] for row in cursor.fetchall())


def _stated(words: str) -> str:
    text = " ".join(words.replace("\x00", "").split())
    if not text or len(text) > LIMIT:
        raise Refusal(Say("refusal.disclosure_words", count=LIMIT))
    return text
