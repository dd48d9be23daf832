"""``careloop export``: one patient's record, or everything when one leaves, as files that anybody can read."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from careloop import __version__
from careloop.cli.boot import boot, operator
from careloop.cli.output import UNAVAILABLE, USAGE, fail, print_json, say
from careloop.facts.access import Acting
from careloop.facts.export import Cover, Handed
from careloop.parcels.cover import make_person_page
from careloop.parcels.parcel import Parcel, ParcelError, make_archive, make_folder

app = typer.Typer(help="Hand records out.", no_args_is_help=True)

PAGE = 500

To = Annotated[Path, typer.Option("--to", help="A folder that is not there yet, or a name ending in .zip.")]
Recipient = Annotated[str, typer.Option("--recipient", help="Who gets it. Kept for good.")]
Reason = Annotated[str, typer.Option("--reason", help="Why. Kept for good.")]


@app.callback()
def _group() -> None:
    """Hand out a record, or leave with everything."""


@app.command("patient")
def export_patient(
    patient: Annotated[UUID, typer.Argument(help="The patient's id.")],
    to: To,
    recipient: Recipient,
    reason: Reason,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Hand out everything about one patient, and keep that it was handed out."""
    boot()
    from careloop.actions.export import hand_out_record

    acting = operator()
    with _open(to, acting) as parcel:
        record = hand_out_record(acting, patient, sink=parcel, recipient=recipient, reason=reason)
        page = f"people/{patient}.html"
        parcel.put(page, make_person_page(record.person).encode())
        parcel.finish(_cover(acting, recipient, reason, page, record.handed))
    _tell(to, 1, record.handed, as_json=as_json)


@app.command("all")
def export_all(
    to: Annotated[Path, typer.Option("--to", help="A folder that is not there yet.")],
    recipient: Recipient,
    reason: Reason,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Leave with everything: every patient in the order of ids, and what belongs to no patient."""
    if to.name.endswith(".zip"):
        fail(USAGE, "Everything leaves as a folder.", "An archive of a whole house could not be written straight on.")
    boot()
    from careloop.actions.export import hand_out_house, hand_out_record, list_patients_after

    handed, patients, last = Handed(), 0, UUID(int=0)
    with _open(to, acting := operator()) as parcel:
        handed.merge(hand_out_house(acting, sink=parcel))
        while keys := list_patients_after(acting, after=last, how_many=PAGE):
            for key in keys:
                record = hand_out_record(
                    operator(), key, sink=parcel, recipient=recipient, reason=reason, with_house=True
                )
                parcel.put(f"people/{key}.html", make_person_page(record.person).encode())
                handed.merge(record.handed)
                patients += 1
            last = keys[-1]
        parcel.finish(_cover(acting, recipient, reason, "", handed))
    _tell(to, patients, handed, as_json=as_json)


class _open(AbstractContextManager[Parcel]):  # noqa: N801
    """A parcel under its final name; a place that cannot take it ends the command with words."""

    def __init__(self, to: Path, acting: Acting) -> None:
        to = to.absolute()
        moment = acting.at.timetuple()[:6]
        self._made = make_archive(to, moment) if to.name.endswith(".zip") else make_folder(to)

    def __enter__(self) -> Parcel:
        try:
            return self._made.__enter__()
        except ParcelError as fault:
            fail(USAGE, str(fault))

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> None:  # noqa: ANN401
        try:
            self._made.__exit__(kind, fault, trace)
            if isinstance(fault, OSError):
                raise fault
        except OSError as broken:
            fail(UNAVAILABLE, "The files could not be written.", broken.strerror or "", "Nothing is left. See to room.")


def _cover(acting: Acting, recipient: str, reason: str, page: str, handed: Handed) -> Cover:
    return Cover(acting.at, __version__, recipient, reason, page, handed.counts)


def _tell(to: Path, patients: int, handed: Handed, *, as_json: bool) -> None:
    if as_json:
        counts = dict(sorted(handed.counts.items()))
        print_json({"schema": "careloop.export.1", "to": str(to), "patients": patients, "counts": counts})
        return
    sys.stdout.write(f"{to}\n")
    say(f"{patients} patients. It is not encrypted: keep it as safely as the records themselves.")
