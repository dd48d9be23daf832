"""What goes out is sent when its turn comes: the only place that hands anything to a channel."""

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import OperationalError

from careloop.actions.channels import keep_channel_test, take_channel_test
from careloop.actions.outbox_receipts import file_receipts
from careloop.actions.outbox_sending import (
    Hand,
    claim_due,
    claim_unclear,
    hand_over,
    keep_look_up,
    note_round,
    tell_untold,
)
from careloop.actions.packet_sending import settle_packets
from careloop.channels.outgoing import Channel, find_channel, list_channels
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, Handed, Parcel, Went
from careloop.guard.again import TRIES, was_in_the_way
from careloop.reads.channels import get_portal_address, is_demo_house

# So many are claimed in one statement, and so many handed over at once while what they rest on is locked.
CLAIM, AT_ONCE = 64, 8
LOOK_UPS = 8
MARK = "outbox.mark"
_log = logging.getLogger(__name__)

Find = Callable[[Road], Channel]


def send_due(clock: Callable[[], datetime], find: Find | None = None) -> bool:
    """Send what is due, look up what is unclear, and tell the loops; tell whether there was anything to do.

    Killed at any moment, nothing is lost and nothing is sent twice: what was claimed is looked up first.
    """
    if not note_round(_as(clock()), mark=read_mark(), is_copy=was_copied()):
        return False
    find = find or partial(find_channel, is_demo=is_demo_house(_as(clock())))
    claimed = claim_due(_as(clock()), how_many=CLAIM)
    keys = claimed.keys if claimed else ()
    if keys:
        # Before anything leaves: a database that was set back is known by a mark that lies outside it.
        write_mark(max(token for _key, token in keys))
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            for start in range(0, len(keys), AT_ONCE):
                _hand_over(clock, keys[start : start + AT_ONCE], partial(_hand, pool, find))
    looked = look_up_unclear(clock, find)
    tested = send_tests(clock, find)
    filed = file_receipts(_as(clock()), how_many=CLAIM)
    settled = settle_packets(_as(clock()), how_many=CLAIM)
    told = tell_untold(_as(clock()), how_many=CLAIM)
    return bool(claimed or looked or filed or settled or told or tested)


def _hand_over(clock: Callable[[], datetime], keys: Sequence[tuple[UUID, int]], hand: Hand) -> None:
    """Hand over, again if somebody's stop or move was in the way of the last look: nothing has left by then.

    From the first parcel on nothing is done again: what became of it would have to be looked up.
    """
    begun: list[int] = []

    def handing(parcels: Sequence[Parcel]) -> Sequence[Handed]:
        begun.append(len(parcels))
        return hand(parcels)

    for tries_left in reversed(range(TRIES)):
        try:
            hand_over(_as(clock()), keys, handing)
            return
        except OperationalError as fault:
            if begun or not tries_left or not was_in_the_way(fault):
                raise


def look_up_unclear(clock: Callable[[], datetime], find: Find) -> int:
    """Ask the providers about what is unclear; return how many were asked about."""
    parcels = claim_unclear(_as(clock()), how_many=LOOK_UPS)
    for parcel in parcels:
        keep_look_up(_as(clock()), parcel, find(parcel.road).look_up(parcel))
    return len(parcels)


def send_tests(clock: Callable[[], datetime], find: Find) -> int:
    """Send a test message that somebody asked for; return how many were sent."""
    parcel = take_channel_test(_as(clock()))
    if parcel is None:
        return 0
    keep_channel_test(_as(clock()), test_id=parcel.outbox_id, handed=find(parcel.road).send(parcel))
    return 1


def list_channel_lines(clock: Callable[[], datetime]) -> tuple[ChannelLine, ...]:
    """Return every channel and whether it can be used."""
    return list_channels(
        is_demo=is_demo_house(_as(clock())), given={Road.PORTAL: {"url": get_portal_address(_as(clock()))}}
    )


def read_mark() -> int:
    """Return the highest token that ever left this machine, 0 if none is known."""
    try:
        return int(_read_mark_file()["token"])
    except (KeyError, TypeError, ValueError):
        return 0


def was_copied() -> bool:
    """Tell whether the home folder is a copy, as after a restore: the mark came along, and is as old as the database.

    The time of the last change of a file's place in its file system is the one thing that no copy brings along. Known
    of the private server alone: its data lie in the home folder.
    """
    kept, now = _read_mark_file().get("place"), _find_place()
    return bool(kept and now) and kept != now


def write_mark(token: int) -> None:
    """Keep a token outside the database, safe before this returns; a lower one changes nothing."""
    if token > read_mark():
        _write_mark_file(token)


def settle_copy() -> None:
    """Keep that the home folder lies here now: a person has decided what goes out of the copy."""
    if was_copied():
        _write_mark_file(read_mark())


def _write_mark_file(token: int) -> None:
    if not os.environ.get("CARELOOP_HOME"):
        return
    file = _mark_file()
    new = file.with_name(f"{MARK}.{os.getpid()}")
    with new.open("w", encoding="utf-8") as out:
        json.dump({"token": token, "place": _find_place()}, out)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)


def _read_mark_file() -> Mapping[str, Any]:
    try:
        found = json.loads(_mark_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _find_place() -> str:
    """Return what a copy of the private server's data would not have, empty if there is none."""
    try:
        return str((_mark_file().parent / "data" / "PG_VERSION").stat().st_ctime_ns)
    except OSError:
        return ""


def _mark_file() -> Path:
    return Path(os.environ.get("CARELOOP_HOME", "/nonexistent")) / MARK


def _hand(pool: Executor, find: Find, parcels: Sequence[Parcel]) -> Sequence[Handed]:
    """Hand parcels over, several at once; nothing here touches the database."""
    channels = {parcel.road: find(parcel.road) for parcel in parcels}
    return list(pool.map(lambda parcel: _hand_one(channels[parcel.road], parcel), parcels))


def _hand_one(channel: Channel, parcel: Parcel) -> Handed:
    """Hand one over; data that a channel did not foresee stop this one alone, and nobody knows whether it went."""
    try:
        return channel.send(parcel)
    except (LookupError, TypeError, ValueError) as fault:
        # One address that nobody foresaw must not keep everybody else's messages from going.
        _log.exception("%s could not be handed over by %s", parcel.outbox_id, parcel.road)
        return Handed(Went.UNKNOWN, said=type(fault).__name__)


def _as(at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=Purpose.SWEEP)
