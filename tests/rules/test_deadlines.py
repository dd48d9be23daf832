"""Deadlines in words, at the edges where words go wrong: midnight, weekends, holidays, and clocks that change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.catalog.clocks import load_clocks
from careloop.catalog.speech import list_languages, speak
from careloop.facts.worklist import Deadline, Severity, State, Tone
from careloop.rules.deadlines import say_deadline, say_order, say_why_now

HERE = ZoneInfo("America/New_York")
HOLIDAYS = load_clocks().holidays
OPENED = date(2026, 11, 2)


def at(text: str) -> datetime:
    """Return a moment in New York: "2026-11-20 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def say(
    now: datetime,
    due: datetime | None,
    *,
    state: State = State.TO_DO,
    next_at: datetime | None = None,
    closed_at: datetime | None = None,
    zone: str = "America/New_York",
) -> Deadline:
    return say_deadline(
        state=state, due_at=due, next_at=next_at, closed_at=closed_at, at=now, zone=zone, holidays=HOLIDAYS
    )


FRIDAY, WEDNESDAY = "2026-11-20 10:00", "2026-11-25 10:00"
# Now, due, the sentence, the second line, how loud. Thanksgiving is Thursday 26 November 2026.
TABLE: list[tuple[str, str, str, Say, Say | None, Tone]] = [
    ("later today", FRIDAY, "2026-11-20 17:00", Say("deadline.today", time="5 pm"), None, Tone.LATE),
    ("today at half past", FRIDAY, "2026-11-20 14:30", Say("deadline.today", time="2:30 pm"), None, Tone.LATE),
    ("today at noon", FRIDAY, "2026-11-20 12:00", Say("deadline.today", time="12 pm"), None, Tone.LATE),
    ("this very moment", FRIDAY, FRIDAY, Say("deadline.today", time="10 am"), None, Tone.LATE),
    ("an hour ago", FRIDAY, "2026-11-20 09:00", Say("deadline.late_today"), None, Tone.LATE),
    ("the last minute of yesterday", FRIDAY, "2026-11-19 23:59",
     Say("deadline.late", count=1), Say("deadline.since", day=date(2026, 11, 19)), Tone.LATE),
    ("last Friday, weekend and all", "2026-11-23 08:00", "2026-11-20 17:00",
     Say("deadline.late", count=3), Say("deadline.since", day=date(2026, 11, 20)), Tone.LATE),
    ("last year", "2027-01-04 09:00", "2026-12-31 17:00",
     Say("deadline.late", count=4), Say("deadline.since", day=date(2026, 12, 31)), Tone.LATE),
    ("on Monday, over the weekend", FRIDAY, "2026-11-23 17:00",
     Say("deadline.soon", count=1), Say("deadline.on", day=date(2026, 11, 23)), Tone.SOON),
    ("on Saturday, when nobody works", FRIDAY, "2026-11-21 17:00",
     Say("deadline.do_by", day=date(2026, 11, 21)), None, Tone.SOON),
    ("on Friday over the holiday", WEDNESDAY, "2026-11-27 17:00",
     Say("deadline.soon", count=1), Say("deadline.on", day=date(2026, 11, 27)), Tone.SOON),
    ("on Monday over holiday and weekend", WEDNESDAY, "2026-11-30 17:00",
     Say("deadline.soon", count=2), Say("deadline.on", day=date(2026, 11, 30)), Tone.SOON),
    ("in three business days", FRIDAY, "2026-11-25 17:00",
     Say("deadline.do_by", day=date(2026, 11, 25)), Say("deadline.any_day_before"), Tone.INFO),
    ("in ten business days", FRIDAY, "2026-12-07 17:00",
     Say("deadline.do_by", day=date(2026, 12, 7)), Say("deadline.any_day_before"), Tone.INFO),
    ("in eleven", FRIDAY, "2026-12-08 17:00", Say("deadline.do_by", day=date(2026, 12, 8)), None, Tone.INFO),
    ("over the change of the year", "2026-12-30 10:00", "2027-01-04 17:00",
     Say("deadline.soon", count=2), Say("deadline.on", day=date(2027, 1, 4)), Tone.SOON),
    ("on the day that has 23 hours", "2026-03-07 22:00", "2026-03-08 17:00",
     Say("deadline.do_by", day=date(2026, 3, 8)), None, Tone.SOON),
    ("within the day that has 25 hours", "2026-11-01 00:30", "2026-11-01 23:30",
     Say("deadline.today", time="11:30 pm"), None, Tone.LATE),
]  # fmt: skip


@pytest.mark.parametrize(("now", "due", "main", "more", "tone"), [r[1:] for r in TABLE], ids=[r[0] for r in TABLE])
def test_a_deadline_is_said_as_a_person_would(now: str, due: str, main: Say, more: Say | None, tone: Tone) -> None:
    said = say(at(now), at(due))

    assert (said.say, said.more, said.tone, said.at) == (main, more, tone, at(due))


def test_the_day_is_the_patients_and_not_greenwichs() -> None:
    now, due = datetime(2026, 11, 21, 2, 0, tzinfo=UTC), datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

    assert say(now, due).say == Say("deadline.today", time="11 pm")
    assert say(now, due, zone="UTC").say == Say("deadline.today", time="4 am")
    assert say(now, due, zone="Asia/Tokyo").say == Say("deadline.today", time="1 pm")


def test_a_closed_loop_says_when_it_was_closed_and_no_deadline() -> None:
    said = say(at(FRIDAY), at("2026-11-01 17:00"), state=State.CLOSED, closed_at=at("2026-11-19 23:30"))

    assert (said.tone, said.say) == (Tone.OK, Say("deadline.closed", day=date(2026, 11, 19)))


def test_a_snoozed_loop_says_until_when_even_if_it_is_late() -> None:
    said = say(at(FRIDAY), at("2026-11-01 17:00"), state=State.SNOOZED, next_at=at("2026-12-01 08:00"))

    assert (said.tone, said.say) == (Tone.WAIT, Say("deadline.snoozed", day=date(2026, 12, 1)))


def test_a_loop_without_a_deadline_says_when_it_is_looked_at_again() -> None:
    said = say(at(FRIDAY), None, next_at=at("2026-11-23 17:00"))

    assert (said.tone, said.say) == (Tone.TO_DO, Say("deadline.look_again", day=date(2026, 11, 23)))
    assert say(at(FRIDAY), None).say == Say("deadline.none")


moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(["America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"])


@given(moments, moments, zones)
def test_what_is_past_is_late_and_what_is_not_is_never_called_so(now: datetime, due: datetime, zone: str) -> None:
    said = say(now, due, zone=zone)

    is_said_late = said.say.key in ("deadline.late", "deadline.late_today")
    assert is_said_late is (due < now)
    assert said.at == due


@given(moments, st.integers(0, 60 * 24 * 40), zones)
def test_a_deadline_never_grows_quieter_as_it_comes_nearer(due: datetime, minutes: int, zone: str) -> None:
    loudness = [Tone.INFO, Tone.SOON, Tone.LATE]
    before = due - timedelta(minutes=minutes)

    tones = [say(moment, due, zone=zone).tone for moment in (before, before + (due - before) / 2, due)]

    assert [loudness.index(t) for t in tones] == sorted(loudness.index(t) for t in tones)


@given(moments, moments, zones, st.sampled_from(list_languages()))
def test_every_deadline_can_be_said_in_every_language(now: datetime, due: datetime, zone: str, language: str) -> None:
    said = say(now, due, zone=zone)

    assert speak(said.say, language, today=now.date())
    assert said.more is None or speak(said.more, language, today=now.date())


@pytest.mark.parametrize(
    ("tone", "is_escalated", "key"),
    [
        (Tone.LATE, False, "why_now.late"),
        (Tone.SOON, False, "why_now.soon"),
        (Tone.INFO, False, "why_now.planned"),
        (Tone.TO_DO, False, "why_now.planned"),
        (Tone.WAIT, False, "why_now.planned"),
        (Tone.INFO, True, "why_now.escalated"),
        (Tone.LATE, True, "why_now.escalated"),
    ],
)
def test_why_now_is_one_sentence(tone: Tone, is_escalated: bool, key: str) -> None:
    deadline = Deadline(tone, Say("deadline.none"), None, None)

    assert say_why_now(deadline, opened_on=OPENED, is_escalated=is_escalated) == Say(key, day=OPENED)


@pytest.mark.parametrize(
    ("severity", "same_person", "said"),
    [
        (Severity.CRITICAL, 0, (Say("order.harm", count=14),)),
        (Severity.HIGH, 2, (Say("order.harm", count=7), Say("order.one_contact", count=3))),
        (Severity.LOW, 1, (Say("order.one_contact", count=2),)),
        (Severity.LOW, 0, ()),
    ],
)
def test_what_moved_a_loop_up_is_said(severity: Severity, same_person: int, said: tuple[Say, ...]) -> None:
    assert say_order(severity, same_person=same_person) == said
