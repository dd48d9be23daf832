"""Whether two records are of one person: said by one, agreed to by another, and taken apart again by two.

Nothing of either record is rewritten: a link is a row of its own, and its end brings back what was before.
"""

from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.matching import SAME_PERSON, TAKE_APART
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.guard.context import name_in_line
from careloop.guard.doors import action, load_beside
from careloop.records.models import Loop, Patient, PersonLink, Recheck
from careloop.worklist.death import follow_deaths
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change, expect_version

LIMIT = 4000


@action(needs=Right.INTAKE_REVIEW, about=Loop)
def say_same(acting: Acting, loop: Loop, *, version: int, keep: UUID, reason: str) -> int:
    """Say that both records are of one person, and which goes on; a second person must agree.

    :raises Refusal: if somebody said so already, no reason is given, or ``keep`` is none of the two
    """
    one, other = _both(acting, loop, version)
    if keep not in (one.pk, other.pk):
        raise Refusal(Say("refusal.same_keep"))
    words = _words(reason)
    goes_on, ends = (one, other) if keep == one.pk else (other, one)
    survivor, merged = _root(acting, goes_on), _root(acting, ends)
    if survivor.pk == merged.pk:
        return _close(acting, loop, Say("event.same_already"), words)
    if (asked := _wish(survivor, merged)) is not None:
        mine = asked.asked_by_id == acting.person_id
        raise Refusal(Say("refusal.same_second_person") if mine else Say("refusal.same_asked_already"))
    PersonLink(
        patient=merged,
        unit_id=merged.unit_id,
        label_mask=merged.label_mask,
        survivor=survivor,
        survivor_unit_id=survivor.unit_id,
        reason=words,
        asked_by_id=acting.person_id,
        asked_at=acting.at,
    ).save(force_insert=True)
    columns: dict[str, object] = {
        "owner_id": None,
        "queue_id": loop.unit_id,
        "last_contact": "",
        "snoozed_until": None,
        "base_step": Say("step.confirm_same").as_stored(),
    }
    return change(acting, loop, Change(Event.HAND_OFF, Say("event.said_same"), note=words, columns=columns))


@action(needs=Right.INTAKE_REVIEW, about=Loop)
def confirm_same(acting: Acting, loop: Loop, *, version: int) -> int:
    """Agree that both records are of one person: from now on they are read as one.

    If one of them tells of a death, what is open about the other is closed.

    :raises Refusal: if nobody said so yet, or the one who agrees is the one who said so
    """
    one, other = _both(acting, loop, version)
    wish = _wish(_root(acting, one), _root(acting, other))
    if wish is None:
        raise Refusal(Say("refusal.same_not_asked"))
    if wish.asked_by_id == acting.person_id:
        raise Refusal(Say("refusal.same_second_person"))
    wish.approved_by_id, wish.linked_at = acting.person_id, acting.at
    wish.save()
    version = _close(acting, loop, Say("event.confirmed_same"), "")
    _look_again(acting, wish)
    return version


@action(needs=Right.INTAKE_REVIEW, about=Loop)
def say_different(acting: Acting, loop: Loop, *, version: int, reason: str) -> int:
    """Say that the records are of two people; it is not asked again unless what the records say changes."""
    one, other = _both(acting, loop, version)
    words = _words(reason)
    wish = _wish(_root(acting, one), _root(acting, other))
    if wish is not None:
        wish.ended_by_id, wish.ended_at, wish.apart_reason = acting.person_id, acting.at, words
        wish.save()
    return _close(acting, loop, Say("event.said_different"), words)


@action(needs=Right.INTAKE_REVIEW, about=Patient)
def take_apart(acting: Acting, patient: Patient, *, reason: str) -> bool:
    """Say that this record is not of the person it goes on in; the second person who says so ends the link.

    Returns whether the link has ended: each record then stands as it stood before, also in what a death closed that
    the other one tells of.

    :raises Refusal: if the record is not linked, no reason is given, or the same person says it twice
    """
    link = _link_of(acting, patient)
    words = _words(reason)
    if link.apart_asked_by_id is None:
        link.apart_asked_by_id, link.apart_asked_at, link.apart_reason = acting.person_id, acting.at, words
        link.save()
        _ask_apart(acting, patient, link, words)
        return False
    if link.apart_asked_by_id == acting.person_id:
        raise Refusal(Say("refusal.same_second_person"))
    link.ended_by_id, link.ended_at = acting.person_id, acting.at
    link.save()
    _look_again(acting, link)
    _close_apart(acting, patient, Say("event.taken_apart"), words)
    return True


@action(needs=Right.INTAKE_REVIEW, about=Patient)
def keep_together(acting: Acting, patient: Patient, *, reason: str) -> None:
    """Say that a link stays which somebody wanted to take apart.

    :raises Refusal: if the record is not linked, nobody asked, or no reason is given
    """
    link = _link_of(acting, patient)
    if link.apart_asked_by_id is None:
        raise Refusal(Say("refusal.not_linked"))
    words = _words(reason)
    link.apart_asked_by_id, link.apart_asked_at, link.apart_reason = None, None, ""
    link.save()
    _close_apart(acting, patient, Say("event.kept_together"), words)


def _both(acting: Acting, loop: Loop, version: int) -> tuple[Patient, Patient]:
    """Return both records of a question: whoever answers reaches both."""
    if loop.check_name != SAME_PERSON or loop.patient_id is None:
        raise NotFound
    expect_version(loop, version)
    if loop.state == State.CLOSED:
        raise Refusal(Say("refusal.move.closed"))
    one, other = (load_beside(acting, Right.INTAKE_REVIEW, key) for key in (loop.patient_id, UUID(loop.finding_key)))
    return one, other


def _root(acting: Acting, patient: Patient) -> Patient:
    """Return the record in which a person goes on; whoever links reaches that one too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT root FROM linked_records(%s) LIMIT 1", [[patient.pk]])
        root = cursor.fetchone()[0]
    return patient if root == patient.pk else load_beside(acting, Right.INTAKE_REVIEW, root)


def _wish(one: Patient, other: Patient) -> PersonLink | None:
    """Return what somebody said about two people's records (those in which they go on) and nobody agreed to yet."""
    keys = [one.pk, other.pk]
    rows = PersonLink.objects.filter(linked_at=None, ended_at=None, patient_id__in=keys, survivor_id__in=keys)
    found: PersonLink | None = rows.select_for_update(of=("self",)).first()
    return found


def _link_of(acting: Acting, patient: Patient) -> PersonLink:
    rows = PersonLink.objects.filter(patient=patient, linked_at__isnull=False, ended_at=None)
    link: PersonLink | None = rows.select_for_update(of=("self",)).first()
    if link is None:
        raise Refusal(Say("refusal.not_linked"))
    load_beside(acting, Right.INTAKE_REVIEW, link.survivor_id)
    return link


def _look_again(acting: Acting, link: PersonLink) -> None:
    """Have the checks look at both records: whose facts speak for whom has changed, and whose death.

    What a death is about is closed or brought back at once as far as this person reaches; the worker does the rest.
    """
    ids = [link.patient_id, link.survivor_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT id FROM linked_records(%s) WHERE may_open", [ids])
        reached = sorted(row[0] for row in cursor.fetchall())
    # Whoever checks these people ends first, as when a death comes in.
    list(Recheck.objects.filter(patient_id__in=reached).select_for_update().order_by("pk").values_list("pk"))
    Recheck.objects.filter(patient_id__in=ids).update(due_at=acting.at, changed_at=acting.at, attempts=0)
    if follow_deaths(acting, reached):
        name_in_line(reached)


def _ask_apart(acting: Acting, patient: Patient, link: PersonLink, words: str) -> None:
    if patient.is_dead:
        return
    open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("review.take_apart"),
            because=(Say("review.apart_because"),),
            if_waits=Say("review.apart_if_waits"),
            step=Say("step.answer_apart"),
            severity=Severity.HIGH,
            queue_id=patient.unit_id,
            check_name=TAKE_APART,
            finding_key=str(link.survivor_id),
            note=words,
        ),
    )


def _close_apart(acting: Acting, patient: Patient, said: Say, words: str) -> None:
    rows = Loop.objects.filter(patient=patient, check_name=TAKE_APART).exclude(state=str(State.CLOSED))
    for loop in rows.select_for_update(of=("self",)):
        _close(acting, loop, said, words)


def _close(acting: Acting, loop: Loop, said: Say, words: str) -> int:
    return change(acting, loop, Change(Event.ENDED_BY_FACTS, said, note=words, outcome=Outcome.DONE))


def _words(reason: str) -> str:
    words = reason.replace("\x00", "").strip()
    if not words:
        raise Refusal(Say("refusal.reason_missing"))
    if len(words) > LIMIT:
        raise Refusal(Say("refusal.note_too_long", count=LIMIT))
    return words
