"""A link that is sent: its token lies readable nowhere, goes out once it is handed over, and ends with the link."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.actions.patient_links import end_link, open_link, send_link
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import Road
from careloop.facts.outbox import Handed, Parcel, Went
from careloop.facts.portal import LINK_MARK, LinkDraft, LinkPurpose
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring_cared_for, person
from tests.outgoing import bring_reachable
from tests.people import House, later, system

pytestmark = pytest.mark.django_db
NEXT = LinkDraft(LinkPurpose.NEXT, 7)
ADDRESS = f"https://care.example/p/{LINK_MARK}/"


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house)


class Channel:
    """Takes what it is handed, and keeps it."""

    def __init__(self) -> None:
        self.took: list[Parcel] = []

    def hand(self, parcels: Sequence[Parcel]) -> Sequence[Handed]:
        self.took += parcels
        return [Handed(Went.SENT, str(one.outbox_id)) for one in parcels]

    def token(self) -> str:
        (parcel,) = self.took
        return next(iter(parcel.pieces.values())).split("/p/")[1].split("/")[0]


def go(channel: Channel) -> None:
    """Let what is due go out."""
    at = later(minutes=1)
    claimed = claim_due(system(Purpose.SWEEP, at), how_many=10)
    if claimed is not None:
        hand_over(system(Purpose.SWEEP, at), claimed.keys, channel.hand)


def written() -> str:
    """Return every row about links and messages, as anybody reads it who has a copy of the database."""
    tables = ("patient_link", "patient_link_step", "message", "outbox", "outbox_event", "thread")
    return "".join(
        str(row)
        for table in tables
        if ask_one("SELECT to_regclass(%s)", table)
        for row in ask(f"SELECT row_to_json(t)::text FROM {table} t")
    )


def birth() -> date:
    found = ask_one("SELECT birth_on FROM patient LIMIT 1")
    assert isinstance(found, date)
    return found


def test_the_token_is_made_when_it_goes_opens_the_page_and_stands_in_no_table(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    thread = send_link(dana, rosa, NEXT, road=Road.TEXT, address=ADDRESS)
    assert ask_one("SELECT thread_id FROM message") == thread
    assert LINK_MARK in written()

    go(channel)

    token = channel.token()
    assert len(token) >= 43
    assert token not in written()
    opened = open_link(system(Purpose.SWEEP, later(minutes=2)), token=token, birth_on=birth())
    assert opened is not None
    assert opened.link_id == ask_one("SELECT id FROM patient_link")
    assert ask("SELECT state FROM outbox") == [("sent",)]
    assert broken_invariants() == {}


def test_a_link_that_is_ended_takes_its_message_back(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    send_link(dana, rosa, NEXT, road=Road.EMAIL, address=ADDRESS)

    end_link(dana, rosa, link_id=UUID(str(ask_one("SELECT id FROM patient_link"))))
    go(channel)

    assert channel.took == []
    assert ask("SELECT state, stopped_because FROM outbox") == [("withdrawn", "by_person")]


def test_a_link_that_ended_after_the_message_was_claimed_does_not_go(dana: Acting, rosa: UUID) -> None:
    channel, at = Channel(), later(minutes=1)
    send_link(dana, rosa, NEXT, road=Road.TEXT, address=ADDRESS)
    claimed = claim_due(system(Purpose.SWEEP, at), how_many=10)
    assert claimed is not None

    end_link(dana, rosa, link_id=UUID(str(ask_one("SELECT id FROM patient_link"))))
    hand_over(system(Purpose.SWEEP, at), claimed.keys, channel.hand)

    assert channel.took == []
    assert ask("SELECT state, awaits_word FROM outbox") == [("withdrawn", True)]
    assert broken_invariants() == {}


def test_where_the_message_may_not_go_there_is_no_link(house: House, dana: Acting) -> None:
    nobody = bring_cared_for(house, "gil", person("gil"))

    with pytest.raises(Refusal):
        send_link(dana, nobody, NEXT, road=Road.TEXT, address=ADDRESS)
    assert ask("SELECT 1 FROM patient_link") == []


@pytest.mark.parametrize("who", ["kim", "tom"])
def test_who_may_not_write_or_is_of_another_team_sends_none(house: House, rosa: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        send_link(house.acting(who), rosa, NEXT, road=Road.TEXT, address=ADDRESS)
    assert ask("SELECT 1 FROM outbox") == []


def test_no_link_goes_by_letter(dana: Acting, rosa: UUID) -> None:
    with pytest.raises(NotFound):
        send_link(dana, rosa, NEXT, road=Road.LETTER, address=ADDRESS)
    assert ask("SELECT 1 FROM patient_link") == []
