"""Who stands in for whom, as lines: inside the doors of the pages that show it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from careloop.facts.access import Acting
from careloop.facts.caseloads import CoverLine
from careloop.records.models import Cover

# A cover that is over is shown so long: to look at what changed.
OVER_DAYS = 14
# One that was taken back before it began is so long: nobody stood in, so there is nothing to look at.
TAKEN_BACK = timedelta(microseconds=1)


def list_covers(acting: Acting, people: Sequence[UUID]) -> tuple[CoverLine, ...]:
    """Return the covers of these people: now, coming, and those that ended in the last two weeks.

    One that was taken back before it began is not among them.
    """
    since = acting.at - timedelta(days=OVER_DAYS)
    rows = Cover.objects.filter(Q(absent_id__in=people) | Q(covering_id__in=people), during__endswith__gt=since)
    lines = [make_line(acting, row) for row in rows.select_related("absent", "covering").order_by("during", "id")]
    held = [line for line in lines if line.until - line.since > TAKEN_BACK]
    return tuple(sorted(held, key=lambda line: line.is_over))


def make_line(acting: Acting, row: Cover) -> CoverLine:
    """Return one cover as a line, as it stands at this moment."""
    return CoverLine(
        id=row.pk,
        absent_id=row.absent_id,
        absent=row.absent.name,
        covering_id=row.covering_id,
        covering=row.covering.name,
        since=row.during.lower,
        until=row.during.upper,
        reason=row.reason,
        is_now=row.during.lower <= acting.at < row.during.upper,
        is_over=row.during.upper <= acting.at,
    )
