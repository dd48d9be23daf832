"""Reports that were filed wrong find their way back: out of the record of another person, or to the right referral.

What a wrong report led to is named in a loop, and undone by people: nothing that was said is unsaid by itself.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from careloop.actions.report_filing import attach_report, keep_stray, weigh
from careloop.basics.ids import new_id
from careloop.basics.notes import must_say
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.misfiled import MISFILED, MISFILED_DOCUMENT, OTHER_PERSONS
from careloop.facts.referrals import Claimed, Evidence, ReferralEvent, ReferralState, StrayState, Told
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.formats.packet import read_packet
from careloop.guard.doors import action
from careloop.records.models import (
    Document,
    DocumentOut,
    DocumentSource,
    Loop,
    Patient,
    Referral,
    ReferralPacket,
    ReferralReport,
    ReferralStay,
    StrayReport,
)
from careloop.rules.referrals import stands_without
from careloop.worklist.misfiled import select_tasks
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.packets import find_newest_sending
from careloop.worklist.referrals import Move, day_of, expect_version, move_referral
from careloop.worklist.settle import Change, change
from careloop.worklist.visit_referrals import catch_up

TITLE_LONGEST = 200


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def take_report_out(
    acting: Acting, referral: Referral, *, version: int, report_id: UUID, claimed: Claimed, reason: str
) -> bool:
    """Take a report out that is another person's; tell whether a loop now asks to undo what came of it.

    It leaves this record at once and waits with the reports without a match. ``claimed`` is what the report says of
    itself.

    :raises Refusal: if no reason or name is given, or by its own words the report is this patient's
    """
    expect_version(referral, version)
    words = must_say(reason)
    claimed = replace(claimed, name=must_say(claimed.name, longest=TITLE_LONGEST), number=claimed.number.strip())
    if weigh(referral.patient_id, claimed).is_strong:
        raise Refusal(Say("refusal.report_is_theirs"))
    report = _find_report(referral, report_id)
    document = Document.objects.filter(pk=report.document_id).first()
    if document is None:
        raise Refusal(Say("refusal.report_labelled"))
    stray = _set_apart(acting, document, claimed, came_for=referral.to_name)
    is_asked = _leave(acting, referral, report, words, stray)
    # The same document may answer another question of this person: it is as wrong there.
    is_asked |= _leave_all(acting, document, words, stray)
    _hide(document)
    return is_asked


@action(needs=Right.REFERRAL_WRITE, about=Document)
def take_document_out(acting: Acting, document: Document, *, claimed: Claimed, reason: str) -> bool:
    """Take a document out that is another person's, whether or not it answers a referral.

    It leaves this record at once, and every referral of this person, and waits with the reports without a match. Return
    whether a loop now asks what came of it. ``claimed`` is what the document says of itself.

    :raises Refusal: if no reason or name is given, or by its own words the document is this patient's
    """
    words = must_say(reason)
    claimed = replace(claimed, name=must_say(claimed.name, longest=TITLE_LONGEST), number=claimed.number.strip())
    if weigh(document.patient_id, claimed).is_strong:
        raise Refusal(Say("refusal.report_is_theirs"))
    stray = _set_apart(acting, document, claimed, came_for="")
    is_report = ReferralReport.objects.filter(document_id=document.pk, taken_out_at=None).exists()
    is_asked = _leave_all(acting, document, words, stray)
    if not is_report:
        key = new_id(acting.at)
        out = DocumentOut(
            patient_id=document.patient_id, unit_id=document.unit_id, label_mask=document.label_mask,
            id=key, document=document, stray=stray, undo=_ask_what_came(acting, document, key),
            out_by_id=acting.person_id, out_at=acting.at, because=words,
        )  # fmt: skip
        out.save(force_insert=True)
        is_asked = out.undo_id is not None
    _hide(document)
    return is_asked


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def move_report(acting: Acting, referral: Referral, *, version: int, report_id: UUID, to: UUID, reason: str) -> int:
    """Say that a report answers another question about the same person; it is read anew there.

    :raises Refusal: if no reason is given, or the report stands there already
    """
    expect_version(referral, version)
    words = must_say(reason)
    report = _find_report(referral, report_id)
    rows = Referral.objects.filter(pk=to, patient_id=referral.patient_id).exclude(pk=referral.pk)
    right: Referral | None = rows.select_for_update(of=("self",), no_key=True).first()
    if right is None:
        raise NotFound
    evidence = Evidence(is_strong=True, agrees=tuple(dict.fromkeys((*report.evidence, "person"))), differs=())
    _leave(acting, referral, report, words, None)
    attach_report(acting, right, report.document_id, evidence, words)
    return int(referral.version)


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def take_task_back(
    acting: Acting, referral: Referral, *, version: int, report_id: UUID, loop_id: UUID, loop_version: int, reason: str
) -> int:
    """Close a task that came of a report which was another person's; return its loop's version.

    :raises Refusal: if no reason is given, or somebody changed the task meanwhile
    """
    expect_version(referral, version)
    words = must_say(reason)
    report = _find_misfiled(referral, report_id)
    rows = Loop.objects.filter(select_tasks([report]), pk=loop_id)
    loop = rows.select_for_update(of=("self",), no_key=True).first()
    if loop is None:
        raise NotFound
    if loop.version != loop_version or loop.state == State.CLOSED:
        raise TakenMeanwhile(Say("refusal.referral_changed"))
    taken = Change(Event.NOT_NEEDED, Say("event.misfiled_task"), note=words, outcome=Outcome.WITHDRAWN)
    return change(acting, loop, taken)


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def finish_undoing(
    acting: Acting, referral: Referral, *, version: int, report_id: UUID, words: str, how: Told | None,
    staying: Collection[UUID] = (),
) -> int:  # fmt: skip
    """Note that what came of a wrong report is undone: who was told, and which of its tasks stay all the same.

    ``how`` is how the patient heard that it was a mistake.

    :raises Refusal: if nothing is said, the patient who was told has not heard it, or a task is neither taken back nor
        said to stay
    """
    expect_version(referral, version)
    said = must_say(words)
    report = _find_misfiled(referral, report_id)
    if report.told_by_id is not None and how is None:
        raise Refusal(Say("refusal.misfiled_untold"))
    tasks = Loop.objects.filter(select_tasks([report])).exclude(state=str(State.CLOSED))
    if not set(tasks.values_list("pk", flat=True)) <= set(staying):
        raise Refusal(Say("refusal.misfiled_tasks"))
    loop = Loop.objects.select_for_update(of=("self",), no_key=True).filter(pk=report.undo_id).first()
    if loop is None:
        raise NotFound
    if loop.state == State.CLOSED:
        raise TakenMeanwhile(Say("refusal.referral_changed"))
    what = Say(f"event.misfiled_undone_{how}") if how else Say("event.misfiled_undone")
    return change(acting, loop, Change(Event.FINISH, what, note=said, outcome=Outcome.DONE))


def _set_apart(acting: Acting, document: Document, claimed: Claimed, *, came_for: str) -> StrayReport:
    """Return where a document waits for its own patient; it waits there once, however often it is taken out."""
    rows = StrayReport.objects.filter(unit_id=document.unit_id, sha256=document.sha256, state=str(StrayState.WAITING))
    waiting: StrayReport | None = rows.first()
    title = document.title or "Report"
    return waiting or keep_stray(
        acting, document.unit_id, bytes(document.content), title, claimed, came_for=came_for
    )  # fmt: skip


def _leave_all(acting: Acting, document: Document, reason: str, stray: StrayReport) -> bool:
    """Take a document from every referral that it answers; tell whether a loop asks to undo what came of it."""
    is_asked = False
    for report in ReferralReport.objects.filter(document_id=document.pk, taken_out_at=None).order_by("id"):
        place = Referral.objects.select_for_update(of=("self",), no_key=True).get(pk=report.referral_id)
        is_asked |= _leave(acting, place, report, reason, stray)
    return is_asked


def _hide(document: Document) -> None:
    """Hide a document from everybody: no list, page, packet or export has it any more."""
    with connection.cursor() as cursor:
        hash_of = bytes(document.sha256)
        cursor.execute("SELECT label_document(%s, %s, %s)", [document.patient_id, hash_of, OTHER_PERSONS])


def _find_report(referral: Referral, report_id: UUID) -> ReferralReport:
    report: ReferralReport | None = ReferralReport.objects.filter(
        pk=report_id, referral=referral, taken_out_at=None
    ).first()
    if report is None:
        raise NotFound
    return report


def _find_misfiled(referral: Referral, report_id: UUID) -> ReferralReport:
    rows = ReferralReport.objects.filter(pk=report_id, referral=referral, undo__isnull=False)
    report: ReferralReport | None = rows.first()
    if report is None:
        raise NotFound
    return report


def _leave(acting: Acting, referral: Referral, report: ReferralReport, reason: str, stray: StrayReport | None) -> bool:
    """Take a report from its referral; tell whether a loop asks to undo what came of it."""
    is_dead = Patient.objects.values_list("is_dead", flat=True).get(pk=referral.patient_id)
    if referral.told_by_id is not None and report.read_by_id is not None:
        report.told_by_id, report.told_at = referral.told_by_id, referral.told_at
    report.taken_out_by_id, report.taken_out_at, report.taken_out_because = acting.person_id, acting.at, reason
    report.stray = stray
    if stray is not None and not is_dead and (report.read_by_id or report.told_by_id):
        report.undo = _ask_to_undo(acting, referral, report)
    report.save()
    if not is_dead and not _is_asked_anew(referral):
        _stand_back(acting, referral, reason, stray)
    return report.undo_id is not None


def _is_asked_anew(referral: Referral) -> bool:
    """Tell whether a closed question is open in another referral: it is answered there, and this one stays closed."""
    same = Referral.objects.filter(
        patient_id=referral.patient_id, specialty=referral.specialty, question_key=referral.question_key
    )
    others = same.exclude(pk=referral.pk).exclude(state=str(ReferralState.CLOSED))
    return referral.state == ReferralState.CLOSED and bool(others.exists())


def _stand_back(acting: Acting, referral: Referral, reason: str, stray: StrayReport | None) -> None:
    """Put a referral where it stood before the report; the question is open again."""
    left = list(ReferralReport.objects.filter(referral=referral, taken_out_at=None).order_by("came_at", "id"))
    stays = ReferralStay.objects.filter(referral=referral).order_by("since", "id").values_list("state", flat=True)
    state = stands_without(
        [ReferralState(stay) for stay in stays],
        has_date=referral.starts_at is not None,
        left=len(left),
        unread=sum(one.read_by_id is None for one in left),
        sending=find_newest_sending(referral),
    )
    columns: dict[str, object] = {"told_by": None, "told_at": None, "told_how": "", "teach_back": ""}
    if state is not ReferralState.READ:
        columns |= {"read_by": None, "read_at": None}
    if not left and state is not ReferralState.SEEN:
        # That the patient was seen was only said by the report.
        columns["seen_on"] = None
    said = Say("event.report_misfiled") if stray is not None else Say("event.report_misplaced")
    move_referral(acting, referral, Move(ReferralEvent.TAKE_OUT, said, reason, columns, back_to=state))
    catch_up(acting, referral.loop_id)


def _ask_to_undo(acting: Acting, referral: Referral, report: ReferralReport) -> Loop:
    """Open the loop that names who read the report, who was told and what came of it."""
    patient = Patient.objects.get(pk=referral.patient_id)
    because = [Say("misfiled.came", name=referral.to_name, day=day_of(report.came_at, patient.zone))]
    for key, who, at in (("read", report.read_by, report.read_at), ("told", report.told_by, report.told_at)):
        if who is not None and at is not None:
            because.append(Say(f"misfiled.{key}", name=who.name, day=day_of(at, patient.zone)))
    tasks = Loop.objects.filter(select_tasks([report])).count()
    if tasks:
        because.append(Say("misfiled.tasks", count=tasks))
    because += _sent_on(report.patient_id, report.document_id, report.came_at)
    return open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=referral.label_mask,
            title=Say("misfiled.title"),
            because=tuple(because),
            if_waits=Say("misfiled.if_waits"),
            step=Say("step.misfiled"),
            severity=Severity.HIGH,
            owner_id=primary_coordinators(acting, [patient.pk]).get(patient.pk),
            queue_id=patient.unit_id,
            check_name=MISFILED,
            finding_key=str(report.pk),
        ),
        zone=patient.zone,
    )


def _ask_what_came(acting: Acting, document: Document, out_id: UUID) -> Loop | None:
    """Open the loop that asks who acted on a document which answered no referral; None if the patient has died."""
    patient = Patient.objects.get(pk=document.patient_id)
    if patient.is_dead:
        return None
    because = [Say("misfiled.document_came", day=day_of(document.added_at, patient.zone))]
    brought = DocumentSource.objects.filter(document=document, resource__isnull=False).select_related("resource")
    because += [Say("misfiled.document_from", source=row.resource.source) for row in brought.order_by("id")]
    because += _sent_on(document.patient_id, document.pk, document.added_at)
    return open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=document.label_mask,
            title=Say("misfiled.document_title"),
            because=tuple(because),
            if_waits=Say("misfiled.if_waits"),
            step=Say("step.misfiled_document"),
            severity=Severity.HIGH,
            owner_id=primary_coordinators(acting, [patient.pk]).get(patient.pk),
            queue_id=patient.unit_id,
            check_name=MISFILED_DOCUMENT,
            finding_key=str(out_id),
        ),
        zone=patient.zone,
    )


def _sent_on(patient_id: UUID, document_id: UUID, since: datetime) -> list[Say]:
    """Say to whom a document went along in a packet since it came."""
    rows = ReferralPacket.objects.filter(patient_id=patient_id, made_at__gte=since).order_by("made_at", "id")
    packets = [read_packet(bytes(row.manifest)) for row in rows.only("manifest")]
    names = [packet.to_name for packet in packets if document_id in {one.id for one in packet.documents}]
    return [Say("misfiled.sent_on", name=name) for name in dict.fromkeys(names)]
