"""Which items a visit has before it, when it is ready, and what has to be looked at again when it moves."""

from collections.abc import Iterable

from careloop.basics.words import Say
from careloop.facts.preparation import Item, ItemState, PreparedItem, Readiness, VisitNeeds
from careloop.facts.scheduling import BookingState, Preparation

# Every visit has these; the others only where the patient or the kind of visit asks for them.
ALWAYS = (Item.COVERAGE, Item.FORMS, Item.RIDE, Item.INSTRUCTIONS)
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


def make_readiness(needs: VisitNeeds, kept: Iterable[PreparedItem]) -> Readiness:
    """Return every item that applies, as it was kept; what nobody has touched is open."""
    known = {one.item: one for one in kept}
    return Readiness(tuple(known.get(item, PreparedItem(item)) for item in list_items(needs)))


def opens_again(item: Item, state: ItemState) -> bool:
    """Tell whether an item is open again when its visit gets another time: it had been arranged for the old one."""
    return item in BY_TIME and state is not ItemState.OPEN
