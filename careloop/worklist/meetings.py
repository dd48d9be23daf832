"""What meetings are made of, inside their doors: steps and history, what each may hear, and the words of a summary."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.catalog.meetings import load_meetings
from careloop.catalog.speech import list_languages, speak, speak_long_day
from careloop.facts.access import Acting, Label
from careloop.facts.consents import TOLD_ROADS, Consent, Topic
from careloop.facts.meetings import Decided, GuestKind, MeetingEvent, MeetingState, Scoped
from careloop.facts.messages import FIRST_LANGUAGE
from careloop.facts.worklist import Event, LoopKind, Severity
from careloop.records.models import FamilyMeeting, Loop, MeetingDecision, MeetingGuest, MeetingStep, Patient
from careloop.rules.defaults import value_on
from careloop.rules.meetings import STEPS, next_meeting, scope
from careloop.rules.worklist import end_of
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.outage_meetings import close_asked
from careloop.worklist.settle import Change, change


def due_in(name: str, at: datetime, zone: str) -> datetime:
    """Return the end of the working day that lies so many days ahead as the default of this name says."""
    on = at.astimezone(ZoneInfo(zone)).date()
    return end_of(on + timedelta(days=value_on(load_meetings()[name], on)), zone)


def move_meeting(acting: Acting, patient: Patient, meeting: FamilyMeeting, event: MeetingEvent) -> MeetingState:
    """Move a locked meeting, save it, add to its history, and say on its loop what comes next; return the new state.

    :raises MeetingMoveNotAllowed: if it cannot make this move from where it stands
    """
    state = next_meeting(MeetingState(meeting.state), event)
    meeting.state, meeting.state_since, meeting.version = str(state), acting.at, meeting.version + 1
    meeting.save()
    write_step(acting, meeting, str(event))
    if event is not MeetingEvent.TELL_LAST:
        # Whoever was asked for another time because somebody is out has seen to it.
        close_asked(acting, meeting, Say("event.meeting_seen_to"))
    if state in STEPS:
        _restep(acting, patient, meeting, state)
    return state


def write_step(acting: Acting, meeting: FamilyMeeting, event: str) -> None:
    """Add one line to a meeting's history."""
    MeetingStep(
        **of_patient(meeting), meeting=meeting, version=meeting.version, at=acting.at, person_id=acting.person_id,
        event=event, to_state=meeting.state,
    ).save(force_insert=True)  # fmt: skip


def of_patient(row: FamilyMeeting | Patient) -> dict[str, Any]:
    """Return the columns that a row of the same patient has."""
    key = row.pk if isinstance(row, Patient) else row.patient_id
    return {"patient_id": key, "unit_id": row.unit_id, "label_mask": row.label_mask}


def _restep(acting: Acting, patient: Patient, meeting: FamilyMeeting, state: MeetingState) -> None:
    step, name = STEPS[state]
    began = meeting.starts_at if state is MeetingState.SET and meeting.starts_at else acting.at
    columns: dict[str, object] = {
        "base_step": Say(step).as_stored(), "due_at": due_in(name, began, patient.zone), "last_contact": "",
        "snoozed_until": None, "state_since": acting.at, "reminders": 0, "reminded_at": None,
    }  # fmt: skip
    what = Change(Event.FACTS_CHANGED, Say(f"event.meeting_{state}"), columns=columns)
    change(acting, lock_loop(meeting.loop_id), what)


def lock_loop(key: UUID) -> Loop:
    """Return a loop, locked."""
    loop: Loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    return loop


def open_interpreter(acting: Acting, patient: Patient, meeting: FamilyMeeting, languages: Sequence[str]) -> UUID:
    """Open the task of booking a qualified interpreter for a meeting; return its loop."""
    due = due_in("interpreter_days", acting.at, patient.zone)
    if meeting.starts_at is not None:
        due = max(acting.at, min(due, meeting.starts_at - timedelta(hours=1)))
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("meeting.interpreter", languages=", ".join(languages) or "?"),
            because=(Say("because.meeting_interpreter"),),
            if_waits=Say("meeting.if_no_interpreter"),
            step=Say("step.meeting_interpreter"),
            severity=Severity.HIGH,
            due_at=due,
            owner_id=acting.person_id,
            parent_id=meeting.loop_id,
        ),
    )
    return UUID(str(loop.pk))


def open_reading(acting: Acting, patient: Patient, meeting: FamilyMeeting, language: str) -> None:
    """Open the task of having a summary read by an interpreter to somebody whose language has no words here."""
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("meeting.read_aloud", language=language),
            because=(Say("because.meeting_language"),),
            if_waits=None,
            step=Say("step.meeting_interpreter"),
            severity=Severity.MODERATE,
            due_at=due_in("tell_days", acting.at, patient.zone),
            owner_id=acting.person_id,
        ),
    )


def list_needed(patient: Patient, guests: Iterable[MeetingGuest]) -> tuple[str, ...]:
    """Return the languages for which somebody who comes needs an interpreter, "?" where it is not known."""
    found: list[str] = []
    for guest in guests:
        if guest.kind == GuestKind.PATIENT and patient.needs_interpreter:
            found.append(language_of(patient, guest) or "?")
        elif guest.member is not None and guest.member.needs_interpreter:
            found.append(guest.member.language or "?")
    return tuple(dict.fromkeys(found))


def language_of(patient: Patient, guest: MeetingGuest) -> str:
    """Return the language of somebody who comes, "" if it is not known."""
    if guest.member is not None:
        return str(guest.member.language)
    return str(next(iter(patient.languages), "")) if guest.kind == GuestKind.PATIENT else ""


def spoken(language: str) -> tuple[str, bool]:
    """Return the language in which words are given, and whether it is the one that was asked for."""
    first = language.lower().partition("-")[0]
    return (first, True) if first in list_languages() else (FIRST_LANGUAGE, not first)


def read_decided(rows: Iterable[MeetingDecision], zone: str) -> tuple[Decided, ...]:
    """Return decisions as the rules read them; their loops are at hand, with the owners."""
    return tuple(
        Decided(
            topic=Topic(row.topic),
            words=row.words,
            owner=row.loop.owner.name if row.loop.owner else "",
            by=row.loop.due_at.astimezone(ZoneInfo(zone)).date() if row.loop.due_at else None,
        )
        for row in rows
    )


def list_scopes(
    decided: Sequence[Decided], consents: Sequence[Consent], labels: int, at: datetime
) -> tuple[Scoped, ...]:
    """Return what somebody of the circle may hear on each road, the road on which they may hear most first."""
    found = [scope(decided, consents, road, Label(labels), at) for road in TOLD_ROADS]
    return tuple(sorted(found, key=lambda one: -len(one.heard)))


def say_decided(one: Decided, language: str) -> str:
    """Return one decision as it is told: the clinic's words, then who does it and by when in ``language``."""
    said = [one.words if one.words.endswith((".", "!", "?")) else f"{one.words}."]
    if one.owner:
        said.append(speak(Say("meeting.sum_who", name=one.owner), language))
    if one.by is not None:
        said.append(speak(Say("meeting.sum_by", day=speak_long_day(one.by, language)), language))
    return " ".join(said)


def write_summary(
    decided: Sequence[Decided], starts_at: datetime | None, zone: str, language: str, *, wishes: str = ""
) -> tuple[str, tuple[str, ...]]:
    """Return the title and the lines of a summary in a language: the frame is ours, what was decided is the clinic's.

    ``wishes`` are the patient's own, for the patient alone.
    """
    on = starts_at.astimezone(ZoneInfo(zone)).date() if starts_at else None
    title = speak(Say("meeting.sum_title", day=speak_long_day(on, language) if on else ""), language)
    lines = [speak(Say("meeting.sum_wishes", words=wishes), language)] if wishes else []
    lines += [say_decided(one, language) for one in decided]
    if not decided:
        lines.append(speak(Say("meeting.sum_nothing"), language))
    return title, tuple(lines)
