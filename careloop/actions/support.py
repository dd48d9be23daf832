"""Support: distress becomes a promised call, and a group or program an offer that somebody follows up."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.support import load_support
from careloop.facts.access import Acting, Right
from careloop.facts.directory import EntryKind
from careloop.facts.finder import Fit
from careloop.facts.support import (
    CALL_CLOCK,
    GROUP_SORTS,
    OFFER_CLOCK,
    HeardFrom,
    OfferEvent,
    OfferState,
    SupportAsk,
    SupportEvent,
    SupportState,
)
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity
from careloop.guard.doors import action
from careloop.records.models import DirectoryEntry, DistressNote, Loop, Patient, SupportOffer
from careloop.rules.defaults import value_on
from careloop.rules.handoffs import clean_words
from careloop.rules.support import match, next_offer, next_support
from careloop.rules.worklist import end_of
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.receivers import find_receiver
from careloop.worklist.settle import Change, change
from careloop.worklist.support import read_program


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def note_distress(
    acting: Acting, patient: Patient, *, words: str, heard_from: HeardFrom, owner_id: UUID | None, by: date | None
) -> UUID:
    """Note that somebody is in distress, in the words that were used, and promise a supportive call; return the note.

    Without a day the call is due after the default number of days; without an owner it is the noter's own.

    :raises Refusal: if nothing was heard, the day is past or far away, or the owner does not work in the team
    """
    heard = clean_words(words)
    if not heard:
        raise Refusal(Say("refusal.support_words"))
    owner = acting.person_id if owner_id is None else find_receiver(patient.unit_id, owner_id, None)[0]
    draft = _draft(
        patient, title=Say("support.call"), because=(Say("support.heard", words=heard),),
        step=Say("step.support_call"), severity=Severity.HIGH, due_at=_due(acting, patient, "call_days", by),
        owner_id=owner, clock=CALL_CLOCK,
    )  # fmt: skip
    loop = open_loop(acting, draft)
    note = DistressNote(
        id=new_id(acting.at), **_of(patient), loop=loop, words=heard, heard_from=str(heard_from),
        heard_by_id=acting.person_id, heard_at=acting.at,
    )  # fmt: skip
    note.save(force_insert=True)
    return UUID(str(note.pk))


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def note_call(
    acting: Acting, patient: Patient, *, note_id: UUID, version: int, event: SupportEvent, said: str, by: date | None
) -> SupportState:
    """Note what came of a supportive call or of checking back: when to check back, to call again, or that it is over.

    :raises Refusal: if nothing is said of it, or it is over already
    """
    note = DistressNote.objects.select_for_update(of=("self",), no_key=True).filter(pk=note_id, patient=patient).first()
    if note is None:
        raise NotFound
    if note.version != version:
        raise TakenMeanwhile(Say("refusal.support_changed"))
    words = clean_words(said)
    if not words:
        raise Refusal(Say("refusal.support_said"))
    state = next_support(SupportState(note.state), event)
    note.state, note.said, note.version = str(state), words, note.version + 1
    note.save()
    loop = _lock_loop(note.loop_id)
    if state is SupportState.ENDED:
        what = Change(Event.FINISH, Say("event.support_ended"), note=words, outcome=Outcome.DONE)
    else:
        is_check = state is SupportState.CHECK
        step = Say("step.support_check") if is_check else Say("step.support_call")
        due = _due(acting, patient, "check_days" if is_check else "call_days", by)
        said_of = Say(f"event.support_{state}")
        what = Change(Event.FACTS_CHANGED, said_of, note=words, columns=_columns(acting, step, due))
    change(acting, loop, what)
    return state


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def offer_program(acting: Acting, patient: Patient, ask: SupportAsk, *, entry_id: UUID) -> UUID:
    """Choose a group or program of the directory for a patient, with the reasons; return the offer.

    It is open until the patient was told and joined or said no.

    :raises NotFound: if there is no such group or program
    :raises Refusal: if it is offered to them already (by constraint)
    """
    entry = DirectoryEntry.objects.filter(
        pk=entry_id, kind=str(EntryKind.SERVICE), is_active=True, sort__in=list(GROUP_SORTS)
    ).first()
    if entry is None:
        raise NotFound
    found = match(ask, [read_program(entry)])
    because = [one.say for one in found[0].reasons if one.fit is Fit.YES] if found else []
    draft = _draft(
        patient, title=Say("support.offer", name=entry.name), because=(Say("support.offered"),),
        step=Say("step.support_tell"), severity=Severity.LOW, due_at=_due(acting, patient, "tell_days", None),
        owner_id=acting.person_id, clock=OFFER_CLOCK,
    )  # fmt: skip
    loop = open_loop(acting, draft)
    offer = SupportOffer(
        id=new_id(acting.at), **_of(patient), loop=loop, entry=entry, entry_name=entry.name,
        because=[one.as_stored() for one in because], offered_at=acting.at, offered_by_id=acting.person_id,
    )  # fmt: skip
    offer.save(force_insert=True)
    return UUID(str(offer.pk))


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def answer_offer(acting: Acting, patient: Patient, *, offer_id: UUID, version: int, event: OfferEvent) -> OfferState:
    """Note that the patient was told of a group or program, joined it, or said no.

    :raises Refusal: if it is over already
    """
    offer = (
        SupportOffer.objects.select_for_update(of=("self",), no_key=True).filter(pk=offer_id, patient=patient).first()
    )
    if offer is None:
        raise NotFound
    if offer.version != version:
        raise TakenMeanwhile(Say("refusal.support_changed"))
    state = next_offer(OfferState(offer.state), event)
    offer.state, offer.version = str(state), offer.version + 1
    offer.save()
    loop, said = _lock_loop(offer.loop_id), Say(f"event.offer_{state}")
    if state is OfferState.TOLD:
        columns = _columns(acting, Say("step.support_ask"), _due(acting, patient, "ask_days", None))
        change(acting, loop, Change(Event.FACTS_CHANGED, said, columns=columns))
    else:
        outcome = Outcome.DONE if state is OfferState.JOINED else Outcome.DECLINED
        change(acting, loop, Change(Event.FINISH, said, outcome=outcome))
    return state


def _draft(patient: Patient, **said: Any) -> Draft:  # noqa: ANN401
    return Draft(
        kind=LoopKind.TASK, patient_id=patient.pk, unit_id=patient.unit_id, label_mask=patient.label_mask,
        if_waits=None, **said,
    )  # fmt: skip


def _columns(acting: Acting, step: Say, due: datetime) -> dict[str, object]:
    return {
        "base_step": step.as_stored(), "due_at": due, "last_contact": "", "snoozed_until": None,
        "state_since": acting.at, "reminders": 0, "reminded_at": None,
    }  # fmt: skip


def _due(acting: Acting, patient: Patient, name: str, by: date | None) -> datetime:
    """Return the end of the day that was said, else of the one that the default of this name leads to."""
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    day = by or today + timedelta(days=value_on(load_support()[name], today))
    if not 0 <= (day - today).days <= 366:
        raise Refusal(Say("refusal.handoff_day"))
    return end_of(day, patient.zone)


def _lock_loop(key: UUID) -> Loop:
    loop: Loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    return loop


def _of(patient: Patient) -> dict[str, Any]:
    return {"patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": patient.label_mask}
