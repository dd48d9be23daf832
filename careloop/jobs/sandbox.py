"""A gateway for the demo and the tests: it speaks as real ones do, sends nothing to anybody, and shows what it took.

On this machine alone. It can be told to be slow, to break off, to refuse, or to deliver late; what it took it never
forgets while it runs, so that a test can count.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

from careloop.basics.clock import read_clock
from careloop.rules.hooks import sign
from careloop.rules.mail_hooks import SANDBOX_SECRET, sign_mail

HOOK_SECONDS = 10.0
MAIL_HOOK, TEXT_HOOK = "/hooks/mail/in/", "/hooks/text/in/"


@dataclass(frozen=True, slots=True)
class Line:
    """A text or a mail that was taken, or an answer to one. ``key`` is the sender's own."""

    no: int
    road: str
    other: str
    ours: str
    words: str
    at: datetime
    is_answer: bool = False
    subject: str = ""
    key: str = ""
    name: str = ""

    @property
    def sid(self) -> str:
        """The name by which the gateway knows it."""
        return self.name or f"SM{self.no:032x}"


@dataclass(slots=True)
class Behaviour:
    """What happens to one of the next messages: ``how`` of ``HOWS``, and for how many seconds."""

    how: str
    seconds: float = 0.0


# fine · 503 · 400 · 500 without taking it · the line ends before it was taken · or after · slow, and taken at the end
HOWS = ("fine", "busy", "refuse", "break", "drop", "take_and_drop", "slow")


@dataclass(slots=True)
class Sandbox:
    """What was taken and answered, and how the gateway behaves. ``hooks`` is where the clinic is reached."""

    account: str = "ACsandbox"
    token: str = "sandbox-token"  # noqa: S105
    mail_secret: str = SANDBOX_SECRET
    hooks: str = ""
    deliver_after: float | None = 0.5
    clock: Callable[[], datetime] = read_clock
    lines: list[Line] = field(default_factory=list)
    next_hows: deque[Behaviour] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def behave(self, how: str, *, times: int = 1, seconds: float = 0.0) -> None:
        """Let the next messages be met so.

        :raises ValueError: if there is no such way
        """
        if how not in HOWS:
            raise ValueError(how)
        with self.lock:
            self.next_hows.extend(Behaviour(how, seconds) for _ in range(times))

    def next_how(self) -> Behaviour:
        """Return how the next message is met."""
        with self.lock:
            return self.next_hows.popleft() if self.next_hows else Behaviour("fine")

    def take(
        self, road: str, other: str, ours: str, words: str, *, subject: str = "", key: str = "", name: str = ""
    ) -> Line:
        """Take something, for good."""
        with self.lock:
            line = Line(
                len(self.lines) + 1, road, other, ours, words, self.clock(), subject=subject, key=key, name=name
            )
            self.lines.append(line)
        return line

    def find(self, road: str, other: str = "") -> list[Line]:
        """Return what lies on a road, of one address or of all, oldest first."""
        with self.lock:
            return [one for one in self.lines if one.road == road and other in ("", one.other)]

    def send_receipt(self, line: Line, callback: str, status: str = "delivered") -> None:
        """Tell the sender, a moment later, that a text was delivered."""
        if not callback or self.deliver_after is None:
            return
        values = {"MessageSid": line.sid, "MessageStatus": status, "To": line.other, "From": line.ours}
        threading.Thread(target=self._late, args=(callback, values), daemon=True).start()

    def answer_text(self, number: str, words: str) -> int:
        """Answer as whoever holds a telephone; return how the clinic took it (an HTTP status, 0 if it is not there)."""
        ours = next((one.ours for one in reversed(self.find("text", number))), "")
        with self.lock:
            line = Line(len(self.lines) + 1, "text", number, ours, words, self.clock(), is_answer=True)
            self.lines.append(line)
        values = {"MessageSid": line.sid, "From": number, "To": ours, "Body": words, "NumMedia": "0"}
        return self.post(f"{self.hooks}{TEXT_HOOK}", values)

    def answer_mail(self, address: str, words: str, subject: str = "") -> int:
        """Answer a mail as whoever reads it; return how the clinic took it (an HTTP status, 0 if it is not there)."""
        last = next((one for one in reversed(self.find("email", address)) if not one.is_answer), None)
        with self.lock:
            line = Line(
                len(self.lines) + 1, "email", address, last.ours if last else "", words, self.clock(),
                is_answer=True, subject=subject or (f"Re: {last.subject}" if last else ""),
            )  # fmt: skip
            self.lines.append(line)
        heads = {
            "From": address, "To": line.ours, "Subject": line.subject, "Message-ID": f"<{line.no}@sandbox.invalid>",
            "In-Reply-To": last.name if last else "", "Content-Type": "text/plain; charset=utf-8",
        }  # fmt: skip
        raw = "".join(f"{name}: {value}\r\n" for name, value in heads.items() if value) + f"\r\n{words}\r\n"
        body, name, seconds = raw.encode(), f"sandbox-{line.no}", str(int(line.at.timestamp()))
        signature = sign_mail(name, seconds, body, self.mail_secret)
        named = {"webhook-id": name, "webhook-timestamp": seconds, "webhook-signature": signature}
        return self._post(f"{self.hooks}{MAIL_HOOK}", body, {"Content-Type": "message/rfc822"} | named)

    def post(self, url: str, values: Mapping[str, str]) -> int:
        """Post a signed form to the clinic; return the status, 0 if nobody answered."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(url, values.items(), self.token),
        }
        return self._post(url, urlencode(values).encode(), headers)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        parts = urlsplit(url)
        link = HTTPConnection(parts.hostname or "", parts.port, timeout=HOOK_SECONDS)
        try:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            link.request("POST", path, body, dict(headers))
            return link.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            link.close()

    def _late(self, callback: str, values: Mapping[str, str]) -> None:
        time.sleep(self.deliver_after or 0.0)
        self.post(callback, values)
