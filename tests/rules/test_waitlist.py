"""Whom a freed time is for, who is asked first and why, and what an answer moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.defaults import DatedDefault
from careloop.facts.referrals import Urgency
from careloop.facts.scheduling import BookingEvent, BookingState, CancelledBy, CancelReason, Promised
from careloop.facts.visits import PartOfDay
from careloop.facts.waitlist import Answer, Freed, OfferState, Waiting, WishDraft
from careloop.facts.worklist import Confidence
from careloop.rules.defaults import value_on
from careloop.rules.waitlist import (
    MOVES,
    OfferMoveNotAllowed,
    check_draft,
    expires_at,
    find_misfit,
    is_freed,
    next_offer,
    rank,
)

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
TODAY = date(2026, 11, 20)
TALK, SCAN, RIVERA, CHEN, HARBOR, HILL = (UUID(int=n) for n in range(1, 7))
# Monday 23 November at 9 in New York.
NINE = Promised(datetime(2026, 11, 23, 14, tzinfo=UTC), "America/New_York", datetime.fromisoformat("2026-11-23 09:00"))
LATER = replace(NINE, at=NINE.at + timedelta(days=9), wall=NINE.wall + timedelta(days=9))
FREED = Freed(TALK, NINE, frozenset({RIVERA}), HARBOR)
ROSA = Waiting(UUID(int=100), WishDraft(TALK), date(2026, 11, 10))


def wishing(**draft: object) -> Waiting:
    return replace(ROSA, draft=replace(ROSA.draft, **draft))  # type: ignore[arg-type]


FITS = [
    ROSA,
    wishing(entry_id=RIVERA, site_id=HARBOR, weekdays=(1, 3), part=PartOfDay.MORNING),
    wishing(earliest_on=date(2026, 11, 23), latest_on=date(2026, 11, 23), notice_hours=71),
    replace(ROSA, booked=LATER),
]
MISFITS = [
    (wishing(visit_type_id=SCAN), "other_kind"),
    (wishing(entry_id=CHEN), "other_person"),
    (wishing(site_id=HILL), "other_place"),
    (wishing(weekdays=(2, 3)), "other_times"),
    (wishing(part=PartOfDay.AFTERNOON), "other_times"),
    (wishing(earliest_on=date(2026, 11, 24)), "too_early"),
    (wishing(latest_on=date(2026, 11, 22)), "too_late"),
    (wishing(notice_hours=72), "short_notice"),
    (replace(ROSA, booked=NINE), "not_sooner"),
    (replace(ROSA, is_busy=True), "busy"),
    (replace(ROSA, lacks_interpreter=True), "no_interpreter"),
    (replace(ROSA, asked=OfferState.NO), "asked_already"),
]


@pytest.mark.parametrize("one", FITS)
def test_a_time_fits_who_can_come(one: Waiting) -> None:
    assert find_misfit(one, FREED, NOW) is None
    assert [found.id for found in rank([one], FREED, NOW, TODAY).fits] == [one.id]


@pytest.mark.parametrize(("one", "why"), MISFITS, ids=[why for _one, why in MISFITS])
def test_a_time_is_not_for_who_cannot_come_and_the_reason_is_said(one: Waiting, why: str) -> None:
    order = rank([one], FREED, NOW, TODAY)

    assert order.fits == ()
    assert [(key, say.key) for key, say in order.others] == [(one.id, f"waitlist.{why}")]


# Each is asked before the next one: for how soon, since when, how bound, how near, how often asked.
IN_ORDER = [
    replace(wishing(urgency=Urgency.URGENT), id=UUID(int=201), since_on=date(2026, 11, 19), offers=9),
    replace(ROSA, id=UUID(int=205), since_on=date(2026, 11, 1), miles=90),
    replace(wishing(entry_id=RIVERA), id=UUID(int=204), since_on=date(2026, 11, 2), miles=40, offers=3),
    replace(ROSA, id=UUID(int=203), since_on=date(2026, 11, 2), miles=2, offers=3),
    replace(ROSA, id=UUID(int=202), since_on=date(2026, 11, 2), miles=5, offers=0),
    replace(ROSA, id=UUID(int=206), since_on=date(2026, 11, 2), miles=5, offers=1),
    replace(ROSA, id=UUID(int=207), since_on=date(2026, 11, 2), miles=5, offers=1),
]


@pytest.mark.parametrize("turned", [IN_ORDER, IN_ORDER[::-1], IN_ORDER[3:] + IN_ORDER[:3]])
def test_who_is_asked_first_can_be_read_off_the_reasons(turned: list[Waiting]) -> None:
    assert [one.id for one in rank(turned, FREED, NOW, TODAY).fits] == [one.id for one in IN_ORDER]


def test_the_reasons_say_what_decided() -> None:
    one = replace(
        wishing(urgency=Urgency.URGENT, entry_id=RIVERA, part=PartOfDay.MORNING), booked=LATER, miles=3, offers=2
    )

    (found,) = rank([one], FREED, NOW, TODAY).fits

    assert found.reasons == (
        Say("waitlist.urgent"),
        Say("waitlist.waits", count=10),
        Say("waitlist.sooner_than", day=date(2026, 12, 2)),
        Say("waitlist.bound", count=2),
        Say("waitlist.miles", count=3),
        Say("waitlist.offers", count=2),
    )


def test_a_distance_that_is_not_known_stands_in_the_middle_of_those_that_are() -> None:
    rows = [replace(ROSA, id=UUID(int=n), miles=miles) for n, miles in ((1, None), (2, 1), (3, 8), (4, 30))]

    assert [one.id.int for one in rank(rows, FREED, NOW, TODAY).fits] == [2, 1, 3, 4]


days = st.dates(date(2026, 11, 1), date(2026, 11, 20))
drafts = st.builds(
    WishDraft,
    visit_type_id=st.sampled_from([TALK, TALK, SCAN]),
    urgency=st.sampled_from([Urgency.URGENT, Urgency.ROUTINE]),
    entry_id=st.sampled_from([None, None, RIVERA, CHEN]),
    site_id=st.sampled_from([None, HARBOR, HILL]),
    weekdays=st.sets(st.integers(1, 7)).map(lambda one: tuple(sorted(one))),
    part=st.sampled_from([None, *PartOfDay]),
    earliest_on=st.none() | st.dates(date(2026, 11, 20), date(2026, 11, 26)),
    latest_on=st.none() | st.dates(date(2026, 11, 20), date(2026, 11, 26)),
    notice_hours=st.integers(0, 100),
)
people = st.lists(
    st.builds(
        Waiting,
        id=st.uuids(version=4),
        draft=drafts,
        since_on=days,
        booked=st.sampled_from([None, NINE, LATER]),
        is_busy=st.booleans(),
        asked=st.none() | st.sampled_from(list(OfferState)),
        offers=st.integers(0, 4),
        miles=st.none() | st.integers(0, 50),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


def is_wished(one: Waiting) -> bool:
    """Tell, said another way than the rule does, whether somebody can come on Monday at 9."""
    draft = one.draft
    return (
        draft.visit_type_id == TALK
        and draft.entry_id != CHEN
        and draft.site_id != HILL
        and (not draft.weekdays or 1 in draft.weekdays)
        and draft.part is not PartOfDay.AFTERNOON
        and (draft.earliest_on is None or draft.earliest_on <= date(2026, 11, 23))
        and (draft.latest_on is None or draft.latest_on >= date(2026, 11, 23))
        and draft.notice_hours <= 71
        and not one.is_busy
        and one.booked != NINE
        and one.asked is None
    )


@given(people)
def test_nobody_is_asked_against_their_wishes_and_everybody_else_is_in_the_order(rows: list[Waiting]) -> None:
    order = rank(rows, FREED, NOW, TODAY)

    assert {one.id for one in order.fits} == {one.id for one in rows if is_wished(one)}
    assert {key for key, _why in order.others} == {one.id for one in rows if not is_wished(one)}


@given(people, st.randoms(use_true_random=False))
def test_the_order_is_the_same_however_the_list_came(rows: list[Waiting], dice: object) -> None:
    turned = list(rows)
    dice.shuffle(turned)  # type: ignore[attr-defined]

    assert rank(turned, FREED, NOW, TODAY) == rank(rows, FREED, NOW, TODAY)


fitting = st.lists(
    st.builds(
        Waiting,
        id=st.uuids(version=4),
        draft=st.builds(
            WishDraft,
            visit_type_id=st.just(TALK),
            urgency=st.sampled_from([Urgency.URGENT, Urgency.ROUTINE]),
            entry_id=st.sampled_from([None, RIVERA]),
        ),
        since_on=days,
        offers=st.integers(0, 4),
        miles=st.none() | st.integers(0, 50),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda one: one.id,
)


@given(fitting)
def test_of_those_who_need_it_as_soon_nobody_stands_before_who_has_waited_longer(rows: list[Waiting]) -> None:
    """So nobody is passed over for ever: whoever is asked and says no makes room, and the longest wait only grows."""
    known = {one.id: one for one in rows}
    fits = [known[one.id] for one in rank(rows, FREED, NOW, TODAY).fits]

    assert len(fits) == len(rows)
    for urgency in (Urgency.URGENT, Urgency.ROUTINE):
        since = [one.since_on for one in fits if one.draft.urgency is urgency]
        assert since == sorted(since)


def test_equal_terms_take_turns_by_how_often_each_was_asked() -> None:
    """Ten times go round five people who are alike, one asked at a time: nobody is asked twice more than another."""
    rows = {n: replace(ROSA, id=UUID(int=n)) for n in range(1, 6)}
    for _ in range(10):
        first = rank(rows.values(), FREED, NOW, TODAY).fits[0].id.int
        rows[first] = replace(rows[first], offers=rows[first].offers + 1)

    assert [one.offers for one in rows.values()] == [2, 2, 2, 2, 2]


FREEING = [
    (BookingState.BOOKED, BookingEvent.CANCEL, CancelledBy.PATIENT, CancelReason.SICK, True, True),
    (BookingState.CONFIRMED, BookingEvent.CANCEL, CancelledBy.DEATH, CancelReason.DIED, True, True),
    (BookingState.BOOKED, BookingEvent.BUMP, None, CancelReason.NOT_PREPARED, True, True),
    (BookingState.BOOKED, BookingEvent.CANCEL, CancelledBy.PATIENT, CancelReason.SICK, False, False),
    (BookingState.HELD, BookingEvent.CANCEL, CancelledBy.PATIENT, CancelReason.SICK, True, False),
    (BookingState.HELD, BookingEvent.RELEASE, None, None, True, False),
    (BookingState.ARRIVED, BookingEvent.CANCEL, CancelledBy.PATIENT, CancelReason.LEFT_UNSEEN, True, False),
    (BookingState.BOOKED, BookingEvent.CONFIRM, None, None, True, False),
    (BookingState.BOOKED, BookingEvent.BUMP, None, CancelReason.PROVIDER_AWAY, True, False),
    (BookingState.BOOKED, BookingEvent.BUMP, None, CancelReason.CLINIC_CLOSED, True, False),
    (BookingState.BOOKED, BookingEvent.CANCEL, CancelledBy.PROVIDER, CancelReason.SICK, True, False),
]


@pytest.mark.parametrize(("was", "event", "by", "reason", "is_ahead", "freed"), FREEING)
def test_a_time_is_freed_that_somebody_else_can_have(
    was: BookingState,
    event: BookingEvent,
    by: CancelledBy | None,
    reason: CancelReason | None,
    is_ahead: bool,
    freed: bool,
) -> None:
    assert is_freed(was, event, by, reason, is_ahead=is_ahead) is freed


def test_every_answer_goes_where_the_table_says_and_no_other_does() -> None:
    for state, answer in ((state, answer) for state in OfferState for answer in Answer):
        if (state, answer) in MOVES:
            assert next_offer(state, answer) is MOVES[state, answer]
        else:
            with pytest.raises(OfferMoveNotAllowed):
                next_offer(state, answer)
    assert all(state is not OfferState.TAKEN for state, _answer in MOVES)


REFUSED = [
    (WishDraft(TALK, urgency=Urgency.EMERGENT), "today"),
    (WishDraft(TALK, weekdays=(0,)), "weekday"),
    (WishDraft(TALK, latest_on=date(2026, 11, 19)), "latest"),
    (WishDraft(TALK, earliest_on=date(2026, 12, 2), latest_on=date(2026, 12, 1)), "latest"),
    (WishDraft(TALK, notice_hours=-1), "notice"),
    (WishDraft(TALK, notice_hours=337), "notice"),
]


@pytest.mark.parametrize(("draft", "why"), REFUSED)
def test_a_wish_that_no_time_can_meet_is_refused_with_what_is_wrong(draft: WishDraft, why: str) -> None:
    with pytest.raises(Refusal) as no:
        check_draft(draft, TODAY)

    assert no.value.say.key == f"refusal.waitlist_{why}"


def test_an_answer_is_waited_for_so_many_hours_but_not_longer_than_the_time_is_ahead() -> None:
    assert expires_at(NOW, NOW + timedelta(days=1), 4) == NOW + timedelta(hours=4)
    assert expires_at(NOW, NOW + timedelta(hours=2), 4) == NOW + timedelta(hours=2)


def test_a_default_is_the_one_that_holds_on_the_day() -> None:
    values = [
        DatedDefault(date(2020, 1, 1), 3, "ours", True, Confidence.GENERAL),
        DatedDefault(date(2026, 12, 1), 5, "ours", True, Confidence.GENERAL),
    ]

    assert [value_on(values, day) for day in (date(2026, 11, 30), date(2026, 12, 1))] == [3, 5]
    with pytest.raises(LookupError):
        value_on(values, date(2019, 12, 31))
