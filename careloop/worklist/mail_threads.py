"""Which mails a mail replies to: by their names (RFC 5322, 3.6.4) a mail program shows them as one talk."""

import re
from uuid import UUID

from careloop.records.models import Answer, Outbox
from careloop.worklist.answer_moves import ANSWER_KEY

# A name in any other form would break the head of the mail.
NAME = re.compile(r"<[!-;=?-~]+>")


def list_replied_to(row: Outbox) -> tuple[str, ...]:
    """Return the names of the mails that this one replies to by itself, the nearest last; none if it does not."""
    key = row.key.removeprefix(ANSWER_KEY).split(" ")[0] if row.key.startswith(ANSWER_KEY) else ""
    if not key:
        return ()
    answer = Answer.objects.filter(pk=UUID(key)).select_related("answers").first()
    if answer is None:
        return ()
    names = [answer.answers.reference if answer.answers else "", answer.reference]
    return tuple(name for name in names if NAME.fullmatch(name))
