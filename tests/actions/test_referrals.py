"""A referral on its way: made, sent with evidence, answered, sent elsewhere, dated, seen, read, told and closed."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from careloop.actions.referral_items import note_referral_item
from careloop.actions.referral_visits import go_on_after_misses, lose_date, note_missed, note_seen
from careloop.actions.referrals import (
    ask_for_info,
    end_referral,
    give_info,
    make_referral,
    note_specialist,
    reopen_referral,
    reroute_referral,
    send_referral,
    settle_sending,
    withdraw_referral,
)
from careloop.actions.worklist import dismiss_loop, finish_loop, log_contact, reopen_loop, snooze_loop
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Acting
from careloop.facts.preparation import Item, ItemState
from careloop.facts.referrals import AnswerKind, Channel, Claimed, ReferralEvent, Sending, Told, Urgency
from careloop.facts.worklist import ContactResult, Outcome
from careloop.reads.packets import get_packet, get_sent_packet
from careloop.reads.people import get_patient_page
from careloop.reads.referrals import get_new_referral, get_referral_page, list_referrals
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring_cared_for, person
from tests.actions.referring import (
    FAXED,
    PAGES,
    answer,
    bring_report,
    bring_seen_by_asha,
    draft,
    give_date,
    loop_of,
    make,
    read,
    seen,
    send,
    sha256,
    state_of,
    tell,
    version,
)
from tests.actions.visits import at, refusal
from tests.people import House

pytestmark = pytest.mark.django_db
WALL = datetime(2026, 12, 1, 14, 30)  # noqa: DTZ001 (a wall time)
AFTER = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
OWN = Claimed("Ngozi Okafor", date(1990, 4, 2))


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa")


@pytest.fixture
def asha(house: House) -> Acting:
    return house.acting("asha")


def test_a_whole_referral_is_closed_only_when_it_was_read_and_the_patient_was_told(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    assert loop_of(key) | {"next_at": 0, "due_at": 0} == {
        "state": "to_do", "kind": "referral", "owner": dana.person_id, "ball": "us", "step": "step.referral_send",
        "next_at": 0, "outcome": None, "due_at": 0,
    }  # fmt: skip
    send(dana, key)
    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("provider", "step.referral_ask_arrived")
    answer(dana, key, AnswerKind.DELIVERED)
    answer(dana, key, AnswerKind.ACCEPTED)
    give_date(dana, key, WALL)
    # What the patient needs is seen to three business days before, Thanksgiving left out: 8 am in New York.
    assert loop_of(key)["next_at"] == datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
    for item in (Item.COVERAGE, Item.RIDE, Item.INSTRUCTIONS):
        note_referral_item(
            dana, key, version=version(dana, key), item=item, state=ItemState.DONE, note="Her son and the desk say so"
        )
    # The day itself is when somebody looks then: 5 pm in New York.
    assert loop_of(key)["next_at"] == datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
    later = at(dana, AFTER)
    seen(later, key)
    assert loop_of(key)["step"] == "step.referral_report"
    assert bring_report(later, key, OWN) is True
    assert refusal(lambda: tell(later, key)) == "refusal.referral_move"
    doctor = at(house.acting("asha"), AFTER)
    read(doctor, key, "Repeat the echo in a year")
    tell(later, key)

    assert (state_of(key), loop_of(key)["outcome"]) == ("closed", "done")
    page = get_referral_page(later, key)
    assert (page.told_by, page.teach_back, page.reports[0].read_by) == ("Dana", "It is harmless", "Asha")
    tasks = ask("SELECT title #>> '{values,text}' FROM loop WHERE patient_id = %s AND kind = 'task'", rosa)
    assert tasks == [("Repeat the echo in a year",)]
    assert broken_invariants() == {}


def test_a_referral_needs_a_question_a_specialty_a_receiver_and_a_clinician_of_the_team(
    house: House, dana: Acting, rosa: UUID
) -> None:
    wrong = {
        "refusal.referral_question": {"question": " ?! "},
        "refusal.referral_specialty": {"specialty": " "},
        "refusal.referral_receiver": {"to_name": "  "},
        "refusal.referral_asker": {"asked_by": house.id_of("lee")},
        "refusal.due_day": {"see_by": date(2026, 11, 19)},
    }

    said = {key: refusal(lambda c=changed: make(dana, house, rosa, **c)) for key, changed in wrong.items()}

    assert said == {key: key for key in wrong}
    assert refusal(lambda: make(dana, house, rosa, question="x" * 241)) == "refusal.referral_question"


def test_a_second_one_to_the_same_specialty_is_asked_about_and_the_same_question_never_asked_twice(
    house: House, dana: Acting, rosa: UUID
) -> None:
    make(dana, house, rosa)

    assert refusal(lambda: make(dana, house, rosa, question="Another question?")) == "refusal.referral_beside"
    make_referral(dana, rosa, draft(house, question="Another question?"), is_another=True)
    again = draft(house, question="  is THIS murmur harmless ")
    assert refusal(lambda: make_referral(dana, rosa, again, is_another=True)) == "refusal.referral_open_already"


def test_nothing_is_sent_without_evidence_unseen_or_by_paper_in_an_emergency(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    packet = get_packet(dana, key).packet

    def go(sending: Sending, seen_hash: str = packet.sha256) -> None:
        send_referral(dana, key, version=1, packet=packet, pages=PAGES, seen=seen_hash, sending=sending)

    assert refusal(lambda: go(Sending(Channel.FAX, "555", " "))) == "refusal.sending_evidence"
    assert refusal(lambda: go(FAXED, "0" * 64)) == "refusal.packet_changed"
    urgent = make(dana, house, rosa, specialty="Neurology", urgency=Urgency.EMERGENT)
    assert refusal(lambda: send(dana, urgent)) == "refusal.referral_by_phone"
    send(dana, urgent, Sending(Channel.PHONE, "555-0102", "Spoke with Dr. Roy at 10:07"))
    assert ask_one("SELECT count(*) FROM referral_sending") == 1


def test_a_sent_packet_is_kept_as_it_left_with_a_line_of_the_disclosure(house: House, dana: Acting, rosa: UUID) -> None:
    key = make(dana, house, rosa)
    send(dana, key)

    page = get_referral_page(dana, key)
    packet, pages = get_sent_packet(dana, key, packet_id=page.sendings[0].packet_id)
    assert (pages, packet.question) == (PAGES, "Is this murmur harmless?")
    ((what, recipient, kept),) = ask("SELECT what, recipient, sha256 FROM disclosure WHERE patient_id = %s", rosa)
    assert (what, recipient, bytes(kept)) == ("referral_packet", "Bayview Heart", sha256(PAGES))
    assert broken_invariants() == {}


def test_what_nobody_knows_to_have_gone_is_looked_up_before_anything_goes_out_again(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    send(dana, key, Sending(Channel.FAX, "555", "", is_unsure=True))
    assert (state_of(key), loop_of(key)["step"]) == ("checking", "step.referral_check")

    assert refusal(lambda: send(dana, key)) == "refusal.referral_move"
    settle_sending(dana, key, version=version(dana, key), went=False, evidence="The log says busy, three times")
    assert state_of(key) == "to_send"
    send(dana, key)
    assert ask("SELECT state FROM referral_sending ORDER BY state") == [("not_sent",), ("sent",)]
    assert broken_invariants() == {}


def test_a_decline_goes_to_somebody_else_and_twice_no_answer_too(house: House, dana: Acting, rosa: UUID) -> None:
    key = make(dana, house, rosa)
    send(dana, key)
    assert refusal(lambda: answer(dana, key, AnswerKind.DECLINED)) == "refusal.reason_missing"
    answer(dana, key, AnswerKind.DECLINED, "No new patients before spring")
    assert loop_of(key)["step"] == "step.referral_reroute"
    reroute_referral(
        dana, key, version=version(dana, key), to_entry=None, to_name="Hill Heart", reason="Bayview is full"
    )
    assert (state_of(key), get_referral_page(dana, key).row.to_name) == ("to_send", "Hill Heart")
    send(dana, key)
    answer(dana, key, AnswerKind.SILENT)
    assert loop_of(key)["step"] == "step.referral_call"
    answer(dana, key, AnswerKind.SILENT)
    assert loop_of(key)["step"] == "step.referral_reroute_silent"
    assert broken_invariants() == {}


def test_what_is_missing_comes_back_to_us_and_the_question_can_be_made_clearer(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    ask_for_info(dana, key, version=1, missing="Which murmur, since when?")
    assert (state_of(key), loop_of(key)["step"]) == ("needs_info", "step.referral_give_info")

    give_info(dana, key, version=2, note="Asked Dr. Asha", question="Is the new murmur at the apex harmless?")

    assert get_referral_page(dana, key).row.question == "Is the new murmur at the apex harmless?"
    assert state_of(key) == "to_send"


def test_a_date_beyond_the_limit_asks_for_another_until_somebody_says_why_it_is_right(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa, see_by=date(2026, 11, 30))
    send(dana, key)
    give_date(dana, key, WALL)
    assert (loop_of(key)["ball"], loop_of(key)["step"]) == ("us", "step.referral_too_long")

    give_date(dana, key, WALL, late_because="Dr. Asha agrees: no hurry")

    assert loop_of(key)["step"] == "step.referral_coverage"
    assert refusal(lambda: give_date(dana, key, datetime(2026, 11, 19, 9, 0))) == "refusal.time_past"  # noqa: DTZ001


def test_who_did_not_come_is_called_and_the_second_time_the_clinician_decides(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    send(dana, key)
    give_date(dana, key, WALL)
    assert refusal(lambda: note_missed(dana, key, version=version(dana, key))) == "refusal.visit_not_yet"
    assert refusal(lambda: note_seen(dana, key, version=version(dana, key), note="x")) == "refusal.visit_not_yet"
    later = at(dana, AFTER)
    note_missed(later, key, version=version(later, key), note="No ride")
    assert loop_of(key)["step"] == "step.referral_missed"
    give_date(later, key, WALL + timedelta(days=7))
    lose_date(later, key, version=version(later, key), reason="They closed that day")
    assert state_of(key) == "accepted"
    give_date(later, key, WALL + timedelta(days=8))
    last = at(dana, AFTER + timedelta(days=9))
    note_missed(last, key, version=version(last, key))
    assert loop_of(key)["step"] == "step.referral_decide"


def test_after_two_missed_visits_nobody_gives_another_date_or_office_before_a_clinician_said_so(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    send(dana, key)
    for days in (0, 8):
        give_date(at(dana, dana.at + timedelta(days=days)), key, WALL + timedelta(days=days))
        last = at(dana, AFTER + timedelta(days=days + 1))
        note_missed(last, key, version=version(last, key))
    again = WALL + timedelta(days=20)
    assert refusal(lambda: give_date(last, key, again)) == "refusal.referral_decide"
    other = {"to_entry": None, "to_name": "Mesa Heart", "reason": "Nearer"}
    elsewhere = refusal(lambda: reroute_referral(last, key, version=version(last, key), **other))  # type: ignore[arg-type]
    assert elsewhere == "refusal.referral_decide"
    with pytest.raises(NotFound):
        go_on_after_misses(last, key, version=version(last, key), note="She wants to go")
    clinician = at(house.acting("asha"), last.at)
    silent = refusal(lambda: go_on_after_misses(clinician, key, version=version(clinician, key), note=" "))
    assert silent == "refusal.reason_missing"
    go_on_after_misses(clinician, key, version=version(clinician, key), note="A ride is arranged")
    assert (state_of(key), loop_of(key)["step"]) == ("accepted", "step.referral_date")
    early = refusal(lambda: go_on_after_misses(clinician, key, version=version(clinician, key), note="x"))
    assert early == "refusal.referral_move"
    give_date(last, key, again)
    assert state_of(key) == "date_set"
    assert broken_invariants() == {}


def test_one_that_nobody_sent_for_a_week_stands_before_one_made_today(house: House, dana: Acting, rosa: UUID) -> None:
    # It may be seen long after the other, but somebody should have sent it a week ago.
    forgotten = make(dana, house, rosa, see_by=date(2027, 3, 1))
    today = at(dana, dana.at + timedelta(days=12))
    fresh = make(today, house, rosa, question="Is the rash an allergy?", specialty="dermatology")

    assert [row.id for row in list_referrals(today).rows] == [forgotten, fresh]


def test_a_specialist_whom_the_patient_has_already_is_asked_for_a_report_and_the_loop_ends_as_done_elsewhere(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    note_specialist(dana, key, version=1, name="Dr. Roy")
    assert (state_of(key), loop_of(key)["step"]) == ("seen", "step.referral_report")
    bring_report(dana, key, OWN)
    read(house.acting("asha"), key)
    tell(dana, key)

    assert loop_of(key)["outcome"] == Outcome.ELSEWHERE
    assert broken_invariants() == {}


def test_it_ends_with_a_reason_and_only_a_clinician_takes_the_question_back(
    house: House, dana: Acting, asha: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    said_no = ReferralEvent.PATIENT_NO
    assert refusal(lambda: end_referral(dana, key, version=1, event=said_no, reason="")) == "refusal.reason_missing"
    wrong = refusal(lambda: end_referral(dana, key, version=1, event=ReferralEvent.TELL, reason="x"))
    assert wrong == "refusal.outcome"
    with pytest.raises(NotFound):
        withdraw_referral(dana, key, version=1, reason="Not needed")
    withdraw_referral(asha, key, version=1, reason="The echo was normal")
    assert (state_of(key), loop_of(key)["outcome"]) == ("closed", "withdrawn_clinically")
    reopen_referral(dana, key, version=2, reason="It came back")
    assert (state_of(key), loop_of(key)["state"]) == ("to_send", "started")
    end_referral(dana, key, version=3, event=said_no, reason="She does not want it now")
    assert loop_of(key)["outcome"] == "declined_by_patient"
    assert broken_invariants() == {}


def test_the_loop_of_a_referral_ends_on_its_own_page_only_but_is_called_about_and_put_off_like_any(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    loop = get_referral_page(dana, key).row.loop_id

    assert refusal(
        lambda: finish_loop(dana, loop, version=1, outcome=Outcome.DONE, note="Done")
    ) == "refusal.referral_own_page"  # fmt: skip
    assert refusal(
        lambda: dismiss_loop(dana, loop, version=1, outcome=Outcome.DUPLICATE, reason="Twice")
    ) == "refusal.referral_own_page"  # fmt: skip
    log_contact(dana, loop, version=1, result=ContactResult.LEFT_MESSAGE, note="Asked her to call")
    snooze_loop(dana, loop, version=2, until=date(2026, 11, 24), reason="She is away")
    assert loop_of(key)["state"] == "snoozed"
    end_referral(dana, key, version=1, event=ReferralEvent.DUPLICATE, reason="The same one")
    assert refusal(lambda: reopen_loop(dana, loop, version=4, reason="x")) == "refusal.referral_own_page"


def test_who_looked_at_an_older_version_changes_nothing(house: House, dana: Acting, rosa: UUID) -> None:
    key = make(dana, house, rosa)
    send(dana, key)

    with pytest.raises(TakenMeanwhile):
        ask_for_info(dana, key, version=1, missing="More")


def test_death_ends_every_referral_and_the_referral_knows(house: House, dana: Acting, rosa: UUID) -> None:
    key = make(dana, house, rosa)
    send(dana, key)

    bring_cared_for(house, "rosa", person("rosa", deceasedDateTime="2026-11-18"))

    assert (state_of(key), loop_of(key)["outcome"]) == ("closed", "deceased")
    assert broken_invariants() == {}
    with pytest.raises(Refusal) as no:
        make(dana, house, rosa, specialty="Eyes")
    assert no.value.say.key == "refusal.patient_has_died"


def test_the_list_shows_where_each_stands_and_nothing_of_another_team(house: House, dana: Acting, rosa: UUID) -> None:
    key = make(dana, house, rosa)

    shown = list_referrals(dana)
    assert [row.id for row in shown.rows] == [key]
    assert dict(shown.by_state)["to_send"] == 1
    assert shown.rows[0].next_step.key == "step.referral_send"
    assert get_new_referral(dana, rosa).open_ones[0].id == key
    assert list_referrals(house.acting("kim")).rows == ()
    with pytest.raises(NotFound):
        get_referral_page(house.acting("kim"), key)
    with pytest.raises(NotFound):
        list_referrals(house.acting("tom"))


def test_what_a_letter_says_needs_no_words_said_back(house: House, dana: Acting, rosa: UUID) -> None:
    key = make(dana, house, rosa)
    send(dana, key)
    bring_report(dana, key, OWN)
    read(house.acting("asha"), key)
    assert refusal(lambda: tell(dana, key, back=" ")) == "refusal.teach_back_missing"

    tell(dana, key, Told.LETTER, back="")

    assert state_of(key) == "closed"
    assert get_patient_page(dana, rosa).closed_loops
