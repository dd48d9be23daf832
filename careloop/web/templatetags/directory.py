"""What pages of the directory and of the finder say: kinds, ways, and reasons with the names of languages."""

from django.template import Context, Library

from careloop.facts.directory import EntryKind, ReferralBy
from careloop.facts.finder import Fit, Reason
from careloop.web.labels_directory import KINDS, WAYS
from careloop.web.templatetags import house

register = Library()

_TONES = {Fit.YES: "ok", Fit.NOT_KNOWN: "todo", Fit.NO: "soon"}


@register.filter
def entry_kind(kind: EntryKind) -> str:
    """Return what an entry is, in words."""
    return str(KINDS[kind])


@register.filter
def referral_way(way: ReferralBy) -> str:
    """Return how an entry likes to receive referrals, in words."""
    return str(WAYS[way])


@register.filter
def fit_tone(fit: Fit) -> str:
    """Return the tone of a reason; what is not known has the one of what is still to be found out."""
    return _TONES[fit]


@register.simple_tag(takes_context=True)
def say_reason(context: Context, reason: Reason) -> str:
    """Render a reason in the language of the page; a language in it by its name."""
    return house.say(context, reason.say)
