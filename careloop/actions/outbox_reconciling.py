"""After a restore or a long outage nothing is sent until a person has decided: what went already, what is too late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.outbox import OutState, Parcel, Stopped
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import Outbox, OutboxEpoch

MOST = 100_000
NONE: Mapping[UUID, str] = {}


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something that was due and has not gone as far as this database knows; ``is_past`` its last good moment."""

    parcel: Parcel
    meant_at: datetime
    is_past: bool


@unattended(needs=Right.WORK_UNATTENDED)
def list_overdue(acting: Acting) -> tuple[Overdue, ...]:
    """Return what was due by now and has not gone, in the order in which it was meant."""
    return tuple(
        Overdue(
            Parcel(
                row.pk, row.token, Road(row.road), row.address, row.message.pieces if row.message else {}, row.key,
                row.meant_at,
            ),
            row.meant_at,
            row.good_until < acting.at,
        )
        for row in _overdue(acting)
    )  # fmt: skip


@unattended(needs=Right.WORK_UNATTENDED, leaves_line=False)
def find_unknown_references(acting: Acting, references: Sequence[str]) -> frozenset[str]:
    """Return those references of a provider that stand nowhere here: what went after the point of recovery."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unknown_references(%s)", [list(references)])
        return frozenset(row[0] for row in cursor.fetchall())


@unattended(needs=Right.WORK_UNATTENDED)
def decide_outbox(
    acting: Acting, *, gone: Mapping[UUID, str] = NONE, withdraws: bool, mark: int
) -> tuple[int, int, int]:
    """Let the outbox send again, as a person decided; return how many had gone, were withdrawn, and will still go.

    ``gone`` are those that a provider took, with its reference: they count as sent. Of the rest, what is past its last
    good moment is withdrawn; with ``withdraws`` so is everything else that was due. ``mark`` is the highest token that
    ever left: claims go on above it.
    """
    rows = _overdue(acting)
    counts = [0, 0, 0]
    for row in rows:
        if row.pk in gone:
            _to_unknown(acting, row)
            row.state, row.next_at = str(OutState.SENT), None
            row.sent_at, row.reference, row.said = acting.at, gone[row.pk], "found at the provider"
            counts[0] += 1
        elif withdraws or row.good_until < acting.at:
            row.state, row.held_for, row.next_at, row.leased_until = str(OutState.WITHDRAWN), "", None, None
            row.stopped_because, row.awaits_word = str(Stopped.NOT_SENT_AGAIN), True
            counts[1] += 1
        else:
            counts[2] += 1
            continue
        row.state_since = acting.at
        row.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT raise_outbox_token(%s)", [mark])
    OutboxEpoch.objects.filter(pk=1).update(
        is_waiting=False, because="", since=None, round_at=acting.at, decided_at=acting.at,
        decided_by_id=acting.person_id,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_epoch SET epoch = epoch + 1 WHERE id = 1")
    return counts[0], counts[1], counts[2]


def _overdue(acting: Acting) -> list[Outbox]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, patient_id FROM overdue_outbox(%s, %s)", [acting.at, MOST])
        due = cursor.fetchall()
    enter(patients={row[1] for row in due})
    rows = Outbox.objects.filter(pk__in=[row[0] for row in due]).select_related("message").order_by("meant_at", "no")
    return list(rows.select_for_update(of=("self",)))


def _to_unknown(acting: Acting, row: Outbox) -> None:
    if row.state == OutState.UNKNOWN:
        return
    row.state, row.held_for, row.leased_until = str(OutState.UNKNOWN), "", None
    row.state_since, row.next_at = acting.at, acting.at
    row.save()
