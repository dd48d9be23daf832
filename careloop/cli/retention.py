"""``careloop retention``: what is past its time, legal holds, and the end of a record by the word of two people."""

from typing import Annotated
from uuid import UUID

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.output import USAGE, fail, print_json, say
from careloop.facts.retention import Deleted, TombstoneLine

app = typer.Typer(help="How long records are kept.", no_args_is_help=True)

Patient = Annotated[UUID | None, typer.Option(help="The patient's id.")]
Everything = Annotated[bool, typer.Option("--everything", help="All records.")]
Reason = Annotated[str, typer.Option(help="Why. Kept for good.")]


@app.callback()
def _group() -> None:
    """Look at what is past its time, hold what must be kept, and delete what two people agree on."""


@app.command("list")
def list_past(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 1000,
) -> None:
    """List records past their time, the legal holds that run, and what is left of deleted records."""
    boot()
    from careloop.reads.retention import list_past_retention

    found = list_past_retention(operator(), how_many=limit)
    if as_json:
        rule = found.rule
        print_json(
            {
                "schema": "careloop.retention.1",
                "rule": {"years": rule.years, "begins_at_age": rule.begins_at_age, "verified": rule.is_verified,
                         "source": rule.source},
                "holds": [{"id": h.id, "patient": str(h.patient_id) if h.patient_id else None, "reason": h.reason,
                           "since": h.since.isoformat()} for h in found.holds],
                "past": [{"patient": str(p.patient_id), "last_on": p.last_on.isoformat(),
                          "kept_until": p.kept_until.isoformat(), "held": p.is_held, "asked_by": p.asked_by}
                         for p in found.past],
                "deleted": [_stone_as_json(stone) for stone in found.tombstones],
            }
        )  # fmt: skip
        return
    if not found.rule.is_verified:
        say(f"Not verified, set by the clinic: {found.rule.years} years. {found.rule.source}")
    for hold in found.holds:
        typer.echo(f"hold {hold.id}  {hold.patient_id or 'everything'}  since {hold.since:%Y-%m-%d}  {hold.reason}")
    for line in found.past:
        state = "held" if line.is_held else "not held"
        state += f", {line.asked_by} asks for its deletion" if line.asked_by else ""
        typer.echo(f"{line.patient_id}  last {line.last_on}  kept until {line.kept_until}  {state}")
    for stone in found.tombstones:
        back = f", readmitted {stone.readmitted_at:%Y-%m-%d}" if stone.readmitted_at else ""
        who = f"{stone.asked_by} and {stone.confirmed_by}"
        typer.echo(f"deleted {stone.id}  {stone.deleted_at:%Y-%m-%d} by {who}  {stone.rows} rows{back}")


@app.command("hold")
def hold(reason: Reason, patient: Patient = None, everything: Everything = False) -> None:
    """Set a legal hold on one patient's record or on everything, and print its number."""
    _choose(patient, everything=everything)
    boot()
    from careloop.actions.retention import hold_everything, hold_record

    number = hold_record(operator(), patient, reason=reason) if patient else hold_everything(operator(), reason=reason)
    typer.echo(str(number))


@app.command("lift")
def lift(
    number: Annotated[int, typer.Argument(help="The number of the hold.")],
    reason: Reason,
    patient: Patient = None,
    everything: Everything = False,
) -> None:
    """Lift a legal hold."""
    _choose(patient, everything=everything)
    boot()
    from careloop.actions.retention import lift_hold, lift_hold_on_everything

    if patient:
        lift_hold(operator(), patient, hold_id=number, reason=reason)
    else:
        lift_hold_on_everything(operator(), hold_id=number, reason=reason)
    say("The hold is lifted.")


@app.command("delete")
def delete(
    patient: Annotated[UUID, typer.Argument(help="The patient's id.")],
    propose: Annotated[bool, typer.Option("--propose", help="One supervisor asks. Nothing is deleted.")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="Another one agrees, and the record is deleted.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back that somebody asked.")] = False,
    supervisor: Annotated[str, typer.Option("--as", help="The e-mail address of the supervisor who says so.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything, keep and delete nothing.")] = False,
) -> None:
    """Delete a record that is past its time, by the word of two supervisors. It cannot be brought back."""
    if propose + confirm + withdraw != 1:
        fail(USAGE, "Say one of --propose, --confirm and --withdraw.")
    if not withdraw and not supervisor:
        fail(USAGE, "Nobody is named.", fix="Name the supervisor who says so: --as EMAIL.")
    boot()
    from careloop.actions.retention import confirm_deletion, propose_deletion, withdraw_deletion

    told: dict[str, object] = {"schema": "careloop.deletion.1", "patient": str(patient), "dry_run": dry_run}
    if propose:
        until = propose_deletion(operator(), patient, supervisor=supervisor, dry_run=dry_run)
        told |= {"state": "proposed", "kept_until": until.isoformat()}
    elif withdraw:
        withdraw_deletion(operator(), patient, dry_run=dry_run)
        told |= {"state": "withdrawn"}
    else:
        told |= _deleted_as_json(confirm_deletion(operator(), patient, supervisor=supervisor, dry_run=dry_run))
    if as_json:
        print_json(told)
        return
    typer.echo("  ".join(f"{name} {value}" for name, value in told.items() if name not in ("schema", "dry_run")))
    if dry_run:
        say("This was a dry run: nothing was kept or deleted.")
    elif propose:
        say("Nothing is deleted until another supervisor agrees: --confirm.")


@app.command("readmit")
def readmit(tombstone: Annotated[UUID, typer.Argument(help="The id of the deleted record's tombstone.")]) -> None:
    """Let somebody come in again whose record was deleted. What was deleted does not come back by it."""
    boot()
    from careloop.actions.retention import readmit_record

    readmit_record(operator(), tombstone=tombstone)
    say("This person can come in again. Bring their records once more.")


def _deleted_as_json(deleted: Deleted) -> dict[str, object]:
    return {
        "state": "deleted",
        "kept_until": deleted.kept_until.isoformat(),
        "tombstone": str(deleted.tombstone),
        "rows": dict(deleted.rows),
        "sha256": deleted.sha256,
    }


def _stone_as_json(stone: TombstoneLine) -> dict[str, object]:
    return {
        "tombstone": str(stone.id),
        "patient": str(stone.was_patient),
        "at": stone.deleted_at.isoformat(),
        "kept_until": stone.kept_until.isoformat(),
        "asked_by": stone.asked_by,
        "confirmed_by": stone.confirmed_by,
        "rows": stone.rows,
        "sha256": stone.sha256,
        "readmitted": stone.readmitted_at.isoformat() if stone.readmitted_at else None,
    }


def _choose(patient: UUID | None, *, everything: bool) -> None:
    if (patient is None) is not everything:
        fail(USAGE, "Name one patient, or say --everything.")
