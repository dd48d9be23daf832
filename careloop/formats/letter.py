"""A letter to an office as bytes: the same letter gives the same bytes."""

import hashlib
from dataclasses import replace

import msgspec

from careloop.facts.offices import Letter


def seal_letter(letter: Letter) -> Letter:
    """Return the letter with the SHA-256 of its manifest, in hexadecimal."""
    return replace(letter, sha256=hashlib.sha256(write_letter(letter)).hexdigest())


def write_letter(letter: Letter) -> bytes:
    """Return the manifest of a letter as JSON, without its own hash."""
    return msgspec.json.encode(replace(letter, sha256=""), order="deterministic")


def read_letter(manifest: bytes) -> Letter:
    """Return a letter from its manifest, with its hash.

    :raises ValueError: if the bytes are no manifest
    """
    return seal_letter(msgspec.json.decode(manifest, type=Letter))
