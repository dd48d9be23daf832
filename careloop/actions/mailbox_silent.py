"""A mailbox of answers that cannot be read becomes a loop, which closes itself when it is read again."""

from zoneinfo import ZoneInfo

from careloop.basics.words import Say
from careloop.channels.settings import is_loopback
from careloop.facts.access import Acting, Right
from careloop.facts.mailbox import MAILBOX_SILENT, MailTrouble
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity, State
from careloop.guard.context import enter
from careloop.guard.doors import unattended
from careloop.records.models import Clinic, Loop, Mailbox, Unit
from careloop.rules.mailbox import needs_mending
from careloop.rules.threads import ANSWER_HOURS, answer_by
from careloop.worklist.leads import find_administrators_unit
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.settle import Change, change, clinic_zone
from careloop.worklist.thread_values import value_of


@unattended(needs=Right.WORK_UNATTENDED)
def ask_about_mailbox(acting: Acting) -> int:
    """Ask the administrators' team to mend a mailbox that fell silent; return how many loops changed, at most one.

    It is asked once for each silence: the mailbox is locked, so that two workers open no second loop. The loop ends by
    itself, with the moment, when the mailbox is read again, and when nobody wants it read any more.
    """
    row = Mailbox.objects.select_for_update(of=("self",)).filter(pk=1).first()
    if row is None:
        return 0
    enter(units=Unit.objects.values_list("pk", flat=True))
    asked = Loop.objects.filter(check_name=MAILBOX_SILENT, patient=None)
    standing = asked.exclude(state=str(State.CLOSED)).select_for_update(of=("self",), no_key=True).first()
    if standing is not None:
        return _end(acting, row, standing)
    if not _is_silent(acting, row) or asked.filter(opened_at__gte=row.reached_at or row.set_at).exists():
        return 0
    unit_id = find_administrators_unit()
    return _ask(acting, row, unit_id) if unit_id is not None else 0


def _is_silent(acting: Acting, row: Mailbox) -> bool:
    if not row.is_on or (not is_loopback(row.host) and Clinic.objects.filter(is_demo=True).exists()):
        # A demo reads none outside: nothing is broken there.
        return False
    trouble = MailTrouble(row.trouble) if row.trouble else None
    return needs_mending(acting.at, since=row.set_at, reached_at=row.reached_at, trouble=trouble, failures=row.failures)


def _end(acting: Acting, row: Mailbox, loop: Loop) -> int:
    """End the loop with its evidence, a look that came through since; without it, only if the mailbox is shut."""
    read_at = row.reached_at
    if row.is_on and (read_at is None or read_at < loop.opened_at):
        return 0
    if row.is_on and read_at is not None:
        at = read_at.astimezone(ZoneInfo(clinic_zone()))
        said = Say("event.mailbox_read", day=at.date(), time=f"{at:%H:%M}")
    else:
        said = Say("event.mailbox_shut")
    change(acting, loop, Change(Event.ENDED_BY_FACTS, said, outcome=Outcome.DONE))
    return 1


def _ask(acting: Acting, row: Mailbox, unit_id: int) -> int:
    zone = clinic_zone()
    why = Say(f"mailbox_trouble.{row.trouble}") if row.trouble else Say("mailbox_trouble.nobody")
    open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=None,
            unit_id=unit_id,
            label_mask=0,
            title=Say("review.mailbox"),
            because=(why,),
            if_waits=Say("review.mailbox_if_waits"),
            step=Say("step.mend_mailbox"),
            severity=Severity.HIGH,
            # Answers lie there unread: it must be mended before the oldest of them is owed for too long.
            due_at=answer_by(acting.at, value_of(ANSWER_HOURS, acting)),
            queue_id=unit_id,
            check_name=MAILBOX_SILENT,
            finding_key=str(row.generation),
        ),
        zone=zone,
    )
    return 1
