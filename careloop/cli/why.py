"""``careloop why LOOP``: the explanation of one loop."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.cli.boot import boot, operator
from careloop.cli.output import print_json
from careloop.facts.signing import JudgedBy


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
        "judged_by": _judged_as_json(found.judged_by) if found.judged_by else None,
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
    if found.judged_by:
        rule = Say("judged_by.rule", day=found.judged_by.from_on, version=found.judged_by.version)
        values = [f"{words(name)}: {value}" for name, value in found.thresholds]
        typer.echo("; ".join([speak(rule, language).rstrip("."), *values]))
    for fact in found.evidence:
        typer.echo(f"Evidence: {fact.label}, {fact.on or 'no date'} ({fact.said_by})")
    for line in found.history:
        typer.echo(f"{line.at:%Y-%m-%d %H:%M} UTC  {line.who}: {words(line.say)}")


def _judged_as_json(judged: JudgedBy) -> dict[str, object]:
    """Return the rule that a finding rests on as JSON values."""
    return {
        "check": judged.check,
        "version": judged.version,
        "from": judged.from_on.isoformat(),
        "thresholds": {name: f"{value:f}" for name, value in judged.thresholds.items()},
        "knowledge": judged.knowledge,
    }


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
