"""A document in the wrong record leaves it by one deed, whether or not a referral asked for it, and finds its own."""

from datetime import date
from uuid import UUID

import pytest

from careloop.actions.documents import add_document
from careloop.actions.misfiled import take_document_out
from careloop.actions.referral_reports import file_stray
from careloop.actions.worklist import finish_loop
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.referrals import Claimed, StrayLine
from careloop.facts.worklist import Outcome
from careloop.reads.documents import get_document_file, get_document_page, list_documents, search_notes
from careloop.reads.people import get_patient_page
from careloop.reads.referral_work import list_strays
from careloop.reads.referrals import get_referral_page
from tests.actions.look import ask, broken_invariants
from tests.actions.records import bring_cared_for, person
from tests.actions.referring import bring_report, bring_seen_by_asha, make, send, state_of
from tests.actions.visits import refusal
from tests.people import House, later

pytestmark = pytest.mark.django_db
ROSAS = Claimed("Ngozi Okafor", date(1990, 4, 2))
ADAS = Claimed("Ada Whitfield", date(1951, 7, 9))
WORDS = b"The quince nerve is well."


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa")


@pytest.fixture
def ada(house: House) -> UUID:
    changes = {"born": "1951-07-09", "name": [{"family": "Whitfield", "given": ["Ada"]}]}
    return bring_seen_by_asha(house, "ada", **changes)


@pytest.fixture
def dana(house: House) -> Acting:
    return house.acting("dana")


@pytest.fixture
def now(house: House) -> Acting:
    return house.acting("dana", at=later(hours=1))


def add(who: Acting, patient: UUID) -> UUID:
    """Add Ada's report as a plain document, without any referral."""
    added = add_document(who, patient, content=WORDS, title="Letter", dated_on=None).document_id
    assert added is not None
    return added


def take_out(who: Acting, document: UUID, claimed: Claimed = ADAS, reason: str = "Another name on page two") -> bool:
    return take_document_out(who, document, claimed=claimed, reason=reason)


def stray(who: Acting) -> StrayLine:
    (one,) = list_strays(who)
    return one


def test_without_any_referral_a_document_leaves_list_search_and_address_and_a_loop_asks_what_came_of_it(
    dana: Acting, now: Acting, rosa: UUID
) -> None:
    document = add(dana, rosa)
    assert get_document_page(dana, document).may_take_out

    assert take_out(now, document) is True

    assert list_documents(now, rosa) == ((), 0)
    assert search_notes(now, asked="quince").hits == ()
    with pytest.raises(NotFound):
        get_document_file(now, document)
    assert (stray(now).claimed, stray(now).came_for, stray(now).title) == (ADAS, "", "Letter")
    (loop,) = (row for row in get_patient_page(now, rosa).open_loops if row.title.key == "misfiled.document_title")
    assert loop.because[0].key == "misfiled.document_came"
    # It ends as any other, with what was found.
    finish_loop(now, loop.id, version=loop.version, outcome=Outcome.DONE, note="Nobody had used it")
    assert broken_invariants() == {}


def test_it_goes_to_its_own_patient_who_has_no_referral_and_a_clinician_is_asked_to_read_it(
    dana: Acting, now: Acting, rosa: UUID, ada: UUID
) -> None:
    take_out(now, add(dana, rosa))
    line = stray(now)
    assert (line.could_be, [key for key, *_rest in line.people]) == ((), [ada])

    file_stray(now, line.id, version=1, patient_id=ada, reason="Name and birth date are hers")

    assert (list_documents(now, ada)[1], list_documents(now, rosa)[1], list_strays(now)) == (1, 0, ())
    assert len(search_notes(now, asked="quince").hits) == 1
    titles = [row.title for row in get_patient_page(now, ada).open_loops]
    assert Say("misfiled.unasked_title") in titles
    assert broken_invariants() == {}


def test_by_its_own_words_alone_a_report_goes_to_nobody_else(
    dana: Acting, now: Acting, house: House, rosa: UUID, ada: UUID
) -> None:
    take_out(now, add(dana, rosa), Claimed("Ada Whitfield", None))
    line = stray(now)
    assert line.people == ()

    for patient in (ada, rosa):
        weak = refusal(lambda p=patient: file_stray(now, line.id, version=1, patient_id=p, reason="I think so"))
        assert weak == "refusal.report_not_strong"
    with pytest.raises(NotFound):
        file_stray(house.acting("kim"), line.id, version=1, patient_id=ada, reason="Not ours")
    assert list_documents(now, ada)[1] == 0
    assert broken_invariants() == {}


def test_one_deed_takes_it_from_every_referral_that_it_answers_too(
    house: House, dana: Acting, now: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    send(dana, key)
    assert bring_report(dana, key, ROSAS, WORDS)
    document = get_referral_page(dana, key).reports[0].document_id

    assert take_out(now, document) is False

    assert (state_of(key), list_documents(now, rosa)[1], len(list_strays(now))) == ("sent", 0, 1)
    # What stood on a referral keeps its story there.
    assert ask("SELECT 1 FROM document_out") == []
    assert len(get_referral_page(now, key).misfiled) == 1
    assert broken_invariants() == {}


def test_the_same_bytes_do_not_come_back_by_hand_or_for_a_referral(
    house: House, dana: Acting, now: Acting, rosa: UUID
) -> None:
    take_out(now, add(dana, rosa))

    assert refusal(lambda: add(now, rosa)) == "refusal.document_taken_out"
    key = make(now, house, rosa)
    send(now, key)
    assert refusal(lambda: bring_report(now, key, ROSAS, WORDS)) == "refusal.report_waits_already"
    assert list_documents(now, rosa)[1] == 0


def test_what_was_theirs_after_all_comes_back_and_can_be_taken_out_again(
    dana: Acting, now: Acting, rosa: UUID, ada: UUID
) -> None:
    document = add(dana, rosa)
    take_out(now, document, Claimed("Ngozi Okafor", None))
    line = stray(now)
    assert [key for key, *_rest in line.people] == [rosa]

    file_stray(now, line.id, version=1, patient_id=rosa, reason="It is hers: the second page says so")

    assert (list_documents(now, rosa)[1], len(search_notes(now, asked="quince").hits)) == (1, 1)
    assert broken_invariants() == {}
    assert take_out(now, document) is True
    assert [key for key, *_rest in stray(now).people] == [ada]
    assert list_documents(now, rosa)[1] == 0
    assert broken_invariants() == {}


def test_nothing_is_taken_out_without_a_reason_by_its_own_name_or_from_another_team(
    house: House, dana: Acting, rosa: UUID
) -> None:
    document = add(dana, rosa)
    assert refusal(lambda: take_out(dana, document, ROSAS)) == "refusal.report_is_theirs"
    assert refusal(lambda: take_out(dana, document, reason=" ")) == "refusal.reason_missing"
    with pytest.raises(NotFound):
        take_out(house.acting("kim"), document)
    assert (list_documents(dana, rosa)[1], list_strays(dana)) == (1, ())


def test_of_the_dead_a_strange_document_leaves_and_nobody_is_asked(house: House, dana: Acting, rosa: UUID) -> None:
    document = add(dana, rosa)
    bring_cared_for(house, "rosa", person("rosa", deceasedDateTime="2026-11-18"))

    assert take_out(dana, document) is False
    assert (list_documents(dana, rosa)[1], len(list_strays(dana))) == (0, 1)
    assert broken_invariants() == {}
