"""What the demo looks up while it is made."""

from uuid import UUID

from careloop.facts.access import Acting, Right
from careloop.facts.worklist import State
from careloop.guard.doors import reading
from careloop.records.models import Loop, Patient


@reading(needs=Right.LOOP_READ, about=Patient)
def find_open_loops(acting: Acting, patient: Patient) -> dict[str, tuple[UUID, int]]:
    """Return the open loops of a patient with their versions, by the name of the check that found them."""
    loops = Loop.objects.filter(patient=patient).exclude(state=str(State.CLOSED)).exclude(check_name="")
    return {loop.check_name: (loop.pk, loop.version) for loop in loops.order_by("-id")}
