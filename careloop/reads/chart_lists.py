"""The facts of the three lists with their sources, inside the door of the page that shows them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from careloop.catalog.knowledge import load_knowledge
from careloop.facts.chart import ChartFact, FactColumns, FactKind
from careloop.facts.chart_lists import ChartLists, SourcedFact
from careloop.formats.fhir.dosage import read_doses
from careloop.rules.chart_lists.make import KINDS, make_lists


def load_lists(patient_ids: Sequence[UUID], on: date) -> ChartLists:
    """Return the lists of one person from the facts of one or several records: one statement, whatever there is.

    Row security decides which facts there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.kind, f.code, f.other_codes, f.label, f.status, f.verification, f.start_on, f.end_on,"
            " f.resource_id, f.patient_id, r.type, r.source, r.received_at,"
            " coalesce(r.body #>> '{requester,display}', r.body #>> '{informationSource,display}',"
            " r.body #>> '{asserter,display}', r.body #>> '{recorder,display}', ''),"
            " CASE WHEN f.kind = 'medicine'"
            " THEN coalesce(r.body ->> 'dosageInstruction', r.body ->> 'dosage', '[]') ELSE '[]' END"
            " FROM chart_fact f JOIN resource r ON r.id = f.resource_id"
            " WHERE f.patient_id = ANY(%s) AND f.kind = ANY(%s)",
            [list(patient_ids), [str(kind) for kind in KINDS]],
        )
        rows = cursor.fetchall()
    return make_lists((_read(row) for row in rows), on, load_knowledge())


def _read(row: tuple[object, ...]) -> SourcedFact:
    codes = (str(row[1]), *(row[2] if isinstance(row[2], list) else ())) if row[1] else ()
    columns = FactColumns(
        FactKind(str(row[0])),
        codes,
        str(row[3]),
        str(row[4]),
        start_on=row[6],  # type: ignore[arg-type]
        end_on=row[7],  # type: ignore[arg-type]
        verification=str(row[5]),
    )
    return SourcedFact(
        ChartFact(row[8], columns),  # type: ignore[arg-type]
        record_id=row[9],  # type: ignore[arg-type]
        resource_type=str(row[10]),
        sender=str(row[11]),
        received_at=row[12],  # type: ignore[arg-type]
        author=str(row[13]),
        doses=read_doses(str(row[14])),
    )
