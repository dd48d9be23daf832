"""``careloop db``: the private server, or where the outside one is."""

import os
from typing import Annotated

import typer

from careloop.cli.boot import find_urls
from careloop.cli.output import CONFIGURATION, USAGE, fail, say
from careloop.postgres.server import ensure_running, stop

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command("url")
def url(role: Annotated[str, typer.Option(help="app or owner.")] = "app") -> None:
    """Print the URL of the database for a role. It holds a password: keep it to yourself."""
    if role not in ("app", "owner"):
        fail(USAGE, f"There is no role {role!r}.", fix="Choose app or owner.")
    found = find_urls()[role == "owner"]
    if not found:
        fail(CONFIGURATION, "CARELOOP_OWNER_URL is not set.", fix="Set it beside DATABASE_URL.")
    typer.echo(found)


@app.command("start")
def start() -> None:
    """Start the private server if it does not run."""
    _refuse_outside()
    ensure_running()
    say("The database runs.")


@app.command("stop")
def stop_server() -> None:
    """Stop the private server."""
    _refuse_outside()
    say("The database has stopped." if stop() else "The database was not running.")


def _refuse_outside() -> None:
    if os.environ.get("DATABASE_URL"):
        fail(CONFIGURATION, "This database is not ours to start or stop.", "DATABASE_URL names an outside server.")
