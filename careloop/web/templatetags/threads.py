"""What templates need to show threads: names of roads and partners, shapes of states."""

from datetime import timedelta

from django.template import Library
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from careloop.basics.words import Say
from careloop.catalog.messages import load_messages
from careloop.facts.access import Right
from careloop.facts.consents import Road
from careloop.facts.message_figures import Counted
from careloop.facts.outbox import OutState
from careloop.facts.threads import ThreadRow
from careloop.facts.worklist import Tone
from careloop.rules.access import has_right
from careloop.web.labels_messages import ROAD_NAMES
from careloop.web.labels_threads import OUT_TONES
from careloop.web.screen import ActingRequest

register = Library()


@register.filter
def out_tone(state: OutState) -> Tone:
    """Return the shape and colour of where a message stands."""
    return OUT_TONES[state]


@register.filter
def row_tone(row: ThreadRow) -> Tone:
    """Return the shape and colour of what is owed on a thread."""
    if row.is_late or row.has_failed:
        return Tone.LATE
    if row.answer_by is not None:
        return Tone.SOON
    return Tone.TO_DO if row.is_unread else Tone.OK


@register.filter
def road_of(value: str) -> str:
    """Return the name of a road by its value; of a page behind a link with the road on which the link goes."""
    road, _dash, carrier = value.partition("-")
    if carrier:
        return _("Page behind a link, told by %(road)s") % {"road": ROAD_NAMES[Road(carrier)]}
    return str(ROAD_NAMES[Road(road)])


@register.simple_tag
def message_when(key: str) -> Say:
    """Return when a situation of the catalog is said."""
    return load_messages()[key].when


@register.filter
def may_see_figures(request: ActingRequest) -> bool:
    """Tell whether whoever looks answers for a team, and sees how its messages go."""
    return request.acting is not None and has_right(request.acting, Right.CASELOAD_WRITE)


@register.filter
def counted(of: Counted) -> str:
    """Return so many of so many, where enough are counted with the share and between what it may lie."""
    values = {"part": of.part, "whole": of.whole}
    if of.interval is None:
        return _("%(part)s of %(whole)s") % values
    share = {"share": round(100 * of.part / of.whole), "low": of.interval.low, "high": of.interval.high}
    return _("%(part)s of %(whole)s: %(share)s%% (%(low)s to %(high)s)") % (values | share)


@register.filter
def lasted(span: timedelta | None) -> str:
    """Return how long something lasted: minutes, from two hours on hours, from two days on days, each rounded up."""
    if span is None:
        return _("Too few to say")
    minutes = max(1, -(-int(span.total_seconds()) // 60))
    if minutes <= 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    if hours <= 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = -(-hours // 24)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
