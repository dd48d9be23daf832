"""``careloop audit``: is the log as it was written?"""

from typing import Annotated

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.output import PROBLEMS, print_json

app = typer.Typer(help="The audit log.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Look after the audit log."""


@app.command("verify")
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare the log with its seals and anchors; name every line that was changed, deleted or slipped in."""
    boot()
    from careloop.jobs.anchors import load_anchors
    from careloop.reads.health import verify_audit

    report = verify_audit(operator(), load_anchors())
    if as_json:
        faults = [{"line": f.line_id, "seal": f.seal_id, "fault": f.fault} for f in report.faults]
        print_json(
            {
                "schema": "careloop.audit.1",
                "lines": report.lines,
                "seals": report.seals,
                "unsealed": report.unsealed,
                "faults": faults,
            }
        )
    else:
        typer.echo(f"{report.lines} lines, {report.seals} seals, {report.unsealed} lines not sealed yet.")
        for fault in report.faults:
            where = f"line {fault.line_id}" if fault.line_id else f"seal {fault.seal_id}"
            typer.echo(f"{where}: {fault.fault}")
        if not report.faults:
            typer.echo("The log agrees with its seals.")
    if report.faults:
        raise typer.Exit(PROBLEMS)
