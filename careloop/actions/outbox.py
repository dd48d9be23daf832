"""Messages are sent by people, taken back while they have not gone, and stops are written down."""

from uuid import UUID

from django.db import connection

from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.outbox import ChoiceKind, HeldFor, OutgoingDraft, OutKind, OutState, Stopped
from careloop.guard.context import enter
from careloop.guard.doors import action, creating, unattended
from careloop.records.models import CircleMember, ContactPoint, Outbox, Patient
from careloop.rules.outbox import why_stopped
from careloop.worklist.contact_points import Receiver, add_choice
from careloop.worklist.offices import disclose_letter
from careloop.worklist.outbox import queue_message, withdraw, withdraw_where
from careloop.worklist.outbox_loops import close_by_hand
from careloop.worklist.reach_sent import write_sent
from careloop.worklist.reaching import rest_point

# Letters of how something was sent by hand.
EVIDENCE = 200


@creating(needs=Right.MESSAGE_WRITE, about=Patient)
def send_message(acting: Acting, patient: Patient, draft: OutgoingDraft) -> UUID:
    """Send a message to a patient or somebody of the circle; return its key. The same key again sends nothing more.

    :raises Refusal: if it may not go, with the reason
    """
    if draft.patient_id != patient.pk:
        raise NotFound
    return queue_message(acting, draft)


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def take_back_message(acting: Acting, patient: Patient, *, outbox_id: UUID, note: str = "") -> None:
    """Take a message back that has not gone yet.

    :raises Refusal: if it has gone already, or was taken back
    """
    row = Outbox.objects.filter(pk=outbox_id, patient=patient).exclude(kind=str(OutKind.PACKET)).first()
    if row is None:
        raise NotFound
    if not withdraw(acting, row, Stopped.BY_PERSON, clean_words(note)):
        raise Refusal(Say("refusal.outbox_gone"))


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def note_sent_by_hand(acting: Acting, patient: Patient, *, outbox_id: UUID, evidence: str) -> None:
    """Note that a letter was sent, or a call made, by a person: how, is its receipt.

    All is looked at once more, as before any sending.

    :raises Refusal: without saying how, if it may not go any more, or if it does not wait for a person
    """
    words = " ".join(clean_words(evidence).split())
    if not words or len(words) > EVIDENCE:
        raise Refusal(Say("refusal.outbox_evidence", count=EVIDENCE))
    rows = Outbox.objects.select_for_update(of=("self",)).filter(pk=outbox_id, patient=patient)
    waiting = rows.filter(state=str(OutState.HELD), held_for=str(HeldFor.PERSON))
    row = waiting.exclude(kind=str(OutKind.PACKET)).first()
    if row is None:
        raise Refusal(Say("refusal.outbox_gone"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT outbox_hindrance(o, %s) FROM outbox o WHERE o.id = %s", [acting.at, row.pk])
        (why,) = cursor.fetchone()
    # A letter to an office that is late is late: whoever carried it says that it went.
    if why and (row.kind, why) != (OutKind.OFFICE, Stopped.TOO_LATE):
        raise Refusal(why_stopped(Stopped(why)))
    row.state, row.held_for, row.state_since = str(OutState.SENT), "", acting.at
    row.sent_at, row.reference, row.said = acting.at, f"by hand {row.pk}", words
    row.claimed_at = acting.at
    row.save()
    write_sent(acting, [row])
    if row.kind == OutKind.OFFICE:
        disclose_letter(acting, row)
    close_by_hand(acting, row)


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def choose_contact(
    acting: Acting, patient: Patient, kind: ChoiceKind, *, road: Road | None = None, member_id: UUID | None = None,
    because: str = "", value: dict[str, object] | None = None,
) -> int:  # fmt: skip
    """Write down what somebody chose about being reached; return how many messages on their way it stopped.

    From this commit on nothing goes there that was stopped: what is being sent at this instant is waited for.
    """
    receiver = Receiver(patient, _find_member(patient, member_id))
    add_choice(acting, receiver, kind, road=road, because=clean_words(because), value=value)
    if kind not in (ChoiceKind.STOP, ChoiceKind.DO_NOT_CONTACT):
        return 0
    which: dict[str, object] = {"patient": patient, "member_id": member_id}
    if kind is ChoiceKind.STOP and road is not None:
        which["road"] = str(road)
    return withdraw_where(acting, which, Stopped.STOPPED)


@action(needs=Right.MESSAGE_WRITE, about=Patient)
def freeze_address(acting: Acting, patient: Patient, *, point_id: UUID, because: str) -> int:
    """Let an address rest that turned out to be somebody else's; return how many messages to it were stopped.

    :raises NotFound: if there is no such address
    """
    rows = ContactPoint.objects.select_for_update(of=("self",), no_key=True)
    point = rows.filter(pk=point_id, patient=patient, frozen_at=None, ended_at=None).first()
    if point is None:
        raise NotFound
    return rest_point(acting, patient, point, clean_words(because) or "wrong number")


@unattended(needs=Right.WORK_UNATTENDED)
def withdraw_one(acting: Acting, *, outbox_id: UUID, note: str = "") -> bool:
    """Take one thing back that has not gone, as an operator; tell whether it was there and had not gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place_of_row(%s)", [outbox_id])
        (patient,) = cursor.fetchone()
    if patient is None:
        return False
    enter(patients=[patient])
    return bool(withdraw_where(acting, {"pk": outbox_id}, Stopped.BY_PERSON, clean_words(note)))


def _find_member(patient: Patient, member_id: UUID | None) -> CircleMember | None:
    if member_id is None:
        return None
    found: CircleMember | None = CircleMember.objects.filter(pk=member_id, patient=patient, ended_at=None).first()
    if found is None:
        raise NotFound
    return found
