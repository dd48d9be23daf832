"""A page by a signed link: nothing is pushed; the link goes by another road."""

from careloop.channels.outgoing import ByHand, Channel
from careloop.channels.settings import ChannelSettings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, ChannelState


def make(settings: ChannelSettings) -> Channel:
    """Return the channel: until pages by link are there, it is off."""
    return ByHand(ChannelLine(Road.PORTAL, ChannelState.OFF, "", can_look_up=False))
