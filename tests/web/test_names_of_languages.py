"""Languages stand by their names wherever somebody reads or chooses one, never by a code."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from careloop.basics.words import Say
from careloop.web.labels_languages import SPOKEN, list_languages
from careloop.web.templatetags.house import languages_of

PAGE = SimpleNamespace(today=date(2026, 11, 20))


@pytest.mark.parametrize("tongue", ["en", "es"])
def test_every_language_that_can_be_chosen_has_a_name_in_the_language_of_the_page(tongue: str) -> None:
    with translation.override(tongue):
        names = dict(list_languages())
        assert set(names) == set(SPOKEN)
        assert [tag for tag, name in names.items() if name == tag] == []
        assert (names["es"], names["ar"]) == (("Spanish", "Arabic") if tongue == "en" else ("Español", "Árabe"))


def test_what_stands_there_can_be_chosen_again_though_we_do_not_offer_it() -> None:
    with translation.override("en"):
        assert ("pt-BR", "Brazilian Portuguese") in languages_of("pt-BR")
        assert ("x-known", "x-known") in languages_of("x-known")
        assert languages_of(None)[0] == ("", "not known")
        assert languages_of("", "Any")[0] == ("", "Any")


@pytest.mark.parametrize(
    ("tongue", "said"),
    [
        ("en", "Book a qualified interpreter for the family meeting (Russian, Spanish)"),
        ("es", "(ruso, español)"),
    ],
)
def test_the_title_of_a_loop_names_languages(tongue: str, said: str) -> None:
    with translation.override(tongue):
        shown, plain = (
            Template("{% load house %}{% say one %}").render(
                Context({"one": Say("meeting.interpreter", languages=tags), "request": PAGE})
            )
            for tags in ("ru, es", "?")
        )
    assert said in shown
    assert "(?)" in plain
