"""Calls: one save writes the try, the note, the minutes, and every loop that the call was about."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.catalog.calls import load_barriers, load_flags
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.reach import (
    ANSWERED,
    AS_CONTACT,
    OUTCOMES,
    WRITTEN,
    CallDraft,
    TryResult,
    TryRoad,
)
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity
from careloop.guard.doors import action
from careloop.records.models import CircleMember, ContactTry, Loop, OutreachEntry, Patient, PatientContact, ReachBlock
from careloop.rules.outbox import is_same_number
from careloop.rules.reach import ABNORMAL, NURSE_MINUTES, find_minutes
from careloop.worklist.consents import load_circle
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.outreach import end_call
from careloop.worklist.reaching import (
    find_clinician,
    reach_time,
    rest_number_of,
    shut_number,
    shut_road,
    write_try,
)
from careloop.worklist.settle import Change, change, expect_version
from careloop.worklist.tries import PHONES, load_blocks, load_stopped

# Who says so was told what the call is about.
TOLD = frozenset({TryResult.BOOKED, TryResult.DECLINED})
# These say no for themselves elsewhere: a referral and a booked visit have their own page.
OWN_PAGE = (LoopKind.REFERRAL, LoopKind.VISIT)


@action(needs=Right.LOOP_WRITE, about=Patient)
def save_call(acting: Acting, patient: Patient, *, call: CallDraft) -> UUID:
    """Keep a call and do what its end asks for, in one transaction; return the try.

    Each loop is told of it under the version that the caller saw. A wrong number is shut and a task opened to find the
    right one; what a nurse must hear opens a task of a clinician at once; who says no has what a check found closed
    with the reason, but never a result that is not normal; who is called from a list is done or waits for another day.

    :raises NotFound: if a loop, the number or the person is not of this patient
    :raises Refusal: if the patient has died, something that the end needs is missing, somebody was told who may hear
        nothing by telephone, or a loop was changed meanwhile
    """
    loops = _check(acting, patient, call)
    row = ContactTry(
        id=new_id(acting.at), at=acting.at, person_id=acting.person_id, member_id=call.member_id,
        road=str(TryRoad.OTHER if call.member_id else TryRoad.CALL), address=call.address, result=str(call.result),
        is_checked=call.result in ANSWERED, minutes=find_minutes(call.minutes, call.opened_at, acting.at),
        note=call.note, language=call.language, interpreter=str(call.interpreter), why_no=str(call.why_no or ""),
        until=call.until, barriers=list(call.barriers), flags=list(call.flags), entry_id=call.entry_id,
    )  # fmt: skip
    write_try(patient, loops, row)
    for loop in loops:
        _tell(acting, patient, loop, call)
    if call.result is TryResult.WRONG_NUMBER:
        _shut_number(acting, patient, call)
    if call.result is TryResult.ASKED_NOT:
        shut_road(acting, patient, TryRoad.CALL)
    if call.result is TryResult.NEEDS_NURSE:
        _call_clinician(acting, patient, call)
    if call.entry_id is not None:
        end_call(acting, patient, call.entry_id, call.result, until=call.until)
    return UUID(str(row.pk))


@action(needs=Right.LOOP_WRITE, about=Patient)
def note_sent(acting: Acting, patient: Patient, *, road: TryRoad, loops: dict[UUID, int], note: str) -> UUID:
    """Note that a text, a letter or a message went to a patient about these loops, or that somebody went to see them.

    A visit at the door counts as no answer. This sends nothing: it keeps what somebody did.

    :raises NotFound: if a loop is not of this patient
    :raises Refusal: if the patient has died, the road is shut or is a call, no loop is named, or one was changed
    """
    if road in (TryRoad.CALL, TryRoad.OTHER):
        raise Refusal(Say("refusal.reach_road"))
    if not loops:
        raise Refusal(Say("refusal.call_about"))
    _expect_open(patient, road, "")
    found = _load_loops(patient, loops)
    result = TryResult.SENT if road in WRITTEN else TryResult.NO_ANSWER
    row = ContactTry(
        id=new_id(acting.at), at=acting.at, person_id=acting.person_id, road=str(road), result=str(result),
        note=clean_words(note),
    )  # fmt: skip
    write_try(patient, found, row)
    for loop in found:
        said = Say(f"event.tried.{road}")
        columns = _columns(acting, loop, result)
        change(acting, loop, Change(Event.LOG_CONTACT, said, note=row.note, columns=columns), zone=patient.zone)
    return UUID(str(row.pk))


@action(needs=Right.LOOP_WRITE, about=Patient)
def lift_block(acting: Acting, patient: Patient, *, block_id: int, reason: str) -> None:
    """Use a number or a road again, with the reason.

    :raises NotFound: if nothing of this patient is shut so
    :raises Refusal: if no reason is given
    """
    words = clean_words(reason)
    if not words:
        raise Refusal(Say("refusal.reason_missing"))
    block = ReachBlock.objects.filter(patient=patient, pk=block_id, ended_at=None).first()
    if block is None:
        raise NotFound
    block.ended_at, block.ended_by_id, block.ended_because = acting.at, acting.person_id, words
    block.save()


def _check(acting: Acting, patient: Patient, call: CallDraft) -> list[Loop]:
    """Return the loops of a call, locked, once everything that its end needs is there."""
    if call.result not in OUTCOMES:
        raise Refusal(Say("refusal.call_outcome"))
    rules = (
        (call.loops or call.entry_id, Say("refusal.call_about")),
        (call.result is not TryResult.DECLINED or call.why_no, Say("refusal.call_why_no")),
        (call.result is not TryResult.NEEDS_NURSE or call.flags or call.note.strip(), Say("refusal.call_flag")),
        (call.result is TryResult.NEEDS_NURSE or not call.flags, Say("refusal.call_flag_to_nurse")),
        (call.result is not TryResult.WRONG_NUMBER or call.address, Say("refusal.call_number")),
        (call.result not in (TryResult.LATER,) or call.until, Say("refusal.call_day")),
        (set(call.flags) <= set(load_flags().ids), Say("refusal.call_flag")),
        (set(call.barriers) <= set(load_barriers().ids), Say("refusal.call_outcome")),
    )
    for holds, said in rules:
        if not holds:
            raise Refusal(said)
    clean_words(call.note)
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    if call.until is not None and not today < call.until <= today + timedelta(days=366):
        raise Refusal(Say("refusal.snooze_day"))
    _expect_whom(acting, patient, call)
    _expect_open(patient, TryRoad.CALL, call.address)
    return _load_loops(patient, call.loops)


def _expect_whom(acting: Acting, patient: Patient, call: CallDraft) -> None:
    """Refuse a number or a person that is not on file for this patient: the right number of somebody else is wrong."""
    if call.member_id is not None:
        member = CircleMember.objects.filter(pk=call.member_id, patient=patient, ended_at=None).first()
        if member is None or call.address not in ("", member.phone):
            raise NotFound
        if call.result in TOLD and not _may_hear(acting, patient, member):
            raise Refusal(Say("refusal.call_may_not_hear"))
    elif call.address:
        own = PatientContact.objects.filter(patient=patient, system__in=PHONES, value=call.address)
        if not own.exists():
            raise NotFound
    if call.entry_id is not None and not OutreachEntry.objects.filter(pk=call.entry_id, patient=patient).exists():
        raise NotFound


def _shut_number(acting: Acting, patient: Patient, call: CallDraft) -> None:
    if call.member_id is None:
        shut_number(acting, patient, call.address)
    else:
        member = CircleMember.objects.get(pk=call.member_id, patient=patient)
        rest_number_of(acting, patient, member, call.address)


def _may_hear(acting: Acting, patient: Patient, member: CircleMember) -> bool:
    """Tell whether somebody of the circle may be told anything on the telephone now."""
    circle = load_circle([patient.pk], acting.at, patient.zone)
    return any(Road.PHONE in part.roads for one in circle if one.id == member.pk for part in one.hearing)


def _expect_open(patient: Patient, road: TryRoad, address: str) -> None:
    if patient.is_dead:
        raise Refusal(Say("refusal.patient_has_died"))
    if road in load_stopped(patient.pk):
        raise Refusal(Say("refusal.reach_shut"))
    for block in load_blocks(patient.pk):
        if block.road == road and (not block.address or is_same_number(block.address, address)):
            raise Refusal(Say("refusal.reach_shut"))


def _load_loops(patient: Patient, versions: dict[UUID, int]) -> list[Loop]:
    """Return open loops of a patient, locked, each under the version that was seen."""
    rows = Loop.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=versions, patient=patient)
    loops = list(rows.order_by("id"))
    if len(loops) != len(versions):
        raise NotFound
    for loop in loops:
        expect_version(loop, versions[loop.pk])
    return loops


def _tell(acting: Acting, patient: Patient, loop: Loop, call: CallDraft) -> None:
    """Tell one loop of a call: what was said, and what comes next."""
    said = Say(f"event.call_no.{call.why_no}") if call.why_no else Say(f"event.call.{call.result}")
    if call.result is TryResult.DECLINED and _may_close(loop):
        why = Change(Event.FINISH, said, note=clean_words(call.note), outcome=Outcome.DECLINED)
        change(acting, loop, why, zone=patient.zone)
        return
    columns = _columns(acting, loop, call.result)
    change(
        acting, loop, Change(Event.LOG_CONTACT, said, note=clean_words(call.note), columns=columns), zone=patient.zone
    )
    if call.result is TryResult.LATER and call.until is not None:
        until = Change(Event.SNOOZE, Say("event.snoozed", day=call.until), columns={"snoozed_until": call.until})
        change(acting, loop, until, zone=patient.zone)
    if call.result is TryResult.DECLINED and loop.check_name in ABNORMAL:
        _ask_refused(acting, patient, loop, call)


def _may_close(loop: Loop) -> bool:
    """Tell whether a no ends a loop here. What has a page of its own, and what is not normal, a no does not end."""
    return loop.kind in (LoopKind.GAP, LoopKind.TASK) and loop.check_name not in ABNORMAL


def _columns(acting: Acting, loop: Loop, result: TryResult) -> dict[str, object]:
    columns: dict[str, object] = {"last_contact": str(AS_CONTACT[result]), "snoozed_until": None}
    if loop.owner_id is None:
        columns |= {"owner_id": acting.person_id, "queue_id": None}
    return columns


def _call_clinician(acting: Acting, patient: Patient, call: CallDraft) -> None:
    """Open what cannot wait: a clinician of the care team takes over, or whoever of the team is there first."""
    flags = tuple(Say(f"red_flag.{flag}") for flag in call.flags)
    heard: Sequence[Say] = (Say("because.nurse_now"), *flags)
    words = clean_words(call.note)
    _open(acting, patient, Severity.CRITICAL, Say("reach.nurse_now"), heard, words, minutes=True)


def _ask_refused(acting: Acting, patient: Patient, loop: Loop, call: CallDraft) -> None:
    """Have a clinician hear that somebody does not want to follow up a result: tries and a no do not end it."""
    because = (Say("because.refused"), Say.from_stored(loop.title))
    _open(acting, patient, Severity.HIGH, Say("reach.refused"), because, clean_words(call.note), minutes=False)


def _open(
    acting: Acting,
    patient: Patient,
    severity: Severity,
    title: Say,
    because: Sequence[Say],
    note: str,
    *,
    minutes: bool,
) -> None:
    span = timedelta(minutes=reach_time(NURSE_MINUTES, acting.at)) if minutes else timedelta(days=1)
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=title,
            because=tuple(because),
            if_waits=None,
            step=Say("step.nurse_now") if minutes else Say("step.refused"),
            severity=severity,
            due_at=acting.at + span,
            owner_id=find_clinician(patient, acting.at),
            note=note,
        ),
        zone=patient.zone,
    )
