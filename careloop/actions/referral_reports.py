"""Reports of specialists: matched by strong evidence or put up for review, read by who asked, told to the patient."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from careloop.actions.report_filing import (
    Place,
    attach_report,
    keep_stray,
    put_document_back,
    was_taken_out,
    weigh,
    write_report,
)
from careloop.basics.notes import clean_words, must_say
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.documents import MAX_FILE_BYTES, MediaType
from careloop.facts.misfiled import UNASKED
from careloop.facts.referrals import Claimed, ReferralEvent, ReferralState, StrayState, Told
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity
from careloop.formats.media import find_media_type
from careloop.guard.doors import action
from careloop.records.models import DocumentOut, Loop, Patient, Referral, ReferralReport, StrayReport
from careloop.rules.referrals import expect_report_explained
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.referrals import Move, expect_version, move_referral
from careloop.worklist.settle import Change, change

TITLE_LONGEST = 200
RECOMMENDATIONS = 10


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def take_report(
    acting: Acting, referral: Referral, *, version: int, content: bytes, title: str, claimed: Claimed, note: str = ""
) -> bool:
    """Take a report in for a referral; tell whether it is this patient's by strong evidence.

    ``claimed`` is what the report itself says, ``note`` what it is where nobody waits for one: the referral was not
    sent, needs information or was declined. Without strong evidence it goes to review and into nobody's record, and so
    does one that was taken out of this record before.

    :raises Refusal: if the file is empty, too large or of a kind that is not taken, or nothing is said of whose it is,
        or of what it is where nobody waits for one
    """
    expect_version(referral, version)
    what = clean_words(note)
    expect_report_explained(ReferralState(referral.state), what)
    _expect_file(content)
    words = clean_words(title, longest=TITLE_LONGEST) or "Report"
    claimed = replace(claimed, name=must_say(claimed.name, longest=TITLE_LONGEST), number=claimed.number.strip())
    evidence = weigh(referral.patient_id, claimed)
    if not evidence.is_strong or was_taken_out(referral.patient_id, content):
        keep_stray(acting, referral.unit_id, content, words, claimed, came_for=referral.to_name)
        return False
    document = write_report(acting, referral, content, words)
    attach_report(acting, referral, document, evidence, what)
    return True


@action(needs=Right.REFERRAL_WRITE, about=StrayReport)
def match_stray(acting: Acting, stray: StrayReport, *, version: int, referral_id: UUID, reason: str) -> None:
    """Say whose report it is that came: it answers this referral, and goes into that patient's record.

    :raises Refusal: if no reason is given, or what the report says of itself speaks against it
    """
    _expect_waiting(stray, version)
    words = must_say(reason)
    rows = Referral.objects.filter(pk=referral_id, unit_id=stray.unit_id)
    referral: Referral | None = rows.select_for_update(of=("self",), no_key=True).first()
    if referral is None:
        raise NotFound
    claimed = Claimed(stray.claimed_name, stray.claimed_birth_on, stray.claimed_number)
    evidence = weigh(referral.patient_id, claimed)
    if evidence.differs:
        raise Refusal(Say("refusal.report_differs"))
    put_document_back(referral.patient_id, bytes(stray.sha256))
    document = write_report(acting, referral, bytes(stray.content), stray.title)
    attach_report(acting, referral, document, replace(evidence, agrees=(*evidence.agrees, "person")), words)
    stray.state, stray.patient_id, stray.document_id = str(StrayState.MATCHED), referral.patient_id, document
    stray.content, stray.words, stray.reason = b"", "", words
    _decide(acting, stray, Say("event.report_matched"), words)


@action(needs=Right.REFERRAL_WRITE, about=StrayReport)
def file_stray(acting: Acting, stray: StrayReport, *, version: int, patient_id: UUID, reason: str) -> None:
    """Say whose report it is that came where no referral of theirs asked for it; a loop has a clinician read it.

    It goes back to a record that it was taken out of if nothing speaks against it.

    :raises Refusal: if no reason is given, or what the report says of itself is not strongly this patient's
    """
    _expect_waiting(stray, version)
    words = must_say(reason)
    patient: Patient | None = Patient.objects.filter(pk=patient_id, unit_id=stray.unit_id).first()
    if patient is None:
        raise NotFound
    evidence = weigh(patient.pk, Claimed(stray.claimed_name, stray.claimed_birth_on, stray.claimed_number))
    # Nobody here had asked for it, so its own words must show whose it is, unless it goes back to where it was.
    goes_back = DocumentOut.objects.filter(stray=stray, patient=patient).exists() and not evidence.differs
    if not evidence.is_strong and not goes_back:
        raise Refusal(Say("refusal.report_not_strong"))
    put_document_back(patient.pk, bytes(stray.sha256))
    place = Place(patient.pk, patient.unit_id, patient.label_mask)
    document = write_report(acting, place, bytes(stray.content), stray.title)
    if not patient.is_dead:
        _ask_to_read(acting, patient, stray)
    stray.state, stray.patient_id, stray.document_id = str(StrayState.MATCHED), patient.pk, document
    stray.content, stray.words, stray.reason = b"", "", words
    _decide(acting, stray, Say("event.report_filed"), words)


@action(needs=Right.REFERRAL_WRITE, about=StrayReport)
def set_stray_aside(acting: Acting, stray: StrayReport, *, version: int, reason: str) -> None:
    """Say that the report is nobody's here, and what was done with it: the sender was told, or it went back.

    :raises Refusal: if nothing is said
    """
    _expect_waiting(stray, version)
    stray.reason, stray.state = must_say(reason), str(StrayState.SET_ASIDE)
    _decide(acting, stray, Say("event.report_set_aside"), stray.reason)


@action(needs=Right.REFERRAL_SIGN, about=Referral)
def read_report(
    acting: Acting, referral: Referral, *, version: int, recommendations: Sequence[str] = (), note: str = ""
) -> int:
    """Note that the clinician who asked has read the report; each recommendation becomes a loop of its own.

    :raises Refusal: if somebody else reads it without saying why in their place, or there are too many
    """
    expect_version(referral, version)
    if referral.asked_by_id != acting.person_id and not clean_words(note):
        raise Refusal(Say("refusal.report_read_for"))
    wanted = [words for one in recommendations if (words := " ".join(clean_words(one).split()))]
    if len(wanted) > RECOMMENDATIONS or any(len(one) > TITLE_LONGEST for one in wanted):
        raise Refusal(Say("refusal.recommendations", count=RECOMMENDATIONS))
    rows = ReferralReport.objects.filter(referral=referral, read_by=None, taken_out_at=None)
    rows.update(read_by_id=acting.person_id, read_at=acting.at)
    for words in wanted:
        _open_recommendation(acting, referral, words)
    columns = {"read_by_id": acting.person_id, "read_at": acting.at}
    said = Say("event.report_read", count=len(wanted))
    return move_referral(acting, referral, Move(ReferralEvent.READ, said, clean_words(note), columns))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def tell_patient(acting: Acting, referral: Referral, *, version: int, how: Told, words: str, teach_back: str) -> int:
    """Note that the patient was told in plain words what came of it, and how they said it back; this closes it.

    :raises Refusal: if what was said, or what the patient said back, is missing
    """
    expect_version(referral, version)
    back = (
        clean_words(teach_back)
        if how is Told.LETTER
        else must_say(teach_back, missing=Say("refusal.teach_back_missing"))
    )
    columns = {"told_by_id": acting.person_id, "told_at": acting.at, "told_how": str(how), "teach_back": back}
    move = Move(ReferralEvent.TELL, Say("event.referral_told"), must_say(words), columns)
    return move_referral(acting, referral, move)


def _expect_file(content: bytes) -> None:
    if len(content) > MAX_FILE_BYTES:
        raise Refusal(Say("refusal.document_too_large", megabytes=MAX_FILE_BYTES >> 20))
    if not content:
        raise Refusal(Say("refusal.document_empty"))
    if find_media_type(content) is MediaType.OTHER:
        raise Refusal(Say("refusal.document_kind"))


def _expect_waiting(stray: StrayReport, version: int) -> None:
    if stray.version != version or stray.state != StrayState.WAITING:
        raise TakenMeanwhile(Say("refusal.referral_changed"))


def _decide(acting: Acting, stray: StrayReport, said: Say, words: str) -> None:
    stray.decided_by_id, stray.decided_at, stray.version = acting.person_id, acting.at, stray.version + 1
    stray.save()
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).get(pk=stray.loop_id)
    change(acting, loop, Change(Event.FINISH, said, note=words, outcome=Outcome.DONE))


def _ask_to_read(acting: Acting, patient: Patient, stray: StrayReport) -> None:
    """Open the loop that asks for a clinician to read what came without a question, and for the patient to be told."""
    open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("misfiled.unasked_title"),
            because=(Say("misfiled.unasked_because"),),
            if_waits=Say("misfiled.unasked_if_waits"),
            step=Say("step.unasked_report"),
            severity=Severity.HIGH,
            owner_id=primary_coordinators(acting, [patient.pk]).get(patient.pk),
            queue_id=patient.unit_id,
            check_name=UNASKED,
            finding_key=str(stray.pk),
        ),
        zone=patient.zone,
    )


def _open_recommendation(acting: Acting, referral: Referral, words: str) -> None:
    patient = Patient.objects.get(pk=referral.patient_id)
    owner = primary_coordinators(acting, [patient.pk]).get(patient.pk)
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=referral.label_mask,
            title=Say("text.free", text=words),
            because=(Say("referral.recommended", name=referral.to_name),),
            if_waits=Say("referral.recommended_if_waits"),
            step=Say("step.do_task"),
            severity=Severity.MODERATE,
            owner_id=owner,
            queue_id=patient.unit_id,
        ),
        zone=patient.zone,
    )
