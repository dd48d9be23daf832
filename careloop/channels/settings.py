"""How each channel is set up: from the environment, else from ``channels.toml`` in the home folder. Reaches nothing."""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = "channels.toml"


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What one channel is given: names and values. ``is_demo``: it may reach nothing but this machine."""

    values: Mapping[str, str] = field(repr=False)
    is_demo: bool = False

    def get(self, name: str, default: str = "") -> str:
        """Return a value, "" if it is not set."""
        return self.values.get(name, "") or default

    def lacks(self, *names: str) -> tuple[str, ...]:
        """Return which of these are not set."""
        return tuple(name for name in names if not self.get(name))


def read_settings(channel: str, *, is_demo: bool = False) -> ChannelSettings:
    """Return how a channel ("text", "smtp") is set up: ``CARELOOP_TEXT_URL`` goes before ``url`` in ``[text]``.

    A file that cannot be read sets nothing.
    """
    values = dict(_read_file().get(channel, {}))
    prefix = f"CARELOOP_{channel.upper()}_"
    for name, value in os.environ.items():
        if name.startswith(prefix):
            values[name.removeprefix(prefix).lower()] = value
    return ChannelSettings(values, is_demo)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its number or as "localhost": no name is looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _read_file() -> dict[str, dict[str, str]]:
    home = os.environ.get("CARELOOP_HOME")
    if not home:
        return {}
    try:
        found = tomllib.loads((Path(home) / FILE).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}
    return {
        name: {key: str(value) for key, value in part.items()} for name, part in found.items() if isinstance(part, dict)
    }
