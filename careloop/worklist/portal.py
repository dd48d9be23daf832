"""What is open for a patient, as the patient's side shows it: visits to come, and every promise in plain words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from careloop.catalog.plain import choose_language
from careloop.facts.access import Acting
from careloop.facts.directory import EntryKind
from careloop.facts.portal import (
    AnswerForm,
    LinkPurpose,
    LinkStep,
    NextLine,
    OpenPromise,
    OwnQuestion,
    OwnVisit,
    PortalPage,
)
from careloop.facts.preparation import Cost
from careloop.facts.referrals import ReferralState
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Ball, LoopKind, State
from careloop.records.models import (
    Booking,
    BookingPart,
    Caseload,
    Loop,
    Patient,
    PatientLink,
    PatientLinkStep,
    Referral,
)
from careloop.rules.portal import COMING, day_of, list_next
from careloop.rules.preparation import list_steps, say_cost
from careloop.worklist.pages import load_message
from careloop.worklist.preparation import load_costs, needs_of

# So many visits to come are shown; nobody has more.
VISITS = 50


def load_page(acting: Acting, patient: Patient, purpose: LinkPurpose, link: PatientLink | None = None) -> PortalPage:
    """Return what a link of this purpose shows; without a link, what one would show today. At most ten statements."""
    coordinator = Caseload.objects.filter(patient=patient, during__contains=acting.at).select_related("person").first()
    visits: tuple[OwnVisit, ...] = ()
    lines: tuple[NextLine, ...] = ()
    if purpose is LinkPurpose.MESSAGE and link is not None:
        return _load_message_page(acting, patient, link, coordinator.person.name if coordinator else "")
    if purpose in (LinkPurpose.VISIT, LinkPurpose.ALL):
        is_own = link is None or link.member is None
        visits = load_visits(acting, patient, link.booking_id if link else None, with_cost=is_own)
    if purpose in (LinkPurpose.NEXT, LinkPurpose.ALL):
        lines = list_next(_load_promises(patient, acting.at), acting.at.astimezone(ZoneInfo(patient.zone)).date())
    return PortalPage(
        at=acting.at,
        zone=patient.zone,
        purpose=purpose,
        name=patient.preferred_name or patient.given.split(" ")[0] or patient.full_name,
        language=choose_language(*patient.languages),
        until=link.expires_at if link else acting.at,
        helper=coordinator.person.name if coordinator else "",
        for_name=link.member.name if link and link.member else "",
        visits=visits,
        question=_load_question(link) if link and purpose is LinkPurpose.QUESTION else None,
        lines=lines,
    )


def _load_message_page(acting: Acting, patient: Patient, link: PatientLink, helper: str) -> PortalPage:
    """Return the page of one message; where that has changed, nobody is named on it."""
    message = load_message(acting, link)
    reader = link.member.name if link.member else ""
    own = patient.preferred_name or patient.given.split(" ")[0] or patient.full_name
    return PortalPage(
        at=acting.at,
        zone=patient.zone,
        purpose=LinkPurpose.MESSAGE,
        name="" if message.has_changed else own,
        language=choose_language(message.language),
        until=link.expires_at,
        helper="" if message.has_changed else helper,
        for_name="" if message.has_changed else reader,
        message=message,
    )


def load_visits(
    acting: Acting, patient: Patient, booking_id: UUID | None = None, *, with_cost: bool = True
) -> tuple[OwnVisit, ...]:
    """Return the visits to come of a patient, the next one first; or the one that is named, wherever it stands.

    A named visit that was moved is shown as it is now: the newest booking of the same promise. What one costs is for
    the patient: who else reads the page may hear of visits without hearing of money.
    """
    rows = Booking.objects.filter(patient=patient).select_related("visit_type", "patient").order_by("starts_at", "id")
    if booking_id is None:
        rows = rows.filter(state__in=[str(one) for one in COMING], ends_at__gt=acting.at)
    else:
        named = Booking.objects.filter(pk=booking_id).values("loop_id")
        rows = rows.filter(loop_id__in=named).order_by("-occupies", "-made_at", "-id")[:1]
    found = list(rows[:VISITS])
    places = _load_places(found)
    costs = load_costs(row.pk for row in found) if with_cost else {}
    asked = set(
        PatientLinkStep.objects.filter(
            step=str(LinkStep.ASKED_CHANGE), booking_id__in=[row.pk for row in found]
        ).exclude(loop__state=str(State.CLOSED)).values_list("booking_id", flat=True)
    )  # fmt: skip
    return tuple(_visit(acting, row, places, costs, asked_to_change=row.pk in asked, named=booking_id) for row in found)


def _visit(
    acting: Acting,
    row: Booking,
    places: Mapping[UUID, str],
    costs: Mapping[UUID, Cost],
    *,
    asked_to_change: bool,
    named: UUID | None,
) -> OwnVisit:
    is_coming = BookingState(row.state) in COMING and row.starts_at > acting.at
    return OwnVisit(
        id=row.pk,
        version=row.version,
        wall=row.starts_wall,
        minutes=row.minutes,
        place="" if row.label_mask else places.get(row.pk, ""),
        may_confirm=is_coming and row.state == BookingState.BOOKED,
        may_change=is_coming,
        is_confirmed=row.state == BookingState.CONFIRMED,
        steps=list_steps(needs_of(row)) if is_coming else (),
        asked_to_change=asked_to_change,
        has_moved=named is not None and named != row.pk,
        cost=say_cost(costs[row.pk], row.zone) if is_coming and row.pk in costs else None,
    )


def _load_places(rows: Sequence[Booking]) -> dict[UUID, str]:
    """Return where each visit is: the site of whoever it is with, name and address."""
    its_own = Q(booking_id__in=[row.pk for row in rows])
    in_group = Q(group_id__in=[row.group_id for row in rows if row.group_id])
    parts = BookingPart.objects.filter(its_own | in_group, entry__kind=str(EntryKind.PRACTITIONER))
    found: dict[UUID, str] = {}
    by_group = {row.group_id: row.pk for row in rows if row.group_id}
    for part in parts.select_related("entry__site").order_by("id"):
        site = part.entry.site
        key = part.booking_id or by_group.get(part.group_id)
        if site is not None and key is not None:
            found.setdefault(key, ", ".join(one for one in (site.name, site.address) if one))
    return found


def _load_promises(patient: Patient, at: datetime) -> list[OpenPromise]:
    """Return every open loop of a patient with the little that the rule of plain sentences needs: four statements."""
    loops = list(
        Loop.objects.filter(patient=patient).exclude(state=str(State.CLOSED)).select_related("owner").order_by("id")
    )
    keys = [loop.pk for loop in loops]
    bookings: dict[UUID, Booking] = {}
    for row in Booking.objects.filter(loop_id__in=keys).order_by("occupies", "made_at", "id"):
        bookings[row.loop_id] = row
    referrals = dict(Referral.objects.filter(loop_id__in=keys).values_list("loop_id", "state"))
    waits = PatientLink.objects.filter(loop_id__in=keys).exclude(patientlinkstep__step=str(LinkStep.ANSWERED))
    asked = set(waits.values_list("loop_id", flat=True))

    def read(loop: Loop) -> OpenPromise:
        booking, referral = bookings.get(loop.pk), referrals.get(loop.pk)
        return OpenPromise(
            kind=LoopKind(loop.kind),
            ball=Ball(loop.ball),
            by_on=day_of(loop.due_at or loop.next_at, patient.zone),
            owner=loop.owner.name if loop.owner else "",
            has_label=bool(loop.label_mask),
            booking=BookingState(booking.state) if booking else None,
            wall=booking.starts_wall if booking else None,
            is_over=booking is not None and booking.ends_at <= at,
            referral=ReferralState(referral) if referral else None,
            is_question=loop.pk in asked,
        )

    return [read(loop) for loop in loops]


def _load_question(link: PatientLink) -> OwnQuestion:
    answer = PatientLinkStep.objects.filter(link=link, step=str(LinkStep.ANSWERED)).first()
    return OwnQuestion(
        words=link.question,
        form=AnswerForm(link.answer_form),
        answer=answer.words if answer else "",
        asked_by=link.made_by.name,
    )
