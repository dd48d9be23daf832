"""E-mail over SMTP (RFC 5321): with TLS and a sign-in, or plain on this machine alone.

Codes from 400 are tried again, from 500 refused; a line that breaks after the message was sent leaves the outcome
open. An address with letters outside ASCII goes where the server takes them (SMTPUTF8, RFC 6531) and nowhere else. The
``Message-ID`` is our key. A mail server cannot be asked what it took: what is open is never sent again.
"""

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from careloop.channels.settings import ChannelSettings, is_loopback
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelLine, ChannelState, Handed, LookedUp, Parcel, Went

SECONDS = 10.0
NEEDED = ("host", "from")
TLS_PORT, PLAIN_PORT = 465, 25
REFUSED, TAKEN = 500, 250
SAID = 200
WIDE = ("SMTPUTF8", "BODY=8BITMIME")
NO_ADDRESS, NO_LETTERS = "this is no address of mail", "the mail server takes no address with such letters (SMTPUTF8)"


class MailServer:
    """A server that takes mail.

    ``CARELOOP_SMTP_SECURITY`` is "tls", "starttls", or "plain" on this machine alone; ``CARELOOP_SMTP_USER`` and
    ``CARELOOP_SMTP_PASSWORD`` sign in.
    """

    def __init__(self, settings: ChannelSettings) -> None:
        """Keep how it is set up."""
        self._settings = settings

    def describe(self) -> ChannelLine:
        """Say whether it can be used."""
        lacks = tuple(f"CARELOOP_SMTP_{name.upper()}" for name in self._lacks())
        where = f"{self._settings.get('host')}:{self._port()}" if self._settings.get("host") else ""
        return ChannelLine(Road.EMAIL, self._state(), where, can_look_up=False, lacks=lacks)

    def send(self, parcel: Parcel) -> Handed:
        """Hand one letter over."""
        if self._state() is ChannelState.OFF:
            return Handed(Went.TRY_AGAIN, said="not set up")
        try:
            mail = self.write(parcel)
        except ValueError:
            return Handed(Went.REFUSED, said=NO_ADDRESS)
        try:
            link = self._open()
        except (OSError, smtplib.SMTPException) as fault:
            return Handed(Went.TRY_AGAIN, said=type(fault).__name__)
        try:
            return _hand(link, self._settings.get("from"), parcel.address, mail)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                link.close()

    def look_up(self, parcel: Parcel) -> LookedUp:
        """A mail server cannot be asked."""
        return LookedUp(can_tell=False)

    def list_gone(self, since: datetime) -> None:
        """A mail server cannot be asked."""
        return

    def write(self, parcel: Parcel) -> EmailMessage:
        """Return the mail: its subject and sender name nothing that others may not see."""
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self._settings.get("from"), parcel.address
        subject = parcel.pieces["email_subject"]
        mail["Subject"] = f"Re: {subject}" if parcel.replies_to else subject
        mail["Date"] = format_datetime(parcel.at)
        mail["Message-ID"] = self.name_of(parcel)
        # RFC 3834, 5: what nobody wrote says so, and what answers somebody by itself says that.
        mail["Auto-Submitted"] = "auto-replied" if parcel.replies_to else "auto-generated"
        if parcel.replies_to:
            mail["In-Reply-To"] = parcel.replies_to[-1]
            mail["References"] = " ".join(parcel.replies_to)
        mail["Content-Language"] = parcel.language
        mail.set_content(parcel.pieces["email_body"])
        for one in parcel.enclosures:
            kind, _, sort = one.media_type.partition("/")
            mail.add_attachment(one.data, maintype=kind, subtype=sort, filename=one.name)
        return mail

    def name_of(self, parcel: Parcel) -> str:
        """Return the name by which the mail is known everywhere: our key at the sender's domain."""
        return f"<{parcel.outbox_id}@{self._settings.get('from').rpartition('@')[2].strip('>') or 'careloop.invalid'}>"

    def _open(self) -> smtplib.SMTP:
        host, port, trust = self._settings.get("host"), self._port(), ssl.create_default_context()
        trust.minimum_version = ssl.TLSVersion.TLSv1_2
        if self._kind() == "tls":
            link: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=trust)
        else:
            link = smtplib.SMTP(host, port, timeout=SECONDS)
        try:
            link.ehlo_or_helo_if_needed()
            if self._kind() == "starttls":
                link.starttls(context=trust)
                link.ehlo()
            if self._settings.get("user"):
                link.login(self._settings.get("user"), self._settings.get("password"))
        except BaseException:
            link.close()
            raise
        return link

    def _kind(self) -> str:
        """How the line is guarded: "tls", "starttls", or "plain" on this machine alone."""
        return self._settings.get("security", "plain" if is_loopback(self._settings.get("host")) else "tls")

    def _port(self) -> int:
        given = self._settings.get("port")
        return int(given) if given.isdigit() else TLS_PORT if self._kind() == "tls" else PLAIN_PORT

    def _lacks(self) -> tuple[str, ...]:
        return self._settings.lacks(*NEEDED)

    def _state(self) -> ChannelState:
        here = is_loopback(self._settings.get("host"))
        if self._lacks() or (not here and (self._settings.is_demo or self._kind() not in ("tls", "starttls"))):
            return ChannelState.OFF
        return ChannelState.SANDBOX if here else ChannelState.ON


def make(settings: ChannelSettings) -> MailServer:
    """Return the mail server as it is set up."""
    return MailServer(settings)


def _hand(link: smtplib.SMTP, sender: str, receiver: str, mail: EmailMessage) -> Handed:
    """Walk through the steps; only from the last one on the outcome can be unknown."""
    sender = sender.rpartition("<")[2].strip(">")
    is_wide = not f"{sender}{receiver}".isascii()
    if is_wide and not link.has_extn("smtputf8"):
        return Handed(Went.REFUSED, said=NO_LETTERS)
    try:
        for code, said in (link.mail(sender, WIDE if is_wide else ()), link.rcpt(receiver)):
            if code not in (TAKEN, 251, 252):
                return Handed(Went.REFUSED if code >= REFUSED else Went.TRY_AGAIN, said=_plain(code, said))
    except (OSError, smtplib.SMTPException) as fault:
        return Handed(Went.TRY_AGAIN, said=type(fault).__name__)
    try:
        code, said = link.data(mail.as_bytes(policy=SMTPUTF8 if is_wide else SMTP))
    except smtplib.SMTPDataError as no:
        # It would not even begin.
        return Handed(
            Went.REFUSED if no.smtp_code >= REFUSED else Went.TRY_AGAIN, said=_plain(no.smtp_code, no.smtp_error)
        )
    except (OSError, smtplib.SMTPException) as fault:
        return Handed(Went.UNKNOWN, said=type(fault).__name__)
    if code == TAKEN:
        return Handed(Went.SENT, str(mail["Message-ID"]), _plain(code, said))
    return Handed(Went.REFUSED if code >= REFUSED else Went.TRY_AGAIN, said=_plain(code, said))


def _plain(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:SAID]
