"""``careloop import document``: one file into one patient's record."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.documents import show_name
from careloop.cli.output import USAGE, fail, print_json, say
from careloop.facts.access import Label
from careloop.facts.documents import HAND_LABELS, MAX_FILE_BYTES

LABELS = {str(label.name).lower(): label for label in HAND_LABELS}


def import_document(
    file: Annotated[Path, typer.Argument(help="PDF, picture, text in UTF-8 or C-CDA document.")],
    patient: Annotated[UUID, typer.Option(help="The patient's id.")],
    title: Annotated[str, typer.Option(help="What it is; without it the name of the file.")] = "",
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its day, YYYY-MM-DD.")] = None,
    label: Annotated[
        list[str] | None, typer.Option(help=f"Sensitive: {', '.join(LABELS)}; may be given again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Add a file to a patient's record. The same bytes twice are one document."""
    labels = [_read_label(one) for one in label or []]
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE_BYTES + 1)
    except OSError as fault:
        fail(USAGE, f"{show_name(file)} cannot be read.", fault.strerror or "", "Check the path.")
    boot()
    from careloop.actions.documents import add_document

    name = title or show_name(Path(file.name))[:200]
    day = date.date() if date is not None else None
    added = add_document(operator(), patient, content=content, title=name, dated_on=day, labels=labels)
    if as_json:
        print_json({"schema": "careloop.document.1", "document": str(added.document_id), "new": added.is_new})
        return
    typer.echo(str(added.document_id))
    say("The document is in the record." if added.is_new else "The record holds this document already.")


def _read_label(text: str) -> Label:
    if text not in LABELS:
        fail(USAGE, f"{text!r} is no label.", fix=f"Choose one of: {', '.join(LABELS)}")
    return LABELS[text]
