"""Anchors: once an hour the newest seal's hash is kept in a file outside the database."""

from datetime import datetime, timedelta
from pathlib import Path

from careloop.facts.access import Acting
from careloop.parcels.kept_lines import add_lines, find_file, read_lines
from careloop.reads.health import get_last_seal

EVERY = timedelta(hours=1)


def find_anchor_file() -> Path | None:
    """Return where anchors are kept: ``CARELOOP_ANCHORS``, else in the home folder; None without either."""
    return find_file("CARELOOP_ANCHORS", "anchors.jsonl")


def keep_anchor(acting: Acting) -> bool:
    """Add the newest seal to the file if the last anchor is an hour old; tell whether one was added."""
    file = find_anchor_file()
    if file is None:
        return False
    kept = read_lines(file)
    if kept and acting.at - datetime.fromisoformat(str(kept[-1]["at"])) < EVERY:
        return False
    seal = get_last_seal(acting)
    if seal is None:
        return False
    add_lines(file, [{"at": acting.at.isoformat(), "seal": seal[0], "hash": seal[1]}])
    return True


def load_anchors() -> dict[int, str]:
    """Return the hash of every anchored seal by its number."""
    file = find_anchor_file()
    return {int(str(a["seal"])): str(a["hash"]) for a in read_lines(file)} if file else {}
