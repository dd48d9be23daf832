"""A file that was tried and waits for the word that brings its records in: one at a time, for a day at most."""

from datetime import timedelta
from uuid import UUID

from careloop.facts.access import Acting, Right
from careloop.guard.doors import intake, unattended
from careloop.records.models import HeldFile

# Whoever tried a file and went home finds it the next morning; then it is tried again.
LONGEST = timedelta(days=1)


@intake(needs=Right.INTAKE_WRITE)
def hold_file(acting: Acting, *, name: str, raw: bytes, dates: str, unit_id: int) -> UUID:
    """Hold a file for a team as it came, in place of any other; return its key."""
    HeldFile.objects.all().delete()
    held = HeldFile(name=name, body=raw, dates=dates, unit_id=unit_id, held_at=acting.at)
    held.save(force_insert=True)
    return held.pk


@intake(needs=Right.INTAKE_WRITE)
def let_file_go(acting: Acting, *, file_id: UUID) -> None:
    """Let a held file go: its records are in, or nobody wants them. One that is gone is well."""
    HeldFile.objects.filter(pk=file_id).delete()


@unattended(needs=Right.WORK_UNATTENDED)
def drop_held_files(acting: Acting) -> int:
    """Let files go that nobody took in for a day; return how many."""
    count, _by_table = HeldFile.objects.filter(held_at__lte=acting.at - LONGEST).delete()
    return count
