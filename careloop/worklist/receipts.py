"""What a provider says became of something that was sent: it came, it did not, or there is no such address."""

from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.outbox import OutState
from careloop.records.models import ContactPoint, Outbox, Patient
from careloop.worklist.reaching import rest_point

SAID = 200


def note_delivered(acting: Acting, key: UUID) -> None:
    """Note that something arrived: the last word about it."""
    row = Outbox.objects.select_for_update(of=("self",)).get(pk=key)
    if row.state in (OutState.SENT, OutState.FAILED):
        # One that was thought lost has nothing to be told any more; one that went may have a loop that did not hear.
        row.awaits_word = row.awaits_word and row.state == OutState.SENT
        row.state, row.state_since, row.delivered_at = str(OutState.DELIVERED), acting.at, acting.at
        row.save()


def note_not_delivered(acting: Acting, key: UUID, said: str, *, is_nobodys: bool, because: str) -> None:
    """Note that something did not arrive; whoever asked for it hears of it. A delivery before it changes nothing.

    ``is_nobodys``: there is no such address, so it rests, and ``because`` says why.
    """
    row = Outbox.objects.select_for_update(of=("self",)).get(pk=key)
    if row.state != OutState.SENT:
        return
    row.state, row.state_since, row.awaits_word = str(OutState.FAILED), acting.at, True
    row.said = said[:SAID]
    row.save()
    points = ContactPoint.objects.select_for_update(of=("self",), no_key=True)
    point = points.filter(pk=row.point_id, frozen_at=None, ended_at=None).first() if is_nobodys else None
    if point is not None:
        rest_point(acting, Patient.objects.get(pk=row.patient_id), point, because)
