"""``careloop serve``: the pages, on this machine unless told otherwise, with a worker beside them."""

import os
import signal
import subprocess
import sys
from typing import Annotated

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.output import USAGE, fail, say


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.")] = 8000,
    with_worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Run the worker beside.")] = True,
) -> None:
    """Serve the pages until Ctrl-C."""
    if not 0 < port < 65536:
        fail(USAGE, f"{port} is no port.", fix="Choose one between 1 and 65535.")
    boot()
    _offer_setup(host, port)
    run(host, port, with_worker=with_worker)


def _offer_setup(host: str, port: int) -> None:
    """Print the key with which whoever installs sets the clinic up in the browser, while there is no clinic."""
    from careloop.actions.setup import open_setup

    key = open_setup(operator())
    if key is not None:
        say(f"This database has no clinic yet. Set it up: http://{host}:{port}/setup/")
        say(f"Key: {key}  (it holds until the next start)")


def run(host: str, port: int, *, with_worker: bool) -> None:
    """Run the web server, and the worker as a process of its own, until stopped."""
    os.environ["CARELOOP_POOL"] = "1"
    worker = None
    if with_worker:
        inherited = {key: value for key, value in os.environ.items() if key != "CARELOOP_POOL"}
        worker = subprocess.Popen([sys.executable, "-m", "careloop", "worker"], env=inherited)
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", "8", "--log-level", "error", "careloop.config.wsgi:application",
    ]  # fmt: skip
    say(f"Careloop serves http://{host}:{port}/ (Ctrl-C ends it).")
    # Whoever ends this process ends the server and the worker with it.
    signal.signal(signal.SIGTERM, _stop)
    server = subprocess.Popen(command)  # noqa: S603
    try:
        raise typer.Exit(server.wait())
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    finally:
        for child in (server, worker):
            if child is not None and child.poll() is None:
                child.terminate()
                child.wait()


def _stop(*_: object) -> None:
    raise KeyboardInterrupt
