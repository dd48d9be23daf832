"""Links that are sent: the token is made when the message is handed over, and lies readable in no table.

A copy of the database alone opens nothing: it holds the hash, and the words with a mark where the token goes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from careloop.facts.portal import LINK_MARK, LinkState
from careloop.guard.secrets import derive_token
from careloop.records.models import Outbox, PatientLink
from careloop.rules.portal import state_of

LINK_SITUATION = "portal_link"
KEY = "patient link "


def message_key(link_id: UUID) -> str:
    """Return the key of the message that carries a link."""
    return f"{KEY}{link_id}"


def token_of(link_id: UUID) -> str:
    """Return the token of a link that is sent."""
    return derive_token(str(link_id), what="patient link")


def hash_token(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def link_of(row: Outbox) -> UUID | None:
    """Return the link that a message carries, None if it carries none."""
    return UUID(row.key.removeprefix(KEY)) if row.key.startswith(KEY) else None


def fill_link(row: Outbox, pieces: Mapping[str, str]) -> Mapping[str, str]:
    """Return the pieces of a message as they are handed over: with the token, if it carries a link."""
    key = link_of(row)
    if key is None:
        return pieces
    return {name: text.replace(LINK_MARK, token_of(key)) for name, text in pieces.items()}


def find_dead_links(rows: Iterable[Outbox], at: datetime) -> set[UUID]:
    """Return which of these messages carry a link that opens nothing (any more), or not with the clinic's key."""
    carried = {key: row.pk for row in rows if (key := link_of(row)) is not None}
    if not carried:
        return set()
    live = set()
    for link in PatientLink.objects.filter(pk__in=list(carried)):
        state = state_of(ended_at=link.ended_at, locked_at=link.locked_at, expires_at=link.expires_at, at=at)
        if state is LinkState.LIVE and bytes(link.token_hash) == hash_token(token_of(link.pk)):
            live.add(link.pk)
    return {row for key, row in carried.items() if key not in live}
