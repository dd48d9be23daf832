"""The context that row security reads: who, when and why, local to one transaction."""

from collections.abc import Iterable
from contextvars import ContextVar
from uuid import UUID

from django.db import connection

from careloop.facts.access import Acting

SET = (
    "SELECT set_config('careloop.person', %s, true), set_config('careloop.purpose', %s, true),"
    " set_config('careloop.at', %s, true), set_config('careloop.patients', '', true),"
    " set_config('careloop.units', '', true)"
)
CLEAR = (
    "SELECT set_config('careloop.person', '', true), set_config('careloop.purpose', '', true),"
    " set_config('careloop.patients', '', true), set_config('careloop.units', '', true)"
)


def set_context(acting: Acting) -> None:
    """Tell PostgreSQL for whom this transaction runs; it forgets at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(SET, [str(acting.person_id), str(acting.purpose), acting.at.isoformat()])


# The patients whom a system purpose entered in this passage: its line in the log names them.
_entered: ContextVar[dict[UUID, None] | None] = ContextVar("entered", default=None)


def begin_entering() -> None:
    """Forget whom the passage before entered."""
    _entered.set({})


def list_entered() -> tuple[UUID, ...]:
    """Return the patients whom this passage entered, in order."""
    return tuple(_entered.get() or ())


# The patients beside the one asked for whose rows a passage showed or changed: its line names them too.
_beside: ContextVar[dict[UUID, None] | None] = ContextVar("beside", default=None)


def begin_naming() -> None:
    """Forget whom the passage before named."""
    _beside.set({})


def name_in_line(patients: Iterable[UUID]) -> None:
    """Have the line of this passage name these patients: records of the same person, or one who is new."""
    named = _beside.get()
    if named is not None:
        named.update(dict.fromkeys(patients))


def list_named() -> tuple[UUID, ...]:
    """Return whom this passage names beside the one it was asked about, in order."""
    return tuple(_beside.get() or ())


def enter(*, patients: Iterable[UUID] = (), units: Iterable[int] = ()) -> None:
    """Open these patients and units to a system purpose; a human's context ignores it."""
    patients = tuple(patients)
    entered = _entered.get()
    if entered is not None:
        entered.update(dict.fromkeys(patients))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('careloop.patients', %s, true), set_config('careloop.units', %s, true)",
            [",".join(map(str, patients)), ",".join(map(str, units))],
        )


def clear_context() -> None:
    """Forget the context inside a transaction that goes on (only tests have one around a door)."""
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(CLEAR)


def find_place(what: str, key: UUID) -> tuple[UUID | None, int] | None:
    """Return patient and unit of a ``patient`` or ``loop``, for system purposes only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT patient_id, unit_id FROM place_of(%s, %s)", [what, key])
        row: tuple[UUID | None, int] | None = cursor.fetchone()
    return row
