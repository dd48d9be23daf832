"""Documents and requests to amend as the pages of one patient show them, inside those pages' doors."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import OuterRef, Subquery

from careloop.facts.access import Acting, Right
from careloop.facts.amendments import AmendmentLine, AmendmentState, DenialBasis
from careloop.facts.documents import HAND_LABELS, DocumentLine, MediaType
from careloop.facts.papers import NO_PAPERS, Papers
from careloop.records.models import Amendment, ChartFactRow, Document, Patient, Person
from careloop.rules.access import has_right
from careloop.rules.amendments import Standing, may_extend

LINES = 8

SELECT = (
    "SELECT d.id, d.title, d.dated_on, d.media_type, d.size,"
    " coalesce(string_agg(DISTINCT r.type || ', ' || r.source, '; '), ''), coalesce(bool_or(s.is_current), true),"
    " d.label_mask, count(*) OVER ()"
    " FROM document d LEFT JOIN document_source s ON s.document_id = d.id"
    " LEFT JOIN resource r ON r.id = s.resource_id WHERE d.patient_id = %s AND (%s::uuid IS NULL OR d.id = %s)"
    " GROUP BY d.id ORDER BY d.dated_on DESC NULLS LAST, d.id DESC LIMIT %s OFFSET %s"
)


def load_papers(acting: Acting, patient: Patient) -> Papers:
    """Return what the patient page shows of papers: a constant number of statements."""
    if not has_right(acting, Right.CHART_READ):
        return NO_PAPERS
    lines, count = _read_documents(patient.pk, how_many=LINES)
    return Papers(
        documents=lines,
        document_count=count,
        amendments=_amendments(acting, patient),
        may_ask=has_right(acting, Right.AMENDMENT_WRITE) and not patient.is_dead,
        may_decide=has_right(acting, Right.AMENDMENT_DECIDE),
        may_add=has_right(acting, Right.DOCUMENT_WRITE),
        may_hand_out=has_right(acting, Right.RECORD_EXPORT),
    )


def _amendments(acting: Acting, patient: Patient) -> tuple[AmendmentLine, ...]:
    """Return every request to amend, those without an answer first: one statement."""
    label = ChartFactRow.objects.filter(resource_id=OuterRef("resource_id")).order_by("n").values("label")[:1]
    name = Person.objects.filter(pk=OuterRef("decided_by")).values("name")[:1]
    asked = Amendment.objects.filter(patient=patient).annotate(about=Subquery(label), decider=Subquery(name))
    rows = list(asked.order_by("-asked_on", "-id"))
    rows.sort(key=lambda row: row.state != AmendmentState.OPEN)
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    return tuple(_amendment(row, today, row.about or "", row.decider or "") for row in rows)


def _amendment(row: Amendment, today: date, about: str, decided_by: str) -> AmendmentLine:
    state = AmendmentState(row.state)
    standing = Standing(state, row.due_on, bool(row.extended_because), bool(row.disagreement))
    return AmendmentLine(
        id=row.pk, version=row.version, about=about, resource_id=row.resource_id, asked_by=row.asked_by,
        asked_on=row.asked_on, wrong=row.wrong, should_say=row.should_say, due_on=row.due_on,
        is_late=state is AmendmentState.OPEN and today > row.due_on, may_extend=may_extend(standing, today),
        extended_because=row.extended_because, state=state, basis=DenialBasis(row.basis) if row.basis else None,
        answer=row.answer, decided_by=decided_by, decided_at=row.decided_at, disagreement=row.disagreement,
    )  # fmt: skip


def select_documents(
    patient_id: UUID, *, how_many: int, skipped: int = 0, only: UUID | None = None
) -> tuple[DocumentLine, ...]:
    """Return documents of a patient, the newest by their own day first; with ``only`` this one."""
    return _read_documents(patient_id, how_many=how_many, skipped=skipped, only=only)[0]


def _read_documents(
    patient_id: UUID, *, how_many: int, skipped: int = 0, only: UUID | None = None
) -> tuple[tuple[DocumentLine, ...], int]:
    """Return the same lines, and how many there are in all as long as one is shown: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(SELECT, [patient_id, only, only, how_many, skipped])
        rows = cursor.fetchall()
    lines = tuple(
        DocumentLine(
            id=r[0], title=r[1], dated_on=r[2], media_type=MediaType(r[3]), size=r[4], said_by=r[5],
            is_current=r[6], labels=tuple(label for label in HAND_LABELS if r[7] & label),
        )
        for r in rows
    )  # fmt: skip
    return lines, rows[0][8] if rows else 0


def count_documents(patient_id: UUID) -> int:
    """Return how many documents of a patient this person may see."""
    return int(Document.objects.filter(patient_id=patient_id).count())
