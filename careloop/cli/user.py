"""``careloop user``: who works here and signs in."""

import os
import sys
from typing import Annotated
from uuid import UUID

import typer

from careloop.catalog.speech import speak
from careloop.cli.boot import boot, operator
from careloop.cli.output import PROBLEMS, USAGE, fail, print_json, say
from careloop.facts.access import STAFF, Role

app = typer.Typer(help="People who sign in.", no_args_is_help=True)


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="The e-mail address to sign in with.")],
    name: Annotated[str, typer.Option(help="The name that colleagues see.")],
    role: Annotated[str, typer.Option(help=", ".join(STAFF))],
    team: Annotated[list[str] | None, typer.Option(help="A team; may be given more than once.")] = None,
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password as one line.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Print a one-time link to set the password, for a day.")] = False,
) -> None:
    """Add a person. The password is read from standard input, asked for on a terminal, or set by a link."""
    try:
        part = Role(role)
    except ValueError:
        fail(USAGE, f"There is no role {role!r}.", fix=f"Choose one of: {', '.join(STAFF)}")
    boot()
    from careloop.actions.people import hire, make_sign_in_link, make_team

    password = None if link else _read_password(from_stdin=password_stdin)
    units = [make_team(operator(), name=one) for one in team or []]
    hired = hire(operator(), name=name, email=email, role=part, password=password, unit_ids=units, language=language)
    typer.echo(str(hired))
    if link:
        origin = os.environ.get("CARELOOP_ORIGINS", "http://127.0.0.1:8000").split(",")[0]
        typer.echo(f"{origin}{make_sign_in_link(operator(), person_id=hired)}")


@app.command("list")
def list_users(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List everybody who works here."""
    boot()
    from careloop.reads.health import list_staff

    staff = list_staff(operator())
    if as_json:
        rows = [
            {"id": str(p.id), "name": p.name, "role": p.role, "email": p.email, "active": p.is_active} for p in staff
        ]
        print_json({"schema": "careloop.users.1", "users": rows})
        return
    for p in staff:
        typer.echo(f"{p.id}  {p.role}  {p.name} <{p.email}>{'' if p.is_active else '  (left)'}")


@app.command("deactivate")
def deactivate_user(
    person: Annotated[str, typer.Argument(help="The person's e-mail address, or id from: careloop user list")],
) -> None:
    """Let a person go. Refused, with the list, while open loops would be left without cover."""
    boot()
    from careloop.actions.people import LeavesLoops, deactivate

    try:
        left = deactivate(operator(), person_id=_find(person))
    except LeavesLoops as refusal:
        say(f"Error: {speak(refusal.say, 'en')}")
        for loop_id, kind, next_at in refusal.left.first:
            typer.echo(f"{loop_id}  {kind}  next {next_at:%Y-%m-%d}")
        raise typer.Exit(PROBLEMS) from None
    say("Done. The login is closed and every grant has ended.")
    if left:
        say(f"Open loops that the worker hands to the queues of their teams: {left}.")


def _find(person: str) -> UUID:
    """Return the key of whom an id or an e-mail address names; ends the command if nobody is named."""
    if "@" in person:
        from careloop.reads.health import list_staff

        wanted = person.strip().casefold()
        found = [one.id for one in list_staff(operator()) if one.email.casefold() == wanted]
        return found[0] if found else fail(USAGE, f"Nobody signs in as {person}.", fix="Look with: careloop user list")
    try:
        return UUID(person)
    except ValueError:
        return fail(USAGE, f"{person} is no e-mail address and no id.", fix="Take one from: careloop user list")


def _read_password(*, from_stdin: bool) -> str | None:
    """Return the password, or None when there is nobody to ask: the login then stays closed."""
    if from_stdin or not sys.stdin.isatty():
        line = sys.stdin.readline().rstrip("\n")
        return line or None
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
