"""Handing many loops over in one decision: a day, or what somebody cannot do."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.worklist import Event
from careloop.guard.doors import batch
from careloop.records.models import Loop
from careloop.worklist.receivers import find_receiver
from careloop.worklist.settle import Change, change, expect_version, zones_of

NOTE_LIMIT = 4000


@batch(needs=Right.LOOP_HAND_OFF, about=Loop)
def hand_over_loops(
    acting: Acting,
    loops: Sequence[Loop],
    *,
    versions: Mapping[UUID, int],
    to_person: UUID | None,
    to_unit: int | None,
    note: str,
) -> int:
    """Give loops to one person or one team's queue, all or none; return how many.

    ``versions`` are those that the person saw.

    :raises Refusal: if none is named, one was changed meanwhile, or the receiver is not of the unit of one
    """
    words = note.replace("\x00", "").strip()
    if not loops:
        raise Refusal(Say("refusal.no_loops"))
    if len(words) > NOTE_LIMIT:
        raise Refusal(Say("refusal.note_too_long", count=NOTE_LIMIT))
    zones = zones_of(loops)
    for loop in loops:
        expect_version(loop, versions[loop.pk])
        owner, queue = find_receiver(loop.unit_id, to_person, to_unit)
        columns: dict[str, object] = {"owner_id": owner, "queue_id": queue, "last_contact": "", "snoozed_until": None}
        what = Change(Event.HAND_OFF, Say("event.handed_off"), note=words, columns=columns)
        change(acting, loop, what, zone=zones[loop.pk])
    return len(loops)
