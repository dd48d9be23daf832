"""The sandbox on the web, on this machine alone: the interface for texts, and pages of telephones and mailboxes."""

import base64
import json
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

from careloop.jobs.sandbox import Line, Sandbox
from careloop.jobs.sandbox_pages import CSS, draw_mailbox, draw_phone, draw_start

MOST = 1_000_000
PAGE = 1000


class Server(ThreadingHTTPServer):
    """Serves one sandbox."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        """Listen on this machine alone; port 0 takes a free one."""
        self.sandbox = sandbox
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.server_port}"

    def begin(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Say nothing of a caller who went away: nothing is wrong here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Answers one call."""

    protocol_version = "HTTP/1.1"
    server: Server
    timeout = 30
    statuses: ClassVar = {"busy": 503, "refuse": 400, "break": 500}

    def log_message(self, *_args: object) -> None:
        """Write nothing: what is here looks like what people write."""

    def do_GET(self) -> None:
        """Show a page, or list what was taken."""
        parts = urlsplit(self.path)
        steps = [unquote(one) for one in parts.path.strip("/").split("/")]
        box = self.server.sandbox
        if parts.path.endswith("/Messages.json"):
            self._list(parts.query)
        elif parts.path == "/log.json":
            self._json(200, [_as_json(one) for one in list(box.lines)])
        elif parts.path == "/sandbox.css":
            self._answer(200, CSS.encode(), "text/css; charset=utf-8")
        elif steps[0] in ("phone", "mail") and len(steps) == 2:
            draw = draw_phone if steps[0] == "phone" else draw_mailbox
            self._page(draw(box, steps[1]))
        elif parts.path == "/":
            self._page(draw_start(box))
        else:
            self._answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        """Take a text, or an answer that somebody writes on a page."""
        form = self._form()
        steps = [unquote(one) for one in urlsplit(self.path).path.strip("/").split("/")]
        box = self.server.sandbox
        if steps[-1] == "Messages.json":
            self._take(form)
        elif steps[0] == "behave":
            box.behave(form.get("how", ""), times=int(form.get("times", "1")), seconds=float(form.get("seconds", "0")))
            self._answer(204, b"", "text/plain")
        elif steps[0] in ("phone", "mail") and len(steps) == 2 and form.get("words", "").strip():
            reply = box.answer_text if steps[0] == "phone" else box.answer_mail
            status = reply(steps[1], form["words"].strip())
            self._go(f"/{steps[0]}/{quote(steps[1])}?said={status}")
        else:
            self._answer(404, b"", "text/plain")

    def _take(self, form: dict[str, str]) -> None:
        box = self.server.sandbox
        if not self._is_signed_in():
            self._json(401, {"code": 20003, "message": "Authenticate"})
            return
        how = box.next_how()
        if how.how == "drop":
            self._hang_up()
            return
        if how.how in self.statuses:
            time.sleep(how.seconds)
            self._json(self.statuses[how.how], {"code": 21211, "message": f"told to {how.how}"})
            return
        # Slow: it is taken after the wait, when whoever sent it may have gone.
        time.sleep(how.seconds if how.how == "slow" else 0)
        key = self.headers.get("Idempotency-Key", "")
        line = box.take("text", form.get("To", ""), form.get("From", ""), form.get("Body", ""), key=key)
        box.send_receipt(line, form.get("StatusCallback", ""))
        if how.how == "take_and_drop":
            self._hang_up()
            return
        self._json(201, _message(line))

    def _list(self, query: str) -> None:
        if not self._is_signed_in():
            self._json(401, {"code": 20003, "message": "Authenticate"})
            return
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        found = [one for one in self.server.sandbox.find("text", asked.get("To", "")) if not one.is_answer]
        start, size = int(asked.get("Page", "0")), min(int(asked.get("PageSize", "50")), PAGE)
        newest = list(reversed(found))[start * size : (start + 1) * size]
        more = len(found) > (start + 1) * size
        path = urlsplit(self.path).path
        to = f"To={quote(asked['To'])}&" if "To" in asked else ""
        follow = f"{path}?{to}PageSize={size}&Page={start + 1}" if more else None
        self._json(200, {"messages": [_message(one) for one in newest], "next_page_uri": follow})

    def _is_signed_in(self) -> bool:
        box = self.server.sandbox
        pair = base64.b64encode(f"{box.account}:{box.token}".encode()).decode()
        return self.headers.get("Authorization", "") == f"Basic {pair}"

    def _form(self) -> dict[str, str]:
        """Return what was posted.

        :raises ConnectionAbortedError: if whoever posts it went away in the middle: half a text is none
        """
        length = min(int(self.headers.get("Content-Length", "0") or 0), MOST)
        read = self.rfile.read(length)
        if len(read) < length:
            raise ConnectionAbortedError
        values = parse_qs(read.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: those[0] for name, those in values.items()}

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _go(self, where: str) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, html: str) -> None:
        self._answer(200, html.encode(), "text/html; charset=utf-8")

    def _json(self, status: int, value: object) -> None:
        self._answer(status, json.dumps(value).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'")
        self.end_headers()
        self.wfile.write(body)


def _message(line: Line) -> dict[str, object]:
    return {
        "sid": line.sid, "to": line.other, "from": line.ours, "body": line.words, "status": "sent",
        "date_created": line.at.isoformat(),
    }  # fmt: skip


def _as_json(line: Line) -> dict[str, object]:
    return {
        "no": line.no, "road": line.road, "to": line.other, "words": line.words, "key": line.key, "sid": line.sid,
        "is_answer": line.is_answer, "at": line.at.isoformat(),
    }  # fmt: skip
