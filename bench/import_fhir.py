"""Records in: the real ``careloop import fhir`` over Synthea bundles, against plain COPY of the very same rows."""

import gzip
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.common import SHARED, TICKS, Figures, Watch, note, own_server, read_machine

AT_LEAST_PER_SECOND = 4000
AT_LEAST_OF_COPY = 0.1
AT_MOST_MB = 400
COPY_ROUNDS = 3

TABLES = ("patient", "patient_identifier", "patient_contact", "recheck", "resource", "chart_fact", "directory_resource")
UUID_START = re.compile(rb"[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Run:
    """One import: how many resources, how long, the most memory of the importer and of one of its processes, in MB."""

    resources: int
    wall: float
    own_cpu: float
    others_cpu: float
    parent_mb: float
    process_mb: float


def main(*, scale: str, keep: Path | None) -> int:
    """Measure the import of 80 and of 800 files; return the exit code."""
    figures = Figures("import_fhir")
    files = sorted((SHARED / "data" / "synthea_r4").glob("*.json.gz"))
    if not files:
        figures.tell("skipped", why="the shared test material is not beside the project")
        return 0
    times = 10 if scale == "full" else 3
    figures.tell("machine", **read_machine())
    with tempfile.TemporaryDirectory(prefix="careloop-bench-") as place, own_server(keep) as home:
        few, many = _write_copies(files, Path(place), times)
        with _rival(home) as rival:
            first = _import(home, few)
            rival.take_rows()
            copied = [rival.copy() for _ in range(COPY_ROUNDS)]
            second = _import(home, many)
            copied += [rival.copy() for _ in range(COPY_ROUNDS)]
        _judge(figures, first, second, rival.resources / statistics.median(copied), len(files) * times)
    return figures.exit_code()


def _judge(figures: Figures, first: Run, second: Run, copy_rate: float, files: int) -> None:
    # Start-up cancels out: what the longer run took beyond the shorter one.
    more = second.resources - first.resources
    rate = more / (second.wall - first.wall)
    figures.judge(
        "resources a second", rate, at_least=AT_LEAST_PER_SECOND, resources=second.resources, files=files,
        seconds=round(second.wall, 2), start_up_seconds=round(first.wall - first.resources / rate, 2),
        own_cpu_seconds=round(second.own_cpu, 2), others_cpu_seconds=round(second.others_cpu, 2),
        with_both_cores_to_itself_at_most=round(second.resources / (second.own_cpu / 2)),
    )  # fmt: skip
    figures.judge(
        "of COPY of the same rows", rate / copy_rate, at_least=AT_LEAST_OF_COPY, copy_per_second=round(copy_rate)
    )
    for who, small, large in (
        ("importer", first.parent_mb, second.parent_mb), ("process", first.process_mb, second.process_mb)
    ):  # fmt: skip
        figures.judge(f"memory of the {who}, MB", large, at_most=AT_MOST_MB, at_80_files=small, ratio=large / small)


def _write_copies(files: list[Path], place: Path, times: int) -> tuple[Path, Path]:
    """Write the same bundles under other ids, so many times: the first copy in one folder, the rest in another."""
    folders = place / "few", place / "many"
    for folder in folders:
        folder.mkdir()
    for file in files:
        text = gzip.decompress(file.read_bytes())
        for n in range(times + 1):
            name = f"{n:03}-{file.name}"
            (folders[n > 0] / name).write_bytes(gzip.compress(_with_other_ids(text, n), 1))
    return folders


def _with_other_ids(text: bytes, n: int) -> bytes:
    return UUID_START.sub(lambda m: b"%08x" % (int(m[0], 16) ^ n), text) if n else text


def _import(home: Path, folder: Path) -> Run:
    """Run the command as an operator would, and watch it and its processes."""
    command = [sys.executable, "-m", "careloop", "import", "fhir", str(folder), "--json"]
    before, server = resource.getrusage(resource.RUSAGE_CHILDREN), _server_cpu(home)
    watch = Watch()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"CARELOOP_HOME": str(home)})
    memory = _MemoryWatch(process.pid)
    out, _ = process.communicate()
    wall, busy = watch.wall(), watch.busy()
    memory.stop()
    if process.returncode:
        message = f"the import ended with {process.returncode}"
        raise RuntimeError(message)
    told = json.loads(out)
    assert told["rejected"] == [], told["rejected"][:3]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + _server_cpu(home) - server
    note(f"{told['files']} files in {wall:.1f} s")
    return Run(sum(told["resources"].values()), wall, own, max(0.0, busy - own), memory.parent, memory.process)


def _server_cpu(home: Path) -> float:
    """Return the processor time of the private server so far: its main process, living and ended children."""
    main = int((home / "data" / "postmaster.pid").read_text("ascii").split("\n", 1)[0])
    total = sum(_stat(main)[11:15])
    children = Path(f"/proc/{main}/task/{main}/children").read_text("ascii").split()
    return (total + sum(sum(_stat(int(child))[11:13]) for child in children)) / TICKS


def _stat(pid: int) -> list[int]:
    try:
        words = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return [0] * 20
    return [0, *(int(word) for word in words[1:20])]


class _MemoryWatch:
    """Looks at a process and its children until told to stop, and keeps their peaks of memory."""

    def __init__(self, pid: int) -> None:
        self.parent = self.process = 0.0
        self._pid, self._ended = pid, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            self.parent = max(self.parent, _peak_mb(self._pid))
            try:
                children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text("ascii").split()
            except OSError:
                continue
            self.process = max([self.process, *(_peak_mb(int(child)) for child in children)])


def _peak_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


@dataclass(slots=True)
class _Rival:
    """Plain COPY of the rows of an import into copies of the tables: same indexes, no walls, no doors."""

    link: "psycopg.Connection[tuple[object, ...]]"
    rows: dict[str, list[bytes]]
    resources: int = 0

    def take_rows(self) -> None:
        """Make the copies of the tables, and keep the rows that are in the real ones."""
        for table in TABLES:
            self.link.execute(f"CREATE TABLE rival_{table} (LIKE {table} INCLUDING ALL)")
            with self.link.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                self.rows[table] = [bytes(block) for block in copy]
        self.resources = sum(len(self.rows[table]) for table in ("resource", "directory_resource"))
        self.link.commit()

    def copy(self) -> float:
        """Copy all rows in one transaction; return how long that took."""
        self.link.execute("TRUNCATE " + ", ".join(f"rival_{table}" for table in TABLES))
        self.link.commit()
        began = time.perf_counter()
        for table, rows in self.rows.items():
            with self.link.cursor().copy(f"COPY rival_{table} FROM STDIN") as copy:
                for start in range(0, len(rows), 100):
                    copy.write(b"".join(rows[start : start + 100]))
        self.link.commit()
        return time.perf_counter() - began


@contextmanager
def _rival(home: Path) -> Iterator[_Rival]:
    from careloop.postgres.server import ensure_running

    with psycopg.connect(ensure_running(home).url("super")) as link:
        yield _Rival(link, {})
