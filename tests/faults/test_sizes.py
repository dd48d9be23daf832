"""Walls of text and of nothing are refused by name, each in less than 512 MB of memory."""

import gzip
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.formats.fhir.samples import PATIENT

pytestmark = pytest.mark.faults

MEGABYTE = 1 << 20
START = b'{"resourceType":"Patient","id":"p1","name":[{"text":"'
BUNDLE = b'{"resourceType":"Bundle","type":"batch","entry":[{"resource":'
FINE = json.dumps(PATIENT).encode()


def write_zeros(file: Path) -> None:
    with gzip.open(file, "wb", 9) as packed:
        for _ in range(512):
            packed.write(b"0" * MEGABYTE)


def write_many_zeros(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            with archive.open(f"{number}.json", "w") as packed:
                for _ in range(100):
                    packed.write(b" " * MEGABYTE)


def write_nested(file: Path) -> None:
    raw = FINE
    for _ in range(5):
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.zip" if raw != FINE else f"{number}.json", raw)
        raw = file.read_bytes()


def write_list(file: Path) -> None:
    """Write an archive that holds 1,500,000 files of nothing."""
    count, name = 1_500_000, b"a.json"
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, *[0] * 8, len(name), *[0] * 6) + name
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(entry) * count, 0)
    end = struct.pack("<4sLQL", b"PK\6\7", 0, len(entry) * count, 1)
    end += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    file.write_bytes(entry * count + large + end)


# The name of the file, how it is written, what it is refused for, and how often.
WALLS: dict[str, tuple[str, Callable[[Path], object], str, int]] = {
    "nested lists": ("a.json", lambda file: file.write_bytes(b"[" * 100_000 + b"]" * 100_000), "not valid JSON", 1),
    "nested extensions": (
        "a.json",
        lambda file: file.write_bytes(START[:-9] + b'[{"extension":' * 100_000 + b"}]" * 100_000 + b"}"),
        "not valid JSON",
        1,
    ),
    "nested in a bundle": (
        "a.json",
        lambda file: file.write_bytes(BUNDLE + b"[" * 100_000 + b"]" * 100_000 + b"}]}"),
        "not valid JSON",
        1,
    ),
    "one long text": (
        "a.json",
        lambda file: file.write_bytes(START + b"x" * (64 * MEGABYTE - 100) + b'"}]}'),
        "larger than 16 MB",
        1,
    ),
    "one long text in a bundle": (
        "a.json",
        lambda file: file.write_bytes(BUNDLE + START + b"x" * (64 * MEGABYTE - 200) + b'"}]}}]}'),
        "larger than 16 MB",
        1,
    ),
    "one long line": ("a.ndjson", lambda file: file.write_bytes(b"1" * (65 * MEGABYTE)), "larger than 64 MB", 1),
    "a document of zeros": ("a.json.gz", write_zeros, "more than 200 times", 1),
    "a line of zeros": ("a.ndjson.gz", write_zeros, "more than 200 times", 1),
    "many files of nothing": ("a.zip", write_many_zeros, "more than 200 times", 4),
    "archives in archives": ("a.zip", write_nested, "an archive in an archive", 10),
    "a list without end": ("a.zip", write_list, "more than 200000 files", 1),
}


@pytest.mark.parametrize("what", WALLS)
def test_a_wall_is_refused_by_name_in_little_memory(what: str, tmp_path: Path) -> None:
    name, write_file, why, count = WALLS[what]
    write_file(tmp_path / name)

    command = [sys.executable, "-m", "tests.faults.fuzz.reading", str(tmp_path / name)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    taken, refused = json.loads(done.stdout)
    assert taken == 0
    assert len(refused) == count
    assert all(told.startswith(str(tmp_path / name)) and why in reason for told, reason in refused), refused[:3]
