"""Busy times from elsewhere as rows: those of an entry are replaced all at once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from careloop.basics.refusals import NotFound
from careloop.facts.scheduling import Span
from careloop.records.models import DirectoryEntry, OutsideBusy, OutsideCalendar
from careloop.rules.availability import unite
from careloop.worklist.free_times import TAKES_PART


def lock_bookable(entry_id: UUID) -> DirectoryEntry:
    """Return an entry that takes part in visits, locked.

    :raises NotFound: if there is no such entry
    """
    rows = DirectoryEntry.objects.filter(pk=entry_id, is_active=True, kind__in=[str(kind) for kind in TAKES_PART])
    entry: DirectoryEntry | None = rows.select_for_update(of=("self",), no_key=True).first()
    if entry is None:
        raise NotFound
    return entry


def replace_busy(entry_id: UUID, spans: Iterable[Span], *, at: datetime, until: datetime, set_by_id: UUID) -> int:
    """Keep these as all busy times of an entry elsewhere, known until then; return how many they are, united."""
    united = unite(spans)
    OutsideBusy.objects.filter(calendar_id=entry_id).delete()
    OutsideCalendar.objects.update_or_create(
        entry_id=entry_id, defaults={"read_at": at, "known_until": until, "set_by_id": set_by_id}
    )
    OutsideBusy.objects.bulk_create(
        OutsideBusy(calendar_id=entry_id, starts_at=span.start, ends_at=span.end) for span in united
    )
    return len(united)
