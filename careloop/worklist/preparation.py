"""What is in order before a visit, from the tables, and what of it holds when the visit moves."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.preparation import Item, ItemState, PreparedItem, Readiness, VisitNeeds
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

    What had been arranged for that time is open again, in the name of whoever chose the new one.
    """
    before = Booking.objects.filter(loop_id=booking.loop_id).exclude(pk=booking.pk).order_by("-made_at", "-id").first()
    if before is None:
        return
    rows = []
    for old in VisitItem.objects.filter(booking=before).order_by("id"):
        again = opens_again(Item(old.item), ItemState(old.state))
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
                set_by_id=acting.person_id if again else old.set_by_id,
                set_at=acting.at if again else old.set_at,
            )
        )
    VisitItem.objects.bulk_create(rows)


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
    )
