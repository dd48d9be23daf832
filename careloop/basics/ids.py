"""Identifiers: UUID version 7 (RFC 9562), made here so that rows sort by the time they were made."""

import os
from datetime import datetime
from uuid import UUID

from careloop.basics.clock import read_clock


def new_id(at: datetime | None = None) -> UUID:
    """Return a new UUIDv7 whose first 48 bits are the moment in milliseconds."""
    moment = at or read_clock()
    millis = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
