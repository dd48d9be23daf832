"""``careloop status``: counts of everything, without names."""

from typing import Annotated

import typer

from careloop import __version__
from careloop.cli.boot import boot, operator
from careloop.cli.output import PROBLEMS, print_json


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what is open, what waits, and whether every invariant holds (exit 1 if one is broken)."""
    boot()
    from careloop.reads.channels import count_outbox
    from careloop.reads.health import get_status
    from careloop.reads.mailbox import find_mailbox

    found, out, box = get_status(operator()), count_outbox(operator()), find_mailbox(operator())
    if as_json:
        print_json(
            {
                "schema": "careloop.status.1",
                "version": __version__,
                "patients": found.patients,
                "resources": dict(found.resources),
                "loops": {
                    "open": dict(found.open),
                    "by_check": dict(found.by_check),
                    "waiting": found.waiting,
                    "overdue": found.overdue,
                },
                "invariants": dict(found.invariants),
                "queues": dict(found.queues),
                "outbox": {"states": dict(out.states), "due": out.due, "new": out.inbox_new, "waits": out.because},
                "mailbox": {
                    "read_at": box.reached_at.isoformat() if box.reached_at else None,
                    "taken": box.kept,
                    "left": box.left,
                    "silent": box.is_silent,
                }
                if box and box.is_on
                else None,
                "worker_seen": found.worker_seen.isoformat() if found.worker_seen else None,
            }
        )
    else:
        typer.echo(f"Careloop {__version__}")
        typer.echo(f"Patients: {found.patients}. Resources: {sum(found.resources.values())}.")
        typer.echo(f"Open loops: {sum(found.open.values())} ({_list(found.open)}). Overdue: {found.overdue}.")
        typer.echo(f"Found by checks: {_list(found.by_check)}. Waiting to be opened: {found.waiting}.")
        typer.echo(f"Queues: {_list(found.queues)}.")
        waits = f" Nothing is sent: {out.because}." if out.is_waiting else ""
        typer.echo(f"Outbox: {_list(out.states)}. Due: {out.due}. Came in, not read: {out.inbox_new}.{waits}")
        if box and box.is_on:
            read = box.reached_at.isoformat() if box.reached_at else "never"
            silent = " It is silent." if box.is_silent else ""
            typer.echo(f"Mailbox last read: {read}. Taken in: {box.kept}. Left there: {box.left}.{silent}")
        typer.echo(f"Worker last seen: {found.worker_seen.isoformat() if found.worker_seen else 'never'}.")
        broken = {name: rows for name, rows in found.invariants.items() if rows}
        typer.echo(f"Invariants: {len(found.invariants)} hold." if not broken else f"Broken: {_list(broken)}.")
    if any(found.invariants.values()):
        raise typer.Exit(PROBLEMS)


def _list(counts: object) -> str:
    items = dict(counts)  # type: ignore[call-overload]
    return ", ".join(f"{name} {count}" for name, count in sorted(items.items())) or "none"
