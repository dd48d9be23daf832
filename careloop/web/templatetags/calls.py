"""What templates need to show the call card and outreach lists."""

from collections.abc import Container, Sequence

from django.template import Context, Library
from django.utils.translation import gettext as _

from careloop.basics.words import Say
from careloop.facts.access import Right
from careloop.facts.calls import Reason
from careloop.facts.consents import NearAndTold, Road
from careloop.facts.outreach import Interval, ListState
from careloop.facts.pages import LoopRow
from careloop.facts.visits import Barrier
from careloop.facts.worklist import Tone
from careloop.rules.access import has_right
from careloop.web.labels import label_of, name_language
from careloop.web.labels_calls import LIST_TONES
from careloop.web.screen import ActingRequest
from careloop.web.templatetags.house import say

register = Library()


@register.filter
def list_tone(state: ListState) -> Tone:
    """Return the shape and colour of where a list stands."""
    return LIST_TONES[state]


@register.filter
def flag_say(name: str) -> Say:
    """Return the words of a sign for a nurse."""
    return Say(f"red_flag.{name}")


@register.filter
def check_say(name: str) -> Say:
    """Return the name of a check."""
    return Say(f"check.{name}.name")


@register.filter
def barrier_words(name: str) -> str:
    """Return the words of something that stands in the way."""
    return label_of(Barrier(name))


@register.filter
def may_hear_by_phone(one: NearAndTold) -> bool:
    """Tell whether somebody of the circle may be told anything on the telephone."""
    return any(Road.PHONE in part.roads for part in one.hearing)


@register.filter
def may_outreach(request: ActingRequest) -> bool:
    """Tell whether whoever is signed in calls from outreach lists."""
    return request.acting is not None and has_right(request.acting, Right.OUTREACH_WORK)


@register.filter
def loop_value(row: LoopRow) -> str:
    """Return a loop with the version that was shown, as the form carries it."""
    return f"{row.id}:{row.version}"


@register.simple_tag(takes_context=True)
def rule_words(context: Context, rule: tuple[Say, ...]) -> str:
    """Return a rule as one line; a language is named, not coded."""
    said = [say(context, _named(one)) for one in rule]
    return "; ".join(said).replace(":; ", ": ")


@register.filter
def interval_words(of: Interval) -> str:
    """Return a share with its counts and interval: "3 of 10, between 11 and 60 in 100"."""
    if not of.whole:
        return _("nobody yet")
    said = _("%(part)s of %(whole)s (%(low)s to %(high)s in 100)") % {
        "part": of.part, "whole": of.whole, "low": of.low, "high": of.high,
    }  # fmt: skip
    return f"{said}. {_('Few people.')}" if of.is_small else said


def _named(one: Say) -> Say:
    if one.key != "outreach.rule_language":
        return one
    return Say(one.key, language=name_language(str(dict(one.values)["language"])))


@register.filter
def ticked_in(reasons: Sequence[Reason], chosen: Container[str]) -> int:
    """Return how many of some reasons are ticked."""
    return sum(str(one.row.id) in chosen for one in reasons)
