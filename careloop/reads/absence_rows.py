"""Who is away and whose patients several colleagues share, as rows: inside the doors of the pages that show it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from careloop.facts.access import Acting
from careloop.facts.covering import AbsenceRow, AbsenceState, PartState
from careloop.records.models import Absence, AbsencePart, AbsenceShare

# An absence that is over is listed so long.
OVER_DAYS = 14


def list_my_covers(acting: Acting) -> tuple[AbsenceRow, ...]:
    """Return the absences in which somebody was asked to stand in, or is away: those that are not over, and lately."""
    mine = AbsencePart.objects.filter(covering_id=acting.person_id).values("absence_id")
    return list_absences(acting, Absence.objects.filter(Q(pk__in=mine) | Q(person_id=acting.person_id)))


def list_absences(acting: Acting, rows: QuerySet[Absence]) -> tuple[AbsenceRow, ...]:
    """Return absences of a query as rows: those that are not over, and those of the last two weeks."""
    lately = Q(ended_at=None) | Q(ended_at__gte=acting.at - timedelta(days=OVER_DAYS))
    found = list(rows.filter(lately).select_related("person").order_by("during", "id"))
    keys = [row.pk for row in found]
    live = AbsenceShare.objects.filter(absence_id__in=keys, ended_at=None).values("absence_id")
    counts = dict(live.annotate(n=Count("id")).values_list("absence_id", "n"))
    asked = AbsencePart.objects.filter(absence_id__in=keys, covering_id=acting.person_id)
    mine = dict(asked.values_list("absence_id", "state"))
    return tuple(
        make_row(
            acting,
            row,
            counts.get(row.pk, 0),
            {acting.person_id: PartState(mine[row.pk])} if row.pk in mine else {},
        )
        for row in found
    )


def make_row(acting: Acting, row: Absence, patients: int, parts: Mapping[UUID, PartState]) -> AbsenceRow:
    """Return one absence as a row; ``parts`` says where the part of each colleague stands."""
    state = AbsenceState.COMING if row.during.lower > acting.at else AbsenceState.RUNNING
    if row.ended_at is not None or row.during.upper <= acting.at:
        state = AbsenceState.OVER
    return AbsenceRow(
        row.pk, row.person_id, row.person.name, row.during.lower, row.during.upper, row.is_sudden, state, patients,
        parts.get(acting.person_id),
    )  # fmt: skip
