"""``careloop sandbox``: a gateway on this machine that sends nothing to anybody, for the demo and for trying things."""

import time
from typing import Annotated

import typer

from careloop.cli.output import say


def sandbox(
    port: Annotated[int, typer.Option(help="The port of the pages and of the interface for texts.")] = 8025,
    mail_port: Annotated[int, typer.Option(help="The port that takes mail (SMTP).")] = 8026,
    hooks: Annotated[
        str, typer.Option(help="Where the clinic is reached, for receipts and answers.")
    ] = "http://127.0.0.1:8000",
) -> None:
    """Take texts and mail as a real gateway does, show them, and let one answer as the patient; until Ctrl-C."""
    from careloop.jobs.sandbox import Sandbox
    from careloop.jobs.sandbox_http import Server
    from careloop.jobs.sandbox_mail import open_mail

    box = Sandbox(hooks=hooks)
    server, mail = Server(box, port), open_mail(box, mail_port)
    server.begin()
    say(f"The sandbox shows what was sent: {server.url}/ (Ctrl-C ends it). Mail: 127.0.0.1:{mail_port}.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    finally:
        server.shutdown()
        mail.stop()
