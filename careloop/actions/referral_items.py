"""What is in order before a specialist sees a patient is noted, item by item, with what shows it."""

from careloop.basics.notes import clean_words, must_say
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.preparation import NOTHING_ARRANGED, Arranged, Item, ItemState
from careloop.guard.doors import action
from careloop.records.models import Referral
from careloop.rules.referral_items import NOTED_IN, clean_arranged, list_items
from careloop.worklist.referral_items import make_around, write_item
from careloop.worklist.referrals import expect_version, tell_beside


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def note_referral_item(
    acting: Acting, referral: Referral, *, version: int, item: Item, state: ItemState, note: str = "",
    arranged: Arranged = NOTHING_ARRANGED,
) -> int:  # fmt: skip
    """Note where something stands that is to be in order before the visit; return the referral's new version.

    An approval that is open is waited for: the loop says so until it is there or it is noted why none is needed.
    ``arranged`` holds the days of an approval that is there; ``note`` says what shows what is done or not needed.

    :raises Refusal: if the referral has no such item now, nothing is named that shows it, or an approval has no days or
        does not hold on the day of the visit
    :raises TakenMeanwhile: if somebody changed the referral meanwhile
    """
    expect_version(referral, version)
    around = make_around(referral)
    if referral.state not in NOTED_IN or item not in list_items(around):
        raise Refusal(Say("refusal.visit_item_none"))
    words = clean_words(note) if state is ItemState.OPEN else must_say(note)
    kept = clean_arranged(item, state, arranged, around.on)
    write_item(acting, referral, item, state, words, kept)
    if item is Item.APPROVAL:
        referral.approval_since = acting.at if state is ItemState.OPEN else None
    referral.version += 1
    referral.save()
    tell_beside(acting, referral, Say(f"event.visit_item.{state}_{item}"), words)
    return int(referral.version)
