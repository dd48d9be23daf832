"""The manifest of a packet as bytes: the same packet gives the same bytes, and they are read back as they were."""

import hashlib
from dataclasses import replace

import msgspec

from careloop.facts.packets import Packet


def seal_packet(packet: Packet) -> Packet:
    """Return the packet with the SHA-256 of its manifest, in hexadecimal."""
    bare = replace(packet, sha256="")
    return replace(packet, sha256=hashlib.sha256(write_packet(bare)).hexdigest())


def write_packet(packet: Packet) -> bytes:
    """Return the manifest of a packet as JSON, without its own hash."""
    return msgspec.json.encode(replace(packet, sha256=""), order="deterministic")


def read_packet(manifest: bytes) -> Packet:
    """Return a packet from its manifest, with its hash.

    :raises ValueError: if the bytes are no manifest
    """
    return seal_packet(msgspec.json.decode(manifest, type=Packet))
