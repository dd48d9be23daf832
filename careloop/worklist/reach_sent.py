"""What was sent to a patient about a loop counts as a try to reach them, once: under its key in the outbox."""

from collections.abc import Iterable, Mapping

from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.outbox import OutKind, OutState
from careloop.facts.reach import TryResult, TryRoad
from careloop.records.models import ContactTry, ContactTryLoop, Outbox

# Roads of the outbox on which something is written to a person, as the ladder names them. A call made by hand stands
# on the call card with how it ended.
AS_TRY: Mapping[Road, TryRoad] = {
    Road.TEXT: TryRoad.TEXT, Road.EMAIL: TryRoad.EMAIL, Road.LETTER: TryRoad.LETTER, Road.PORTAL: TryRoad.PORTAL,
}  # fmt: skip


def write_sent(acting: Acting, rows: Iterable[Outbox]) -> int:
    """Keep tries of what of these rows has been sent; return how many. Two statements for any number.

    Only what went to the patient about a loop is one: not to the circle or an office, nor the last word after a stop.
    The loops are told nothing here: what was written about them stands on them already.
    """
    sent = [(row, row.loop_id) for row in rows if row.loop_id is not None and _counts(row)]
    ContactTry.objects.bulk_create(
        ContactTry(
            id=row.pk, patient_id=row.patient_id, unit_id=row.unit_id, label_mask=row.label_mask, at=acting.at,
            zone=row.zone, person_id=row.queued_by_id, road=str(_road_of(row)), address=row.address,
            result=str(TryResult.SENT),
        )
        for row, _loop in sent
    )  # fmt: skip
    ContactTryLoop.objects.bulk_create(
        ContactTryLoop(
            contact_try_id=row.pk, loop_id=loop_id, patient_id=row.patient_id, unit_id=row.unit_id,
            label_mask=row.label_mask,
        )
        for row, loop_id in sent
    )  # fmt: skip
    return len(sent)


def _road_of(row: Outbox) -> TryRoad:
    """Return on which road a try was made: a message behind a link is one of its own, whatever carried the link."""
    return AS_TRY[Road(row.message.road if row.message is not None else row.road)]


def _counts(row: Outbox) -> bool:
    return (
        row.state == OutState.SENT
        and row.kind == OutKind.MESSAGE
        and row.member_id is None
        and not row.is_last_word
        and row.road in AS_TRY
    )
