"""Who and what is booked for a family meeting: taken for all at once or for nobody, as for a visit, and given back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from psycopg.types.range import TimestamptzRange

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.directory import EntryKind
from careloop.facts.meetings import BookedFor, Setting
from careloop.facts.scheduling import Promised, VisitLength
from careloop.facts.worklist import Event, Outcome, State
from careloop.records.models import BookingPart, DirectoryEntry, FamilyMeeting, Patient
from careloop.rules.scheduling import TimeTaken
from careloop.worklist.free_times import Needs, pick_at, release_run_out
from careloop.worklist.meetings import lock_loop, of_patient
from careloop.worklist.settle import Change, change
from careloop.worklist.visits import TAKEN, find_next, lock_numbers

# Who and what can be booked for a meeting; so many stand to choose from.
BOOKED_KINDS = (EntryKind.ROOM, EntryKind.INTERPRETER, EntryKind.PRACTITIONER)
MOST = 300


def find_booked(keys: Sequence[UUID]) -> list[DirectoryEntry]:
    """Return the entries that are to be booked, in order of their numbers.

    :raises NotFound: if one is none that a meeting can have, or is named twice
    """
    kinds = [str(kind) for kind in BOOKED_KINDS]
    found = list(DirectoryEntry.objects.filter(pk__in=list(keys), is_active=True, kind__in=kinds).order_by("no"))
    if len(found) != len(keys):
        raise NotFound
    return found


def book_for_meeting(
    acting: Acting, patient: Patient, meeting: FamilyMeeting, setting: Setting, entries: Sequence[DirectoryEntry]
) -> None:
    """Take a room, an interpreter and clinicians for a meeting that was set, and the patient's time with them.

    What was booked for it before is given back first. With no entries nothing is booked.

    :raises TimeTaken: if somebody or something is not free then or has no hours, with the next times that fit all
    """
    BookingPart.objects.filter(meeting=meeting, occupies=True).update(occupies=False)
    if not entries:
        return
    needs = Needs(tuple((entry,) for entry in entries), patient.zone, patient)
    length = VisitLength(setting.minutes, 0, 0)
    release_run_out(needs.numbers())
    lock_numbers(needs.numbers())
    promised = Promised(
        setting.starts_at, patient.zone, setting.starts_at.astimezone(ZoneInfo(patient.zone)).replace(tzinfo=None)
    )
    if pick_at(needs, length, setting.starts_at) is None:
        raise TimeTaken(find_next(acting, needs, length, promised))
    try:
        with transaction.atomic():
            _write(meeting, setting, entries)
    except IntegrityError as fault:
        diagnosis = getattr(fault.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) not in TAKEN:
            raise
        raise TimeTaken(find_next(acting, needs, length, promised)) from None


def close_interpreter_task(acting: Acting, meeting: FamilyMeeting) -> None:
    """End the task of booking an interpreter: one is booked with the meeting."""
    if meeting.interpreter_loop_id is None:
        return
    loop = lock_loop(meeting.interpreter_loop_id)
    if loop.state != State.CLOSED:
        change(acting, loop, Change(Event.FINISH, Say("event.meeting_interpreter"), outcome=Outcome.DONE))


def list_bookable() -> tuple[BookedFor, ...]:
    """Return the rooms, interpreters and practitioners that have a calendar here, by name: one statement."""
    kinds = [str(kind) for kind in BOOKED_KINDS]
    rows = DirectoryEntry.objects.filter(is_active=True, kind__in=kinds, zone__gt="", calendarhours__isnull=False)
    return tuple(_read(one) for one in rows.select_related("site").distinct().order_by("name_key", "id")[:MOST])


def list_booked(meeting: FamilyMeeting) -> tuple[BookedFor, ...]:
    """Return who and what is booked for a meeting: one statement."""
    parts = BookingPart.objects.filter(meeting=meeting, occupies=True, entry__isnull=False)
    return tuple(_read(part.entry) for part in parts.select_related("entry__site").order_by("id") if part.entry)


def _write(meeting: FamilyMeeting, setting: Setting, entries: Sequence[DirectoryEntry]) -> None:
    during = TimestamptzRange(setting.starts_at, setting.starts_at + timedelta(minutes=setting.minutes))
    of = of_patient(meeting) | {"meeting": meeting, "during": during}
    for entry in entries:
        BookingPart(**of, entry=entry).save(force_insert=True)
    BookingPart(**of, is_patient=True).save(force_insert=True)


def _read(entry: DirectoryEntry) -> BookedFor:
    return BookedFor(entry.pk, entry.name, EntryKind(entry.kind), entry.site.name if entry.site else "")
