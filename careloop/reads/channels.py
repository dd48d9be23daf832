"""What stands in the outbox, without names, for operators; and whether this house is a demo."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from careloop.channels.outgoing import list_channels
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, OutState, Went
from careloop.guard.doors import managing
from careloop.records.models import ChannelTest, Clinic, OutboxEpoch
from careloop.worklist.outbox import may_send_drafts
from careloop.worklist.portal_address import find_portal_address


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How much stands where. ``because`` is "restore" or "outage" while nothing is sent until somebody decides."""

    states: Mapping[str, int]
    due: int
    inbox_new: int
    epoch: int
    is_waiting: bool
    because: str
    since: datetime | None
    round_at: datetime | None


@managing(needs=Right.WORK_UNATTENDED, write=False, leaves_line=False)
def is_demo_house(acting: Acting) -> bool:
    """Tell whether this house is a demo: then it writes to nobody outside."""
    return Clinic.objects.filter(is_demo=True).exists()


@managing(needs=Right.HEALTH_READ, write=False, leaves_line=False)
def get_portal_address(acting: Acting) -> str:
    """Return under which address patients reach their pages; "" if none is set that is safe."""
    return find_portal_address()


@managing(needs=Right.HEALTH_READ, write=False, leaves_line=False)
def count_outbox(acting: Acting) -> OutboxCounts:
    """Count what is on its way out and what came in, without names."""
    return _count(acting)


def _count(acting: Acting) -> OutboxCounts:
    with connection.cursor() as cursor:
        cursor.execute("SELECT outbox_counts(%s)", [acting.at])
        found = cursor.fetchone()[0]
    counts = json.loads(found) if isinstance(found, str) else found
    epoch = OutboxEpoch.objects.filter(pk=1).first() or OutboxEpoch()
    return OutboxCounts(
        states=counts["states"], due=counts["due"], inbox_new=counts["inbox_new"], epoch=epoch.epoch,
        is_waiting=epoch.is_waiting, because=epoch.because, since=epoch.since, round_at=epoch.round_at,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutRow:
    """Something that goes out, without name and words."""

    id: UUID
    road: str
    state: str
    at: datetime
    why: str


@managing(needs=Right.WORK_UNATTENDED, write=False)
def list_rows(acting: Acting, *, state: str) -> tuple[OutRow, ...]:
    """Return the newest hundred that stand so, of all teams, without names and words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, road, state, state_since, why FROM outbox_rows(%s, 100)", [state])
        return tuple(OutRow(*row) for row in cursor.fetchall())


@dataclass(frozen=True, slots=True)
class TestLine:
    """A test message: ``went`` is None until it was tried."""

    road: Road
    asked_at: datetime
    went: Went | None
    said: str


@dataclass(frozen=True, slots=True)
class ChannelsPage:
    """The channels, what stands where, and the last tests."""

    lines: tuple[ChannelLine, ...]
    counts: OutboxCounts
    states: tuple[tuple[OutState, int], ...]
    tests: tuple[TestLine, ...]
    is_demo: bool
    may_send_drafts: bool
    phone: str
    portal: str


@managing(needs=Right.CHANNEL_WRITE, write=False)
def get_channels_page(acting: Acting) -> ChannelsPage:
    """Return the channels as they are set up, what stands where, and the last ten tests."""
    clinic = Clinic.objects.first() or Clinic()
    counts, portal = _count(acting), find_portal_address()
    tests = ChannelTest.objects.order_by("-asked_at", "-id")[:10]
    return ChannelsPage(
        lines=list_channels(is_demo=clinic.is_demo, given={Road.PORTAL: {"url": portal}}),
        counts=counts,
        states=tuple((state, counts.states[state]) for state in OutState if state in counts.states),
        tests=tuple(TestLine(Road(t.road), t.asked_at, Went(t.went) if t.went else None, t.said) for t in tests),
        is_demo=clinic.is_demo,
        may_send_drafts=may_send_drafts(clinic),
        phone=settings.CLINIC_PHONE,
        portal=portal,
    )
