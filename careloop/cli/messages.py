"""``careloop messages``: the words for patients, looked at without a database."""

from typing import Annotated

import typer

from careloop.basics.clock import read_clock
from careloop.catalog.messages import (
    SAMPLE_ZONE,
    load_messages,
    load_part_prices,
    load_private_names,
    load_samples,
    load_tongues,
)
from careloop.catalog.speech import speak
from careloop.cli.output import PROBLEMS, print_json, say
from careloop.facts.messages import MessageLine, Shown, TextParts
from careloop.rules.messages import find_faults, find_faults_of, show_messages

app = typer.Typer(help="The words for patients.", no_args_is_help=True)


@app.callback()
def _messages() -> None:
    """Say what the words for patients are like."""


@app.command("check")
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at every message: state, reading grade, parts, private words. Exit 0 if all is well, 1 if not."""
    tongues = load_tongues()
    lines = show_messages(
        load_messages().values(),
        {language: load_samples(language) for language in tongues},
        tongues=tongues,
        names=load_private_names(),
        prices=load_part_prices(),
        on=read_clock().date(),
        zone=SAMPLE_ZONE,
    )
    faults = sum(len(find_faults(line)) for line in lines)
    if as_json:
        print_json({"schema": "careloop.messages.1", "faults": faults, "messages": [_as_json(line) for line in lines]})
    else:
        _tell(lines, faults)
    if faults:
        raise typer.Exit(PROBLEMS)


def _tell(lines: tuple[MessageLine, ...], faults: int) -> None:
    for line in lines:
        for shown in line.shown:
            parts = f"  {shown.parts.parts} parts" if shown.parts else ""
            typer.echo(f"{line.template.key}  {shown.language}  {shown.state}  grade {shown.grade}{parts}")
        for language, fault in find_faults(line):
            typer.echo(f"  Fault: {language}: {speak(fault, 'en')}")
    approved = sum(shown.state == "approved" for line in lines for shown in line.shown)
    versions = sum(len(line.shown) for line in lines)
    say(f"{len(lines)} messages, {versions} versions, {approved} of them approved; {faults} faults.")


def _as_json(line: MessageLine) -> dict[str, object]:
    return {
        "key": line.template.key,
        "topic": str(line.template.topic),
        "roads": [str(road) for road in line.template.roads],
        "fields": sorted(str(field) for field in line.template.fields),
        "lacking": list(line.lacking),
        "versions": [_version_as_json(shown) for shown in line.shown],
    }


def _version_as_json(shown: Shown) -> dict[str, object]:
    return {
        "language": shown.language,
        "state": str(shown.state),
        "reviewer": shown.reviewer or None,
        "reviewed_on": shown.reviewed_on,
        "grade": shown.grade,
        "parts": _parts_as_json(shown.parts),
        "cost_hundredths": shown.cost_hundredths,
        "private": [{"word": w.word, "kind": str(w.kind), "piece": str(w.piece)} for w in shown.private],
        "faults": [speak(fault, "en") for fault in find_faults_of(shown)],
    }


def _parts_as_json(parts: TextParts | None) -> dict[str, object] | None:
    if parts is None:
        return None
    return {
        "alphabet": str(parts.alphabet),
        "units": parts.units,
        "parts": parts.parts,
        "left": parts.left,
        "because": list(parts.because),
    }
