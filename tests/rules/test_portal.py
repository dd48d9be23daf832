"""Each open promise in plain words: by kind and state, without its content, and no harder than the sixth grade."""

from dataclasses import replace
from datetime import date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.catalog.plain import PLAIN_LANGUAGES, choose_language, speak_plain, write_wall
from careloop.catalog.speech import load_words
from careloop.facts.portal import NextLine, OpenPromise
from careloop.facts.referrals import ReferralState
from careloop.facts.scheduling import BookingState
from careloop.facts.worklist import Ball, LoopKind
from careloop.rules.portal import COMING, PLAIN, list_next, say_next

TODAY = date(2026, 11, 20)
SOON = date(2026, 11, 27)
NINE = datetime.fromisoformat("2026-11-23T09:30")
TASK = OpenPromise(LoopKind.TASK, Ball.US, SOON, "Dana Okafor")
VISIT = replace(TASK, kind=LoopKind.VISIT, booking=BookingState.BOOKED, wall=NINE)


def words(line: NextLine, language: str = "en") -> list[str]:
    return [speak_plain(say, language) for say in line.says]


def test_every_kind_of_promise_has_its_plain_words() -> None:
    assert PLAIN.keys() == set(LoopKind)


def test_a_visit_is_said_with_its_day_and_hour_as_people_say_them() -> None:
    assert words(say_next(VISIT, TODAY)) == [
        "You have a visit on Monday, November 23 at 9:30 in the morning.",
        "It is your turn.",
        "Please tell us if you can come.",
    ]
    assert (
        words(say_next(VISIT, TODAY), "es")[0]
        == "Usted tiene una cita el lunes 23 de noviembre a las 9:30 de la mañana."
    )
    assert words(say_next(replace(VISIT, booking=BookingState.CONFIRMED), TODAY))[2].startswith(
        "You said you will come"
    )
    assert words(say_next(replace(VISIT, is_over=True), TODAY))[0].startswith("You had a visit on")
    assert write_wall(NINE.replace(hour=12, minute=0), "en") == "Monday, November 23 at noon"


def test_a_task_says_who_by_when_and_that_nothing_is_to_be_done() -> None:
    assert words(say_next(TASK, TODAY)) == [
        "We are doing something for your care.",
        "Dana Okafor does this.",
        "We plan to do this by Friday, November 27.",
        "You do not need to do a thing now.",
    ]
    assert words(say_next(replace(TASK, owner=""), TODAY))[1] == "Our team does this."


def test_what_is_late_is_said_to_be_late() -> None:
    assert words(say_next(replace(TASK, by_on=date(2026, 11, 19)), TODAY))[2].startswith("This is late. We are sorry.")
    assert say_next(replace(TASK, by_on=TODAY), TODAY).by_when == Say("portal.by_day", day=TODAY)
    assert say_next(replace(TASK, by_on=None), TODAY).by_when is None


@pytest.mark.parametrize("state", ReferralState)
def test_a_referral_says_where_it_stands_and_never_why(state: ReferralState) -> None:
    line = say_next(OpenPromise(LoopKind.REFERRAL, Ball.PROVIDER, SOON, "Dana", referral=state), TODAY)

    assert line.what.values == ()
    if state in (ReferralState.REPORT_IN, ReferralState.READ):
        assert line.what == Say("portal.news")


@pytest.mark.parametrize("kind", [kind for kind in LoopKind if kind is not LoopKind.VISIT])
def test_what_carries_a_label_is_only_that_we_will_call(kind: LoopKind) -> None:
    line = say_next(replace(TASK, kind=kind, has_label=True, referral=ReferralState.SENT), TODAY)

    assert line.what == Say("portal.private")


def test_what_another_office_does_we_only_ask_about() -> None:
    sent = OpenPromise(LoopKind.REFERRAL, Ball.PROVIDER, SOON, "Dana", referral=ReferralState.SENT)

    assert words(say_next(sent, TODAY))[1:3] == ["The other office does this.", "We ask them by Friday, November 27."]
    assert words(say_next(replace(sent, has_label=True), TODAY))[1] == "Dana does this."


def test_a_question_is_the_patients_turn() -> None:
    line = say_next(replace(TASK, is_question=True), TODAY)

    assert (line.what, line.who, line.you) == (Say("portal.asked"), Say("portal.who_you"), Say("portal.you_answer"))


PROMISES = st.lists(
    st.builds(
        OpenPromise,
        kind=st.sampled_from(list(LoopKind)),
        ball=st.sampled_from(list(Ball)),
        by_on=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 24)),
        owner=st.sampled_from(["", "Dana", "Lee"]),
        has_label=st.booleans(),
        booking=st.none() | st.sampled_from(list(BookingState)),
        wall=st.none() | st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 24)),  # noqa: DTZ001
        is_over=st.booleans(),
        referral=st.none() | st.sampled_from(list(ReferralState)),
        is_question=st.booleans(),
    ),
    max_size=12,
)


@given(PROMISES)
def test_nothing_is_left_out_and_visits_come_first_by_their_time(promises: list[OpenPromise]) -> None:
    lines = list_next(promises, TODAY)

    assert sum(line.count for line in lines) == len(promises)
    visits = [line.what.key in ("portal.visit_on", "portal.visit_was") for line in lines]
    assert visits == sorted(visits, reverse=True)
    for line in lines:
        for language in PLAIN_LANGUAGES:
            assert all(words(line, language))


def all_lines() -> list[NextLine]:
    kinds = [replace(TASK, kind=kind) for kind in LoopKind]
    kinds += [replace(VISIT, booking=state) for state in BookingState]
    kinds += [replace(TASK, kind=LoopKind.REFERRAL, ball=Ball.PROVIDER, referral=state) for state in ReferralState]
    kinds += [replace(TASK, is_question=True), replace(TASK, has_label=True)]
    days = (SOON, date(2026, 11, 1), None)
    return [
        replace(say_next(replace(one, by_on=day, owner=owner), TODAY), count=2)
        for one, day, owner in product(kinds, days, ("", "Dana"))
    ]


def test_every_sentence_of_a_promise_is_met_here() -> None:
    met = {say.key for line in all_lines() for say in line.says} | {
        say.key for say in say_next(replace(VISIT, is_over=True), TODAY).says
    }

    assert met == {key for key in load_words("en") if key.startswith("portal.")}
    assert set(COMING) == {BookingState.BOOKED, BookingState.CONFIRMED}


def test_whoever_reads_another_language_gets_english() -> None:
    assert [choose_language(*one) for one in (("es-MX",), ("fr", "es"), ("ar",), ())] == ["es", "es", "en", "en"]
