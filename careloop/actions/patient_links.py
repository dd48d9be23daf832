"""Links for patients are given, ended, and opened with a birth date. What is done with one: ``actions/portal.py``."""

import hashlib
import secrets
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Label, Relation, Right, Role
from careloop.facts.consents import ConsentPurpose, Road, Topic
from careloop.facts.disclosures import Basis, What
from careloop.facts.messages import Field
from careloop.facts.outbox import UNDO_SECONDS, OutgoingDraft, Stopped
from careloop.facts.portal import (
    LINK_ROADS,
    TRIES,
    GivenLink,
    LinkDraft,
    LinkPurpose,
    LinkState,
    LinkStep,
    Opened,
)
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import LoopKind, Severity
from careloop.guard.context import enter
from careloop.guard.doors import action, creating, unattended
from careloop.guard.links import lock_hearing
from careloop.records.models import (
    Booking,
    CircleMember,
    Disclosure,
    Loop,
    Message,
    Patient,
    PatientLink,
    PatientLinkStep,
)
from careloop.rules.access import has_right
from careloop.rules.portal import COMING, expect_draft, find_end, state_of
from careloop.worklist.grants import end_grants
from careloop.worklist.link_rows import expect_openable, save_link
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.outbox import queue_message, withdraw_where
from careloop.worklist.pages import note_seen
from careloop.worklist.sent_links import LINK_SITUATION, hash_token, message_key, token_of

# 256 bits: nobody guesses one.
TOKEN_BYTES = 32
# A link that was not sent by then is not what was meant any more.
GOOD_FOR = timedelta(days=3)


@creating(needs=Right.LINK_GIVE, about=Patient)
def give_link(acting: Acting, patient: Patient, draft: LinkDraft) -> GivenLink:
    """Make a link that opens one thing for this patient, or for a person of the circle; its token is shown once.

    Whoever uses it acts as an actor of its own, who reaches this patient until the link ends and nobody else. A
    question opens a loop that waits for the answer.

    :raises Refusal: if it says too little, nothing may be shown by link, or the patient did not agree
    """
    return _make(acting, patient, draft)


@creating(needs=Right.LINK_GIVE, about=Patient)
def send_link(acting: Acting, patient: Patient, draft: LinkDraft, *, road: Road, address: str) -> UUID:
    """Make a link and write the message that carries it on its way; return its thread.

    ``address`` is that of the page, with ``LINK_MARK`` where the token goes. The message is kept with that mark: its
    token is made when it is handed to the channel, from the clinic's own key, and only its hash lies in the database.

    :raises Refusal: as for ``give_link``, or if the message may not go: then there is no link either
    :raises NotFound: if this person may write to nobody
    """
    if not has_right(acting, Right.MESSAGE_WRITE) or road not in LINK_ROADS:
        raise NotFound
    given = _make(acting, patient, draft, is_sent=True)
    made = queue_message(
        acting,
        OutgoingDraft(
            patient_id=patient.pk, member_id=draft.member_id, topic=Topic.VISITS, road=road, situation=LINK_SITUATION,
            values={Field.LINK: address}, not_before=acting.at, good_until=min(given.until, acting.at + GOOD_FOR),
            key=message_key(given.link_id), undo_seconds=UNDO_SECONDS, labels=Label(int(patient.label_mask)),
        ),
    )  # fmt: skip
    return UUID(str(Message.objects.filter(pk=made).values_list("thread_id", flat=True).get()))


@action(needs=Right.LINK_GIVE, about=Patient)
def end_link(acting: Acting, patient: Patient, *, link_id: UUID) -> None:
    """End a link: from the end of this it opens nothing, in any browser. Ended again, nothing more happens.

    :raises NotFound: if this patient has no such link
    """
    rows = PatientLink.objects.filter(pk=link_id, patient=patient)
    link = rows.select_for_update(of=("self",), no_key=True).first()
    if link is None:
        raise NotFound
    if link.ended_at is None:
        link.ended_at, link.ended_by_id = acting.at, acting.person_id
        link.save()
        _close_reach(acting, link)
        withdraw_where(acting, {"key": message_key(link.pk)}, Stopped.BY_PERSON)
        _note(acting, link, LinkStep.ENDED, acting.person_id)


@unattended(needs=Right.LINK_OPEN)
def open_link(acting: Acting, *, token: str, birth_on: date | None) -> Opened | None:
    """Try a token with a birth date; say who acts with it from now on, or nothing: never why.

    A wrong date is counted; after five the link is locked and the coordinator has a task to call. None for a token
    that nobody has: it leaves no line in the log.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT link_id, patient_id FROM link_by_token(%s)", [hash_token(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    enter(patients=[row[1]])
    # Whoever tries the same link at the same moment waits: five tries are five.
    link = PatientLink.objects.select_for_update(of=("self",), no_key=True).get(pk=row[0])
    patient = Patient.objects.get(pk=row[1])
    state = state_of(ended_at=link.ended_at, locked_at=link.locked_at, expires_at=link.expires_at, at=acting.at)
    if state is not LinkState.LIVE or patient.is_dead:
        return Opened()
    if birth_on is None or patient.birth_on != birth_on:
        _count_wrong(acting, link, patient)
        return Opened()
    is_message = link.purpose == LinkPurpose.MESSAGE
    if not is_message and link.member is not None and not _tell(acting, link, link.member):
        return Opened()
    link.uses, link.used_at = link.uses + 1, acting.at
    link.save()
    _note(acting, link, LinkStep.OPENED, link.person_id)
    if is_message:
        note_seen(acting, link)
    return Opened(link.pk, link.person_id, Role.PATIENT if link.member_id is None else Role.PROXY)


def _make(acting: Acting, patient: Patient, draft: LinkDraft, *, is_sent: bool = False) -> GivenLink:
    draft = LinkDraft(draft.purpose, draft.days, draft.booking_id, clean_words(draft.question), draft.answer_form,
                      draft.member_id)  # fmt: skip
    expect_draft(draft)
    expect_openable(patient, int(patient.label_mask), role := Role.PROXY if draft.member_id else Role.PATIENT)
    booking = _coming(acting, patient, draft.booking_id) if draft.booking_id else None
    labels = int(patient.label_mask | (booking.label_mask if booking else 0))
    expect_openable(patient, labels, role)
    if draft.member_id:
        _expect_agreed(acting, patient, draft.member_id, draft.purpose, labels)
    until = find_end(draft, acting.at, booking.ends_at if booking else None)
    key = new_id(acting.at)
    token = token_of(key) if is_sent else secrets.token_urlsafe(TOKEN_BYTES)
    is_question = draft.purpose is LinkPurpose.QUESTION
    link = save_link(
        acting,
        patient,
        labels,
        key=key,
        token_hash=hash_token(token),
        purpose=draft.purpose,
        until=until,
        member_id=draft.member_id,
        booking=booking,
        loop=_wait_for_answer(acting, patient, draft.question, labels) if is_question else None,
        question=draft.question if is_question else "",
        answer_form=str(draft.answer_form) if is_question else "",
    )
    return GivenLink(link.pk, token, until)


def _coming(acting: Acting, patient: Patient, booking_id: UUID) -> Booking:
    row: Booking | None = Booking.objects.filter(pk=booking_id, patient=patient).first()
    if row is None:
        raise NotFound
    if BookingState(row.state) not in COMING or row.starts_at <= acting.at:
        raise Refusal(Say("refusal.link_visit_over"))
    return row


def _expect_agreed(acting: Acting, patient: Patient, member_id: UUID, purpose: LinkPurpose, labels: int) -> None:
    if not CircleMember.objects.filter(pk=member_id, patient=patient, ended_at=None).exists():
        raise NotFound
    if lock_hearing(acting, member_id, purpose, labels) is None:
        raise Refusal(Say("refusal.link_member"))


def _wait_for_answer(acting: Acting, patient: Patient, question: str, labels: int) -> Loop:
    draft = Draft(
        kind=LoopKind.TASK,
        patient_id=patient.pk,
        unit_id=patient.unit_id,
        label_mask=labels,
        title=Say("link.question_title", words=question),
        because=(Say("link.question_sent"),),
        if_waits=Say("link.question_waits"),
        step=Say("step.link_wait"),
        severity=Severity.MODERATE,
        owner_id=acting.person_id,
    )
    return open_loop(acting, draft, zone=patient.zone)


def _count_wrong(acting: Acting, link: PatientLink, patient: Patient) -> None:
    link.tries += 1
    is_last = link.tries >= TRIES
    if is_last:
        link.locked_at = acting.at
    link.save()
    if not is_last:
        _note(acting, link, LinkStep.WRONG, acting.person_id)
        return
    _close_reach(acting, link)
    draft = Draft(
        kind=LoopKind.TASK,
        patient_id=patient.pk,
        unit_id=patient.unit_id,
        label_mask=link.label_mask,
        title=Say("link.locked_title"),
        because=(Say("link.locked_because", count=TRIES),),
        if_waits=Say("link.locked_waits"),
        step=Say("step.link_call"),
        severity=Severity.MODERATE,
        owner_id=primary_coordinators(acting, [patient.pk]).get(patient.pk),
    )
    _note(acting, link, LinkStep.LOCKED, acting.person_id, open_loop(acting, draft, zone=patient.zone))


def _tell(acting: Acting, link: PatientLink, member: CircleMember) -> bool:
    """Keep in the ledger that a person of the circle is shown a page, by the consent that holds; False without one."""
    purpose = LinkPurpose(link.purpose)
    consent = lock_hearing(acting, member.pk, purpose, link.label_mask)
    if consent is None or member.ended_at is not None:
        return False
    words = f"link: {purpose}"
    Disclosure(
        **_of(link.patient, link.label_mask), at=acting.at, person_id=link.made_by_id, what=str(What.TOLD),
        recipient=member.name, reason=str(ConsentPurpose.CARE), sha256=hashlib.sha256(words.encode()).digest(),
        counts={}, basis=str(Basis.CONSENT), member_id=member.pk, consent_id=consent, topic=str(Topic.VISITS),
        purpose=str(ConsentPurpose.CARE), road=str(Road.PORTAL), words=words,
    ).save(force_insert=True)  # fmt: skip
    return True


def _close_reach(acting: Acting, link: PatientLink) -> None:
    """Close what the actor of a link reaches: row security itself shows it nothing from the end of this on."""
    through = Relation.SELF if link.member_id is None else Relation.PROXY
    end_grants(acting, link.person_id, link.patient_id, str(through))


def _note(acting: Acting, link: PatientLink, step: LinkStep, person_id: UUID, loop: Loop | None = None) -> None:
    PatientLinkStep(
        patient_id=link.patient_id, unit_id=link.unit_id, label_mask=link.label_mask, link=link, at=acting.at,
        person_id=person_id, step=str(step), loop=loop,
    ).save(force_insert=True)  # fmt: skip


def _of(patient: Patient, labels: int) -> dict[str, object]:
    return {"patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": labels}
