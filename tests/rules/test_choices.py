"""What somebody wants no more, from all that they chose, oldest first."""

from datetime import UTC, datetime, timedelta

import pytest

from careloop.facts.choices import ChoiceRow
from careloop.facts.consents import Road
from careloop.rules.choices import FROM_AFAR, find_stops

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
TEXT, LETTER, ALL = Road.TEXT, Road.LETTER, ""


@pytest.mark.parametrize(
    ("chosen", "stopped"),
    [
        ([], []),
        ([("stop", TEXT)], [TEXT]),
        ([("stop", TEXT), ("start", TEXT)], []),
        ([("start", TEXT), ("stop", TEXT)], [TEXT]),
        ([("stop", LETTER), ("stop", TEXT)], [TEXT, LETTER]),
        ([("stop", ALL)], list(FROM_AFAR)),
        ([("stop", ALL), ("start", TEXT)], [road for road in FROM_AFAR if road is not TEXT]),
        ([("stop", TEXT), ("start", ALL)], []),
        ([("do_not_contact", ALL), ("start", TEXT)], [None]),
        ([("stop", TEXT), ("do_not_contact", ALL), ("may_contact", ALL)], [TEXT]),
        ([("naming", ALL), ("hours", ALL)], []),
    ],
)
def test_of_two_the_later_holds(chosen: list[tuple[str, str]], stopped: list[Road | None]) -> None:
    rows = [ChoiceRow(kind, road, AT + timedelta(hours=n), f"{n}") for n, (kind, road) in enumerate(chosen)]

    assert [one.road for one in find_stops(rows)] == stopped


def test_it_says_since_when_and_in_which_words() -> None:
    (stop,) = find_stops(
        [ChoiceRow("stop", TEXT, AT, "STOP"), ChoiceRow("stop", TEXT, AT + timedelta(days=1), "please")]
    )

    assert (stop.since, stop.because) == (AT + timedelta(days=1), "please")
