"""``careloop loops``: the open loops, without names."""

from typing import Annotated

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.output import print_json


def loops(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
) -> None:
    """List open loops in the order of the work list: id, kind, check, state, next day, deadline."""
    boot()
    from careloop.reads.loops import list_open_loops

    found = list_open_loops(operator(), how_many=limit)
    if as_json:
        rows = [
            {
                "id": str(line.id),
                "kind": line.kind,
                "check": line.check,
                "state": line.state,
                "severity": line.severity,
                "next_at": line.next_at.isoformat(),
                "due_at": line.due_at.isoformat() if line.due_at else None,
            }
            for line in found
        ]
        print_json({"schema": "careloop.loops.1", "loops": rows})
        return
    for line in found:
        due = f"due {line.due_at:%Y-%m-%d}" if line.due_at else ""
        typer.echo(
            f"{line.id}  {line.kind:7} {line.check:22} {line.state:8} next {line.next_at:%Y-%m-%d}  {due}".rstrip()
        )
