"""A report that comes early is read like any other; where nobody waits for one, a person says what it is."""

from datetime import date
from uuid import UUID

import pytest

from careloop.actions.directory import add_entry
from careloop.actions.misfiled import take_report_out
from careloop.actions.packet_sending import queue_packet, settle_packets
from careloop.actions.referral_reports import match_stray, take_report
from careloop.actions.referrals import ask_for_info, end_referral, reopen_referral, reroute_referral, settle_sending
from careloop.channels import road_letter
from careloop.channels.settings import ChannelSettings
from careloop.facts.access import Acting
from careloop.facts.consents import Road
from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy
from careloop.facts.referrals import AnswerKind, Channel, Claimed, ReferralEvent, Sending
from careloop.jobs.outbox import send_due
from careloop.reads.packets import get_packet
from careloop.reads.referral_work import list_strays
from careloop.reads.referrals import get_referral_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.referring import (
    PAGES,
    REPORT,
    answer,
    bring_report,
    bring_seen_by_asha,
    loop_of,
    make,
    read,
    send,
    state_of,
    tell,
    version,
)
from tests.actions.visits import refusal
from tests.outgoing import after
from tests.people import House, system

pytestmark = pytest.mark.django_db
OWN = Claimed("Ngozi Okafor", date(1990, 4, 2))
UNSURE = Claimed("Ngozi Okafor", None)
ANOTHER = Claimed("Ada Whitfield", date(1951, 7, 9))
WHAT = "Bayview saw her after all, Dr. Roy says"
MAYBE = Sending(Channel.FAX, "555-0101", "", is_unsure=True)


@pytest.fixture
def key(house: House, dana: Acting) -> UUID:
    return make(dana, house, bring_seen_by_asha(house, "rosa"))


def bring(who: Acting, key: UUID, what: str = "") -> bool:
    return take_report(who, key, version=version(who, key), content=REPORT, title="Report", claimed=OWN, note=what)


def bring_to(dana: Acting, key: UUID, state: str) -> None:
    """Bring a new referral to a state in which nobody waits for a report."""
    if state == "needs_info":
        send(dana, key)
        answer(dana, key, AnswerKind.NEEDS_INFO, "Which medicine?")
    elif state == "incomplete":
        ask_for_info(dana, key, version=version(dana, key), missing="The date of the last test")
    elif state == "declined":
        send(dana, key)
        answer(dana, key, AnswerKind.DECLINED, "No new patients before spring")
    elif state == "rerouted":
        send(dana, key)
        answer(dana, key, AnswerKind.SILENT)
        reroute_referral(dana, key, version=version(dana, key), to_entry=None, to_name="Hill Heart", reason="Silent")


def take_out(who: Acting, key: UUID) -> None:
    report = get_referral_page(who, key).reports[0].id
    take_report_out(who, key, version=version(who, key), report_id=report, claimed=ANOTHER, reason="Another name")


@pytest.mark.parametrize(
    ("brought_to", "stood"),
    [
        ("nothing", "to_send"), ("rerouted", "to_send"), ("needs_info", "needs_info"), ("incomplete", "needs_info"),
        ("declined", "declined"),
    ],
)  # fmt: skip
def test_where_nobody_waits_for_a_report_a_person_says_what_it_is_and_then_it_is_read_and_told(
    house: House, dana: Acting, key: UUID, brought_to: str, stood: str
) -> None:
    bring_to(dana, key, brought_to)
    assert refusal(lambda: bring(dana, key, " ")) == "refusal.report_early"
    assert state_of(key) == stood
    assert ask_one("SELECT count(*) FROM referral_report") == 0

    assert bring(dana, key, WHAT)

    assert (state_of(key), loop_of(key)["step"]) == ("report_in", "step.referral_read")
    assert get_referral_page(dana, key).history[0].note == WHAT
    assert broken_invariants() == {}
    read(house.acting("asha"), key)
    assert state_of(key) == "read"
    tell(dana, key)
    assert (state_of(key), loop_of(key)["outcome"]) == ("closed", "done")
    assert broken_invariants() == {}


@pytest.mark.parametrize("stood", ["to_send", "needs_info", "declined"])
def test_an_early_report_of_somebody_else_leaves_the_referral_where_it_stood(
    dana: Acting, key: UUID, stood: str
) -> None:
    bring_to(dana, key, stood)
    bring(dana, key, WHAT)

    take_out(dana, key)

    assert (state_of(key), broken_invariants()) == (stood, {})


def test_one_that_waits_for_review_is_said_to_answer_a_referral_that_was_declined(dana: Acting, key: UUID) -> None:
    bring_to(dana, key, "declined")
    assert (
        take_report(dana, key, version=version(dana, key), content=REPORT, title="Report", claimed=UNSURE, note=WHAT)
        is False
    )
    assert state_of(key) == "declined"
    (stray,) = list_strays(dana)
    assert [row.state for row, _evidence in stray.could_be] == ["declined"]

    match_stray(dana, stray.id, version=stray.version, referral_id=key, reason="Dr. Roy names her record number")

    assert (state_of(key), loop_of(key)["step"]) == ("report_in", "step.referral_read")
    assert get_referral_page(dana, key).history[0].note == "Dr. Roy names her record number"
    assert broken_invariants() == {}


def test_a_report_is_taken_in_while_nobody_knows_whether_the_packet_went_and_needs_no_word_more(
    dana: Acting, key: UUID
) -> None:
    send(dana, key, MAYBE)

    assert bring(dana, key)

    assert state_of(key) == "report_in"
    # Whether the packet went is known as little as before.
    assert ask("SELECT state FROM referral_sending") == [("checking",)]
    assert broken_invariants() == {}
    take_out(dana, key)
    assert (state_of(key), loop_of(key)["step"]) == ("checking", "step.referral_check")
    assert broken_invariants() == {}


def test_who_opens_it_again_looks_up_first_whether_it_went(house: House, dana: Acting, key: UUID) -> None:
    send(dana, key, MAYBE)
    bring(dana, key)
    read(house.acting("asha"), key)
    tell(dana, key)

    reopen_referral(dana, key, version=version(dana, key), reason="It hurts again")

    assert (state_of(key), loop_of(key)["step"]) == ("checking", "step.referral_check")
    assert broken_invariants() == {}
    settle_sending(dana, key, version=version(dana, key), went=False, evidence="Their fax log is empty")
    assert state_of(key) == "to_send"
    send(dana, key)
    assert broken_invariants() == {}


def test_one_that_ended_while_it_was_checked_is_checked_when_it_is_open_again(dana: Acting, key: UUID) -> None:
    send(dana, key, MAYBE)
    end_referral(dana, key, version=version(dana, key), event=ReferralEvent.PATIENT_NO, reason="Does not want it")

    reopen_referral(dana, key, version=version(dana, key), reason="Wants it now")

    assert state_of(key) == "checking"
    assert refusal(lambda: send(dana, key)) == "refusal.referral_move"
    assert broken_invariants() == {}


@pytest.mark.parametrize("road", [Road.EMAIL, Road.LETTER])
def test_a_packet_that_has_not_gone_stays_here_when_the_report_comes(house: House, dana: Acting, road: Road) -> None:
    how = {"email": "referrals@bayview.example", "referral_by": ReferralBy.EMAIL, "zone": "America/New_York"}
    office = add_entry(house.acting("sol"), EntryDraft(EntryKind.PRACTITIONER, "Bayview Heart", **how))
    key = make(dana, house, bring_seen_by_asha(house, "rosa"), to_entry=office)
    packet = get_packet(dana, key).packet
    queue_packet(dana, key, version=version(dana, key), packet=packet, pages=PAGES, seen=packet.sha256, road=road)
    if road is Road.LETTER:
        send_due(lambda: after(minutes=1), lambda _road: road_letter.make(ChannelSettings({})))
        assert ask("SELECT state FROM loop WHERE check_name = 'outbox_by_hand'") == [("to_do",)]

    assert bring(dana, key)

    assert ask("SELECT state FROM outbox WHERE kind = 'packet'") == [("withdrawn",)]
    assert ask("SELECT state FROM referral_sending") == [("not_sent",)]
    assert ask("SELECT count(*) FROM loop WHERE check_name = 'outbox_by_hand' AND state <> 'closed'") == [(0,)]
    assert settle_packets(system(), how_many=10) == 0
    assert broken_invariants() == {}
    # And it was another person's: the packet is looked at and sent anew.
    take_out(dana, key)
    assert (state_of(key), broken_invariants()) == ("to_send", {})


def test_a_report_of_the_office_that_was_asked_needs_no_word_of_what_it_is(dana: Acting, key: UUID) -> None:
    send(dana, key)

    assert bring_report(dana, key, OWN)
    assert state_of(key) == "report_in"
