"""Nothing is sent: a person calls, with the number and what to say on the screen."""

from careloop.channels.outgoing import ByHand, Channel
from careloop.channels.settings import ChannelSettings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, ChannelState


def make(settings: ChannelSettings) -> Channel:
    """Return the channel: it needs no settings."""
    return ByHand(ChannelLine(Road.PHONE, ChannelState.BY_HAND, "", can_look_up=False))
