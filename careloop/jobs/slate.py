"""A page of memory that a worker process shares with the one that watches it."""

import mmap
import struct
from collections.abc import Sequence
from uuid import UUID

# Patients in one transaction: fewer would cost more each, more would leave a second process less to do.
BATCH = 100

_HEAD = struct.Struct("=QQ")
_UUID = 16


class Slate:
    """Says whose records a process is looking at, and how many it has looked at.

    It outlives the process: if that is ended from outside, what it was doing still stands here.
    """

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, _HEAD.size + BATCH * _UUID)

    def begin(self, patient_ids: Sequence[UUID]) -> None:
        """Note whose records are looked at now, up to BATCH."""
        names = b"".join(key.bytes for key in patient_ids[:BATCH])
        self._page[_HEAD.size : _HEAD.size + len(names)] = names
        self._write(len(names) // _UUID, self.checked)

    def end(self, count: int) -> None:
        """Note that nobody's record is looked at any more, and that so many were."""
        self._write(0, self.checked + count)

    def names(self) -> tuple[UUID, ...]:
        """Return whose records were being looked at."""
        held, _checked = _HEAD.unpack(self._page[: _HEAD.size])
        starts = range(_HEAD.size, _HEAD.size + held * _UUID, _UUID)
        return tuple(UUID(bytes=self._page[start : start + _UUID]) for start in starts)

    @property
    def checked(self) -> int:
        """How many records were looked at since the slate was made."""
        return int(_HEAD.unpack(self._page[: _HEAD.size])[1])

    def _write(self, held: int, checked: int) -> None:
        self._page[: _HEAD.size] = _HEAD.pack(held, checked)
