"""Family meetings in an outage: they are never moved by anybody but their owner, who is asked to find another time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from psycopg.types.range import TimestamptzRange

from careloop.basics.words import Say, Value
from careloop.facts.access import Acting
from careloop.facts.meetings import MeetingState
from careloop.facts.scheduling import Span
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.records.models import BookingPart, DirectoryEntry, FamilyMeeting, Loop, Outage
from careloop.rules.outages import is_hit
from careloop.rules.worklist import after
from careloop.worklist.calendar import load_calendar
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change
from careloop.worklist.visits import say_wall

KEY = "meeting-out:"


def find_meetings(
    out: Iterable[DirectoryEntry], spans: Sequence[Span], *, within: Q, at: datetime
) -> list[BookingPart]:
    """Return what is booked of these for family meetings to come that lie in an outage, the soonest first.

    ``within`` is the reach of whoever asks; ``spans`` are when they are out. One statement, each part with its meeting,
    patient and entry.
    """
    rows = _parts(out, spans).filter(within, occupies=True, meeting__state=str(MeetingState.SET))
    rows = rows.filter(meeting__starts_at__gt=at).select_related("meeting__loop", "patient", "entry")
    found = rows.order_by("meeting__starts_at", "id")
    return [one for one in found if is_hit(one.during.lower, one.during.upper, spans)]


def find_asked(
    outage: Outage, out: Iterable[DirectoryEntry], spans: Sequence[Span], *, within: Q
) -> list[tuple[Loop, BookingPart]]:
    """Return the loops in which owners are asked for another time because of an outage, each with what was booked.

    What was given back meanwhile still says when the meeting was. Two statements.
    """
    rows = _parts(out, spans).filter(within).select_related("meeting", "patient", "entry").order_by("during", "id")
    parts = {f"{KEY}{outage.pk}:{one.meeting_id}": one for one in rows}
    patients = {one.patient_id for one in parts.values()}
    loops = Loop.objects.filter(patient_id__in=patients, finding_key__in=list(parts)).order_by("opened_at", "id")
    return [(loop, parts[loop.finding_key]) for loop in loops]


def _parts(out: Iterable[DirectoryEntry], spans: Sequence[Span]) -> "QuerySet[BookingPart]":
    around = TimestamptzRange(spans[0].start, spans[-1].end)
    keys = [one.pk for one in out]
    return BookingPart.objects.filter(meeting__isnull=False, entry__in=keys, during__overlap=around)


def ask_owner(acting: Acting, outage: Outage, meeting: FamilyMeeting, zone: str) -> bool:
    """Ask whoever has a meeting to find another time for it, once an outage; tell whether that is new.

    ``zone`` is the patient's: the day and time are said on those clocks.
    """
    key = f"{KEY}{outage.pk}:{meeting.pk}"
    if Loop.objects.filter(patient_id=meeting.patient_id, finding_key=key).exists():
        return False
    above = meeting.loop
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=meeting.patient_id,
            unit_id=meeting.unit_id,
            label_mask=meeting.label_mask,
            title=Say("outage.meeting_title", **say_when(meeting, zone)),
            because=(Say("outage.meeting_because", name=outage.entry.name),),
            if_waits=Say("outage.meeting_if_waits"),
            step=Say("step.outage_meeting"),
            severity=Severity.HIGH,
            due_at=min(after(load_calendar(), "visit.bumped", acting.at, zone), meeting.starts_at),
            owner_id=above.owner_id,
            queue_id=None if above.owner_id else above.queue_id or meeting.unit_id,
            parent_id=above.pk,
            finding_key=key,
        ),
    )
    return True


def close_asked(acting: Acting, meeting: FamilyMeeting, said: Say, *, outage: Outage | None = None) -> int:
    """End what asks for another time for a meeting, of one outage or of all; return how many loops."""
    rows = Loop.objects.filter(patient_id=meeting.patient_id, finding_key__startswith=KEY)
    rows = rows.filter(finding_key__endswith=f":{meeting.pk}").exclude(state=str(State.CLOSED))
    if outage is not None:
        rows = rows.filter(finding_key__startswith=f"{KEY}{outage.pk}:")
    found = list(rows.select_for_update(of=("self",), no_key=True).order_by("id"))
    for loop in found:
        outcome = Outcome.DONE if outage is None else Outcome.WITHDRAWN
        change(acting, loop, Change(Event.ENDED_BY_FACTS, said, outcome=outcome))
    return len(found)


def say_when(meeting: FamilyMeeting, zone: str) -> dict[str, Value]:
    """Return day and time of a meeting on the clocks of a zone, as sentences take them."""
    return say_wall(meeting.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
