"""What pages of administration say: the words for rights, days and outcomes."""

from django.template import Library
from django.utils.translation import get_language

from careloop.catalog.speech import speak
from careloop.facts.access import Right
from careloop.facts.setup import SetupStep
from careloop.facts.worklist import Confidence
from careloop.rules.browsers import name_browser
from careloop.rules.checks import CHECKS
from careloop.web.labels import label_of
from careloop.web.labels_admin import RIGHTS, STEPS, WEEKDAYS

register = Library()


_OUTCOMES = {"done": "ok", "seen": "info", "refused": "soon", "failed": "late"}


@register.filter
def right_words(right: Right) -> str:
    """Return what a right lets somebody do, in words."""
    return str(RIGHTS[right])


@register.filter
def browser_words(agent: str) -> str:
    """Return a browser and its system in words."""
    return name_browser(agent)


@register.filter
def check_name(name: str) -> str:
    """Return what a check is called, in the language of this page."""
    return speak(CHECKS[name].title, get_language() or "en")


@register.filter
def weekday(number: int) -> str:
    """Return the name of a day of the week, 1 for Monday."""
    return str(WEEKDAYS[number - 1][1])


@register.filter
def outcome_tone(outcome: str) -> str:
    """Return the tone of how a line of the log ended."""
    return _OUTCOMES.get(outcome, "info")


@register.filter
def confidence_words(name: str) -> str:
    """Return in words how well a value was checked."""
    return label_of(Confidence(name))


@register.filter
def step_words(step: SetupStep) -> str:
    """Return what a step of the first run is about."""
    return str(STEPS[step])
