"""Referrals are looked at: the list, one with everything about it, and what the form of a new one needs."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.directory import RECEIVERS
from careloop.facts.outbox import HeldFor, OutState
from careloop.facts.preparation import ItemDue, Readiness
from careloop.facts.referrals import (
    AnswerKind,
    AnswerLine,
    Channel,
    HistoryEntry,
    NewReferral,
    ReferralFilter,
    ReferralList,
    ReferralPage,
    ReferralState,
    ReportLine,
    SendingLine,
    SendingState,
    StrayState,
    Told,
    VisitBeside,
)
from careloop.facts.scheduling import BookingState, Promised
from careloop.facts.tips import TipAbout
from careloop.facts.worklist import LoopKind, Outcome
from careloop.guard.doors import Shown, listing, reading
from careloop.guard.grants import Reach
from careloop.reads.misfiled_rows import list_others, load_misfiled
from careloop.reads.referral_rows import (
    IS_OPEN,
    count_narrowed,
    count_open,
    find_owners,
    load_page,
    load_rows,
)
from careloop.records.models import (
    Booking,
    CareTeamMember,
    DirectoryEntry,
    LoopEvent,
    Patient,
    Referral,
    ReferralAnswer,
    ReferralReport,
    ReferralSending,
    StrayReport,
)
from careloop.rules.access import has_right
from careloop.rules.referral_items import NOTED_IN, list_dues, list_open
from careloop.rules.referral_visits import say_followed
from careloop.rules.referrals import OPEN, awaits_decision, is_beyond_limit, list_moves, tone_of
from careloop.worklist.calendar import load_calendar
from careloop.worklist.referral_facts import has_clocks, make_limits, read_facts
from careloop.worklist.referral_items import load_items
from careloop.worklist.tips import make_box

PAGE = 50
BOARD = 200
# From so many entries of the directory the form of a new referral takes the names of specialties.
CHOICES = 200
EVENTS = 100
EVERYTHING = ReferralFilter()


@listing(needs=Right.REFERRAL_READ)
def list_referrals(
    acting: Acting, reach: Reach, *, asked: ReferralFilter = EVERYTHING, page: int = 1, how_many: int = PAGE
) -> Shown[ReferralList]:
    """Return referrals within reach, the most pressing first, with how many stand in each state."""
    narrowed, skipped = _narrow(asked), (page - 1) * how_many
    rows = load_page(reach, narrowed, acting.at, is_closed=asked.is_closed, how_many=how_many, skipped=skipped)
    counted = count_open(reach)
    by_state: Counter[str] = Counter()
    for state, _specialty, number in counted:
        by_state[state] += number
    value = ReferralList(
        at=acting.at,
        rows=tuple(rows),
        count=_count(reach, asked, counted),
        by_state=tuple((state, by_state[str(state)]) for state in OPEN),
        specialties=tuple(sorted({specialty for _state, specialty, _number in counted})),
        owners=tuple(find_owners(reach)),
        stray_count=StrayReport.objects.filter(unit_id__in=reach.units, state=str(StrayState.WAITING)).count(),
    )
    return Shown(value, tuple(dict.fromkeys(row.patient_id for row in rows)))


@reading(needs=Right.REFERRAL_READ, about=Referral)
def get_referral_page(acting: Acting, referral: Referral) -> ReferralPage:
    """Return one referral with what was sent and answered, its date, its reports and its history."""
    (row,) = load_rows(Q(pk=referral.pk), acting.at, how_many=1)
    facts, zone = read_facts(referral), referral.patient.zone
    entry, readiness = referral.to_entry, load_items(referral)
    return ReferralPage(
        row=row,
        zone=zone,
        asked_by=referral.asked_by.name,
        asked_by_id=referral.asked_by_id,
        made_at=referral.made_at,
        state_tone=tone_of(row.state),
        moves=list_moves(row.state),
        may_write=has_right(acting, Right.REFERRAL_WRITE),
        may_sign=has_right(acting, Right.REFERRAL_SIGN),
        is_asker=referral.asked_by_id == acting.person_id,
        promised=_promised(referral.starts_at, referral.zone, referral.starts_wall),
        late_because=referral.late_because,
        is_beyond_limit=is_beyond_limit(facts, zone),
        readiness=readiness,
        dues=_dues(referral, readiness, acting.at),
        may_prepare=row.state in NOTED_IN and has_right(acting, Right.REFERRAL_WRITE),
        awaits_decision=awaits_decision(facts.state, facts.misses),
        decline_reason=referral.decline_reason,
        sendings=_sendings(referral),
        answers=_answers(referral),
        reports=_reports(referral),
        history=_history(referral),
        told_by=referral.told_by.name if referral.told_by else "",
        told_at=referral.told_at,
        told_how=Told(referral.told_how) if referral.told_how else None,
        teach_back=referral.teach_back,
        outcome=Outcome(referral.ended_as) if referral.ended_as else None,
        visits=_visits(acting, referral),
        visit=_visit_of(referral) if has_right(acting, Right.BOOKING_READ) else None,
        misfiled=load_misfiled(acting, referral),
        others=list_others(referral),
        receiver_phone=entry.phone if entry else "",
        receiver_fax=entry.fax if entry else "",
        tips=make_box(
            acting,
            TipAbout.LOOP_KIND,
            str(LoopKind.REFERRAL),
            {TipAbout.ENTRY: [str(entry.pk)], TipAbout.PAYER: entry.networks} if entry else None,
        ),
    )


@reading(needs=Right.REFERRAL_WRITE, about=Patient)
def get_new_referral(acting: Acting, patient: Patient) -> NewReferral:
    """Return what the form of a new referral needs: clinicians who can ask, specialties, and what is open already."""
    members = CareTeamMember.objects.filter(
        patient=patient, during__contains=acting.at, person__is_active=True, person__role=str(Role.CLINICIAN)
    ).order_by("person__name")
    open_ones = load_rows(Q(patient=patient) & ~Q(state="closed"), acting.at, how_many=PAGE)
    return NewReferral(
        patient_id=patient.pk,
        patient_name=patient.full_name,
        birth_on=patient.birth_on,
        clinicians=tuple(members.values_list("person_id", "person__name")),
        specialties=_list_specialties(),
        open_ones=tuple(open_ones),
    )


def _list_specialties() -> tuple[str, ...]:
    rows = DirectoryEntry.objects.filter(is_active=True, kind__in=[str(kind) for kind in RECEIVERS])
    named = rows.exclude(specialties=[]).order_by("name_key", "id").values_list("specialties", flat=True)[:CHOICES]
    return tuple(sorted({word.lower() for words in named for word in words}))


def _count(reach: Reach, asked: ReferralFilter, counted: Iterable[tuple[str, str, int]]) -> int:
    """Return how many are asked for: what has been counted by state and specialty is not counted again."""
    if asked.is_closed or asked.urgency is not None or asked.owner is not None:
        return count_narrowed(reach, _narrow(asked))
    return sum(
        number for state, specialty, number in counted
        if asked.specialty in ("", specialty) and (asked.state is None or state == asked.state)
    )  # fmt: skip


def _narrow(asked: ReferralFilter) -> Q:
    narrowed = Q(state="closed") if asked.is_closed else IS_OPEN
    if asked.state is not None:
        narrowed &= Q(state=str(asked.state))
    if asked.urgency is not None:
        narrowed &= Q(urgency=str(asked.urgency))
    if asked.specialty:
        narrowed &= Q(specialty=asked.specialty)
    if asked.owner is not None:
        narrowed &= Q(loop__owner_id=asked.owner)
    return narrowed


def _dues(referral: Referral, readiness: Readiness, at: datetime) -> tuple[ItemDue, ...]:
    """Return by when what is open is to be in order, as long as a visit at another office lies ahead."""
    if not has_clocks(referral) or referral.starts_at is None or referral.starts_at <= at:
        return ()
    limits = make_limits(load_calendar())
    return list_dues(list_open(readiness), referral.starts_at, referral.state_since, referral.patient.zone, limits)


def _promised(at: datetime | None, zone: str, wall: datetime | None) -> Promised | None:
    return Promised(at.astimezone(UTC), zone, wall) if at is not None and wall is not None else None


def _sendings(referral: Referral) -> tuple[SendingLine, ...]:
    every = ReferralSending.objects.filter(referral=referral).select_related("sent_by", "outbox")
    rows = every.order_by("-sent_at", "-id")
    return tuple(
        SendingLine(
            Channel(r.channel), r.to_name, r.address, r.evidence, SendingState(r.state), r.sent_at, r.sent_by.name,
            r.packet_id, *_in_outbox(r),
        )
        for r in rows
    )  # fmt: skip


def _in_outbox(sending: ReferralSending) -> tuple[OutState | None, bool]:
    """Return where a sending stands in the outbox, and whether a person carries it."""
    row = getattr(sending, "outbox", None)
    return (OutState(row.state), row.held_for == HeldFor.PERSON) if row is not None else (None, False)


def _answers(referral: Referral) -> tuple[AnswerLine, ...]:
    rows = ReferralAnswer.objects.filter(referral=referral).select_related("noted_by").order_by("-at", "-id")
    return tuple(AnswerLine(AnswerKind(r.kind), r.said_by, r.note, r.at, r.noted_by.name) for r in rows)


def _reports(referral: Referral) -> tuple[ReportLine, ...]:
    rows = ReferralReport.objects.filter(referral=referral, taken_out_at=None).select_related("document", "read_by")
    return tuple(
        ReportLine(
            r.pk, r.document_id, r.document.title, r.came_at, tuple(r.evidence), r.read_by.name if r.read_by else "",
            r.read_at, r.is_amended,
        )
        for r in rows.order_by("-came_at", "-id")
    )  # fmt: skip


def _history(referral: Referral) -> tuple[HistoryEntry, ...]:
    rows = LoopEvent.objects.filter(loop_id=referral.loop_id).select_related("person").order_by("-version")[:EVENTS]
    return tuple(HistoryEntry(r.at, r.person.name, Say.from_stored(r.say), r.note) for r in rows)


def _visit_of(referral: Referral) -> VisitBeside | None:
    """Return the visit here that carries the referral's date: at most one statement."""
    if referral.booking_id is None:
        return None
    row = Booking.objects.filter(pk=referral.booking_id).select_related("visit_type").first()
    if row is None:
        return None
    state, promised = BookingState(row.state), Promised(row.starts_at.astimezone(UTC), row.zone, row.starts_wall)
    said = say_followed(state, ReferralState(referral.state))
    return VisitBeside(row.pk, row.visit_type.name, promised, state, said)


def _visits(acting: Acting, referral: Referral) -> tuple[tuple[UUID, str, Promised], ...]:
    """Return the booked visits ahead of the patient, to hang the date on one."""
    kept = [str(BookingState.BOOKED), str(BookingState.CONFIRMED)]
    rows = Booking.objects.filter(patient_id=referral.patient_id, state__in=kept, starts_at__gt=acting.at)
    found = rows.select_related("visit_type").order_by("starts_at", "id")[:10]
    return tuple((r.pk, r.visit_type.name, Promised(r.starts_at.astimezone(UTC), r.zone, r.starts_wall)) for r in found)
