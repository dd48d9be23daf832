"""What is to be in order before a specialist sees a patient, and what of it holds no longer. Pure.

Coverage is checked and the health plan's approval is there, or it is noted what shows that none is needed, before the
referral goes; once it has a date, also how the patient comes, the interpreter, and that the patient knows of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from careloop.basics.days import take_business_days, take_days
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.clocks import Clocks
from careloop.facts.preparation import (
    CLOCKED,
    OF_PLAN,
    OF_REFERRAL,
    Arranged,
    Item,
    ItemDue,
    ItemState,
    PreparedItem,
    Readiness,
)
from careloop.facts.referrals import ReferralFacts, ReferralState
from careloop.facts.worklist import Confidence
from careloop.rules.preparation import holds_on
from careloop.rules.worklist import end_of

S = ReferralState

# Nobody has been seen yet: until then it can be noted, and what was noted can open again.
NOTED_IN = (
    S.TO_SEND, S.NEEDS_INFO, S.CHECKING, S.SENT, S.DELIVERED, S.SILENT, S.DECLINED, S.ACCEPTED, S.DATE_SET, S.MISSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """What decides which items a referral has and which hold: the patient's coverage, the receiver, the date.

    ``covered_by`` names the coverage on record, ``to_name`` the receiver; ``starts_at`` (UTC) and ``on``, the day
    there, are None without a date.
    """

    covered_by: str
    to_name: str
    needs_interpreter: bool
    starts_at: datetime | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """An item as it was noted last, with the coverage that was on record then, the receiver and the date."""

    item: PreparedItem
    covered_by: str
    to_name: str
    starts_at: datetime | None


def list_items(around: Around) -> tuple[Item, ...]:
    """Return the items of a referral, in the order in which they are shown."""
    if around.starts_at is None:
        return OF_PLAN
    return tuple(item for item in OF_REFERRAL if item is not Item.INTERPRETER or around.needs_interpreter)


def make_readiness(around: Around, noted: Iterable[Noted]) -> Readiness:
    """Return every item that applies as it stands today; what holds no longer is open again."""
    known: Mapping[Item, Noted] = {one.item.item: one for one in noted}
    return Readiness(
        tuple(_stands(known[item], around) if item in known else PreparedItem(item) for item in list_items(around))
    )


def list_open(readiness: Readiness) -> tuple[Item, ...]:
    """Return what is open of that which has a clock before the visit."""
    return tuple(one.item for one in readiness.items if one.item in CLOCKED and one.state is ItemState.OPEN)


def clean_arranged(item: Item, state: ItemState, arranged: Arranged, on: date | None) -> Arranged:
    """Return the days of an approval as they are kept; ``on`` is the day of the visit, None if it has none yet.

    :raises Refusal: if an approval lacks its days, ends before it begins, or does not hold on the day of the visit
    """
    if item is not Item.APPROVAL or state is not ItemState.DONE:
        return Arranged()
    first, last = arranged.first_on, arranged.last_on
    if first is None or last is None or last < first:
        raise Refusal(Say("refusal.approval_days"))
    if on is not None and not first <= on <= last:
        raise Refusal(Say("refusal.approval_not_then", first=first, last=last, day=on))
    return Arranged(first, last)


def approval_holds(noted: Noted, *, to_name: str, on: date | None) -> bool:
    """Tell whether what was noted of an approval holds for a receiver and, where there is one, for a day."""
    if noted.item.state is not ItemState.DONE:
        return True
    return noted.to_name == to_name and (on is None or holds_on(noted.item.arranged, on))


def list_dues(
    items: Iterable[Item], starts_at: datetime, since: datetime, zone: str, limits: Clocks
) -> tuple[ItemDue, ...]:
    """Return by when each of these is to be in order before a visit: 5 pm so many days before it, in the zone given.

    Of a date that was set (``since``) later than that, it is the end of the day on which it was set. The days are
    those of ``catalog/data/referrals.toml``.
    """
    here = ZoneInfo(zone)
    visit, began = starts_at.astimezone(here).date(), since.astimezone(here).date()
    found = []
    for item in items:
        value = limits.value_on(f"before.{item}", visit)
        step = take_business_days if value.is_business else take_days
        on = max(step(visit, value.days, limits.holidays), began)
        is_verified = value.confidence not in (None, Confidence.GENERAL)
        found.append(ItemDue(item, on, end_of(on, zone), value.source, is_verified))
    return tuple(found)


def find_next_due(referral: ReferralFacts, zone: str, limits: Clocks) -> ItemDue | None:
    """Return what is to be in order first before a visit at another office, None if nothing is open before one."""
    if referral.state is not S.DATE_SET or referral.starts_at is None or not referral.open_items:
        return None
    dues = list_dues(referral.open_items, referral.starts_at, referral.state_since, zone, limits)
    return min(dues, key=lambda one: one.by)


def _stands(noted: Noted, around: Around) -> PreparedItem:
    """Return an item as it holds today: the plan's as long as the coverage is the same, the others for that date."""
    one = noted.item
    if one.state is ItemState.OPEN:
        return one
    opened = replace(one, state=ItemState.OPEN, is_open_again=True)
    if one.item not in OF_PLAN:
        return one if noted.starts_at == around.starts_at else opened
    if noted.covered_by != around.covered_by:
        return replace(opened, arranged=Arranged())
    if one.item is Item.APPROVAL and not approval_holds(noted, to_name=around.to_name, on=around.on):
        return opened
    return one
