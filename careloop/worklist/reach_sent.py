"""What was sent to a patient about a loop counts as a try to reach them, once: under its key in the outbox."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.outbox import OutKind, OutState
from careloop.facts.questions import CLOCK
from careloop.facts.reach import TryResult, TryRoad
from careloop.facts.worklist import Ball, ContactResult, Event, LoopKind, State
from careloop.records.models import ContactTry, ContactTryLoop, Loop, Outbox
from careloop.rules.ladder import CLIMBING
from careloop.worklist.settle import Change, change

# Roads of the outbox on which something is written to a person, as the ladder names them. A call made by hand stands
# on the call card with how it ended.
AS_TRY: Mapping[Road, TryRoad] = {
    Road.TEXT: TryRoad.TEXT, Road.EMAIL: TryRoad.EMAIL, Road.LETTER: TryRoad.LETTER, Road.PORTAL: TryRoad.PORTAL,
}  # fmt: skip

# What is written to a patient about these is a try by itself. Of a visit and a referral only where somebody is called
# about them already: reminders and news go out about both while they rest with somebody else.
BY_ITSELF = (LoopKind.GAP, LoopKind.TASK, LoopKind.SAFETY)


def write_sent(acting: Acting, rows: Iterable[Outbox]) -> int:
    """Keep tries of what of these rows has been sent; return how many. Two statements for any number.

    Only what went to the patient about a loop is one: not to the circle or an office, nor the last word after a stop.
    The next step and date of the loop follow from it in the same save. Who holds a loop at this instant is not waited
    for, as what is sent here must not be undone: such a loop hears of it in the next round of the outbox.
    """
    sent = [(row, row.loop_id) for row in rows if row.loop_id is not None and _counts(row)]
    if not sent:
        return 0
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
    _follow(acting, [row for row, _loop in sent])
    return len(sent)


def _road_of(row: Outbox) -> TryRoad:
    """Return on which road a try was made: a message behind a link is one of its own, whatever carried the link."""
    return AS_TRY[Road(row.message.road if row.message is not None else row.road)]


def follow_late(acting: Acting, row: Outbox) -> None:
    """Let the loop behind a message follow that it went, once whoever held the loop is done."""
    loop = _followers([row.loop_id]).select_for_update(of=("self",), no_key=True).first()
    if loop is not None:
        _tell(acting, loop, row)


def _follow(acting: Acting, sent: list[Outbox]) -> None:
    latest = {row.loop_id: row for row in sent}
    found = set(_followers(latest).values_list("pk", flat=True))
    if not found:
        return
    rows = _followers(found).select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("id")
    for loop in rows:
        _tell(acting, loop, latest[loop.pk])
        found.discard(loop.pk)
    for loop_id in found:
        row = latest[loop_id]
        row.awaits_word = True
        row.save(update_fields=["awaits_word"])


def _followers(loop_ids: Iterable[UUID | None]) -> QuerySet[Loop]:
    """Return the loops whose next step a message to the patient decides.

    Not one that was put off to a day of its own, of which the patient was reached or will call, or whose answer is
    awaited from a colleague.
    """
    climbing = [str(one) for one in CLIMBING]
    by_itself = Q(kind__in=[str(one) for one in BY_ITSELF], last_contact="", ball__in=[str(Ball.US), str(Ball.PATIENT)])
    rows = Loop.objects.filter(pk__in=list(loop_ids), state__in=[str(State.TO_DO), str(State.STARTED)])
    return rows.exclude(clock=CLOCK).filter(Q(last_contact__in=climbing) | by_itself)


def _tell(acting: Acting, loop: Loop, row: Outbox) -> None:
    said = Say(f"event.tried.{AS_TRY[Road(row.road)]}")
    columns: dict[str, object] = {"last_contact": str(ContactResult.LEFT_MESSAGE)}
    change(acting, loop, Change(Event.LOG_CONTACT, said, evidence=(row.pk,), columns=columns), zone=row.zone)


def _counts(row: Outbox) -> bool:
    return (
        row.state == OutState.SENT
        and row.kind == OutKind.MESSAGE
        and row.member_id is None
        and not row.is_last_word
        and row.road in AS_TRY
    )
