"""Documents added by hand: a file that a person or the operator puts into a patient's record."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from careloop.actions.intake.documents import relabel, write_new
from careloop.actions.intake.patients import Arrival
from careloop.actions.report_filing import was_taken_out
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Label, Right
from careloop.facts.documents import HAND_LABELS, MAX_FILE_BYTES, Attachment, MediaType
from careloop.formats.media import find_media_type
from careloop.guard.doors import creating
from careloop.records.models import Document, DocumentSource, Patient

TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Added:
    """The document, and whether it is new here. One that is there but that this person does not see has no key."""

    document_id: UUID | None
    is_new: bool


@creating(needs=Right.DOCUMENT_WRITE, about=Patient)
def add_document(
    acting: Acting,
    patient: Patient,
    *,
    content: bytes,
    title: str,
    dated_on: date | None,
    labels: Collection[Label] = (),
) -> Added:
    """Add a file to a patient's record; the same bytes are kept once. It carries the patient's own labels.

    ``labels`` are added to them, also where the document stands here already and where the person who gives one
    does not see it: then they no longer see the document.

    :raises Refusal: if the file is empty, too large, of a kind that is not taken, the title too long, a label is none
        that people give, or it was taken out of this record as another person's
    """
    _expect_file(content)
    words = " ".join(title.replace("\x00", "").split())
    if len(words) > TITLE_LIMIT:
        raise Refusal(Say("refusal.document_title"))
    if not set(labels) <= set(HAND_LABELS):
        raise Refusal(Say("refusal.document_label"))
    if was_taken_out(patient.pk, content):
        raise Refusal(Say("refusal.document_taken_out"))
    sha256 = hashlib.sha256(content).digest()
    arrival = Arrival(id=patient.pk, unit_id=patient.unit_id, shift_days=None, is_new=False)
    new = write_new(acting, [(arrival, patient.label_mask, Attachment(words, dated_on, content), sha256)])
    found = Document.objects.filter(patient=patient, sha256=sha256).first()
    if found is not None and not DocumentSource.objects.filter(document=found, resource=None).exists():
        DocumentSource(
            patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, document=found,
            person_id=acting.person_id, at=acting.at,
        ).save(force_insert=True)  # fmt: skip
        relabel([found.pk])
    for label in labels:
        _label(patient, sha256, label)
    seen = Document.objects.filter(patient=patient, sha256=sha256).values_list("pk", flat=True).first()
    return Added(seen, is_new=bool(new))


def _expect_file(content: bytes) -> None:
    if len(content) > MAX_FILE_BYTES:
        raise Refusal(Say("refusal.document_too_large", megabytes=MAX_FILE_BYTES >> 20))
    if not content:
        raise Refusal(Say("refusal.document_empty"))
    if find_media_type(content) is MediaType.OTHER:
        raise Refusal(Say("refusal.document_kind"))


def _label(patient: Patient, sha256: bytes, label: Label) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT label_document(%s, %s, %s)", [patient.pk, sha256, int(label)])
