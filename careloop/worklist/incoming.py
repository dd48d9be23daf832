"""Whatever comes in is kept whole first, once by its hash, before anybody reads it."""

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from careloop.basics.ids import new_id
from careloop.facts.access import Acting
from careloop.facts.outbox import InboxSource


def keep_whole(acting: Acting, source: InboxSource, raw: bytes, about: Mapping[str, object]) -> UUID | None:
    """Keep what came in, inside a caller's door; return its key, None if it came before.

    ``about`` is what came with it, or was read of it apart.
    """
    key = new_id(acting.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_item (id, source, sha256, body, about, received_at, state, because, attempts, "
            " label_mask) VALUES (%s, %s, %s, %s, %s, %s, 'new', '', 0, 0) ON CONFLICT (source, sha256) DO NOTHING",
            [key, str(source), hashlib.sha256(raw).digest(), raw, json.dumps(dict(about)), acting.at],
        )
        return key if cursor.rowcount else None
