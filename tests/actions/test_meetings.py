"""Family meetings through their doors: asked for, set, held, decided at, told by consent; no child interprets."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careloop.actions import meetings as acts
from careloop.actions.consents import add_member, give_consent, take_back
from careloop.actions.documents import add_document
from careloop.actions.meeting_summaries import give_summary, leave_untold
from careloop.actions.worklist import dismiss_loop, finish_loop, reopen_loop
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.facts.access import Acting
from careloop.facts.consents import ConsentDraft, ConsentPurpose, GivenHow, MemberDraft, Relation, Road, Topic
from careloop.facts.meetings import (
    GuestKind,
    Interprets,
    MeetingDraft,
    MeetingForm,
    MeetingPage,
    MeetingState,
    Setting,
    Untold,
)
from careloop.facts.worklist import Outcome
from careloop.reads.meetings import get_meeting_page, get_meetings_page, get_summary_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.test_consents import ANA, RIDES, refusal
from tests.people import NOW, House, later

pytestmark = pytest.mark.django_db
# 42 CFR 2.32(a)(2), as amended in 2024.
NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
WHY = MeetingDraft("Plan going home", wishes="I want to be at home.", agenda="Stairs\nMedicines")
SOON = NOW + timedelta(hours=2)
AFTER = NOW + timedelta(hours=4)
IN_ROOM = Setting(SOON, 45, MeetingForm.IN_PERSON, "Room 2", Interprets.NOBODY)


@pytest.fixture
def ana(dana: Acting, rosa: UUID) -> UUID:
    return add_member(dana, rosa, replace(ANA, language="es"))


@pytest.fixture
def ben(dana: Acting, rosa: UUID) -> UUID:
    return add_member(dana, rosa, MemberDraft("Ben Alvarez", Relation.SIBLING))


@pytest.fixture
def meeting(house: House, dana: Acting, rosa: UUID, ana: UUID, ben: UUID) -> UUID:
    draft = replace(WHY, member_ids=(ana, ben), person_ids=(house.id_of("lee"),))
    return acts.plan_meeting(dana, rosa, draft)


def look(who: Acting, patient: UUID, meeting: UUID) -> MeetingPage:
    return get_meeting_page(who, patient, meeting_id=meeting)


def version(meeting: UUID) -> int:
    return int(ask_one("SELECT version FROM family_meeting WHERE id = %s", meeting))


def guest(page: MeetingPage, name: str) -> int:
    return next(one.id for one in page.guests if one.name.startswith(name))


def hold(dana: Acting, rosa: UUID, meeting: UUID) -> Acting:
    """Set a meeting, let its time come, and say that all came; return who acts afterwards."""
    acts.set_meeting(dana, rosa, IN_ROOM, meeting_id=meeting, version=version(meeting))
    then = replace(dana, at=AFTER)
    came = [one.id for one in look(then, rosa, meeting).guests]
    acts.hold_meeting(then, rosa, meeting_id=meeting, version=version(meeting), came=came)
    return then


def decide(who: Acting, rosa: UUID, meeting: UUID, topic: Topic, words: str) -> UUID:
    by = (who.at + timedelta(days=3)).date()
    return acts.decide_at_meeting(
        who, rosa, meeting_id=meeting, topic=topic, words=words, owner_id=who.person_id, by=by
    )


def test_a_meeting_is_over_when_each_was_told_what_the_patient_lets_them_hear(
    house: House, dana: Acting, rosa: UUID, ana: UUID, meeting: UUID
) -> None:
    give_consent(dana, rosa, RIDES, member_id=ana)
    then = hold(dana, rosa, meeting)
    ride = decide(then, rosa, meeting, Topic.VISITS, "A car takes her to each visit.")
    decide(then, rosa, meeting, Topic.MONEY, "We ask about the bill.")
    page = look(then, rosa, meeting)
    assert [one.kind for one in page.guests] == [
        GuestKind.PATIENT, GuestKind.MEMBER, GuestKind.MEMBER, GuestKind.STAFF,
    ]  # fmt: skip
    assert stand_of(ride) == (dana.person_id, page.loop_id)
    key = guest(page, "Ana")
    shown = get_summary_page(then, rosa, meeting_id=meeting, guest_id=key)
    assert (shown.road, shown.kept_back, shown.language) == (Road.PHONE, 1, "es")
    assert [line for line in shown.lines if "car" in line] == list(shown.lines)
    assert "bill" not in " ".join(shown.lines)

    ask_for = {"meeting_id": meeting, "guest_id": key}
    assert refusal(lambda: give_summary(then, rosa, **ask_for, road=Road.TEXT)) == "refusal.meeting_no_consent"
    assert refusal(lambda: leave_untold(then, rosa, **ask_for, why=Untold.NO_CONSENT)) == "refusal.meeting_may_hear"
    assert give_summary(then, rosa, **ask_for, road=Road.PHONE) is MeetingState.HELD
    ((to, words, road),) = ask("SELECT recipient, words, road FROM disclosure WHERE patient_id = %s", rosa)
    assert (to, road) == ("Ana Alvarez", "phone")
    assert "A car takes her to each visit." in words
    assert "bill" not in words
    assert refusal(lambda: give_summary(then, rosa, **ask_for, road=Road.PHONE)) == "refusal.meeting_told_already"
    leave_untold(then, rosa, meeting_id=meeting, guest_id=guest(page, "Ben"), why=Untold.NO_CONSENT)
    assert ask_one("SELECT state FROM loop WHERE id = %s", page.loop_id) != "closed"
    last = give_summary(then, rosa, meeting_id=meeting, guest_id=page.guests[0].id, road=Road.IN_PERSON)

    assert last is MeetingState.TOLD
    assert ask("SELECT state, outcome FROM loop WHERE id = %s", page.loop_id) == [("closed", "done")]
    steps = ask("SELECT event FROM meeting_step WHERE meeting_id = %s ORDER BY version", meeting)
    assert [one for (one,) in steps] == ["make", "set_time", "hold", "tell_last"]
    assert broken_invariants() == {}


def stand_of(loop: UUID) -> tuple[object, object]:
    ((owner, parent),) = ask("SELECT owner_id, parent_id FROM loop WHERE id = %s", loop)
    return owner, parent


def test_a_consent_that_was_taken_back_lets_nothing_be_told(dana: Acting, rosa: UUID, ana: UUID, meeting: UUID) -> None:
    everything = ConsentDraft((Topic.EVERYTHING,), (ConsentPurpose.CARE,), (Road.PHONE,), GivenHow.SCREEN)
    give_consent(dana, rosa, everything, member_id=ana)
    then = hold(dana, rosa, meeting)
    decide(then, rosa, meeting, Topic.MONEY, "We ask about the bill.")
    decide(then, rosa, meeting, Topic.MENTAL, "She talks to somebody.")
    key = guest(look(then, rosa, meeting), "Ana")
    shown = get_summary_page(then, rosa, meeting_id=meeting, guest_id=key)
    # Everything is not what is guarded.
    assert (len(shown.lines), shown.kept_back) == (1, 1)
    take_back(replace(then, at=AFTER + timedelta(minutes=1)), rosa, member_id=ana, reason="She changed her mind.")
    at = replace(then, at=AFTER + timedelta(minutes=2))
    assert get_summary_page(at, rosa, meeting_id=meeting, guest_id=key).road is None
    said = refusal(lambda: give_summary(at, rosa, meeting_id=meeting, guest_id=key, road=Road.PHONE))
    assert said == "refusal.meeting_no_consent"
    assert ask("SELECT 1 FROM disclosure WHERE patient_id = %s", rosa) == []
    assert leave_untold(at, rosa, meeting_id=meeting, guest_id=key, why=Untold.NO_CONSENT) is MeetingState.HELD


def test_what_is_told_of_substance_use_treatment_bears_the_notice_of_the_rule_and_what_the_consent_covers(
    dana: Acting, rosa: UUID, ana: UUID, meeting: UUID
) -> None:
    paper = add_document(dana, rosa, content=b"I agree that Ana hears of it.", title="Consent", dated_on=None)
    until = (NOW + timedelta(days=90)).date()
    written = ConsentDraft(
        (Topic.SUBSTANCE,), (ConsentPurpose.CARE,), (Road.IN_PERSON,), GivenHow.PAPER,
        document_id=paper.document_id, until=until,
    )  # fmt: skip
    give_consent(dana, rosa, written, member_id=ana)
    give_consent(dana, rosa, replace(RIDES, roads=(Road.IN_PERSON,)), member_id=ana)
    then = hold(dana, rosa, meeting)
    decide(then, rosa, meeting, Topic.VISITS, "A car takes her to each visit.")
    decide(then, rosa, meeting, Topic.SUBSTANCE, "She begins a group on Mondays.")
    page = look(then, rosa, meeting)
    key = guest(page, "Ana")

    shown = get_summary_page(then, rosa, meeting_id=meeting, guest_id=key, road=Road.IN_PERSON)
    assert shown.lines[-2] == NOTICE
    assert "aceptó por escrito" in shown.lines[-1]
    own = get_summary_page(then, rosa, meeting_id=meeting, guest_id=page.guests[0].id)
    assert NOTICE not in own.lines
    give_summary(then, rosa, meeting_id=meeting, guest_id=key, road=Road.IN_PERSON)

    told = dict(ask("SELECT topic, words FROM disclosure WHERE patient_id = %s", rosa))
    assert NOTICE in told["substance"]
    assert NOTICE not in told["visits"]


def test_a_child_never_interprets_and_booking_somebody_becomes_a_task(dana: Acting, rosa: UUID) -> None:
    carla = add_member(dana, rosa, MemberDraft("Carla", Relation.CHILD, language="es", needs_interpreter=True))
    meeting = acts.plan_meeting(dana, rosa, replace(WHY, member_ids=(carla,)))
    ask_for = {"meeting_id": meeting, "version": version(meeting)}
    assert refusal(lambda: acts.set_meeting(dana, rosa, IN_ROOM, **ask_for)) == "refusal.meeting_interpreter"

    child = replace(IN_ROOM, interprets=Interprets.CHILD)
    assert acts.set_meeting(dana, rosa, child, **ask_for) is Interprets.QUALIFIED

    page = look(dana, rosa, meeting)
    assert page.languages == ("es",)
    assert page.setting is not None
    assert page.setting.interprets is Interprets.QUALIFIED
    ((title, parent, due),) = ask(
        "SELECT title ->> 'key', parent_id, due_at FROM loop WHERE id = %s", page.interpreter_loop
    )
    assert (title, parent) == ("meeting.interpreter", page.loop_id)
    assert due < SOON
    acts.set_meeting(dana, rosa, child, meeting_id=meeting, version=version(meeting))
    assert look(dana, rosa, meeting).interpreter_loop == page.interpreter_loop
    assert broken_invariants() == {}


def test_the_loop_is_not_done_before_the_meeting_is_and_takes_it_along_if_it_ends_otherwise(
    dana: Acting, rosa: UUID, meeting: UUID
) -> None:
    page = look(dana, rosa, meeting)
    done = lambda: finish_loop(dana, page.loop_id, version=1, outcome=Outcome.DONE, note="Done.")  # noqa: E731
    assert refusal(done) == "refusal.meeting_is_not_over"
    dismiss_loop(dana, page.loop_id, version=1, outcome=Outcome.DECLINED, reason="The family does not want it.")
    assert look(dana, rosa, meeting).row.state is MeetingState.CANCELLED
    again = lambda: reopen_loop(later_dana(dana), page.loop_id, version=2, reason="After all.")  # noqa: E731
    assert refusal(again) == "refusal.promise_is_over"
    said = refusal(lambda: acts.set_meeting(dana, rosa, IN_ROOM, meeting_id=meeting, version=version(meeting)))
    assert said == "refusal.meeting_is_cancelled"
    assert broken_invariants() == {}


def later_dana(dana: Acting) -> Acting:
    return replace(dana, at=later(minutes=1))


def test_a_meeting_that_did_not_take_place_is_arranged_again_or_called_off(
    dana: Acting, rosa: UUID, meeting: UUID
) -> None:
    acts.set_meeting(dana, rosa, IN_ROOM, meeting_id=meeting, version=1)
    early = refusal(lambda: acts.hold_meeting(dana, rosa, meeting_id=meeting, version=2, came=[1]))
    assert early == "refusal.meeting_not_begun"
    then = replace(dana, at=AFTER)
    nobody = refusal(lambda: acts.hold_meeting(then, rosa, meeting_id=meeting, version=2, came=[]))
    assert nobody == "refusal.meeting_nobody"
    assert acts.miss_meeting(then, rosa, meeting_id=meeting, version=2) is MeetingState.TO_ARRANGE
    with pytest.raises(TakenMeanwhile):
        acts.set_meeting(then, rosa, IN_ROOM, meeting_id=meeting, version=1)
    past = refusal(lambda: acts.set_meeting(then, rosa, IN_ROOM, meeting_id=meeting, version=3))
    assert past == "refusal.meeting_time"
    unsaid = refusal(
        lambda: acts.cancel_meeting(then, rosa, meeting_id=meeting, version=3, outcome=Outcome.DECLINED, reason=" ")
    )
    assert unsaid == "refusal.reason_missing"
    acts.cancel_meeting(then, rosa, meeting_id=meeting, version=3, outcome=Outcome.DECLINED, reason="No wish.")
    page = look(then, rosa, meeting)
    assert page.row.state is MeetingState.CANCELLED
    assert ask_one("SELECT outcome FROM loop WHERE id = %s", page.loop_id) == "declined_by_patient"
    assert broken_invariants() == {}


def test_only_who_stands_in_the_circle_or_may_see_the_patient_is_asked(house: House, dana: Acting, rosa: UUID) -> None:
    for draft in (replace(WHY, member_ids=(rosa,)), replace(WHY, person_ids=(house.id_of("kim"),))):
        assert refusal(lambda draft=draft: acts.plan_meeting(dana, rosa, draft)) == "refusal.meeting_guest"
    assert refusal(lambda: acts.plan_meeting(dana, rosa, MeetingDraft(" "))) == "refusal.meeting_reason"
    assert get_meetings_page(dana, rosa).rows == ()


def test_somebody_of_another_team_neither_sees_nor_plans(house: House, dana: Acting, rosa: UUID, meeting: UUID) -> None:
    kim = house.acting("kim")
    for way in (
        lambda: get_meetings_page(kim, rosa),
        lambda: look(kim, rosa, meeting),
        lambda: acts.plan_meeting(kim, rosa, WHY),
        lambda: acts.miss_meeting(kim, rosa, meeting_id=meeting, version=1),
    ):
        with pytest.raises(NotFound):
            way()
    with pytest.raises(Refusal):
        acts.miss_meeting(dana, rosa, meeting_id=meeting, version=1)


def test_a_page_is_a_constant_number_of_statements(dana: Acting, rosa: UUID, meeting: UUID) -> None:
    counts = []
    acts.set_meeting(dana, rosa, IN_ROOM, meeting_id=meeting, version=version(meeting))
    for n in (1, 4):
        for m in range(n):
            decide(dana, rosa, meeting, Topic.VISITS, f"Number {n} {m}.")
            member = add_member(dana, rosa, MemberDraft(f"N{n}{m}", Relation.FRIEND))
            give_consent(dana, rosa, RIDES, member_id=member)
            acts.write_agenda(
                dana, rosa, replace(WHY, member_ids=(member,)), meeting_id=meeting, version=version(meeting)
            )
        with CaptureQueriesContext(connection) as seen:
            look(dana, rosa, meeting)
        counts.append(len(seen))
    assert counts[0] == counts[1]
