"""A parcel of files: a folder or an archive that has its final name only when it is whole.

Everything is written to a temporary name beside it and made safe on the disk before it is renamed. Memory
holds one piece and the list of files that still grow, whatever the size of the whole.
"""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from careloop.facts.export import Cover
from careloop.parcels.cover import make_index, make_readme

SCHEMA = "careloop.parcel.1"
LIST = "manifest.jsonl"
SUMMARY = "summary.jsonl"
# Open files at a time: one for each type of resource, seldom more than thirty.
OPEN = 100


class ParcelError(OSError):
    """The parcel cannot be made there: the message says why and what to do."""


@dataclass(slots=True)
class _Growing:
    """A file that still grows: what it weighs so far."""

    size: int = 0
    hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, data: bytes) -> None:
        """Count a piece."""
        self.size += len(data)
        self.hash.update(data)


class _Place(Protocol):
    """Where the bytes go."""

    def append(self, path: str, data: bytes) -> None:
        """Write bytes at the end of a file."""
        ...

    def close(self, path: str) -> None:
        """Say that a file is whole."""
        ...


class Parcel:
    """What leaves, on its way: takes pieces, keeps the list of files, and ends with cover and manifest."""

    def __init__(self, place: _Place, listed: IO[bytes]) -> None:
        self._place, self._listed = place, listed
        self._growing: dict[str, _Growing] = {}
        self._list_hash = hashlib.sha256()
        self._files = 0

    def add(self, path: str, data: bytes) -> None:
        """Add bytes at the end of a file that may still grow."""
        self._growing.setdefault(path, _Growing()).take(data)
        self._place.append(path, data)

    def put(self, path: str, data: bytes) -> None:
        """Add a file that is whole with these bytes."""
        self._place.append(path, data)
        self._place.close(path)
        whole = _Growing()
        whole.take(data)
        self._note(path, whole)

    def finish(self, cover: Cover) -> None:
        """Add first page, README and manifest."""
        for path, weighed in sorted(self._growing.items()):
            self._place.close(path)
            self._note(path, weighed)
        self.put("index.html", make_index(cover).encode())
        self.put("README.txt", make_readme(cover).encode())
        self._listed.seek(0)
        while piece := self._listed.read(1 << 20):
            self._place.append(LIST, piece)
        self._place.close(LIST)
        summary = {
            "schema": SCHEMA, "version": cover.version, "made_at": cover.made_at.isoformat(),
            "recipient": cover.recipient, "reason": cover.reason, "files": self._files,
            "list_sha256": self._list_hash.hexdigest(), "counts": dict(sorted(cover.counts.items())),
        }  # fmt: skip
        self._place.append(SUMMARY, (json.dumps(summary, ensure_ascii=False) + "\n").encode())
        self._place.close(SUMMARY)

    def _note(self, path: str, weighed: _Growing) -> None:
        line = {"path": path, "size": weighed.size, "sha256": weighed.hash.hexdigest()}
        raw = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        self._list_hash.update(raw)
        self._listed.write(raw)
        self._files += 1


class _Folder:
    """A folder on disk, whose files are made safe as they are closed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: dict[str, IO[bytes]] = {}

    def append(self, path: str, data: bytes) -> None:
        if path not in self._open:
            if len(self._open) >= OPEN:
                self._shut(next(iter(self._open)))
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            self._open[path] = target.open("ab")
        self._open[path].write(data)

    def close(self, path: str) -> None:
        self._shut(path)

    def shut_all(self) -> None:
        for path in list(self._open):
            self._shut(path)

    def _shut(self, path: str) -> None:
        file = self._open.pop(path, None)
        if file is not None:
            with file:
                file.flush()
                os.fsync(file.fileno())


class _Archive:
    """A zip archive, written straight through: a file in it ends when the next one begins."""

    def __init__(self, file: IO[bytes], moment: tuple[int, int, int, int, int, int]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._moment = moment
        self._path = ""
        self._entry: IO[bytes] | None = None

    def append(self, path: str, data: bytes) -> None:
        if path != self._path or self._entry is None:
            self.close(self._path)
            if path in self._zip.NameToInfo:
                message = f"{path} was whole already"
                raise ValueError(message)
            entry = zipfile.ZipInfo(path, self._moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            self._path, self._entry = path, self._zip.open(entry, "w", force_zip64=True)
        self._entry.write(data)

    def close(self, path: str) -> None:
        if path == self._path and self._entry is not None:
            self._entry.close()
            self._entry = None

    def end(self) -> None:
        self.close(self._path)
        self._zip.close()


@contextmanager
def make_folder(final: Path) -> Iterator[Parcel]:
    """Open a parcel that becomes a new folder; on any fault nothing of it stays.

    :raises ParcelError: if something is there already, or the place cannot be written to
    """
    _refuse_taken(final)
    try:
        root = Path(tempfile.mkdtemp(prefix=f".{final.name}.part-", dir=final.parent))
    except OSError as fault:
        raise _explain(final, fault) from None
    place = _Folder(root)
    try:
        with tempfile.TemporaryFile(dir=root) as listed:
            yield Parcel(place, listed)
        place.shut_all()
        _sync_folders(root)
        root.rename(final)
        _sync(final.parent)
    except BaseException:
        place.shut_all()
        shutil.rmtree(root, ignore_errors=True)
        raise


@contextmanager
def make_archive(final: Path, made_at: tuple[int, int, int, int, int, int]) -> Iterator[Parcel]:
    """Open a parcel that becomes a new zip archive; on any fault nothing of it stays.

    :raises ParcelError: if something is there already, or the place cannot be written to
    """
    _refuse_taken(final)
    try:
        number, name = tempfile.mkstemp(prefix=f".{final.name}.part-", dir=final.parent)
    except OSError as fault:
        raise _explain(final, fault) from None
    try:
        with os.fdopen(number, "wb") as file:
            with write_archive(file, made_at) as parcel:
                yield parcel
            file.flush()
            os.fsync(file.fileno())
        # Hard links refuse a name that was taken meanwhile, a rename would not.
        os.link(name, final)
        _sync(final.parent)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def write_archive(file: IO[bytes], made_at: tuple[int, int, int, int, int, int]) -> Iterator[Parcel]:
    """Open a parcel that is written as an archive into an open file."""
    place = _Archive(file, made_at)
    with tempfile.TemporaryFile() as listed:
        try:
            yield Parcel(place, listed)
        finally:
            place.end()


def _refuse_taken(final: Path) -> None:
    if final.exists() or final.is_symlink():
        message = f"{final} is there already. Name a place that is not there yet."
        raise ParcelError(message)


def _explain(final: Path, fault: OSError) -> ParcelError:
    return ParcelError(f"{final.parent} cannot be written to: {fault.strerror}. Name another place.")


def _sync_folders(root: Path) -> None:
    for folder, _folders, _files in os.walk(root, topdown=False):
        _sync(Path(folder))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
