"""What templates need to show meetings, support and crises: shapes of states, and who may hear how much."""

from django.template import Library
from django.utils import translation
from django.utils.translation import gettext as _

from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.meetings import GuestLine, MeetingState
from careloop.facts.support import OfferState, Program, SupportState
from careloop.facts.worklist import Tone
from careloop.web.labels import label_of
from careloop.web.labels_meetings import MEETING_TONES, SUPPORT_TONES
from careloop.web.steps import list_steps

register = Library()


@register.filter
def meeting_tone(state: MeetingState) -> Tone:
    """Return the shape and colour of where a meeting stands."""
    return MEETING_TONES[state]


@register.filter
def support_tone(state: SupportState | OfferState) -> Tone:
    """Return the shape and colour of where a call or an offer stands."""
    return SUPPORT_TONES[state]


@register.simple_tag
def crisis_words(key: str) -> str:
    """Return for what a number of the crisis protocol is, in the language of the page."""
    return speak(Say(f"crisis.number_{key}"), (translation.get_language() or "en").split("-")[0])


@register.simple_tag
def crisis_steps() -> tuple[str, ...]:
    """Return what to do in a crisis, step by step."""
    return list_steps()


@register.filter
def parts_of(program: Program) -> list[str]:
    """Return what else is known of a group or program: where, when, how to reach it, what it costs, how to join."""
    said = (program.address, program.hours, program.phone, program.cost, program.how_to_apply)
    return [one.rstrip(".") for one in said if one.strip()]


@register.filter
def hears_of(guest: GuestLine) -> str:
    """Say how many decisions somebody of the circle may hear of, and on which roads."""
    roads = [one for one in guest.scopes if one.heard]
    if not roads:
        return _("may hear nothing of it yet")
    best = roads[0]
    said = ", ".join(label_of(one.road) for one in roads if len(one.heard) == len(best.heard))
    count = {"count": len(best.heard), "all": len(best.heard) + best.kept_back, "roads": said}
    return _("may hear %(count)d of %(all)d decisions, %(roads)s") % count
