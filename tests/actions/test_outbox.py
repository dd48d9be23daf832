"""Messages through their doors: composed in the person's language, addressed, refused with the reason, taken back."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from careloop.actions.consents import add_member, give_consent
from careloop.actions.outbox import choose_contact, freeze_address, send_message, take_back_message
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.messages import Field
from careloop.facts.outbox import AboutBooking, ChoiceKind
from tests.actions.look import ask, ask_one, broken_invariants
from tests.outgoing import MAIL, NUMBER, WHEN, after, bring_reachable, draft
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
ANA = MemberDraft("Ana Alvarez", Relation.CHILD, language="es", phone="(555) 010-0199")
RIDES = ConsentDraft((Topic.VISITS,), (ConsentPurpose.CARE,), (Road.TEXT,), GivenHow.SCREEN)


def refusal(do: object) -> str:
    with pytest.raises(Refusal) as no:
        do()  # type: ignore[operator]
    return no.value.say.key


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_reachable(house)


def row(key: UUID) -> tuple[object, ...]:
    (found,) = ask("SELECT state, road, address, held_for, next_at FROM outbox WHERE id = %s", key)
    return found


def test_a_message_is_a_row_with_the_words_and_the_address_as_they_were(dana: Acting, rosa: UUID) -> None:
    key = send_message(dana, rosa, draft(rosa))

    assert row(key) == ("waiting", "text", NUMBER, "", NOW)
    ((words, pieces, asked),) = ask("SELECT words, pieces ->> 'text', asked_language FROM message WHERE id = %s", key)
    assert words == "Can you come on Monday?"
    assert pieces.startswith("Hi ")
    assert "Can you come on Monday? Questions? Call (555) 010-0100." in pieces
    assert asked == "en"
    assert ask("SELECT event FROM outbox_event WHERE outbox_id = %s", key) == [("queued",)]
    assert broken_invariants() == {}


def test_who_writes_gives_their_own_name_and_what_goes_by_itself_that_of_the_coordinator(
    house: House, dana: Acting, rosa: UUID
) -> None:
    def begins(by: Acting) -> str:
        key = send_message(by, rosa, draft(rosa, key=str(uuid4())))
        return str(ask_one("SELECT pieces ->> 'text' FROM message WHERE id = %s", key)).split(".")[0]

    assert begins(dana).endswith("it is Dana")
    assert begins(house.acting("sol")).endswith("it is Sol")
    assert begins(system(Purpose.SWEEP)).endswith("it is Dana")


def test_the_same_key_again_is_the_same_message(dana: Acting, rosa: UUID) -> None:
    what = draft(rosa)

    assert send_message(dana, rosa, what) == send_message(dana, rosa, what)

    assert ask_one("SELECT count(*) FROM outbox WHERE patient_id = %s", rosa) == 1


def test_a_situation_is_said_in_the_language_of_the_person(house: House, dana: Acting) -> None:
    luz = bring_reachable(house, "luz", language="es-MX")

    key = send_message(dana, luz, draft(luz, words="", situation="reminder_confirm", values={Field.WHEN: WHEN}))

    ((language, words, is_draft),) = ask("SELECT language, words, is_draft_words FROM message WHERE id = %s", key)
    assert (language, is_draft) == ("es", True)
    assert words.startswith("Su cita es el")


def test_a_language_without_words_goes_in_english_with_an_offer_of_an_interpreter(house: House, dana: Acting) -> None:
    linh = bring_reachable(house, "linh", language="vi")

    for _ in range(2):
        send_message(dana, linh, draft(linh, words="", situation="reminder_confirm", values={Field.WHEN: WHEN}))

    assert ask("SELECT DISTINCT language FROM message WHERE patient_id = %s", linh) == [("en",)]
    offered = ask("SELECT title ->> 'key', owner_id FROM loop WHERE check_name = 'offer_interpreter'")
    assert offered == [("outbox.interpreter", house.id_of("dana"))]


def test_draft_words_go_nowhere_where_the_clinic_did_not_say_so(dana: Acting, rosa: UUID, settings: object) -> None:
    settings.DRAFT_WORDS_MAY_GO = False  # type: ignore[attr-defined]

    told = draft(rosa, words="", situation="reminder_confirm", values={Field.WHEN: WHEN})

    assert refusal(lambda: send_message(dana, rosa, told)) == "refusal.outbox_not_approved"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": "Bring your metformin."}, "refusal.outbox_private"),
        ({"words": " "}, "refusal.outbox_words"),
        ({"words": "", "situation": "no_such"}, "refusal.outbox_situation"),
        ({"words": "", "situation": "reminder_confirm"}, "refusal.outbox_value"),
        ({"words": "", "situation": "reminder_prepare"}, "refusal.message_road"),
        ({"road": Road.PORTAL}, "refusal.outbox_no_address"),
        ({"good_until": NOW}, "refusal.outbox_too_late"),
        ({"about": AboutBooking(uuid4(), 1)}, "refusal.outbox_moved"),
    ],
)
def test_what_may_not_go_is_refused_with_the_reason(
    dana: Acting, rosa: UUID, changes: dict[str, object], said: str
) -> None:
    assert refusal(lambda: send_message(dana, rosa, draft(rosa, **changes))) == said
    assert ask_one("SELECT count(*) FROM outbox WHERE patient_id = %s", rosa) == 0


def test_whoever_asked_for_no_texts_gets_none_and_what_waits_is_taken_back(dana: Acting, rosa: UUID) -> None:
    waiting, mail = send_message(dana, rosa, draft(rosa)), send_message(dana, rosa, draft(rosa, road=Road.EMAIL))

    assert choose_contact(dana, rosa, ChoiceKind.STOP, road=Road.TEXT, because="STOP") == 1

    assert ask("SELECT state, stopped_because FROM outbox WHERE id = %s", waiting) == [("withdrawn", "stopped")]
    assert row(mail)[:3] == ("waiting", "email", MAIL)
    assert refusal(lambda: send_message(dana, rosa, draft(rosa))) == "refusal.outbox_stopped"
    choose_contact(dana, rosa, ChoiceKind.START, road=Road.TEXT)
    assert row(send_message(dana, rosa, draft(rosa)))[0] == "waiting"
    choose_contact(dana, rosa, ChoiceKind.DO_NOT_CONTACT, because="moved away")
    assert refusal(lambda: send_message(dana, rosa, draft(rosa, road=Road.EMAIL))) == "refusal.outbox_stopped"


def test_a_wrong_number_rests_and_nothing_goes_there(dana: Acting, rosa: UUID) -> None:
    key = send_message(dana, rosa, draft(rosa))
    point = ask_one("SELECT point_id FROM outbox WHERE id = %s", key)

    assert freeze_address(dana, rosa, point_id=point, because="A stranger answered") == 1

    assert refusal(lambda: send_message(dana, rosa, draft(rosa))) == "refusal.outbox_frozen"


def test_nobody_of_the_circle_is_written_to_without_consent(dana: Acting, rosa: UUID) -> None:
    ana = add_member(dana, rosa, ANA)

    assert refusal(lambda: send_message(dana, rosa, draft(rosa, member_id=ana))) == "refusal.telling_not_asked"

    give_consent(dana, rosa, RIDES, member_id=ana)
    key = send_message(dana, rosa, draft(rosa, member_id=ana))
    assert row(key)[2] == "+15550100199"
    assert refusal(lambda: send_message(dana, rosa, draft(rosa, member_id=ana, topic=Topic.RESULTS))) == (
        "refusal.telling_other_topic"
    )
    assert ask("SELECT partner FROM thread WHERE patient_id = %s", rosa) == [("member",)]


def test_a_message_can_be_undone_until_it_goes(dana: Acting, rosa: UUID) -> None:
    key = send_message(dana, rosa, draft(rosa, undo_seconds=10))
    assert row(key) == ("held", "text", NUMBER, "undo", after(seconds=10))

    take_back_message(dana, rosa, outbox_id=key)

    assert row(key)[0] == "withdrawn"
    assert refusal(lambda: take_back_message(dana, rosa, outbox_id=key)) == "refusal.outbox_gone"
    assert ask("SELECT event FROM outbox_event WHERE outbox_id = %s ORDER BY id", key) == [("queued",), ("withdrawn",)]


def test_another_teams_coordinator_writes_to_nobody_here(house: House, rosa: UUID) -> None:
    kim = replace(house.acting("kim"), purpose=Purpose.TREATMENT)

    with pytest.raises(NotFound):
        send_message(kim, rosa, draft(rosa))
