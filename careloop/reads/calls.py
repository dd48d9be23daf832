"""The call card of a patient: every open loop that one call can settle, folded into one contact."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.catalog.calls import AskedList, Script, find_script, load_barriers, load_flags, load_scripts
from careloop.catalog.messages import load_tongues
from careloop.catalog.reach import load_ladders
from careloop.facts.access import Acting, Right, Role
from careloop.facts.calls import CallCard, Listen, Reason, ShutLine, Spoken
from careloop.facts.messages import FIRST_LANGUAGE, Piece, State
from careloop.facts.pages import LoopRow
from careloop.facts.questions import CLOCK
from careloop.facts.reach import BlockWhy, Number, Try, TryLine, TryResult, TryRoad
from careloop.facts.worklist import Ball, LoopKind, Tone
from careloop.guard.doors import reading
from careloop.reads.rows import PLACE, Viewer, select_rows
from careloop.records.models import ContactTry, Loop, OutreachEntry, Patient, PatientContact, Person, ReachBlock
from careloop.rules.outbox import is_same_number
from careloop.rules.reach import ABNORMAL, find_best_time, find_lacking, find_next, ladder_on
from careloop.worklist.consents import load_circle
from careloop.worklist.tries import PHONES, find_shut, load_stopped, load_tries, read_try

# So many tries are shown, and so many looked at for the best time.
SHOWN, LOOKED_AT = 5, 200
# What a call to the patient can settle; a task only when it is ticked.
ABOUT = (LoopKind.GAP, LoopKind.VISIT, LoopKind.REFERRAL, LoopKind.TASK, LoopKind.SAFETY)
WITH_US = (Ball.US, Ball.PATIENT)
# What stands for the clinic's number where it is not set: whoever calls says their own.
OUR_NUMBER = {"en": "[our number]", "es": "[nuestro número]"}


@reading(needs=Right.LOOP_WRITE, about=Patient)
def get_call_card(
    acting: Acting, patient: Patient, *, loop_id: UUID | None = None, entry_id: UUID | None = None
) -> CallCard:
    """Return the call card of a patient, in a constant number of statements.

    ``loop_id`` is the loop from which somebody came: it stands first and is ticked. ``entry_id`` is the place on an
    outreach list that this person holds.

    :raises NotFound: if the place on the list is not of this patient
    """
    found = _load_reasons(acting, patient)
    rows = [row for row, _check, _matters in found]
    checks = {row.id: check for row, check, _matters in found}
    matters = {row.id: one for row, _check, one in found}
    contacts = list(PatientContact.objects.filter(patient=patient, system__in=PHONES).order_by("id"))
    blocks = list(ReachBlock.objects.filter(patient=patient, ended_at=None).select_related("by").order_by("id"))
    tried = ContactTry.objects.filter(patient=patient).select_related("person", "member").order_by("-at", "-id")
    latest = list(tried[:LOOKED_AT])
    entry = _find_entry(patient, entry_id)
    stopped = load_stopped(patient.pk)
    shut = find_shut([one.value for one in contacts], blocks, stopped)
    tries = load_tries([row.id for row in rows])
    reasons = [
        replace(_reason(acting, patient, row, checks[row.id], tries[row.id], shut, loop_id), matters=matters[row.id])
        for row in rows
    ]
    # What is not ticked stands below, unless its time is up: then it is a reason to call as any other.
    is_below = {one.row.id: not one.is_chosen and one.row.tone is not Tone.LATE for one in reasons}
    reasons.sort(key=lambda one: (one.row.id != loop_id, not one.is_abnormal, is_below[one.row.id]))
    language = patient.languages[0] if patient.languages else ""
    chosen = [find_script(str(one.row.kind), checks[one.row.id]) for one in reasons if one.is_chosen]
    spoken = _speak(acting, patient, language, chosen)
    return CallCard(
        at=acting.at,
        patient_id=patient.pk,
        name=patient.full_name,
        birth_on=patient.birth_on,
        zone=patient.zone,
        is_dead=patient.is_dead,
        language=language,
        needs_interpreter=patient.needs_interpreter,
        numbers=tuple(_number(one, blocks, stopped) for one in contacts),
        people=load_circle([patient.pk], acting.at, patient.zone),
        reasons=tuple(reasons),
        others=sum(row.same_person + 1 - len(rows) for row in rows[:1]),
        best=find_best_time([read_try(row) for row in latest]),
        calls=sum(row.road == TryRoad.CALL for row in latest),
        tries=tuple(_line(row) for row in latest[:SHOWN]),
        shut=(*(_shut(row) for row in blocks), *_chosen(blocks, stopped)),
        spoken=spoken,
        has_own_words=spoken[0].language == _primary(language) or not language,
        flags=_listen(load_flags()),
        barriers=_listen(load_barriers()),
        entry_id=entry.pk if entry else None,
        list_id=entry.list_id if entry else None,
        list_name=entry.list.name if entry else "",
        lease_until=entry.lease_until if entry else None,
    )


def _load_reasons(acting: Acting, patient: Patient) -> list[tuple[LoopRow, str, Say | None]]:
    """Return what a call can settle, as it stands on lists, with its check and what may come of it: two statements."""
    viewer = Viewer(acting.person_id, acting.at, patient.zone)
    where = "l.patient_id = %s AND l.state <> 'closed'"
    rows = select_rows(viewer, where, [patient.pk], order=f"{PLACE}, l.id")
    marks = {
        key: (check, clock, Say.from_stored(waits) if waits else None)
        for key, check, clock, waits in Loop.objects.filter(patient=patient)
        .exclude(state="closed")
        .values_list("pk", "check_name", "clock", "if_waits")
    }
    found = [(row, *marks.get(row.id, ("", "", None))) for row in rows]
    return [(row, check, matters) for row, check, clock, matters in found if _is_for_call(row, check, clock)]


def _is_for_call(row: LoopRow, check: str, clock: str) -> bool:
    """Tell whether a call to the patient can move a loop: it is with us or with them, and no colleague's question."""
    if row.asks_same or clock == CLOCK or row.kind not in ABOUT:
        return False
    if row.kind is LoopKind.SAFETY:
        return check in ABNORMAL or bool(row.severity >= row.severity.HIGH and row.ball is Ball.PATIENT)
    return row.ball in WITH_US


def _reason(
    acting: Acting,
    patient: Patient,
    row: LoopRow,
    check: str,
    tries: Sequence[Try],
    shut: Mapping[TryRoad, BlockWhy | None],
    loop_id: UUID | None,
) -> Reason:
    on = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    ladder = ladder_on(load_ladders(), row.kind, check, on)
    lacking = find_lacking(
        ladder, tries, acting.at, may_call=TryRoad.CALL not in shut, is_clinician=acting.role is Role.CLINICIAN
    )
    return Reason(
        row=row,
        is_abnormal=check in ABNORMAL,
        is_chosen=row.id == loop_id or row.kind is not LoopKind.TASK or bool(tries),
        next_try=find_next(ladder, tries, acting.at, shut),
        lacking=lacking,
        rule=ladder.source,
        is_ours=ladder.is_ours,
    )


def _speak(acting: Acting, patient: Patient, language: str, chosen: Sequence[Script]) -> tuple[Spoken, ...]:
    """Return what to say: in the person's language first where every reason has words in it, then in English."""
    scripts = list({one.id: one for one in chosen}.values()) or [load_scripts()["outreach"]]
    tongues = load_tongues()
    own = _primary(language)
    wanted = [own] if own in tongues and own != FIRST_LANGUAGE and all(own in one.words for one in scripts) else []
    sender = str(Person.objects.values_list("name", flat=True).get(pk=acting.person_id)).split(" ")[0]
    return tuple(
        Spoken(
            language=tongue,
            talk=_frame(tongue, Piece.PHONE_TALK, patient, sender, "\n\n".join(one.words[tongue] for one in scripts)),
            voicemail=_frame(tongue, Piece.VOICEMAIL, patient, sender, ""),
            is_draft=any(one.state is not State.APPROVED for one in scripts),
        )
        for tongue in [*wanted, FIRST_LANGUAGE]
    )


def _frame(language: str, piece: Piece, patient: Patient, sender: str, body: str) -> str:
    name = patient.preferred_name or patient.given.split(" ")[0] or patient.full_name
    words = {"name": name, "sender": sender, "phone": settings.CLINIC_PHONE or OUR_NUMBER[language], "body": body}
    return load_tongues()[language].frames[piece].format_map(words)


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _find_entry(patient: Patient, entry_id: UUID | None) -> OutreachEntry | None:
    if entry_id is None:
        return None
    entry: OutreachEntry | None = (
        OutreachEntry.objects.filter(pk=entry_id, patient=patient).select_related("list").first()
    )
    if entry is None:
        raise NotFound
    return entry


def _number(contact: PatientContact, blocks: Sequence[ReachBlock], stopped: Container[TryRoad]) -> Number:
    own = [one for one in blocks if one.road == TryRoad.CALL]
    why = [one.why for one in own if not one.address or is_same_number(one.address, contact.value)]
    if not why and TryRoad.CALL in stopped:
        why = [str(BlockWhy.ASKED_NOT)]
    return Number(contact.system, contact.use, contact.value, BlockWhy(why[0]) if why else None)


def _chosen(blocks: Sequence[ReachBlock], stopped: Mapping[TryRoad, datetime]) -> list[ShutLine]:
    """Return the roads that the person chose not to be reached on, beside those that stand among the blocks."""
    known = {one.road for one in blocks if not one.address}
    shown = {road: since for road, since in stopped.items() if road not in known and road is not TryRoad.CERTIFIED}
    return [ShutLine(None, road, "", BlockWhy.ASKED_NOT, since, "") for road, since in shown.items()]


def _line(row: ContactTry) -> TryLine:
    return TryLine(
        at=row.at,
        who=row.person.name,
        whom=row.member.name if row.member else "",
        road=TryRoad(row.road),
        result=TryResult(row.result),
        address=row.address,
        minutes=row.minutes,
        note=row.note,
    )


def _shut(row: ReachBlock) -> ShutLine:
    return ShutLine(row.pk, TryRoad(row.road), row.address, BlockWhy(row.why), row.since, row.by.name)


def _listen(of: AskedList) -> Listen:
    return Listen(of.ids, of.source, of.checked_on, of.is_reviewed)
