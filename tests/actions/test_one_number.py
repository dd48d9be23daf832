"""A wrong number is one truth for calls and messages; what was sent is a try; who asked to be left alone is."""

from uuid import UUID

import pytest
from django.test import override_settings

from careloop.actions import calls as acts
from careloop.actions.consents import add_member
from careloop.actions.for_information import tell_for_information
from careloop.actions.outbox import choose_contact, freeze_address, send_message
from careloop.actions.outbox_receipts import file_receipts, keep_incoming
from careloop.actions.threads import add_note
from careloop.basics.refusals import Refusal
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import MemberDraft, Relation
from careloop.facts.outbox import ChoiceKind, Handed, InboxSource, Went
from careloop.facts.reach import CallDraft, TryResult, TryRoad
from careloop.reads.calls import get_call_card
from careloop.reads.people import get_patient_page
from tests.actions.hands import make_task, stand
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_outbox_sending import Gateway, run
from tests.outgoing import NUMBER, after, bring_reachable, draft
from tests.people import NOW, House, give_to, later, system

pytestmark = pytest.mark.django_db
ON_FILE = "(555) 010-0142"
ANA = MemberDraft("Ana Alvarez", Relation.CHILD, phone="(555) 010-0199")


@pytest.fixture
def rosa(house: House) -> UUID:
    found = bring_reachable(house)
    give_to(house, "dana", found)
    return found


def save(house: House, patient: UUID, loop: UUID, result: TryResult, **more: object) -> UUID:
    draft_ = CallDraft(**({"result": result, "loops": {loop: stand(loop).version}, "address": ON_FILE} | more))  # type: ignore[arg-type]
    return acts.save_call(house.acting("dana"), patient, call=draft_)


def resting(patient: UUID) -> list[tuple[str, bool]]:
    return ask(
        "SELECT road, frozen_at IS NOT NULL FROM contact_point WHERE patient_id = %s AND member_id IS NULL"
        " AND ended_at IS NULL AND road IN ('phone', 'text') ORDER BY road", patient,
    )  # fmt: skip


def shut(patient: UUID) -> list[tuple[str, str, bool]]:
    return ask(
        "SELECT road, address, ended_at IS NULL FROM reach_block WHERE patient_id = %s ORDER BY road, id", patient
    )


def standing(patient: UUID) -> list[tuple[str, str]]:
    return ask("SELECT state, stopped_because FROM outbox WHERE patient_id = %s ORDER BY meant_at, no", patient)


def find_number_tasks(patient: UUID) -> int:
    return ask_one("SELECT count(*) FROM loop WHERE patient_id = %s AND title ->> 'key' = 'reach.find_number'", patient)


def written_lacking(house: House, patient: UUID, loop: UUID) -> int:
    card = get_call_card(house.acting("dana"), patient)
    return next(one.lacking.written for one in card.reasons if one.row.id == loop)


def test_a_wrong_number_of_a_call_takes_back_texts_and_lets_the_number_rest(
    house: House, dana: Acting, rosa: UUID
) -> None:
    send_message(dana, rosa, draft(rosa, not_before=after(hours=1)))

    save(house, rosa, make_task(house, rosa), TryResult.WRONG_NUMBER)

    assert standing(rosa) == [("withdrawn", "frozen")]
    assert resting(rosa) == [("phone", True), ("text", True)]
    with pytest.raises(Refusal) as no:
        send_message(dana, rosa, draft(rosa))
    assert no.value.say.key == "refusal.outbox_frozen"
    assert broken_invariants() == {}


def test_an_address_that_rests_shuts_the_number_on_the_call_card(house: House, dana: Acting, rosa: UUID) -> None:
    send_message(dana, rosa, draft(rosa, not_before=after(hours=1)))
    point = ask_one("SELECT id FROM contact_point WHERE patient_id = %s AND road = 'text'", rosa)

    assert freeze_address(dana, rosa, point_id=point, because="Somebody else answered.") == 1

    assert shut(rosa) == [("call", ON_FILE, True), ("text", ON_FILE, True)]
    assert resting(rosa) == [("phone", True), ("text", True)]
    assert [one.block for one in get_call_card(house.acting("dana"), rosa).numbers] == ["wrong_number"]
    assert find_number_tasks(rosa) == 1
    with pytest.raises(Refusal) as no:
        save(house, rosa, make_task(house, rosa), TryResult.NO_ANSWER)
    assert no.value.say.key == "refusal.reach_shut"
    assert broken_invariants() == {}


def test_a_number_shut_before_any_message_rests_from_the_beginning(house: House, dana: Acting, rosa: UUID) -> None:
    save(house, rosa, make_task(house, rosa), TryResult.WRONG_NUMBER)
    assert resting(rosa) == []

    with pytest.raises(Refusal) as no:
        send_message(dana, rosa, draft(rosa))
    assert no.value.say.key == "refusal.outbox_frozen"


def test_a_right_number_lifts_nothing_of_the_old_one(house: House, dana: Acting, rosa: UUID) -> None:
    send_message(dana, rosa, draft(rosa))
    save(house, rosa, make_task(house, rosa), TryResult.WRONG_NUMBER)

    bring_reachable(house, number="(555) 010-0177")
    send_message(dana, rosa, draft(rosa))

    found = ask("SELECT address, frozen_at IS NOT NULL FROM contact_point WHERE patient_id = %s AND road = 'text'"
                " AND ended_at IS NULL", rosa)  # fmt: skip
    assert found == [("+15550100177", False)]
    # The old one comes back, in another writing: it rests.
    bring_reachable(house, number="+1 555-010-0142")
    with pytest.raises(Refusal):
        send_message(dana, rosa, draft(rosa))
    assert [one.block for one in get_call_card(house.acting("dana"), rosa).numbers] == ["wrong_number"]


def test_a_number_that_is_opened_again_is_used_on_its_road_again(house: House, dana: Acting, rosa: UUID) -> None:
    send_message(dana, rosa, draft(rosa))
    save(house, rosa, make_task(house, rosa), TryResult.WRONG_NUMBER)
    block = ask_one("SELECT id FROM reach_block WHERE patient_id = %s AND road = 'text'", rosa)

    acts.lift_block(house.acting("dana"), rosa, block_id=block, reason="It is hers.")

    assert resting(rosa) == [("phone", True), ("text", False)]
    assert broken_invariants() == {}


def test_a_receipt_that_there_is_no_such_number_shuts_it_and_is_no_try(house: House, dana: Acting, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    send_message(dana, rosa, draft(rosa, loop_id=loop))
    send_message(dana, rosa, draft(rosa, not_before=after(hours=2)))
    gateway = Gateway()
    run(gateway)
    assert written_lacking(house, rosa, loop) == 0
    about = {"MessageSid": "SM0", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    keep_incoming(system(Purpose.INTAKE), source=InboxSource.TEXT_STATUS, raw=b"one", about=about)

    assert file_receipts(system(Purpose.SWEEP), how_many=5) == 1

    assert standing(rosa) == [("failed", ""), ("withdrawn", "frozen")]
    assert shut(rosa) == [("call", ON_FILE, True), ("text", ON_FILE, True)]
    assert find_number_tasks(rosa) == 1
    assert ask("SELECT state, patient_id FROM inbox_item") == [("done", rosa)]
    # No call can be made any more, so two things in writing are asked for: what never came is none of them.
    assert written_lacking(house, rosa, loop) == 2
    assert broken_invariants() == {}


def test_a_receipt_that_it_came_is_filed(house: House, dana: Acting, rosa: UUID) -> None:
    send_message(dana, rosa, draft(rosa))
    run(Gateway())
    about = {"MessageSid": "SM0", "MessageStatus": "delivered"}
    keep_incoming(system(Purpose.INTAKE), source=InboxSource.TEXT_STATUS, raw=b"one", about=about)
    keep_incoming(system(Purpose.INTAKE), source=InboxSource.TEXT_STATUS, raw=b"two", about=about | {"MessageSid": "?"})

    assert file_receipts(system(Purpose.SWEEP), how_many=5) == 1

    assert standing(rosa) == [("delivered", "")]
    assert ask("SELECT state, attempts FROM inbox_item ORDER BY received_at, state") == [("done", 0), ("new", 1)]


def test_a_wrong_number_of_the_daughter_rests_for_texts_too(house: House, dana: Acting, rosa: UUID) -> None:
    ana = add_member(dana, rosa, draft=ANA)

    save(house, rosa, make_task(house, rosa), TryResult.WRONG_NUMBER, member_id=ana, address="(555) 010-0199")

    found = ask("SELECT DISTINCT frozen_at IS NOT NULL FROM contact_point WHERE member_id = %s", ana)
    assert found == [(True,)]
    assert shut(rosa) == []


def test_what_went_out_about_a_loop_is_one_try(house: House, dana: Acting, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    key = send_message(dana, rosa, draft(rosa, loop_id=loop))
    send_message(dana, rosa, draft(rosa))
    gateway = Gateway()

    run(gateway)
    run(gateway, after(minutes=1))

    assert len(gateway.took) == 2
    rows = ask("SELECT t.id, t.road, t.result, t.address, k.loop_id FROM contact_try t JOIN contact_try_loop k"
               " ON k.contact_try_id = t.id")  # fmt: skip
    assert rows == [(key, "text", "sent", NUMBER, loop)]
    assert broken_invariants() == {}


def test_what_was_looked_up_and_what_was_never_taken(house: House, dana: Acting, rosa: UUID) -> None:
    loop = make_task(house, rosa)
    send_message(dana, rosa, draft(rosa, loop_id=loop))
    gateway = Gateway(answers=[Handed(Went.UNKNOWN)])
    run(gateway)
    assert ask_one("SELECT count(*) FROM contact_try") == 0

    run(gateway, after(minutes=5))

    assert ask("SELECT road, result FROM contact_try") == [("text", "sent")]


def test_who_wants_no_contact_is_not_called_nor_listed(house: House, dana: Acting, rosa: UUID) -> None:
    choose_contact(dana, rosa, ChoiceKind.DO_NOT_CONTACT, because="Asked so.")

    card = get_call_card(house.acting("dana"), rosa)

    assert [one.block for one in card.numbers] == ["asked_not"]
    assert TryRoad.CALL in {one.road for one in card.shut if one.id is None}
    with pytest.raises(Refusal) as no:
        save(house, rosa, make_task(house, rosa), TryResult.NO_ANSWER)
    assert no.value.say.key == "refusal.reach_shut"


def test_who_asked_for_no_calls_gets_none_by_hand_either(house: House, dana: Acting, rosa: UUID) -> None:
    save(house, rosa, make_task(house, rosa), TryResult.ASKED_NOT)

    assert ask_one("SELECT stopped_since(%s, NULL, 'phone')", rosa) == NOW
    assert ask_one("SELECT stopped_since(%s, NULL, 'text')", rosa) is None
    block = ask_one("SELECT id FROM reach_block WHERE patient_id = %s", rosa)
    acts.lift_block(house.acting("dana", at=later(hours=1)), rosa, block_id=block, reason="Changed her mind.")
    assert ask_one("SELECT stopped_since(%s, NULL, 'phone')", rosa) is None


def test_the_card_says_the_clinics_number(house: House, rosa: UUID) -> None:
    make_task(house, rosa)
    with override_settings(CLINIC_PHONE="(555) 010-0100"):
        assert "(555) 010-0100" in get_call_card(house.acting("dana"), rosa).spoken[0].voicemail

    with override_settings(CLINIC_PHONE=""):
        assert "[our number]" in get_call_card(house.acting("dana"), rosa).spoken[-1].voicemail


def test_a_word_for_information_stands_on_the_timeline_and_on_no_list(house: House, dana: Acting, rosa: UUID) -> None:
    before = ask_one("SELECT count(*) FROM loop")

    tell_for_information(dana, rosa, to_person=house.id_of("lee"), words="She moved to her sister.")

    assert ask_one("SELECT count(*) FROM loop") == before
    assert ask("SELECT unread_since, unanswered_since FROM thread WHERE partner = 'colleague'") == [(None, None)]
    assert talked(dana, rosa) == [("timeline.talked.note", "She moved to her sister.")]


def test_the_timeline_names_what_went_and_came_and_no_notes_among_us(house: House, dana: Acting, rosa: UUID) -> None:
    send_message(dana, rosa, draft(rosa))
    run(Gateway())
    send_message(dana, rosa, draft(rosa, words="Not gone yet.", not_before=after(hours=3)))
    thread = ask_one("SELECT id FROM thread WHERE patient_id = %s", rosa)
    add_note(dana, rosa, thread_id=thread, words="She sounded tired.")
    add_note(dana, rosa, thread_id=thread, words="New glasses.", for_information=True)

    assert talked(dana, rosa) == [
        ("timeline.talked.note", "New glasses."), ("timeline.talked.out_text", "Can you come on Monday?"),
    ]  # fmt: skip


def talked(acting: Acting, patient: UUID) -> list[tuple[str, object]]:
    shown = get_patient_page(acting, patient).overview.happenings
    found = [one.label for one in shown if one.key.startswith("talked-")]
    return sorted((one.key, dict(one.values)["words"]) for one in found)
