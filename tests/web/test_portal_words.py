"""No sentence that a patient can read behind a link is harder than the sixth grade, in English and in Spanish."""

import re

import pytest
from babel.messages.pofile import read_po

from careloop.catalog.plain import PLAIN_LANGUAGES, speak_plain
from careloop.catalog.speech import load_words
from careloop.facts.preparation import Cost
from careloop.facts.scheduling import Preparation
from careloop.rules.preparation import say_cost
from careloop.rules.reading_grade import HIGHEST_GRADE, LOWEST_EASE, grade_of
from careloop.rules.scheduling import say_preparation
from tests.people import NOW
from tests.rules.test_portal import all_lines
from tests.web.words import PO, collect

# Refusals that whoever holds a link can meet.
MET = ("link_answer", "link_answered", "link_ended", "link_visit_moved")
# What is to be done before a visit, and what it costs.
OF_VISITS = (
    *(say_preparation(one) for one in Preparation if one is not Preparation.NONE),
    say_cost(Cost(123050, NOW), "UTC"),
    say_cost(Cost(0, NOW), "UTC"),
)
OF_PATIENTS = ("web/templates/portal/", "web/portal/")
# Formulas for sentences say nothing of a button or a label.
FEWEST = 4


def written() -> set[str]:
    """Return what templates and pages of patients say in the words of the code."""
    return {
        str(key)
        for (_context, key), places in collect().items()
        if any(place.startswith(OF_PATIENTS) for place, _line in places)
    }


def said_in(language: str) -> dict[str, str]:
    """Return every sentence that a patient can read in a language, by where it comes from."""
    found = {f"{say.key} {say.values}": speak_plain(say, language) for line in all_lines() for say in line.says}
    found |= {say.key: speak_plain(say, language) for say in OF_VISITS}
    found |= {key: load_words(language)[f"refusal.{key}"].other.format_map({"count": 1000}) for key in MET}
    with PO.open("rb") as file:
        catalog = read_po(file, locale="es")
    for key in written():
        message = catalog.get(key)
        text = key if language == "en" else str(message.string if message else "")
        found[key] = re.sub(r"%\(\w+\)s", "Dana", text)
    return found


@pytest.mark.parametrize("language", PLAIN_LANGUAGES)
def test_no_sentence_that_a_patient_can_read_is_harder_than_the_sixth_grade(language: str) -> None:
    said = said_in(language)
    hard = {}
    for name, text in said.items():
        grade = grade_of(text, language)
        ease = LOWEST_EASE if grade.ease is None else grade.ease
        if len(re.findall(r"[^\W\d_]+", text)) >= FEWEST and (grade.grade > HIGHEST_GRADE or ease < LOWEST_EASE):
            hard[name] = (text, grade)

    assert hard == {}
    assert len(said) > 90


@pytest.mark.parametrize("language", PLAIN_LANGUAGES)
def test_nothing_is_left_unsaid_in_either_language(language: str) -> None:
    assert [name for name, text in said_in(language).items() if not text] == []


def test_the_measure_finds_what_is_too_hard() -> None:
    hard = "The interdisciplinary determination regarding authorization necessitates additional documentation."

    assert grade_of(hard, "en").grade > HIGHEST_GRADE
