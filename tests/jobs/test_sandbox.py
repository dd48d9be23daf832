"""The sandbox: what was sent can be read there and answered as the patient would, signed as a gateway signs."""

import base64
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl

import pytest

from careloop.jobs.sandbox import MAIL_HOOK, Sandbox
from careloop.jobs.sandbox_http import Server
from careloop.rules.hooks import is_signed
from careloop.rules.mail_hooks import SANDBOX_SECRET, is_signed_mail

NUMBER = "+15550100142"


class Clinic(BaseHTTPRequestHandler):
    """Takes what the sandbox posts, and keeps it."""

    took: list[tuple[str, dict[str, str], str]] = []

    def log_message(self, *_args: object) -> None:
        """Write nothing."""

    def do_POST(self) -> None:
        """Keep a form."""
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == MAIL_HOOK:
            now = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
            name, signature = self.headers["webhook-id"], self.headers["webhook-signature"]
            seconds = self.headers["webhook-timestamp"]
            is_right = is_signed_mail(name, seconds, raw.encode(), SANDBOX_SECRET, signature, now)
            self.took.append((self.path, {"mail": raw}, "right" if is_right else ""))
        else:
            self.took.append((self.path, dict(parse_qsl(raw)), self.headers["X-Twilio-Signature"]))
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def clinic() -> Iterator[str]:
    Clinic.took = []
    server = HTTPServer(("127.0.0.1", 0), Clinic)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def box(clinic: str) -> Sandbox:
    made = Sandbox(hooks=clinic, deliver_after=None)
    made.take("text", NUMBER, "+15550100100", "Can you come? <b>")
    made.take("email", "rosa@home.example", "care@clinic.example", "Dear Rosa", subject="From Dana", name="<1@x>")
    return made


@pytest.fixture
def server(box: Sandbox) -> Iterator[Server]:
    server = Server(box, 0)
    server.begin()
    yield server
    server.shutdown()
    server.server_close()


def ask(server: Server, path: str, *, body: str = "") -> tuple[int, str]:
    link = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        link.request("POST" if body else "GET", path, body)
        answer = link.getresponse()
        return answer.status, answer.read().decode()
    finally:
        link.close()


def test_what_was_sent_is_shown_and_an_answer_is_posted_signed(box: Sandbox, server: Server, clinic: str) -> None:
    assert NUMBER in ask(server, "/")[1]
    talk = ask(server, f"/phone/{NUMBER}")[1]
    assert "Can you come? &lt;b&gt;" in talk

    assert ask(server, f"/phone/{NUMBER}", body="words=S%C3%AD")[0] == 303

    ((path, values, signature),) = Clinic.took
    assert (path, values["From"], values["To"], values["Body"]) == ("/hooks/text/in/", NUMBER, "+15550100100", "Sí")
    assert is_signed(f"{clinic}{path}", values.items(), box.token, signature)
    assert "Sí" in ask(server, f"/phone/{NUMBER}")[1]


def test_a_mail_is_answered_as_a_mail(box: Sandbox) -> None:
    assert box.answer_mail("rosa@home.example", "Yes.") == 200

    ((path, values, signature),) = Clinic.took
    assert (path, signature) == (MAIL_HOOK, "right")
    assert "Subject: Re: From Dana\r\n" in values["mail"]
    assert "In-Reply-To: <1@x>\r\n" in values["mail"]


def test_a_clinic_that_is_not_there_is_said(box: Sandbox) -> None:
    box.hooks = "http://127.0.0.1:1"

    assert box.answer_text(NUMBER, "1") == 0


def test_there_is_no_other_way_to_behave(box: Sandbox) -> None:
    with pytest.raises(ValueError, match="sleepy"):
        box.behave("sleepy")


def test_half_a_text_is_not_taken(box: Sandbox, server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    before, body = len(box.lines), "To=%2B15550100142&From=%2B15550100100&Body=Come"
    pair = base64.b64encode(f"{box.account}:{box.token}".encode()).decode()
    head = (
        "POST /2010-04-01/Accounts/ACsandbox/Messages.json HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Basic {pair}\r\nContent-Length: {len(body)}\r\n\r\n"
    )

    for sent in ("", body[:20]):
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as link:
            link.sendall(f"{head}{sent}".encode())
            link.shutdown(socket.SHUT_WR)
            assert link.recv(1) == b""

    assert len(box.lines) == before
    assert "Traceback" not in capfd.readouterr().err
