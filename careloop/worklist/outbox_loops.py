"""Who hears of it when something did not go, when nobody can tell, or when a person has to carry it."""

from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.outbox import OutKind, OutState, Stopped
from careloop.facts.worklist import Event, LoopKind, Outcome, Severity
from careloop.facts.worklist import State as LoopState
from careloop.records.models import CircleMember, Loop, Outbox, Patient
from careloop.rules.outbox import TO_MEND, why_stopped
from careloop.worklist.offices import to_name_of
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.settle import Change, change

NOT_SENT, UNCLEAR, BY_HAND = "outbox_not_sent", "outbox_unclear", "outbox_by_hand"


def tell_not_sent(acting: Acting, row: Outbox) -> None:
    """Tell the loop behind a message that it did not go, and open a task where somebody has to reach them otherwise."""
    if row.kind == OutKind.PACKET:
        # Its referral hears of it, and says what comes next.
        return
    because = Stopped(row.stopped_because) if row.state == OutState.WITHDRAWN else None
    if because is Stopped.DEAD:
        return
    why = why_stopped(because) if because else _why_failed(row)
    rows = Loop.objects.exclude(state=str(LoopState.CLOSED)).select_for_update(of=("self",))
    loop = rows.filter(pk=row.loop_id).first() if row.loop_id else None
    if loop is not None:
        change(acting, loop, Change(Event.FACTS_CHANGED, why))
    severity = TO_MEND.get(because) if because else Severity.MODERATE
    if severity is not None:
        _open(
            acting, row, NOT_SENT, Say("outbox.not_sent", name=_name(row)), why, Say("step.outbox_other_way"), severity
        )


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
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=row.patient_id,
            unit_id=row.unit_id,
            label_mask=row.label_mask,
            title=title,
            because=(because,),
            if_waits=Say("outbox.not_sent_if_waits"),
            step=step,
            severity=severity,
            owner_id=primary_coordinators(acting, [row.patient_id]).get(row.patient_id),
            queue_id=row.unit_id,
            check_name=check,
            finding_key=str(row.pk),
            due_at=row.good_until if check == BY_HAND else None,
        ),
    )


def _why_failed(row: Outbox) -> Say:
    return Say("outbox.failed", said=row.said) if row.said else Say("outbox.failed_tries", count=row.attempts)


def _name(row: Outbox) -> str:
    if row.sending is not None:
        return str(row.sending.to_name)
    if row.kind == OutKind.OFFICE:
        return to_name_of(row)
    if row.member_id is not None:
        return str(CircleMember.objects.filter(pk=row.member_id).values_list("name", flat=True).first() or "")
    return str(Patient.objects.filter(pk=row.patient_id).values_list("full_name", flat=True).first() or "")
