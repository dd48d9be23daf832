"""What a restore or a long outage left open is compared with what the providers took, for a person to decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from careloop.actions.outbox_reconciling import Overdue, decide_outbox, find_unknown_references, list_overdue
from careloop.channels.outgoing import NAMES, find_channel
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.consents import Road
from careloop.facts.outbox import Gone
from careloop.jobs.outbox import Find, read_mark, settle_copy, was_copied
from careloop.reads.channels import OutboxCounts, count_outbox, is_demo_house

# So far before the last known round the providers are asked.
BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What stands open. ``gone`` are rows that a provider took; ``strangers`` what it took and nothing here names.

    ``blind`` are roads whose provider cannot be asked. ``is_copy`` says that the home folder was copied here, so that
    nothing goes before somebody decides, whether or not the outbox has noticed yet.
    """

    counts: OutboxCounts
    overdue: tuple[Overdue, ...]
    gone: dict[UUID, str]
    strangers: int
    blind: tuple[Road, ...]
    is_copy: bool

    @property
    def past(self) -> int:
        """How many are past their last good moment, and did not go."""
        return sum(one.is_past and one.parcel.outbox_id not in self.gone for one in self.overdue)


def compare(clock: Callable[[], datetime], find: Find | None = None) -> Comparison:
    """Compare what is open here with what the providers took since the last known round."""
    counts, overdue = count_outbox(_as(clock())), list_overdue(_as(clock()))
    find = find or partial(find_channel, is_demo=is_demo_house(_as(clock())))
    since = (counts.since or counts.round_at or clock()) - BEFORE
    gone: dict[UUID, str] = {}
    strangers, blind = 0, []
    for road in NAMES:
        taken = find(road).list_gone(since)
        if taken is None:
            blind.append(road)
            continue
        unknown = find_unknown_references(_as(clock()), [one.reference for one in taken])
        left = [one for one in taken if one.reference in unknown]
        gone |= _match([one for one in overdue if one.parcel.road == road], left)
        strangers += len(left)
    return Comparison(counts, overdue, gone, strangers - len(gone), tuple(blind), was_copied())


def decide(clock: Callable[[], datetime], *, withdraws: bool, find: Find | None = None) -> tuple[int, int, int]:
    """Let the outbox go on, as a person decided; return how many had gone, were withdrawn, and will still go."""
    found = compare(clock, find)
    counts = decide_outbox(_as(clock()), gone=found.gone, withdraws=withdraws, mark=read_mark())
    settle_copy()
    return counts


def _match(overdue: list[Overdue], taken: list[Gone]) -> dict[UUID, str]:
    """Return which rows went: the same address and the same words, each reference once, in the order of both."""
    waiting: dict[tuple[str, str], list[UUID]] = {}
    for one in overdue:
        waiting.setdefault((one.parcel.address, one.parcel.pieces.get("text", "")), []).append(one.parcel.outbox_id)
    found: dict[UUID, str] = {}
    for took in taken:
        rows = waiting.get((took.address, took.words))
        if rows:
            found[rows.pop(0)] = took.reference
    return found


def _as(at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=Purpose.SWEEP)
