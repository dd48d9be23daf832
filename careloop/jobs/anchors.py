"""Anchors: once an hour the newest seal's hash is kept in a file outside the database."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from careloop.facts.access import Acting
from careloop.reads.health import get_last_seal

EVERY = timedelta(hours=1)


def find_anchor_file() -> Path | None:
    """Return where anchors are kept: ``CARELOOP_ANCHORS``, else in the home folder; None without either."""
    given, home = os.environ.get("CARELOOP_ANCHORS"), os.environ.get("CARELOOP_HOME")
    if given:
        return Path(given)
    return Path(home) / "anchors.jsonl" if home else None


def keep_anchor(acting: Acting) -> bool:
    """Add the newest seal to the file if the last anchor is an hour old; tell whether one was added."""
    file = find_anchor_file()
    if file is None:
        return False
    kept = _read(file)
    if kept and acting.at - datetime.fromisoformat(str(kept[-1]["at"])) < EVERY:
        return False
    seal = get_last_seal(acting)
    if seal is None:
        return False
    # A line that a power loss has cut ends here, or the new one would be lost with it.
    torn = file.exists() and not file.read_bytes().endswith(b"\n")
    with file.open("a") as out:
        out.write("\n" * torn + json.dumps({"at": acting.at.isoformat(), "seal": seal[0], "hash": seal[1]}) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return True


def load_anchors() -> dict[int, str]:
    """Return the hash of every anchored seal by its number."""
    file = find_anchor_file()
    return {int(str(a["seal"])): str(a["hash"]) for a in _read(file)} if file else {}


def _read(file: Path) -> list[dict[str, object]]:
    """Read the whole lines; a last line cut by a power loss is left out."""
    if not file.exists():
        return []
    anchors = []
    for line in file.read_text().splitlines():
        try:
            anchors.append(json.loads(line))
        except ValueError:
            continue
    return anchors
