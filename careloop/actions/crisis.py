"""Crisis: anybody of the staff writes down that it happened, and somebody sees that the person is safe."""

from uuid import UUID

from django.db.models import Q

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.crisis import CrisisDraft
from careloop.guard.context import enter, name_in_line
from careloop.guard.doors import creating, managing, unattended
from careloop.guard.grants import load_reach
from careloop.records.models import CrisisNumberRow, CrisisReport, Patient
from careloop.rules.crisis import check_number, check_report
from careloop.worklist import crisis as work


@creating(needs=Right.CRISIS_WRITE, about=Patient)
def report_crisis_about(acting: Acting, patient: Patient, draft: CrisisDraft) -> UUID:
    """Write down that a patient was in a crisis: one loop of the highest severity, with an owner; return the report.

    Whoever may not work on loops writes it all the same: the worker opens the loop within seconds.

    :raises Refusal: if it is not said what happened, or the owner cannot be asked
    """
    said = check_report(draft, has_record=True)
    owners = [one.id for one in work.list_owners(acting, [patient.unit_id], patient)]
    report = CrisisReport(
        id=new_id(acting.at), patient=patient, unit_id=patient.unit_id, label_mask=patient.label_mask,
        kind=str(said.kind), words=said.words, done=said.done, at=acting.at, person_id=acting.person_id,
        owner_id=_owner(said, owners),
    )  # fmt: skip
    report.save(force_insert=True)
    work.open_crisis(acting, report, patient.zone)
    return UUID(str(report.pk))


@managing(needs=Right.CRISIS_WRITE)
def report_crisis(acting: Acting, draft: CrisisDraft) -> bool:
    """Write down that somebody was in a crisis whose record is not open; return whether its loop is open already.

    Who does not reach the team's queue writes it all the same: the worker opens the loop within seconds.

    :raises Refusal: if it is not said what happened and to whom, or the owner cannot be asked
    """
    said = check_report(draft, has_record=False)
    mine = work.list_my_units(acting)
    unit = said.unit_id if said.unit_id in mine else next(iter(mine), None)
    if unit is None:
        raise Refusal(Say("refusal.crisis_team"))
    owners = [one.id for one in work.list_owners(acting, [unit])]
    report = CrisisReport(
        id=new_id(acting.at), unit_id=unit, kind=str(said.kind), about=said.about, words=said.words, done=said.done,
        at=acting.at, person_id=acting.person_id, owner_id=_owner(said, owners),
    )  # fmt: skip
    report.save(force_insert=True)
    if unit not in load_reach(acting).units:
        return False
    work.open_crisis(acting, report)
    return True


@unattended(needs=Right.WORK_UNATTENDED)
def open_crises(acting: Acting, *, how_many: int) -> int:
    """Open the loops of crises that were written down by whoever does not reach the team's queue; return how many."""
    waiting = CrisisReport.objects.filter(loop=None).select_for_update(of=("self",), skip_locked=True)
    reports = list(waiting.order_by("at", "id")[:how_many])
    enter(
        patients={one.patient_id for one in reports if one.patient_id is not None},
        units={one.unit_id for one in reports if one.patient_id is None},
    )
    for report in reports:
        work.open_crisis(acting, report)
    name_in_line([one.patient_id for one in reports if one.patient_id is not None])
    return len(reports)


@managing(needs=Right.DIRECTORY_WRITE)
def add_number(acting: Acting, *, name: str, number: str, hours: str) -> UUID:
    """Add a number of the clinic itself to the crisis protocol; return it.

    :raises Refusal: without a name or digits
    """
    said = check_number(name, number, hours)
    row = CrisisNumberRow(
        id=new_id(acting.at),
        name=said[0],
        number=said[1],
        hours=said[2],
        made_at=acting.at,
        made_by_id=acting.person_id,
    )
    row.save(force_insert=True)
    return UUID(str(row.pk))


@managing(needs=Right.DIRECTORY_WRITE)
def end_number(acting: Acting, *, number_id: UUID) -> None:
    """Take a number of the clinic off the crisis protocol; that it stood there stays.

    :raises NotFound: if it does not stand there any more
    """
    row = CrisisNumberRow.objects.select_for_update().filter(Q(pk=number_id, ended_at=None)).first()
    if row is None:
        raise NotFound
    row.ended_at, row.ended_by_id, row.version = acting.at, acting.person_id, row.version + 1
    row.save()


def _owner(draft: CrisisDraft, owners: list[str]) -> UUID | None:
    """Return who sees that the person is safe: who was chosen, else the first who can, else the team's queue.

    :raises Refusal: if who was chosen cannot be asked
    """
    if draft.owner_id is None:
        return UUID(owners[0]) if owners else None
    if str(draft.owner_id) not in owners:
        raise Refusal(Say("refusal.receiver_elsewhere"))
    return draft.owner_id
