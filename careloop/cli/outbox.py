"""``careloop outbox``: what is on its way to patients, without names; and taking one thing back."""

from typing import Annotated
from uuid import UUID

import typer

from careloop.basics.clock import read_clock
from careloop.cli.boot import boot, operator
from careloop.cli.output import PROBLEMS, USAGE, fail, print_json, say
from careloop.facts.outbox import OutState

app = typer.Typer(help="What goes out to patients.", no_args_is_help=True)


@app.command("list")
def list_outbox(
    state: Annotated[str, typer.Option(help="Only what stands so: waiting, sent, failed, unknown, ...")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List what goes out by state, newest first: keys, roads and moments, no names and no words."""
    if state and state not in list(OutState):
        fail(USAGE, f"{state} is no state.", fix=f"Choose one of {', '.join(OutState)}.")
    boot()
    from careloop.reads.channels import count_outbox, list_rows

    counts = count_outbox(operator())
    rows = list_rows(operator(), state=state) if state else ()
    if as_json:
        print_json(
            {
                "schema": "careloop.outbox.1",
                "states": dict(counts.states),
                "due": counts.due,
                "inbox_new": counts.inbox_new,
                "is_waiting": counts.is_waiting,
                "because": counts.because,
                "rows": [
                    {"id": str(one.id), "road": one.road, "state": one.state, "at": one.at.isoformat(), "why": one.why}
                    for one in rows
                ],
            }
        )
        return
    for name, count in sorted(counts.states.items()):
        typer.echo(f"{name}  {count}")
    typer.echo(f"Due now: {counts.due}. Came in and not read: {counts.inbox_new}.")
    if counts.is_waiting:
        typer.echo(f"Nothing is sent ({counts.because}). Decide with: careloop reconcile")
    for one in rows:
        typer.echo(f"{one.id}  {one.road}  {one.state}  {one.at.isoformat()}  {one.why}")


@app.command("withdraw")
def withdraw(
    outbox_id: Annotated[str, typer.Argument(help="The key of what is to be taken back.")],
    why: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Take back what has not gone yet."""
    try:
        key = UUID(outbox_id)
    except ValueError:
        fail(USAGE, "This is no key.", fix="Take one from: careloop outbox list --state waiting")
    boot()
    from careloop.actions.outbox import withdraw_one

    if not withdraw_one(operator(), outbox_id=key, note=why):
        fail(PROBLEMS, "It has gone already, was taken back, or is not there.", fix="Nothing was changed.")
    say("It was taken back.")


def reconcile(
    send: Annotated[bool, typer.Option("--send", help="Decide: send what is still good.")] = False,
    withdraw_due: Annotated[
        bool, typer.Option("--withdraw", help="Decide: withdraw all that was due; somebody is asked about each.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """After a restore or a long outage: say what went and what is too late; with a decision, let the outbox go on."""
    if send and withdraw_due:
        fail(USAGE, "Sending and withdrawing cannot both be decided.", fix="Choose --send or --withdraw.")
    boot()
    from careloop.jobs.reconciling import compare, decide

    found = compare(read_clock)
    told = {
        "is_waiting": found.counts.is_waiting, "because": found.counts.because,
        "since": found.counts.since.isoformat() if found.counts.since else None, "open": len(found.overdue),
        "gone": len(found.gone), "strangers": found.strangers, "past": found.past,
        "blind": [str(road) for road in found.blind], "is_copy": found.is_copy,
    }  # fmt: skip
    if send or withdraw_due:
        gone, withdrawn, going = decide(read_clock, withdraws=withdraw_due)
        told |= {"decided": {"gone": gone, "withdrawn": withdrawn, "going": going}}
    if as_json:
        print_json({"schema": "careloop.reconcile.1", **told})
        return
    why = f"Nothing is sent ({told['because']}, since {told['since']})." if told["is_waiting"] else "The outbox sends."
    if found.is_copy and not told["is_waiting"]:
        why = "The home folder is a copy: nothing is sent before you decide."
    typer.echo(why)
    typer.echo(f"Was due and has not gone, as this database knows: {told['open']}.")
    typer.echo(f"Of these a provider took {told['gone']}: they will count as sent. Too late to send: {told['past']}.")
    typer.echo(f"Taken by a provider and unknown here: {told['strangers']}. Cannot be asked: {', '.join(found.blind)}.")
    if "decided" in told:
        typer.echo(f"Decided. Counted as sent: {gone}. Withdrawn: {withdrawn}. Will still go: {going}.")
    elif found.counts.is_waiting or found.is_copy:
        typer.echo("Decide: careloop reconcile --send, or careloop reconcile --withdraw")
