"""A stage for processes that are killed: it has everything imported and forks one process for each order.

So a kill costs a fork and not the start of an interpreter. What runs in the fork is the command line as an
operator types it, or one of the actors. Orders are lines of JSON on standard input, answers on standard output.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, Signals
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Process:
    """One forked process: the leader of a group of its own, with what it printed."""

    stage: "Stage"
    pid: int
    out: Path
    err: Path
    code: int | None = field(default=None)

    def kill(self, number: Signals = SIGKILL) -> None:
        """Send a signal to the process and to everything that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def wait(self) -> int:
        """Wait for the end; return the exit code, or the number of the signal that ended it, negative."""
        if self.code is None:
            self.code = self.stage.order({"do": "wait", "pid": self.pid})["code"]
        return self.code

    def is_alive(self) -> bool:
        """Tell whether it still runs."""
        if self.code is None:
            self.code = self.stage.order({"do": "poll", "pid": self.pid})["code"]
        return self.code is None

    def lines(self) -> list[str]:
        """Return the whole lines that it printed so far; a last one without an end was never said."""
        if not self.out.exists():
            return []  # it has only just been forked
        return self.out.read_text().rpartition("\n")[0].splitlines()

    def said(self) -> str:
        """Return what it printed on standard error."""
        return self.err.read_text()


class Stage:
    """The stage as a test sees it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.started: list[Process] = []
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARELOOP_", "DJANGO_"))}
        kept.pop("DATABASE_URL", None)
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stage"],
            cwd=ROOT, env={**kept, **environment}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def order(self, order: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Give an order and return the answer."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())

    def start(self, *words: str, clock: str = "", **environment: str) -> Process:
        """Start ``careloop`` with these words."""
        return self._start({"do": "command", "words": words}, clock, environment)

    def act(self, actor: str, *, clock: str = "", **arguments: object) -> Process:
        """Start one of the actors."""
        return self._start({"do": "actor", "actor": actor, "arguments": arguments}, clock, {})

    def run(self, *words: str, clock: str = "", expect: int = 0, **environment: str) -> list[str]:
        """Run ``careloop`` with these words to its end; return what it printed."""
        process = self.start(*words, clock=clock, **environment)
        assert process.wait() == expect, process.said()
        return process.lines()

    def play(self, actor: str, *, clock: str = "", **arguments: object) -> list[Any]:
        """Let an actor act to the end; return the values that it printed, one a line."""
        process = self.act(actor, clock=clock, **arguments)
        assert process.wait() == 0, process.said()
        return [json.loads(line) for line in process.lines()]

    def _start(self, order: dict[str, object], clock: str, environment: dict[str, str]) -> Process:
        number = len(self.started)
        out, err = self.folder / f"{number}.out", self.folder / f"{number}.err"
        if clock:
            environment = {**environment, "CARELOOP_CLOCK": clock}
        pid = self.order({**order, "out": str(out), "err": str(err), "environment": environment})["pid"]
        process = Process(self, pid, out, err)
        self.started.append(process)
        return process

    def close(self) -> None:
        """End everything that was started here."""
        for process in self.started:
            if process.is_alive():
                process.kill()
                process.wait()
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()


def _perform(order: Mapping[str, Any]) -> None:
    """Become the process that was ordered."""
    os.setpgid(0, 0)
    os.environ.update(order["environment"])
    for path, number in ((order["out"], 1), (order["err"], 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code = 1
    try:
        if order["do"] == "actor":
            from tests.faults import actors

            getattr(actors, order["actor"])(**order["arguments"])
            code = 0
        else:
            from careloop.cli.main import main

            sys.argv = ["careloop", *order["words"]]
            main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _wait(pid: int, options: int) -> int | None:
    found, status = os.waitpid(pid, options)
    return os.waitstatus_to_exitcode(status) if found else None


def _serve() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careloop.config.settings")
    django.setup()
    import tests.faults.actors  # noqa: F401

    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] in ("wait", "poll"):
            answer = {"code": _wait(order["pid"], os.WNOHANG if order["do"] == "poll" else 0)}
        else:
            pid = os.fork()
            if pid == 0:
                _perform(order)
            # Both sides say it, whoever comes first: a kill that follows at once finds the group.
            with suppress(OSError):
                os.setpgid(pid, pid)
            answer = {"pid": pid}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
