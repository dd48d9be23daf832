"""Each reader with what it promises, what the fuzzer begins with and how it changes that."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.fuzz import seeds
from tests.faults.fuzz.mutators import Mutator, change_gzip, change_json, change_lines, change_text, change_zip
from tests.formats.promises import (
    check_document,
    check_file,
    check_lines,
    check_portrait,
    check_shift,
    check_table,
    check_value_sets,
    check_words,
)


@dataclass(frozen=True, slots=True)
class Target:
    """A reader: ``check`` raises for any bytes that break a promise. ``runs`` samples are tried: ten seconds' worth."""

    runs: int
    check: Callable[[bytes], object]
    make_seeds: Callable[[], list[bytes]]
    change: Mutator


def _as_file(ending: str, check_file: Callable[[Path], object] = check_file) -> Callable[[bytes], object]:
    file = Path(tempfile.gettempdir()) / f"sample{ending}"

    def check(raw: bytes) -> None:
        file.write_bytes(raw)
        check_file(file)

    return check


TARGETS = {
    "document": Target(12_000, check_document, seeds.make_documents, change_json),
    "lines": Target(5_000, check_lines, seeds.make_lines, change_lines),
    "shift": Target(8_000, check_shift, seeds.make_documents, change_json),
    "value_sets": Target(20_000, check_value_sets, seeds.make_value_sets, change_json),
    "portrait": Target(12_000, check_portrait, seeds.make_documents, change_json),
    "zip": Target(4_000, _as_file(".zip"), seeds.make_zips, change_zip),
    "table": Target(2_600, _as_file(".csv", check_table), seeds.make_tables, change_lines),
    "words": Target(12_000, check_words, seeds.make_words, change_text),
    "gzip": Target(3_500, _as_file(".ndjson.gz"), seeds.make_gzips, change_gzip),
}
