"""What a command prints: data on standard output, words on standard error, JSON when asked."""

import json
import sys
from typing import NoReturn

import typer

from careloop.basics.refusals import Refusal
from careloop.catalog.speech import speak
from careloop.postgres.errors import ServerError

OK, PROBLEMS, USAGE, CONFIGURATION, UNAVAILABLE, PARTIAL = range(6)


def print_json(value: object) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def say(text: str) -> None:
    """Print words for a person on standard error."""
    typer.echo(text, err=True)


def fail(code: int, what: str, why: str = "", fix: str = "") -> NoReturn:
    """End the command: what is wrong, why, and how to mend it."""
    _tell(what, why, fix)
    raise typer.Exit(code)


def tell_refused(refusal: Refusal) -> int:
    """Say the words of a refusal; return the exit code."""
    _tell(speak(refusal.say, "en"), "", "")
    return USAGE


def tell_server(fault: ServerError) -> int:
    """Say that the database is not there; return the exit code."""
    _tell(fault.what, fault.why, fault.fix)
    return UNAVAILABLE


def tell_lost(fault: Exception) -> int:
    """Say that the database broke off what was being done; return the exit code."""
    why = (str(fault).splitlines() or [""])[0]
    fix = "What was finished is kept. See that the database runs and has room, then run it again."
    _tell("The database broke off.", why, fix)
    return UNAVAILABLE


def _tell(what: str, why: str, fix: str) -> None:
    say("\n".join(line for line in (f"Error: {what}", why, fix) if line))
