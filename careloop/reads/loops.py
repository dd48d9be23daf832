"""Open loops for an operator: ids, kinds and dates, without names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from careloop.facts.access import Acting, Right
from careloop.facts.worklist import State
from careloop.guard.context import enter
from careloop.guard.doors import managing
from careloop.records.models import Loop, Unit


@dataclass(frozen=True, slots=True)
class LoopLine:
    """One open loop without a word about the person."""

    id: UUID
    kind: str
    check: str
    state: str
    severity: int
    next_at: datetime
    due_at: datetime | None


@managing(needs=Right.HEALTH_READ, write=False)
def list_open_loops(acting: Acting, *, how_many: int) -> tuple[LoopLine, ...]:
    """Return the open loops in the order of the list, up to ``how_many``; a person's role sees only its units."""
    enter(units=list(Unit.objects.values_list("pk", flat=True)))
    rows = Loop.objects.exclude(state=str(State.CLOSED)).order_by("sort_at", "id")[:how_many]
    return tuple(
        LoopLine(
            id=row.pk,
            kind=row.kind,
            check=row.check_name,
            state=row.state,
            severity=row.severity,
            next_at=row.next_at,
            due_at=row.due_at,
        )
        for row in rows
    )
