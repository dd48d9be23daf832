"""Who hears of it when something did not go, when nobody can tell, or when a person has to carry it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.outbox import OutKind, OutState, Stopped
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity
from careloop.facts.worklist import State as LoopState
from careloop.records.models import CircleMember, Loop, Outbox, Patient
from careloop.rules.outbox import TO_MEND, why_stopped
from careloop.worklist.offices import to_name_of
from careloop.worklist.opening import Draft, open_loop, open_loops, primary_coordinators
from careloop.worklist.settle import Change, change

NOT_SENT, UNCLEAR, BY_HAND = "outbox_not_sent", "outbox_unclear", "outbox_by_hand"


def tell_not_sent(acting: Acting, rows: Sequence[Outbox]) -> None:
    """Tell the loops behind messages that they did not go, and open a task where somebody has to reach them otherwise.

    A constant number of statements opens all the tasks; each loop that hears of it is written by itself.
    """
    # The referral of a packet hears of it, and says what comes next; nobody is asked about the dead.
    dead = _find_dead({row.patient_id for row in rows})
    told = [row for row in rows if row.kind != OutKind.PACKET and row.patient_id not in dead]
    open_ones = Loop.objects.exclude(state=str(LoopState.CLOSED)).select_for_update(of=("self",)).order_by("pk")
    loops = {loop.pk: loop for loop in open_ones.filter(pk__in={row.loop_id for row in told if row.loop_id})}
    for row in told:
        if row.loop_id in loops:
            change(acting, loops[row.loop_id], Change(Event.FACTS_CHANGED, _why(row)))
    _open_not_sent(acting, [row for row in told if _severity(row) is not None])


def _open_not_sent(acting: Acting, rows: Sequence[Outbox]) -> None:
    """Open a task for each that has none yet."""
    keys, patients = [str(row.pk) for row in rows], {row.patient_id for row in rows}
    asked = Loop.objects.filter(patient_id__in=patients, check_name=NOT_SENT, finding_key__in=keys)
    there = set(asked.values_list("finding_key", flat=True))
    names, owners = _names(rows), primary_coordinators(acting, list(patients))
    open_loops(
        acting,
        [
            _draft(
                row, NOT_SENT, (Say("outbox.not_sent", name=names[row.pk]), _why(row), Say("step.outbox_other_way")),
                _severity(row) or Severity.MODERATE, owners.get(row.patient_id),
            )
            for row in rows if str(row.pk) not in there
        ],
    )  # fmt: skip


def _find_dead(patients: set[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_of_the_dead(%s)", [list(patients)])
        return {key for (key,) in cursor.fetchall()}


def _because(row: Outbox) -> Stopped | None:
    return Stopped(row.stopped_because) if row.state == OutState.WITHDRAWN else None


def _why(row: Outbox) -> Say:
    because = _because(row)
    return why_stopped(because) if because else _why_failed(row)


def _severity(row: Outbox) -> Severity | None:
    """Return how much it matters that somebody reaches them otherwise; None if nobody has to."""
    because = _because(row)
    return TO_MEND.get(because) if because else Severity.MODERATE


def ask_unclear(acting: Acting, row: Outbox) -> None:
    """Ask somebody to find out whether a message came: nobody can tell, and it is never sent again blindly."""
    if row.kind == OutKind.PACKET:
        # Its referral is being checked: that is the same question, to the same people.
        return
    because = Say("outbox.unclear_because")
    step = Say("step.outbox_find_out")
    _open(acting, row, UNCLEAR, Say("outbox.unclear", name=_name(row)), because, step, Severity.MODERATE)


def ask_by_hand(acting: Acting, row: Outbox) -> None:
    """Ask somebody to print and send a letter, or to call: what is ready waits for them."""
    name = _name(row)
    if row.kind == OutKind.PACKET:
        title, because, step = Say("packet.carry", name=name), Say("packet.carry_because"), Say("step.packet_carry")
    elif row.kind == OutKind.OFFICE:
        title, because, step = Say("office.carry", name=name), Say("office.carry_because"), Say("step.office_carry")
    elif row.road == Road.LETTER:
        title, because, step = Say("outbox.by_hand", name=name), Say("outbox.by_hand_because"), Say("step.outbox_print")
    else:
        title, because = Say("outbox.call_by_hand", name=name), Say("outbox.call_by_hand_because")
        step = Say("step.outbox_call")
    _open(acting, row, BY_HAND, title, because, step, Severity.MODERATE)


def close_by_hand(acting: Acting, row: Outbox) -> None:
    """Close the task of a letter that was sent, with how."""
    rows = Loop.objects.filter(patient_id=row.patient_id, check_name=BY_HAND, finding_key=str(row.pk))
    for loop in rows.exclude(state=str(LoopState.CLOSED)).select_for_update(of=("self",)):
        change(acting, loop, Change(Event.FINISH, Say("event.outbox_by_hand"), note=row.said, outcome=Outcome.DONE))


def _open(
    acting: Acting, row: Outbox, check: str, title: Say, because: Say, step: Say, severity: Severity
) -> None:  # fmt: skip
    if Loop.objects.filter(patient_id=row.patient_id, check_name=check, finding_key=str(row.pk)).exists():
        return
    owner = primary_coordinators(acting, [row.patient_id]).get(row.patient_id)
    open_loop(acting, _draft(row, check, (title, because, step), severity, owner))


def _draft(row: Outbox, check: str, said: tuple[Say, Say, Say], severity: Severity, owner: UUID | None) -> Draft:
    """Return a task about a row; ``said`` are its title, why it is there, and what to do."""
    title, because, step = said
    return Draft(
        kind=LoopKind.TASK,
        patient_id=row.patient_id,
        unit_id=row.unit_id,
        label_mask=row.label_mask,
        title=title,
        because=(because,),
        if_waits=Say("outbox.not_sent_if_waits"),
        step=step,
        severity=severity,
        owner_id=owner,
        queue_id=row.unit_id,
        check_name=check,
        finding_key=str(row.pk),
        due_at=row.good_until if check == BY_HAND else None,
    )


def _why_failed(row: Outbox) -> Say:
    return Say("outbox.failed", said=row.said) if row.said else Say("outbox.failed_tries", count=row.attempts)


def _name(row: Outbox) -> str:
    return row.sending.to_name if row.sending is not None else _names([row])[row.pk]


def _names(rows: Sequence[Outbox]) -> dict[UUID, str]:
    """Return to whom each message was written: the person of the circle, the office, or the patient."""
    members = {row.member_id for row in rows if row.member_id is not None}
    people = dict(CircleMember.objects.filter(pk__in=members).values_list("pk", "name")) if members else {}
    patients = {row.patient_id for row in rows if row.member_id is None and row.kind != OutKind.OFFICE}
    if patients:
        people |= dict(Patient.objects.filter(pk__in=patients).values_list("pk", "full_name"))
    return {
        row.pk: to_name_of(row) if row.kind == OutKind.OFFICE else people.get(row.member_id or row.patient_id, "")
        for row in rows
    }
