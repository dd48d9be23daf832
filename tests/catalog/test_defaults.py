"""Defaults that a clinic can change: read with their source, and refused with the mend where they are not clear."""

from datetime import date
from pathlib import Path

import pytest

from careloop.catalog.clocks import ClockError
from careloop.catalog.covering import load_covering
from careloop.catalog.defaults import read_defaults
from careloop.catalog.handoffs import load_handoffs
from careloop.catalog.meetings import load_meetings
from careloop.catalog.reach import load_reach_times
from careloop.catalog.reminders import load_reminder_numbers
from careloop.catalog.scheduling import load_scheduling
from careloop.catalog.support import load_support
from careloop.catalog.waitlist import load_waitlist
from careloop.rules.defaults import value_on

ONE = '{ from = 2026-01-01, value = 20, source = "The clinic", confidence = "general_knowledge" }'
TWO = '{ from = 2026-06-01, value = 30, source = "The clinic", confidence = "general_knowledge" }'


def read(path: Path, words: str) -> int:
    file = path / "scheduling.toml"
    file.write_text(words, "utf-8")
    return value_on(read_defaults(file, ["hold_minutes"])["hold_minutes"], date(2026, 7, 1))


def test_a_clinic_sets_a_later_value_and_the_shipped_ones_say_that_they_are_ours(tmp_path: Path) -> None:
    assert read(tmp_path, f"hold_minutes = [{ONE}, {TWO}]") == 30
    files = (
        load_scheduling(),
        load_waitlist(),
        load_handoffs(),
        load_reach_times(),
        load_reminder_numbers(),
        load_covering(),
        load_meetings(),
        load_support(),
    )
    shipped = [one for found in files for values in found.values() for one in values]
    assert all(one.is_ours and one.source for one in shipped)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("other = []", "scheduling.toml: these defaults are missing or unknown: hold_minutes, other"),
        ("hold_minutes = []", "hold_minutes: give a list of values"),
        (f"hold_minutes = [{TWO}, {ONE}]", "put the values in order"),
        (f"hold_minutes = [{ONE.replace('value = 20', 'value = 0')}]", "a whole number above 0"),
        (f"hold_minutes = [{ONE.replace('source', 'whence')}]", "a value is not clear"),
    ],
)
def test_what_is_not_clear_is_refused_with_its_place_and_the_mend(tmp_path: Path, words: str, said: str) -> None:
    with pytest.raises(ClockError, match=said):
        read(tmp_path, words)
