"""What a person found out about a packet in the outbox: a letter that they carried, or what nobody else could tell."""

from django.db import connection

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.outbox import HeldFor, OutState, Stopped
from careloop.facts.referrals import SendingState
from careloop.records.models import Outbox, Referral, ReferralSending
from careloop.rules.outbox import why_stopped
from careloop.worklist.outbox import withdraw
from careloop.worklist.outbox_loops import close_by_hand
from careloop.worklist.packets import disclose_packet, find_packet_row

SAID = 200


def settle_in_outbox(
    acting: Acting, referral: Referral, sending: ReferralSending, words: str, *, went: bool
) -> None:  # fmt: skip
    """Let the outbox hear what a person says of a sending, and write into the ledger what left.

    Nothing to do for a sending that was not in the outbox, or that the outbox has settled already.

    :raises Refusal: if it is on its way at this moment, or may not go any more
    """
    row = find_packet_row(sending) if sending.state == SendingState.CHECKING else None
    if row is None:
        return
    is_carried = row.state == OutState.HELD and row.held_for == HeldFor.PERSON
    if is_carried and went:
        _note_carried(acting, row, words)
    elif is_carried:
        withdraw(acting, row, Stopped.BY_PERSON, words[:SAID])
    elif row.state != OutState.FAILED:
        raise Refusal(Say("refusal.packet_on_its_way"))
    if is_carried:
        close_by_hand(acting, row)
    if went:
        disclose_packet(acting, referral, sending.packet, sending.to_name)


def keep_back_packet(acting: Acting, referral: Referral, words: str) -> None:
    """Keep a packet here that has not gone yet, with the task of whoever was to carry it; ``words`` say why.

    What goes at this moment, or of which nobody can tell whether it went, stays to be looked up.
    """
    sending = ReferralSending.objects.filter(referral=referral, state=str(SendingState.CHECKING)).first()
    row = find_packet_row(sending) if sending is not None else None
    if sending is None or row is None or not withdraw(acting, row, Stopped.BY_PERSON, words[:SAID]):
        return
    close_by_hand(acting, row)
    sending.state, sending.evidence = str(SendingState.NOT_SENT), words
    sending.save()


def _note_carried(acting: Acting, row: Outbox, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT outbox_hindrance(o, %s) FROM outbox o WHERE o.id = %s", [acting.at, row.pk])
        (why,) = cursor.fetchone()
    # A letter that is late is late: whoever carried it says that it went.
    if why and why != Stopped.TOO_LATE:
        raise Refusal(why_stopped(Stopped(why)))
    row.state, row.held_for, row.state_since = str(OutState.SENT), "", acting.at
    row.sent_at, row.claimed_at = acting.at, acting.at
    row.reference, row.said = f"by hand {row.pk}", words[:SAID]
    row.save()
