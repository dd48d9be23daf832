"""The sandbox's mail server: takes mail as real ones do, on this machine alone, and puts it into its mailboxes."""

import email
import email.policy
from asyncio import sleep
from typing import Any

from aiosmtpd.controller import Controller

from careloop.jobs.sandbox import Sandbox


class Taking:
    """Takes mail into a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Keep where it goes."""
        self._sandbox = sandbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, N802
        """Take a letter, or meet it as the sandbox was told to."""
        how = self._sandbox.next_how()
        if how.how == "busy":
            return "451 Try again later"
        if how.how in ("refuse", "break"):
            return "554 Not taken"
        if how.how == "drop":
            server.transport.abort()
            return "421 Gone"
        await sleep(how.seconds)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_body(("plain",))
        words = body.get_content() if body else ""
        for receiver in envelope.rcpt_tos:
            self._sandbox.take(
                "email", receiver.lower(), envelope.mail_from or "", words.strip(), subject=str(mail["Subject"] or ""),
                name=str(mail["Message-ID"] or ""), key=str(mail["Message-ID"] or ""),
            )  # fmt: skip
        if how.how == "take_and_drop":
            server.transport.abort()
        return "250 Taken"


def open_mail(sandbox: Sandbox, port: int) -> Controller:
    """Begin to take mail on a port of this machine; ``stop()`` ends it."""
    controller = Controller(Taking(sandbox), hostname="127.0.0.1", port=port)
    controller.start()
    return controller
