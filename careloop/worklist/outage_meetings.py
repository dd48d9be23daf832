"""Family meetings in an outage: they are never moved by anybody but their owner, who is asked to find another time."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from psycopg.types.range import TimestamptzRange

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.meetings import MeetingState
from careloop.facts.outages import OutMeeting
from careloop.facts.scheduling import Promised, Span
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
) -> tuple[OutMeeting, ...]:
    """Return the family meetings to come that lie in an outage, the soonest first, each with all of it that is out.

    ``within`` is the reach of whoever asks; ``spans`` are when they are out. One statement.
    """
    rows = _parts(out, spans).filter(within, occupies=True, meeting__state=str(MeetingState.SET))
    found: dict[UUID, OutMeeting] = {}
    for part in rows.filter(meeting__starts_at__gt=at).order_by("during", "id"):
        if is_hit(part.during.lower, part.during.upper, spans):
            one = _read(part)
            before = found.get(one.id)
            names = (*before.with_whom, *one.with_whom) if before else one.with_whom
            found[one.id] = replace(one, with_whom=names)
    return tuple(found.values())


def find_asked(
    outage: Outage, out: Iterable[DirectoryEntry], spans: Sequence[Span], *, within: Q
) -> tuple[OutMeeting, ...]:
    """Return the meetings whose owners are asked for another time because of an outage, each with its loop.

    What was given back meanwhile still says when the meeting was. Two statements.
    """
    meetings = {_key(outage, one.id): one for one in map(_read, _parts(out, spans).filter(within).order_by("id"))}
    patients = {one.patient_id for one in meetings.values()}
    loops = Loop.objects.filter(patient_id__in=patients, finding_key__in=list(meetings)).order_by("opened_at", "id")
    return tuple(
        replace(meetings[loop.finding_key], loop_id=loop.pk, is_open=loop.state != State.CLOSED) for loop in loops
    )


def _parts(out: Iterable[DirectoryEntry], spans: Sequence[Span]) -> "QuerySet[BookingPart]":
    around = TimestamptzRange(spans[0].start, spans[-1].end)
    keys = [one.pk for one in out]
    rows = BookingPart.objects.filter(meeting__isnull=False, entry__in=keys, during__overlap=around)
    return rows.select_related("patient", "entry")


def _read(part: BookingPart) -> OutMeeting:
    patient, entry, meeting_id = part.patient, part.entry, part.meeting_id
    # What is booked for a meeting is somebody's or something's, and of its patient: the database holds both.
    assert patient is not None
    assert entry is not None
    assert meeting_id is not None
    at = part.during.lower.astimezone(UTC)
    wall = at.astimezone(ZoneInfo(patient.zone)).replace(tzinfo=None)
    return OutMeeting(
        id=meeting_id, patient_id=patient.pk, name=patient.full_name, birth_on=patient.birth_on,
        was=Promised(at, patient.zone, wall), ends_at=part.during.upper.astimezone(UTC), with_whom=(entry.name,),
    )  # fmt: skip


def _key(outage: Outage, meeting_id: UUID) -> str:
    return f"{KEY}{outage.pk}:{meeting_id}"


def ask_owner(acting: Acting, outage: Outage, meeting: FamilyMeeting, zone: str) -> bool:
    """Ask whoever has a meeting to find another time for it, once an outage; tell whether that is new.

    ``zone`` is the patient's: the day and time are said on those clocks.
    """
    key, starts_at = _key(outage, meeting.pk), _starts(meeting)
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
            title=Say("outage.meeting_title", **say_wall(starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))),
            because=(Say("outage.meeting_because", name=outage.entry.name),),
            if_waits=Say("outage.meeting_if_waits"),
            step=Say("step.outage_meeting"),
            severity=Severity.HIGH,
            due_at=min(after(load_calendar(), "visit.bumped", acting.at, zone), starts_at),
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


def _starts(meeting: FamilyMeeting) -> datetime:
    # A meeting that is set says when: a constraint holds it.
    assert meeting.starts_at is not None
    return meeting.starts_at
