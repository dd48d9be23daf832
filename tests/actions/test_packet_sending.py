"""Packets through the outbox: what leaves was kept, sent needs a receipt, and the unknown never goes again."""

import email
import email.policy
import hashlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from careloop.actions.directory import add_entry
from careloop.actions.outbox import choose_contact
from careloop.actions.packet_sending import queue_packet, settle_packets, take_back_packet
from careloop.actions.referrals import send_referral, settle_sending, withdraw_referral
from careloop.basics.refusals import Refusal, TakenMeanwhile
from careloop.channels import road_email, road_letter
from careloop.channels.settings import ChannelSettings
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import Road
from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy
from careloop.facts.outbox import ChoiceKind
from careloop.facts.referrals import AnswerKind, Channel, Sending, Urgency
from careloop.jobs.outbox import send_due
from careloop.reads.outbox import get_outbox_page
from careloop.reads.packets import get_packet
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.referring import PAGES, answer, bring_seen_by_asha, make, version
from tests.actions.visits import refusal
from tests.outgoing import after
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
DESK = "referrals@bayview.example"


@dataclass
class Desk:
    """The mail server of an office: what came, and how it meets the next letter."""

    port: int = 0
    how: str = "take"
    took: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, N802
        """Take a letter, or break off before or after it was taken."""
        if self.how == "refuse":
            return "554 Not taken"
        if self.how == "busy":
            return "451 Later"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.took.append(mail)  # type: ignore[arg-type]
        if self.how == "take_and_drop":
            server.transport.abort()
        return "250 Taken"


@contextmanager
def serve_desk() -> Iterator[Desk]:
    """Serve until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        made = Desk(int(held.getsockname()[1]))
    server = Controller(made, hostname="127.0.0.1", port=made.port)
    server.start()
    try:
        yield made
    finally:
        server.stop()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serve_desk() as one:
        yield one


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa")


def entry_of(house: House, **more: Any) -> UUID:  # noqa: ANN401
    told: dict[str, Any] = {"email": DESK, "referral_by": ReferralBy.EMAIL, "zone": "America/New_York"}
    return add_entry(house.acting("sol"), EntryDraft(EntryKind.PRACTITIONER, "Bayview Heart", **(told | more)))


@pytest.fixture
def referral(house: House, dana: Acting, rosa: UUID) -> UUID:
    return make(dana, house, rosa, to_entry=entry_of(house))


def run(desk: Desk, at: datetime = NOW) -> bool:
    """Send what is due as the worker does, over the office's own server."""
    settings = {"host": "127.0.0.1", "port": str(desk.port), "from": "Care <care@clinic.example>"}
    channels = {Road.EMAIL: road_email, Road.LETTER: road_letter}
    return send_due(lambda: at, lambda road: channels[road].make(ChannelSettings(settings)))


def queue(who: Acting, key: UUID, road: Road = Road.EMAIL) -> int:
    packet = get_packet(who, key).packet
    return queue_packet(who, key, version=version(who, key), packet=packet, pages=PAGES, seen=packet.sha256, road=road)


def state(key: UUID) -> tuple[str, str, str]:
    """Return where the referral, its newest sending and the row of the outbox stand."""
    (found,) = ask(
        "SELECT r.state, s.state, o.state FROM referral r JOIN referral_sending s ON s.referral_id = r.id"
        " LEFT JOIN outbox o ON o.sending_id = s.id WHERE r.id = %s ORDER BY s.sent_at DESC, s.id DESC LIMIT 1",
        key,
    )
    return found  # type: ignore[return-value]


def disclosed(patient: UUID) -> list[Any]:
    return ask("SELECT recipient, sha256 FROM disclosure WHERE patient_id = %s AND what = 'referral_packet'", patient)


def test_a_packet_goes_as_mail_with_the_kept_pages_and_counts_as_sent_with_its_receipt(
    dana: Acting, rosa: UUID, referral: UUID, desk: Desk
) -> None:
    queue(dana, referral)
    assert state(referral) == ("checking", "checking", "waiting")
    assert disclosed(rosa) == []

    assert run(desk)
    assert not run(desk)

    (mail,) = desk.took
    (pages,) = mail.iter_attachments()
    content = pages.get_content()
    assert (mail["To"], pages.get_content_type(), pages.get_filename()) == (DESK, "application/pdf", "referral.pdf")
    kept = ask_one("SELECT sha256 FROM referral_packet WHERE referral_id = %s", referral)
    assert hashlib.sha256(content).digest() == bytes(kept)
    assert "Okafor" not in str(mail["Subject"]) + mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert state(referral) == ("sent", "sent", "sent")
    evidence = ask_one("SELECT evidence FROM referral_sending WHERE referral_id = %s", referral)
    assert str(mail["Message-ID"]) in evidence
    assert disclosed(rosa) == [("Bayview Heart", kept)]
    assert broken_invariants() == {}


def test_sent_is_not_delivered_delivered_is_not_accepted_and_nobody_was_seen(
    dana: Acting, referral: UUID, desk: Desk
) -> None:
    queue(dana, referral)
    run(desk)
    found = [state(referral)[0]]
    for kind in (AnswerKind.DELIVERED, AnswerKind.ACCEPTED):
        answer(dana, referral, kind)
        found.append(state(referral)[0])

    assert found == ["sent", "delivered", "accepted"]
    assert ask("SELECT seen_on FROM referral WHERE id = %s", referral) == [(None,)]


def test_what_nobody_can_tell_is_being_checked_and_never_sent_again(
    dana: Acting, rosa: UUID, referral: UUID, desk: Desk
) -> None:
    desk.how = "take_and_drop"
    queue(dana, referral)
    run(desk)
    for minutes in (3, 10, 300, 5000):
        run(desk, after(minutes=minutes))

    assert len(desk.took) == 1
    assert state(referral) == ("checking", "checking", "failed")
    assert refusal(lambda: queue(dana, referral)) == "refusal.referral_check_first"
    assert disclosed(rosa) == []
    assert ask("SELECT count(*) FROM loop WHERE check_name LIKE 'outbox%%'") == [(0,)]

    settle_sending(dana, referral, version=version(dana, referral), went=True, evidence="Kay has it, she says")
    assert state(referral) == ("sent", "sent", "failed")
    assert len(disclosed(rosa)) == 1
    assert broken_invariants() == {}


def test_what_was_refused_did_not_go_and_can_be_sent_another_way(
    dana: Acting, rosa: UUID, referral: UUID, desk: Desk
) -> None:
    desk.how = "refuse"
    queue(dana, referral)
    run(desk)

    assert state(referral) == ("to_send", "not_sent", "failed")
    assert "554" in ask_one("SELECT evidence FROM referral_sending WHERE referral_id = %s", referral)
    assert disclosed(rosa) == []
    desk.how = "take"
    queue(replace(dana, at=after(minutes=5)), referral)
    run(desk, after(minutes=6))
    assert (len(desk.took), state(referral)) == (1, ("sent", "sent", "sent"))
    assert broken_invariants() == {}


def test_a_server_that_is_busy_is_tried_again_and_gets_it_once(dana: Acting, referral: UUID, desk: Desk) -> None:
    desk.how = "busy"
    queue(dana, referral)
    run(desk)
    assert state(referral) == ("checking", "checking", "waiting")
    desk.how = "take"
    for minutes in (2, 3, 4):
        run(desk, after(minutes=minutes))

    assert (len(desk.took), state(referral)) == (1, ("sent", "sent", "sent"))


def test_a_letter_is_carried_by_a_person_who_says_what_shows_it(
    house: House, dana: Acting, rosa: UUID, desk: Desk
) -> None:
    faxed = entry_of(house, referral_by=ReferralBy.FAX, fax="555-0101")
    key = make(dana, house, rosa, to_entry=faxed)
    queue(dana, key, Road.LETTER)
    run(desk)

    assert state(key) == ("checking", "checking", "held")
    sending = ask("SELECT channel, address FROM referral_sending WHERE referral_id = %s", key)
    assert sending == [(str(Channel.FAX), "555-0101")]
    task = "SELECT title ->> 'key', state FROM loop WHERE check_name = 'outbox_by_hand'"
    assert ask(task) == [("packet.carry", "to_do")]
    with pytest.raises(Refusal):
        settle_sending(dana, key, version=version(dana, key), went=True, evidence=" ")

    settle_sending(dana, key, version=version(dana, key), went=True, evidence="Fax report: 2 pages, 10:04")
    assert state(key) == ("sent", "sent", "sent")
    assert ask(task) == [("packet.carry", "closed")]
    assert len(disclosed(rosa)) == 1
    assert not run(desk)
    assert broken_invariants() == {}


def test_what_has_not_gone_can_be_taken_back_and_what_goes_is_not_settled_by_a_person(
    dana: Acting, rosa: UUID, referral: UUID, desk: Desk
) -> None:
    queue(dana, referral)
    early = refusal(
        lambda: settle_sending(dana, referral, version=version(dana, referral), went=True, evidence="I think so")
    )
    assert early == "refusal.packet_on_its_way"

    take_back_packet(dana, referral, version=version(dana, referral))
    assert state(referral) == ("to_send", "not_sent", "withdrawn")
    assert not run(desk)
    assert desk.took == []
    assert refusal(lambda: take_back_packet(dana, referral, version=version(dana, referral))) == "refusal.outbox_gone"
    assert disclosed(rosa) == []


def test_a_question_that_was_taken_back_leaves_no_more_and_a_patients_stop_is_not_the_offices(
    house: House, dana: Acting, rosa: UUID, referral: UUID, desk: Desk
) -> None:
    queue(dana, referral)
    choose_contact(dana, rosa, ChoiceKind.STOP)
    assert state(referral)[2] == "waiting"
    withdraw_referral(house.acting("asha"), referral, version=version(dana, referral), reason="Not needed")
    run(desk)

    assert desk.took == []
    assert state(referral) == ("closed", "not_sent", "withdrawn")
    assert get_outbox_page(dana, rosa).count == 0

    second = make(dana, house, rosa, to_entry=entry_of(house), question="And the lungs?")
    queue(dana, second)
    run(desk)
    assert (len(desk.took), state(second)[0]) == (1, "sent")
    assert broken_invariants() == {}


def test_mail_goes_only_where_the_directory_says_so_and_never_for_what_cannot_wait(
    house: House, dana: Acting, rosa: UUID, referral: UUID
) -> None:
    unasked = make(
        dana, house, rosa, to_entry=entry_of(house, referral_by=ReferralBy.FAX), question="Two?", specialty="a"
    )
    nobody = make(dana, house, rosa, question="Three?", specialty="b")
    urgent = make(
        dana, house, rosa, to_entry=entry_of(house), question="Four?", specialty="c", urgency=Urgency.EMERGENT
    )

    said = [refusal(lambda one=one: queue(dana, one)) for one in (unasked, nobody, urgent)]
    assert said == ["refusal.packet_no_email", "refusal.packet_no_email", "refusal.referral_by_phone"]
    packet = get_packet(dana, referral).packet
    old = version(dana, referral)
    args: dict[str, Any] = {"packet": packet, "pages": PAGES, "road": Road.EMAIL}
    with pytest.raises(Refusal):
        queue_packet(dana, referral, version=old, seen="0" * 64, **args)
    with pytest.raises(TakenMeanwhile):
        queue_packet(dana, referral, version=old - 1, seen=packet.sha256, **args)
    assert ask("SELECT count(*) FROM outbox") == [(0,)]


def test_the_ledger_has_one_line_however_often_it_is_settled(
    dana: Acting, rosa: UUID, referral: UUID, desk: Desk
) -> None:
    queue(dana, referral)
    run(desk)
    later = system(Purpose.SWEEP, NOW + timedelta(hours=1))

    assert [settle_packets(later, how_many=10) for _ in range(2)] == [0, 0]
    assert len(disclosed(rosa)) == 1


def test_by_hand_it_is_noted_as_before(house: House, dana: Acting, rosa: UUID, referral: UUID) -> None:
    packet = get_packet(dana, referral).packet
    sending = Sending(Channel.BY_HAND, "", "Handed to Kay at the desk")
    send_referral(
        dana, referral, version=version(dana, referral), packet=packet, pages=PAGES, seen=packet.sha256, sending=sending
    )

    assert state(referral) == ("sent", "sent", None)
    assert len(disclosed(rosa)) == 1
