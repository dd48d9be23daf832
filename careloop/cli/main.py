"""The command ``careloop``: what an operator types. Exit codes: 0 ok, 1 problems, 2 usage, 3 configuration,
4 unavailable, 5 partial.
"""

import sys

import psycopg
import typer
from django.db import InterfaceError, OperationalError

from careloop import __version__
from careloop.basics.refusals import Refusal
from careloop.cli import (
    adding,
    audit,
    checks,
    database,
    demo,
    directory_file,
    doctor,
    export,
    importing,
    init,
    loops,
    measures,
    messages,
    outbox,
    patient_files,
    retention,
    sandbox,
    serve,
    status,
    user,
    valuesets,
    why,
    worker,
)
from careloop.cli.output import tell_lost, tell_refused, tell_server
from careloop.postgres.errors import ServerError

app = typer.Typer(
    name="careloop", no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
app.command("init")(init.init)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("reconcile")(outbox.reconcile)
app.command("sandbox")(sandbox.sandbox)
app.command("status")(status.status)
app.command("loops")(loops.loops)
app.command("why")(why.why)
app.command("doctor")(doctor.doctor)
importing.app.command("patients")(patient_files.import_patients)
importing.app.command("directory")(directory_file.import_directory)
importing.app.command("document")(adding.import_document)
app.add_typer(importing.app, name="import")
app.add_typer(export.app, name="export")
app.add_typer(retention.app, name="retention")
app.add_typer(user.app, name="user")
app.add_typer(database.app, name="db")
app.add_typer(audit.app, name="audit")
app.add_typer(checks.app, name="checks")
app.add_typer(measures.app, name="measures")
app.add_typer(messages.app, name="messages")
app.add_typer(outbox.app, name="outbox")
app.add_typer(valuesets.app, name="valuesets")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Print the version."),
) -> None:
    """Careloop keeps every promise made to a patient open until it happened and everybody knows."""


def main() -> None:
    """Run the command; a refusal or a missing database ends it with plain words, not a traceback."""
    try:
        app(standalone_mode=True)
    except Refusal as refusal:
        sys.exit(tell_refused(refusal))
    except ServerError as fault:
        sys.exit(tell_server(fault))
    except (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError) as lost:
        sys.exit(tell_lost(lost))
