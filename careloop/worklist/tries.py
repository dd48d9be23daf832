"""What was tried so far, which roads are shut, and the next rung of a loop's ladder, as rows tell it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef

from careloop.catalog.reach import load_ladders
from careloop.facts.clocks import Clocks
from careloop.facts.consents import Road
from careloop.facts.outbox import OutState
from careloop.facts.reach import BY_NUMBER, BlockWhy, Ladder, Rung, Try, TryResult, TryRoad
from careloop.facts.worklist import LoopKind, State
from careloop.records.models import ContactTry, ContactTryLoop, Loop, Outbox, PatientContact, ReachBlock, ReachEnd
from careloop.rules.ladder import CLIMBING, plan_rung
from careloop.rules.outbox import is_same_number
from careloop.rules.reach import count_tries, counts, find_next, ladder_on

PHONES = ("phone", "sms")
# Which road of the outbox a try goes by; the others have none there.
AS_SENT: Mapping[TryRoad, Road] = {
    TryRoad.CALL: Road.PHONE, TryRoad.TEXT: Road.TEXT, TryRoad.EMAIL: Road.EMAIL, TryRoad.PORTAL: Road.PORTAL,
    TryRoad.LETTER: Road.LETTER, TryRoad.CERTIFIED: Road.LETTER,
}  # fmt: skip


def read_try(row: ContactTry) -> Try:
    """Return a try as the rules read it."""
    return Try(row.at, row.zone, TryRoad(row.road), TryResult(row.result))


def load_tries(loop_ids: Sequence[UUID]) -> dict[UUID, list[Try]]:
    """Return the tries of each loop since it was last closed so, oldest first: two statements for any number.

    What was sent and, as was heard later, never came is none.
    """
    ends: dict[UUID, datetime] = {}
    for loop_id, at in ReachEnd.objects.filter(loop__in=loop_ids).values_list("loop_id", "at"):
        ends[loop_id] = max(at, ends.get(loop_id, at))
    lost = Outbox.objects.filter(pk=OuterRef("contact_try_id"), state=str(OutState.FAILED))
    about = ContactTryLoop.objects.filter(~Exists(lost), loop__in=loop_ids)
    rows = about.select_related("contact_try").order_by("contact_try__at")
    found: dict[UUID, list[Try]] = {loop_id: [] for loop_id in loop_ids}
    for row in rows:
        if row.loop_id not in ends or row.contact_try.at > ends[row.loop_id]:
            found[row.loop_id].append(read_try(row.contact_try))
    return found


def find_ladder(loop: Loop, at: datetime, zone: str) -> Ladder:
    """Return the ladder that holds for a loop today."""
    return ladder_on(load_ladders(), LoopKind(loop.kind), loop.check_name, at.astimezone(ZoneInfo(zone)).date())


def load_blocks(patient_id: UUID) -> list[ReachBlock]:
    """Return the numbers and roads of a patient that are shut now."""
    return list(ReachBlock.objects.filter(patient_id=patient_id, ended_at=None).order_by("id"))


def load_stopped(patient_id: UUID) -> dict[TryRoad, datetime]:
    """Return the roads on which a patient chose not to be reached, each with since when: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r, stopped_since(%s, NULL, r) FROM unnest(%s::text[]) r",
            [patient_id, sorted({str(road) for road in AS_SENT.values()})],
        )
        since = dict(cursor.fetchall())
    return {road: since[str(by)] for road, by in AS_SENT.items() if since[str(by)] is not None}


def find_shut(
    values: Sequence[str], blocks: Sequence[ReachBlock], stopped: Iterable[TryRoad] = ()
) -> dict[TryRoad, BlockWhy | None]:
    """Return the roads that cannot be taken, each with why: None where nothing is on file.

    ``values`` are the telephone numbers on file, ``stopped`` the roads on which the patient chose not to be reached.
    """
    chosen = set(stopped)
    found: dict[TryRoad, BlockWhy | None] = {}
    for road in TryRoad:
        own = [one for one in blocks if one.road == road]
        whole = next((one for one in own if not one.address), None)
        if whole is not None:
            found[road] = BlockWhy(whole.why)
        elif road in chosen:
            found[road] = BlockWhy.ASKED_NOT
        elif road in BY_NUMBER and all(any(is_same_number(value, one.address) for one in own) for value in values):
            found[road] = BlockWhy.WRONG_NUMBER if values else None
    return found


def find_rung(loop: Loop, zone: str, calendar: Clocks) -> Rung | None:
    """Return the next try of a loop that is being called about, None of any other: five statements.

    It rests on the tries alone, from the last contact of the loop on: the same again whenever the loop is settled.
    """
    if loop.patient_id is None or loop.state != State.STARTED or loop.last_contact not in CLIMBING:
        return None
    tries = load_tries([loop.pk])[loop.pk]
    if not any(counts(one) for one in tries):
        return None
    values = list(
        PatientContact.objects.filter(patient_id=loop.patient_id, system__in=PHONES).values_list("value", flat=True)
    )
    shut = find_shut(values, load_blocks(loop.patient_id), load_stopped(loop.patient_id))
    found = find_next(find_ladder(loop, loop.state_since, zone), tries, loop.state_since, shut)
    counted = count_tries(tries, loop.state_since)
    return plan_rung(found, counted, loop.state_since, loop.due_at, zone, calendar.holidays)
