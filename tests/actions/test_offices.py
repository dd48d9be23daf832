"""Letters to offices: what leaves was seen and kept, goes once with its receipt, stands in the ledger; answers land."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from careloop.actions.answers import say_whose
from careloop.actions.directory import change_entry
from careloop.actions.offices import note_office_answer, raise_silent_offices, send_letter
from careloop.actions.outbox import choose_contact, note_sent_by_hand
from careloop.actions.people import join_care_team
from careloop.actions.threads import take_back_message
from careloop.basics.refusals import NotFound
from careloop.channels import road_email, road_letter
from careloop.channels.settings import ChannelSettings
from careloop.facts.access import Acting, Purpose
from careloop.facts.consents import Road
from careloop.facts.directory import ReferralBy
from careloop.facts.disclosures import Basis
from careloop.facts.offices import Detail, HeardBy, LetterKind, Way
from careloop.facts.outbox import ChoiceKind, ThreadWith
from careloop.jobs.outbox import send_due
from careloop.reads.directory import get_entry
from careloop.reads.outbox import get_letter, get_outbox_page
from careloop.reads.threads import get_thread_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring_cared_for, of, person
from tests.actions.referring import bring_seen_by_asha, make, send
from tests.actions.test_packet_sending import Desk, desk
from tests.actions.test_packets import SECRET
from tests.actions.visits import refusal
from tests.actions.writing_to_offices import (
    DESK,
    PAGES,
    add_office,
    ask_for,
    look,
    mail_in,
    open_with,
    write,
)
from tests.formats.fhir.samples import CONDITION
from tests.outgoing import after, bring_reachable
from tests.people import NOW, House, give_to, later, system

__all__ = ["desk"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(house: House) -> UUID:
    patient = bring_reachable(house)
    give_to(house, "dana", patient)
    return patient


@pytest.fixture
def office(house: House) -> UUID:
    return add_office(house)


@pytest.fixture
def thread(dana: Acting, rosa: UUID, office: UUID) -> UUID:
    return open_with(dana, rosa, office)


def run(desk: Desk, at: datetime) -> bool:
    """Send what is due as the worker does, over the office's own server."""
    settings = {"host": "127.0.0.1", "port": str(desk.port), "from": "Care <care@clinic.example>"}
    channels = {Road.EMAIL: road_email, Road.LETTER: road_letter}
    return send_due(lambda: at, lambda road: channels[road].make(ChannelSettings(settings)))


def state(key: UUID) -> str:
    return str(ask_one("SELECT state FROM outbox WHERE id = %s", key))


def disclosed() -> list[Any]:
    return ask("SELECT recipient, basis, sha256 FROM disclosure WHERE what = 'office_letter'")


def test_a_letter_goes_as_mail_with_the_kept_pages_names_nobody_outside_and_stands_in_the_ledger(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    one = ask_for()
    key = write(dana, rosa, thread, one)
    assert (state(key), disclosed()) == ("held", [])
    assert not run(desk, after(seconds=5))

    assert run(desk, after(seconds=11))
    assert not run(desk, after(minutes=5))

    (mail,) = desk.took
    (pages,) = mail.iter_attachments()
    assert (mail["To"], pages.get_content_type(), pages.get_filename()) == (DESK, "application/pdf", "letter.pdf")
    kept = ask_one("SELECT sha256 FROM office_letter WHERE message_id = %s", key)
    assert hashlib.sha256(pages.get_content()).digest() == bytes(kept)
    open_words = str(mail["Subject"]) + mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Okafor" not in open_words
    assert "report" not in open_words
    assert ask_one("SELECT code FROM office_letter") in str(mail["Subject"])
    assert (state(key), disclosed()) == ("sent", [("Bayview Heart", "treatment", kept)])
    assert broken_invariants() == {}


def test_what_is_looked_at_is_what_leaves_and_nothing_else_is_sent(dana: Acting, rosa: UUID, thread: UUID) -> None:
    one = ask_for()
    seen = look(dana, rosa, thread, one)
    assert seen.stops == ()
    assert (seen.letter.lines, seen.letter.to_where) == (("Is the report ready?",), DESK)

    args: dict[str, Any] = {"thread_id": thread, "pages": PAGES}
    other = replace(one, words="Is the report ready? She has asthma.")
    assert refusal(lambda: send_letter(dana, rosa, ask=other, seen=seen.letter.sha256, **args)) == (
        "refusal.letter_changed"
    )
    assert ask("SELECT count(*) FROM outbox") == [(0,)]
    first = send_letter(dana, rosa, ask=one, seen=seen.letter.sha256, **args)
    assert send_letter(dana, rosa, ask=one, seen=seen.letter.sha256, **args) == first
    assert ask("SELECT count(*) FROM message") == [(1,)]


def test_it_can_be_taken_back_unseen_and_then_nothing_leaves(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    key = write(dana, rosa, thread)
    take_back_message(replace(dana, at=after(seconds=5)), rosa, message_id=key)

    assert not run(desk, after(seconds=20))
    assert (desk.took, state(key), disclosed()) == ([], "withdrawn", [])


def test_a_fax_is_carried_by_a_person_late_or_not_and_then_stands_in_the_ledger(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    key = write(dana, rosa, thread, ask_for(Way.FAX))
    run(desk, after(seconds=11))

    assert (state(key), disclosed()) == ("held", [])
    task = "SELECT title ->> 'key', state FROM loop WHERE check_name = 'outbox_by_hand'"
    assert ask(task) == [("office.carry", "to_do")]
    assert get_letter(dana, rosa, outbox_id=key).pages.startswith(PAGES)
    assert [line.to_name for line in get_outbox_page(dana, rosa).lines] == ["Bayview Heart"]

    note_sent_by_hand(dana_at := replace(dana, at=after(days=4)), rosa, outbox_id=key, evidence="Fax report, 10:04")
    assert (state(key), len(disclosed())) == ("sent", 1)
    assert ask(task) == [("office.carry", "closed")]
    assert refusal(lambda: note_sent_by_hand(dana_at, rosa, outbox_id=key, evidence="x")) == "refusal.outbox_gone"
    assert broken_invariants() == {}


def test_it_goes_at_any_hour_and_past_a_stop_of_the_patient(dana: Acting, rosa: UUID, thread: UUID, desk: Desk) -> None:
    night = datetime.fromisoformat("2026-11-21T07:30:00+00:00")
    key = write(replace(dana, at=night), rosa, thread)
    choose_contact(replace(dana, at=night), rosa, ChoiceKind.STOP)

    run(desk, datetime.fromisoformat("2026-11-21T07:31:00+00:00"))
    assert (len(desk.took), state(key)) == (1, "sent")
    assert broken_invariants() == {}


def test_it_goes_only_to_where_the_directory_says_at_that_moment(
    house: House, dana: Acting, rosa: UUID, office: UUID, thread: UUID, desk: Desk
) -> None:
    key = write(dana, rosa, thread)
    entry = get_entry(house.acting("sol"), office)
    moved = replace(entry.draft, email="other@bayview.example")
    change_entry(house.acting("sol"), entry_id=office, version=entry.version, draft=moved)
    run(desk, after(seconds=11))

    assert (desk.took, state(key), disclosed()) == ([], "withdrawn", [])
    assert ask("SELECT stopped_because FROM outbox") == [("office_changed",)]
    assert ask("SELECT title ->> 'key' FROM loop WHERE check_name = 'outbox_not_sent'") == [("outbox.not_sent",)]


def test_mail_is_no_way_unless_the_directory_says_that_they_want_it(house: House, dana: Acting, rosa: UUID) -> None:
    shy = open_with(dana, rosa, add_office(house, referral_by=ReferralBy.FAX, address=""))

    stops = [tuple(one.key for one in look(dana, rosa, shy, ask_for(way)).stops) for way in Way]
    assert stops == [("refusal.letter_no_way",), (), ("refusal.letter_no_way",)]


def test_about_somebody_who_has_died_a_person_writes_who_knows_it(
    house: House, dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    early = write(dana, rosa, thread)
    die(house, rosa)
    at = replace(dana, at=later(minutes=2))
    assert refusal(lambda: write(at, rosa, thread)) == "refusal.letter_dead"
    run(desk, after(minutes=1))
    assert (desk.took, state(early)) == ([], "withdrawn")

    known = write(at, rosa, thread, ask_for(words="She has died. Please cancel her visit.", knows_dead=True))
    run(desk, after(minutes=3))
    assert (len(desk.took), state(known)) == (1, "sent")
    assert broken_invariants() == {}


def problem(key: str, words: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return of(CONDITION, key, id=f"{key}-{words[:4]}") | {"code": {"text": words}, **more}


def die(house: House, patient: UUID) -> None:
    bring_cared_for(house, "rosa", person("rosa", deceasedDateTime="2026-11-20T15:00:30+00:00"))


def test_what_nobody_can_tell_stands_in_the_ledger_and_is_never_sent_again(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    desk.how = "take_and_drop"
    key = write(dana, rosa, thread)
    for minutes in (1, 4, 10, 300):
        run(desk, after(minutes=minutes))

    assert (len(desk.took), state(key), len(disclosed())) == (1, "failed", 1)
    assert ask("SELECT title ->> 'key' FROM loop WHERE check_name = 'outbox_unclear'") == [("outbox.unclear",)]


def test_an_answer_with_our_reference_lands_on_its_thread_and_is_owed_an_answer(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    write(dana, rosa, thread)
    run(desk, after(seconds=11))
    (mail,) = desk.took

    mail_in("It is ready on Monday.", at=after(hours=1), subject=f"RE: {mail['Subject']}")
    mail_in("And we faxed it.", at=after(hours=2), sender="kay@bayview.example", In_Reply_To=str(mail["Message-ID"]))
    mail_in("I am away.", at=after(hours=3), subject=str(mail["Subject"]), Auto_Submitted="auto-replied")

    page = get_thread_page(replace(dana, at=after(hours=4)), thread_id=thread)
    assert [line.words for line in page.lines[1:]] == ["It is ready on Monday.", "And we faxed it.", "I am away."]
    assert [(line.sender, line.is_known_sender) for line in page.lines[1:]] == [
        (DESK, True), ("kay@bayview.example", False), (DESK, True),
    ]  # fmt: skip
    assert page.row.answer_by == after(hours=25)
    assert ask("SELECT count(*) FROM answer_review") == [(0,)]
    assert broken_invariants() == {}


def test_a_mail_of_an_office_without_a_reference_is_put_before_a_person_who_says_about_whom(
    house: House, dana: Acting, rosa: UUID, thread: UUID
) -> None:
    mail_in("Please call us about our patient.", at=after(hours=1))
    review = ask_one("SELECT id FROM answer_review")
    assert ask("SELECT count(*) FROM message") == [(0,)]

    say_whose(replace(dana, at=after(hours=2)), rosa, review_id=review, thread_id=thread)
    page = get_thread_page(replace(dana, at=after(hours=2)), thread_id=thread)
    assert [line.words for line in page.lines] == ["Please call us about our patient."]
    assert page.row.answer_by is not None
    assert broken_invariants() == {}


def test_what_their_server_sends_back_becomes_a_task_of_whoever_cares(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    key = write(dana, rosa, thread)
    run(desk, after(seconds=11))
    (mail,) = desk.took
    report = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNo mailbox.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {DESK}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail['Message-ID']}\r\n\r\n--b--\r\n"
    )
    mail_in(
        report, at=after(hours=1), sender="mailer-daemon@bayview.example", MIME_Version="1.0",
        Content_Type='multipart/report; report-type=delivery-status; boundary="b"',
    )  # fmt: skip
    run(desk, after(hours=1, minutes=1))

    assert state(key) == "failed"
    assert ask("SELECT title ->> 'key' FROM loop WHERE check_name = 'outbox_not_sent'") == [("outbox.not_sent",)]


def test_what_they_said_elsewhere_is_noted_by_hand_and_owed_or_not(dana: Acting, rosa: UUID, thread: UUID) -> None:
    args: dict[str, Any] = {"thread_id": thread, "by": HeardBy.FAX}
    note_office_answer(dana, rosa, words="Which Rosa do you mean?", is_owed=True, **args)
    owed = get_thread_page(dana, thread_id=thread)
    assert owed.row.answer_by == later(hours=24)
    assert (owed.lines[0].words, owed.lines[0].by) == ("Which Rosa do you mean?", "Dana")

    note_office_answer(replace(dana, at=later(minutes=1)), rosa, words="Found her.", is_owed=False, **args)
    assert get_thread_page(dana, thread_id=thread).row.answer_by is None
    assert refusal(lambda: note_office_answer(dana, rosa, words=" ", is_owed=False, **args)) == "refusal.thread_empty"


def test_letters_of_the_catalog_are_filled_for_whom_they_are_meant(
    house: House, dana: Acting, rosa: UUID, thread: UUID, office: UUID
) -> None:
    plan = open_with(dana, rosa, add_office(house), ThreadWith.PAYER)
    wanted = {"what": "MRI of the knee", "number": "A-77", "day": NOW.date()}
    approval = ask_for(kind=LetterKind.APPROVAL_STATUS, words="", **wanted)

    assert [one.key for one in look(dana, rosa, thread, approval).stops] == ["refusal.letter_kind"]
    seen = look(dana, rosa, plan, approval)
    assert (seen.stops, seen.letter.basis, seen.letter.asks) == ((), Basis.PAYMENT, True)
    assert seen.letter.lines[0].startswith("We asked you on 20 Nov 2026 to approve this for your member: MRI of the")
    bare = look(dana, rosa, plan, replace(approval, number="", what="", day=None))
    assert [one.key for one in bare.stops] == ["refusal.letter_what", "refusal.letter_number", "refusal.letter_day"]

    details = ask_for(kind=LetterKind.CORRECTED_DETAILS, words="", details=(Detail.PHONE,))
    told = look(dana, rosa, thread, details)
    assert (told.stops, told.letter.lines[1:]) == ((), ("Phone: (555) 010-0142",))


def test_a_letter_takes_specialty_and_day_from_an_open_referral_of_the_patient(house: House, dana: Acting) -> None:
    patient, other = bring_seen_by_asha(house, "rosa-refers"), bring_seen_by_asha(house, "ben-refers")
    there, office = open_with(dana, patient, add_office(house)), add_office(house)
    elsewhere = make(dana, house, patient, specialty="Dermatology", question="Is this spot harmless?")
    theirs = make(dana, house, patient, to_entry=ask_one("SELECT entry_id FROM thread WHERE id = %s", there))
    not_theirs = make(dana, house, other)

    about = get_thread_page(dana, thread_id=there).letters
    assert about is not None
    assert [(one.id, one.sent_on, one.is_theirs) for one in about.referrals] == [
        (theirs, None, True), (elsewhere, None, False),
    ]  # fmt: skip
    status = ask_for(kind=LetterKind.REFERRAL_STATUS, words="", referral_id=theirs)
    assert [one.key for one in look(dana, patient, there, status).stops] == ["refusal.letter_day"]
    send(dana, theirs)
    seen = look(dana, patient, there, status)
    assert seen.stops == ()
    assert seen.letter.lines[0] == "We sent you a referral for this patient on 20 Nov 2026: cardiology."
    assert "murmur" not in str(seen.letter)
    # What is typed stands; a referral of somebody else, or one to a health plan, is none.
    typed = look(dana, patient, there, replace(status, what="the heart", day=NOW.date() - timedelta(days=1)))
    assert typed.letter.lines[0].endswith("19 Nov 2026: the heart.")
    for thread, key in ((there, not_theirs), (open_with(dana, patient, office, ThreadWith.PAYER), theirs)):
        with pytest.raises(NotFound):
            look(dana, patient, thread, replace(status, referral_id=key))


def test_what_is_kept_apart_is_not_named_and_the_rest_of_the_record_can_be(house: House, dana: Acting) -> None:
    patient = bring_cared_for(
        house, "kay", person("kay"), problem("kay", "Opioid use disorder", meta={"security": [SECRET]}),
        problem("kay", "Essential hypertension"),
    )  # fmt: skip
    thread = open_with(dana, patient, add_office(house))
    asha = house.acting("asha")
    join_care_team(house.acting("sol"), [patient], person_id=house.id_of("asha"), part="clinician")

    stops = [
        [one.key for one in look(asha, patient, thread, ask_for(words=words)).stops]
        for words in ("She has hypertension.", "Her opioid use disorder is worse.", "OPIOID USE DISORDER")
    ]
    assert stops == [[], ["refusal.letter_guarded"], ["refusal.letter_guarded"]]


def test_an_office_that_does_not_answer_becomes_a_task_that_an_answer_ends(
    dana: Acting, rosa: UUID, thread: UUID, desk: Desk
) -> None:
    write(dana, rosa, thread, ask_for(asks=True))
    settled = ask_for(kind=LetterKind.THANK_CLOSE, words="", what="the report")
    second = write(replace(dana, at=later(minutes=1)), rosa, thread, settled)
    run(desk, after(seconds=15))
    task = "SELECT title ->> 'key', state FROM loop WHERE check_name = 'office_silent'"
    # It was said that it is settled; then that was taken back before it went.
    assert (silent(6), ask(task)) == (0, [])
    take_back_message(replace(dana, at=later(minutes=1)), rosa, message_id=second)

    assert ([silent(4), silent(6), silent(7)], ask(task)) == ([0, 1, 0], [("office.silent", "to_do")])
    mail_in("I am away.", at=after(days=7), subject=code(), Auto_Submitted="auto-replied")
    assert ask(task) == [("office.silent", "to_do")]
    mail_in("Here it is.", at=after(days=8), subject=code())
    assert ask(task) == [("office.silent", "closed")]


def silent(days: int) -> int:
    return raise_silent_offices(system(Purpose.SWEEP, after(days=days)), how_many=9)


def code() -> str:
    return str(ask_one("SELECT min(code) FROM office_letter"))


@pytest.fixture(autouse=True)
def phone(settings: Any) -> None:  # noqa: ANN401
    settings.CLINIC_PHONE = "(555) 010-0100"
