"""An import that fills the disk ends with plain words; with room again everything is there and the rest comes in."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from careloop.postgres.server import stop
from tests.faults.conftest import SCENE, open_house
from tests.faults.oracle import look
from tests.postgres.conftest import make_place

pytestmark = pytest.mark.faults

CLOCK = "2026-11-20T15:00:00+00:00"
UNAVAILABLE = 4
FILES = 60
ROOM = (24 << 10, 2 << 20, 5 << 20)  # bytes that are left


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 260 MB; skips where none can be mounted."""
    folder = make_place()
    mount = ["mount", "-t", "tmpfs", "-o", "size=260m,mode=755", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        folder.rmdir()
        pytest.skip("a small disk cannot be mounted here: that needs root and the right to mount")
    yield folder
    stop(folder / "home")
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def fill(folder: Path, left: int) -> Path:
    """Fill the disk but for some bytes."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    os.truncate(ballast, max(0, ballast.stat().st_size - left))
    return ballast


def test_a_disk_that_fills_up_during_an_import_loses_nothing(
    small_disk: Path, tmp_path: Path, write_bundles: Callable[..., Path]
) -> None:
    house = open_house(small_disk)
    folder = write_bundles(0, FILES)
    command = [sys.executable, "-m", "careloop", "import", "fhir", str(folder), "--json"]
    environment = {
        **os.environ, "CARELOOP_HOME": str(small_disk / "home"), "CARELOOP_CLOCK": CLOCK, "NO_COLOR": "1",
        "DATABASE_URL": house.server.url("app", SCENE), "CARELOOP_OWNER_URL": house.server.url("owner", SCENE),
    }  # fmt: skip
    failed = 0
    kept: set[tuple[object, ...]] = set()
    for room in ROOM:
        ballast = fill(small_disk, room)
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            failed += 1
            assert ended.returncode == UNAVAILABLE, ended.stderr
            assert ended.stderr.startswith("Error: The database"), ended.stderr
            assert "Traceback" not in ended.stderr
        ballast.unlink()
        house.stage.play("bring_up")
        with look(house.url) as now:
            found = set(now.rows("SELECT type, fhir_id, version, encode(sha256, 'hex') FROM resource"))
            assert kept <= found
            assert now.broken() == {}
            kept = found
    assert failed > 0

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["patients"] == FILES
    with look(house.url) as now:
        assert kept <= set(now.rows("SELECT type, fhir_id, version, encode(sha256, 'hex') FROM resource"))
        assert now.value("SELECT count(*) FROM patient") == FILES
        assert now.broken() == {}
    house.stage.close()
