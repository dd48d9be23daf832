"""What is to be in order before a specialist sees a patient, and what of it holds no longer. Pure.

Coverage is checked and the health plan's approval is there, or it is noted what shows that none is needed, before the
referral goes; once it has a date, also how the patient comes, the interpreter, and that the patient knows of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.preparation import OF_PLAN, OF_REFERRAL, Arranged, Item, ItemState, PreparedItem, Readiness
from careloop.facts.referrals import ReferralState
from careloop.rules.preparation import holds_on

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
