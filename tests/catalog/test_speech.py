"""Words: every key in every language, days as staff read them, and clear errors."""

import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from careloop.basics.words import Say
from careloop.catalog import medicines
from careloop.catalog.knowledge import DATA, load_knowledge
from careloop.catalog.speech import (
    WordsError,
    list_languages,
    load_words,
    read_words,
    say_medicine,
    speak,
    speak_clock,
    speak_date,
    speak_day,
    speak_long_day,
)

TODAY = date(2026, 11, 21)


def test_every_key_stands_in_every_language_with_the_same_values() -> None:
    keys = {
        language: {key: sentence.names for key, sentence in load_words(language).items()}
        for language in list_languages()
    }

    assert set(keys) == {"en", "es"}
    assert keys["es"] == keys["en"]


def test_no_sentence_is_empty_or_left_in_english() -> None:
    spanish, english = load_words("es"), load_words("en")

    assert all(s.one.strip() and s.other.strip() for words in (spanish, english) for s in words.values())
    same = {key for key in english if key.startswith(("check.", "medicines.")) and english[key] == spanish[key]}
    assert same == set()


def test_the_english_words_about_medicines_are_those_of_the_table() -> None:
    for table in medicines.TABLES:
        for row in tomllib.loads((DATA / f"{table}.toml").read_text("utf-8"))["row"]:
            assert speak(Say(f"medicines.about.{row['id']}"), "en") == row["says"]
            ask = Say(f"medicines.ask.{row.get('ask', row['id'])}")
            assert speak(ask, "en") == f"Ask a clinician: {row['question']}"


def test_there_are_words_about_no_other_medicines() -> None:
    rows = load_knowledge().safety.rows

    for table, ids in (("about", {row.id for row in rows}), ("ask", {row.ask for row in rows})):
        assert {key for key in load_words("en") if key.startswith(f"medicines.{table}.")} == {
            f"medicines.{table}.{name}" for name in ids
        }


@pytest.mark.parametrize(
    ("on", "language", "text"),
    [
        (date(2026, 11, 24), "en", "Tue 24 Nov"),
        (date(2026, 11, 24), "es", "mar 24 nov"),
        (date(2027, 1, 4), "en", "Mon 4 Jan 2027"),
        (date(2025, 3, 1), "es", "sáb 1 mar 2025"),
    ],
)
def test_a_day_has_its_year_when_it_is_another_one(on: date, language: str, text: str) -> None:
    assert speak_day(on, language, today=TODAY) == text


def test_without_today_the_year_is_always_there() -> None:
    assert speak_day(TODAY, "en") == "Sat 21 Nov 2026"


def test_a_sentence_is_filled_with_days_labels_and_numbers() -> None:
    say = Say(
        "check.hba1c_overdue.because_last_test",
        result="8.2 %",
        day=date(2026, 2, 10),
        good_until=date(2026, 8, 10),
    )

    assert speak(say, "en", today=TODAY) == "The last HbA1c was 8.2 % on Tue 10 Feb. It was good until Mon 10 Aug."
    assert speak(say, "es", today=TODAY) == "La última HbA1c fue 8.2 %, mar 10 feb. Valía hasta: lun 10 ago."


def test_a_label_from_a_record_is_inserted_as_it_stands() -> None:
    assert speak(Say("text.free", text="{problem} <b>100%</b>"), "es") == "{problem} <b>100%</b>"


def test_a_regional_language_is_taken_for_its_own() -> None:
    assert speak_day(TODAY, "es-MX", today=TODAY) == speak_day(TODAY, "es", today=TODAY) == "sáb 21 nov"
    assert speak_day(TODAY, "en_US", today=TODAY) == "Sat 21 Nov"


@pytest.mark.parametrize(
    ("say", "language", "message"),
    [
        (Say("no.such.key"), "en", "No words for no.such.key in en."),
        (Say("text.free", text="x"), "fr", "No words in the language fr; there are en, es."),
        (Say("text.free"), "en", "text.free needs text."),
    ],
)
def test_what_cannot_be_said_is_named(say: Say, language: str, message: str) -> None:
    with pytest.raises(KeyError, match=message):
        speak(say, language)


def test_the_count_chooses_between_one_and_other(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[late]\ndays = { one = "{count} day", other = "{count} days" }\n')

    sentence = read_words(tmp_path)["late.days"]

    assert (sentence.one, sentence.other) == ("{count} day", "{count} days")
    assert sentence.names == {"count"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.toml": 'x = "1"', "b.toml": 'x = "2"'}, "b.toml: x already stands in another file."),
        ({"a.toml": "x = 1"}, "a.toml: x is neither a sentence nor a table"),
        ({"a.toml": 'x = "{a.b}"'}, "a.toml: x: a value has a plain name in braces, not 'a.b'."),
        ({"a.toml": 'x = "{}"'}, "a.toml: x: a value has a plain name in braces, not ''."),
        ({"a.toml": 'x = "{a"'}, "a.toml: x: expected '}' before end of string."),
        ({"a.toml": "x = "}, "a.toml: cannot be read"),
        ({"a.toml": 'x = { one = 1, other = "2" }'}, "a.toml: x: both forms must be sentences."),
    ],
)
def test_a_wrong_file_of_words_is_refused_by_name(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    with pytest.raises(WordsError, match=message):
        read_words(tmp_path)


def test_plural_is_spoken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "a.toml").write_text('late = { one = "{count} day late", other = "{count} days late" }')
    monkeypatch.setattr("careloop.catalog.speech.LANGUAGES", tmp_path)

    assert speak(Say("late", count=1), "xx") == "1 day late"
    assert speak(Say("late", count=0), "xx") == "0 days late"
    assert speak(Say("late", count=2), "xx") == "2 days late"


def test_an_ingredient_begins_a_line_with_a_capital() -> None:
    assert say_medicine("lithium carbonate") == "Lithium carbonate"


@pytest.mark.parametrize(
    ("language", "date_", "short", "long_"),
    [
        ("en", "4 Oct 1958", "4 Oct", "Saturday 4 October"),
        ("es", "4 oct 1958", "4 oct", "sábado 4 de octubre"),
        ("es-MX", "4 oct 1958", "4 oct", "sábado 4 de octubre"),
    ],
)
def test_a_date_is_written_as_each_language_writes_it(language: str, date_: str, short: str, long_: str) -> None:
    on = date(1958, 10, 4)

    assert speak_date(on, language) == date_
    assert speak_date(on, language, with_year=False) == short
    assert speak_long_day(on, language) == long_
    assert speak_long_day(on, language, with_year=True).endswith("1958")


def test_a_clock_is_read_as_staff_read_it() -> None:
    shown = [speak_clock(datetime(2026, 11, 20, hour, 5)) for hour in (0, 9, 12, 23)]  # noqa: DTZ001

    assert shown == ["12:05 am", "9:05 am", "12:05 pm", "11:05 pm"]
