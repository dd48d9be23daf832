"""What is in order before a specialist sees a patient, from the tables."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Max

from careloop.facts.access import Acting, Role
from careloop.facts.preparation import OF_PLAN, Arranged, Item, ItemState, PreparedItem, Readiness
from careloop.records.models import Referral, ReferralItem
from careloop.rules.referral_items import Around, Noted, approval_holds, list_open, make_readiness
from careloop.worklist.covered import name_coverage

# The coverage of each as ``name_coverage`` names it.
AROUND = (
    "SELECT r.id, coalesce((SELECT string_agg(DISTINCT f.label, '; ' ORDER BY f.label) FROM chart_fact f"
    " WHERE f.patient_id = r.patient_id AND f.kind = 'coverage' AND f.label_mask & ~r.label_mask = 0"
    " AND f.status IN ('active', '') AND f.label <> ''), ''), r.to_name, p.needs_interpreter, r.starts_at,"
    " r.starts_wall FROM referral r JOIN patient p ON p.id = r.patient_id WHERE r.id = ANY(%s)"
    " AND r.starts_wall IS NOT NULL"
)


def load_items(referral: Referral) -> Readiness:
    """Return what is in order before one referral's visit today, and what is not: two statements."""
    rows = ReferralItem.objects.filter(referral=referral).select_related("noted_by").order_by("item", "-at", "-id")
    return make_readiness(make_around(referral), [_noted(row) for row in rows.distinct("item")])


def load_open_items(keys: Collection[UUID]) -> dict[UUID, tuple[Item, ...]]:
    """Return what is open before the visits of these referrals and has a clock: two statements, or none."""
    if not keys:
        return {}
    noted: dict[UUID, list[Noted]] = {}
    rows = ReferralItem.objects.filter(referral__in=list(keys)).select_related("noted_by")
    for row in rows.order_by("referral", "item", "-at", "-id").distinct("referral", "item"):
        noted.setdefault(row.referral_id, []).append(_noted(row))
    with connection.cursor() as cursor:
        cursor.execute(AROUND, [list(keys)])
        return {
            key: list_open(make_readiness(Around(covered_by, to_name, speaks, at, wall.date()), noted.get(key, ())))
            for key, covered_by, to_name, speaks, at, wall in cursor.fetchall()
        }


def find_outdated(referral: Referral) -> list[Item]:
    """Return what was settled with the health plan for another coverage than the one on record today."""
    rows = ReferralItem.objects.filter(referral=referral, item__in=[str(item) for item in OF_PLAN])
    newest = rows.order_by("item", "-at", "-id").distinct("item")
    settled = [row for row in newest if row.state != ItemState.OPEN]
    covered_by = name_coverage(referral.patient_id, referral.label_mask) if settled else ""
    return [Item(row.item) for row in settled if row.covered_by != covered_by]


def recheck_approval(acting: Acting, referral: Referral, *, to_name: str, on: date | None) -> None:
    """Ask for an approval anew that does not hold for the new receiver or day, in the name of whoever chose them.

    The caller saves the referral.
    """
    rows = ReferralItem.objects.filter(referral=referral, item=str(Item.APPROVAL)).select_related("noted_by")
    last = rows.order_by("-at", "-id").first()
    if last is None or approval_holds(_noted(last), to_name=to_name, on=on):
        return
    write_item(acting, referral, Item.APPROVAL, ItemState.OPEN, "", Arranged())
    referral.approval_since = acting.at


def write_item(acting: Acting, referral: Referral, item: Item, state: ItemState, note: str, arranged: Arranged) -> None:
    """Write what was noted of an item, for the coverage, the receiver and the date of today.

    It is the newest: who began before somebody else and wrote after them counts as at their moment.
    """
    around = make_around(referral)
    last = ReferralItem.objects.filter(referral=referral, item=str(item)).aggregate(at=Max("at"))["at"]
    ReferralItem(
        patient_id=referral.patient_id, unit_id=referral.unit_id, label_mask=referral.label_mask, referral=referral,
        item=str(item), state=str(state), note=note, first_on=arranged.first_on, last_on=arranged.last_on,
        covered_by=around.covered_by, to_name=around.to_name, starts_at=around.starts_at,
        noted_by_id=acting.person_id, at=max(acting.at, last or acting.at),
    ).save(force_insert=True)  # fmt: skip


def make_around(referral: Referral) -> Around:
    """Return what decides which items a referral has and which of them hold."""
    has_date = referral.starts_at is not None and referral.starts_wall is not None
    return Around(
        covered_by=name_coverage(referral.patient_id, referral.label_mask),
        to_name=referral.to_name,
        needs_interpreter=referral.patient.needs_interpreter,
        starts_at=referral.starts_at if has_date else None,
        on=referral.starts_wall.date() if has_date else None,
    )


def _noted(row: ReferralItem) -> Noted:
    # Nobody but the records themselves opens it: another coverage came with them.
    is_open_again = row.state == ItemState.OPEN and row.noted_by.role == Role.SYSTEM
    item = PreparedItem(
        item=Item(row.item), state=ItemState(row.state), note=row.note, who=row.noted_by.name, at=row.at,
        arranged=Arranged(row.first_on, row.last_on), is_open_again=is_open_again,
    )  # fmt: skip
    return Noted(item, row.covered_by, row.to_name, row.starts_at)
