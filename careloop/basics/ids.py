"""Identifiers: UUID version 7 (RFC 9562), made here so that rows sort by the time they were made."""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

from careloop.basics.clock import read_clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_RANDOM = ~((0xF << 76) | (0x3 << 62)) & ((1 << 80) - 1)


def new_id(at: datetime | None = None) -> UUID:
    """Return a new UUIDv7 whose first 48 bits are the moment in milliseconds."""
    return new_ids(at or read_clock(), 1)[0]


def new_ids(at: datetime, count: int) -> list[UUID]:
    """Return so many new UUIDv7 of one moment: much cheaper than one by one."""
    # In whole numbers: as a floating-point number a late moment can fall into the next millisecond.
    millis = ((at - _EPOCH) // _MILLISECOND) & ((1 << 48) - 1)
    fixed = (millis << 80) | _VERSION_AND_VARIANT
    chance = os.urandom(10 * count)
    parts = (int.from_bytes(chance[n : n + 10], "big") & _RANDOM for n in range(0, 10 * count, 10))
    return [UUID(int=fixed | part) for part in parts]
