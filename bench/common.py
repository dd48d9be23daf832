"""What every benchmark needs: a private server of its own, facts about the machine, and lines of figures."""

import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CARELOOP_SHARED", ROOT.parent / "shared"))
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Figures:
    """The figures of one run: printed as they are found, and judged at the end."""

    bench: str
    missed: list[str] = field(default_factory=list)

    def tell(self, what: str, **values: object) -> None:
        """Print one line without a limit."""
        print(json.dumps({"bench": self.bench, "what": what} | values), flush=True)

    def judge(
        self, what: str, figure: float, *, at_most: float | None = None, at_least: float | None = None, **values: object
    ) -> None:
        """Print a figure with its limit and how it stands to it: ``of_limit`` is the figure over the limit."""
        limit = at_least if at_most is None else at_most
        assert limit is not None
        met = figure >= limit if at_most is None else figure <= limit
        if not met:
            self.missed.append(what)
        words: dict[str, object] = {"at_least" if at_most is None else "at_most": limit, "met": met}
        if limit:
            words["of_limit"] = round(figure / limit, 3)
        self.tell(what, figure=round(figure, 3), **words, **values)

    def exit_code(self) -> int:
        """Return 1 if a limit was missed, and say which."""
        self.tell("limits", missed=self.missed, met=not self.missed)
        return 1 if self.missed else 0


@contextmanager
def own_server(keep: Path | None = None) -> Iterator[Path]:
    """Run a private server in a folder of its own, migrated, with Django up; gone afterwards unless kept."""
    for name in ("DATABASE_URL", "CARELOOP_OWNER_URL"):
        os.environ.pop(name, None)
    folder = keep or Path(tempfile.mkdtemp(prefix="careloop-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    home = folder / "home"
    os.environ["CARELOOP_HOME"] = str(home)
    from careloop.cli.init import prepare
    from careloop.postgres.server import stop

    try:
        prepare()
        yield home
    finally:
        from django.db import connections

        connections.close_all()
        stop(home)
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def read_machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    text = Path("/proc/cpuinfo").read_text("utf-8")
    model = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "cpu": model or platform.processor(),
        "memory_gb": round(memory / 1e9, 1),
        "python": platform.python_version(),
        "load": [round(x, 2) for x in os.getloadavg()],
    }


class Watch:
    """Wall time, and how much of the machine others used meanwhile: a stranger's load makes a run slower."""

    def __init__(self) -> None:
        self._wall, self._ticks = time.perf_counter(), _read_ticks()

    def wall(self) -> float:
        """Return the seconds since the watch was started."""
        return time.perf_counter() - self._wall

    def busy(self) -> float:
        """Return the seconds of processor time that the whole machine spent since."""
        return (_read_ticks() - self._ticks) / TICKS


def _read_ticks() -> int:
    """Return the ticks in which the processors worked (all but idle and waiting for the disk)."""
    first = Path("/proc/stat").read_text("utf-8").split("\n", 1)[0].split()[1:9]
    values = [int(one) for one in first]
    return sum(values) - values[3] - values[4]


def interleave(runs: dict[str, Callable[[], float]], *, rounds: int, warm: int) -> dict[str, list[float]]:
    """Run rivals in turn, the order turned round every time; return the times after the warm-up rounds."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for n in range(rounds + warm):
        for name in list(runs)[:: 1 if n % 2 else -1]:
            took = runs[name]()
            if n >= warm:
                times[name].append(took)
    return times


def timed(do: Callable[[], object]) -> Callable[[], float]:
    """Return a function that does it and returns how long it took."""

    def run() -> float:
        begin = time.perf_counter()
        do()
        return time.perf_counter() - begin

    return run


def describe(times: Sequence[float]) -> dict[str, float]:
    """Return median, the middle half and the least of some times, in milliseconds."""
    low, middle, high = statistics.quantiles(times, n=4)
    return {
        "median_ms": round(middle * 1000, 3),
        "quarter_ms": round(low * 1000, 3),
        "three_quarters_ms": round(high * 1000, 3),
        "least_ms": round(min(times) * 1000, 3),
    }


def note(text: str) -> None:
    """Say on standard error how far it is."""
    print(text, file=sys.stderr, flush=True)
