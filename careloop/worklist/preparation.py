"""What is in order before a visit, from the tables, and what of it holds when the visit moves."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.preparation import OF_PLAN, Arranged, Cost, Item, ItemState, PreparedItem, Readiness, VisitNeeds
from careloop.facts.scheduling import Preparation
from careloop.records.models import Booking, ReminderPlan, VisitItem
from careloop.rules.preparation import make_readiness, opens_again
from careloop.worklist.covered import name_coverage


def load_readiness(booking: Booking) -> Readiness:
    """Return what is in order before one visit, and what is not."""
    return make_readiness(needs_of(booking), _load([booking.pk]).get(booking.pk, ()))


def load_many(bookings: Iterable[Booking]) -> Mapping[UUID, Readiness]:
    """Return the same for many visits, by their keys, in one statement; their kinds and patients are loaded before."""
    rows = list(bookings)
    kept = _load([row.pk for row in rows])
    return {row.pk: make_readiness(needs_of(row), kept.get(row.pk, ())) for row in rows}


def needs_of(booking: Booking) -> VisitNeeds:
    """Return what decides which items a visit has."""
    kind = booking.visit_type
    return VisitNeeds(
        preparation=Preparation(kind.preparation),
        needs_fasting=kind.needs_fasting,
        needs_escort=kind.needs_escort,
        needs_interpreter=booking.patient.needs_interpreter,
    )


def carry_over(acting: Acting, booking: Booking) -> None:
    """Keep for a new time what was in order for the time before it on the same loop.

    What had been arranged for that time is open again, in the name of whoever chose the new one. An approval that
    holds on the new day goes along; of one that does not the days stay, so that everybody sees why.
    """
    before = Booking.objects.filter(loop_id=booking.loop_id).exclude(pk=booking.pk).order_by("-made_at", "-id").first()
    if before is None:
        return
    rows = []
    for old in VisitItem.objects.filter(booking=before).order_by("id"):
        arranged = read_arranged(old)
        again = opens_again(Item(old.item), ItemState(old.state), arranged, booking.starts_wall.date())
        rows.append(
            VisitItem(
                patient_id=booking.patient_id,
                unit_id=booking.unit_id,
                label_mask=booking.label_mask,
                booking=booking,
                item=old.item,
                state=str(ItemState.OPEN) if again else old.state,
                note="" if again else old.note,
                is_open_again=again or old.is_open_again,
                first_on=arranged.first_on,
                last_on=arranged.last_on,
                pickup=None if again else arranged.pickup,
                pays=None if again else arranged.pays,
                covered_by=None if again else old.covered_by,
                set_by_id=acting.person_id if again else old.set_by_id,
                set_at=acting.at if again else old.set_at,
            )
        )
    VisitItem.objects.bulk_create(rows)


def ask_approval(acting: Acting, booking: Booking) -> None:
    """Note that a visit needs an approval beforehand, unless something is noted of it already."""
    if not VisitItem.objects.filter(booking=booking, item=str(Item.APPROVAL)).exists():
        VisitItem(
            patient_id=booking.patient_id, unit_id=booking.unit_id, label_mask=booking.label_mask, booking=booking,
            item=str(Item.APPROVAL), state=str(ItemState.OPEN), set_by_id=acting.person_id, set_at=acting.at,
        ).save(force_insert=True)  # fmt: skip


def name_covered(booking: Booking, item: Item, state: ItemState) -> str | None:
    """Return for which coverage an item is noted, None if it is not about that."""
    if item not in OF_PLAN or state is ItemState.OPEN:
        return None
    return name_coverage(booking.patient_id, booking.label_mask)


def open_for_coverage(acting: Acting, booking: Booking) -> bool:
    """Open again what a health plan that covers the patient no more had said of a locked visit; tell whether it had.

    Of a visit that was looked at before it was kept for which coverage, nobody can tell.
    """
    rows = VisitItem.objects.filter(booking=booking, item__in=[str(item) for item in OF_PLAN])
    settled = list(rows.filter(covered_by__isnull=False).exclude(state=str(ItemState.OPEN)).order_by("id"))
    covered_by = name_coverage(booking.patient_id, booking.label_mask) if settled else ""
    outdated = [row for row in settled if row.covered_by != covered_by]
    for row in outdated:
        row.state, row.note, row.is_open_again = str(ItemState.OPEN), "", True
        row.pays = row.first_on = row.last_on = None
        row.set_by_id, row.set_at, row.version = acting.person_id, acting.at, row.version + 1
        row.save()
    if outdated:
        plan_reminders_anew(booking)
    return bool(outdated)


def plan_reminders_anew(booking: Booking) -> None:
    """Let the worker look at the reminders of a visit: what it costs is told with how to get ready for it."""
    ReminderPlan.objects.filter(pk=booking.pk).update(is_due=True)


def load_costs(keys: Iterable[UUID]) -> dict[UUID, Cost]:
    """Return what patients pay for visits, by the key of the visit, where somebody was told: one statement."""
    rows = VisitItem.objects.filter(booking_id__in=list(keys), item=str(Item.COVERAGE), pays__isnull=False)
    return {key: Cost(cents, at) for key, cents, at in rows.values_list("booking_id", "pays", "set_at")}


def load_arranged(keys: Iterable[UUID]) -> dict[UUID, dict[Item, Arranged]]:
    """Return what approvals and rides were arranged for, by the key of the visit: one statement.

    Of a ride that is there without a time the moment is not known, and it is listed all the same.
    """
    wanted = [str(Item.APPROVAL), str(Item.RIDE)]
    rows = VisitItem.objects.filter(booking_id__in=list(keys), item__in=wanted, state=str(ItemState.DONE))
    found: dict[UUID, dict[Item, Arranged]] = {}
    for row in rows.order_by("id"):
        found.setdefault(row.booking_id, {})[Item(row.item)] = read_arranged(row)
    return found


def load_approvals(loop_ids: Iterable[UUID]) -> dict[UUID, Arranged]:
    """Return the days of the newest approval noted for each visit's loop, whatever became of that booking."""
    rows = VisitItem.objects.filter(
        booking__loop_id__in=list(loop_ids), item=str(Item.APPROVAL), first_on__isnull=False
    )
    return {row.booking.loop_id: read_arranged(row) for row in rows.select_related("booking").order_by("set_at", "id")}


def read_arranged(row: VisitItem) -> Arranged:
    """Return what an item was arranged for."""
    return Arranged(row.first_on, row.last_on, row.pickup, row.pays)


def _load(keys: Iterable[UUID]) -> dict[UUID, list[PreparedItem]]:
    found: dict[UUID, list[PreparedItem]] = {}
    for row in VisitItem.objects.filter(booking_id__in=list(keys)).select_related("set_by").order_by("id"):
        found.setdefault(row.booking_id, []).append(_read(row))
    return found


def _read(row: VisitItem) -> PreparedItem:
    return PreparedItem(
        item=Item(row.item),
        state=ItemState(row.state),
        version=row.version,
        note=row.note,
        who=row.set_by.name,
        at=row.set_at,
        is_open_again=row.is_open_again,
        arranged=read_arranged(row),
        has_other_coverage=row.is_open_again and row.covered_by is not None,
    )
