"""A report in the wrong record leaves it at once, what came of it is named and undone, and its own patient gets it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from careloop.actions.misfiled import finish_undoing, move_report, take_report_out, take_task_back
from careloop.actions.referral_reports import match_stray
from careloop.actions.worklist import finish_loop
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting
from careloop.facts.misfiled import MisfiledReport
from careloop.facts.referrals import Claimed, Told
from careloop.facts.worklist import Outcome
from careloop.reads.documents import get_document_file, list_documents, search_notes
from careloop.reads.misfiled import get_misfiled_file
from careloop.reads.packets import get_packet
from careloop.reads.people import get_patient_page
from careloop.reads.referral_work import list_strays
from careloop.reads.referrals import get_referral_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.records import bring_cared_for, person
from tests.actions.referring import bring_report, bring_seen_by_asha, loop_of, make, read, send, state_of, tell, version
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
def filed(dana: Acting, house: House, rosa: UUID) -> UUID:
    """Rosa's referral with a report under it that is Ada's, though somebody typed Rosa's name."""
    key = make(dana, house, rosa)
    send(dana, key)
    assert bring_report(dana, key, ROSAS, WORDS)
    return key


def take_out(who: Acting, key: UUID, claimed: Claimed = ADAS, reason: str = "Another name on page two") -> bool:
    report = get_referral_page(who, key).reports[0].id
    return take_report_out(
        who, key, version=version(who, key), report_id=report, claimed=claimed, reason=reason
    )  # fmt: skip


def misfiled(who: Acting, key: UUID) -> MisfiledReport:
    (one,) = get_referral_page(who, key).misfiled
    return one


def finish(who: Acting, key: UUID, **more: object) -> int:
    asked: dict[str, object] = {"words": "Told Asha", "how": None, "report_id": misfiled(who, key).id} | more
    return finish_undoing(who, key, version=version(who, key), **asked)  # type: ignore[arg-type]


@pytest.fixture
def told(house: House, dana: Acting, filed: UUID) -> UUID:
    """The same, after it was read, made two tasks and the patient was told of it."""
    read(house.acting("asha", at=later(hours=1)), filed, "Test the nerve again", "Stop the splint")
    tell(house.acting("dana", at=later(hours=2)), filed)
    return filed


@pytest.fixture
def now(house: House) -> Acting:
    return house.acting("dana", at=later(hours=3))


def test_a_report_of_another_leaves_list_search_address_and_packets_and_the_question_is_open_again(
    house: House, now: Acting, rosa: UUID, told: UUID
) -> None:
    document = get_referral_page(now, told).reports[0].document_id

    assert take_out(now, told) is True

    assert list_documents(now, rosa) == ((), 0)
    assert search_notes(now, asked="quince").hits == ()
    with pytest.raises(NotFound):
        get_document_file(house.acting("asha"), document)
    assert get_packet(now, told).can_tick == ()
    page = get_referral_page(now, told)
    assert (page.row.state, page.reports, page.told_at) == ("sent", (), None)
    assert loop_of(told)["step"] == "step.referral_ask_arrived"
    # Kept for those who had it in hand, and for nobody else.
    out = misfiled(now, told)
    for who in (house.acting("asha"), now):
        assert get_misfiled_file(who, told, report_id=out.id).content == WORDS
    with pytest.raises(NotFound):
        get_misfiled_file(house.acting("sol"), told, report_id=out.id)
    assert broken_invariants() == {}


def test_its_own_patient_gets_the_report(house: House, now: Acting, rosa: UUID, ada: UUID, told: UUID) -> None:
    hers = make(now, house, ada, specialty="Neurology")
    send(now, hers)
    take_out(now, told)

    (stray,) = list_strays(now)
    assert [row.id for row, _evidence in stray.could_be] == [hers]
    match_stray(now, stray.id, version=1, referral_id=hers, reason="Name and birth date are hers")

    assert (state_of(hers), list_documents(now, ada)[1], list_documents(now, rosa)[1]) == ("report_in", 1, 0)
    assert broken_invariants() == {}


def test_who_read_it_was_told_and_its_tasks_are_named_in_a_loop_that_ends_when_people_have_undone_them(
    now: Acting, rosa: UUID, told: UUID
) -> None:
    take_out(now, told)
    out = misfiled(now, told)
    assert [line.key for line in out.because] == ["misfiled.came", "misfiled.read", "misfiled.told", "misfiled.tasks"]
    undo = out.undo_id
    assert undo is not None
    assert undo in {row.id for row in get_patient_page(now, rosa).open_loops}
    own = refusal(lambda: finish_loop(now, undo, version=1, outcome=Outcome.DONE, note="x"))
    assert own == "refusal.referral_own_page"
    assert refusal(lambda: finish(now, told)) == "refusal.misfiled_untold"
    assert refusal(lambda: finish(now, told, how=Told.PHONE)) == "refusal.misfiled_tasks"
    first, second = out.tasks

    def take_back() -> None:
        take_task_back(
            now, told, version=version(now, told), report_id=out.id, loop_id=first.loop_id,
            loop_version=first.version, reason="Not hers",
        )  # fmt: skip

    take_back()
    assert refusal(take_back) == "refusal.referral_changed"
    assert refusal(lambda: finish(now, told, how=Told.PHONE)) == "refusal.misfiled_tasks"
    finish(now, told, how=Told.PHONE, staying=[second.loop_id])

    assert misfiled(now, told).is_undone
    assert [task.is_open for task in misfiled(now, told).tasks] == [False, True]
    assert ask("SELECT outcome FROM loop WHERE id = %s", first.loop_id) == [("withdrawn_clinically",)]
    again = refusal(lambda: finish(now, told, how=Told.PHONE, staying=[second.loop_id]))
    assert again == "refusal.referral_changed"
    assert broken_invariants() == {}


def test_a_report_that_nobody_had_read_only_leaves_and_does_not_come_in_again_by_itself(
    dana: Acting, rosa: UUID, filed: UUID
) -> None:
    assert take_out(dana, filed) is False

    assert (misfiled(dana, filed).undo_id, misfiled(dana, filed).because) == (None, ())
    assert refusal(lambda: bring_report(dana, filed, ROSAS, WORDS)) == "refusal.report_waits_already"
    assert broken_invariants() == {}


def test_what_was_this_patients_after_all_comes_back_by_a_persons_word(dana: Acting, rosa: UUID, filed: UUID) -> None:
    take_out(dana, filed, replace(ROSAS, birth_on=None))
    (stray,) = list_strays(dana)
    match_stray(dana, stray.id, version=1, referral_id=filed, reason="It is hers: they wrote the name short")

    assert (state_of(filed), list_documents(dana, rosa)[1]) == ("report_in", 1)
    assert len(search_notes(dana, asked="quince").hits) == 1
    assert broken_invariants() == {}


def test_a_report_of_another_question_moves_to_its_referral_and_is_read_there(
    house: House, dana: Acting, rosa: UUID, filed: UUID
) -> None:
    read(house.acting("asha"), filed)
    other = make(dana, house, rosa, specialty="Neurology")
    send(dana, other)
    report = get_referral_page(dana, filed).reports[0].id
    assert [key for key, _words in get_referral_page(dana, filed).others] == [other]

    move_report(dana, filed, version=version(dana, filed), report_id=report, to=other, reason="It is about the nerve")

    assert (state_of(filed), state_of(other), list_documents(dana, rosa)[1]) == ("sent", "report_in", 1)
    assert get_referral_page(dana, other).reports[0].evidence == ("name", "birth", "person")
    assert (get_referral_page(dana, filed).misfiled, list_strays(dana)) == ((), ())
    assert broken_invariants() == {}


def test_with_another_report_that_was_read_the_patient_is_told_anew(house: House, dana: Acting, filed: UUID) -> None:
    asha = house.acting("asha")
    read(asha, filed)
    bring_report(replace(dana, at=later(hours=1)), filed, ROSAS, b"A second one.")
    read(replace(asha, at=later(hours=2)), filed)
    tell(replace(dana, at=later(hours=3)), filed)

    take_out(replace(dana, at=later(hours=4)), filed)

    assert (state_of(filed), loop_of(filed)["step"]) == ("read", "step.referral_tell")
    assert broken_invariants() == {}


def test_a_question_that_is_open_in_another_referral_is_not_opened_twice_and_the_report_leaves_all_the_same(
    house: House, now: Acting, rosa: UUID, told: UUID
) -> None:
    make(now, house, rosa)

    assert take_out(now, told) is True

    assert (state_of(told), list_documents(now, rosa)[1], misfiled(now, told).is_undone) == ("closed", 0, False)
    assert broken_invariants() == {}


def test_nothing_is_taken_out_without_a_reason_by_its_own_name_or_from_another_team(
    house: House, dana: Acting, filed: UUID
) -> None:
    assert refusal(lambda: take_out(dana, filed, ROSAS)) == "refusal.report_is_theirs"
    assert refusal(lambda: take_out(dana, filed, reason=" ")) == "refusal.reason_missing"
    report = get_referral_page(dana, filed).reports[0].id
    late = refusal(lambda: take_report_out(dana, filed, version=1, report_id=report, claimed=ADAS, reason="Late"))
    assert late == "refusal.referral_changed"
    with pytest.raises(NotFound):
        take_report_out(house.acting("kim"), filed, version=1, report_id=report, claimed=ADAS, reason="Not ours")
    assert ask_one("SELECT count(*) FROM stray_report") == 0


def test_the_dead_keep_no_strange_report_and_nobody_is_asked_to_tell_them(
    house: House, dana: Acting, rosa: UUID, filed: UUID
) -> None:
    read(house.acting("asha"), filed)
    bring_cared_for(house, "rosa", person("rosa", deceasedDateTime="2026-11-18"))

    assert take_out(dana, filed) is False

    assert (state_of(filed), list_documents(dana, rosa)[1], len(list_strays(dana))) == ("closed", 0, 1)
    assert broken_invariants() == {}
