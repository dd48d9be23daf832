"""The facts of a patient by kind, inside the doors of the patient's pages."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from careloop.facts.chart import FactKind
from careloop.facts.pages import FactLine, FactSection

# A result that only holds others together, such as a blood pressure without its two numbers, says nothing itself.
FRAME = (
    "(c.kind = 'result' AND c.n = 0 AND c.value IS NULL AND c.value_text = '' AND EXISTS"
    " (SELECT FROM chart_fact part WHERE part.resource_id = c.resource_id AND part.n > 0))"
)


def load_sections(
    patient_id: UUID, ids: Sequence[UUID], kinds: Sequence[FactKind], *, how_many: int, skipped: int = 0
) -> tuple[FactSection, ...]:
    """Return facts of each kind, what holds now first, then the newest, and how many there are: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.kind, f.n_all, f.resource_id, f.label, f.code, f.other_codes, f.status, f.start_on, f.end_on,"
            " f.value, f.value_text, f.unit_text, r.type, r.source, nullif(f.patient_id, %s) FROM ("
            " SELECT c.*, count(*) OVER w AS n_all, row_number() OVER (PARTITION BY c.kind"
            " ORDER BY (c.status IN ('active', 'recurrence', 'relapse')) DESC, c.start_on DESC NULLS LAST,"
            " c.resource_id, c.n) AS place"
            " FROM chart_fact c WHERE c.patient_id = ANY(%s) AND c.kind = ANY(%s) AND c.status <> 'entered-in-error'"
            f" AND c.verification NOT IN ('entered-in-error', 'refuted') AND NOT {FRAME} WINDOW w AS"
            " (PARTITION BY c.kind)) f"
            " JOIN resource r ON r.id = f.resource_id WHERE f.place > %s AND f.place <= %s ORDER BY f.kind, f.place",
            [patient_id, list(ids), [str(kind) for kind in kinds], skipped, skipped + how_many],
        )
        rows = cursor.fetchall()
    sections = []
    for kind in kinds:
        own = [r for r in rows if r[0] == kind]
        sections.append(FactSection(kind=kind, count=own[0][1] if own else 0, lines=tuple(_fact(r) for r in own)))
    return tuple(sections)


def _fact(r: tuple[object, ...]) -> FactLine:
    codes = [str(r[4]), *(r[5] if isinstance(r[5], list) else [])] if r[4] else []
    return FactLine(
        resource_id=r[2],  # type: ignore[arg-type]
        label=str(r[3]),
        codes=tuple(codes),
        status=str(r[6]),
        on=r[7],  # type: ignore[arg-type]
        until=r[8],  # type: ignore[arg-type]
        value=r[9],  # type: ignore[arg-type]
        value_text=str(r[10]),
        unit=str(r[11]),
        said_by=f"{r[12]}, {r[13]}",
        from_record=r[14],  # type: ignore[arg-type]
    )
