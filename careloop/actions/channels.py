"""A test message that somebody of the staff has sent to themselves: it names nobody, and is tried once."""

from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.channels.outgoing import find_channel
from careloop.facts.access import Acting, Right
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelState, Handed, Parcel
from careloop.guard.doors import managing, unattended
from careloop.records.models import ChannelTest, Clinic
from careloop.rules.outbox import fold_address

TESTED = (Road.TEXT, Road.EMAIL)
WORDS = "This is a test message from Careloop. Nothing has to be done."
PIECES = {"text": WORDS, "email_subject": "A test message from Careloop", "email_body": WORDS}


@managing(needs=Right.CHANNEL_WRITE)
def ask_channel_test(acting: Acting, *, road: Road, address: str) -> None:
    """Have a test message sent to an address of one's own, by the worker.

    :raises Refusal: if the channel is not set up, or this is no address on that road
    """
    is_demo = Clinic.objects.filter(is_demo=True).exists()
    if road not in TESTED or find_channel(road, is_demo=is_demo).describe().state is ChannelState.OFF:
        raise Refusal(Say("refusal.channel_off"))
    folded = fold_address(road, address)
    if not folded:
        raise Refusal(Say("refusal.channel_address"))
    ChannelTest(
        id=new_id(acting.at), road=str(road), address=folded, asked_by_id=acting.person_id, asked_at=acting.at
    ).save(force_insert=True)


@unattended(needs=Right.WORK_UNATTENDED)
def take_channel_test(acting: Acting) -> Parcel | None:
    """Take up a test message that was asked for; None if there is none. It is taken up once, whatever becomes of it."""
    rows = ChannelTest.objects.filter(taken_at=None).order_by("asked_at", "id")
    row = rows.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    row.taken_at = acting.at
    row.save()
    return Parcel(row.pk, 0, Road(row.road), row.address, PIECES, str(row.pk), acting.at)


@unattended(needs=Right.WORK_UNATTENDED)
def keep_channel_test(acting: Acting, *, test_id: UUID, handed: Handed) -> bool:
    """Note how a test message went."""
    rows = ChannelTest.objects.filter(pk=test_id, taken_at__lte=acting.at)
    return bool(rows.update(went=str(handed.went), said=handed.said[:200]))
