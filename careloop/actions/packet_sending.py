"""Packets of referrals through the outbox: put on their way, taken back, and what became of them told to the referral.

A packet on its way stands as "checking" in its referral until the outbox has a receipt: no person says that it went,
and nothing goes again before it is known.
"""

from django.db import connection

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.outbox import OutState, Stopped
from careloop.facts.packets import Packet
from careloop.facts.referrals import Channel, ReferralEvent, ReferralState, SendingState, Urgency
from careloop.guard.context import enter
from careloop.guard.doors import action, unattended
from careloop.records.models import Outbox, Referral, ReferralSending
from careloop.rules.referrals import expect_channel
from careloop.worklist.outbox import withdraw
from careloop.worklist.packet_files import expect_files
from careloop.worklist.packets import disclose_packet, find_packet_row, keep_packet, put_on_its_way
from careloop.worklist.referrals import Move, expect_version, move_referral

ROADS = {Road.EMAIL: Channel.EMAIL, Road.LETTER: Channel.LETTER, Road.FHIR: Channel.FHIR}
EVIDENCE = 400


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def queue_packet(
    acting: Acting, referral: Referral, *, version: int, packet: Packet, pages: bytes, seen: str, road: Road
) -> int:
    """Put a packet on its way to the receiver: as mail, to a FHIR server, or as a letter that a person carries.

    ``seen`` is the hash of the packet that was looked at; ``pages`` are what leaves, and are kept. Return the new
    version of the referral, which is checking until there is a receipt.

    :raises Refusal: if the packet is not the one that was seen, it must go by phone, the receiver wants no e-mail, or
        what goes along as a file is too much or of a kind that is not known
    """
    expect_version(referral, version)
    expect_channel(Urgency(referral.urgency), ROADS.get(road, Channel.LETTER))
    if packet.referral_id != referral.pk or packet.sha256 != seen or packet.to_name != referral.to_name:
        raise Refusal(Say("refusal.packet_changed"))
    if road not in ROADS:
        raise Refusal(Say("refusal.packet_road"))
    if road is not Road.LETTER:
        expect_files(packet, referral.patient, pages=len(pages), on=acting.at.date())
    put_on_its_way(acting, referral, keep_packet(acting, referral, packet, pages), road)
    said = Say("event.referral_queued", name=referral.to_name)
    return move_referral(acting, referral, Move(ReferralEvent.SEND_UNSURE, said))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def take_back_packet(acting: Acting, referral: Referral, *, version: int) -> int:
    """Take a packet back that has not gone yet; the referral can be sent anew.

    :raises Refusal: if it is being sent, has gone, or is not in the outbox
    """
    expect_version(referral, version)
    sending = ReferralSending.objects.filter(referral=referral, state=str(SendingState.CHECKING)).first()
    row = find_packet_row(sending) if sending is not None else None
    if sending is None or row is None or not withdraw(acting, row, Stopped.BY_PERSON):
        raise Refusal(Say("refusal.outbox_gone"))
    said = Say("event.referral_taken_back")
    _settle(sending, SendingState.NOT_SENT, "taken back before it went")
    return move_referral(acting, referral, Move(ReferralEvent.FOUND_NOT_SENT, said))


@unattended(needs=Right.WORK_UNATTENDED)
def settle_packets(acting: Acting, *, how_many: int) -> int:
    """Tell referrals what became of their packets: gone, with the receipt as evidence, or not gone; return how many.

    What went is written into the ledger here, once: a sending is settled once. What nobody can tell stays "checking"
    until a person has found out.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, patient_id FROM settled_packets(%s)", [how_many])
        due = cursor.fetchall()
    if not due:
        return 0
    enter(patients={row[1] for row in due})
    keys = ReferralSending.objects.filter(pk__in=[row[0] for row in due]).values_list("referral_id", flat=True)
    # The referral is held first, as every person who moves it does.
    locked = Referral.objects.filter(pk__in=list(keys)).order_by("pk")
    held = {one.pk: one for one in locked.select_for_update(of=("self",), skip_locked=True)}
    rows = ReferralSending.objects.filter(
        pk__in=[row[0] for row in due], referral__in=list(held), state=str(SendingState.CHECKING)
    )
    count = 0
    for sending in rows.select_related("packet").order_by("id"):
        _tell(acting, held[sending.referral_id], sending, Outbox.objects.get(sending=sending))
        count += 1
    return count


def _tell(acting: Acting, referral: Referral, sending: ReferralSending, row: Outbox) -> None:
    went = row.state in (OutState.SENT, OutState.DELIVERED)
    receipt = " ".join(part for part in (row.said, row.reference) if part)
    if went:
        state, event, said = SendingState.SENT, ReferralEvent.FOUND_SENT, Say("event.referral_gone")
        disclose_packet(acting, referral, sending.packet, sending.to_name)
    else:
        state, event, said = SendingState.NOT_SENT, ReferralEvent.FOUND_NOT_SENT, Say("event.referral_not_gone")
        receipt = row.said or f"not sent: {row.stopped_because}"
    has_it = went and sending.channel == Channel.FHIR
    _settle(sending, SendingState.DELIVERED if has_it else state, receipt[:EVIDENCE])
    # A referral that was closed meanwhile stays closed; what left is in the ledger all the same.
    if referral.state == ReferralState.CHECKING:
        move_referral(acting, referral, Move(event, said, receipt[:EVIDENCE]))
        if has_it:
            # Their server says where it lies: that is delivered, and neither accepted nor seen.
            took = Say("event.referral_at_endpoint", name=referral.to_name)
            move_referral(acting, referral, Move(ReferralEvent.DELIVER, took, receipt[:EVIDENCE]))


def _settle(sending: ReferralSending, state: SendingState, evidence: str) -> None:
    sending.state, sending.evidence = str(state), evidence
    sending.save()
