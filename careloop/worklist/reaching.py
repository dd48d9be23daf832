"""Tries to reach people as rows, and what follows when nobody can be reached: a rule is met, whoever asked hears."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.reach import load_reach_times
from careloop.facts.access import SYSTEM_ID, Acting, Relation, Right, Role
from careloop.facts.consents import Road
from careloop.facts.outbox import Stopped
from careloop.facts.reach import (
    BY_NUMBER,
    FROM_CONTACT,
    BlockWhy,
    Lacking,
    Ladder,
    TryRoad,
)
from careloop.facts.worklist import ContactResult, LoopKind, Severity
from careloop.records.models import (
    CareTeamMember,
    CircleMember,
    ContactPoint,
    ContactTry,
    ContactTryLoop,
    Loop,
    Patient,
    PatientContact,
    Person,
    ReachBlock,
    ReachEnd,
    Referral,
)
from careloop.rules.access import is_allowed
from careloop.rules.defaults import value_on
from careloop.rules.outbox import is_same_number
from careloop.rules.reach import TOLD_HOURS, find_lacking, needed
from careloop.worklist.contact_points import Receiver, freeze_point, list_points
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.outbox import withdraw_where
from careloop.worklist.tries import PHONES, find_ladder, find_shut, load_blocks, load_stopped, load_tries


def reach_time(name: str, at: datetime) -> int:
    """Return a default of reaching people that holds at a moment: minutes or hours, as its name says."""
    return value_on(load_reach_times()[name], at.date())


def write_try(patient: Patient, loops: Iterable[Loop], row: ContactTry) -> ContactTry:
    """Keep a try and what it was about; whoever may see the one may see the other."""
    about = list(loops)
    mask = patient.label_mask
    for loop in about:
        mask |= loop.label_mask
    row.patient, row.unit_id, row.label_mask, row.zone = patient, patient.unit_id, mask, patient.zone
    row.save(force_insert=True)
    ContactTryLoop.objects.bulk_create(
        ContactTryLoop(contact_try=row, loop=loop, patient=patient, unit_id=patient.unit_id, label_mask=mask)
        for loop in about
    )
    return row


def write_contact(acting: Acting, loop: Loop, result: ContactResult, note: str) -> None:
    """Keep a contact that was logged on one loop among the tries: a call to the number that is first on file."""
    if loop.patient_id is None:
        return
    patient = Patient.objects.get(pk=loop.patient_id)
    first = PatientContact.objects.filter(patient=patient, system__in=PHONES).order_by("id").first()
    row = ContactTry(
        id=new_id(acting.at), at=acting.at, person_id=acting.person_id, road=str(TryRoad.CALL), note=note,
        address=first.value if first else "", result=str(FROM_CONTACT[result]),
    )  # fmt: skip
    write_try(patient, [loop], row)


def find_missing(acting: Acting, loop: Loop, patient: Patient) -> tuple[Ladder, Lacking, bool]:
    """Return the ladder of a loop, what is lacking before somebody is called unreachable, and whether calls count."""
    values = list(PatientContact.objects.filter(patient=patient, system__in=PHONES).values_list("value", flat=True))
    may_call = TryRoad.CALL not in find_shut(values, load_blocks(patient.pk), load_stopped(patient.pk))
    ladder = find_ladder(loop, acting.at, patient.zone)
    tries = load_tries([loop.pk])[loop.pk]
    is_clinician = acting.role is Role.CLINICIAN
    lacking = find_lacking(ladder, tries, acting.at, may_call=may_call, is_clinician=is_clinician)
    return ladder, lacking, may_call


def expect_unreachable(acting: Acting, loop: Loop) -> None:
    """Let a loop be closed because nobody could be reached: keep what stood, and tell whoever asked.

    :raises Refusal: until the rule of its ladder is met, or of a result that is not normal without a clinician
    """
    if loop.patient_id is None:
        raise Refusal(Say("refusal.outcome"))
    patient = Patient.objects.get(pk=loop.patient_id)
    ladder, lacking, may_call = find_missing(acting, loop, patient)
    if replace(lacking, clinician=False).is_met and lacking.clinician:
        raise Refusal(Say("refusal.reach_clinician"))
    if not lacking.is_met:
        raise Refusal(say_lacking(lacking))
    calls, parts, written = needed(ladder, may_call=may_call)
    ReachEnd(
        patient=patient, unit_id=patient.unit_id, label_mask=loop.label_mask, loop=loop, at=acting.at,
        by_id=acting.person_id, rule=ladder.id, rule_from=ladder.from_on, calls_needed=calls, parts_needed=parts,
        written_needed=written, days_needed=ladder.days,
    ).save(force_insert=True)  # fmt: skip
    _tell_asker(acting, loop, patient)


def say_lacking(lacking: Lacking) -> Say:
    """Return what is still to be tried, as one sentence."""
    return Say(
        "refusal.reach_not_met", calls=lacking.calls, parts=lacking.parts, written=lacking.written + lacking.certified,
        days=lacking.days,
    )  # fmt: skip


def shut_number(acting: Acting, patient: Patient, address: str) -> bool:
    """Shut a wrong number for calls and texts, and open a task to find the right one; False if it was shut before."""
    known = {one.road for one in load_blocks(patient.pk) if is_same_number(one.address, address)}
    roads = {str(road) for road in BY_NUMBER} - known
    if not roads or not address:
        return False
    withdraw_to_number(acting, patient, address)
    for road in sorted(roads):
        _block(acting, patient, road, address, BlockWhy.WRONG_NUMBER)
    ask_for_number(acting, patient, address)
    return True


def withdraw_to_number(acting: Acting, patient: Patient, address: str) -> int:
    """Take back what is on its way to a number of the patient; return how many. Before it is shut, so none waits."""
    points = ContactPoint.objects.filter(patient=patient, member=None, road__in=[str(Road.TEXT), str(Road.PHONE)])
    keys = [key for key, value in points.values_list("pk", "address") if is_same_number(value, address)]
    return withdraw_where(acting, {"patient": patient, "point__in": keys}, Stopped.FROZEN)


def rest_point(acting: Acting, patient: Patient, point: ContactPoint, because: str) -> int:
    """Let an address rest that is somebody else's; return how many messages to it were taken back.

    A number of the patient is shut for calls and texts with it, by the database, and a task opened for the right one.
    """
    if point.member_id is not None or point.road not in (Road.TEXT, Road.PHONE):
        stopped = withdraw_where(acting, {"point": point}, Stopped.FROZEN)
        freeze_point(acting, point, because)
        return stopped
    stopped = withdraw_to_number(acting, patient, point.address)
    freeze_point(acting, point, because)
    ask_for_number(acting, patient, point.address)
    return stopped


def rest_number_of(acting: Acting, patient: Patient, member: CircleMember, address: str) -> None:
    """Let a number of somebody of the circle rest that is somebody else's, for texts too."""
    for point in list_points(acting, Receiver(patient, member)):
        if point.road in (Road.TEXT, Road.PHONE) and point.frozen_at is None and is_same_number(point.address, address):
            rest_point(acting, patient, point, "wrong number")


def ask_for_number(acting: Acting, patient: Patient, address: str) -> None:
    """Open a task to find the right number: of whoever noted it, or where nobody did, of the primary coordinator."""
    nobody = acting.person_id == SYSTEM_ID
    owner = primary_coordinators(acting, [patient.pk]).get(patient.pk) if nobody else acting.person_id
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("reach.find_number"),
            because=(Say("because.wrong_number", number=address),),
            if_waits=Say("reach.if_no_number"),
            step=Say("step.find_number"),
            severity=Severity.MODERATE,
            owner_id=owner,
            queue_id=patient.unit_id,
        ),
        zone=patient.zone,
    )


def shut_road(acting: Acting, patient: Patient, road: TryRoad) -> None:
    """Shut a whole road because the person asked not to be reached on it."""
    if not ReachBlock.objects.filter(patient=patient, road=str(road), address="", ended_at=None).exists():
        _block(acting, patient, str(road), "", BlockWhy.ASKED_NOT)


def find_clinician(patient: Patient, at: datetime) -> UUID | None:
    """Return a clinician of the patient's care team who is there, None if there is none: then the team's queue."""
    team = CareTeamMember.objects.filter(patient=patient, during__contains=at, person__is_active=True)
    own = team.filter(person__role=str(Role.CLINICIAN)).order_by("id").values_list("person_id", flat=True)
    found: UUID | None = own.first()
    return found


def _block(acting: Acting, patient: Patient, road: str, address: str, why: BlockWhy) -> None:
    ReachBlock(
        patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask, road=road, address=address,
        why=str(why), since=acting.at, by_id=acting.person_id,
    ).save(force_insert=True)  # fmt: skip


def _tell_asker(acting: Acting, loop: Loop, patient: Patient) -> None:
    """Open a task for whoever asked, to read that nobody could be reached and to decide what then.

    Who closes what they asked for themselves knows. Of what a check found, the clinician of the care team hears when
    the harm of missing it is high; where nobody can be told, the team's queue is.
    """
    asker = _find_asker(loop)
    if asker == acting.person_id:
        return
    if asker is None and loop.severity < Severity.HIGH:
        return
    owner = asker if asker and _may_work(acting, asker, patient) else find_clinician(patient, acting.at)
    if owner == acting.person_id:
        return
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=loop.label_mask,
            title=Say("reach.not_reached"),
            because=(Say("because.not_reached"), Say.from_stored(loop.title)),
            if_waits=None,
            step=Say("step.not_reached"),
            severity=Severity(loop.severity),
            due_at=acting.at + timedelta(hours=reach_time(TOLD_HOURS, acting.at)),
            owner_id=owner,
            parent_id=loop.pk,
        ),
        zone=patient.zone,
    )


def _find_asker(loop: Loop) -> UUID | None:
    """Return who asked for what a loop promises: of a referral the clinician, None for what a check found."""
    if loop.kind == LoopKind.REFERRAL:
        asked: UUID | None = Referral.objects.filter(loop=loop).values_list("asked_by_id", flat=True).first()
        return asked
    return None if loop.asked_by_id in (None, SYSTEM_ID) else loop.asked_by_id


def _may_work(acting: Acting, person_id: UUID, patient: Patient) -> bool:
    """Tell whether somebody is there, works on loops and reaches the patient in some way."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        return False
    asked = replace(acting, person_id=person.pk, role=Role(person.role))
    if person.role == Role.CLINICIAN:
        team = CareTeamMember.objects.filter(patient=patient, person=person, during__contains=acting.at)
        return is_allowed(asked, Right.LOOP_WRITE, {Relation.CARE_TEAM} if team.exists() else set())
    teams = Q(membership__unit_id=patient.unit_id)
    in_team = Person.objects.filter(teams, pk=person.pk).exists()
    return is_allowed(asked, Right.LOOP_WRITE, {Relation.UNIT} if in_team else set())
