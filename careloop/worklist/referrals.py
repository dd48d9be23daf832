"""Referrals as they are written: opened with their loop, moved, and every move told to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.basics.refusals import TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.referrals import ReferralDraft, ReferralEvent, ReferralState
from careloop.facts.worklist import Event, LoopKind, Outcome
from careloop.records.models import Loop, Patient, Referral, ReferralStay
from careloop.rules.access import has_right
from careloop.rules.referrals import ENDS, SEVERITY, expect_decided, make_question_key, next_state
from careloop.rules.worklist import end_of
from careloop.worklist.no_shows import asks_about, follow_question
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.settle import Change, change, settle, stored, zone_of

# From here on the promise is no longer to be seen, but to hear what came of it.
AFTER_SEEN = (ReferralState.SEEN, ReferralState.REPORT_IN, ReferralState.READ)


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to a referral: the event, what is said of it, its columns, the evidence.

    ``back_to`` is where it stands again when the event takes something back; else the table of moves says it.
    """

    event: ReferralEvent
    say: Say
    note: str = ""
    columns: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[UUID, ...] = ()
    back_to: ReferralState | None = None


def open_referral(acting: Acting, patient: Patient, draft: ReferralDraft, *, to_name: str, see_by: date) -> Referral:
    """Open a referral with its loop: with the primary coordinator, else in the queue of the team."""
    owner = primary_coordinators(acting, [patient.pk]).get(patient.pk)
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.REFERRAL,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("referral.title", specialty=draft.specialty),
            because=(Say("referral.asked", question=draft.question), Say("referral.goes_to", name=to_name)),
            if_waits=Say("referral.if_waits"),
            step=Say("step.referral_send"),
            severity=SEVERITY[draft.urgency],
            due_at=end_of(see_by, patient.zone),
            owner_id=owner,
            queue_id=patient.unit_id,
        ),
        zone=patient.zone,
    )
    referral = Referral(
        id=new_id(acting.at),
        patient=patient,
        unit_id=patient.unit_id,
        label_mask=patient.label_mask,
        loop=loop,
        state=str(ReferralState.TO_SEND),
        state_since=acting.at,
        urgency=str(draft.urgency),
        specialty=draft.specialty,
        question=draft.question,
        question_key=make_question_key(draft.question),
        asked_by_id=draft.asked_by,
        made_by_id=acting.person_id,
        made_at=acting.at,
        to_entry_id=draft.to_entry,
        to_name=to_name,
        see_by=see_by,
    )
    referral.save(force_insert=True)
    _write_stay(acting, referral)
    settle(loop, patient.zone)
    loop.save()
    return referral


def move_referral(acting: Acting, referral: Referral, move: Move) -> int:
    """Move a locked referral, tell its loop, and return the referral's new version.

    :raises ReferralMoveNotAllowed: if it cannot make this move from where it stands
    """
    was = ReferralState(referral.state)
    state = move.back_to or next_state(was, move.event)
    outcome, asked_about = ENDS.get(move.event), asks_about(referral)
    if move.event is ReferralEvent.TELL and referral.is_elsewhere:
        outcome = Outcome.ELSEWHERE
    for column, value in move.columns.items():
        setattr(referral, column, value)
    referral.state, referral.version = str(state), referral.version + 1
    if state is not was or move.event is not ReferralEvent.REPORT:
        referral.state_since = acting.at
    referral.before, referral.ended_as = (str(was), str(outcome)) if outcome else ("", "")
    referral.save()
    if state is not was:
        _write_stay(acting, referral)
    tell_loop(acting, referral, move, was=was, outcome=outcome)
    follow_question(acting, referral, asked_about, move.event)
    return int(referral.version)


def tell_loop(acting: Acting, referral: Referral, move: Move, *, was: ReferralState, outcome: Outcome | None) -> None:
    """Write into the history of a referral's loop what happened, and plan what comes next."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.loop_id)
    event = Event.REFERRAL_BACK if was is ReferralState.CLOSED else Event.REFERRAL
    columns: dict[str, object] = {"snoozed_until": None, "last_contact": ""}
    if outcome is None:
        zone = zone_of(loop)
        columns["due_at"] = None if referral.state in AFTER_SEEN else end_of(referral.see_by, zone)
        columns["because"] = stored(
            (
                Say("referral.asked", question=referral.question),
                Say("referral.goes_to", name=referral.to_name),
                move.say,
            )
        )
        if loop.owner_id is not None and not loop.owner.is_active:
            columns |= {"owner_id": None, "queue_id": loop.unit_id}
    what = Change(
        event if outcome is None else Event.REFERRAL_ENDED, move.say, note=move.note, outcome=outcome,
        evidence=move.evidence, columns=columns,
    )  # fmt: skip
    change(acting, loop, what)


def tell_beside(acting: Acting, referral: Referral, say: Say, note: str) -> None:
    """Write into the history of a referral's loop what was noted where it stands, and plan anew what comes next."""
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.loop_id)
    columns: dict[str, object] = {"snoozed_until": None, "last_contact": ""}
    change(acting, loop, Change(Event.REFERRAL, say, note=note, columns=columns))


def expect_version(row: Referral, version: int) -> None:
    """Refuse if somebody changed the referral since this person looked at it.

    :raises TakenMeanwhile: if so
    """
    if row.version != version:
        raise TakenMeanwhile(Say("refusal.referral_changed"))


def expect_clinician_decided(acting: Acting, row: Referral) -> None:
    """Refuse to go on after two missed visits before a clinician said so.

    :raises Refusal: if so
    """
    is_signer = has_right(acting, Right.REFERRAL_SIGN)
    expect_decided(ReferralState(row.state), row.misses, is_signer=is_signer)


def day_of(at: datetime, zone: str) -> date:
    """Return the day of a moment on the clocks of a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def no_date() -> dict[str, object]:
    """Return the columns of a referral whose visit has no date."""
    return {"starts_at": None, "zone": "", "starts_wall": None, "booking": None, "late_because": ""}


def say_time(wall: datetime) -> str:
    """Return the time of a naive wall time as sentences take it: "2:30 pm"."""
    return wall.strftime("%-I:%M %p").replace(":00", "").lower()


def _write_stay(acting: Acting, referral: Referral) -> None:
    ReferralStay(
        patient_id=referral.patient_id, unit_id=referral.unit_id, label_mask=referral.label_mask, referral=referral,
        state=referral.state, since=acting.at,
    ).save(force_insert=True)  # fmt: skip
