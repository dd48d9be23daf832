"""Documents on disk: files, folders and archives, read one at a time and with limits.

An archive that unpacks to far more than it weighs, holds too many files or leads out of itself is
refused by name; the others go on.
"""

import gzip
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MAX_DOCUMENT = 64 * 1024 * 1024
MAX_ENTRIES = 200_000
MAX_RATIO = 200
CHUNK_LINES = 500
CHUNK_BYTES = 8 * 1024 * 1024
SUFFIXES = (".json", ".json.gz", ".ndjson", ".ndjson.gz", ".zip")
# A password is a RuntimeError of zipfile, a packing it does not know a NotImplementedError.
UNREADABLE = (OSError, EOFError, RuntimeError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


class Stream(Protocol):
    """What is read from: a plain or an unpacking file."""

    def read(self, size: int = ..., /) -> bytes:
        """Return up to ``size`` bytes."""
        ...

    def readline(self, size: int = ..., /) -> bytes:
        """Return a line of up to ``size`` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its name as the operator gave it, its bytes, and whether they are NDJSON lines."""

    name: str
    raw: bytes
    is_ndjson: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read: its name, why, and how to mend it."""

    name: str
    why: str
    fix: str


def find_files(paths: list[Path]) -> list[Path]:
    """Return every file with a known ending under the paths; NDJSON of patients comes before other NDJSON."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(p for p in sorted(path.rglob("*")) if p.is_file() and p.name.endswith(SUFFIXES))
        else:
            found.append(path)
    return sorted(found, key=lambda p: _after_patients(p.name))


def read_documents(file: Path) -> Iterator[Document | Unreadable]:
    """Yield the documents of a file one by one; memory holds one document, not one file."""
    name = show_name(file)
    try:
        if file.name.endswith(".zip"):
            yield from _read_zip(file, name)
        elif not file.name.endswith(SUFFIXES):
            yield Unreadable(name, "its name has none of the known endings", f"use {', '.join(SUFFIXES)}")
        elif file.name.endswith(".gz"):
            with gzip.open(file) as unpacked:
                yield from _read_stream(name, file.name[:-3], unpacked, file.stat().st_size)
        else:
            with file.open("rb") as plain:
                yield from _read_stream(name, file.name, plain, None)
    except UNREADABLE as fault:
        yield _unreadable(name, fault)


def show_name(file: Path) -> str:
    """Return the name of a file as text that can be kept: bytes that are no UTF-8 become a mark."""
    return os.fsencode(file).decode(errors="replace")


def _read_zip(file: Path, shown: str) -> Iterator[Document | Unreadable]:
    with zipfile.ZipFile(file) as archive:
        entries = [e for e in archive.infolist() if not e.is_dir()]
        if len(entries) > MAX_ENTRIES:
            yield Unreadable(shown, f"it holds more than {MAX_ENTRIES} files", "split it into smaller archives")
            return
        for entry in sorted(entries, key=lambda e: _after_patients(e.filename)):
            name = f"{shown}/{entry.filename}"
            if not entry.filename.endswith((".json", ".ndjson", ".json.gz", ".ndjson.gz")):
                continue
            try:
                yield from _read_entry(archive, entry, name)
            except UNREADABLE as fault:
                yield _unreadable(name, fault)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[Document | Unreadable]:
    with archive.open(entry) as packed:
        if entry.filename.endswith(".gz"):
            with gzip.open(packed) as unpacked:
                yield from _read_stream(name, entry.filename[:-3], unpacked, entry.compress_size)
        else:
            yield from _read_stream(name, entry.filename, packed, entry.compress_size)


def _read_stream(name: str, bare_name: str, stream: Stream, packed_size: int | None) -> Iterator[Document | Unreadable]:
    """Yield one JSON document, or NDJSON in stretches of whole lines."""
    limit = MAX_DOCUMENT if packed_size is None else max(1024 * 1024, packed_size * MAX_RATIO)
    if bare_name.endswith(".ndjson"):
        yield from _read_lines(name, stream, limit if packed_size is not None else None)
        return
    raw = stream.read(min(limit, MAX_DOCUMENT) + 1)
    if len(raw) > min(limit, MAX_DOCUMENT):
        yield _too_large(name)
    else:
        yield Document(name, raw, is_ndjson=False)


def _read_lines(name: str, stream: Stream, limit: int | None) -> Iterator[Document | Unreadable]:
    lines: list[bytes] = []
    size = whole = number = 0
    while line := stream.readline(MAX_DOCUMENT + 1):
        whole += len(line)
        if len(line) > MAX_DOCUMENT or (limit is not None and whole > limit):
            yield _too_large(name)
            return
        lines.append(line)
        size += len(line)
        if len(lines) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield Document(f"{name}#{number}", b"".join(lines), is_ndjson=True)
            lines, size, number = [], 0, number + 1
    if lines:
        yield Document(f"{name}#{number}", b"".join(lines), is_ndjson=True)


def _too_large(name: str) -> Unreadable:
    megabytes = MAX_DOCUMENT // 1024 // 1024
    why = f"it is larger than {megabytes} MB, or unpacks to more than {MAX_RATIO} times its size"
    return Unreadable(name, why, "split it, or write it as NDJSON")


def _after_patients(name: str) -> tuple[bool, str]:
    """Sort NDJSON of patients before other NDJSON: the rest needs them."""
    return (".ndjson" in name and "patient" not in name.rsplit("/", 1)[-1].lower(), name)


def _unreadable(name: str, fault: Exception) -> Unreadable:
    return Unreadable(name, _say(fault), "check that the file is there, whole and readable, and has no password")


def _say(fault: Exception) -> str:
    return getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
