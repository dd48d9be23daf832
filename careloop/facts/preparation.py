"""What is to be in order before a visit: items, where each stands, and whether the visit is ready."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from careloop.facts.scheduling import Preparation


class Item(StrEnum):
    """One thing that is to be in order before a visit."""

    COVERAGE = "coverage"
    APPROVAL = "approval"
    FORMS = "forms"
    INTERPRETER = "interpreter"
    RIDE = "ride"
    ESCORT = "escort"
    INSTRUCTIONS = "instructions"
    FASTING = "fasting"
    MEDICINE_LIST = "medicine_list"
    RECORDS = "records"


# What a referral has: of the health plan before it goes, the others once it has a date.
OF_PLAN = (Item.COVERAGE, Item.APPROVAL)
OF_REFERRAL = (*OF_PLAN, Item.INTERPRETER, Item.RIDE, Item.INSTRUCTIONS)
# What has so many days before a visit at another office; an approval is waited for from when it was asked for.
CLOCKED = (Item.COVERAGE, Item.INTERPRETER, Item.RIDE, Item.INSTRUCTIONS)


class ItemState(StrEnum):
    """Where an item stands. The last two say what shows it."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class VisitNeeds:
    """What decides which items a visit has: its kind, and whether its patient needs an interpreter."""

    preparation: Preparation
    needs_fasting: bool
    needs_escort: bool
    needs_interpreter: bool


@dataclass(frozen=True, slots=True)
class Arranged:
    """What an item was arranged for: the days of an approval, when a ride fetches the patient, or what they pay.

    ``pickup`` is on the clocks of the place, on the day of the visit. ``pays`` are whole cents that the patient pays
    for the visit, as whoever looked at the coverage was told. What is not known is None.
    """

    first_on: date | None = None
    last_on: date | None = None
    pickup: time | None = None
    pays: int | None = None


NOTHING_ARRANGED = Arranged()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a patient pays for a visit, in whole cents, and when somebody asked (UTC)."""

    cents: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemDue:
    """By when an item that is open is to be in order: the moment ``by`` and its day ``on`` in the patient's zone.

    ``source`` says where the number of days comes from; ``is_verified`` is false for a default of the product.
    """

    item: Item
    on: date
    by: datetime
    source: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class PreparedItem:
    """An item as it stands: who said so and when (UTC), and what shows it. Version 0 was never touched.

    ``is_open_again`` says that the visit has moved since, and with it what had been arranged for its time; or, with
    ``has_other_coverage``, that the patient's coverage is another than the one it was looked at for. Of an approval
    that is open again ``arranged`` still says when it holds.
    """

    item: Item
    state: ItemState = ItemState.OPEN
    version: int = 0
    note: str = ""
    who: str = ""
    at: datetime | None = None
    is_open_again: bool = False
    arranged: Arranged = NOTHING_ARRANGED
    has_other_coverage: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """The items of one visit in the order in which they are shown. That it is ready follows from them alone."""

    items: tuple[PreparedItem, ...]

    @property
    def total(self) -> int:
        """Return how many items the visit has."""
        return len(self.items)

    @property
    def settled(self) -> int:
        """Return how many items are done or not needed."""
        return sum(one.state is not ItemState.OPEN for one in self.items)

    @property
    def open_count(self) -> int:
        """Return how many items are still open."""
        return self.total - self.settled

    @property
    def counts(self) -> tuple[int, int]:
        """Return how many of how many items are done or not needed."""
        return self.settled, self.total

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing is open."""
        return self.open_count == 0
