"""``careloop valuesets``: published value sets, brought by the clinic under its own licence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from careloop.cli.boot import boot, operator
from careloop.cli.output import PARTIAL, USAGE, fail, print_json
from careloop.facts.measures import ValueSet
from careloop.facts.receipts import Refused
from careloop.formats.fhir.valuesets import ValueSetFault, read_value_sets
from careloop.rules.valuesets import newest_of

app = typer.Typer(help="Published value sets.", no_args_is_help=True)

SHOWN = 20


@app.command("load")
def load(
    folder: Annotated[Path, typer.Argument(help="A folder with FHIR ValueSet .json files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Load value sets; a newer version replaces the older. Exit 0 if all were taken, 5 if some were refused."""
    files = find_value_set_files(folder, argument="DIR")
    found: list[tuple[str, ValueSet]] = []
    rejected: list[Refused] = []
    for file in files:
        for one in read_file(file):
            if isinstance(one, Refused):
                rejected.append(one)
            else:
                found.append((str(file), one))
    boot()
    from careloop.actions.valuesets import load_value_sets

    newest = newest_of(one for _file, one in found)
    loaded = load_value_sets(operator(), found=tuple(newest.values()))
    taken = [one for one in newest.values() if one.oid not in loaded.newer]
    standing = {oid: one.version for oid, one in newest.items()} | loaded.newer
    for name, one in found:
        if one.oid in loaded.newer or one != newest[one.oid]:
            why = f"version {one.version or 'without a number'} of {one.name} ({one.oid}) is not taken"
            fix = f"version {standing[one.oid] or 'without a number'} stands there: leave this one out"
            rejected.append(Refused(name, "ValueSet.version", why, fix))
    codes = sum(len(one.codes) for one in taken)
    _tell(len(files), len(taken), codes, loaded.unchanged, rejected, as_json=as_json)
    if rejected:
        raise typer.Exit(PARTIAL)


@app.command("list")
def list_loaded(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the loaded value sets with version and number of codes."""
    boot()
    from careloop.reads.valuesets import list_value_sets

    lines = list_value_sets(operator())
    if as_json:
        rows = [
            {
                "oid": line.oid,
                "version": line.version,
                "name": line.name,
                "source": line.source,
                "loaded_at": line.loaded_at.isoformat(),
                "codes": line.codes,
            }
            for line in lines
        ]
        print_json({"schema": "careloop.value_sets.1", "value_sets": rows})
        return
    for line in lines:
        typer.echo(f"{line.oid}  version {line.version}  {line.codes} codes  {line.name}")


def find_value_set_files(folder: Path, *, argument: str) -> list[Path]:
    """Return the .json files under a folder; end the command if there is no folder or none in it."""
    if not folder.is_dir():
        fail(USAGE, f"There is no folder {folder}.", fix=f"Check {argument}.")
    files = sorted(path for path in folder.rglob("*.json") if path.is_file())
    if not files:
        fail(USAGE, f"There are no value sets in {folder}.", fix="Put FHIR ValueSet .json files there.")
    return files


def read_file(file: Path) -> Iterator[ValueSet | Refused]:
    """Yield the value sets of a file, or why it cannot be read."""
    try:
        yield from read_value_sets(file.read_bytes())
    except ValueSetFault as fault:
        yield Refused(str(file), fault.path, fault.why, fault.fix)
    except OSError as fault:
        yield Refused(str(file), "", f"cannot be read: {fault.strerror}", "check that it is there and readable")


def _tell(files: int, count: int, codes: int, unchanged: int, rejected: list[Refused], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "schema": "careloop.valuesets.1",
                "files": files,
                "value_sets": count,
                "codes": codes,
                "unchanged": unchanged,
                "rejected": [{"file": r.file, "path": r.path, "why": r.why, "fix": r.fix} for r in rejected],
            }
        )
        return
    typer.echo(f"{files} files, {count} value sets with {codes} codes, {unchanged} of them unchanged.")
    for line in rejected[:SHOWN]:
        typer.echo(f"Refused: {line.file}: {line.path}: {line.why}. {line.fix}")
    if len(rejected) > SHOWN:
        typer.echo(f"... and {len(rejected) - SHOWN} more (see --json).")
