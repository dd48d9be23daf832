"""Documents on disk: files, folders and archives, read one at a time and with limits.

An archive that unpacks to far more than it weighs, holds too many files or leads out of itself is
refused by name; the others go on.
"""

import gzip
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MAX_DOCUMENT = 64 * 1024 * 1024
# What cannot be read is kept up to this size.
MAX_KEPT = 16 * 1024 * 1024
MAX_ENTRIES = 200_000
MAX_RATIO = 200
CHUNK_LINES = 500
CHUNK_BYTES = 8 * 1024 * 1024
SUFFIXES = (".json", ".json.gz", ".ndjson", ".ndjson.gz", ".zip")
# A password is a RuntimeError of zipfile. A spoiled list of files names what is no text (ValueError), or points
# before the beginning (ValueError) or beyond any file (OverflowError).
UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, OverflowError, struct.error, zlib.error, zipfile.BadZipFile)
# What every archive is packed with. LZMA may ask for 4 GB of memory before it gives the first byte.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The list at the end of an archive is read whole: one of 200,000 files with long names is half of this.
MAX_LIST = 32 * 1024 * 1024
# The index of what was refused holds names of up to 2,700 bytes.
MAX_NAME = 500
MAX_REASON = 200
# An archive ends with at most so much: the end of a large one, its end, and a remark.
TAIL = 56 + 20 + 22 + 65_535
# Where a parcel of Careloop holds the versions of a number.
_EARLIER = re.compile(r"(?:^|/)earlier/[^/]+/(\d{6})/[^/]+\.ndjson")
NEWEST = 1_000_000


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
    """A file that could not be read: its name, why, how to mend it, and its bytes as they lie there.

    The bytes are empty where the file is not there, larger than MAX_KEPT or no record by its name.
    """

    name: str
    why: str
    fix: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Readable:
    """A file of several documents that was read to its end: what was wrong with it before is mended."""

    name: str


def find_files(paths: list[Path]) -> list[Path]:
    """Return every file with a known ending under the paths; NDJSON of patients comes before other NDJSON."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(p for p in sorted(path.rglob("*")) if p.is_file() and p.name.endswith(SUFFIXES))
        else:
            found.append(path)
    return sorted(found, key=lambda p: (find_turn(p.as_posix()), p.name, p))


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
        yield _unreadable(name, fault, file)


def show_name(file: Path) -> str:
    """Return the name of a file as text that can be kept: bytes that are no UTF-8 become a mark."""
    return os.fsencode(file).decode(errors="replace")


def _read_zip(file: Path, shown: str) -> Iterator[Document | Unreadable]:
    too_many = Unreadable(shown, f"it holds more than {MAX_ENTRIES} files", "split it into smaller archives")
    if _measure_list(file) > MAX_LIST:
        yield too_many
        return
    with zipfile.ZipFile(file) as archive:
        entries = [e for e in archive.infolist() if not e.filename.endswith("/")]
        if len(entries) > MAX_ENTRIES:
            yield too_many
            return
        known = [e for e in entries if e.filename.endswith(SUFFIXES)]
        if not known:
            yield Unreadable(shown, "it holds no file with one of the known endings", f"use {', '.join(SUFFIXES)}")
        is_kept = False
        for entry in sorted(known, key=lambda e: (find_turn(e.filename), e.filename)):
            name = f"{shown}/{entry.filename}"
            try:
                yield from _read_entry(archive, entry, name)
            except UNREADABLE as fault:
                # One copy of the archive stands for all that is wrong in it.
                yield _unreadable(name, fault, None if is_kept else file)
                is_kept = True


def _measure_list(file: Path) -> int:
    """Return how many bytes an archive says its list of files has; 0 if it has no end. (PKWARE APPNOTE 4.3.14-16)"""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - TAIL))
        tail = opened.read()
    sizes = [0]
    at = tail.find(b"PK\5\6")
    while at >= 0:
        is_large = tail[max(0, at - 20) : at].startswith(b"PK\6\7")
        size = tail[at - 36 : at - 28] if is_large and at >= 36 else tail[at + 12 : at + 16]
        sizes.append(int.from_bytes(size, "little"))
        at = tail.find(b"PK\5\6", at + 1)
    return max(sizes)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Iterator[Document | Unreadable]:
    if len(entry.filename) > MAX_NAME:
        yield Unreadable(name[:MAX_NAME] + "...", f"its name has more than {MAX_NAME} characters", "shorten its name")
        return
    if entry.filename.endswith(".zip"):
        yield Unreadable(name, "it is an archive in an archive", "unpack it, and name what comes out")
        return
    if entry.compress_type not in PACKINGS:
        yield Unreadable(name, "it is packed in a way that is not taken", "pack it as ZIP does by itself (deflate)")
        return
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


def find_turn(name: str) -> tuple[bool, int]:
    """Return when a file comes in: all of one turn must be in before the next begins.

    NDJSON of anything else than patients needs the patients to be there. Of what Careloop handed out, earlier
    versions come in one after the other, and the newest last.
    """
    if ".ndjson" not in name:
        return False, NEWEST
    number = _EARLIER.search(name)
    return "patient" not in name.rsplit("/", 1)[-1].lower(), int(number[1]) if number else NEWEST


def _unreadable(name: str, fault: Exception, file: Path | None) -> Unreadable:
    fix = "check that the file is there, whole and readable, and has no password"
    return Unreadable(name, _say(fault), fix, _read_raw(file) if file else b"")


def _read_raw(file: Path) -> bytes:
    """Return the bytes of a file that makes no sense, or nothing if it is not there or too large to keep."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_KEPT + 1)
    except OSError:
        return b""
    return raw if len(raw) <= MAX_KEPT else b""


def _say(fault: Exception) -> str:
    # A reason may name what the archive names, at any length.
    return (getattr(fault, "strerror", None) or str(fault) or type(fault).__name__)[:MAX_REASON]
