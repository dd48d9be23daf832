"""What the plan of a visit's loop is told of its newest booking."""

from uuid import UUID

from careloop.facts.scheduling import BookingFacts, BookingState
from careloop.records.models import Booking
from careloop.rules.preparation import COUNTED_IN
from careloop.worklist.preparation import load_readiness


def find_booking_facts(loop_id: UUID) -> BookingFacts | None:
    """Return the facts of the booking that keeps a time for this loop, else of the newest; None before the first."""
    booking = Booking.objects.filter(loop_id=loop_id).order_by("-occupies", "-made_at", "-id").first()
    if booking is None:
        return None
    return read_facts(booking)


def read_facts(booking: Booking) -> BookingFacts:
    """Return the facts of one booking."""
    return BookingFacts(
        state=BookingState(booking.state),
        state_since=booking.state_since,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        zone=booking.zone,
        hold_until=booking.hold_until,
        open_items=load_readiness(booking).open_count if booking.state in COUNTED_IN else 0,
    )
