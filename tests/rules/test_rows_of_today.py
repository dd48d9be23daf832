"""Rows of Today: folded by person, set apart when pressing, and closed in one step when the words are there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from careloop.basics.words import Say
from careloop.facts.pages import HistoryLine, LoopRow
from careloop.facts.worklist import Event, Severity, State, Tone
from careloop.rules.worklist import FIRST, fold, group, is_pressing, words_at_hand
from tests.web.gallery.values import CLOSED, ME, ROWS, deadline, row

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
PEOPLE = [UUID(int=n) for n in range(1, 4)]
HANDS = [ME, UUID(int=2)]


def make(number: int, *, of: UUID | None, hands: UUID | None = ME, tone: Tone = Tone.INFO) -> LoopRow:
    made = row(number, "Rosa", f"Thing {number}", "Because.", deadline(tone, "Some day"), patient_id=of)
    return replace(made, owner_id=hands, severity=Severity.MODERATE)


rows_of_a_page = st.lists(
    st.tuples(st.sampled_from([None, *PEOPLE]), st.sampled_from(HANDS), st.sampled_from([Tone.LATE, Tone.INFO])),
    max_size=50,
).map(lambda drawn: [make(n, of=of, hands=hands, tone=tone) for n, (of, hands, tone) in enumerate(drawn)])


@given(rows_of_a_page)
def test_folding_loses_nothing_keeps_the_order_and_joins_only_what_one_contact_covers(
    rows: list[LoopRow],
) -> None:
    folded = fold(rows)

    seen = [one.id for head in folded for one in (head, *head.folded)]
    assert sorted(seen) == sorted(one.id for one in rows)
    assert [head.id for head in folded] == [one.id for one in rows if one.id in {head.id for head in folded}]
    for head in folded:
        assert all((one.patient_id, one.owner_id) == (head.patient_id, head.owner_id) for one in head.folded)
        assert head.patient_id is not None or head.folded == ()
        assert head.things == 1 + len(head.folded)


@given(rows_of_a_page)
def test_grouping_shows_every_row_once_and_says_how_many_pressing_ones_did_not_fit(rows: list[LoopRow]) -> None:
    shown = fold(rows)
    groups = group(shown, is_first_page=True)

    assert sorted(one.id for g in groups for one in g.rows) == sorted(one.id for one in shown)
    first = next((g for g in groups if g.key == "first"), None)
    pressing = [one for one in shown if is_pressing(one)]
    assert (list(first.rows) if first else []) == pressing[:FIRST]
    over = first.over if first else None
    assert (over.count if over else 0) == max(0, len(pressing) - FIRST)
    if over:
        assert over.first == pressing[FIRST].id
        assert over.first in {one.id for g in groups if g.key == "then" for one in g.rows}


def test_a_row_is_pressing_when_something_folded_into_it_is() -> None:
    calm, late = make(1, of=PEOPLE[0]), make(2, of=PEOPLE[0], tone=Tone.LATE)

    (head,) = fold([calm, late])

    assert not is_pressing(calm)
    assert is_pressing(head)
    assert group([head], is_first_page=True)[0].key == "first"


def test_a_critical_thing_is_pressing_without_a_deadline() -> None:
    assert is_pressing(replace(make(1, of=PEOPLE[0]), severity=Severity.CRITICAL))


def test_closed_loops_are_never_folded() -> None:
    twice = [CLOSED, replace(CLOSED, id=UUID(int=77))]

    assert fold(twice) == tuple(twice)
    assert CLOSED.state is State.CLOSED


def test_later_pages_have_one_group() -> None:
    assert [g.key for g in group(ROWS, is_first_page=False)] == ["then"]


def line(minutes: int, key: str, note: str) -> HistoryLine:
    return HistoryLine(AT + timedelta(minutes=minutes), "Dana", Event.LOG_CONTACT, Say(key), note)


def test_words_are_at_hand_only_when_the_person_was_reached_and_nothing_happened_since() -> None:
    reached, missed = (
        line(1, "event.contact.reached", " Went home, feels well. "),
        line(2, "event.contact.no_answer", "x"),
    )

    assert words_at_hand([reached]) == "Went home, feels well."
    assert words_at_hand([missed, reached]) == ""
    assert words_at_hand([line(0, "event.contact.no_answer", "x"), reached]) == "Went home, feels well."
    assert words_at_hand([line(1, "event.contact.reached", " ")]) == ""
    assert words_at_hand([]) == ""
