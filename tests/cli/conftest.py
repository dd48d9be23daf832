"""Commands: most run inside this process on the test database, a few as real processes on a home of their own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from careloop.cli.main import main
from careloop.postgres.server import stop
from tests.actions.conftest import house, module_transaction  # noqa: F401
from tests.actions.few import few_checks  # noqa: F401
from tests.cli.old_records import rosa, uma, verified  # noqa: F401
from tests.postgres.conftest import make_place

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401
        """Return the one JSON object that standard output holds."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)


Call = Callable[..., Ran]


@pytest.fixture
def call(
    database_urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Call:
    """Return a function that runs a command inside this process, on the test database."""
    monkeypatch.setenv("DATABASE_URL", database_urls[0])
    monkeypatch.setenv("CARELOOP_OWNER_URL", database_urls[1])
    monkeypatch.setenv("CARELOOP_HOME", str(tmp_path))

    def run(*arguments: object, typed: str = "") -> Ran:
        from io import StringIO

        monkeypatch.setattr(sys, "argv", ["careloop", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return Ran(int(end.value.code or 0), out, err)

    return run


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command believe that it is ten in the morning of the clinic's day."""
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-20T10:00:00-05:00")


@dataclass(frozen=True, slots=True)
class Home:
    """A home folder with a private server of its own, and what the first commands on it said."""

    path: Path
    before: Ran
    first: Ran
    second: Ran

    def run(self, *arguments: object, typed: str = "", **environment: str) -> Ran:
        """Run a command as a process of its own."""
        return run_apart(self.path, *arguments, typed=typed, **environment)


def run_apart(home: Path, *arguments: object, typed: str = "", **environment: str) -> Ran:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CARELOOP_", "DATABASE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "careloop", *map(str, arguments)],
        cwd=ROOT, env=kept | {"CARELOOP_HOME": str(home)} | environment, input=typed, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def home() -> Iterator[Home]:
    """A home folder: asked before it was prepared, then prepared twice."""
    place = make_place()
    path = place / "home"
    yield Home(path, *(run_apart(path, *words) for words in (["status"], ["init"], ["init"])))
    stop(path)
    shutil.rmtree(place)
