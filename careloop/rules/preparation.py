"""Which items a visit has before it, when it is ready, and what has to be looked at again when it moves."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.preparation import Arranged, Cost, Item, ItemState, PreparedItem, Readiness, VisitNeeds
from careloop.facts.scheduling import BookingState, Preparation
from careloop.rules.amounts import MOST_CENTS, write_amount
from careloop.rules.scheduling import say_preparation

# Every visit has these; the others only where the patient or the kind of visit asks for them.
ALWAYS = (Item.COVERAGE, Item.FORMS, Item.RIDE, Item.INSTRUCTIONS)
# Whoever books, or the itinerary, says that a visit needs one: no kind of visit has it for every plan.
NOTED_ONLY = (Item.APPROVAL,)
# Arranged for one time: at another time it is not arranged. Coverage is looked at again because it can change.
BY_TIME = (Item.COVERAGE, Item.INTERPRETER, Item.RIDE, Item.ESCORT)
# While a visit stands there, its items can be seen to; while it is only held, they are not yet counted for anybody.
COUNTED_IN = (BookingState.BOOKED, BookingState.CONFIRMED, BookingState.ARRIVED)
PREPARED_IN = (BookingState.HELD, *COUNTED_IN)


def list_items(needs: VisitNeeds) -> tuple[Item, ...]:
    """Return the items of a visit, in the order in which they are shown."""
    asked = {
        Item.INTERPRETER: needs.needs_interpreter,
        Item.ESCORT: needs.needs_escort or needs.preparation is Preparation.ESCORT,
        Item.FASTING: needs.needs_fasting or needs.preparation is Preparation.FASTING,
        Item.MEDICINE_LIST: needs.preparation is Preparation.MEDICINE_LIST,
        Item.RECORDS: needs.preparation is Preparation.RECORDS,
    }
    return tuple(item for item in Item if item in ALWAYS or asked.get(item, False))


def say_item(item: Item) -> Say:
    """Say what is so when an item is done."""
    return Say(f"visit_item.{item}")


def list_steps(needs: VisitNeeds) -> tuple[Say, ...]:
    """Return what the patient is to do before a visit, nothing if there is nothing."""
    asked = {Preparation.FASTING: needs.needs_fasting, Preparation.ESCORT: needs.needs_escort}
    wanted = [needs.preparation, *(one for one, is_asked in asked.items() if is_asked)]
    return tuple(say_preparation(one) for one in dict.fromkeys(wanted) if one is not Preparation.NONE)


def say_cost(cost: Cost, zone: str) -> Say:
    """Say to a patient what they pay for a visit, and on which day of a zone somebody asked."""
    asked_on = cost.at.astimezone(ZoneInfo(zone)).date()
    if cost.cents == 0:
        return Say("reminder_step.pays_nothing", day=asked_on)
    return Say("reminder_step.pays", day=asked_on, amount=write_amount(cost.cents))


def make_readiness(needs: VisitNeeds, kept: Iterable[PreparedItem]) -> Readiness:
    """Return every item that applies, as it was kept; what nobody has touched is open."""
    known = {one.item: one for one in kept}
    listed = list_items(needs)
    shown = (item for item in Item if item in listed or (item in NOTED_ONLY and item in known))
    return Readiness(tuple(known.get(item, PreparedItem(item)) for item in shown))


def may_note(item: Item, needs: VisitNeeds) -> bool:
    """Tell whether an item can be noted for a visit."""
    return item in NOTED_ONLY or item in list_items(needs)


def clean_arranged(item: Item, state: ItemState, arranged: Arranged, on: date) -> Arranged:
    """Return what an item was arranged for, as it is kept; ``on`` is the day of the visit where it takes place.

    :raises Refusal: if an approval that is there lacks its days, ends before it begins, or does not hold on that day,
        or if what the patient pays is no amount
    """
    if state is not ItemState.DONE:
        return Arranged()
    if item is Item.COVERAGE:
        if arranged.pays is not None and not 0 <= arranged.pays <= MOST_CENTS:
            raise Refusal(Say("compose_field.amount"))
        return Arranged(pays=arranged.pays)
    if item is Item.RIDE:
        return Arranged(pickup=arranged.pickup)
    if item is not Item.APPROVAL:
        return Arranged()
    first, last = arranged.first_on, arranged.last_on
    if first is None or last is None or last < first:
        raise Refusal(Say("refusal.approval_days"))
    if not first <= on <= last:
        raise Refusal(Say("refusal.approval_not_then", first=first, last=last, day=on))
    return Arranged(first, last)


def holds_on(arranged: Arranged, on: date) -> bool:
    """Tell whether an approval holds on a day; one whose days nobody knows does not."""
    return (
        arranged.first_on is not None and arranged.last_on is not None and arranged.first_on <= on <= arranged.last_on
    )


def opens_again(item: Item, state: ItemState, arranged: Arranged, on: date) -> bool:
    """Tell whether an item is open again when its visit gets another time: it had been arranged for the old one.

    An approval goes along where it holds on the new day ``on``, and is asked for anew where it does not.
    """
    if state is ItemState.OPEN:
        return False
    if item is Item.APPROVAL:
        return state is ItemState.DONE and not holds_on(arranged, on)
    return item in BY_TIME
