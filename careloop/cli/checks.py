"""``careloop checks``: which questions are asked of every record, and on whose word."""

from typing import Annotated

import typer

from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.speech import speak
from careloop.cli.output import USAGE, fail, print_json
from careloop.facts.checks import Check
from careloop.rules.checks import find_checks

app = typer.Typer(help="The checks that find work.", no_args_is_help=True)


@app.command("list")
def list_checks(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List every check with its kind, version and confidence."""
    checks = find_checks()
    if as_json:
        print_json({"schema": "careloop.checks.1", "checks": [_as_json(check) for check in checks.values()]})
        return
    for check in checks.values():
        typer.echo(f"{check.name}  {check.kind}  version {check.version}  {speak(check.title, 'en')}")


@app.command("explain")
def explain(
    name: Annotated[str, typer.Argument(help="The name of a check.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print what a check asks, since when, and its sources."""
    checks = find_checks()
    if name not in checks:
        fail(USAGE, f"There is no check {name!r}.", fix=f"Choose one of: {', '.join(checks)}")
    check = checks[name]
    if as_json:
        print_json(_as_json(check))
        return
    typer.echo(speak(check.title, "en"))
    typer.echo(f"Kind: {check.kind}. Version {check.version}, in force from {check.from_on}.")
    for source in check.sources(load_knowledge()):
        typer.echo(
            f"Source: {source.organization}: {source.title} ({source.year}), {source.section}."
            f" How well it was checked: {source.confidence}, on {source.checked_on}."
        )


def _as_json(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "kind": str(check.kind),
        "title": speak(check.title, "en"),
        "version": check.version,
        "from": check.from_on.isoformat(),
        "confidence": str(check.confidence),
        "sources": [
            {
                "id": s.id,
                "organization": s.organization,
                "title": s.title,
                "year": s.year,
                "section": s.section,
                "confidence": str(s.confidence),
                "checked_on": s.checked_on.isoformat(),
            }
            for s in check.sources(load_knowledge())
        ],
    }
