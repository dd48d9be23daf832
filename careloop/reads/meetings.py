"""Family meetings as pages: those of a patient, one of them, and what one person would be given of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import translation

from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Label, Right
from careloop.facts.consents import TOLD_ROADS, Consent, Relation, Road
from careloop.facts.meetings import (
    Decided,
    DecisionLine,
    GuestKind,
    GuestLine,
    Interprets,
    MeetingForm,
    MeetingPage,
    MeetingRow,
    MeetingsPage,
    MeetingState,
    Scoped,
    Setting,
    SummaryPage,
    Untold,
)
from careloop.facts.pages import Choice
from careloop.facts.worklist import State
from careloop.guard.doors import reading
from careloop.records.models import (
    Clinic,
    FamilyMeeting,
    MeetingDecision,
    MeetingGuest,
    Patient,
    Person,
)
from careloop.records.models import Consent as ConsentRow
from careloop.rules.access import has_right
from careloop.rules.consents import list_hearing
from careloop.rules.reading_grade import grade_of, is_plain
from careloop.worklist import meetings as work
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.consents import group_consents, load_circle, read_whose
from careloop.worklist.meeting_rooms import list_bookable, list_booked
from careloop.worklist.part2 import list_notice


@reading(needs=Right.CIRCLE_READ, about=Patient)
def get_meetings_page(acting: Acting, patient: Patient) -> MeetingsPage:
    """Return the meetings of a patient, the newest first, and who can be asked to a new one."""
    rows = FamilyMeeting.objects.filter(patient=patient).select_related("made_by").order_by("-made_at", "-id")
    return MeetingsPage(
        at=acting.at,
        whose=read_whose(patient),
        rows=tuple(_row(one) for one in rows),
        members=load_circle([patient.pk], acting.at, patient.zone),
        staff=_staff(acting, patient),
        may_change=has_right(acting, Right.CIRCLE_WRITE),
    )


@reading(needs=Right.CIRCLE_READ, about=Patient)
def get_meeting_page(acting: Acting, patient: Patient, *, meeting_id: UUID) -> MeetingPage:
    """Return one meeting: who comes and what each may hear, and what was decided. A constant number of statements.

    :raises NotFound: if there is no such meeting of this patient
    """
    meeting, guests, decisions = _load(patient, meeting_id)
    decided = work.read_decided(decisions, patient.zone)
    lines = _lines(acting, patient, guests, decided)
    return MeetingPage(
        at=acting.at,
        whose=read_whose(patient),
        row=_row(meeting),
        version=meeting.version,
        loop_id=meeting.loop_id,
        wishes=meeting.wishes,
        agenda=meeting.agenda,
        setting=_setting(meeting),
        guests=lines,
        decisions=tuple(_decision(row, one) for row, one in zip(decisions, decided, strict=True)),
        languages=work.list_needed(patient, guests),
        interpreter_loop=meeting.interpreter_loop_id,
        circle=load_circle([patient.pk], acting.at, patient.zone),
        staff=_staff(acting, patient),
        clinic=_clinic(),
        printed_by=_name(acting),
        may_change=has_right(acting, Right.CIRCLE_WRITE),
        booked=list_booked(meeting),
        bookable=list_bookable(),
    )


@reading(needs=Right.CIRCLE_READ, about=Patient)
def get_summary_page(
    acting: Acting, patient: Patient, *, meeting_id: UUID, guest_id: int, road: Road | None = None
) -> SummaryPage:
    """Return what one person would be given, word for word; ``road`` is taken where they may hear something on it.

    :raises NotFound: if there is nobody of this number at this meeting who gets a summary
    """
    meeting, guests, decisions = _load(patient, meeting_id)
    decided = work.read_decided(decisions, patient.zone)
    guest = next((one for one in _lines(acting, patient, guests, decided) if one.id == guest_id), None)
    if guest is None or guest.kind is GuestKind.STAFF:
        raise NotFound
    scopes = guest.scopes if guest.kind is GuestKind.MEMBER else tuple(Scoped(one, decided, 0) for one in TOLD_ROADS)
    open_ = [one for one in scopes if one.heard or guest.kind is GuestKind.PATIENT]
    chosen = next((one for one in open_ if one.road is road), open_[0] if open_ else None)
    language, is_own = work.spoken(guest.language)
    wishes = meeting.wishes if guest.kind is GuestKind.PATIENT else ""
    heard: Sequence[Decided] = chosen.heard if chosen else ()
    title, lines = work.write_summary(heard, meeting.starts_at, patient.zone, language, wishes=wishes)
    if guest.kind is GuestKind.MEMBER and heard:
        # The patient gets their own words; whoever hears of them by a consent gets the notice of the rule with them.
        lines += list_notice((one.topic for one in heard), Label(patient.label_mask), language)
    return SummaryPage(
        at=acting.at,
        whose=read_whose(patient),
        meeting_id=meeting_id,
        guest=guest,
        road=chosen.road if chosen else None,
        roads=tuple(one.road for one in open_),
        language=language,
        is_own_language=is_own,
        title=title,
        lines=lines if chosen else (),
        own_words=tuple(one.words for one in heard),
        kept_back=chosen.kept_back if chosen else len(decided),
        clinic=_clinic(),
        printed_by=_name(acting),
        may_change=has_right(acting, Right.CIRCLE_WRITE) and meeting.state == MeetingState.HELD and guest.is_owed,
    )


def _load(patient: Patient, key: UUID) -> tuple[FamilyMeeting, list[MeetingGuest], list[MeetingDecision]]:
    meeting = FamilyMeeting.objects.filter(pk=key, patient=patient).select_related("made_by").first()
    if meeting is None:
        raise NotFound
    guests = MeetingGuest.objects.filter(meeting=meeting).select_related("member", "person", "told_by")
    decisions = MeetingDecision.objects.filter(meeting=meeting).select_related("loop", "loop__owner")
    return meeting, list(guests.order_by("id")), list(decisions.order_by("id"))


def _row(one: FamilyMeeting) -> MeetingRow:
    return MeetingRow(one.pk, one.reason, MeetingState(one.state), one.starts_at, one.made_by.name, one.made_at)


def _setting(one: FamilyMeeting) -> Setting | None:
    if one.starts_at is None:
        return None
    return Setting(one.starts_at, one.minutes, MeetingForm(one.form), one.place, Interprets(one.interprets))


def _lines(
    acting: Acting, patient: Patient, guests: Sequence[MeetingGuest], decided: Sequence[Decided]
) -> tuple[GuestLine, ...]:
    members = [one.member_id for one in guests if one.member_id]
    given = group_consents(ConsentRow.objects.filter(member__in=members).order_by("id")) if members else {}
    return tuple(
        _guest(patient, one, decided, given.get(one.member_id, ()) if one.member_id else (), acting.at)
        for one in guests
    )


def _guest(
    patient: Patient, row: MeetingGuest, decided: Sequence[Decided], given: Sequence[Consent], at: datetime
) -> GuestLine:
    kind = GuestKind(row.kind)
    who = row.member if kind is GuestKind.MEMBER else row.person if kind is GuestKind.STAFF else None
    member = row.member if row.member is not None and row.member.ended_at is None else None
    return GuestLine(
        id=row.pk,
        kind=kind,
        name=who.name if who else patient.full_name,
        relation=Relation(row.member.relation) if row.member else None,
        language=work.language_of(patient, row),
        needs_interpreter=_needs(patient, row, kind),
        came=row.came,
        hearing=list_hearing(given, at, patient.zone) if member else (),
        scopes=work.list_scopes(decided, given, patient.label_mask, at) if member else (),
        told_at=row.told_at,
        told_by=row.told_by.name if row.told_by else "",
        told_road=Road(row.told_road) if row.told_road else None,
        untold=Untold(row.untold) if row.untold else None,
    )


def _needs(patient: Patient, row: MeetingGuest, kind: GuestKind) -> bool:
    if row.member is not None:
        return bool(row.member.needs_interpreter)
    return kind is GuestKind.PATIENT and patient.needs_interpreter


def _decision(row: MeetingDecision, decided: Decided) -> DecisionLine:
    language, _is_own = work.spoken(translation.get_language() or "en")
    grade = grade_of(row.words, language)
    return DecisionLine(row.pk, decided, row.loop_id, row.loop.state != State.CLOSED, grade.grade, is_plain(grade))


def _staff(acting: Acting, patient: Patient) -> tuple[Choice, ...]:
    me = Choice(str(acting.person_id), _name(acting))
    return (me, *(Choice(str(one.pk), one.name) for one in list_colleagues(acting, patient)))


def _name(acting: Acting) -> str:
    return str(Person.objects.values_list("name", flat=True).get(pk=acting.person_id))


def _clinic() -> str:
    return str(Clinic.objects.values_list("name", flat=True).first() or "")
