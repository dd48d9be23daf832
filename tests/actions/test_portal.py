"""Links for patients through their doors: given, opened with a birth date, used for one thing, and ended."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from careloop.actions.consents import add_member, end_member, give_consent, take_back
from careloop.actions.patient_links import end_link, give_link, open_link
from careloop.actions.portal import answer_question, ask_to_change, confirm_own_visit
from careloop.actions.scheduling import cancel_visit, move_visit
from careloop.actions.worklist import finish_loop, open_task
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.portal import TRIES, AnswerForm, GivenLink, LinkDraft, LinkPurpose, LinkState, PartOfDay
from careloop.facts.scheduling import CancelledBy, CancelReason, Held
from careloop.facts.worklist import Outcome
from careloop.reads.patient_links import get_links_page
from careloop.reads.portal import get_portal_page
from careloop.reads.worklist import get_today_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.places import Places
from tests.actions.visits import NINE, booked
from tests.guard.standing import counted_statements
from tests.people import NOW, House, later, system

pytestmark = pytest.mark.django_db
BORN = date(1990, 4, 2)
NEXT = LinkDraft(LinkPurpose.NEXT, 7)
ASKED = LinkDraft(LinkPurpose.QUESTION, 7, question="Did the new pills help?")
ANA = MemberDraft("Ana Alvarez", Relation.CHILD, language="es")


@pytest.fixture(autouse=True)
def _born(rosa: UUID) -> None:
    assert ask_one("SELECT birth_on FROM patient WHERE id = %s", rosa) == BORN


@pytest.fixture
def visit(dana: Acting, rosa: UUID, places: Places) -> tuple[Held, int]:
    return booked(dana, rosa, places.talk_at(9))


def try_link(token: str, born: date | None = BORN, at: datetime = NOW) -> tuple[Acting, UUID] | None:
    """Give a birth date, as somebody with the link does; return who acts, and with which link."""
    opened = open_link(system(Purpose.LINKS, at), token=token, birth_on=born)
    if opened is None or opened.link_id is None or opened.person_id is None:
        return None
    return Acting(opened.person_id, opened.role, at, Purpose.PATIENT_REQUEST), opened.link_id


def enter(given: GivenLink, at: datetime = NOW) -> tuple[Acting, UUID]:
    found = try_link(given.token, at=at)
    assert found is not None
    return found


def about(visit: tuple[Held, int]) -> LinkDraft:
    return LinkDraft(LinkPurpose.VISIT, 30, visit[0].booking_id)


def test_only_the_hash_of_a_token_is_kept_and_the_birth_date_opens_it(dana: Acting, rosa: UUID) -> None:
    given = give_link(dana, rosa, NEXT)

    assert len(given.token) >= 43
    kept = ask_one("SELECT row_to_json(l)::text FROM patient_link l WHERE id = %s", given.link_id)
    assert given.token not in kept
    assert try_link("x" + given.token[1:]) is None
    who, link = enter(given)
    page = get_portal_page(who, link)
    assert (page.purpose, page.helper) == (LinkPurpose.NEXT, "Dana")
    (row,) = get_links_page(dana, rosa).rows
    assert (row.state, row.uses, row.used_at, row.until) == (LinkState.LIVE, 1, NOW, NOW + timedelta(days=7))
    assert broken_invariants() == {}


def test_a_wrong_birth_date_is_counted_and_the_fifth_locks_and_asks_the_coordinator_to_call(
    dana: Acting, rosa: UUID
) -> None:
    given = give_link(dana, rosa, NEXT)
    who, link = enter(given)
    for n in range(TRIES):
        assert get_portal_page(who, link).purpose is LinkPurpose.NEXT
        assert try_link(given.token, None if n == 0 else date(1990, 4, n + 2)) is None

    assert try_link(given.token) is None
    with pytest.raises(NotFound):
        get_portal_page(who, link)
    assert get_links_page(dana, rosa).rows[0].state is LinkState.LOCKED
    titles = [row.title.key for group in get_today_page(dana).groups for row in group.rows]
    assert "link.locked_title" in titles
    assert broken_invariants() == {}


def test_a_link_opens_nothing_from_the_moment_it_is_ended_nor_after_its_days(dana: Acting, rosa: UUID) -> None:
    ended, old = give_link(dana, rosa, NEXT), give_link(dana, rosa, replace(NEXT, days=1))
    who, link = enter(ended)
    other, its = enter(old)
    end_link(dana, rosa, link_id=ended.link_id)
    end_link(dana, rosa, link_id=ended.link_id)

    with pytest.raises(NotFound):
        get_portal_page(who, link)
    assert try_link(ended.token) is None
    assert get_portal_page(other, its).purpose is LinkPurpose.NEXT
    over = later(days=1)
    with pytest.raises(NotFound):
        get_portal_page(replace(other, at=over), its)
    assert try_link(old.token, at=over) is None
    assert {row.state for row in get_links_page(replace(dana, at=over), rosa).rows} == {LinkState.ENDED, LinkState.OVER}
    assert broken_invariants() == {}


def test_an_actor_of_a_link_opens_no_other_link_and_no_door_of_the_staff(
    house: House, dana: Acting, rosa: UUID, ben: UUID, visit: tuple[Held, int]
) -> None:
    own, others, question = (give_link(dana, who, draft) for who, draft in ((rosa, NEXT), (ben, NEXT), (rosa, ASKED)))
    who, link = enter(own)
    ben_acts, bens = enter(others)

    for one in (bens, question.link_id, uuid4()):
        with pytest.raises(NotFound):
            get_portal_page(who, one)
    for deed in (
        lambda: confirm_own_visit(who, link, booking_id=visit[0].booking_id, version=visit[1]),
        lambda: answer_question(who, link, words="Yes"),
        lambda: answer_question(who, question.link_id, words="Yes"),
        lambda: confirm_own_visit(ben_acts, bens, booking_id=visit[0].booking_id, version=visit[1]),
        lambda: give_link(who, rosa, NEXT),
        lambda: get_links_page(who, rosa),
        lambda: end_link(who, rosa, link_id=link),
        lambda: cancel_visit(who, visit[0].booking_id, version=visit[1], by=CancelledBy.PATIENT,
                             reason=CancelReason.SICK),
        lambda: get_portal_page(house.acting("dana"), link),
        lambda: open_link(who, token=own.token, birth_on=BORN),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            deed()
    assert ask("SELECT 1 FROM patient_link_step WHERE step IN ('confirmed', 'answered')") == []


def test_a_visit_is_confirmed_once_and_in_the_patients_own_name(
    dana: Acting, rosa: UUID, visit: tuple[Held, int]
) -> None:
    who, link = enter(give_link(dana, rosa, about(visit)))
    (shown,) = get_portal_page(who, link).visits
    assert (shown.id, shown.may_confirm, shown.may_change, shown.is_confirmed) == (
        visit[0].booking_id,
        True,
        True,
        False,
    )

    confirm_own_visit(who, link, booking_id=shown.id, version=shown.version)
    confirm_own_visit(who, link, booking_id=shown.id, version=shown.version)

    assert ask_one("SELECT state FROM booking WHERE id = %s", shown.id) == "confirmed"
    said = ask("SELECT say ->> 'key', person_id FROM loop_event WHERE loop_id = %s ORDER BY version", visit[0].loop_id)
    assert said[-1] == ("event.link_confirmed", who.person_id)
    assert [one[0] for one in said].count("event.link_confirmed") == 1
    assert get_portal_page(who, link).visits[0].is_confirmed
    assert broken_invariants() == {}


def test_a_visit_that_moved_is_not_confirmed_by_the_page_that_showed_the_old_time(
    dana: Acting, rosa: UUID, places: Places, visit: tuple[Held, int]
) -> None:
    held, version = visit
    who, link = enter(give_link(dana, rosa, about(visit)))
    new = move_visit(
        dana, held.booking_id, places.talk_at(14), version=version, by=CancelledBy.CLINIC,
        reason=CancelReason.PROVIDER_AWAY, key="move",
    )  # fmt: skip

    with pytest.raises(TakenMeanwhile):
        confirm_own_visit(who, link, booking_id=held.booking_id, version=version)
    (shown,) = get_portal_page(who, link).visits
    assert (shown.has_moved, shown.wall.hour) == (True, 14)
    assert shown.id != held.booking_id
    confirm_own_visit(who, link, booking_id=shown.id, version=shown.version)
    assert ask_one("SELECT state FROM booking WHERE id = %s", shown.id) == "confirmed"
    assert new is not None


def test_asking_for_another_time_opens_one_loop_with_the_wishes_and_leaves_the_visit_alone(
    dana: Acting, rosa: UUID, visit: tuple[Held, int]
) -> None:
    held, version = visit
    who, link = enter(give_link(dana, rosa, about(visit)))
    for words in ("Not on a Monday.", "After 10 is best."):
        ask_to_change(who, link, booking_id=held.booking_id, version=version, part=PartOfDay.MORNING, words=words)

    rows = ask(
        "SELECT id, owner_id, because FROM loop WHERE patient_id = %s AND title ->> 'key' = 'link.change_title'", rosa
    )
    ((loop, owner, because),) = rows
    assert owner == dana.person_id
    assert [one["key"] for one in json.loads(because)] == ["link.change_wants", "link.wish_morning", "text.free"]
    notes = ask("SELECT note FROM loop_event WHERE loop_id = %s ORDER BY version", loop)
    assert [note for (note,) in notes] == ["Not on a Monday.", "After 10 is best."]
    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"
    assert get_portal_page(who, link).visits[0].asked_to_change
    with pytest.raises(Refusal):
        ask_to_change(who, link, booking_id=held.booking_id, version=version, part=PartOfDay.ANY, words="x" * 1001)
    assert broken_invariants() == {}


def test_a_question_waits_is_answered_once_and_comes_up_with_the_answer(dana: Acting, rosa: UUID) -> None:
    given = give_link(dana, rosa, ASKED)
    who, link = enter(given)
    loop = ask_one("SELECT loop_id FROM patient_link WHERE id = %s", given.link_id)
    assert get_portal_page(who, link).question.words == "Did the new pills help?"
    with pytest.raises(Refusal):
        answer_question(who, link, words="  ")

    answer_question(who, link, words="Yes. I sleep now.")

    with pytest.raises(Refusal):
        answer_question(who, link, words="No")
    assert get_portal_page(who, link).question.answer == "Yes. I sleep now."
    assert ask_one("SELECT next_step ->> 'key' FROM loop WHERE id = %s", loop) == "step.link_read"
    assert ask_one("SELECT note FROM loop_event WHERE loop_id = %s ORDER BY version DESC LIMIT 1", loop) == (
        "Yes. I sleep now."
    )
    assert get_links_page(dana, rosa).rows[0].answer == "Yes. I sleep now."
    finish_loop(dana, loop, version=ask_one("SELECT version FROM loop WHERE id = %s", loop), outcome=Outcome.DONE,
                note="Read it.")  # fmt: skip
    assert broken_invariants() == {}


def test_words_of_danger_that_are_typed_behind_a_link_bring_a_person_at_once(
    dana: Acting, rosa: UUID, visit: tuple[Held, int]
) -> None:
    who, link = enter(give_link(dana, rosa, ASKED))
    answer_question(who, link, words="No. I want to die.")
    held, version = visit
    who, link = enter(give_link(dana, rosa, about(visit)))
    ask_to_change(who, link, booking_id=held.booking_id, version=version, part=PartOfDay.ANY, words="I have chest pain")

    rows = ask(
        "SELECT title ->> 'key', severity, owner_id, due_at FROM loop WHERE patient_id = %s AND check_name = 'answer'",
        rosa,
    )
    assert rows == [("answer.urgent", 4, None, NOW + timedelta(minutes=15))] * 2
    assert broken_invariants() == {}


def test_an_answer_to_a_question_that_was_closed_opens_it_again(dana: Acting, rosa: UUID) -> None:
    given = give_link(dana, rosa, replace(ASKED, answer_form=AnswerForm.YES_NO))
    loop = ask_one("SELECT loop_id FROM patient_link WHERE id = %s", given.link_id)
    finish_loop(dana, loop, version=1, outcome=Outcome.DONE, note="Called.")
    who, link = enter(given)

    answer_question(who, link, words="No")

    assert ask_one("SELECT state FROM loop WHERE id = %s", loop) == "to_do"
    assert ask_one("SELECT next_step ->> 'key' FROM loop WHERE id = %s", loop) == "step.link_read"


def test_what_must_not_be_given_is_refused(dana: Acting, rosa: UUID, ben: UUID, visit: tuple[Held, int]) -> None:
    wrong = {
        "refusal.link_days": replace(NEXT, days=365),
        "refusal.link_visit": LinkDraft(LinkPurpose.VISIT, 7),
        "refusal.link_question": replace(ASKED, question=" "),
        "refusal.link_question_member": replace(ASKED, member_id=uuid4()),
    }
    for key, draft in wrong.items():
        with pytest.raises(Refusal) as no:
            give_link(dana, rosa, draft)
        assert no.value.say.key == key
    with pytest.raises(NotFound):
        give_link(dana, ben, about(visit))
    with pytest.raises(NotFound):
        give_link(dana, rosa, replace(NEXT, member_id=uuid4()))
    assert ask("SELECT 1 FROM patient_link") == []


def agree(dana: Acting, rosa: UUID, member: UUID, *topics: Topic) -> None:
    give_consent(
        dana, rosa, ConsentDraft(topics, (ConsentPurpose.CARE,), (Road.PORTAL,), GivenHow.SCREEN), member_id=member
    )


def test_a_daughter_sees_what_the_patient_agreed_to_until_it_is_taken_back(
    dana: Acting, rosa: UUID, visit: tuple[Held, int]
) -> None:
    ana = add_member(dana, rosa, ANA)
    draft = replace(about(visit), member_id=ana)
    with pytest.raises(Refusal):
        give_link(dana, rosa, draft)
    agree(dana, rosa, ana, Topic.VISITS)
    assert get_links_page(dana, rosa).members == ((ana, "Ana Alvarez", (LinkPurpose.VISIT,)),)
    with pytest.raises(Refusal):
        give_link(dana, rosa, replace(NEXT, member_id=ana))
    given = give_link(dana, rosa, draft)
    who, link = enter(given)
    assert who.role is Role.PROXY
    page = get_portal_page(who, link)
    assert (page.for_name, len(page.visits)) == ("Ana Alvarez", 1)
    told = ask("SELECT recipient, topic, road, basis FROM disclosure WHERE patient_id = %s", rosa)
    assert told == [("Ana Alvarez", "visits", "portal", "consent")]
    confirm_own_visit(who, link, booking_id=page.visits[0].id, version=page.visits[0].version)

    take_back(dana, rosa, member_id=ana, reason="She said: no more.")

    with pytest.raises(NotFound):
        get_portal_page(who, link)
    assert try_link(given.token) is None
    assert broken_invariants() == {}


def test_who_leaves_the_circle_opens_nothing_any_more(dana: Acting, rosa: UUID) -> None:
    ana = add_member(dana, rosa, ANA)
    agree(dana, rosa, ana, Topic.EVERYTHING)
    given = give_link(dana, rosa, replace(NEXT, member_id=ana))
    who, link = enter(given)
    end_member(dana, rosa, member_id=ana, version=1, reason="Moved away.")

    with pytest.raises(NotFound):
        get_portal_page(who, link)
    assert try_link(given.token) is None


def test_a_visit_of_this_morning_is_not_asked_about_once_it_is_over(
    dana: Acting, rosa: UUID, visit: tuple[Held, int]
) -> None:
    given = give_link(dana, rosa, NEXT)
    for minutes, said in ((-10, "portal.visit_on"), (29, "portal.visit_on"), (30, "portal.visit_was")):
        who, link = enter(given, at=NINE + timedelta(minutes=minutes))
        assert [line.what.key for line in get_portal_page(who, link).lines] == [said]


def test_a_page_takes_as_many_statements_for_many_promises_as_for_few(
    dana: Acting, rosa: UUID, visit: tuple[Held, int]
) -> None:
    who, link = enter(give_link(dana, rosa, LinkDraft(LinkPurpose.ALL, 7)))
    taken = []
    for _ in range(2):
        with counted_statements() as statements:
            assert get_portal_page(who, link).lines
        taken.append(len(statements))
        for n in range(15):
            open_task(dana, rosa, title=f"Task {n}", due_on=None, note="")

    assert taken[0] == taken[1] < 24
