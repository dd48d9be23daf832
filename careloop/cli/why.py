"""``careloop why LOOP``: the explanation of one loop."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.cli.boot import boot, operator
from careloop.cli.output import print_json


def why(
    loop: Annotated[UUID, typer.Argument(help="The loop's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
) -> None:
    """Print why a loop is here, why now, what if it waits, what is next, and from which source."""
    boot()
    from careloop.reads.worklist import get_explanation

    acting = operator()
    found = get_explanation(acting, loop)
    today = acting.at.astimezone(ZoneInfo("UTC")).date()

    def words(said: Say) -> str:
        return speak(said, language, today=today)

    source = found.source
    told = {
        "schema": "careloop.why.1",
        "loop": str(loop),
        "kind": str(found.row.kind),
        "state": str(found.row.state),
        "title": words(found.row.title),
        "why_here": [words(s) for s in found.why_here],
        "why_now": words(found.why_now),
        "if_waits": words(found.if_waits),
        "next_step": words(found.next_step),
        "deadline": words(found.row.deadline.say),
        "owner": found.row.owner_name or found.row.queue_name,
        "source": f"{source.organization}: {source.title} ({source.year}), {source.section}" if source else None,
        "confidence": str(source.confidence) if source else None,
        "checked_on": source.checked_on.isoformat() if source else None,
        "evidence": [{"kind": str(e.kind), "label": e.label, "on": e.on, "said_by": e.said_by} for e in found.evidence],
        "history": [{"at": line.at.isoformat(), "who": line.who, "what": words(line.say)} for line in found.history],
    }
    if as_json:
        print_json(told)
        return
    for name, label in LABELS:
        value = told[name]
        if value:
            typer.echo(f"{label}: {' '.join(map(str, value)) if isinstance(value, list) else value}")
    for fact in found.evidence:
        typer.echo(f"Evidence: {fact.label}, {fact.on or 'no date'} ({fact.said_by})")
    for line in found.history:
        typer.echo(f"{line.at:%Y-%m-%d %H:%M} UTC  {line.who}: {words(line.say)}")


LABELS = (
    ("title", "What"),
    ("state", "State"),
    ("why_here", "Why is it here"),
    ("why_now", "Why now"),
    ("if_waits", "What if it waits"),
    ("next_step", "Next step"),
    ("deadline", "Deadline"),
    ("owner", "Owner"),
    ("source", "Source"),
    ("confidence", "How well the source was checked"),
    ("checked_on", "Checked on"),
)
