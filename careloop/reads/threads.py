"""Threads as pages: lists with their numbers, one talk with what is owed on it, with whom one can begin."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from careloop.basics.refusals import NotFound
from careloop.basics.words import first_words
from careloop.catalog.messages import load_messages, load_tongues
from careloop.facts.access import Acting, Right
from careloop.facts.answers import Meaning
from careloop.facts.consents import Hearing, Road
from careloop.facts.offices import HeardBy, Way
from careloop.facts.outbox import Direction, HeldFor, OutState, Stopped, ThreadWith
from careloop.facts.pages import Choice
from careloop.facts.portal import LINK_ROADS, LinkStep
from careloop.facts.threads import (
    Box,
    Composing,
    Correction,
    Did,
    MessageLine,
    NewThreadPage,
    ReviewRow,
    SituationChoice,
    ThreadPage,
    ThreadRow,
    ThreadsPage,
    Undone,
    WhyReview,
)
from careloop.facts.tips import TipAbout
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.thread_beside import load_beside
from careloop.records.models import (
    Answer,
    AnswerCorrection,
    AnswerReview,
    CircleMember,
    Consent,
    ContactPoint,
    Cover,
    Message,
    Outbox,
    Patient,
    PatientLinkStep,
    Thread,
    ThreadLock,
)
from careloop.rules.answer_corrections import may_correct
from careloop.rules.consents import list_hearing
from careloop.rules.outbox import may_withdraw, why_stopped
from careloop.rules.threads import ANSWER_HOURS, LOCK_MINUTES, answer_by, ending_of, is_kept_from
from careloop.worklist import threads as work
from careloop.worklist.answer_corrections import find_corrections
from careloop.worklist.choices import list_stops
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.consents import group_consents
from careloop.worklist.death import find_dead
from careloop.worklist.office_rows import find_offices
from careloop.worklist.offices import letters_to
from careloop.worklist.portal_address import find_portal_address
from careloop.worklist.situations import ask_fields, list_situations
from careloop.worklist.thread_values import value_of
from careloop.worklist.tips import list_brief

# So many threads are listed; more are found by looking for a name or a word.
ROWS = 60
# So many messages of a talk are shown, the newest.
LINES = 80
# What came in stands before what answered it in the same instant.
NEWEST = ("-at", "-direction", "-id")
# A name or word to look for has at least so many letters.
LEAST = 2
PREVIEW = 160
# So many notes of colleagues stand beside the choice of what to say.
BESIDE = 5
# On these something is written from here; on the others one speaks.
WRITTEN = (Road.TEXT, Road.EMAIL, Road.LETTER)
NOT_GONE = Q(newest_state="failed") | (Q(newest_state="withdrawn") & ~Q(newest_because=str(Stopped.BY_PERSON)))


@listing(needs=Right.MESSAGE_READ)
def get_threads_page(
    acting: Acting, reach: Reach, *, box: Box = Box.MINE, partner: ThreadWith | None = None, query: str = ""
) -> Shown[ThreadsPage]:
    """Return one list of threads and how many stand in each, in a constant number of statements."""
    rows = _select(reach)
    boxes = _boxes(acting)
    counts = rows.aggregate(**{str(one): Count("id", filter=where, distinct=True) for one, where in boxes.items()})
    words = query.replace("\x00", "").strip()
    found = rows if len(words) >= LEAST else rows.filter(boxes.get(box, Q()))
    if len(words) >= LEAST:
        spoken = Message.objects.filter(thread=OuterRef("pk"), words__icontains=words)
        found = found.filter(Q(patient__full_name__icontains=words) | Exists(spoken))
    if partner is not None:
        found = found.filter(partner=str(partner))
    order = "unanswered_since" if box is Box.UNANSWERED else "-last_at"
    threads = list(found.order_by(order, "id")[: ROWS + 1]) if box is not Box.REVIEW or words else []
    hours = value_of(ANSWER_HOURS, acting)
    shown = tuple(_row(acting, one, hours) for one in threads[:ROWS])
    waiting = AnswerReview.objects.filter(settled_at=None, unit_id__in=reach.units)
    review = _review(reach, list(waiting.order_by("at", "id")[:ROWS])) if box is Box.REVIEW else ()
    page = ThreadsPage(
        at=acting.at,
        box=box,
        partner=partner,
        query=words,
        rows=shown,
        counts=(*((one, int(counts[str(one)])) for one in boxes), (Box.REVIEW, waiting.count())),
        review=review,
        has_more=len(threads) > ROWS,
        hours=hours,
    )
    named = [UUID(choice.id) for one in review for choice in one.candidates]
    return Shown(page, tuple(dict.fromkeys([*(one.patient_id for one in shown), *named])), asked=str(box))


@listing(needs=Right.MESSAGE_READ)
def get_thread_page(
    acting: Acting, reach: Reach, *, thread_id: UUID, typed: Mapping[str, str] | None = None, whole: bool = True
) -> Shown[ThreadPage]:
    """Return one thread with its talk, oldest first, and what can be written: a constant number of statements.

    ``typed`` is what somebody is writing: of the situation that is chosen there the fields are asked for. Unless it is
    ``whole``, what stands beside the talk is left out.

    :raises NotFound: if it is not there or not theirs
    """
    thread = _select(reach).filter(pk=thread_id).first()
    if thread is None:
        raise NotFound
    patient = thread.patient
    held = ThreadLock.objects.filter(thread=thread).select_related("person").first()
    is_kept = held is not None and is_kept_from(acting.person_id, held.person_id, held.until, acting.at)
    messages = list(Message.objects.filter(thread=thread).select_related("by").order_by(*NEWEST)[: LINES + 1])
    hours = value_of(ANSWER_HOURS, acting)
    owners = work.list_owners(acting, patient, list_colleagues(acting, patient))
    is_theirs = ThreadWith(thread.partner) in (ThreadWith.PATIENT, ThreadWith.MEMBER)
    letters = letters_to(acting, thread, is_dead=bool(find_dead([patient.pk])))
    stops = list_stops(patient)
    shown = tuple(one for one in stops if is_theirs and one.member_id == thread.member_id)
    page = ThreadPage(
        at=acting.at,
        zone=patient.zone,
        row=_row(acting, thread, hours),
        version=thread.version,
        is_dead=patient.is_dead,
        lines=_lines(list(reversed(messages[:LINES]))),
        has_earlier=len(messages) > LINES,
        hearing=_hearing(acting, thread),
        asked_language=_language(thread),
        needs_interpreter=bool(thread.member.needs_interpreter if thread.member else patient.needs_interpreter),
        answering=held.person.name if held is not None and is_kept else "",
        answering_until=held.until if held is not None and is_kept else None,
        owners=tuple(Choice(str(key), name) for key, name in owners),
        # About somebody who has died an office is still written to, by a person who says that they know it.
        may_write=not patient.is_dead or letters is not None,
        letters=letters,
        composing=_composing(acting, thread, typed or {}),
        hours=hours,
        lock_minutes=value_of(LOCK_MINUTES, acting),
        member_id=thread.member_id,
        stops=shown,
        beside=load_beside(acting, patient, tuple(one for one in stops if one not in shown)) if whole else None,
    )
    return Shown(page, (patient.pk,), asked=str(thread_id))


@reading(needs=Right.MESSAGE_READ, about=Patient)
def get_new_thread_page(acting: Acting, patient: Patient, *, office: str = "") -> NewThreadPage:
    """Return the threads about a patient, with whom one can be begun, and what waits for a name in the team.

    ``office`` is looked for in names, specialties and places of the directory.
    """
    hours = value_of(ANSWER_HOURS, acting)
    threads = list(_annotate(Thread.objects.filter(patient=patient)).order_by("-last_at", "id")[:ROWS])
    members = CircleMember.objects.filter(patient=patient, ended_at=None).order_by("name", "id")
    partners = [Choice(str(ThreadWith.PATIENT), patient.full_name)]
    partners += [Choice(f"{ThreadWith.MEMBER}:{one.pk}", one.name) for one in members]
    partners += [Choice(f"{ThreadWith.COLLEAGUE}:{one.pk}", one.name) for one in list_colleagues(acting, patient)]
    waiting = AnswerReview.objects.filter(settled_at=None, unit_id=patient.unit_id).order_by("at", "id")[:ROWS]
    return NewThreadPage(
        patient_id=patient.pk,
        patient_name=patient.full_name,
        birth_on=patient.birth_on,
        partners=tuple(partners),
        threads=tuple(_row(acting, one, hours) for one in threads),
        review=tuple(_review_row(one, ()) for one in waiting),
        offices=find_offices(patient, office),
        office_threads=tuple(Choice(str(one.pk), one.entry.name) for one in threads if one.entry is not None),
    )


def _select(reach: Reach) -> "QuerySet[Thread]":
    within = Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)
    return _annotate(Thread.objects.filter(within))


def _annotate(rows: "QuerySet[Thread]") -> "QuerySet[Thread]":
    said = Message.objects.filter(thread=OuterRef("pk")).order_by(*NEWEST)
    asked = said.filter(direction=str(Direction.IN))
    sent = Outbox.objects.filter(thread=OuterRef("pk")).order_by("-id")
    return rows.select_related("patient", "owner", "member", "entry", "colleague").annotate(
        newest_words=_owed_first(asked, said, "words"),
        newest_direction=_owed_first(asked, said, "direction"),
        newest_state=Subquery(sent.values("state")[:1]),
        newest_because=Subquery(sent.values("stopped_because")[:1]),
    )


def _owed_first(asked: "QuerySet[Message]", said: "QuerySet[Message]", column: str) -> Coalesce:
    """While an answer is owed it is what they said last that one reads, not our own first word that it came."""
    owed = When(unanswered_since__isnull=False, then=Subquery(asked.values(column)[:1]))
    return Coalesce(Case(owed, default=None), Subquery(said.values(column)[:1]))


def _boxes(acting: Acting) -> dict[Box, Q]:
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=acting.at)
    absent = Cover.objects.filter(covering_id=acting.person_id, during__contains=acting.at).values("absent_id")
    mine = Q(owner_id=acting.person_id) | Q(owner_id__in=absent) | Q(colleague_id=acting.person_id)
    return {
        Box.MINE: mine & awake,
        Box.TEAM: awake,
        Box.UNREAD: Q(unread_since__isnull=False),
        Box.UNANSWERED: Q(unanswered_since__isnull=False),
        Box.FAILED: NOT_GONE,
        Box.SNOOZED: Q(snoozed_until__gt=acting.at),
    }


def _row(acting: Acting, one: Thread, hours: int) -> ThreadRow:
    by = answer_by(one.unanswered_since, hours)
    state, because = vars(one)["newest_state"], vars(one)["newest_because"]
    return ThreadRow(
        id=one.pk,
        patient_id=one.patient_id,
        patient_name=one.patient.full_name,
        birth_on=one.patient.birth_on,
        partner=ThreadWith(one.partner),
        partner_name=work.name_of(one),
        owner_id=one.owner_id,
        owner_name=one.owner.name if one.owner else "",
        last_at=one.last_at,
        words=first_words(vars(one)["newest_words"] or "", PREVIEW),
        direction=Direction(vars(one)["newest_direction"] or Direction.NOTE),
        is_unread=one.unread_since is not None,
        answer_by=by,
        is_late=by is not None and by <= acting.at,
        has_failed=state == "failed" or (state == "withdrawn" and because != Stopped.BY_PERSON),
        snoozed_until=one.snoozed_until if one.snoozed_until and one.snoozed_until > acting.at else None,
    )


def _lines(messages: Sequence[Message]) -> tuple[MessageLine, ...]:
    keys = [one.pk for one in messages]
    sent = Outbox.objects.in_bulk(keys, field_name="id")
    answers, corrections = Answer.objects.in_bulk(keys), find_corrections(keys)
    steps = PatientLinkStep.objects.filter(link__message_id__in=keys, step=str(LinkStep.SEEN))
    seen = dict(steps.order_by("-id").values_list("link__message_id", "at"))
    lines = (_line(one, sent.get(one.pk), answers.get(one.pk), corrections.get(one.pk)) for one in messages)
    return tuple(replace(line, seen_at=seen.get(line.id)) for line in lines)


def _line(one: Message, out: Outbox | None, answer: Answer | None, correction: AnswerCorrection | None) -> MessageLine:
    is_undo = out is not None and out.state == OutState.HELD and out.held_for == HeldFor.UNDO
    return MessageLine(
        id=one.pk,
        at=one.at,
        direction=Direction(one.direction),
        by=one.by.name if one.by.kind == "staff" else "",
        road=Road(one.road) if one.road else None,
        language=one.language,
        words=one.words,
        situation=one.situation if one.situation in load_messages() else "",
        is_draft_words=one.is_draft_words,
        state=OutState(out.state) if out else None,
        state_since=out.state_since if out else None,
        why=why_stopped(Stopped(out.stopped_because)) if out and out.stopped_because else None,
        undo_until=out.next_at if out and is_undo else None,
        may_withdraw=out is not None and may_withdraw(OutState(out.state)),
        meaning=Meaning(answer.meaning) if answer else None,
        hints=tuple(Meaning(one) for one in answer.hints) if answer else (),
        did=Did(answer.did) if answer else None,
        loop_id=answer.loop_id if answer else None,
        correction=_correction(correction),
        may_correct=answer is not None and may_correct(Did(answer.did), is_corrected=correction is not None),
        way=Way(one.pieces["way"]) if "way" in one.pieces else None,
        sender=str(one.pieces.get("from", "")),
        is_known_sender=bool(one.pieces.get("is_known", True)),
        heard_by=HeardBy(one.pieces["heard_by"]) if "heard_by" in one.pieces else None,
    )


def _correction(one: AnswerCorrection | None) -> Correction | None:
    if one is None:
        return None
    return Correction(Meaning(one.meaning), Undone(one.undone), one.why, one.by.name, one.at)


def _hearing(acting: Acting, thread: Thread) -> tuple[Hearing, ...] | None:
    if thread.member is None:
        return None
    given = Consent.objects.filter(member=thread.member, taken_back_at=None).order_by("id")
    return list_hearing(group_consents(given).get(thread.member.pk, ()), acting.at, thread.patient.zone)


def _language(thread: Thread) -> str:
    if thread.member is not None:
        return str(thread.member.language or "en")
    return str(thread.patient.languages[0]) if thread.patient.languages else "en"


def _composing(acting: Acting, thread: Thread, typed: Mapping[str, str]) -> Composing:
    points = ContactPoint.objects.filter(
        patient_id=thread.patient_id, member_id=thread.member_id, ended_at=None, frozen_at=None
    )
    roads: dict[Road, str] = {}
    if thread.partner in (ThreadWith.PATIENT, ThreadWith.MEMBER):
        for one in points.order_by("-is_preferred", "id"):
            roads.setdefault(Road(one.road), one.address)
    if thread.patient.birth_on is not None and find_portal_address():
        # A page behind a link asks for the birth date.
        roads_behind = [(f"{Road.PORTAL}-{road}", roads[road]) for road in LINK_ROADS if road in roads]
    else:
        roads_behind = []
    chosen, situations = typed.get("situation", "") if roads else "", list_situations()
    return Composing(
        roads=(
            *(Choice(str(road), ending_of(roads[road])) for road in WRITTEN if road in roads),
            *(Choice(key, ending_of(address)) for key, address in roads_behind),
        ),
        situations=tuple(SituationChoice(one.key, one.topic, one.roads) for one in situations),
        languages=tuple(load_tongues()),
        tips=list_brief(acting, TipAbout.MESSAGE, [one.key for one in situations], BESIDE) if roads else (),
        situation=chosen,
        asked=ask_fields(acting, thread.patient, chosen, typed, thread.member_id) if chosen else (),
    )


def _review(reach: Reach, waiting: Sequence[AnswerReview]) -> tuple[ReviewRow, ...]:
    addresses = [one.address for one in waiting if one.address]
    within = Q(unit_id__in=reach.units) | Q(patient_id__in=reach.patients)
    points = ContactPoint.objects.filter(within, address__in=addresses, ended_at=None).select_related("patient")
    found: dict[tuple[str, str], dict[UUID, str]] = {}
    for one in points.order_by("id"):
        found.setdefault((one.road, one.address), {})[one.patient_id] = one.patient.full_name
    return tuple(_review_row(one, found.get((one.road, one.address), {}).items()) for one in waiting)


def _review_row(one: AnswerReview, candidates: Iterable[tuple[UUID, str]]) -> ReviewRow:
    return ReviewRow(
        id=one.pk,
        received_at=one.at,
        road=Road(one.road),
        ending=ending_of(one.address) if one.address else "",
        words=one.words,
        why=WhyReview(one.why),
        candidates=tuple(Choice(str(key), name) for key, name in candidates),
    )
