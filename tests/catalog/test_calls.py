"""What is said on a call: plain in both languages; ladders that are wrong are refused with their place."""

from pathlib import Path

import pytest

from careloop.catalog.calls import find_script, load_barriers, load_flags, load_scripts
from careloop.catalog.messages import load_private_names, load_tongues
from careloop.catalog.reach import FILE, read_ladders
from careloop.catalog.speech import load_words
from careloop.catalog.tables import KnowledgeError
from careloop.facts.messages import Piece, State
from careloop.facts.visits import Barrier
from careloop.facts.worklist import LoopKind
from careloop.rules.checks import find_checks
from careloop.rules.private_words import find_private_words
from careloop.rules.reading_grade import grade_of, is_plain

WORDS = [(script.id, language) for script in load_scripts().values() for language in script.words]


@pytest.mark.parametrize(("name", "language"), WORDS)
def test_a_script_is_plain(name: str, language: str) -> None:
    words = load_scripts()[name].words[language]

    assert is_plain(grade_of(words, language)), grade_of(words, language)


def test_every_kind_of_loop_has_a_script_and_scripts_are_of_kinds_and_checks() -> None:
    kinds = {str(kind) for kind in LoopKind}

    assert kinds <= load_scripts().keys()
    assert load_scripts().keys() - kinds - {"outreach"} <= find_checks().keys()
    assert find_script("gap", "diabetic_eye").id == "diabetic_eye"
    assert find_script("gap", "of_tomorrow").id == "gap"


def test_nobody_reviewed_a_script_yet_and_each_says_so() -> None:
    assert {script.state for script in load_scripts().values()} == {State.DRAFT}
    assert not load_flags().is_reviewed


@pytest.mark.parametrize("language", sorted(load_tongues()))
def test_a_machine_is_told_nothing_of_care(language: str) -> None:
    frame = load_tongues()[language].frames[Piece.VOICEMAIL]

    assert "{body}" not in frame
    assert find_private_words(frame, Piece.VOICEMAIL, load_private_names()) == ()


def test_signs_have_words_and_barriers_are_those_of_missed_visits() -> None:
    for language in ("en", "es"):
        assert all(f"red_flag.{flag}" in load_words(language) for flag in load_flags().ids)
    assert {Barrier(one) for one in load_barriers().ids} == set(Barrier) - {Barrier.OTHER, Barrier.NOT_ASKED}
    assert load_flags().source
    assert load_barriers().source


WRONG = [
    ("calls = 2, parts = 2, written = 1, days = 7", "calls = 1, parts = 1, written = 0, days = 0", "2 tries at least"),
    ("calls = 2, parts = 2, written = 1, days = 7", "calls = 9, parts = 1, written = 1, days = 1", "do not lead"),
    ("days = 7 }", "days = 7, signed = true }", "certified letter"),
    ("days = 7 }", "weeks = 1 }", "unknown field"),
    ('id = "task"', 'id = "gap"', "in order of 'from'"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_a_ladder_that_is_wrong_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "reach.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(KnowledgeError, match=said):
        read_ladders(path)
