"""Links that are sent: the token is made when the message is handed over, and lies readable in no table.

A copy of the database alone opens nothing: it holds the hash, and the words with a mark where the token goes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from uuid import UUID

from careloop.facts.access import Acting
from careloop.facts.consents import Road, Topic
from careloop.facts.messages import PIECES
from careloop.facts.outbox import Stopped
from careloop.facts.portal import LINK_MARK, LinkPurpose, LinkState
from careloop.guard.links import lock_hearing
from careloop.guard.secrets import derive_token
from careloop.records.models import Outbox, PatientLink
from careloop.rules.portal import state_of
from careloop.worklist.contact_points import Receiver, stopped_since

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
    # What stands behind the link does not travel with it.
    carried = PIECES[Road(row.road)]
    return {name: text.replace(LINK_MARK, token_of(key)) for name, text in pieces.items() if name in carried}


def told_words(row: Outbox) -> str:
    """Return what a message told by being sent: of one behind a link only the words that carried it."""
    if row.message is None:
        return ""
    if row.message.road != Road.PORTAL:
        return str(row.message.words)
    return "\n".join(text for name, text in row.message.pieces.items() if name in PIECES[Road(row.road)])


def find_shut_links(acting: Acting, rows: Iterable[Outbox]) -> dict[UUID, Stopped]:
    """Return which of these messages carry a link that would open nothing, and why they are not sent.

    It is over, it was made with another key of the clinic, or what stands behind it may not be shown.
    """
    at = acting.at
    carried = {key: row.pk for row in rows if (key := link_of(row)) is not None}
    if not carried:
        return {}
    why = dict.fromkeys(carried.values(), Stopped.TOO_LATE)
    for link in PatientLink.objects.filter(pk__in=list(carried)).select_related("patient", "member", "message"):
        state = state_of(ended_at=link.ended_at, locked_at=link.locked_at, expires_at=link.expires_at, at=at)
        if state is LinkState.LIVE and bytes(link.token_hash) == hash_token(token_of(link.pk)):
            del why[carried[link.pk]]
            if hindered := _why_not_shown(acting, link):
                why[carried[link.pk]] = hindered
    return why


def _why_not_shown(acting: Acting, link: PatientLink) -> Stopped | None:
    """Return why the message behind a link may not be shown; the consent that allows it is held until all is kept."""
    if link.message is None:
        return None
    if stopped_since(Receiver(link.patient, link.member), Road.PORTAL) is not None:
        return Stopped.STOPPED
    if link.member_id is None:
        return None
    topic = Topic(link.message.topic)
    consent = lock_hearing(acting, link.member_id, LinkPurpose.MESSAGE, int(link.label_mask), topic)
    return None if consent is not None else Stopped.NO_CONSENT
