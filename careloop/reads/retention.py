"""Records past their time, what holds them, who asked for their end, and what is left of those that ended."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from careloop.basics.days import add_years
from careloop.catalog.retention import load_retention
from careloop.facts.access import Acting, Right
from careloop.facts.retention import HoldLine, PastRetention, RetentionRule, TombstoneLine
from careloop.guard.doors import managing
from careloop.records.models import DeletionWish, LegalHold, Tombstone, Unit
from careloop.rules.retention import kept_until


@dataclass(frozen=True, slots=True)
class RetentionList:
    """The rule, the holds that run, and up to a number of patients past the rule, the oldest first.

    ``tombstones`` are the last so many records that were deleted, the newest first.
    """

    rule: RetentionRule
    holds: tuple[HoldLine, ...]
    past: tuple[PastRetention, ...]
    tombstones: tuple[TombstoneLine, ...]


@managing(needs=Right.RETENTION_READ, write=False)
def list_past_retention(acting: Acting, *, how_many: int) -> RetentionList:
    """Return who is past the rule today (UTC) and not held, or held, with the holds that run."""
    rule, today = load_retention(), acting.at.date()
    with connection.cursor() as cursor:
        units = ",".join(map(str, Unit.objects.values_list("pk", flat=True)))
        cursor.execute("SELECT set_config('careloop.units', %s, true)", [units])
        cursor.execute(
            "SELECT id, birth_on, last_on, is_held FROM patients_quiet_since(%s, %s)",
            [add_years(today, -rule.years), how_many],
        )
        rows = cursor.fetchall()
    wishes = DeletionWish.objects.filter(patient_id__in=[row[0] for row in rows]).select_related("asked_by")
    asked = {wish.patient_id: wish.asked_by.name for wish in wishes}
    past = (PastRetention(r[0], r[2], kept_until(rule, r[2], r[1]), r[3], asked.get(r[0], "")) for r in rows)
    holds = LegalHold.objects.filter(lifted_at=None).order_by("id")
    return RetentionList(
        rule,
        tuple(HoldLine(h.pk, h.patient_id, h.reason, h.since) for h in holds),
        tuple(line for line in past if line.kept_until < today),
        tuple(_read(row) for row in _tombstones()[:how_many]),
    )


def _tombstones() -> Any:  # noqa: ANN401
    return Tombstone.objects.select_related("asked_by", "confirmed_by").order_by("-deleted_at", "-id")


def _read(row: Any) -> TombstoneLine:  # noqa: ANN401
    return TombstoneLine(
        id=row.pk, was_patient=row.was_patient, deleted_at=row.deleted_at, kept_until=row.kept_until,
        asked_by=row.asked_by.name, confirmed_by=row.confirmed_by.name,
        rows=sum(int(one["rows"]) for one in row.counts.values()), sha256=bytes(row.sha256).hex(),
        readmitted_at=row.readmitted_at,
    )  # fmt: skip
