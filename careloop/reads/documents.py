"""Documents as lists, as a page and as bytes, and the search in notes."""

import hashlib
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.documents import (
    ENDINGS,
    DocumentFile,
    DocumentLine,
    DocumentPage,
    MediaType,
    NoteHit,
    NoteHits,
)
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.papers import count_documents, select_documents
from careloop.records.models import Document, DocumentSource, Note, Patient
from careloop.rules.access import has_right
from careloop.rules.notes import cut_snippet, read_tokens

PAGE = 50
HITS = 10
MAX_PAGE = 100


@reading(needs=Right.CHART_READ, about=Patient)
def list_documents(acting: Acting, patient: Patient, *, page: int = 1) -> tuple[tuple[DocumentLine, ...], int]:
    """Return fifty documents of a patient, newest first, and how many there are in all."""
    return select_documents(patient.pk, how_many=PAGE, skipped=(page - 1) * PAGE), count_documents(patient.pk)


@reading(needs=Right.CHART_READ, about=Document)
def get_document_page(acting: Acting, document: Document) -> DocumentPage:
    """Return one document with its words and where it came from."""
    (line,) = select_documents(document.patient_id, how_many=1, only=document.pk)
    rows = DocumentSource.objects.filter(document=document).select_related("resource").order_by("id")
    patient = Patient.objects.get(pk=document.patient_id)
    return DocumentPage(
        patient_id=patient.pk,
        patient_name=patient.full_name,
        birth_on=patient.birth_on,
        line=line,
        added_at=document.added_at,
        words=str(Note.objects.filter(document=document).values_list("words", flat=True).first() or ""),
        sources=tuple(f"{row.resource.type}, {row.resource.source}" for row in rows if row.resource is not None),
        may_take_out=has_right(acting, Right.REFERRAL_WRITE),
    )


@reading(needs=Right.CHART_READ, about=Document)
def get_document_file(acting: Acting, document: Document) -> DocumentFile:
    """Return the bytes of one document under a name that tells nothing of the person.

    :raises Refusal: if the bytes are not what their hash says
    """
    content, sha256 = bytes(document.content), bytes(document.sha256)
    if hashlib.sha256(content).digest() != sha256:
        raise Refusal(Say("refusal.document_damaged"))
    media_type = MediaType(document.media_type)
    day = f"{document.dated_on.isoformat()}-" if document.dated_on else ""
    name = f"document-{day}{sha256.hex()[:8]}.{ENDINGS[media_type]}"
    return DocumentFile(document.patient_id, name, media_type, content)


@listing(needs=Right.CHART_READ)
def search_notes(
    acting: Acting, reach: Reach, *, asked: str, patient_id: UUID | None = None, page: int = 1
) -> Shown[NoteHits]:
    """Search the words of documents and notes, of one patient or of all whom this person reaches, newest first.

    Every word must be there, from its beginning; case and accents do not matter. What was asked is logged.

    :raises Refusal: if no word of two letters or more is asked for
    """
    tokens = read_tokens(asked)
    if not any(len(token) > 1 for token in tokens):
        raise Refusal(Say("refusal.search_words"))
    page = min(max(page, 1), MAX_PAGE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM search_notes(%s, %s, %s, %s)", [list(tokens), patient_id, HITS + 1, (page - 1) * HITS]
        )
        rows = cursor.fetchall()
    hits = tuple(
        NoteHit(
            patient_id=r[0], patient_name=r[1], birth_on=r[2], document_id=r[3], title=r[6], dated_on=r[7],
            said_by=r[5], snippet=cut_snippet(r[8], tokens),
        )
        for r in rows[:HITS]
    )  # fmt: skip
    shown = (*((patient_id,) if patient_id else ()), *(hit.patient_id for hit in hits))
    next_page = page + 1 if len(rows) > HITS and page < MAX_PAGE else 0
    return Shown(NoteHits(hits, page, next_page), tuple(dict.fromkeys(shown)), asked)
