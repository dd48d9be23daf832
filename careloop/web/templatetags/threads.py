"""What templates need to show threads: names of roads and partners, shapes of states."""

from django.template import Library
from django.utils.translation import gettext as _

from careloop.basics.words import Say
from careloop.catalog.messages import load_messages
from careloop.facts.consents import Road
from careloop.facts.outbox import OutState
from careloop.facts.threads import ThreadRow
from careloop.facts.worklist import Tone
from careloop.web.labels_messages import ROAD_NAMES
from careloop.web.labels_threads import OUT_TONES

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
