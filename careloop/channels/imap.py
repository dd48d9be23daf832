"""The road to a mailbox over IMAP (RFC 3501): with TLS, with STARTTLS, or plain on this machine alone.

Mail is fetched without being marked (``BODY.PEEK``), at most as much of it as is taken; it is marked as seen in a step
of its own, after it was kept. Nothing is ever deleted or moved.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from careloop.channels.https import trust_system
from careloop.channels.settings import is_loopback
from careloop.facts.mailbox import A_LOOK, HEAD_BYTES, MOST_BYTES, Letter, MailboxLook, MailTrouble, Security, WhyLeft

SECONDS = 20.0
# A number or a size as a server writes it has fewer digits.
NUMBER = re.compile(rb"\d{1,20}")
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,20})")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class NoMailbox(Exception):  # noqa: N818
    """A mailbox could not be read: why. It repeats nothing that a server said."""

    def __init__(self, trouble: MailTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@contextmanager
def open_mailbox(look: MailboxLook, trust: Callable[[], ssl.SSLContext] = trust_system) -> Iterator["OpenMailbox"]:
    """Yield the folder of a mailbox, signed in and open. ``trust`` says which certificates are believed.

    :raises NoMailbox: if it cannot be reached, is not whom it says, does not let us in, or has no such folder
    """
    if look.password is None:
        raise NoMailbox(MailTrouble.KEY)
    if look.security is Security.PLAIN and not is_loopback(look.host):
        raise NoMailbox(MailTrouble.PLAIN)
    with _told_plainly():
        link = _connect(look, trust)
    try:
        with _told_plainly():
            _sign_in(link, look)
            validity = _select(link, look.folder)
        yield OpenMailbox(link, validity)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            link.logout()
        with suppress(OSError):
            # Where the line broke nobody said goodbye, and it is still held.
            link.shutdown()


class OpenMailbox:
    """A folder of a mailbox that is open. ``validity`` is the name of its numbers (UIDVALIDITY)."""

    def __init__(self, link: imaplib.IMAP4, validity: int) -> None:
        """Keep the line."""
        self._link, self.validity = link, validity

    def find_newest(self) -> int:
        """Return the number of the newest mail, 0 if there is none."""
        return max(self._search("UID *:*"), default=0)

    def find_new(self, look: MailboxLook) -> tuple[int, ...]:
        """Return the numbers of the next mails to read, lowest first.

        Before anything was read these are the ones that nobody has seen; in a folder whose numbers were given anew (a
        mail server was set back or moved) all since it was set up: what is known already is told by its name.
        """
        if look.validity == self.validity:
            # "9:*" names the last mail even if its number is lower (RFC 3501, 6.4.8).
            found = {one for one in self._search(f"UID {look.after + 1}:*") if one > look.after}
        elif not look.validity:
            found = self._search("UNSEEN")
        else:
            day = look.since
            found = self._search(f"SINCE {day.day:02d}-{MONTHS[day.month - 1]}-{day.year}")
        known = {uid for validity, uid in look.known if validity == self.validity}
        return tuple(sorted(found - known)[:A_LOOK])

    def fetch(self, uid: int) -> Letter | None:
        """Return a mail whole, or its head alone if it is too large to be taken; None if it is not there any more."""
        sizes = b" ".join(_bytes(self._uid("FETCH", uid, "(RFC822.SIZE)")))
        size = SIZE.search(sizes)
        if size is None:
            return None
        is_large = int(size.group(1)) > MOST_BYTES
        what = f"(BODY.PEEK[HEADER]<0.{HEAD_BYTES}>)" if is_large else f"(BODY.PEEK[]<0.{MOST_BYTES}>)"
        body = max(_literals(self._uid("FETCH", uid, what)), key=len, default=b"")
        return Letter(uid, body, WhyLeft.TOO_LARGE if is_large else None)

    def mark(self, uids: Sequence[int]) -> None:
        """Mark mails as seen; those that are not there any more are nobody's loss."""
        for uid in uids:
            self._uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)")

    def _search(self, what: str) -> set[int]:
        with _told_plainly():
            kind, found = self._link.uid("SEARCH", what)
        _expect(kind)
        return {int(one) for line in _bytes(found) for one in NUMBER.findall(line)}

    def _uid(self, verb: str, uid: int, *what: str) -> list[object]:
        with _told_plainly():
            kind, found = self._link.uid(verb, str(uid), *what)
        _expect(kind)
        return list(found)


def _connect(look: MailboxLook, trust: Callable[[], ssl.SSLContext]) -> imaplib.IMAP4:
    if look.security is Security.TLS:
        return imaplib.IMAP4_SSL(look.host, look.port, ssl_context=trust(), timeout=SECONDS)
    link = imaplib.IMAP4(look.host, look.port, timeout=SECONDS)
    if look.security is Security.STARTTLS:
        try:
            link.starttls(trust())
        except BaseException as fault:
            with suppress(OSError):
                link.shutdown()
            if isinstance(fault, imaplib.IMAP4.error):
                # It knows of no guarded line: nothing is said on an open one.
                raise NoMailbox(MailTrouble.CERTIFICATE) from None
            raise
    return link


def _sign_in(link: imaplib.IMAP4, look: MailboxLook) -> None:
    try:
        link.login(look.username, look.password or "")
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError):
        raise NoMailbox(MailTrouble.SIGN_IN) from None


def _select(link: imaplib.IMAP4, folder: str) -> int:
    """Open a folder and return the name of its numbers."""
    kind, _count = link.select(_quoted(folder))
    if kind != "OK":
        raise NoMailbox(MailTrouble.FOLDER)
    _name, found = link.response("UIDVALIDITY")
    digits = NUMBER.search(b" ".join(_bytes(found)))
    if digits is None:
        # Without it no mail could be told from another.
        raise NoMailbox(MailTrouble.ODD)
    return int(digits.group())


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _expect(kind: str) -> None:
    if kind != "OK":
        raise NoMailbox(MailTrouble.ODD)


def _bytes(found: Sequence[object]) -> list[bytes]:
    """Return the lines of what a server answered, without the parts that it sent by their length."""
    lines = [one[0] if isinstance(one, tuple) else one for one in found]
    return [one for one in lines if isinstance(one, bytes)]


def _literals(found: Sequence[object]) -> list[bytes]:
    return [bytes(one[1]) for one in found if isinstance(one, tuple)]


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Tell whatever goes wrong by its kind: the words of a fault could hold a name or words of a mail."""
    try:
        yield
    except NoMailbox:
        raise
    except ssl.SSLError:
        raise NoMailbox(MailTrouble.CERTIFICATE) from None
    except (OSError, imaplib.IMAP4.abort):
        raise NoMailbox(MailTrouble.SILENT) from None
    except (imaplib.IMAP4.error, UnicodeError, ValueError):
        raise NoMailbox(MailTrouble.ODD) from None
