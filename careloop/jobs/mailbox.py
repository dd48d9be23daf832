"""The mailbox of answers is read when its turn comes: fetched, read apart, kept, and only then marked as seen."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from careloop.actions.mailbox import claim_look, end_look, go_on_looking, keep_letter, note_marked, note_silence
from careloop.channels.imap import NoMailbox, OpenMailbox, open_mailbox
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.mailbox import A_LOOK, HEAD_BYTES, Letter, MailboxLook, WhyLeft

# Seconds of the processor for one mail, and on the clock: far more than the largest that is taken needs.
SECONDS, PATIENCE = 10, 60
_log = logging.getLogger("careloop.jobs")

Open = Callable[[MailboxLook], AbstractContextManager[OpenMailbox]]


def read_mailbox(clock: Callable[[], datetime], open_it: Open = open_mailbox) -> bool:
    """Read what is new in the mailbox if its turn has come; tell whether anything was.

    Killed at any moment, nothing is lost and nothing is kept twice: a mail is marked as seen only after it was kept,
    and one that was kept and not marked is marked the next time.
    """
    look = claim_look(_as(clock()))
    if look is None:
        return False
    try:
        with open_it(look) as mailbox:
            newest = mailbox.find_newest()
            count = _take_all(clock, look, mailbox)
    except NoMailbox as no:
        note_silence(_as(clock()), look, trouble=no.trouble)
        return False
    if count < A_LOOK:
        end_look(_as(clock()), look, validity=mailbox.validity, newest=newest)
    else:
        go_on_looking(_as(clock()), look)
    return bool(count)


def read_apart(body: bytes) -> dict[str, object] | None:
    """Return what a mail says, read in a process that knows no secret; None if it cannot be read or takes too much."""
    only = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        ran = subprocess.run(  # noqa: S603 (our own program; the mail is no part of the command)
            [sys.executable, "-P", "-m", "careloop.jobs.mail_reader", str(SECONDS)],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=only,
            timeout=PATIENCE,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as broke:
        # What it said could hold words of the mail.
        _log.warning("a mail could not be read (%s)", getattr(broke, "returncode", "too slow"))
        return None
    read = json.loads(ran.stdout)
    return read if isinstance(read, dict) else None


def _take_all(clock: Callable[[], datetime], look: MailboxLook, mailbox: OpenMailbox) -> int:
    unmarked = tuple(sorted(uid for validity, uid in look.unmarked if validity == mailbox.validity))
    if unmarked:
        _mark(clock, look, mailbox, unmarked)
    uids = mailbox.find_new(look)
    for uid in uids:
        letter = mailbox.fetch(uid)
        if letter is None:
            # Somebody took it away meanwhile.
            continue
        letter = _read(letter)
        keep_letter(_as(clock()), look, validity=mailbox.validity, letter=letter)
        if letter.left is None:
            _mark(clock, look, mailbox, (uid,))
    return len(uids)


def _read(letter: Letter) -> Letter:
    """Return a mail with what it says; one that cannot be read here stays where it is."""
    if letter.left is not None:
        return letter
    read = read_apart(letter.body)
    if read is None:
        return replace(letter, body=letter.body[:HEAD_BYTES], left=WhyLeft.UNREADABLE)
    return replace(letter, read=read)


def _mark(clock: Callable[[], datetime], look: MailboxLook, mailbox: OpenMailbox, uids: tuple[int, ...]) -> None:
    mailbox.mark(uids)
    note_marked(_as(clock()), look, validity=mailbox.validity, uids=uids)


def _as(at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=Purpose.SWEEP)
