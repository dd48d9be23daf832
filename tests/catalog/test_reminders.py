"""The ladder as the product comes with it: every rung with its source, and a file that is not clear is refused."""

from pathlib import Path

import pytest

from careloop.catalog.messages import load_messages
from careloop.catalog.reminders import DATA, load_ladder, read_ladder
from careloop.catalog.tables import KnowledgeError
from careloop.facts.reminders import LADDER
from careloop.rules.reminders import ROADS, SITUATIONS


def test_every_rung_says_whence_it_is_and_that_it_is_ours() -> None:
    assert {one.rung.kind for one in load_ladder()} == set(LADDER)
    assert all(one.is_ours and one.source for one in load_ladder())


def test_every_rung_has_words_on_every_road_that_it_can_take() -> None:
    for kind, roads in ROADS.items():
        assert set(roads) <= set(load_messages()[SITUATIONS[kind]].roads) if roads else kind not in SITUATIONS


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('kind = "confirm"', 'kind = "moved"', "its days, hours or roads are none"),
        ("days_before = 7", "days_before = 0", "its days, hours or roads are none"),
        ('kind = "day_before"', 'kind = "confirm"', "these rungs are missing: day_before"),
        ("good_hours = 48", "good_hour = 48", "good_hour"),
    ],
)
def test_what_is_not_clear_is_refused_with_its_place(tmp_path: Path, was: str, now: str, said: str) -> None:
    file = tmp_path / "reminders.toml"
    file.write_text((DATA / "reminders.toml").read_text("utf-8").replace(was, now, 1), "utf-8")

    with pytest.raises(KnowledgeError, match=said):
        read_ladder(file)
