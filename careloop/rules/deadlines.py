"""Deadlines in words: what a person reads, and how loud it is."""

from collections.abc import Container
from datetime import date, datetime
from zoneinfo import ZoneInfo

from careloop.basics.days import count_business_days
from careloop.basics.words import Say
from careloop.facts.worklist import Deadline, Severity, State, Tone
from careloop.rules.worklist import CREDIT_DAYS


def say_deadline(
    *,
    state: State,
    due_at: datetime | None,
    next_at: datetime | None,
    closed_at: datetime | None,
    at: datetime,
    zone: str,
    holidays: Container[date] = (),
) -> Deadline:
    """Say by when a loop must be done, seen from ``at`` in the patient's zone."""
    here = ZoneInfo(zone)
    if state is State.CLOSED and closed_at is not None:
        return Deadline(Tone.OK, Say("deadline.closed", day=closed_at.astimezone(here).date()), None, closed_at)
    if state is State.SNOOZED and next_at is not None:
        day = next_at.astimezone(here).date()
        return Deadline(Tone.WAIT, Say("deadline.snoozed", day=day), None, next_at)
    if due_at is not None:
        return _say_due(due_at, at, here, holidays)
    if next_at is None:
        return Deadline(Tone.TO_DO, Say("deadline.none"), None, None)
    return Deadline(Tone.TO_DO, Say("deadline.look_again", day=next_at.astimezone(here).date()), None, next_at)


def _say_due(due_at: datetime, at: datetime, here: ZoneInfo, holidays: Container[date]) -> Deadline:
    day, today = due_at.astimezone(here).date(), at.astimezone(here).date()
    if at > due_at:
        late = (today - day).days
        if late == 0:
            return Deadline(Tone.LATE, Say("deadline.late_today"), None, due_at)
        return Deadline(Tone.LATE, Say("deadline.late", count=late), Say("deadline.since", day=day), due_at)
    if day == today:
        clock = due_at.astimezone(here)
        text = clock.strftime("%-I:%M %p").replace(":00", "").lower()
        return Deadline(Tone.LATE, Say("deadline.today", time=text), None, due_at)
    left = count_business_days(today, day, holidays)
    if left == 0:
        # A weekend or holiday: there is no business day before it.
        return Deadline(Tone.SOON, Say("deadline.do_by", day=day), None, due_at)
    if left <= 2:
        return Deadline(Tone.SOON, Say("deadline.soon", count=left), Say("deadline.on", day=day), due_at)
    if left <= 10:
        return Deadline(Tone.INFO, Say("deadline.do_by", day=day), Say("deadline.any_day_before"), due_at)
    return Deadline(Tone.INFO, Say("deadline.do_by", day=day), None, due_at)


def say_why_now(deadline: Deadline, *, opened_on: date, is_escalated: bool) -> Say:
    """Say in one sentence why the loop stands here now."""
    if is_escalated:
        return Say("why_now.escalated", day=opened_on)
    if deadline.tone is Tone.LATE:
        return Say("why_now.late", day=opened_on)
    if deadline.tone is Tone.SOON:
        return Say("why_now.soon", day=opened_on)
    return Say("why_now.planned", day=opened_on)


def say_order(severity: Severity, *, same_person: int) -> tuple[Say, ...]:
    """Say in words what moved a loop up the list."""
    said = []
    if CREDIT_DAYS[severity]:
        said.append(Say("order.harm", count=CREDIT_DAYS[severity]))
    if same_person:
        said.append(Say("order.one_contact", count=same_person + 1))
    return tuple(said)
