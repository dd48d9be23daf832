"""Specialties stand with their names in the language of the page; what the clinic wrote otherwise stands as it is."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.translation import override

from careloop.basics.words import Say

READER = SimpleNamespace(today=date(2026, 11, 20))
PAGE = Template("{% load house %}{{ one|specialty }}; {{ several|specialties }}; {% say title %}")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Cardiology; Cardiology, Hands of elders; Referral: cardiology"),
        ("es", "Cardiología; Cardiología, Hands of elders; Derivación: cardiología"),
    ],
)
def test_a_known_specialty_has_a_name_in_each_language_and_another_stays_as_written(language: str, says: str) -> None:
    title = Say("referral.title", specialty="cardiology")
    several = ("Cardiology", "cardiology", "hands of elders")
    with override(language):
        shown = PAGE.render(Context({"request": READER, "one": "cardiology", "several": several, "title": title}))

    assert shown == says
