"""The same as an ordinary user: nothing of root's is needed, and nothing of another user's is touched."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from careloop.postgres.home import RunAs
from tests.postgres.conftest import make_place

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can act as another user; all tests do it otherwise"
)

ROOT = Path(__file__).resolve().parents[2]
NEEDED = "import psycopg, sys; assert sys.version_info >= (3, 11)"
START = """
import json, os, psycopg
from careloop.postgres.server import ensure_running, stop
server = ensure_running()
users = []
for role in ("app", "owner", "backup", "super"):
    with psycopg.connect(server.url(role)) as connection:
        users.append(connection.execute("SELECT current_user").fetchone()[0])
print(json.dumps({"pid": server.pid, "owner": os.stat(f"/proc/{server.pid}").st_uid, "users": users}), flush=True)
"""
STOP = "from careloop.postgres.server import stop; print(stop())"
REFUSED = """
from careloop.postgres.errors import ServerError
from careloop.postgres.server import ensure_running
try:
    ensure_running()
except ServerError as error:
    print(error.what, error.why, sep="|")
"""
Run = Callable[[str], str]


def find_python(run_as: RunAs) -> tuple[str, dict[str, str]]:
    """A Python that the user can run, with our packages; skips when there is none."""
    packages = str(Path(psycopg.__file__).parents[1])
    environment = {"PYTHONPATH": f"{ROOT}:{packages}", "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            tried = subprocess.run([python, "-c", NEEDED], cwd="/", env=environment, check=False, **run_as)
        except OSError:
            continue
        if tried.returncode == 0:
            return python, environment
    pytest.skip("no Python with our packages is within an ordinary user's reach")


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder that belongs to the user called nobody."""
    folder = make_place()
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def run(own_folder: Path) -> Iterator[Run]:
    """Run a script as that user, with the home folder in that folder; stopped at the end."""
    nobody = pwd.getpwnam("nobody")
    run_as: RunAs = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    python, environment = find_python(run_as)
    environment["CARELOOP_HOME"] = str(own_folder / "home")

    def run_script(script: str) -> str:
        command = [python, "-c", script]
        done = subprocess.run(command, cwd="/", env=environment, text=True, capture_output=True, check=False, **run_as)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    yield run_script
    run_script(STOP)


def test_an_ordinary_user_starts_uses_and_stops_a_server(run: Run, own_folder: Path) -> None:
    first = json.loads(run(START))
    again = json.loads(run(START))

    assert first["users"] == ["careloop_app", "careloop_owner", "careloop_backup", "postgres"]
    assert first["owner"] == pwd.getpwnam("nobody").pw_uid
    assert again == first
    assert (own_folder / "home").stat().st_mode & 0o777 == 0o700
    assert run(STOP) == "True"
    assert run(STOP) == "False"


def test_a_data_folder_closed_to_its_user_is_a_clear_error(run: Run, own_folder: Path) -> None:
    run(START)
    run(STOP)
    (own_folder / "home" / "data").chmod(0)

    said = run(REFUSED)

    (own_folder / "home" / "data").chmod(0o700)
    assert said.startswith("The database cannot be used.|This user may not use")
    assert str(own_folder / "home" / "data") in said
    assert json.loads(run(START))["pid"] > 0


def test_the_home_of_root_is_a_clear_error(run: Run, own_folder: Path) -> None:
    (own_folder / "home").mkdir(mode=0o755)

    assert "belongs to another user (root)" in run(REFUSED)
    os.chown(own_folder / "home", *(own_folder.stat().st_uid, own_folder.stat().st_gid))


def test_a_place_where_the_user_may_make_nothing_is_a_clear_error(run: Run, own_folder: Path) -> None:
    os.chown(own_folder, 0, 0)

    assert run(REFUSED).startswith("The database cannot be used.|This user may not use")
