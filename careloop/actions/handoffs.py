"""Handoffs: made from the day or the caseload, offered, asked about, said back and accepted; till then all stays."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.handoffs import DeclineReason, HandoffEvent, HandoffScope, HandoffState, IllnessLevel
from careloop.guard.context import enter, name_in_line
from careloop.guard.doors import action, managing, unattended
from careloop.records.models import (
    Handoff,
    HandoffPatient,
    HandoffStep,
    HandoffWhatIf,
    Loop,
    Membership,
    Patient,
    Person,
)
from careloop.rules.access import MAY_CARRY, grant_labels
from careloop.rules.handoffs import (
    MOST_PATIENTS,
    OF_GIVER,
    OF_RECEIVER,
    WAITING,
    check_said_back,
    check_what_if,
    clean_words,
    expires_at,
    levels_said,
    next_handoff,
)
from careloop.worklist import handoffs as work
from careloop.worklist.opening import open_loop
from careloop.worklist.settle import clinic_zone


@managing(needs=Right.LOOP_HAND_OFF)
def make_handoff(
    acting: Acting,
    *,
    scope: HandoffScope,
    receiver_id: UUID,
    patient_ids: Sequence[UUID] = (),
    loop_ids: Sequence[UUID] = (),
    note: str = "",
) -> UUID:
    """Write down what would be handed on, as a draft with a line for each patient; return it. Nothing moves yet.

    ``scope`` LOOPS takes the loops of one's day, PATIENTS one's caseload; ``patient_ids`` only what is of these,
    ``loop_ids`` only these of the day. ``note`` is said of each, after what the record says.

    :raises Refusal: if there is nothing to hand on, it is more than one sitting, or the receiver does not work in the
        team of each patient or may not see all of it
    """
    return _make(acting, acting.person_id, scope, receiver_id, patient_ids, loop_ids, clean_words(note))


@managing(needs=Right.CASELOAD_WRITE)
def prepare_handoff(
    acting: Acting, *, giver_id: UUID, receiver_id: UUID, patient_ids: Sequence[UUID], reason: str
) -> UUID:
    """Ask a coordinator to hand patients of their caseload on to somebody; return the draft, which is theirs.

    They say how each patient is and offer it; nothing moves until the receiver has said it back. A loop with the
    reason stands on the giver's list.

    :raises Refusal: if no reason is given, nothing is named, or the receiver may not see all of it
    """
    words = clean_words(reason)
    if not words:
        raise Refusal(Say("refusal.reason_missing"))
    if not patient_ids:
        raise Refusal(Say("refusal.no_patients"))
    key = _make(acting, giver_id, HandoffScope.PATIENTS, receiver_id, patient_ids, ())
    handoff = Handoff.objects.select_related("receiver").get(pk=key)
    open_loop(acting, work.draft_of_asking(handoff, words), zone=clinic_zone())
    return key


def _make(
    acting: Acting,
    giver_id: UUID,
    scope: HandoffScope,
    receiver_id: UUID,
    patient_ids: Sequence[UUID],
    loop_ids: Sequence[UUID],
    note: str = "",
) -> UUID:
    loops = [] if scope is HandoffScope.PATIENTS else _find_loops(acting, patient_ids, loop_ids)
    keys = {one.patient_id for one in loops if one.patient_id is not None}
    if scope is HandoffScope.PATIENTS:
        keys = set(work.list_carried(giver_id, acting.at, patient_ids))
    patients = list(Patient.objects.filter(pk__in=keys).order_by("name_key", "id"))
    if not patients:
        raise Refusal(Say("refusal.handoff_nothing"))
    if len(patients) > MOST_PATIENTS:
        raise Refusal(Say("refusal.handoff_too_many", count=MOST_PATIENTS))
    receiver = _find_receiver(acting, receiver_id, {one.unit_id for one in patients})
    mask = int(grant_labels(Role(receiver.role)))
    if any(row.label_mask & ~mask for row in (*patients, *loops)):
        raise Refusal(Say("refusal.handoff_may_not_see"))
    handoff = Handoff(
        id=new_id(acting.at),
        unit_id=patients[0].unit_id,
        giver_id=giver_id,
        receiver=receiver,
        scope=str(scope),
        state=str(HandoffState.DRAFT),
        state_since=acting.at,
        patient_count=len(patients),
        made_at=acting.at,
    )
    handoff.save(force_insert=True)
    _write_step(acting, handoff, "make")
    work.write_lines(acting, handoff, patients, loops, note)
    name_in_line([patient.pk for patient in patients])
    return UUID(str(handoff.pk))


@action(needs=Right.LOOP_HAND_OFF, about=Patient)
def say_of_patient(
    acting: Acting, patient: Patient, *, handoff_id: UUID, level: IllnessLevel | None, summary: str
) -> None:
    """Say in a draft how ill one patient is, and in short what matters.

    :raises NotFound: if the patient is not on a handoff of this person
    :raises Refusal: if it was offered already, or the words are too long
    """
    _handoff, line = _find_own_draft(acting, patient, handoff_id)
    line.level, line.summary = str(level or ""), clean_words(summary)
    line.save()


@action(needs=Right.LOOP_HAND_OFF, about=Patient)
def add_what_if(
    acting: Acting, patient: Patient, *, handoff_id: UUID, if_words: str, then_words: str, on: date | None
) -> None:
    """Add to a draft what to do if something happens to one patient, and on which day to look for it.

    :raises NotFound: if the patient is not on a handoff of this person
    :raises Refusal: if condition, deed or day is missing, or it was offered already
    """
    handoff, line = _find_own_draft(acting, patient, handoff_id)
    condition, deed = clean_words(if_words), clean_words(then_words)
    day = check_what_if(condition, deed, on, acting.at.astimezone(ZoneInfo(patient.zone)).date())
    HandoffWhatIf(
        handoff=handoff, patient=patient, unit_id=patient.unit_id, label_mask=line.label_mask, if_words=condition,
        then_words=deed, on=day,
    ).save(force_insert=True)  # fmt: skip


@managing(needs=Right.LOOP_HAND_OFF)
def offer_handoff(
    acting: Acting, *, handoff_id: UUID, version: int, others: IllnessLevel | None = None
) -> HandoffState:
    """Offer a draft to its receiver; the clock of the answer begins. From now on its words stay as they are.

    ``others`` is what the giver says of all whose level is not said yet.

    :raises Refusal: if of one patient nobody said how ill they are, or it was offered or taken back meanwhile
    """
    handoff, lines = _lock(acting, handoff_id, version, HandoffEvent.OFFER)
    if others is not None:
        blank = [line.pk for line in lines if not line.level]
        HandoffPatient.objects.filter(pk__in=blank).update(level=str(others))
    elif not levels_said([IllnessLevel(line.level) if line.level else None for line in lines]):
        raise Refusal(Say("refusal.handoff_levels"))
    handoff.expires_at = expires_at(acting.at, work.answer_hours(acting.at.date()))
    return _move(acting, handoff, HandoffEvent.OFFER)


@managing(needs=Right.LOOP_HAND_OFF)
def offer_day(
    acting: Acting,
    *,
    receiver_id: UUID,
    patient_ids: Sequence[UUID] = (),
    loop_ids: Sequence[UUID] = (),
    levels: Mapping[UUID, IllnessLevel],
    others: IllnessLevel | None = None,
    note: str = "",
) -> UUID:
    """Write down the loops of one's day about these patients and offer them to a colleague in one step; return it.

    ``loop_ids`` takes only these of the day. ``levels`` is what the giver says of each patient, ``others`` of all the
    rest: nothing here works it out. ``note`` is said of each. Nothing moves until the receiver has said it back.

    :raises Refusal: if of one patient nobody said how ill they are, there is nothing to hand on, or the receiver does
        not work in the team of each patient or may not see all of it
    """
    if not patient_ids and not loop_ids:
        raise Refusal(Say("refusal.handoff_nothing"))
    key = _make(acting, acting.person_id, HandoffScope.LOOPS, receiver_id, patient_ids, loop_ids, clean_words(note))
    handoff, lines = _lock(acting, key, 1, HandoffEvent.OFFER)
    said = [levels.get(line.patient_id) or others for line in lines]
    if not levels_said(said):
        raise Refusal(Say("refusal.handoff_levels"))
    for line, level in zip(lines, said, strict=True):
        line.level = str(level)
    HandoffPatient.objects.bulk_update(lines, ["level"])
    handoff.expires_at = expires_at(acting.at, work.answer_hours(acting.at.date()))
    _move(acting, handoff, HandoffEvent.OFFER)
    return key


@action(needs=Right.LOOP_HAND_OFF, about=Patient)
def ask_giver(acting: Acting, patient: Patient, *, handoff_id: UUID, question: str) -> None:
    """Ask the giver about one patient before taking over.

    :raises NotFound: if the patient is not on a handoff to this person
    :raises Refusal: if nothing is asked, or the handoff is over
    """
    words = clean_words(question)
    if not words:
        raise Refusal(Say("refusal.handoff_question"))
    handoff, line = _lock_with_line(acting, patient, handoff_id, HandoffEvent.ASK)
    line.question, line.answer = words, ""
    line.save()
    _move(acting, handoff, HandoffEvent.ASK)


@action(needs=Right.LOOP_HAND_OFF, about=Patient)
def answer_receiver(acting: Acting, patient: Patient, *, handoff_id: UUID, answer: str) -> None:
    """Answer what the receiver asked about one patient; with the last answer the handoff is offered again.

    :raises NotFound: if the patient is not on a handoff of this person
    :raises Refusal: if nothing is answered or was asked, or the handoff is over
    """
    words = clean_words(answer)
    if not words:
        raise Refusal(Say("refusal.handoff_answer"))
    handoff, line = _lock_with_line(acting, patient, handoff_id, HandoffEvent.ANSWER)
    if not line.question or line.answer:
        raise Refusal(Say("refusal.handoff_answer"))
    line.answer = words
    line.save()
    open_still = HandoffPatient.objects.filter(handoff=handoff, answer="").exclude(question="")
    if not open_still.exists():
        _move(acting, handoff, HandoffEvent.ANSWER)


@managing(needs=Right.LOOP_HAND_OFF)
def accept_handoff(
    acting: Acting, *, handoff_id: UUID, version: int, said_back: Mapping[UUID, str], shared: str
) -> int:
    """Take over: all that is handed on moves at once, what-ifs become tasks, patients are told who helps them now.

    ``said_back`` is what the receiver heard, by patient; ``shared`` is said of all the stable ones. Return how many
    loops moved. What was closed, or taken by somebody else meanwhile, stays where it is.

    :raises Refusal: if one patient was not said back, a question is open, or the handoff is over or was changed
    """
    handoff, lines = _lock(acting, handoff_id, version, HandoffEvent.ACCEPT)
    work.lock_people(handoff.giver_id, acting.person_id)
    receiver = _find_receiver(acting, acting.person_id, {line.unit_id for line in lines})
    together = clean_words(shared)
    for line in lines:
        own = clean_words(said_back.get(line.patient_id, ""))
        line.said_back = check_said_back(IllnessLevel(line.level), line.summary, own, together)
    HandoffPatient.objects.bulk_update(lines, ["said_back"])
    patients = list(Patient.objects.filter(pk__in=[line.patient_id for line in lines]).order_by("id"))
    moved = work.move_loops(acting, work.lock_moving(handoff, lines), receiver.pk)
    if handoff.scope == HandoffScope.PATIENTS:
        came = set(work.move_caseload(acting, [one.pk for one in patients], handoff.giver_id, receiver))
        work.open_tellings(acting, [one for one in patients if one.pk in came], receiver)
    work.open_what_ifs(acting, handoff, patients, receiver.pk)
    _move(acting, handoff, HandoffEvent.ACCEPT)
    return moved


@managing(needs=Right.LOOP_HAND_OFF)
def decline_handoff(acting: Acting, *, handoff_id: UUID, version: int, reason: DeclineReason) -> HandoffState:
    """Say that one does not take over, and why; all stays with the giver.

    :raises Refusal: if the handoff is over or was changed meanwhile
    """
    handoff, _lines = _lock(acting, handoff_id, version, HandoffEvent.DECLINE)
    handoff.reason = str(reason)
    return _move(acting, handoff, HandoffEvent.DECLINE)


@managing(needs=Right.LOOP_HAND_OFF)
def withdraw_handoff(acting: Acting, *, handoff_id: UUID, version: int) -> HandoffState:
    """Take back what one would have handed on.

    :raises Refusal: if the handoff is over or was changed meanwhile
    """
    handoff, _lines = _lock(acting, handoff_id, version, HandoffEvent.WITHDRAW)
    return _move(acting, handoff, HandoffEvent.WITHDRAW)


@unattended(needs=Right.WORK_UNATTENDED)
def expire_handoffs(acting: Acting, *, how_many: int) -> int:
    """End handoffs that nobody answered in time and say so in the team's queue; all stays with the giver.

    Return how many.
    """
    waiting = Handoff.objects.filter(state__in=[str(s) for s in WAITING], expires_at__lte=acting.at)
    due = waiting.select_for_update(of=("self",), skip_locked=True).order_by("expires_at", "id")[:how_many]
    handoffs = list(due)
    enter(units={handoff.unit_id for handoff in handoffs})
    names = dict(Person.objects.filter(pk__in=[h.giver_id for h in handoffs]).values_list("pk", "name"))
    for handoff in handoffs:
        _move(acting, handoff, HandoffEvent.EXPIRE)
        open_loop(acting, work.draft_of_unanswered(handoff, names[handoff.giver_id]), zone=clinic_zone())
    return len(handoffs)


def _find_loops(acting: Acting, patient_ids: Sequence[UUID], loop_ids: Sequence[UUID]) -> list[Loop]:
    loops = work.list_day(acting.person_id, acting.at, MOST_PATIENTS * 10)
    loops = [one for one in loops if not patient_ids or one.patient_id in patient_ids]
    return [one for one in loops if not loop_ids or one.pk in loop_ids]


def _find_receiver(acting: Acting, person_id: UUID, units: set[int]) -> Person:
    """Return who takes over, locked: an active coordinator or supervisor who works in each of these teams."""
    carriers = Person.objects.filter(is_active=True, role__in=[str(r) for r in MAY_CARRY])
    person: Person | None = carriers.filter(pk=person_id).first()
    teams = set(Membership.objects.filter(person_id=person_id, unit_id__in=units).values_list("unit_id", flat=True))
    if person is None or teams != units:
        raise Refusal(Say("refusal.receiver_elsewhere"))
    return person


def _find_own_draft(acting: Acting, patient: Patient, key: UUID) -> tuple[Handoff, HandoffPatient]:
    handoff = Handoff.objects.select_for_update(of=("self",)).filter(pk=key, giver_id=acting.person_id).first()
    line = HandoffPatient.objects.filter(handoff_id=key, patient=patient).first()
    if handoff is None or line is None:
        raise NotFound
    if handoff.state != HandoffState.DRAFT:
        raise Refusal(Say("refusal.handoff_words_stay"))
    return handoff, line


def _lock_with_line(acting: Acting, patient: Patient, key: UUID, event: HandoffEvent) -> tuple[Handoff, HandoffPatient]:
    handoff = _lock_own(acting, key, event)
    line = HandoffPatient.objects.filter(handoff=handoff, patient=patient).first()
    if line is None:
        raise NotFound
    return handoff, line


def _lock(acting: Acting, key: UUID, version: int, event: HandoffEvent) -> tuple[Handoff, list[HandoffPatient]]:
    """Return a handoff and its lines, locked: of two who press at once the second finds it moved.

    :raises NotFound: if it is not of this person
    :raises Refusal: if it would go on without somebody who is on it: out of reach by now, or deleted
    """
    handoff = _lock_own(acting, key, event)
    if handoff.version != version:
        raise TakenMeanwhile(Say("refusal.handoff_changed"))
    lines = list(HandoffPatient.objects.filter(handoff=handoff).order_by("patient_id"))
    if event in (HandoffEvent.OFFER, HandoffEvent.ACCEPT) and len(lines) != handoff.patient_count:
        raise Refusal(Say("refusal.handoff_not_all"))
    name_in_line([line.patient_id for line in lines])
    return handoff, lines


def _lock_own(acting: Acting, key: UUID, event: HandoffEvent) -> Handoff:
    whose = {"giver_id": acting.person_id} if event in OF_GIVER else {"receiver_id": acting.person_id}
    assert event in (*OF_GIVER, *OF_RECEIVER)
    handoff: Handoff | None = Handoff.objects.select_for_update(of=("self",)).filter(pk=key, **whose).first()
    if handoff is None:
        raise NotFound
    # Refused before anything is written: what is over stays as it is.
    next_handoff(HandoffState(handoff.state), event)
    return handoff


def _move(acting: Acting, handoff: Handoff, event: HandoffEvent) -> HandoffState:
    state = next_handoff(HandoffState(handoff.state), event)
    handoff.state, handoff.state_since, handoff.version = str(state), acting.at, handoff.version + 1
    if state not in (HandoffState.DRAFT, *WAITING):
        handoff.ended_at = acting.at
    handoff.save()
    _write_step(acting, handoff, str(event))
    return state


def _write_step(acting: Acting, handoff: Handoff, event: str) -> None:
    HandoffStep(
        handoff=handoff, version=handoff.version, at=acting.at, person_id=acting.person_id, event=event,
        to_state=handoff.state,
    ).save(force_insert=True)  # fmt: skip
