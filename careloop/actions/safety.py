"""What a person can do with a finding about medicines: ask a clinician, or set it aside on a clinician's word."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.access import Acting, Right, Role
from careloop.facts.safety import Found, OverrideReason, Seen
from careloop.facts.worklist import Event, LoopKind, Outcome, State
from careloop.guard.doors import creating
from careloop.records.models import Loop, Membership, Patient, Recheck, SafetyOverride, WaitingFinding
from careloop.rules.access import rights_of
from careloop.rules.checks.safety.say import make_finding
from careloop.rules.safety import last_override_day
from careloop.rules.worklist import end_of
from careloop.worklist.findings import fingerprint, source_as_stored
from careloop.worklist.medicines import find_finding
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change

NOTE_LIMIT = 2000
NAME_LIMIT = 200


@creating(needs=Right.LOOP_WRITE, about=Patient)
def ask_clinician(
    acting: Acting,
    patient: Patient,
    *,
    check: str,
    key: str,
    due_on: date,
    note: str = "",
    to_person: UUID | None = None,
    to_unit: int | None = None,
) -> UUID:
    """Give the question of a finding an owner and a day: its loop is opened, or the one that stands is given over.

    Without a receiver a new loop is the asker's own, and one that has an owner keeps them. Returns the loop.

    :raises Refusal: if it is no longer found, the day has passed, or the receiver is not of the patient's team
    """
    today = _today(acting, patient)
    found = _find(patient, today, check, key)
    if due_on < today:
        raise Refusal(Say("refusal.due_day"))
    owner, queue = _receiver(acting, patient.unit_id, to_person, to_unit)
    due_at = end_of(due_on, patient.zone)
    loop = _standing_loop(patient, check, key)
    if loop is not None:
        if to_person is None and to_unit is None and loop.owner_id is not None:
            # A colleague's loop stays theirs unless it is given on purpose.
            owner = loop.owner_id
        columns: dict[str, object] = {"owner_id": owner, "queue_id": queue, "due_at": due_at, "last_contact": ""}
        columns["snoozed_until"] = None
        said = Say("event.asked_clinician")
        change(acting, loop, Change(Event.HAND_OFF, said, note=clean_words(note, longest=NOTE_LIMIT), columns=columns))
        return UUID(str(loop.pk))
    WaitingFinding.objects.filter(patient=patient, check_name=check, finding_key=key).delete()
    finding = make_finding(found)
    draft = Draft(
        kind=LoopKind.SAFETY,
        patient_id=patient.pk,
        unit_id=patient.unit_id,
        label_mask=patient.label_mask,
        title=finding.title,
        because=finding.because,
        if_waits=finding.if_waits,
        step=finding.next_step,
        severity=finding.severity,
        due_at=due_at,
        owner_id=owner,
        queue_id=queue,
        check_name=check,
        finding_key=key,
        finding_print=fingerprint(finding),
        source=source_as_stored(finding.source),
        evidence=finding.evidence,
        note=clean_words(note, longest=NOTE_LIMIT),
    )
    return UUID(str(open_loop(acting, draft).pk))


@creating(needs=Right.LOOP_WRITE, about=Patient)
def override_finding(
    acting: Acting,
    patient: Patient,
    seen: Seen,
    *,
    reason: OverrideReason,
    clinician: str,
    until: date,
    note: str = "",
) -> UUID:
    """Set a finding aside until a day, with the reason and the clinician who knows of it; its open loop ends.

    It returns on the day, or as soon as the facts change that it was seen to rest on.

    :raises Refusal: if it is no longer found or has changed, a part is missing, or the day is not within bounds
    """
    today = _today(acting, patient)
    finding = make_finding(_find(patient, today, seen.check, seen.key))
    if fingerprint(finding) != seen.mark:
        raise Refusal(Say("refusal.facts_changed"))
    named, words = _name(clinician), clean_words(note, longest=NOTE_LIMIT)
    if reason is OverrideReason.OTHER and not words:
        raise Refusal(Say("refusal.override_why"))
    _must_be_within(until, today)
    _end_standing(acting, patient, seen)
    row = SafetyOverride(
        id=new_id(acting.at),
        patient_id=patient.pk,
        unit_id=patient.unit_id,
        label_mask=patient.label_mask,
        check_name=seen.check,
        finding_key=seen.key,
        finding_print=seen.mark,
        reason=str(reason),
        note=words,
        clinician=named,
        until_on=until,
        made_by_id=acting.person_id,
        made_at=acting.at,
    )
    row.save(force_insert=True)
    _end_work(acting, patient, row)
    return UUID(str(row.pk))


@creating(needs=Right.LOOP_WRITE, about=Patient)
def end_override(acting: Acting, patient: Patient, *, override_id: UUID) -> None:
    """Put a finding that was set aside back to work.

    :raises NotFound: if there is no such override of this patient
    :raises Refusal: if somebody ended it already
    """
    row = SafetyOverride.objects.filter(pk=override_id, patient=patient).select_for_update().first()
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise Refusal(Say("refusal.override_over"))
    row.ended_at, row.ended_by_id = acting.at, acting.person_id
    row.save()
    _look_again(acting, patient)


def _today(acting: Acting, patient: Patient) -> date:
    return acting.at.astimezone(ZoneInfo(patient.zone)).date()


def _find(patient: Patient, on: date, check: str, key: str) -> Found:
    found = find_finding(patient, on, check, key)
    if found is None:
        raise Refusal(Say("refusal.finding_gone"))
    return found


def _standing_loop(patient: Patient, check: str, key: str) -> Loop | None:
    loops = Loop.objects.filter(patient=patient, check_name=check, finding_key=key).exclude(state=str(State.CLOSED))
    return loops.select_for_update(of=("self",), no_key=True).first()


def _end_standing(acting: Acting, patient: Patient, seen: Seen) -> None:
    rows = SafetyOverride.objects.filter(patient=patient, check_name=seen.check, finding_key=seen.key, ended_at=None)
    rows.update(ended_at=acting.at, ended_by_id=acting.person_id)


def _end_work(acting: Acting, patient: Patient, row: SafetyOverride) -> None:
    """Close the loop of what was set aside, take it off the waiting list, and plan the day on which it returns."""
    loop = _standing_loop(patient, row.check_name, row.finding_key)
    if loop is not None:
        said = Say("event.overridden", day=row.until_on)
        change(acting, loop, Change(Event.OVERRIDE, said, note=row.note, outcome=Outcome.WITHDRAWN))
    WaitingFinding.objects.filter(patient=patient, check_name=row.check_name, finding_key=row.finding_key).delete()
    _look_again(acting, patient)


def _look_again(acting: Acting, patient: Patient) -> None:
    Recheck.objects.filter(patient=patient).update(due_at=acting.at)


def _must_be_within(until: date, today: date) -> None:
    last = last_override_day(load_clocks(), today)
    if not today < until <= last:
        raise Refusal(Say("refusal.override_day", day=last))


def _name(text: str) -> str:
    named = " ".join(text.replace("\x00", "").split())
    if not named or len(named) > NAME_LIMIT:
        raise Refusal(Say("refusal.override_clinician"))
    return named


def _receiver(acting: Acting, unit_id: int, person: UUID | None, unit: int | None) -> tuple[UUID | None, int | None]:
    """Return owner and queue: the asker, a colleague of the patient's team who works on loops, or the team."""
    if unit is not None:
        if unit != unit_id or person is not None:
            raise Refusal(Say("refusal.receiver_elsewhere"))
        return None, unit
    if person is None:
        return acting.person_id, None
    members = Membership.objects.filter(unit_id=unit_id, person_id=person, person__is_active=True)
    role = members.values_list("person__role", flat=True).first()
    if role is None or Right.LOOP_WRITE not in rights_of(Role(role)):
        raise Refusal(Say("refusal.receiver_elsewhere"))
    return person, None
