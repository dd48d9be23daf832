"""Packets on their way to a FHIR server and a mailbox that is read, in processes that may be killed at any moment."""

from datetime import timedelta

from django.db import connection, transaction

from careloop.actions.answers import land_answers
from careloop.actions.mailbox import set_mailbox
from careloop.actions.packet_sending import queue_packet
from careloop.basics.clock import read_clock
from careloop.channels import road_fhir
from careloop.channels.settings import ChannelSettings
from careloop.facts.access import Purpose
from careloop.facts.consents import Road
from careloop.facts.mailbox import MailboxDraft, Security
from careloop.guard.context import set_context
from careloop.jobs.mailbox import read_mailbox
from careloop.jobs.outbox import send_due
from careloop.reads.packets import get_packet
from careloop.worklist.endpoints import seal_key
from tests.actions.answering import bring_with_phone
from tests.actions.referring import PAGES, bring_seen_by_asha, make, version
from tests.actions.test_packet_sending import entry_of
from tests.channels.imap_server import FOLDER, NAME, PASSWORD
from tests.faults.said import say
from tests.people import build_house, system


def queue_packets(url: str, count: int) -> None:
    """Make a house and an office with a FHIR server, and so many packets that wait to go there; say their names."""
    house = build_house()
    office = entry_of(house)
    with transaction.atomic(), connection.cursor() as cursor:
        set_context(system(at=read_clock()))
        cursor.execute(
            "INSERT INTO fhir_endpoint (entry_id, url, sealed, set_by_id, set_at) VALUES (%s, %s, %s, %s, %s)",
            [office, url, seal_key("s3cret"), house.id_of("sol"), read_clock()],
        )
    who = house.acting("dana", at=read_clock())
    for n in range(count):
        key = make(who, house, bring_seen_by_asha(house, f"p{n}"), to_entry=office)
        packet = get_packet(who, key).packet
        queue_packet(
            who, key, version=version(who, key), packet=packet, pages=PAGES + str(n).encode(), seen=packet.sha256,
            road=Road.FHIR,
        )  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            set_context(who)
            cursor.execute("SELECT id FROM referral_sending WHERE referral_id = %s", [key])
            (sending,) = cursor.fetchone()
        say(f"urn:uuid:{sending}")


def send_packets(minutes: int) -> None:
    """Send what is due, as the worker of a demo does, so many minutes after the stopped clock, until nothing is."""
    at = read_clock() + timedelta(minutes=minutes)
    channel = road_fhir.make(ChannelSettings({}, is_demo=True))
    while send_due(lambda: at, lambda _road: channel):
        pass


def set_up_mailbox(port: int) -> None:
    """Make a house with a patient who writes, and have a mailbox of this machine read."""
    house = build_house()
    bring_with_phone(house)
    draft = MailboxDraft("127.0.0.1", NAME, FOLDER, Security.PLAIN, port, PASSWORD)
    set_mailbox(house.acting("noor", at=read_clock()), draft=draft)


def read_mail(minutes: int) -> None:
    """Read the mailbox so many minutes after the stopped clock, and file what came in, as the worker does."""
    at = read_clock() + timedelta(minutes=minutes)
    while read_mailbox(lambda: at):
        pass
    while land_answers(system(Purpose.SWEEP, at), how_many=10):
        pass
