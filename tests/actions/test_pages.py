"""A message behind a link: sent in neutral words, shown to whoever knows the birth date, answered, and shut in time."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from careloop.actions import threads as acts
from careloop.actions.answers import land_answers
from careloop.actions.consents import add_member, give_consent, take_back
from careloop.actions.outbox import choose_contact, freeze_address
from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.actions.page_answers import answer_message
from careloop.actions.patient_links import end_link, give_link, open_link
from careloop.actions.scheduling import bump_visit
from careloop.actions.threads import Wording
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.answers import Meaning
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.messages import Piece
from careloop.facts.outbox import ChoiceKind, Handed, OutState, Parcel, ThreadWith, Went
from careloop.facts.portal import AnswerForm, LinkDraft, LinkPurpose, OwnMessage, PortalPage
from careloop.facts.scheduling import CancelReason
from careloop.facts.threads import Did, MessageLine
from careloop.reads.portal import get_portal_page
from careloop.reads.threads import get_thread_page
from tests.actions.answering import land_all, receive, text_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.reminding import far
from tests.actions.visits import booked
from tests.outgoing import NUMBER, bring_reachable
from tests.people import House, later, system

pytestmark = pytest.mark.django_db
WORDS = "We found a ride for you on Monday."


@pytest.fixture(autouse=True)
def with_pages(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    monkeypatch.setenv("CARELOOP_PORTAL_URL", "https://care.example")
    settings.DRAFT_WORDS_MAY_GO = True  # type: ignore[attr-defined]


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
        return next(iter(self.took[-1].pieces.values())).split("/p/")[1].split("/")[0]


def wording(carrier: Road = Road.TEXT, **changes: object) -> Wording:
    made = Wording(Road.PORTAL, Topic.VISITS, str(uuid4()), words=WORDS, carrier=carrier)
    return replace(made, **changes)  # type: ignore[arg-type]


def with_patient(dana: Acting, rosa: UUID) -> UUID:
    return acts.begin_thread(dana, rosa, partner=ThreadWith.PATIENT)


def write(dana: Acting, rosa: UUID, said: Wording | None = None, thread: UUID | None = None) -> UUID:
    thread = thread or with_patient(dana, rosa)
    return acts.send_message(dana, rosa, thread_id=thread, wording=said or wording())


def go(channel: Channel, at: datetime | None = None) -> None:
    """Let what is due go out."""
    moment = at or later(minutes=1)
    claimed = claim_due(system(Purpose.SWEEP, moment), how_many=10)
    if claimed is not None:
        hand_over(system(Purpose.SWEEP, moment), claimed.keys, channel.hand)


def open_page(channel: Channel, at: datetime | None = None) -> tuple[Acting, UUID]:
    """Open the link that went with the birth date; return who acts with it."""
    born = ask_one("SELECT birth_on FROM patient WHERE id = (SELECT patient_id FROM patient_link LIMIT 1)")
    assert isinstance(born, date)
    moment = at or later(minutes=2)
    opened = open_link(system(Purpose.LINKS, moment), token=channel.token(), birth_on=born)
    assert opened is not None
    assert opened.link_id is not None
    assert opened.person_id is not None
    return Acting(opened.person_id, opened.role, moment, Purpose.PATIENT_REQUEST), opened.link_id


def page(who: Acting, link: UUID) -> PortalPage:
    return get_portal_page(who, link)


def shown(who: Acting, link: UUID) -> OwnMessage:
    message = page(who, link).message
    assert message is not None
    return message


def lines(dana: Acting) -> tuple[MessageLine, ...]:
    thread = UUID(str(ask_one("SELECT id FROM thread")))
    return get_thread_page(dana, thread_id=thread).lines


def refused(do: object) -> str:
    with pytest.raises(Refusal) as no:
        do()  # type: ignore[operator]
    return no.value.say.key


def test_what_is_sent_says_only_that_somebody_wrote_and_the_page_says_it(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    write(dana, rosa)
    go(channel)

    (parcel,) = channel.took
    assert (parcel.road, set(parcel.pieces)) == (Road.TEXT, {"text"})
    assert "Your care team wrote to you." in parcel.pieces["text"]
    assert "https://care.example/p/" in parcel.pieces["text"]
    assert "ride" not in parcel.pieces["text"]
    assert channel.token() not in str(ask("SELECT row_to_json(m)::text FROM message m"))
    assert lines(dana)[0].state is OutState.SENT

    who, link = open_page(channel)

    assert page(who, link).purpose is LinkPurpose.MESSAGE
    assert WORDS in shown(who, link).words
    assert shown(who, link).form is AnswerForm.WORDS
    line = lines(dana)[0]
    assert (line.road, line.state, line.seen_at) == (Road.PORTAL, OutState.DELIVERED, later(minutes=2))
    assert broken_invariants() == {}


def test_the_look_shows_what_is_sent_and_the_whole_page_in_their_language(house: House, dana: Acting) -> None:
    rosa = bring_reachable(house, language="es")
    thread = with_patient(dana, rosa)
    said = wording(words="", situation="thank_you")

    look = acts.look_at_message(dana, rosa, thread_id=thread, wording=said)
    acts.send_message(dana, rosa, thread_id=thread, wording=said)

    assert [piece for piece, _text in look.composed.pieces] == [Piece.TEXT, Piece.PORTAL_PAGE]
    assert (look.stops, look.composed.language) == ((), "es")
    kept = ask_one("SELECT pieces FROM message")
    assert {str(piece): text for piece, text in look.composed.pieces} == json.loads(str(kept))


def test_what_names_a_condition_may_stand_on_the_page_and_not_in_the_text(dana: Acting, rosa: UUID) -> None:
    thread, words = with_patient(dana, rosa), "Your diabetes talk is set."

    behind = acts.look_at_message(dana, rosa, thread_id=thread, wording=wording(words=words))
    openly = acts.look_at_message(
        dana, rosa, thread_id=thread, wording=Wording(Road.TEXT, Topic.VISITS, "one", words=words)
    )

    assert behind.stops == ()
    assert [one.key for one in openly.stops] == ["message_private.condition"]


def test_the_same_form_twice_is_one_message_with_one_link(dana: Acting, rosa: UUID) -> None:
    said = wording()

    assert write(dana, rosa, said) == write(dana, rosa, said)
    assert (ask_one("SELECT count(*) FROM outbox"), ask_one("SELECT count(*) FROM patient_link")) == (1, 1)


def test_an_answer_on_the_page_lands_in_the_thread_once_and_waits_for_a_person(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    write(dana, rosa)
    go(channel)
    who, link = open_page(channel)

    answer_message(who, link, yes=None, said="", words="Can it come at noon?")

    assert shown(who, link).answer == "Can it come at noon?"
    assert refused(lambda: answer_message(who, link, yes=None, said="", words="Again")) == "refusal.link_answered"
    assert land_answers(system(Purpose.SWEEP, later(minutes=3)), how_many=5) == 1
    line = lines(dana)[-1]
    assert (line.words, line.road, line.meaning, line.did) == (
        "Can it come at noon?", Road.PORTAL, Meaning.WORDS, Did.PERSON,
    )  # fmt: skip
    assert ask("SELECT unanswered_since IS NOT NULL, unread_since IS NOT NULL FROM thread") == [(True, True)]
    assert broken_invariants() == {}


def test_a_yes_on_the_page_confirms_the_visit_that_was_asked_about(dana: Acting, rosa: UUID, places: Places) -> None:
    channel = Channel()
    held, _version = booked(dana, rosa, far(places))
    write(dana, rosa, wording(words="", situation="reminder_confirm"))
    go(channel)
    who, link = open_page(channel)
    assert shown(who, link).form is AnswerForm.YES_NO

    answer_message(who, link, yes=True, said="Yes", words="")
    land_answers(system(Purpose.SWEEP, later(minutes=3)), how_many=5)

    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "confirmed"
    assert lines(dana)[-1].did is Did.CONFIRMED
    assert shown(who, link).has_changed is False


def test_a_text_back_to_the_words_that_carried_a_link_confirms_nothing(
    dana: Acting, rosa: UUID, places: Places
) -> None:
    held, _version = booked(dana, rosa, far(places))
    write(dana, rosa, wording(words="", situation="reminder_confirm"))
    go(Channel())

    text_in("1", address=NUMBER, at=later(minutes=3))
    land_all(later(minutes=3))

    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"


def test_a_page_about_a_visit_that_moved_says_so_and_nothing_else(dana: Acting, rosa: UUID, places: Places) -> None:
    channel = Channel()
    held, version = booked(dana, rosa, far(places))
    write(dana, rosa, wording(words="", situation="visit_booked"))
    go(channel)
    who, link = open_page(channel)
    assert shown(who, link).words

    bump_visit(dana, held.booking_id, version=version, reason=CancelReason.CLINIC_CLOSED)

    assert shown(who, link) == OwnMessage(language="en", has_changed=True)
    assert (page(who, link).name, page(who, link).helper) == ("", "")
    assert refused(lambda: answer_message(who, link, yes=True, said="Yes", words="")) == "refusal.page_changed"


def test_one_that_moved_before_it_was_opened_was_never_seen(dana: Acting, rosa: UUID, places: Places) -> None:
    channel = Channel()
    held, version = booked(dana, rosa, far(places))
    write(dana, rosa, wording(words="", situation="visit_booked"))
    go(channel)
    bump_visit(dana, held.booking_id, version=version, reason=CancelReason.CLINIC_CLOSED)

    who, link = open_page(channel)

    assert shown(who, link).has_changed
    assert lines(dana)[0].seen_at is None
    assert lines(dana)[0].state is OutState.SENT


def test_a_number_that_turns_out_to_be_another_persons_shuts_the_page(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    write(dana, rosa)
    go(channel)
    who, link = open_page(channel)

    point = UUID(str(ask_one("SELECT point_id FROM outbox")))
    freeze_address(replace(dana, at=later(minutes=3)), rosa, point_id=point, because="wrong number")

    assert shown(who, link).has_changed


def test_a_link_that_is_ended_opens_nothing_and_its_message_does_not_go(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    write(dana, rosa)
    end_link(dana, rosa, link_id=UUID(str(ask_one("SELECT id FROM patient_link"))))
    go(channel)

    assert channel.took == []
    assert ask("SELECT state, stopped_because FROM outbox") == [("withdrawn", "by_person")]


def test_who_wants_no_pages_gets_no_link_to_one(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    write(dana, rosa)
    choose_contact(dana, rosa, ChoiceKind.STOP, road=Road.PORTAL)
    go(channel)

    assert channel.took == []
    assert ask("SELECT state, stopped_because FROM outbox") == [("withdrawn", "stopped")]
    assert refused(lambda: write(dana, rosa)) == "refusal.outbox_stopped"


def with_daughter(dana: Acting, rosa: UUID, *roads: Road) -> tuple[UUID, UUID]:
    """Return the daughter, who may be told of visits on these roads, and the thread with her."""
    ana = add_member(dana, rosa, MemberDraft("Ana Alvarez", Relation.CHILD, phone="(555) 010-0143"))
    may = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), roads, GivenHow.SCREEN)
    give_consent(dana, rosa, member_id=ana, draft=may)
    return ana, acts.begin_thread(dana, rosa, partner=ThreadWith.MEMBER, key=ana)


def test_the_family_sees_a_page_while_the_consent_holds_and_the_ledger_keeps_it(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    ana, thread = with_daughter(dana, rosa, Road.TEXT, Road.PORTAL)
    write(dana, rosa, thread=thread)
    go(channel)
    told = ask("SELECT road, words FROM disclosure ORDER BY id")
    assert [(road, "ride" in words) for road, words in told] == [("text", False)]

    who, link = open_page(channel)

    assert (page(who, link).for_name, WORDS in shown(who, link).words) == ("Ana Alvarez", True)
    told = ask("SELECT road, words FROM disclosure WHERE road = 'portal'")
    assert told == [("portal", WORDS)]
    take_back(replace(dana, at=later(minutes=3)), rosa, member_id=ana, reason="She asked for it.")
    after = replace(who, at=later(minutes=4))
    assert shown(after, link).has_changed
    assert (page(after, link).name, page(after, link).for_name) == ("", "")
    assert refused(lambda: answer_message(after, link, yes=None, said="", words="Hi")) == "refusal.page_changed"
    assert broken_invariants() == {}


def test_a_consent_taken_back_before_the_page_is_opened_shows_and_tells_nothing(dana: Acting, rosa: UUID) -> None:
    channel = Channel()
    ana, thread = with_daughter(dana, rosa, Road.TEXT, Road.PORTAL)
    write(dana, rosa, thread=thread)
    go(channel)
    take_back(replace(dana, at=later(minutes=1, seconds=5)), rosa, member_id=ana, reason="She asked for it.")

    who, link = open_page(channel)

    assert shown(who, link).has_changed
    assert ask("SELECT 1 FROM disclosure WHERE road = 'portal'") == []
    assert ask("SELECT 1 FROM patient_link_step WHERE step = 'seen'") == []


def test_the_page_needs_its_own_consent_beside_that_of_the_road(dana: Acting, rosa: UUID) -> None:
    _ana, thread = with_daughter(dana, rosa, Road.TEXT)

    assert refused(lambda: write(dana, rosa, thread=thread)).startswith("refusal.telling_")
    assert ask("SELECT 1 FROM patient_link") == []


def test_an_answer_to_a_link_that_nobody_knows_is_read_by_a_person(dana: Acting, rosa: UUID) -> None:
    body = json.dumps({"link": str(uuid4()), "yes": None, "said": "Can you call me?", "words": "Can you call me?"})
    receive("page", body.encode(), at=later(minutes=3))

    assert land_all(later(minutes=3)) == 1

    assert ask("SELECT why, words, road FROM answer_review") == [("unreadable", "Can you call me?", "portal")]
    assert ask("SELECT state FROM inbox_item") == [("review",)]


def test_a_page_alone_is_no_way_to_give_a_link(dana: Acting, rosa: UUID) -> None:
    assert refused(lambda: give_link(dana, rosa, LinkDraft(LinkPurpose.MESSAGE, 7))) == "refusal.link_message"


def test_without_an_address_or_a_carrier_nothing_is_written(
    dana: Acting, rosa: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(lambda: write(dana, rosa, wording(carrier=Road.LETTER))) == "refusal.thread_by_hand"
    thread = with_patient(dana, rosa)
    offered = get_thread_page(dana, thread_id=thread).composing.roads
    assert [one.id for one in offered if "portal" in one.id] == ["portal-text", "portal-email"]
    monkeypatch.setenv("CARELOOP_PORTAL_URL", "http://care.example")
    assert refused(lambda: write(dana, rosa)) == "refusal.page_off"
    offered = get_thread_page(dana, thread_id=thread).composing.roads
    assert [one.id for one in offered if "portal" in one.id] == []
    assert ask("SELECT 1 FROM patient_link") == []


@pytest.mark.parametrize("who", ["kim", "tom"])
def test_who_may_not_write_or_is_of_another_team_writes_none(house: House, dana: Acting, rosa: UUID, who: str) -> None:
    thread = with_patient(dana, rosa)
    with pytest.raises(NotFound):
        acts.send_message(house.acting(who), rosa, thread_id=thread, wording=wording())
