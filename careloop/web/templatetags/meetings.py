"""What templates need to show meetings, support and crises: shapes of states, and who may hear how much."""

from django.template import Context, Library

from careloop.basics.words import Say
from careloop.facts.meetings import MeetingState
from careloop.facts.support import OfferState, Program, SupportState
from careloop.facts.worklist import Tone
from careloop.web.labels_meetings import MEETING_TONES, SUPPORT_TONES
from careloop.web.steps import hears_of, list_steps
from careloop.web.templatetags import house

register = Library()


@register.filter
def meeting_tone(state: MeetingState) -> Tone:
    """Return the shape and colour of where a meeting stands."""
    return MEETING_TONES[state]


@register.filter
def support_tone(state: SupportState | OfferState) -> Tone:
    """Return the shape and colour of where a call or an offer stands."""
    return SUPPORT_TONES[state]


@register.simple_tag(takes_context=True)
def crisis_words(context: Context, key: str) -> str:
    """Return for what a number of the crisis protocol is, in the language of the page."""
    return house.say(context, Say(f"crisis.number_{key}"))


@register.simple_tag
def crisis_steps() -> tuple[str, ...]:
    """Return what to do in a crisis, step by step."""
    return list_steps()


@register.filter
def parts_of(program: Program) -> list[str]:
    """Return what else is known of a group or program: where, when, how to reach it, what it costs, how to join."""
    said = (program.address, program.hours, program.phone, program.cost, program.how_to_apply)
    return [one.rstrip(".") for one in said if one.strip()]


register.filter("hears_of", hears_of)
