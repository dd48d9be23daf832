"""What stands in the outbox, without names, for operators; and whether this house is a demo."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import Clinic, OutboxEpoch


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How much stands where. ``because`` is "restore" or "outage" while nothing is sent until somebody decides."""

    states: Mapping[str, int]
    due: int
    inbox_new: int
    epoch: int
    is_waiting: bool
    because: str
    since: datetime | None
    round_at: datetime | None


@managing(needs=Right.WORK_UNATTENDED, write=False, leaves_line=False)
def is_demo_house(acting: Acting) -> bool:
    """Tell whether this house is a demo: then it writes to nobody outside."""
    return Clinic.objects.filter(is_demo=True).exists()


@managing(needs=Right.HEALTH_READ, write=False, leaves_line=False)
def count_outbox(acting: Acting) -> OutboxCounts:
    """Count what is on its way out and what came in, without names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outbox_counts(%s)", [acting.at])
        found = cursor.fetchone()[0]
    counts = json.loads(found) if isinstance(found, str) else found
    epoch = OutboxEpoch.objects.filter(pk=1).first() or OutboxEpoch()
    return OutboxCounts(
        states=counts["states"], due=counts["due"], inbox_new=counts["inbox_new"], epoch=epoch.epoch,
        is_waiting=epoch.is_waiting, because=epoch.because, since=epoch.since, round_at=epoch.round_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutRow:
    """Something that goes out, without name and words."""

    id: UUID
    road: str
    state: str
    at: datetime
    why: str


@managing(needs=Right.WORK_UNATTENDED, write=False)
def list_rows(acting: Acting, *, state: str) -> tuple[OutRow, ...]:
    """Return the newest hundred that stand so, of all teams, without names and words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, road, state, state_since, why FROM outbox_rows(%s, 100)", [state])
        return tuple(OutRow(*row) for row in cursor.fetchall())
