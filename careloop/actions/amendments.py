"""Requests to amend a record: noted with their last day, given more time once, answered, disagreed with."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.facts.access import Acting, Right
from careloop.facts.amendments import AmendmentState, AmendmentStep, DenialBasis
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.guard.doors import action, creating
from careloop.records.models import Amendment, AmendmentEvent, Loop, Patient, Person, Resource
from careloop.rules.amendments import SOURCE, Standing, extended_due_on, first_due_on, next_state
from careloop.rules.worklist import end_of
from careloop.worklist.findings import source_as_stored
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change, zone_of

WORDS_LIMIT = 4000
SHOWN = 200
# All that a step can change: what was asked stays as it was asked.
CHANGING = (
    "due_on", "extended_because", "state", "basis", "answer", "decided_by", "decided_at", "disagreement", "version",
)  # fmt: skip


@creating(needs=Right.AMENDMENT_WRITE, about=Patient)
def ask_amendment(
    acting: Acting,
    patient: Patient,
    *,
    asked_by: str,
    asked_on: date,
    wrong: str,
    should_say: str,
    resource_id: UUID | None = None,
) -> UUID:
    """Note a request to amend, with the day on which it was received, and open its loop for the one who noted it.

    :raises Refusal: if words are missing or the day lies ahead
    :raises NotFound: if the entry is not in this record
    """
    who, said, wanted = _words(asked_by, SHOWN), _words(wrong), _words(should_say)
    if asked_on > acting.at.astimezone(ZoneInfo(patient.zone)).date():
        raise Refusal(Say("refusal.amendment_day"))
    labels = patient.label_mask
    if resource_id is not None:
        entry = Resource.objects.filter(pk=resource_id, patient=patient).first()
        if entry is None:
            raise NotFound
        labels |= entry.label_mask
    due_on = first_due_on(asked_on, load_clocks())
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=labels,
            title=Say("amendment.title"),
            because=(Say("amendment.because", day=asked_on), Say("amendment.wrong", text=said[:SHOWN])),
            if_waits=Say("amendment.if_waits"),
            step=Say("step.answer_amendment"),
            severity=Severity.MODERATE,
            due_at=end_of(due_on, patient.zone),
            owner_id=acting.person_id,
            source=source_as_stored(SOURCE),
            evidence=(resource_id,) if resource_id else (),
        ),
    )
    request = Amendment(
        id=new_id(acting.at), patient=patient, unit_id=patient.unit_id, label_mask=labels, loop=loop,
        resource_id=resource_id, asked_by=who, asked_on=asked_on, wrong=said, should_say=wanted, due_on=due_on,
        made_at=acting.at,
    )  # fmt: skip
    request.save(force_insert=True)
    _note(acting, request, AmendmentStep.ASKED, "")
    return UUID(str(request.pk))


@action(needs=Right.AMENDMENT_DECIDE, about=Amendment)
def extend_amendment(acting: Acting, request: Amendment, *, version: int, reason: str) -> date:
    """Take thirty more days, once, with the reason; return the new last day.

    :raises Refusal: if it was extended before, the time is over, or no reason is given
    """
    standing = _expect(request, version)
    loop = _lock_loop(request)
    because = _words(reason)
    next_state(standing, AmendmentStep.EXTENDED, _today(acting, loop))
    request.due_on = extended_due_on(standing, request.asked_on, load_clocks())
    request.extended_because = because
    _save(acting, request, AmendmentStep.EXTENDED, because)
    columns: dict[str, object] = {"due_at": end_of(request.due_on, zone_of(loop))}
    said = Say("event.amendment_extended", day=request.due_on)
    change(acting, loop, Change(Event.FACTS_CHANGED, said, note=because, columns=columns))
    return date.fromisoformat(str(request.due_on))


@action(needs=Right.AMENDMENT_DECIDE, about=Amendment)
def accept_amendment(acting: Acting, request: Amendment, *, version: int, answer: str) -> None:
    """Accept the request, saying what was changed and who was told; its loop is done.

    :raises Refusal: if it was answered before or the answer is empty
    """
    _decide(acting, request, version, AmendmentStep.ACCEPTED, answer)


@action(needs=Right.AMENDMENT_DECIDE, about=Amendment)
def deny_amendment(acting: Acting, request: Amendment, *, version: int, basis: DenialBasis, answer: str) -> None:
    """Deny the request on one of the grounds of the rule, with the reason in plain words; its loop is done.

    :raises Refusal: if it was answered before or the reason is empty
    """
    request.basis = str(basis)
    _decide(acting, request, version, AmendmentStep.DENIED, answer)


@action(needs=Right.AMENDMENT_WRITE, about=Amendment)
def keep_disagreement(acting: Acting, request: Amendment, *, version: int, words: str) -> None:
    """Keep the patient's statement of disagreement beside a denial, once, as it was written.

    :raises Refusal: if the request was not denied, has a statement, or the words are missing
    """
    standing = _expect(request, version)
    request.disagreement = _words(words)
    next_state(standing, AmendmentStep.DISAGREED, request.due_on)
    _save(acting, request, AmendmentStep.DISAGREED, request.disagreement)


def _decide(acting: Acting, request: Amendment, version: int, step: AmendmentStep, answer: str) -> None:
    standing = _expect(request, version)
    loop = _lock_loop(request)
    request.answer = _words(answer)
    request.state = str(next_state(standing, step, _today(acting, loop)))
    request.decided_by, request.decided_at = acting.person_id, acting.at
    _save(acting, request, step, request.answer)
    # A loop of somebody who died was closed by the death.
    if loop.state != State.CLOSED:
        said = Say(f"event.amendment.{step}")
        change(acting, loop, Change(Event.FINISH, said, note=request.answer, outcome=Outcome.DONE))


def _expect(request: Amendment, version: int) -> Standing:
    """Return where the request stands; refuse if somebody changed it since this person looked."""
    if request.version != version:
        last = AmendmentEvent.objects.filter(amendment=request, version=request.version).first()
        who = Person.objects.filter(pk=last.person_id).first() if last else None
        raise TakenMeanwhile(Say("refusal.changed_meanwhile", who=who.name if who else ""))
    return Standing(
        AmendmentState(request.state), request.due_on, bool(request.extended_because), bool(request.disagreement)
    )


def _lock_loop(request: Amendment) -> Loop:
    loop: Loop = Loop.objects.select_for_update(of=("self",)).get(pk=request.loop_id)
    return loop


def _save(acting: Acting, request: Amendment, step: AmendmentStep, words: str) -> None:
    request.version += 1
    request.save(update_fields=CHANGING)
    _note(acting, request, step, words)


def _note(acting: Acting, request: Amendment, step: AmendmentStep, words: str) -> None:
    AmendmentEvent(
        amendment=request, patient_id=request.patient_id, unit_id=request.unit_id, label_mask=request.label_mask,
        version=request.version, at=acting.at, person_id=acting.person_id, event=str(step), words=words,
        due_on=request.due_on,
    ).save(force_insert=True)  # fmt: skip


def _today(acting: Acting, loop: Loop) -> date:
    return acting.at.astimezone(ZoneInfo(zone_of(loop))).date()


def _words(text: str, limit: int = WORDS_LIMIT) -> str:
    words = text.replace("\x00", "").strip()
    if not words or len(words) > limit:
        raise Refusal(Say("refusal.amendment_words", count=limit))
    return words
