"""Family meetings: asked for, set, held, decided at, and over when everybody who may hear of it was told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.consents import TOLD_TOPICS, Topic
from careloop.facts.directory import EntryKind
from careloop.facts.meetings import (
    CLOCK,
    GuestKind,
    Interprets,
    MeetingDraft,
    MeetingEvent,
    MeetingForm,
    MeetingState,
    Setting,
)
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity
from careloop.guard.doors import action
from careloop.records.models import (
    CircleMember,
    DirectoryEntry,
    FamilyMeeting,
    MeetingDecision,
    MeetingGuest,
    Patient,
    Person,
)
from careloop.rules.meetings import MINUTES, OVER, MeetingMoveNotAllowed, choose_interpreter, clean
from careloop.rules.worklist import NOT_NEEDED, end_of
from careloop.worklist import meeting_rooms as rooms
from careloop.worklist import meetings as work
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.receivers import find_receiver
from careloop.worklist.settle import Change, change

# How long ahead a meeting can be set.
DAYS_AHEAD = 366


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def plan_meeting(acting: Acting, patient: Patient, draft: MeetingDraft) -> UUID:
    """Ask for a family meeting: its loop is open until it took place and everybody who may hear of it was told.

    The patient is always asked. Return the meeting.

    :raises Refusal: without a reason, or if somebody is not of the circle or may not see the patient
    """
    reason = clean(draft.reason, most=200)
    if not reason:
        raise Refusal(Say("refusal.meeting_reason"))
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("meeting.title", reason=reason),
            because=(Say("because.meeting_asked"),),
            if_waits=Say("meeting.if_waits"),
            step=Say("step.meeting_arrange"),
            severity=Severity.MODERATE,
            due_at=work.due_in("arrange_days", acting.at, patient.zone),
            owner_id=acting.person_id,
            clock=CLOCK,
        ),
    )
    meeting = FamilyMeeting(
        id=new_id(acting.at), **work.of_patient(patient), loop=loop, reason=reason, wishes=clean(draft.wishes),
        agenda=clean(draft.agenda), state_since=acting.at, made_at=acting.at, made_by_id=acting.person_id,
    )  # fmt: skip
    meeting.save(force_insert=True)
    work.write_step(acting, meeting, "make")
    MeetingGuest(**work.of_patient(patient), meeting=meeting, kind=str(GuestKind.PATIENT)).save(force_insert=True)
    _invite(acting, patient, meeting, draft.member_ids, draft.person_ids)
    return UUID(str(meeting.pk))


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def write_agenda(acting: Acting, patient: Patient, draft: MeetingDraft, *, meeting_id: UUID, version: int) -> None:
    """Write down what will be spoken of and what the patient wants, and ask more people to come.

    :raises Refusal: if the meeting is over, or somebody is not of the circle or may not see the patient
    """
    meeting = _lock(patient, meeting_id, version)
    if MeetingState(meeting.state) in OVER:
        raise MeetingMoveNotAllowed(MeetingState(meeting.state))
    meeting.agenda, meeting.wishes = clean(draft.agenda), clean(draft.wishes)
    meeting.save()
    _invite(acting, patient, meeting, draft.member_ids, draft.person_ids)


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def set_meeting(acting: Acting, patient: Patient, setting: Setting, *, meeting_id: UUID, version: int) -> Interprets:
    """Set when, how and with which interpreter people meet, or set it anew; return who interprets.

    A child never interprets: where one was named, booking a qualified interpreter becomes a task instead. The room, the
    interpreter and the clinicians that are named are booked with it, and what was booked before is given back.

    :raises TimeTaken: if one of them is not free then, with the next times that fit all
    :raises Refusal: if the time is past or far away, the length cannot be, a place is missing, or nobody would
        interpret for somebody who needs it
    """
    meeting = _lock(patient, meeting_id, version)
    entries = rooms.find_booked(setting.entry_ids)
    setting = _name_place(setting, entries)
    _check_setting(acting, setting)
    languages = work.list_needed(patient, _guests(meeting))
    who = choose_interpreter(setting.interprets, languages)
    meeting.starts_at, meeting.minutes = setting.starts_at, setting.minutes
    meeting.form, meeting.place, meeting.interprets = str(setting.form), clean(setting.place, most=200), str(who)
    is_booked = any(entry.kind == EntryKind.INTERPRETER for entry in entries)
    if who is Interprets.QUALIFIED and meeting.interpreter_loop_id is None and not is_booked:
        meeting.interpreter_loop_id = work.open_interpreter(acting, patient, meeting, languages)
    work.move_meeting(acting, patient, meeting, MeetingEvent.SET_TIME)
    rooms.book_for_meeting(acting, patient, meeting, setting, entries)
    if is_booked:
        rooms.close_interpreter_task(acting, meeting)
    return who


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def hold_meeting(
    acting: Acting, patient: Patient, *, meeting_id: UUID, version: int, came: Sequence[int]
) -> MeetingState:
    """Say that the meeting took place and who came; from now on each is told what they may hear.

    :raises Refusal: if nobody came, or it has not begun yet
    """
    meeting = _lock(patient, meeting_id, version)
    if meeting.starts_at is not None and meeting.starts_at > acting.at:
        raise Refusal(Say("refusal.meeting_not_begun"))
    guests = MeetingGuest.objects.filter(meeting=meeting)
    if not guests.filter(pk__in=came).exists():
        raise Refusal(Say("refusal.meeting_nobody"))
    guests.filter(pk__in=came).update(came=True)
    guests.exclude(pk__in=came).update(came=False)
    return work.move_meeting(acting, patient, meeting, MeetingEvent.HOLD)


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def miss_meeting(acting: Acting, patient: Patient, *, meeting_id: UUID, version: int) -> MeetingState:
    """Say that the meeting did not take place: it is to be arranged again.

    :raises Refusal: if no time was set
    """
    return work.move_meeting(acting, patient, _lock(patient, meeting_id, version), MeetingEvent.MISS)


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def cancel_meeting(
    acting: Acting, patient: Patient, *, meeting_id: UUID, version: int, outcome: Outcome, reason: str
) -> None:
    """Call a meeting off, how and why; its loop ends with it.

    :raises Refusal: without a reason, or if it took place
    """
    meeting = _lock(patient, meeting_id, version)
    why = clean(reason)
    if not why:
        raise Refusal(Say("refusal.reason_missing"))
    if outcome not in NOT_NEEDED:
        raise Refusal(Say("refusal.outcome"))
    work.move_meeting(acting, patient, meeting, MeetingEvent.CANCEL)
    said = Say(f"event.not_needed.{outcome}")
    change(acting, work.lock_loop(meeting.loop_id), Change(Event.NOT_NEEDED, said, note=why, outcome=outcome))


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def decide_at_meeting(
    acting: Acting, patient: Patient, *, meeting_id: UUID, topic: Topic, words: str, owner_id: UUID, by: date
) -> UUID:
    """Keep what was decided, in plain words: it becomes a task with an owner and a day; return its loop.

    :raises Refusal: if nothing is said, the day is past or far away, or the meeting is over or has no time yet
    """
    meeting = _find(patient, meeting_id)
    if meeting.state not in (MeetingState.SET, MeetingState.HELD):
        raise MeetingMoveNotAllowed(MeetingState(meeting.state))
    said = clean(words, most=300)
    if not said or topic not in TOLD_TOPICS:
        raise Refusal(Say("refusal.meeting_decision"))
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    if not 0 <= (by - today).days <= DAYS_AHEAD:
        raise Refusal(Say("refusal.handoff_day"))
    owner, _queue = find_receiver(patient.unit_id, owner_id, None)
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("text.free", text=said),
            because=(Say("because.meeting_decided", day=today),),
            if_waits=None,
            step=Say("step.meeting_decided"),
            severity=Severity.MODERATE,
            due_at=end_of(by, patient.zone),
            owner_id=owner,
            parent_id=meeting.loop_id,
        ),
    )
    row = MeetingDecision(**work.of_patient(patient), meeting=meeting, loop=loop, topic=str(topic), words=said)
    row.save(force_insert=True)
    return UUID(str(loop.pk))


def _name_place(setting: Setting, entries: Sequence[DirectoryEntry]) -> Setting:
    """Return the setting with the room that is booked as its place, where no other words were given."""
    room = next((entry for entry in entries if entry.kind == EntryKind.ROOM), None)
    if room is None or setting.place.strip():
        return setting
    return replace(setting, place=f"{room.name}, {room.site.name}" if room.site else room.name)


def _check_setting(acting: Acting, setting: Setting) -> None:
    days = (setting.starts_at - acting.at).days
    if setting.starts_at <= acting.at or days > DAYS_AHEAD:
        raise Refusal(Say("refusal.meeting_time"))
    if not MINUTES[0] <= setting.minutes <= MINUTES[1]:
        raise Refusal(Say("refusal.meeting_minutes", least=MINUTES[0], most=MINUTES[1]))
    if setting.form is MeetingForm.IN_PERSON and not setting.place.strip():
        raise Refusal(Say("refusal.meeting_place"))


def _invite(
    acting: Acting, patient: Patient, meeting: FamilyMeeting, members: Sequence[UUID], people: Sequence[UUID]
) -> None:
    """Add those who are not on the list yet: of the circle as it stands, and colleagues who may see the patient."""
    there = {(one.member_id, one.person_id) for one in _guests(meeting)}
    standing = set(CircleMember.objects.filter(patient=patient, ended_at=None).values_list("pk", flat=True))
    if not set(members) <= standing:
        raise Refusal(Say("refusal.meeting_guest"))
    may_see = {one.pk for one in list_colleagues(acting, patient)} | {acting.person_id} if people else set()
    if not set(people) <= may_see or not set(people) <= set(
        Person.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True)
    ):
        raise Refusal(Say("refusal.meeting_guest"))
    of = work.of_patient(patient) | {"meeting": meeting}
    new_members = [key for key in dict.fromkeys(members) if (key, None) not in there]
    new_people = [key for key in dict.fromkeys(people) if (None, key) not in there]
    rows = [
        *(MeetingGuest(**of, kind=str(GuestKind.MEMBER), member_id=key) for key in new_members),
        *(MeetingGuest(**of, kind=str(GuestKind.STAFF), person_id=key) for key in new_people),
    ]
    MeetingGuest.objects.bulk_create(rows)


def _guests(meeting: FamilyMeeting) -> list[MeetingGuest]:
    return list(MeetingGuest.objects.filter(meeting=meeting).select_related("member").order_by("id"))


def _find(patient: Patient, key: UUID) -> FamilyMeeting:
    rows = FamilyMeeting.objects.select_for_update(of=("self",), no_key=True)
    meeting: FamilyMeeting | None = rows.filter(pk=key, patient=patient).first()
    if meeting is None:
        raise NotFound
    return meeting


def _lock(patient: Patient, key: UUID, version: int) -> FamilyMeeting:
    meeting = _find(patient, key)
    if meeting.version != version:
        raise TakenMeanwhile(Say("refusal.meeting_changed"))
    return meeting
