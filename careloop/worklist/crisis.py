"""Crises as loops, inside their doors: who sees that somebody is safe, and the loop that says so."""

from uuid import UUID

from careloop.basics.words import Say
from careloop.facts.access import Acting, Role
from careloop.facts.crisis import CLOCK, CRISIS
from careloop.facts.pages import Choice
from careloop.facts.worklist import LoopKind, Severity
from careloop.records.models import CrisisReport, Membership, Patient, Person
from careloop.worklist.colleagues import list_colleagues
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import clinic_zone


def list_owners(acting: Acting, unit_ids: list[int], patient: Patient | None = None) -> tuple[Choice, ...]:
    """Return who can be asked to see that somebody is safe, supervisors first.

    With a patient, clinicians of the unit who may see them come after the supervisors; without one nobody else reaches
    what is in the team's queue.
    """
    bosses = Person.objects.filter(membership__unit_id__in=unit_ids, is_active=True, role=str(Role.SUPERVISOR))
    found = {one.pk: one.name for one in bosses.distinct().order_by("name", "id")}
    if patient is not None:
        seeing = [one for one in list_colleagues(acting, patient) if one.role == Role.CLINICIAN]
        found |= {one.pk: one.name for one in seeing}
    return tuple(Choice(str(key), name) for key, name in found.items())


def list_my_units(acting: Acting) -> list[int]:
    """Return the teams in which somebody works."""
    return list(
        Membership.objects.filter(person_id=acting.person_id).order_by("unit_id").values_list("unit_id", flat=True)
    )


def open_crisis(acting: Acting, report: CrisisReport, zone: str = "") -> UUID:
    """Open the loop of a crisis, of the highest severity and due at once, and tie the report to it."""
    named = report.about or str(Person.objects.values_list("name", flat=True).get(pk=report.person_id))
    has_record = report.patient_id is not None
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK if has_record else LoopKind.REVIEW,
            patient_id=report.patient_id,
            unit_id=report.unit_id,
            label_mask=report.label_mask,
            title=Say("crisis.title") if has_record else Say("crisis.title_of", name=named),
            because=(Say("text.free", text=report.words),),
            if_waits=Say("crisis.if_waits"),
            step=Say("step.crisis"),
            severity=Severity.CRITICAL,
            due_at=report.at,
            owner_id=report.owner_id,
            queue_id=report.unit_id,
            check_name="" if has_record else CRISIS,
            finding_key="" if has_record else str(report.pk),
            note=report.done,
            clock=CLOCK if has_record else "",
        ),
        zone=zone or ("" if has_record else clinic_zone()),
    )
    report.loop = loop
    report.save(update_fields=["loop"])
    return UUID(str(loop.pk))
