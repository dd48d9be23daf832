"""A small IMAP server (RFC 3501) on this machine, with a mailbox that a test fills and breaks as it likes."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock, Thread

from tests.channels.server import make_certificate

PATIENCE = 30  # seconds, a safety net
NAME, PASSWORD, FOLDER = "answers", "a secret of the clinic", "INBOX"
PARTIAL = re.compile(r"BODY\.PEEK\[(HEADER)?\]<0\.(\d+)>")


@dataclass(slots=True)
class Stored:
    """A mail that lies there."""

    body: bytes
    seen: bool = False
    on: date = date(2026, 11, 23)


@dataclass(slots=True)
class ImapServer:
    """The mailbox and what was asked. ``fails`` is called with each command, and may break the line by ``OSError``."""

    port: int = 0
    security: str = "plain"
    validity: int = 7
    mails: dict[int, Stored] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fails: Callable[[str], None] = lambda _line: None
    folder: Path = Path()
    _lock: Lock = field(default_factory=Lock)

    def put(self, body: bytes, *, uid: int | None = None, seen: bool = False, on: date = date(2026, 11, 23)) -> int:
        """Let a mail come in; return its number."""
        with self._lock:
            number = uid or max(self.mails, default=0) + 1
            self.mails[number] = Stored(body, seen, on)
        return number

    def trust(self) -> ssl.SSLContext:
        """Return what believes this server's certificate, by whatever name it is reached."""
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        context.check_hostname = False
        return context


@contextmanager
def serve_imap(folder: Path, security: str = "plain") -> Iterator[ImapServer]:
    """Serve until the block ends: "plain", "tls" or "starttls"."""
    make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    listening = socket.create_server(("127.0.0.1", 0))
    server = ImapServer(listening.getsockname()[1], security, folder=folder)
    thread = Thread(target=_take_all, args=(listening, context, server), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(PATIENCE)
        listening.close()


def _take_all(listening: socket.socket, context: ssl.SSLContext, server: ImapServer) -> None:
    while True:
        try:
            bare, _from = listening.accept()
        except OSError:
            return
        bare.settimeout(PATIENCE)
        with suppress(OSError), bare:
            sock = context.wrap_socket(bare, server_side=True) if server.security == "tls" else bare
            talk = _Talk(sock, context, server)
            try:
                talk.run()
            finally:
                talk.close()


class _Talk:
    """One connection."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, server: ImapServer) -> None:
        self._sock, self._context, self._server = sock, context, server
        self._in, self._is_in = sock.makefile("rb"), False

    def close(self) -> None:
        self._in.close()
        self._sock.close()

    def run(self) -> None:
        self._say("* OK ready")
        while line := self._in.readline():
            text = line.decode().rstrip("\r\n")
            self._server.asked.append(text)
            self._server.fails(text)
            tag, _, rest = text.partition(" ")
            if not self._do(tag, rest):
                return

    def _do(self, tag: str, rest: str) -> bool:
        verb, _, given = rest.partition(" ")
        match verb.upper():
            case "CAPABILITY":
                more = " STARTTLS" if self._server.security == "starttls" else ""
                self._say(f"* CAPABILITY IMAP4rev1{more}", f"{tag} OK done")
            case "STARTTLS":
                self._say(f"{tag} OK begin")
                self._in.close()
                self._sock = self._context.wrap_socket(self._sock, server_side=True)
                self._in = self._sock.makefile("rb")
            case "LOGIN":
                self._is_in = given.replace('"', "") == f"{NAME} {PASSWORD}"
                self._say(f"{tag} OK in" if self._is_in else f"{tag} NO not you")
            case "SELECT":
                self._select(tag, given)
            case "UID":
                self._uid(tag, given)
            case "LOGOUT":
                self._say("* BYE", f"{tag} OK bye")
                return False
            case _:
                self._say(f"{tag} BAD what?")
        return True

    def _select(self, tag: str, given: str) -> None:
        if not self._is_in or given.strip('"') != FOLDER:
            self._say(f"{tag} NO no such folder")
            return
        self._say(f"* {len(self._server.mails)} EXISTS", f"* OK [UIDVALIDITY {self._server.validity}] numbers")
        self._say(f"{tag} OK [READ-WRITE] open")

    def _uid(self, tag: str, given: str) -> None:
        verb, _, what = given.partition(" ")
        if verb == "SEARCH":
            self._say("* SEARCH " + " ".join(str(one) for one in self._search(what)), f"{tag} OK done")
            return
        uid, _, rest = what.partition(" ")
        mail = self._server.mails.get(int(uid))
        if mail is not None and verb == "STORE":
            assert rest == "+FLAGS.SILENT (\\Seen)"
            mail.seen = True
        elif mail is not None and "SIZE" in rest:
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(mail.body)})")
        elif mail is not None:
            wanted = PARTIAL.search(rest)
            assert wanted is not None
            whole = mail.body.partition(b"\r\n\r\n")[0] if wanted.group(1) else mail.body
            part = whole[: int(wanted.group(2))]
            self._sock.sendall(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n".encode() + part + b")\r\n")
        self._say(f"{tag} OK done")

    def _search(self, what: str) -> list[int]:
        mails = self._server.mails
        if what == "UNSEEN":
            return [uid for uid, one in mails.items() if not one.seen]
        if what.startswith("SINCE"):
            day = what.split(" ")[1]
            return [uid for uid, one in mails.items() if one.on >= _day(day)]
        first = what.split(" ")[1].split(":", maxsplit=1)[0]
        newest = max(mails, default=0)
        least = newest if first == "*" else int(first)
        # A range that begins after the newest names the newest.
        return [uid for uid in mails if uid >= min(least, newest)]

    def _say(self, *lines: str) -> None:
        self._sock.sendall("".join(f"{line}\r\n" for line in lines).encode())


def _day(text: str) -> date:
    day, month, year = text.split("-")
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return date(int(year), names.index(month) + 1, int(day))
