"""One interface for all that goes out: a channel is a module ``road_<road>`` with one function, found by its name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

from careloop.channels.settings import read_settings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, Gone, Handed, LookedUp, Parcel, Went

# The name under which each road's channel is set up.
NAMES = {
    Road.TEXT: "text", Road.EMAIL: "smtp", Road.LETTER: "letter", Road.PHONE: "phone", Road.PORTAL: "portal",
    Road.FHIR: "fhir",
}  # fmt: skip


class Channel(Protocol):
    """A way out. ``send`` is called for one parcel at a time, by several threads at once."""

    def describe(self) -> ChannelLine:
        """Say whether it can be used, and what it lacks; no secret."""

    def send(self, parcel: Parcel) -> Handed:
        """Hand one thing over. It raises nothing: what went wrong is told by ``Handed``."""

    def look_up(self, parcel: Parcel) -> LookedUp:
        """Ask the provider what it took to this address, in these words, since the parcel was claimed."""

    def list_gone(self, since: datetime) -> tuple[Gone, ...] | None:
        """Return what the provider took since a moment; None if it cannot tell."""


def find_channel(road: Road, *, is_demo: bool, given: Mapping[str, str] = MappingProxyType({})) -> Channel:
    """Return the channel of a road as it is set up now; what the house was ``given`` for it goes before that."""
    settings = read_settings(NAMES[road], is_demo=is_demo)
    module = import_module(f"careloop.channels.road_{road}")
    channel: Channel = module.make(replace(settings, values={**settings.values, **given}))
    return channel


def list_channels(
    *, is_demo: bool, given: Mapping[Road, Mapping[str, str]] = MappingProxyType({})
) -> tuple[ChannelLine, ...]:
    """Return every channel and whether it can be used, with what the house was ``given`` for each."""
    return tuple(find_channel(road, is_demo=is_demo, given=given.get(road, {})).describe() for road in NAMES)


class ByHand:
    """A channel whose last step a person takes: it hands over to nobody but them."""

    def __init__(self, line: ChannelLine) -> None:
        """Keep how it is described."""
        self._line = line

    def describe(self) -> ChannelLine:
        """Say that people carry it."""
        return self._line

    def send(self, parcel: Parcel) -> Handed:
        """Leave it to a person."""
        return Handed(Went.BY_HAND)

    def look_up(self, parcel: Parcel) -> LookedUp:
        """Nobody but a person can tell."""
        return LookedUp(can_tell=False)

    def list_gone(self, since: datetime) -> None:
        """Nobody but a person can tell."""
        return
