"""The one writer of a loop: it moves, plans and saves it, and adds the line to its history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.access import Acting
from careloop.facts.worklist import ContactResult, Event, Outcome, Severity, State
from careloop.records.models import Clinic, Loop, LoopEvent, Patient
from careloop.rules.worklist import LoopFacts, next_state, plan, quiet_until

# The columns that an action can change, as undo needs them.
CHANGING = (
    "state",
    "state_since",
    "owner_id",
    "queue_id",
    "ball",
    "title",
    "because",
    "next_step",
    "base_step",
    "next_at",
    "due_at",
    "sort_at",
    "severity",
    "snoozed_until",
    "last_contact",
    "reminders",
    "reminded_at",
    "closed_at",
    "outcome",
    "quiet_until",
    "finding_print",
)


MOMENTS = ("state_since", "next_at", "due_at", "sort_at", "closed_at", "reminded_at")


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a loop: the event, what is said about it, and the columns that change with it."""

    event: Event
    say: Say
    note: str = ""
    outcome: Outcome | None = None
    evidence: tuple[UUID, ...] = ()
    columns: dict[str, object] = field(default_factory=dict)


def zone_of(loop: Loop) -> str:
    """Return the zone in which the loop's days are counted: the patient's, else the clinic's."""
    if loop.patient_id is not None:
        zone = Patient.objects.filter(pk=loop.patient_id).values_list("zone", flat=True).first()
        if zone:
            return str(zone)
    return clinic_zone()


def clinic_zone() -> str:
    """Return the clinic's IANA zone."""
    return str(Clinic.objects.values_list("zone", flat=True).first() or "America/New_York")


def settle(loop: Loop, zone: str) -> None:
    """Set who has the ball, the next step, when to look again and the place in the list."""
    if loop.state == State.CLOSED:
        loop.next_step = loop.next_at = loop.sort_at = None
        return
    step = plan(
        LoopFacts(
            state=State(loop.state),
            state_since=loop.state_since,
            severity=Severity(loop.severity),
            step=Say.from_stored(loop.base_step),
            due_at=loop.due_at,
            zone=zone,
            snoozed_until=loop.snoozed_until,
            last_contact=ContactResult(loop.last_contact) if loop.last_contact else None,
            reminders=loop.reminders,
            reminded_at=loop.reminded_at,
        ),
        load_clocks(),
    )
    loop.ball, loop.next_step = str(step.ball), step.say.as_stored()
    loop.next_at, loop.sort_at = step.next_at, step.sort_at


def change(acting: Acting, loop: Loop, what: Change) -> int:
    """Move a locked loop, save it and add to its history; return its new version.

    :raises MoveNotAllowed: if the loop cannot make this move from where it stands
    """
    before, from_state = _snapshot(loop), loop.state
    loop.state = str(next_state(State(from_state), what.event))
    for column, value in what.columns.items():
        setattr(loop, column, value)
    if what.event not in (Event.ESCALATE, Event.FACTS_CHANGED):
        loop.state_since, loop.reminders, loop.reminded_at = acting.at, 0, None
    zone = zone_of(loop)
    if loop.state == State.CLOSED:
        _close(loop, what, acting.at, zone)
    else:
        loop.outcome = loop.closed_at = loop.quiet_until = None
    settle(loop, zone)
    return save(acting, loop, what, from_state=from_state, before=before)


def save(acting: Acting, loop: Loop, what: Change, *, from_state: str, before: dict[str, object]) -> int:
    """Save a loop that was changed and add the line to its history; return the new version."""
    loop.version += 1
    loop.save()
    write_event(acting, loop, what, from_state=from_state, before=before)
    return int(loop.version)


def write_event(acting: Acting, loop: Loop, what: Change, *, from_state: str, before: dict[str, object] | None) -> None:
    """Add one line to a loop's history."""
    LoopEvent(
        loop_id=loop.pk,
        patient_id=loop.patient_id,
        unit_id=loop.unit_id,
        label_mask=loop.label_mask,
        version=loop.version,
        at=acting.at,
        recorded_at=acting.at,
        person_id=acting.person_id,
        event=str(what.event),
        from_state=from_state,
        to_state=loop.state,
        say=what.say.as_stored(),
        note=what.note,
        evidence=list(what.evidence),
        before=before,
    ).save(force_insert=True)


def snapshot_columns(loop: Loop) -> dict[str, object]:
    """Return the columns that undo puts back, as JSON values."""
    return _snapshot(loop)


def restore(loop: Loop, before: dict[str, object]) -> None:
    """Put the columns of a snapshot back."""
    for column in CHANGING:
        value = before[column]
        if value is not None and column in MOMENTS:
            value = datetime.fromisoformat(str(value))
        elif value is not None and column in ("snoozed_until", "quiet_until"):
            value = date.fromisoformat(str(value))
        elif value is not None and column == "owner_id":
            value = UUID(str(value))
        setattr(loop, column, value)


def stored(sentences: Sequence[Say]) -> list[dict[str, object]]:
    """Return sentences as JSON values."""
    return [say.as_stored() for say in sentences]


def _snapshot(loop: Loop) -> dict[str, object]:
    return {column: _plain(getattr(loop, column)) for column in CHANGING}


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _close(loop: Loop, what: Change, at: datetime, zone: str) -> None:
    outcome = what.outcome or Outcome.DONE
    loop.outcome, loop.closed_at = str(outcome), at
    loop.evidence = [*loop.evidence, *(e for e in what.evidence if e not in loop.evidence)]
    by_person = what.event in (Event.FINISH, Event.NOT_NEEDED)
    on = at.astimezone(ZoneInfo(zone)).date()
    loop.quiet_until = quiet_until(load_clocks(), outcome, on) if by_person and loop.check_name else None
