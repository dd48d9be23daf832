"""The one writer of a loop: it moves, plans and saves it, and adds the line to its history."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.refusals import NotFound, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.access import Acting
from careloop.facts.clocks import Clocks
from careloop.facts.worklist import ContactResult, Event, LoopKind, Outcome, Severity, State
from careloop.records.models import Loop, LoopEvent, Patient
from careloop.rules.referrals import plan_referral
from careloop.rules.scheduling import plan_visit
from careloop.rules.worklist import LoopFacts, NextStep, next_state, plan, quiet_until
from careloop.worklist.calendar import load_calendar
from careloop.worklist.referral_facts import find_referral_facts, make_limits
from careloop.worklist.tries import find_rung
from careloop.worklist.visit_facts import find_booking_facts

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
    "waits",
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


def zones_of(loops: Sequence[Loop]) -> dict[UUID, str]:
    """Return the zone in which each loop's days are counted, by the loop's id: one question for many loops."""
    patient_ids = {loop.patient_id for loop in loops if loop.patient_id is not None}
    zones = dict(Patient.objects.filter(pk__in=patient_ids).values_list("pk", "zone")) if patient_ids else {}
    clinic = clinic_zone() if any(not zones.get(loop.patient_id) for loop in loops) else ""
    return {loop.pk: str(zones.get(loop.patient_id) or clinic) for loop in loops}


def clinic_zone() -> str:
    """Return the clinic's IANA zone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT zone FROM clinic WHERE zone <> ''")
        row = cursor.fetchone()
    return str(row[0]) if row else "America/New_York"


def expect_version(loop: Loop, version: int) -> None:
    """Refuse if somebody changed the loop since this person looked at it.

    :raises TakenMeanwhile: with the name of whoever did
    """
    if loop.version == version:
        return
    last = LoopEvent.objects.filter(loop_id=loop.pk, version=loop.version).select_related("person").first()
    if last is None:
        raise NotFound
    raise TakenMeanwhile(Say("refusal.changed_meanwhile", who=last.person.name))


def settle(loop: Loop, zone: str, calendar: Clocks | None = None) -> None:
    """Set who has the ball, the next step, when to look again and the place in the list.

    Of many loops the ``calendar`` is read once; without it the database is asked.
    """
    if loop.state == State.CLOSED:
        loop.next_step = loop.next_at = loop.sort_at = None
        loop.waits = False
        return
    facts = LoopFacts(
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
    )
    calendar = calendar or load_calendar()
    step = _plan(loop, replace(facts, rung=find_rung(loop, zone, calendar)), calendar)
    loop.ball, loop.next_step = str(step.ball), step.say.as_stored()
    loop.next_at, loop.sort_at, loop.waits = step.next_at, step.sort_at, step.waits


def _plan(loop: Loop, facts: LoopFacts, calendar: Clocks) -> NextStep:
    if loop.kind == LoopKind.VISIT:
        return plan_visit(facts, find_booking_facts(loop.pk), calendar)
    referral = find_referral_facts(loop.pk) if loop.kind == LoopKind.REFERRAL else None
    if referral is not None:
        return plan_referral(facts, referral, calendar, make_limits(calendar))
    return plan(facts, calendar)


def change(acting: Acting, loop: Loop, what: Change, *, zone: str = "") -> int:
    """Move a locked loop, save it and add to its history; return its new version.

    ``zone`` is that in which its days are counted; without it the database is asked.

    :raises MoveNotAllowed: if the loop cannot make this move from where it stands
    """
    before, from_state = _snapshot(loop), loop.state
    loop.state = str(next_state(State(from_state), what.event))
    for column, value in what.columns.items():
        setattr(loop, column, value)
    if what.event not in (Event.ESCALATE, Event.FACTS_CHANGED):
        loop.state_since, loop.reminders, loop.reminded_at = acting.at, 0, None
    zone = zone or zone_of(loop)
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
    make_event(acting, loop, what, from_state=from_state, before=before).save(force_insert=True)


def make_event(
    acting: Acting, loop: Loop, what: Change, *, from_state: str, before: dict[str, object] | None
) -> LoopEvent:
    """Return one line of a loop's history, not yet saved: many are saved at once."""
    return LoopEvent(
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
    )


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
