"""The ladder of reminders before a visit: which are due when, which are left out and why, and what an answer means.

Moments are counted on the clocks where the visit takes place, so a change of the clocks moves no reminder. Days and
hours are in ``catalog/data/reminders.toml``, each with its source; a clinic sets its own for each kind of visit.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.consents import Road
from careloop.facts.preparation import Item
from careloop.facts.reminders import (
    LADDER,
    DatedRung,
    Kept,
    LadderPlan,
    LadderVisit,
    Planned,
    ReminderKind,
    Rung,
    Skipped,
    SkippedWhy,
)
from careloop.rules.wall_time import find_instants

# The numbers in ``catalog/data/reminders.toml``.
TELL_AFTER, GOOD_HOURS, SILENT_DAYS, REVIEW_DAYS = (
    "tell_after_minutes", "medicine_good_hours", "medicine_silent_days", "medicine_review_days",
)  # fmt: skip
VALUES = (TELL_AFTER, GOOD_HOURS, SILENT_DAYS, REVIEW_DAYS)
# What a visit has to be prepared for by the patient, not by the clinic.
PREPARED = frozenset({Item.FASTING, Item.ESCORT, Item.MEDICINE_LIST, Item.RECORDS})
# On which roads the words of a rung can go. A text message names nothing, and cannot hold steps: it carries the link
# to a page that does.
ROADS: Mapping[ReminderKind, tuple[Road, ...]] = {
    ReminderKind.CONFIRM: (Road.TEXT, Road.EMAIL),
    ReminderKind.PREPARE: (Road.EMAIL, Road.PORTAL, Road.LETTER),
    ReminderKind.DAY_BEFORE: (Road.TEXT, Road.EMAIL),
    ReminderKind.CALL: (),
}
SITUATIONS: Mapping[ReminderKind, str] = {
    ReminderKind.CONFIRM: "reminder_confirm",
    ReminderKind.PREPARE: "reminder_prepare",
    ReminderKind.DAY_BEFORE: "reminder_day_before",
    ReminderKind.MOVED: "visit_moved",
    ReminderKind.OFF: "visit_cancelled",
}
MOST_DAYS, MOST_HOURS = 60, 168


def choose_rungs(dated: Iterable[DatedRung], own: Iterable[Rung], on: date) -> tuple[Rung, ...]:
    """Return the ladder that holds on a day: the clinic's own rungs, and the product's for the others.

    They stand in the order in which they come before a visit.
    """
    found = {one.rung.kind: one.rung for one in sorted(dated, key=lambda one: one.from_on) if one.from_on <= on}
    found |= {one.kind: one for one in own}
    return tuple(sorted(found.values(), key=lambda one: (-one.days_before, one.at, LADDER.index(one.kind))))


def plan_ladder(visit: LadderVisit, rungs: Iterable[Rung], now: datetime) -> LadderPlan:
    """Return which reminders of a visit are due when (UTC), and which rungs are left out.

    Nothing is planned for a moment that is past: a visit that was booked shortly before is near enough.
    """
    planned, skipped = [], []
    for rung in rungs:
        due_at = _due_at(visit, rung)
        why = _why_skipped(visit, rung, due_at, now)
        if why is not None:
            skipped.append(Skipped(rung.kind, why))
            continue
        good_until = min(due_at + timedelta(hours=rung.good_hours), visit.starts_at)
        planned.append(Planned(rung.kind, due_at, good_until, rung.roads))
    return LadderPlan(tuple(sorted(planned, key=lambda one: one.due_at)), tuple(skipped))


def restate(
    plan: LadderPlan, kept: Mapping[tuple[ReminderKind, datetime], Kept]
) -> tuple[tuple[Planned, ...], tuple[tuple[ReminderKind, datetime], ...]]:
    """Return what of a plan is to be planned, and which reminders that are planned are not wanted any more.

    ``kept`` are the reminders that the visit has, by kind and moment. What went is never planned again, on whatever
    day its rung stands by now, so that nobody is reminded twice of the same.
    """
    wanted = {(one.kind, one.due_at) for one in plan.planned}
    gone = {kind for (kind, _due_at), how in kept.items() if how is Kept.GONE}
    new = tuple(
        one for one in plan.planned if one.kind not in gone and kept.get((one.kind, one.due_at)) is not Kept.PLANNED
    )
    over = tuple(sorted(key for key, how in kept.items() if how is Kept.PLANNED and key not in wanted))
    return new, over


def check_rung(rung: Rung) -> None:
    """Refuse a rung that cannot be climbed.

    :raises Refusal: if its days, hours or roads are none
    """
    most = 1 if rung.kind is ReminderKind.DAY_BEFORE else MOST_DAYS
    if not 1 <= rung.days_before <= most:
        raise Refusal(Say("refusal.rung_days", count=most))
    if not 1 <= rung.good_hours <= MOST_HOURS:
        raise Refusal(Say("refusal.rung_hours", count=MOST_HOURS))
    if not set(rung.roads) <= set(ROADS[rung.kind]):
        raise Refusal(Say("refusal.rung_roads"))
    if rung.is_on and ROADS[rung.kind] and not rung.roads:
        raise Refusal(Say("refusal.rung_no_road"))


def is_prepared_for(items: Sequence[Item]) -> bool:
    """Tell whether the patient has something to prepare."""
    return bool(PREPARED.intersection(items))


def clean_reason(words: str) -> str:
    """Return why reminders are paused as it is kept: in one line.

    :raises Refusal: if nothing is said, or too much
    """
    reason = " ".join(words.replace("\x00", "").split())
    if not reason:
        raise Refusal(Say("refusal.pause_reason"))
    if len(reason) > 300:
        raise Refusal(Say("refusal.note_too_long", count=300))
    return reason


def message_key(reminder_id: UUID, version: int) -> str:
    """Return the one name of the message of a reminder: asked for again, the outbox answers with the same."""
    return f"reminder:{reminder_id}:{version}"


def _why_skipped(visit: LadderVisit, rung: Rung, due_at: datetime, now: datetime) -> SkippedWhy | None:
    if not rung.is_on:
        return SkippedWhy.OFF
    if rung.kind is ReminderKind.PREPARE and not visit.has_preparation:
        return SkippedWhy.NOTHING_TO_PREPARE
    if rung.kind in (ReminderKind.CONFIRM, ReminderKind.CALL) and visit.is_confirmed:
        return SkippedWhy.SAID_YES
    if due_at <= now or due_at >= visit.starts_at:
        return SkippedWhy.TOO_NEAR
    return None


def _due_at(visit: LadderVisit, rung: Rung) -> datetime:
    """Return the instant of a rung; a time that the clocks skip is an hour later, of two the first one counts."""
    on = visit.starts_wall.date() - timedelta(days=rung.days_before)
    wall = datetime.combine(on, rung.at)
    while not (found := find_instants(wall, visit.zone)):
        wall += timedelta(hours=1)
    return found[0]
