"""Summaries of a meeting: each is given what they may hear, with a line of the ledger, or nothing, with the reason."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Label, Right
from careloop.facts.consents import TOLD_ROADS, Consent, ConsentPurpose, Road, Topic
from careloop.facts.disclosures import Basis, What
from careloop.facts.meetings import Decided, GuestKind, MeetingEvent, MeetingState, Untold
from careloop.facts.worklist import Event, Outcome
from careloop.guard.doors import action
from careloop.records.models import Consent as ConsentRow
from careloop.records.models import (
    Disclosure,
    FamilyMeeting,
    MeetingDecision,
    MeetingGuest,
    Patient,
)
from careloop.rules.meetings import MeetingMoveNotAllowed, find_purpose, scope
from careloop.worklist import meetings as work
from careloop.worklist.consents import read_consent
from careloop.worklist.part2 import list_notice
from careloop.worklist.settle import Change, change


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def give_summary(acting: Acting, patient: Patient, *, meeting_id: UUID, guest_id: int, road: Road) -> MeetingState:
    """Keep that somebody was given their summary on a road; with the last one the meeting and its loop are over.

    A person of the circle gets what the consents that hold at this instant let them hear: a line of the ledger for
    each topic, with exactly the words.

    :raises Refusal: if nothing of it may be told to them on this road, or the meeting did not take place yet
    """
    meeting, guest = _lock(patient, meeting_id, guest_id)
    language, is_own = work.spoken(work.language_of(patient, guest))
    if guest.kind == GuestKind.MEMBER:
        _write_ledger(acting, patient, meeting, guest, road, language)
    guest.told_at, guest.told_by_id, guest.told_road = acting.at, acting.person_id, str(road)
    guest.save()
    if not is_own:
        work.open_reading(acting, patient, meeting, work.language_of(patient, guest))
    return _end_if_last(acting, patient, meeting)


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def leave_untold(acting: Acting, patient: Patient, *, meeting_id: UUID, guest_id: int, why: Untold) -> MeetingState:
    """Keep that somebody gets no summary, and why; with the last one the meeting and its loop are over.

    :raises Refusal: if they may hear something and it is said that they may not
    """
    meeting, guest = _lock(patient, meeting_id, guest_id)
    if why is Untold.NO_CONSENT and (guest.kind == GuestKind.PATIENT or _may_hear(acting, patient, meeting, guest)):
        raise Refusal(Say("refusal.meeting_may_hear"))
    guest.untold = str(why)
    guest.save()
    return _end_if_last(acting, patient, meeting)


def _may_hear(acting: Acting, patient: Patient, meeting: FamilyMeeting, guest: MeetingGuest) -> bool:
    given, decided = _given(guest), _decided(patient, meeting)
    return any(scope(decided, given, road, Label(patient.label_mask), acting.at).heard for road in TOLD_ROADS)


def _write_ledger(
    acting: Acting, patient: Patient, meeting: FamilyMeeting, guest: MeetingGuest, road: Road, language: str
) -> None:
    """Write a line for each topic that they may hear. The consent of each is locked until all are written."""
    labels, given, member = Label(patient.label_mask), _given(guest), guest.member
    heard = scope(_decided(patient, meeting), given, road, labels, acting.at).heard
    if member is None or not heard:
        raise Refusal(Say("refusal.meeting_no_consent"))
    title, _lines = work.write_summary((), meeting.starts_at, patient.zone, language)
    for topic in dict.fromkeys(one.topic for one in heard):
        purpose = find_purpose(given, topic, road, labels, acting.at)
        consent = _lock_consent(acting, guest, topic, purpose, road, labels)
        lines = [work.say_decided(one, language) for one in heard if one.topic is topic]
        said = " ".join([title, *lines, *list_notice([topic], labels, language)])
        Disclosure(
            **work.of_patient(patient), at=acting.at, person_id=acting.person_id, what=str(What.TOLD),
            recipient=member.name, reason=str(purpose), sha256=hashlib.sha256(said.encode()).digest(), counts={},
            basis=str(Basis.CONSENT), member=member, consent_id=consent, topic=str(topic), purpose=str(purpose),
            road=str(road), words=said,
        ).save(force_insert=True)  # fmt: skip


def _lock_consent(
    acting: Acting, guest: MeetingGuest, topic: Topic, purpose: ConsentPurpose | None, road: Road, labels: Label
) -> UUID:
    """Return the consent that holds, locked: whoever takes it back waits, and whoever did a moment ago was first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lock_consent(%s, %s, %s, %s, %s, %s)",
            [guest.member_id, str(topic), str(purpose), str(road), int(labels), acting.at],
        )
        (found,) = cursor.fetchone()
    if found is None:
        raise Refusal(Say("refusal.meeting_no_consent"))
    return UUID(str(found))


def _given(guest: MeetingGuest) -> list[Consent]:
    rows = ConsentRow.objects.filter(member_id=guest.member_id).order_by("id")
    return [read_consent(row) for row in rows]


def _decided(patient: Patient, meeting: FamilyMeeting) -> Sequence[Decided]:
    rows = MeetingDecision.objects.filter(meeting=meeting).select_related("loop", "loop__owner").order_by("id")
    return work.read_decided(rows, patient.zone)


def _end_if_last(acting: Acting, patient: Patient, meeting: FamilyMeeting) -> MeetingState:
    waiting = MeetingGuest.objects.filter(meeting=meeting, told_at=None, untold="")
    if waiting.exclude(kind=str(GuestKind.STAFF)).exists():
        return MeetingState(meeting.state)
    state = work.move_meeting(acting, patient, meeting, MeetingEvent.TELL_LAST)
    said = Say("event.meeting_told")
    change(acting, work.lock_loop(meeting.loop_id), Change(Event.FINISH, said, outcome=Outcome.DONE))
    return state


def _lock(patient: Patient, meeting_id: UUID, guest_id: int) -> tuple[FamilyMeeting, MeetingGuest]:
    """Return a meeting that took place and somebody of it who is still to be told, both locked.

    :raises NotFound: if they are not there
    :raises Refusal: if it did not take place yet, or they were told already
    """
    rows = FamilyMeeting.objects.select_for_update(of=("self",), no_key=True)
    meeting = rows.filter(pk=meeting_id, patient=patient).first()
    guest = (
        MeetingGuest.objects.select_related("member")
        .filter(pk=guest_id, meeting_id=meeting_id, patient=patient)
        .first()
    )
    if meeting is None or guest is None or guest.kind == GuestKind.STAFF:
        raise NotFound
    if meeting.state != MeetingState.HELD:
        raise MeetingMoveNotAllowed(MeetingState(meeting.state))
    if guest.told_at is not None or guest.untold:
        raise Refusal(Say("refusal.meeting_told_already"))
    return meeting, guest
