"""``careloop measures``: published quality measures judged on folders of records, without a database."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from careloop.cli.output import PARTIAL, USAGE, fail, print_json, say
from careloop.cli.valuesets import find_value_set_files, read_file
from careloop.facts.measures import Measure, Record, Span, Tally, Unanswerable, ValueSet
from careloop.formats.fhir.measured import join_portraits, read_portrait
from careloop.formats.fhir.timing import read_moment
from careloop.rules.measures import find_measures
from careloop.rules.valuesets import newest_of

app = typer.Typer(help="Published quality measures.", no_args_is_help=True)

POPULATIONS: Mapping[str, str] = {
    "initial-population": "initial_population",
    "denominator": "denominator",
    "denominator-exclusion": "exclusion",
    "denominator-exception": "exception",
    "numerator": "numerator",
}


@app.command("list")
def list_measures(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the measures that can be judged, with version and usual measurement period."""
    measures = find_measures().values()
    if as_json:
        rows = [
            {
                "name": m.name,
                "version": m.version,
                "title": m.title,
                "period": {"start": m.begins_on.isoformat(), "end": m.ends_on.isoformat()},
            }
            for m in measures
        ]
        print_json({"schema": "careloop.measures.1", "measures": rows})
        return
    for m in measures:
        typer.echo(f"{m.name}  version {m.version}  {m.begins_on} to {m.ends_on}  {m.title}")


@app.command("run")
def run(
    measure: Annotated[str, typer.Argument(help="The name of a measure, from: careloop measures list")],
    data: Annotated[Path, typer.Option(help="A folder that holds one folder of FHIR .json files for each patient.")],
    valuesets: Annotated[Path, typer.Option(help="A folder with FHIR ValueSet .json files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    period_start: Annotated[str, typer.Option(help="First day, YYYY-MM-DD; the measure's own if not given.")] = "",
    period_end: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD; the measure's own if not given.")] = "",
) -> None:
    """Judge each patient's folder by a measure. Exit 0 if all were judged, 5 if some could not be."""
    found = _find_measure(measure)
    first, last = _read_period(found, period_start, period_end)
    folders = _find_folders(data)
    sets = _find_sets(found, valuesets)
    span = Span(read_moment(f"{first}T00:00:00Z", "period"), read_moment(f"{last}T23:59:59.999Z", "period"))
    answers: dict[str, tuple[Tally, ...]] = {}
    for folder in folders:
        try:
            answers[folder.name] = _judge(found, folder, sets, span)
        except Unanswerable as fault:
            say(f"No answer for {folder.name}: {fault}.")
    if as_json:
        print_json(
            {
                "measure": found.name,
                "period": {"start": first.isoformat(), "end": last.isoformat()},
                "patients": [{"id": name, "groups": _as_groups(tallies)} for name, tallies in answers.items()],
            }
        )
    else:
        _show(answers)
    if len(answers) < len(folders):
        raise typer.Exit(PARTIAL)


def _find_measure(name: str) -> Measure:
    measures = find_measures()
    if name not in measures:
        fail(USAGE, f"The measure {name!r} is not supported.", fix=f"Choose one of: {', '.join(measures)}")
    return measures[name]


def _read_period(measure: Measure, start: str, end: str) -> tuple[date, date]:
    first = _read_day(start, "--period-start") if start else measure.begins_on
    last = _read_day(end, "--period-end") if end else measure.ends_on
    if last < first:
        fail(USAGE, f"The period ends on {last}, before it begins on {first}.", fix="Give both days, the first first.")
    return first, last


def _read_day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(USAGE, f"{option} {text!r} is not a day.", fix="Write YYYY-MM-DD.")


def _find_folders(data: Path) -> list[Path]:
    if not data.is_dir():
        fail(USAGE, f"There is no folder {data}.", fix="Check --data.")
    folders = sorted(path for path in data.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not folders:
        fail(USAGE, f"The folder {data} holds no folders.", fix="Put each patient's files into a folder of its own.")
    return folders


def _find_sets(measure: Measure, folder: Path) -> dict[str, frozenset[str]]:
    """Return the codes of the value sets that a measure names, by OID; the newest version where there are several."""
    found: list[ValueSet] = []
    for file in find_value_set_files(folder, argument="--valuesets"):
        for one in read_file(file):
            if isinstance(one, ValueSet):
                found.append(one)
            else:
                say(f"Passed over: {one.file}: {one.path}: {one.why}. {one.fix}")
    newest = newest_of(found)
    missing = sorted({f"{name.oid} ({name.title})" for name in measure.sets if name.oid not in newest})
    if missing:
        lines = "\n".join(f"  {line}" for line in missing)
        fail(USAGE, f"{measure.name} needs value sets that are not in {folder}:", lines, "Put their files there.")
    return {name.oid: newest[name.oid].codes for name in measure.sets}


def _judge(measure: Measure, folder: Path, sets: Mapping[str, frozenset[str]], period: Span) -> tuple[Tally, ...]:
    person, entries = join_portraits(
        (read_portrait(raw, name) for name, raw in _read_files(folder)),
        folder.name,
    )
    return measure.judge(Record(person, entries, sets, period))


def _read_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*.json")):
        name = str(file.relative_to(folder.parent))
        try:
            yield name, file.read_bytes()
        except OSError as fault:
            raise Unanswerable(name, f"cannot be read: {fault.strerror}") from None


def _as_groups(tallies: tuple[Tally, ...]) -> list[dict[str, int]]:
    return [{name: getattr(tally, field) for name, field in POPULATIONS.items()} for tally in tallies]


def _show(answers: Mapping[str, tuple[Tally, ...]]) -> None:
    wide = max([len("patient"), *map(len, answers)])
    typer.echo(f"{'patient':{wide}}  group  {'  '.join(POPULATIONS)}")
    for name, tallies in answers.items():
        for number, group in enumerate(_as_groups(tallies), start=1):
            cells = "  ".join(f"{count:>{len(population)}}" for population, count in group.items())
            typer.echo(f"{name:{wide}}  {number:>5}  {cells}")
