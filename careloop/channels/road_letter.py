"""A letter is printed, mailed or faxed by a person, who says so."""

from careloop.channels.outgoing import ByHand, Channel
from careloop.channels.settings import ChannelSettings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, ChannelState


def make(settings: ChannelSettings) -> Channel:
    """Return the channel: it needs no settings."""
    return ByHand(ChannelLine(Road.LETTER, ChannelState.BY_HAND, "", can_look_up=False))
