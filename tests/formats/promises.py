"""What every reader promises for any bytes at all; whoever breaks one raises here."""

import json
import re
from datetime import date
from pathlib import Path

import msgspec
import orjson
import typer

from careloop.cli.documents import MAX_DOCUMENT, MAX_RATIO, Document, Unreadable, read_documents
from careloop.cli.output import USAGE
from careloop.cli.patient_files import _read_stretches, _read_table
from careloop.facts.documents import MediaType
from careloop.facts.intake import IncomingResource, Package, Problem, Rejected
from careloop.facts.measures import Unanswerable
from careloop.formats.ccda import CcdaError, is_ccda, read_ccda
from careloop.formats.fhir.definitions import TAKEN_IN
from careloop.formats.fhir.faults import MAX_FAULTS
from careloop.formats.fhir.measured import join_portraits, read_portrait
from careloop.formats.fhir.primitives import is_id
from careloop.formats.fhir.read import read_document
from careloop.formats.fhir.shift import latest_event_on, shift
from careloop.formats.fhir.valuesets import ValueSetFault, read_value_sets
from careloop.formats.media import find_media_type, read_words
from careloop.formats.patient_table import Origin, read_rows

ON = date(2026, 11, 21)
LONGEST_SENTENCE = 2000
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def check_document(raw: bytes, *, is_ndjson: bool = False) -> Package:
    """Read a bundle, a resource or lines: nothing is raised, each resource is taken or refused with its place."""
    package = read_document(raw, is_ndjson=is_ndjson, on=ON)
    places = [(one.type, one.fhir_id) for one in package.resources]
    assert len(set(places)) == len(places)
    for one in package.resources:
        _check_resource(one, raw)
    for refused in package.rejected:
        assert 1 <= len(refused.problems) <= MAX_FAULTS
        assert refused.raw in raw
        for problem in refused.problems:
            _check_problem(problem)
    if not _is_refused_whole(package, raw):
        least, most = _count_sent(raw, is_ndjson=is_ndjson)
        assert least <= len(package.resources) + len(package.rejected) <= most
    return package


def check_lines(raw: bytes) -> None:
    """Read NDJSON."""
    check_document(raw, is_ndjson=True)


def check_shift(raw: bytes) -> None:
    """Move what was read in time: nothing is lost, and it can be read again."""
    package = read_document(raw, is_ndjson=False, on=ON)
    for days in (-800_000, -1, 36_525, 3_600_000):
        moved = shift(package, days)
        assert [(one.type, one.fhir_id, one.sha256, len(one.facts)) for one in moved.resources] == [
            (one.type, one.fhir_id, one.sha256, len(one.facts)) for one in package.resources
        ]
        for one in moved.resources:
            orjson.loads(one.raw)
            if one.patient_ref is not None:
                assert (latest_event_on(moved, one.patient_ref, ON) or ON) <= ON
                # Of a record that stands alone nobody knows whose targets these are.
                again = read_document(one.raw, is_ndjson=False, on=ON)
                assert not again.rejected or one.type == "Provenance", (days, again.rejected)


def check_value_sets(raw: bytes) -> None:
    """Read value sets: only the fault that is documented is raised, and what is read can be kept."""
    try:
        found = read_value_sets(raw)
    except ValueSetFault as fault:
        _check_problem(Problem(fault.path, fault.why, fault.fix))
        return
    assert found
    for one in found:
        assert re.fullmatch(r"[0-9.]+", one.oid)
        assert one.codes
    _check_storable(found)


def check_portrait(raw: bytes) -> None:
    """Read a document as measures do: only the fault that is documented is raised."""
    try:
        join_portraits([read_portrait(raw, "one.json"), read_portrait(raw, "two.json")], "folder")
    except Unanswerable as fault:
        _check_problem(Problem("", str(fault), "see the place that it names"))


def check_file(file: Path) -> list[Document | Unreadable]:
    """Read a file or an archive: nothing is raised, and no document is larger than its packing allows."""
    found = list(read_documents(file))
    whole = 0
    for one in found:
        assert one.name.startswith(str(file))
        if isinstance(one, Unreadable):
            _check_problem(Problem(one.name, one.why, one.fix))
        else:
            _check_storable(one.name)
            assert len(one.raw) <= MAX_DOCUMENT
            whole = max(whole, len(one.raw))
    if file.name.endswith((".gz", ".zip")):
        assert whole <= max(1024 * 1024, file.stat().st_size * MAX_RATIO)
    return found


def check_table(file: Path) -> None:
    """Read a table of patients: it ends as the command does, or each row is taken or refused by number."""
    try:
        table = _read_table(file)
        seen: dict[str, int] = {}
        for _, rows, _ in _read_stretches(file, table):
            package = read_rows(table.header, rows, Origin("csv", "iso", ON), seen)
            assert len(package.resources) + len(package.rejected) == len(rows)
            for refused in package.rejected:
                assert refused.problems
                for problem in refused.problems:
                    _check_problem(problem)
            _check_storable([(one.type, one.fhir_id, one.patient) for one in package.resources])
    except typer.Exit as end:
        if end.exit_code != USAGE:
            raise


def check_words(raw: bytes) -> None:
    """Find out what a file is and read its words: nothing is raised but what says that it is no C-CDA document."""
    media_type = find_media_type(raw)
    words = read_words(raw, media_type)
    assert len(words) <= 2 * len(raw) + 100
    _check_storable(words)
    if not is_ccda(raw):
        assert media_type is not MediaType.CDA
    try:
        read_ccda(raw)
    except CcdaError as fault:
        _check_problem(Problem("", str(fault), "save it anew"))


def _check_resource(one: IncomingResource, raw: bytes) -> None:
    assert one.type in TAKEN_IN
    assert is_id(one.fhir_id)
    assert one.patient_ref is None or is_id(one.patient_ref)
    assert (one.patient is not None) == (one.type == "Patient")
    assert isinstance(orjson.loads(one.raw), dict)
    assert not NUL.search(one.raw)
    assert len(one.raw) <= 100 * len(raw)
    _check_storable((one.facts, one.patient))


def _check_problem(problem: Problem) -> None:
    assert problem.why
    assert problem.fix
    assert max(len(problem.why), len(problem.fix)) <= LONGEST_SENTENCE
    _check_storable(problem)


def _check_storable(value: object) -> None:
    """No text may hold what PostgreSQL cannot keep: half a character, or NUL."""
    assert not NUL.search(msgspec.json.encode(value))


def _is_refused_whole(package: Package, raw: bytes) -> bool:
    return not package.resources and [_strip(one) for one in package.rejected] == [raw.strip()]


def _strip(one: Rejected) -> bytes:
    return one.raw.strip()


def _count_sent(raw: bytes, *, is_ndjson: bool) -> tuple[int, int]:
    """Return how many different resources a document holds, and how many in all."""
    if is_ndjson:
        lines = [line.strip() for line in raw.split(b"\n") if line.strip()]
        return len(set(lines)), len(lines)
    # Half characters and bytes that are no text are the fault of one resource, not of all.
    text = raw.decode(errors="surrogateescape")
    document = json.loads(text, parse_int=str, parse_float=str)
    if document["resourceType"] != "Bundle":
        return 1, 1
    entries = document.get("entry", [])
    texts = [json.dumps(one.get("resource", number), sort_keys=True) for number, one in enumerate(entries)]
    return len(set(texts)), len(texts)
