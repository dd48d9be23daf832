"""Earlier versions of checks, as text: read with care, and whole for every check that has changed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from careloop.catalog.check_history import find_gaps, load_check_history, read_check_history
from careloop.catalog.speech import list_languages
from careloop.catalog.tables import KnowledgeError
from careloop.facts.signing import PastVersion
from careloop.rules.checks import find_checks

ROW = """
[[version]]
check = "hba1c_overdue"
version = {version}
from = {day}
what = {{ en = "It asked.", es = "Preguntaba." }}
why = {{ en = "Because.", es = "Porque." }}
"""
CHECK = replace(find_checks()["hba1c_overdue"], version=2, from_on=date(2026, 12, 1))
FIRST = PastVersion("hba1c_overdue", 1, date(2026, 11, 21), "It asked.", "Because.")
SECOND = replace(FIRST, version=2, from_on=date(2026, 12, 1))


@pytest.mark.parametrize("language", list_languages())
def test_the_history_of_every_check_is_whole(language: str) -> None:
    assert find_gaps(find_checks(), load_check_history(language)) == ()


def test_versions_are_read_in_order_and_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "check_history.toml"
    file.write_text(ROW.format(version=2, day="2026-12-01") + ROW.format(version=1, day="2026-11-21"))

    assert read_check_history(file, "en") == (FIRST, SECOND)
    assert read_check_history(file, "es")[0].why == "Porque."


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[", "cannot be read"),
        (ROW.format(version='"one"', day="2026-12-01"), "version"),
        (ROW.format(version=1, day="2026-12-01") + "who = 1", "who"),
        (ROW.format(version=1, day="2026-12-01").replace("en =", "fr ="), "'en'"),
    ],
)
def test_what_is_wrong_names_the_file_and_the_place(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "check_history.toml"
    file.write_text(text)

    with pytest.raises(KnowledgeError, match=word) as no:
        read_check_history(file, "en")
    assert "check_history.toml" in str(no.value)


@pytest.mark.parametrize(
    ("past", "word"),
    [
        ((), "every version"),
        ((FIRST,), "every version"),
        ((SECOND,), "every version"),
        ((FIRST, replace(SECOND, from_on=date(2026, 12, 2))), "2026-12-01"),
        ((replace(FIRST, from_on=date(2026, 12, 1)), SECOND), "after the one before"),
        ((FIRST, SECOND, replace(FIRST, check="gone")), "no such check"),
    ],
)
def test_a_gap_in_the_history_is_found(past: tuple[PastVersion, ...], word: str) -> None:
    (wrong,) = find_gaps({CHECK.name: CHECK}, past)

    assert word in wrong
    assert find_gaps({CHECK.name: CHECK}, (FIRST, SECOND)) == ()
