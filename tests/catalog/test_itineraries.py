"""Itineraries as data: ten examples with sources that can be planned, and clear errors for a file that is wrong."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from careloop.basics.words import Say
from careloop.catalog.itineraries import FOLDER, load_templates, read_template
from careloop.catalog.speech import load_words, speak
from careloop.catalog.tables import KnowledgeError
from careloop.facts.itineraries import Journey, StepAsk
from careloop.facts.scheduling import Candidate, VisitLength
from careloop.rules.planning.keep import find_broken
from careloop.rules.planning.propose import propose
from tests.rules.planning.made import ZONE, span, window

TEMPLATES = load_templates()
KNEE = (FOLDER / "knee_replacement.toml").read_text("utf-8")


def test_ten_itineraries_are_there_and_each_says_whence_and_how_sure() -> None:
    assert len(TEMPLATES) == 10
    for template in TEMPLATES.values():
        for source in (*(step.source for step in template.steps), *(gap.source for gap in template.gaps)):
            assert source.title
            assert source.checked_on.year == 2026
        assert template.version


def test_each_file_says_that_it_is_an_example_that_the_clinic_confirms() -> None:
    for path in FOLDER.glob("*.toml"):
        assert "An example, not advice: the clinic confirms" in path.read_text("utf-8").split("\n")[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_itinerary_and_step_has_a_name_and_there_are_no_other_names(language: str) -> None:
    steps = {step.key for template in TEMPLATES.values() for step in template.steps}

    assert all(speak(template.title, language) for template in TEMPLATES.values())
    assert {key for key in load_words(language) if key.startswith("itinerary_step.")} == {
        Say(f"itinerary_step.{key}").key for key in steps
    }


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_each_can_be_planned_where_everybody_is_there_on_working_days(name: str) -> None:
    template = TEMPLATES[name]
    days = [day for day in range(template.look_days) if day % 7 < 5]
    steps = []
    for number, step in enumerate(template.steps, start=1):
        who = Candidate(UUID(int=number), tuple(span(day, 8, 17) for day in days))
        steps.append(StepAsk(step.key, VisitLength(step.minutes), ((who,),), ZONE))
    gaps = tuple(one.gap for one in template.gaps)
    journey = Journey(name, tuple(steps), gaps, window(template.look_days))

    plans = propose(journey).plans

    assert plans
    assert all(find_broken(journey, plan) == () for plan in plans)
    assert all(plan.finishes_at - journey.window.start < timedelta(days=template.look_days) for plan in plans)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("minutes = 180", "minutes = 0", "knee_replacement.toml, knee_surgery, minutes: say 5 to 720."),
        ("minutes = 180", 'minutes = "long"', "knee_replacement.toml, row 6: Expected `int`, got `str`"),
        ('specialty = "cardiology"', 'speciality = "x"', "knee_replacement.toml, row 2"),
        ("at_most_days = 14", "at_most_days = 0", "gap heart_doctor after fasting_blood_test, at_most_days"),
        ('after = "preop_check"', 'after = "prayer"', "unknown prayer"),
        ('after = "preop_check"', 'after = "therapy_visit"', "knee_surgery, therapy_visit would come after itself"),
        ("look_days = 90", "look_days = 900", "knee_replacement.toml, look_days: say 1 to 366."),
        ('key = "knee_replacement"', 'key = "knee"', "knee_replacement.toml, key: must be the name of the file"),
        ('source = "cms-hp"', 'source = "hearsay"', "unknown hearsay"),
        ("[[source]]", "[[source", "knee_replacement.toml: cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_row_and_field(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    assert was in KNEE
    path = tmp_path / "knee_replacement.toml"
    path.write_text(KNEE.replace(was, becomes, 1), "utf-8")

    with pytest.raises(KnowledgeError) as fault:
        read_template(path)

    assert said in str(fault.value)
