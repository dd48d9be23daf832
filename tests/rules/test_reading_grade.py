"""Reading grade: the formulas as published, syllables by rule, and what must hold for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.facts.messages import Grade
from careloop.rules.reading_grade import count_syllables, grade_of, is_plain

LANGUAGES = ("en", "es")
WORDS = st.sampled_from(["we", "visit", "doctor", "hospital"])
SENTENCES = st.lists(st.lists(WORDS, min_size=1, max_size=9), min_size=1)


def text_of(sentences: list[list[str]]) -> str:
    return " ".join(f"{' '.join(words)}." for words in sentences)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("cat", 1), ("visit", 2), ("time", 1), ("table", 2), ("plan", 1), ("referral", 3), ("interpreter", 4),
        ("walked", 1), ("wanted", 2), ("needed", 2), ("places", 2), ("times", 1), ("dress", 1), ("the", 1),
        ("people", 2), ("wednesday", 2), ("don't", 1), ("we'll", 1), ("Monday's", 2), ("coverage", 3), ("mm", 1),
    ],
)  # fmt: skip
def test_syllables_of_english(word: str, syllables: int) -> None:
    assert count_syllables(word, "en") == syllables


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("cita", 2), ("usted", 2), ("viaje", 2), ("día", 2), ("días", 2), ("ciudad", 2), ("leer", 2), ("quiere", 2),
        ("guerra", 2), ("pingüino", 3), ("rey", 1), ("y", 1), ("hoy", 1), ("transporte", 3), ("intérprete", 4),
        ("llámenos", 3), ("oír", 2), ("país", 2), ("agua", 2), ("después", 2), ("aéreo", 4), ("también", 2),
    ],
)  # fmt: skip
def test_syllables_of_spanish(word: str, syllables: int) -> None:
    assert count_syllables(word, "es") == syllables


def test_english_is_the_formula_of_flesch_and_kincaid() -> None:
    # 2 sentences, 8 words, 9 syllables.
    grade = grade_of("The cat sat on the mat. We visit.", "en")

    assert grade == Grade(round(max(0.0, 0.39 * 8 / 2 + 11.8 * 9 / 8 - 15.59), 1), None, 6)


def test_a_hard_text_is_graded_far_above_six() -> None:
    text = "Notification of authorization determination will be communicated subsequent to utilization review."

    assert grade_of(text, "en").grade > 20
    assert not is_plain(grade_of(text, "en"))


def test_spanish_is_the_formula_of_crawford_with_the_ease_of_fernandez_huerta() -> None:
    # 2 sentences, 7 words, 13 syllables.
    grade = grade_of("Su cita es el lunes. Llame hoy.", "es")
    syllables = 100 * 11 / 7

    assert grade.grade == round(max(0.0, 0.049 * syllables - 0.205 * 100 * 2 / 7 - 3.407), 1)
    assert grade.ease == round(min(100.0, 206.84 - 0.60 * syllables - 1.02 * 7 / 2), 1)


def test_hard_spanish_is_not_plain() -> None:
    text = "La notificación correspondiente a la autorización administrativa será comunicada posteriormente."

    assert not is_plain(grade_of(text, "es"))


@pytest.mark.parametrize(("ease", "expected"), [(70.0, True), (69.9, False), (None, True)])
def test_both_limits_must_be_kept(*, ease: float | None, expected: bool) -> None:
    assert is_plain(Grade(6.0, ease, 9)) is expected
    assert not is_plain(Grade(6.1, ease, 9))


def test_numbers_hours_and_titles_do_not_make_a_text_look_easier() -> None:
    plain = grade_of("Come and visit Doctor Rivera tomorrow", "en")

    assert grade_of("Come and visit Doctor Rivera tomorrow 9:30 a.m. (555) 010-0100 $295", "en") == plain
    assert grade_of("Dr. Rivera is here", "en").longest == 4


def test_a_line_that_ends_ends_a_sentence_and_a_point_within_a_number_does_not() -> None:
    assert grade_of("It is here\nCome in", "en").longest == 3
    assert grade_of("It costs 2.50 now", "en").longest == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "123 456", "...", "🙂"])
def test_a_text_without_words_is_the_easiest(text: str, language: str) -> None:
    grade = grade_of(text, language)

    assert grade.grade == 0.0
    assert grade.longest == 0


def test_a_language_without_a_formula_is_refused_and_a_country_is_looked_past() -> None:
    with pytest.raises(LookupError):
        grade_of("Bonjour", "fr")
    assert grade_of("Su cita es hoy.", "es-MX") == grade_of("Su cita es hoy.", "es")


@given(text=st.text(), language=st.sampled_from(LANGUAGES))
def test_every_text_has_a_grade(text: str, language: str) -> None:
    grade = grade_of(text, language)

    assert grade.grade >= 0.0
    assert grade.ease is None or 0.0 <= grade.ease <= 100.0


@given(word=st.text(min_size=1), language=st.sampled_from(LANGUAGES))
def test_every_word_has_a_syllable(word: str, language: str) -> None:
    assert 1 <= count_syllables(word, language) <= max(1, len(word) * 3)


@given(sentences=SENTENCES, language=st.sampled_from(LANGUAGES))
def test_said_twice_it_is_as_hard_as_said_once(sentences: list[list[str]], language: str) -> None:
    once = text_of(sentences)

    assert grade_of(f"{once} {once}", language) == grade_of(once, language)
    assert grade_of(once.upper(), language) == grade_of(once, language)


@given(sentences=SENTENCES, language=st.sampled_from(LANGUAGES))
def test_longer_sentences_are_never_easier(sentences: list[list[str]], language: str) -> None:
    whole = grade_of(text_of([[word for words in sentences for word in words]]), language)
    parted = grade_of(text_of(sentences), language)

    assert whole.grade >= parted.grade
    assert whole.longest >= parted.longest


@given(sentences=SENTENCES)
def test_longer_words_are_never_easier(sentences: list[list[str]]) -> None:
    easy = grade_of(text_of(sentences), "en").grade

    assert grade_of(text_of(sentences).replace("we", "hospital"), "en").grade >= easy
