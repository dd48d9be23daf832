"""Loops: what a person can do with one. Every verb is one line of history and one of audit."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.notes import clean_words
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.matching import SAME_PERSON, TAKE_APART
from careloop.facts.misfiled import MISFILED
from careloop.facts.referrals import STRAY
from careloop.facts.worklist import ContactResult, Event, LoopKind, Outcome, Severity, State
from careloop.guard.doors import action, creating
from careloop.records.models import (
    Amendment,
    Booking,
    Cover,
    Inbox,
    Loop,
    LoopEvent,
    Patient,
    Person,
    WaitingFinding,
)
from careloop.rules.worklist import FINISHED, NO_UNDO, NOT_NEEDED, UNDO_SECONDS, end_of
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.reaching import expect_unreachable, write_contact
from careloop.worklist.receivers import find_receiver
from careloop.worklist.settle import Change, change, expect_version, restore, save, snapshot_columns, zone_of


@action(needs=Right.LOOP_WRITE, about=Loop)
def start_loop(acting: Acting, loop: Loop, *, version: int) -> int:
    """Begin the next step; a loop from a queue becomes the starter's own."""
    expect_version(loop, version)
    columns: dict[str, object] = {"snoozed_until": None, "last_contact": ""}
    if loop.owner_id is None:
        columns |= {"owner_id": acting.person_id, "queue_id": None}
    return change(acting, loop, Change(Event.START, Say("event.started"), columns=columns))


@action(needs=Right.LOOP_WRITE, about=Loop)
def log_contact(acting: Acting, loop: Loop, *, version: int, result: ContactResult, note: str) -> int:
    """Note an attempt to reach somebody and how it ended; the next step follows from that."""
    expect_version(loop, version)
    columns: dict[str, object] = {"last_contact": str(result), "snoozed_until": None}
    if loop.owner_id is None:
        columns |= {"owner_id": acting.person_id, "queue_id": None}
    said = Say(f"event.contact.{result}")
    write_contact(acting, loop, result, clean_words(note))
    return change(acting, loop, Change(Event.LOG_CONTACT, said, note=clean_words(note), columns=columns))


@action(needs=Right.LOOP_WRITE, about=Loop)
def finish_loop(acting: Acting, loop: Loop, *, version: int, outcome: Outcome, note: str) -> int:
    """Close the loop with its outcome and, in words, the evidence that it happened.

    :raises Refusal: if no evidence is named, the outcome is none of a finished loop, or nobody could be reached and
        not all was tried that the rule asks for
    """
    expect_version(loop, version)
    if outcome not in FINISHED:
        raise Refusal(Say("refusal.outcome"))
    if not clean_words(note):
        raise Refusal(Say("refusal.evidence_missing"))
    _refuse_question(loop)
    _refuse_unanswered(loop)
    _refuse_booked(loop)
    if outcome is Outcome.UNREACHABLE:
        expect_unreachable(acting, loop)
    _set_inbox_aside(acting, loop)
    said = Say(f"event.finished.{outcome}")
    return change(acting, loop, Change(Event.FINISH, said, note=clean_words(note), outcome=outcome))


@action(needs=Right.LOOP_WRITE, about=Loop)
def snooze_loop(acting: Acting, loop: Loop, *, version: int, until: date, reason: str) -> int:
    """Put the loop aside until a day, with the reason.

    :raises Refusal: if no reason is given or the day is not after today and within a year
    """
    expect_version(loop, version)
    if not clean_words(reason):
        raise Refusal(Say("refusal.reason_missing"))
    today = acting.at.astimezone(ZoneInfo(zone_of(loop))).date()
    if not today < until <= today + timedelta(days=366):
        raise Refusal(Say("refusal.snooze_day"))
    said = Say("event.snoozed", day=until)
    what = Change(Event.SNOOZE, said, note=clean_words(reason), columns={"snoozed_until": until})
    return change(acting, loop, what)


@action(needs=Right.LOOP_HAND_OFF, about=Loop)
def hand_off_loop(
    acting: Acting, loop: Loop, *, version: int, to_person: UUID | None, to_unit: int | None, note: str
) -> int:
    """Give the loop to a person or to a team's queue.

    :raises Refusal: unless exactly one receiver is named, active and of the loop's unit
    """
    expect_version(loop, version)
    owner, queue = find_receiver(loop.unit_id, to_person, to_unit)
    columns: dict[str, object] = {"owner_id": owner, "queue_id": queue, "last_contact": ""}
    columns["snoozed_until"] = None
    return change(
        acting, loop, Change(Event.HAND_OFF, Say("event.handed_off"), note=clean_words(note), columns=columns)
    )


@action(needs=Right.LOOP_WRITE, about=Loop)
def take_loop(acting: Acting, loop: Loop, *, version: int) -> int:
    """Take a loop from a queue, from somebody whom one covers, or from somebody who has left.

    :raises Refusal: if somebody owns it who is there: they, or their supervisor, hand it over
    """
    expect_version(loop, version)
    owner = loop.owner
    if owner is not None and owner.pk != acting.person_id and not _may_stand_in(acting, owner):
        raise Refusal(Say("refusal.not_yours_to_take", name=owner.name))
    columns: dict[str, object] = {"owner_id": acting.person_id, "queue_id": None, "snoozed_until": None}
    return change(acting, loop, Change(Event.TAKE, Say("event.taken"), columns=columns))


@action(needs=Right.LOOP_WRITE, about=Loop)
def dismiss_loop(acting: Acting, loop: Loop, *, version: int, outcome: Outcome, reason: str) -> int:
    """Say that the loop needs nothing more, how and why; the finding stays quiet for a stated time.

    :raises Refusal: if no reason is given, the outcome is not one of "not needed", or nobody could be reached and not
        all was tried that the rule asks for
    """
    expect_version(loop, version)
    if outcome not in NOT_NEEDED:
        raise Refusal(Say("refusal.outcome"))
    if not clean_words(reason):
        raise Refusal(Say("refusal.reason_missing"))
    _refuse_question(loop)
    _refuse_unanswered(loop)
    _refuse_booked(loop)
    if outcome is Outcome.UNREACHABLE:
        expect_unreachable(acting, loop)
    _set_inbox_aside(acting, loop)
    said = Say(f"event.not_needed.{outcome}")
    return change(acting, loop, Change(Event.NOT_NEEDED, said, note=clean_words(reason), outcome=outcome))


@action(needs=Right.LOOP_WRITE, about=Loop)
def reopen_loop(acting: Acting, loop: Loop, *, version: int, reason: str) -> int:
    """Open a closed loop again, with the reason.

    :raises Refusal: if no reason is given, the patient has died, or the same finding is open in another loop
    """
    expect_version(loop, version)
    if not clean_words(reason):
        raise Refusal(Say("refusal.reason_missing"))
    if loop.kind == LoopKind.REFERRAL or loop.check_name in (STRAY, MISFILED):
        raise Refusal(Say("refusal.referral_own_page"))
    columns: dict[str, object] = {"snoozed_until": None, "last_contact": ""}
    if loop.owner_id is None or not Person.objects.filter(pk=loop.owner_id, is_active=True).exists():
        columns |= {"owner_id": acting.person_id, "queue_id": None}
    what = Change(Event.REOPEN, Say("event.reopened"), note=clean_words(reason), columns=columns)
    _bring_back(loop)
    return change(acting, loop, what)


@action(needs=Right.LOOP_WRITE, about=Loop)
def undo_last(acting: Acting, loop: Loop, *, version: int) -> int:
    """Take back one's own last action on this loop within ten seconds.

    :raises Refusal: if it is too late, was somebody else's, or cannot be taken back
    """
    expect_version(loop, version)
    _refuse_question(loop)
    last = LoopEvent.objects.filter(loop_id=loop.pk, version=loop.version).first()
    # Whoever asked has been told that nobody could be reached: it is opened again with a reason.
    if last is None or last.before is None or last.event in NO_UNDO or loop.outcome == Outcome.UNREACHABLE:
        raise Refusal(Say("refusal.nothing_to_undo"))
    if last.person_id != acting.person_id or (acting.at - last.at).total_seconds() > UNDO_SECONDS:
        raise Refusal(Say("refusal.too_late_to_undo"))
    before, from_state = snapshot_columns(loop), loop.state
    restore(loop, last.before)
    if from_state == State.CLOSED:
        _bring_back(loop)
    return save(acting, loop, Change(Event.UNDO, Say("event.undone")), from_state=from_state, before=before)


@creating(needs=Right.LOOP_WRITE, about=Patient)
def open_task(
    acting: Acting,
    patient: Patient,
    *,
    title: str,
    due_on: date | None,
    note: str,
    to_person: UUID | None = None,
    to_unit: int | None = None,
) -> UUID:
    """Make a task by hand about a patient; without a receiver it is the maker's own.

    :raises Refusal: if the title is empty, the day has passed or the patient has died
    """
    words = " ".join(title.replace("\x00", "").split())
    if not words or len(words) > 200:
        raise Refusal(Say("refusal.title"))
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    if due_on is not None and due_on < today:
        raise Refusal(Say("refusal.due_day"))
    owner, queue = acting.person_id, None
    if to_person is not None or to_unit is not None:
        receiver = find_receiver(patient.unit_id, to_person, to_unit)
        owner, queue = receiver[0], receiver[1]  # type: ignore[assignment]
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("text.free", text=words),
            because=(Say("because.task"),),
            if_waits=None,
            step=Say("step.do_task"),
            severity=Severity.MODERATE,
            due_at=end_of(due_on, patient.zone) if due_on else None,
            owner_id=owner,
            queue_id=queue,
            note=clean_words(note),
        ),
    )
    return UUID(str(loop.pk))


def _may_stand_in(acting: Acting, owner: Person) -> bool:
    if not owner.is_active:
        return True
    covers = Cover.objects.filter(absent=owner, covering_id=acting.person_id, during__contains=acting.at)
    return bool(covers.exists())


def _refuse_question(loop: Loop) -> None:
    """Whether two records are of one person is answered where both are seen, and not by closing the question."""
    if loop.check_name in (SAME_PERSON, TAKE_APART):
        raise Refusal(Say("refusal.same_answer"))


def _refuse_unanswered(loop: Loop) -> None:
    """A request to amend is ended by its answer, so that nobody waits for one that never comes."""
    if Amendment.objects.filter(loop=loop, state="open").exists():
        raise Refusal(Say("refusal.amendment_open"))


def _refuse_booked(loop: Loop) -> None:
    """A visit that is booked, or a referral, is told how it ended where it stands: nobody waits for what is over."""
    if loop.kind == LoopKind.REFERRAL or loop.check_name in (STRAY, MISFILED):
        raise Refusal(Say("refusal.referral_own_page"))
    if loop.kind == LoopKind.VISIT and Booking.objects.filter(loop=loop, occupies=True).exists():
        raise Refusal(Say("refusal.visit_still_booked"))


def _set_inbox_aside(acting: Acting, loop: Loop) -> None:
    """A rejected document whose review ends is set aside, whole, not lost."""
    if loop.check_name == "inbox":
        rows = Inbox.objects.filter(unit_id=loop.unit_id, doc_key=loop.finding_key, state="rejected")
        rows.update(state="set_aside", resolved_at=acting.at)


def _bring_back(loop: Loop) -> None:
    """A closed loop opens again: its document is rejected again, and its finding waits no more for a loop."""
    if loop.check_name == "inbox":
        rows = Inbox.objects.filter(unit_id=loop.unit_id, doc_key=loop.finding_key, state="set_aside")
        rows.update(state="rejected", resolved_at=None)
    elif loop.check_name and loop.patient_id is not None:
        WaitingFinding.objects.filter(
            patient_id=loop.patient_id, check_name=loop.check_name, finding_key=loop.finding_key
        ).delete()
