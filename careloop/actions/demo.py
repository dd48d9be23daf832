"""Marks of a demo: set before the first invented record, and when the last one is in."""

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import Clinic


@managing(needs=Right.PEOPLE_WRITE)
def mark_demo(acting: Acting, *, name: str, zone: str) -> None:
    """Mark this database as a demo, with the clinic's name and zone."""
    clinic = Clinic.objects.get(pk=1)
    clinic.name, clinic.zone, clinic.is_demo = name, zone, True
    clinic.save()


@managing(needs=Right.PEOPLE_WRITE)
def mark_demo_ready(acting: Acting) -> None:
    """Note that the demo clinic is whole.

    :raises Refusal: if this database was never marked as a demo
    """
    if not Clinic.objects.filter(pk=1, is_demo=True).update(demo_ready_at=acting.at):
        raise Refusal(Say("refusal.not_a_demo"))
