"""``careloop demo``: an invented clinic, made once from a seed and kept."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from careloop.basics.clock import read_clock
from careloop.catalog.demo.clinic import DemoClinic, make_clinic
from careloop.catalog.demo.fhir import ZONE
from careloop.catalog.demo.town import make_town
from careloop.cli.boot import operator
from careloop.cli.init import prepare
from careloop.cli.output import CONFIGURATION, fail, say
from careloop.cli.serve import run
from careloop.rules.mail_hooks import SANDBOX_SECRET as MAIL_SECRET

PASSWORD = "careloop-demo-2026"  # noqa: S105
SEED = 7
# Nobody is called under it: numbers 555-01xx are kept for stories.
PHONE = "(555) 010-0100"


def demo(
    port: Annotated[int, typer.Option(help="The port to serve on.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Make the clinic and end.")] = False,
    small: Annotated[bool, typer.Option("--small", help="25 patients, and nobody has done anything yet.")] = False,
) -> None:
    """Make the demo clinic if it is not there, then serve it. Everybody in it is invented."""
    # Before the settings are read: words to patients name the clinic's number.
    places = _set_channels(port)
    prepare()
    from careloop.reads.health import get_clinic_marks

    marks = get_clinic_marks(operator())
    if marks.patients and not marks.is_demo:
        why = "It holds records that are not the demo's."
        fail(CONFIGURATION, "This database is not a demo.", why, "Set CARELOOP_HOME to another folder.")
    on = read_clock().astimezone(ZoneInfo(ZONE)).date()
    clinic = make_clinic(seed=SEED, on=on) if small else make_town(seed=SEED, on=on)
    if not marks.is_demo_ready:
        say("Making the demo clinic ...")
        _fill(clinic, small=small)
    _tell(clinic, port)
    if not no_serve:
        with _sandbox(port, *places):
            run("127.0.0.1", port, with_worker=True)


def _set_channels(port: int) -> tuple[int, int]:
    """Have everything that goes out go to the sandbox; return its ports: of its pages, and for mail.

    Server and worker are processes of their own and are given what stands in the environment now.
    """
    places = {"CARELOOP_SANDBOX_PORT": port + 25, "CARELOOP_SANDBOX_MAIL_PORT": port + 26}
    web, mail = (int(os.environ.get(name, number)) for name, number in places.items())
    os.environ.update(
        {
            "CARELOOP_TEXT_URL": f"http://127.0.0.1:{web}", "CARELOOP_TEXT_ACCOUNT": "ACsandbox",
            "CARELOOP_TEXT_TOKEN": "sandbox-token", "CARELOOP_TEXT_FROM": "+15550100100",
            "CARELOOP_TEXT_HOOKS": f"http://127.0.0.1:{port}",
            "CARELOOP_SMTP_HOST": "127.0.0.1", "CARELOOP_SMTP_PORT": str(mail), "CARELOOP_SMTP_SECURITY": "plain",
            "CARELOOP_SMTP_FROM": "care@clinic.example", "CARELOOP_MAIL_IN_SECRET": MAIL_SECRET,
            "CARELOOP_CLINIC_PHONE": PHONE, "CARELOOP_PORTAL_URL": f"http://127.0.0.1:{port}",
        }
    )  # fmt: skip
    return web, mail


@contextmanager
def _sandbox(port: int, web: int, mail: int) -> Iterator[None]:
    """Run the sandbox beside the clinic."""
    command = [sys.executable, "-m", "careloop", "sandbox", "--port", str(web), "--mail-port", str(mail)]
    child = subprocess.Popen([*command, "--hooks", f"http://127.0.0.1:{port}"])  # noqa: S603
    typer.echo(f"What is sent to patients lies in the sandbox: http://127.0.0.1:{web}/")
    try:
        yield
    finally:
        child.terminate()
        child.wait()


def _fill(clinic: DemoClinic, *, small: bool) -> None:
    from careloop.jobs.filling import fill_at_once, fill_day_by_day

    if small:
        fill_at_once(clinic, PASSWORD)
    elif idle := fill_day_by_day(clinic, PASSWORD):
        say(f"{idle} of the demo's deeds found nothing to do on this day.")


def _tell(clinic: DemoClinic, port: int) -> None:
    typer.echo(f"{clinic.name}: a demo. Everybody in it is invented.")
    typer.echo(f"Address: http://127.0.0.1:{port}/")
    typer.echo(f"Password for everybody: {PASSWORD}")
    for one in clinic.staff:
        typer.echo(f"  {one.email:32} {one.role:14} {one.name}")
