"""The waiting list in few words: who waits, a time that is freed, and what became of it."""

from collections.abc import Iterable
from uuid import UUID

from careloop.actions.scheduling import cancel_visit
from careloop.actions.waitlist import add_wish, answer_offer, offer_time
from careloop.facts.access import Acting
from careloop.facts.scheduling import CancelledBy, CancelReason, Held, VisitAsk
from careloop.facts.waitlist import Answer, WishDraft
from tests.actions.look import ask, ask_one
from tests.actions.visits import booked


def free(who: Acting, patient: UUID, what: VisitAsk) -> UUID:
    """Book a time for a patient and cancel it; return the freed time."""
    held, version = booked(who, patient, what)
    cancel_visit(who, held.booking_id, version=version, by=CancelledBy.PATIENT, reason=CancelReason.SICK)
    found = ask_one(
        "SELECT id FROM freed_time WHERE starts_wall = %s AND %s = ANY (entries) AND taken_at IS NULL",
        what.wall, what.entries[0],
    )  # fmt: skip
    return UUID(str(found))


def wait(who: Acting, patient: UUID, kind: UUID, *, on: Held | None = None, **draft: object) -> UUID:
    """Put a patient on the waiting list, for the visit of a booking if one is named."""
    return add_wish(who, patient, WishDraft(kind, **draft), loop_id=on.loop_id if on else None)  # type: ignore[arg-type]


def offer(who: Acting, freed: UUID, *patients: UUID) -> dict[UUID, UUID]:
    """Ask patients about a freed time; return the offers by patient."""
    offer_time(who, patients, freed_id=freed)
    rows: Iterable[tuple[UUID, UUID]] = ask("SELECT patient_id, id FROM waitlist_offer WHERE freed_id = %s", freed)
    return dict(rows)


def say(who: Acting, patient: UUID, key: UUID, answer: Answer) -> UUID | None:
    return answer_offer(who, patient, offer_id=key, answer=answer)


def states(table: str, order: str) -> list[str]:
    return [state for (state,) in ask(f"SELECT state FROM {table} ORDER BY {order}")]
