"""What templates need to show what goes out: shapes of states, and how a test message went."""

from django.template import Library
from django.utils.translation import gettext as _

from careloop.facts.outbox import ChannelState, OutState, Went
from careloop.facts.worklist import Tone
from careloop.web.labels_outbox import CHANNEL_TONES, OUT_TONES

register = Library()


@register.filter
def out_tone(state: OutState) -> Tone:
    """Return the shape and colour of where something stands."""
    return OUT_TONES[state]


@register.filter
def channel_tone(state: ChannelState) -> Tone:
    """Return the shape and colour of a channel."""
    return CHANNEL_TONES[state]


@register.filter
def went_tone(went: Went | None) -> Tone:
    """Return the shape and colour of a test message; None waits."""
    return {Went.SENT: Tone.OK, None: Tone.WAIT}.get(went, Tone.LATE)


@register.filter
def went_words(went: Went | None) -> str:
    """Return in words how a test message went; None waits."""
    words = {
        None: _("not sent yet"),
        Went.SENT: _("taken by the provider"),
        Went.TRY_AGAIN: _("not taken, it can be tried again"),
        Went.REFUSED: _("refused by the provider"),
        Went.UNKNOWN: _("not sure whether it went"),
    }
    return words.get(went, _("not sent"))
