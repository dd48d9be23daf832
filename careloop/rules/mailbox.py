"""The mailbox of answers: what may be entered, when it is asked next, and from when on it is silent. Pure."""

from datetime import datetime

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.mailbox import (
    AFTER_TROUBLE,
    AT_MOST,
    EVERY,
    PASSES,
    PORTS,
    SILENT,
    TWICE,
    MailboxDraft,
    MailTrouble,
    Security,
)

LONGEST, LAST_PORT = 200, 65_535
# So often the time after trouble is doubled: more would be longer than it is ever left alone.
DOUBLED = 10


class NotAMailbox(Refusal):
    """A mailbox that cannot be read: why, and how to mend it."""

    status = 422


def check_mailbox(draft: MailboxDraft, *, is_here: bool, has_password: bool) -> int:
    """Return the port of a mailbox that can be read; ``is_here`` says that its host is this machine.

    :raises NotAMailbox: if something is missing, has odd signs, or the line would be open to others
    """
    given = (draft.host, draft.username, draft.folder)
    port = draft.port or PORTS[draft.security]
    rules = (
        (not all(one.strip() for one in given), Say("refusal.mailbox_lacks")),
        (not has_password, Say("refusal.mailbox_password")),
        (any(len(one) > LONGEST or _is_odd(one) for one in given), Say("refusal.mailbox_signs", count=LONGEST)),
        (any(sign in draft.host for sign in " /@\\"), Say("refusal.mailbox_host")),
        (not 0 < port <= LAST_PORT, Say("refusal.mailbox_port")),
        (draft.security is Security.PLAIN and not is_here, Say("refusal.mailbox_plain")),
    )
    for hinders, no in rules:
        if hinders:
            raise NotAMailbox(no)
    return port


def next_look(at: datetime, failures: int) -> datetime:
    """Return when a mailbox is asked next, after so many looks in a row that brought nothing."""
    if not failures:
        return at + EVERY
    return at + min(AFTER_TROUBLE * (1 << min(failures, DOUBLED) - 1), AT_MOST)


def is_silent(at: datetime, *, since: datetime, reached_at: datetime | None) -> bool:
    """Tell whether nobody could read a mailbox for so long that answers may be lying there."""
    return at - (reached_at or since) > SILENT


def needs_mending(
    at: datetime, *, since: datetime, reached_at: datetime | None, trouble: MailTrouble | None, failures: int
) -> bool:
    """Tell whether somebody has to look after a mailbox: it is silent, or refuses us for a reason that does not pass.

    ``since`` is when it was set up, ``failures`` how many looks in a row brought nothing.
    """
    is_refused = trouble is not None and trouble not in PASSES and failures >= TWICE
    return is_refused or is_silent(at, since=since, reached_at=reached_at)


def _is_odd(text: str) -> bool:
    return any(sign < " " or sign == "\x7f" for sign in text)
