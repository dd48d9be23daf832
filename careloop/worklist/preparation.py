"""What is in order before a visit, from the tables, and what of it holds when the visit moves."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.preparation import Arranged, Item, ItemState, PreparedItem, Readiness, VisitNeeds
from careloop.facts.scheduling import Preparation
from careloop.records.models import Booking, VisitItem
from careloop.rules.preparation import make_readiness, opens_again


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
    return Arranged(row.first_on, row.last_on, row.pickup)


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
    )
