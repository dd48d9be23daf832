"""The mailbox of answers: set up by people, read by the worker; every mail is kept once, before it is marked as seen.

Nothing is locked while mail is fetched: one short passage claims the mailbox, others keep what came.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from careloop.basics.refusals import NotFound
from careloop.channels.settings import is_loopback
from careloop.facts.access import Acting, Right
from careloop.facts.mail import READ
from careloop.facts.mailbox import LEASE, Became, Letter, MailboxDraft, MailboxLook, MailTrouble, Security
from careloop.facts.outbox import InboxSource
from careloop.guard.doors import managing, unattended
from careloop.guard.secrets import open_secret, seal_secret
from careloop.records.models import Clinic, Mailbox, MailboxLetter
from careloop.rules.mailbox import check_mailbox, next_look
from careloop.worklist.came import LEFT
from careloop.worklist.incoming import keep_whole

WHAT = "mailbox-password"
# So many mails that were kept are marked in one look.
MARKED = 200
# More are not counted.
MOST_FAILURES = 1000


@managing(needs=Right.CHANNEL_WRITE)
def set_mailbox(acting: Acting, *, draft: MailboxDraft) -> None:
    """Keep how the mailbox is reached; it is asked at once. Another host, name or folder is read from its beginning.

    :raises NotAMailbox: if something is missing or the line would be open to others, with how to mend it
    """
    row = Mailbox.objects.select_for_update(of=("self",)).filter(pk=1).first()
    place = (draft.host.strip().lower(), draft.username.strip(), draft.folder.strip())
    is_same = row is not None and (row.host, row.username, row.folder) == place
    has_password = bool(draft.password or (row is not None and is_same))
    port = check_mailbox(draft, is_here=is_loopback(place[0]), has_password=has_password)
    if row is None:
        row = Mailbox(pk=1, generation=0)
    if not is_same:
        row.generation += 1
        row.uid_validity = row.last_uid = 0
        row.set_at = acting.at
        row.reached_at = None
    row.host, row.username, row.folder = place
    row.port, row.security, row.is_on = port, str(draft.security), True
    row.sealed = seal_secret(draft.password, what=WHAT) if draft.password else row.sealed
    row.set_by_id, row.due_at, row.claimed_until = acting.person_id, acting.at, None
    row.trouble, row.failures = "", 0
    row.save()


@managing(needs=Right.CHANNEL_WRITE)
def stop_mailbox(acting: Acting) -> None:
    """Read the mailbox no more; what was read stays, and it can be set up again.

    :raises NotFound: if there is none
    """
    if not Mailbox.objects.filter(pk=1).update(is_on=False, claimed_until=None):
        raise NotFound


@managing(needs=Right.CHANNEL_WRITE)
def look_soon(acting: Acting) -> None:
    """Have the mailbox asked now, by the worker.

    :raises NotFound: if none is read
    """
    if not Mailbox.objects.filter(pk=1, is_on=True).update(due_at=acting.at):
        raise NotFound


@unattended(needs=Right.WORK_UNATTENDED)
def claim_look(acting: Acting) -> MailboxLook | None:
    """Claim the mailbox if it is due, for five minutes; None if not, or another has it. A demo reads none outside."""
    rows = Mailbox.objects.filter(pk=1, is_on=True, due_at__lte=acting.at).exclude(claimed_until__gt=acting.at)
    row = rows.select_for_update(of=("self",), skip_locked=True).first()
    if row is None or (not is_loopback(row.host) and Clinic.objects.filter(is_demo=True).exists()):
        return None
    row.claimed_until = acting.at + LEASE
    row.save()
    unmarked = MailboxLetter.objects.filter(generation=row.generation, became=str(Became.KEPT), marked_at=None)
    # Numbers given anew have a higher name (RFC 3501, 2.3.1.1).
    anew = MailboxLetter.objects.filter(generation=row.generation, uid_validity__gt=row.uid_validity)
    return MailboxLook(
        generation=row.generation,
        host=row.host,
        port=row.port,
        security=Security(row.security),
        folder=row.folder,
        username=row.username,
        password=open_secret(row.sealed, what=WHAT),
        validity=row.uid_validity,
        after=row.last_uid,
        since=row.set_at,
        unmarked=frozenset(unmarked.order_by("-id").values_list("uid_validity", "uid")[:MARKED]),
        known=frozenset(anew.values_list("uid_validity", "uid")),
    )


@unattended(needs=Right.WORK_UNATTENDED)
def keep_letter(acting: Acting, look: MailboxLook, *, validity: int, letter: Letter) -> UUID | None:
    """Keep a mail whole with what was read of it, and that it was; return its row, None if it came before.

    Of a mail that is left in the mailbox its head is kept, and a person is told.
    """
    row = _find(look)
    if row is None or _letters(row.generation, validity).filter(uid=letter.uid).exists():
        return None
    about: dict[str, object] = {READ: letter.read} if letter.read is not None else {}
    if letter.left is not None:
        # Two heads may be alike: each of them is a mail of its own.
        about = {LEFT: str(letter.left)}
    mark = f"X-Left-In-Mailbox: {letter.left} {validity} {letter.uid}\r\n".encode() if letter.left else b""
    key = keep_whole(acting, InboxSource.MAIL, mark + letter.body, about)
    MailboxLetter(
        generation=row.generation, uid_validity=validity, uid=letter.uid, at=acting.at, why=str(letter.left or ""),
        became=str(Became.LEFT if letter.left else Became.KEPT),
    ).save(force_insert=True)  # fmt: skip
    if row.uid_validity == validity:
        row.last_uid = max(letter.uid, row.last_uid)
        row.save()
    return key


@unattended(needs=Right.WORK_UNATTENDED)
def note_marked(acting: Acting, look: MailboxLook, *, validity: int, uids: tuple[int, ...]) -> int:
    """Note that mails which were kept are marked as seen in the mailbox; return how many."""
    rows = _letters(look.generation, validity).filter(uid__in=uids, became=str(Became.KEPT), marked_at=None)
    return int(rows.update(marked_at=acting.at))


@unattended(needs=Right.WORK_UNATTENDED)
def end_look(acting: Acting, look: MailboxLook, *, validity: int, newest: int) -> bool:
    """Note that all was read up to the newest mail that there was; tell whether the mailbox was still ours."""
    row = _find(look)
    if row is None:
        return False
    known = row.last_uid if row.uid_validity == validity else 0
    row.uid_validity, row.last_uid = validity, max(newest, known)
    _note_reached(acting, row, next_look(acting.at, 0))
    return True


@unattended(needs=Right.WORK_UNATTENDED)
def go_on_looking(acting: Acting, look: MailboxLook) -> bool:
    """Note that the mailbox was reached and more lies there: it is asked again at once. Tell whether it was ours."""
    row = _find(look)
    if row is None:
        return False
    _note_reached(acting, row, acting.at)
    return True


@unattended(needs=Right.WORK_UNATTENDED)
def note_silence(acting: Acting, look: MailboxLook, *, trouble: MailTrouble) -> bool:
    """Note why a look brought nothing; the next one comes later each time. Tell whether the mailbox was still ours."""
    row = _find(look)
    if row is None:
        return False
    row.claimed_until, row.tried_at = None, acting.at
    row.trouble, row.failures = str(trouble), min(row.failures + 1, MOST_FAILURES)
    row.due_at = next_look(acting.at, row.failures)
    row.save()
    return True


def _note_reached(acting: Acting, row: Mailbox, due_at: datetime) -> None:
    row.claimed_until, row.tried_at, row.reached_at = None, acting.at, acting.at
    row.trouble, row.failures, row.due_at = "", 0, due_at
    row.save()


def _find(look: MailboxLook) -> Mailbox | None:
    """Return the mailbox of a look, locked; None if it was changed or shut meanwhile."""
    rows = Mailbox.objects.filter(pk=1, generation=look.generation, is_on=True)
    found: Mailbox | None = rows.select_for_update(of=("self",)).first()
    return found


def _letters(generation: int, validity: int) -> "QuerySet[MailboxLetter]":
    return MailboxLetter.objects.filter(generation=generation, uid_validity=validity)
