"""What is in order before a visit is noted, item by item, with what shows it."""

from careloop.basics.notes import clean_words
from careloop.basics.refusals import Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.preparation import NOTHING_ARRANGED, Arranged, Item, ItemState
from careloop.facts.worklist import Event
from careloop.guard.doors import action
from careloop.records.models import Booking, Loop, VisitItem
from careloop.rules.preparation import PREPARED_IN, clean_arranged, may_note
from careloop.worklist.preparation import load_readiness, name_covered, needs_of, plan_reminders_anew
from careloop.worklist.settle import Change, change, stored
from careloop.worklist.visits import why_open


@action(needs=Right.BOOKING_WRITE, about=Booking)
def note_item(
    acting: Acting, booking: Booking, *, item: Item, state: ItemState, version: int, note: str = "",
    arranged: Arranged = NOTHING_ARRANGED,
) -> bool:  # fmt: skip
    """Note that something before a visit is done, not needed or open again; return whether the visit is ready now.

    ``version`` is that of the item as this person saw it, 0 if nobody had touched it; ``note`` says what shows it, and
    ``arranged`` between which days an approval holds, when a ride fetches the patient, or what they pay.

    :raises Refusal: if the visit has no such item or is over, nothing is named that shows it, an approval does not
        hold on the day of the visit, or what the patient pays is no amount
    :raises TakenMeanwhile: if somebody else changed the item first
    """
    words = clean_words(note)
    if booking.state not in PREPARED_IN:
        raise Refusal(Say("refusal.visit_item_over"))
    if not may_note(item, needs_of(booking)):
        raise Refusal(Say("refusal.visit_item_none"))
    if state is not ItemState.OPEN and not words:
        raise Refusal(Say("refusal.evidence_missing"))
    kept = clean_arranged(item, state, arranged, booking.starts_wall.date())
    row = VisitItem.objects.filter(booking=booking, item=str(item)).first()
    if (row.version if row else 0) != version:
        raise TakenMeanwhile(Say("refusal.booking_changed"))
    row = row or VisitItem(
        patient_id=booking.patient_id,
        unit_id=booking.unit_id,
        label_mask=booking.label_mask,
        booking=booking,
        item=str(item),
    )
    row.state, row.note, row.is_open_again = str(state), words if state is not ItemState.OPEN else "", False
    row.first_on, row.last_on, row.pickup, row.pays = kept.first_on, kept.last_on, kept.pickup, kept.pays
    row.covered_by = name_covered(booking, item, state)
    row.set_by_id, row.set_at, row.version = acting.person_id, acting.at, version + 1
    row.save()
    if item is Item.COVERAGE:
        plan_reminders_anew(booking)
    _tell(acting, booking, Say(f"event.visit_item.{state}_{item}"), words)
    return load_readiness(booking).is_ready


def _tell(acting: Acting, booking: Booking, say: Say, words: str) -> None:
    """Write it into the history of the loop, which plans anew what comes next."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.loop_id)
    columns: dict[str, object] = {"snoozed_until": None, "last_contact": "", "because": stored(why_open(booking))}
    change(acting, loop, Change(Event.VISIT, say, note=words, columns=columns))
