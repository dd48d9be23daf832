"""A web server with a certificate of its own, on this machine, that answers what a test wrote down."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from careloop.channels.https import Way
from careloop.rules.fetching import Place

HOST = "calendar.example.org"
PATIENCE = 30  # seconds, a safety net
LONG_AGO, LONG_AFTER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Return an answer as it goes over the wire; it ends where the connection ends."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode() + body


@dataclass(slots=True)
class Server:
    """What it answers, one after the other, the last one for ever; and what it was asked."""

    port: int
    way: Way
    answers: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)

    def url(self, path: str = "/private-4Zk0/basic.ics", host: str = HOST) -> str:
        """Return an address at this server."""
        return f"https://{host}:{self.port}{path}"

    def says(self, *answers: bytes) -> None:
        """Set what it answers from now on."""
        self.answers[:] = answers
        self.asked.clear()
        self.looked_up.clear()


def is_this_machine(place: Place) -> bool:
    return place.is_loopback


@contextmanager
def serve(folder: Path) -> Iterator[Server]:
    """Serve until the block ends; ``way`` is how a test reaches it, by the name of ``HOST`` alone."""
    make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(listening.getsockname()[1], Way())

    def look_up(host: str, _port: int) -> list[str]:
        server.looked_up.append(host)
        return ["10.0.0.7"] if host.startswith("inside") else ["127.0.0.1"]

    def trust() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(folder / "cert.pem"))

    server.way = replace(server.way, look_up=look_up, may_reach=is_this_machine, trust=trust)
    thread = Thread(target=_answer_all, args=(listening, context, server), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        # Wakes the one that waits for the next connection.
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(PATIENCE)
        listening.close()


def _answer_all(listening: socket.socket, context: ssl.SSLContext, server: Server) -> None:
    while True:
        try:
            bare, _from = listening.accept()
        except OSError:
            return
        bare.settimeout(PATIENCE)
        with suppress(OSError), bare, context.wrap_socket(bare, server_side=True) as sock:
            asked = b""
            while b"\r\n\r\n" not in asked and (more := sock.recv(65_536)):
                asked += more
            if asked:
                server.asked.append(asked.decode())
                said = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                sock.sendall(said)
                sock.unwrap()


def make_certificate(folder: Path) -> None:
    """Write a certificate of ``HOST`` and its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(LONG_AGO)
        .not_valid_after(LONG_AFTER)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
