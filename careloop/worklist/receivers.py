"""Who may be given a loop: one person who works on loops of its team, or the team's queue."""

from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Right, Role
from careloop.records.models import Membership
from careloop.rules.access import rights_of


def find_receiver(unit_id: int, person: UUID | None, unit: int | None) -> tuple[UUID | None, int | None]:
    """Return the owner or the queue of a loop of this unit, the other as None.

    :raises Refusal: unless exactly one receiver is named, active and of the unit
    """
    if (person is None) == (unit is None):
        raise Refusal(Say("refusal.one_receiver"))
    if unit is not None:
        if unit != unit_id:
            raise Refusal(Say("refusal.receiver_elsewhere"))
        return None, unit
    members = Membership.objects.filter(unit_id=unit_id, person__is_active=True)
    role = members.filter(person_id=person).values_list("person__role", flat=True).first() if person else None
    # Somebody who may not work on loops would be an owner in name only.
    if role is None or Right.LOOP_WRITE not in rights_of(Role(role)):
        raise Refusal(Say("refusal.receiver_elsewhere"))
    return person, None
