"""What a crash, a kill or a hand in the wrong file left behind does not keep the server from starting."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from careloop.postgres.binaries import find_binaries
from careloop.postgres.errors import ServerError
from careloop.postgres.home import Account, Home, choose_account
from careloop.postgres.server import Server, ensure_running, find_running, stop


def count_kept(server: Server) -> int:
    with psycopg.connect(server.url("owner")) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row is not None
        return int(row[0])


def keep_one(server: Server) -> None:
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept ()")
        connection.execute("INSERT INTO kept DEFAULT VALUES")


def kill_all(home: Path) -> None:
    """Kill -9 every process that works in the data folder, the postmaster first so that it starts no new ones."""
    server = find_running(home)
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").samefile(home / "data"):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue


def test_after_kill_9_of_every_process_it_starts_with_what_was_saved(home: Path) -> None:
    first = ensure_running(home)
    keep_one(first)
    kill_all(home)

    assert find_running(home) is None
    second = ensure_running(home)
    assert second.pid != first.pid
    assert count_kept(second) == 1


def test_after_kill_9_of_the_postmaster_alone_its_children_are_waited_for(home: Path) -> None:
    first = ensure_running(home)
    keep_one(first)
    busy = psycopg.connect(first.url("app"))
    busy.execute("SELECT 1")
    os.kill(first.pid, signal.SIGKILL)

    assert count_kept(ensure_running(home)) == 1
    busy.close()


def test_a_pid_file_whose_number_belongs_to_another_program_is_no_server(home: Path) -> None:
    server = ensure_running(home)
    pid_file = home / "data" / "postmaster.pid"
    text = pid_file.read_text()
    stop(home)
    account = choose_account(Home(home))
    with subprocess.Popen(["sleep", "600"], cwd="/", **account.run_as) as stranger:
        pid_file.write_text(text.replace(str(server.pid), str(stranger.pid), 1))
        os.chown(pid_file, account.uid, account.gid)

        assert find_running(home) is None
        assert stop(home) is False
        assert ensure_running(home).pid != stranger.pid
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("text", ["", "nonsense", "-4711\n", "99999999\n/nowhere\n0\n5432\n/nowhere\n\n\nready\n"])
def test_a_damaged_or_stale_pid_file_is_put_aside(home: Path, text: str) -> None:
    (home / "data" / "postmaster.pid").write_text(text)

    assert find_running(home) is None
    assert ensure_running(home).pid > 0


def test_a_socket_and_its_lock_left_behind_are_put_aside(home: Path) -> None:
    ensure_running(home)
    stop(home)
    (home / "run" / ".s.PGSQL.5432").write_text("")
    (home / "run" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    assert ensure_running(home).pid > 0


def test_a_data_folder_that_was_never_finished_is_made_anew(place: Path) -> None:
    home = place / "home"
    (home / "data.new" / "base").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18\n")

    server = ensure_running(home)

    assert not (home / "data.new").exists()
    with psycopg.connect(server.url("app")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_damaged_settings_are_written_anew(home: Path) -> None:
    ensure_running(home)
    stop(home)
    for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf"):
        (home / "conf" / name).write_bytes(b"\xff\x00 what = is this\n")
    (home / "data" / "postgresql.auto.conf").write_text("fsync = off\nshared_buffers = '1 TB'\n= =\n")

    with psycopg.connect(ensure_running(home).url("super")) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"app": ""}', '{"owner": "a", "app": 7, "backup": "b"}', "\udcff"])
def test_lost_passwords_are_given_anew(home: Path, text: str) -> None:
    server = ensure_running(home)
    before = (home / "passwords.json").read_text()
    (home / "passwords.json").write_text(text, errors="surrogateescape")
    with pytest.raises(ServerError, match="missing or damaged"):
        server.url("app")

    server = ensure_running(home)

    for role in ("app", "owner", "backup"):
        with psycopg.connect(server.url(role)) as connection:
            connection.execute("SELECT 1")
    assert (home / "passwords.json").read_text() != before


def test_roles_and_database_that_were_only_half_made_are_mended(home: Path) -> None:
    server = ensure_running(home)
    with psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE careloop")
        connection.execute("DROP ROLE careloop_app")
        connection.execute("DROP ROLE careloop_seer")
        connection.execute("ALTER ROLE careloop_owner SUPERUSER")
    (home / "prepared").unlink()

    assert ensure_running(home).pid == server.pid
    with psycopg.connect(server.url("owner")) as connection:
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
    with psycopg.connect(server.url("app")) as connection:
        connection.execute("SELECT 1")


def test_an_empty_data_folder_is_used(place: Path) -> None:
    (place / "home" / "data").mkdir(parents=True)

    assert ensure_running(place / "home").pid > 0


def test_a_folder_that_is_not_postgresqls_is_left_alone_and_refused(place: Path) -> None:
    (place / "home" / "data").mkdir(parents=True)
    (place / "home" / "data" / "letters.txt").write_text("mine")

    with pytest.raises(ServerError, match="not a whole PostgreSQL data folder"):
        ensure_running(place / "home")
    assert (place / "home" / "data" / "letters.txt").read_text() == "mine"


def test_a_damaged_version_file_is_refused(home: Path) -> None:
    (home / "data" / "PG_VERSION").write_text("eighteen")

    with pytest.raises(ServerError, match="PG_VERSION is missing or damaged"):
        ensure_running(home)


def test_a_version_that_is_not_here_is_refused_with_the_way_out(home: Path) -> None:
    (home / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(ServerError) as caught:
        ensure_running(home)
    assert "PostgreSQL 9" in caught.value.why
    assert "dump the database" in caught.value.fix


def test_a_data_folder_with_wrong_permissions_is_refused(home: Path) -> None:
    (home / "data").chmod(0o777)

    with pytest.raises(ServerError) as caught:
        ensure_running(home)
    assert "777" in caught.value.why
    assert caught.value.fix == f"chmod 700 {home / 'data'}"
    (home / "data").chmod(0o700)
    assert ensure_running(home).pid > 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_a_home_of_another_user_is_refused(home: Path) -> None:
    os.chown(home, 12345, 12345)

    with pytest.raises(ServerError, match="belongs to another user"):
        ensure_running(home)
    os.chown(home, 0, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_as_root_the_owner_of_the_data_folder_runs_the_server(home: Path) -> None:
    shutil.rmtree(home / "log")
    shutil.rmtree(home / "run", ignore_errors=True)
    subprocess.run(["chown", "-R", "12345:12345", home / "data"], check=True)

    server = ensure_running(home)

    assert Path(f"/proc/{server.pid}").stat().st_uid == 12345


def test_a_home_that_everybody_may_write_to_is_refused(home: Path) -> None:
    home.chmod(0o777)

    with pytest.raises(ServerError, match="Everybody on this computer may write"):
        ensure_running(home)
    home.chmod(0o711)


def test_a_file_in_the_place_of_the_home_is_refused(place: Path) -> None:
    (place / "home").write_text("mine")

    with pytest.raises(ServerError, match="is not a folder"):
        ensure_running(place / "home")
    assert find_running(place / "home") is None
    (place / "home").unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="root may go everywhere; the server's user may not")
def test_a_home_in_a_private_folder_of_roots_is_refused_with_the_reason(home: Path, place: Path) -> None:
    place.chmod(0o700)
    try:
        with pytest.raises(ServerError, match="may not enter"):
            ensure_running(home)
    finally:
        place.chmod(0o755)


def test_a_server_that_somebody_started_by_hand_is_not_run_over(home: Path) -> None:
    ensure_running(home)
    stop(home)
    account: Account = choose_account(Home(home))
    command = [find_binaries().program("postgres"), "-D", str(home / "data"), "-c", "listen_addresses="]
    command += ["-c", f"unix_socket_directories={home / 'other'}", "-c", "fsync=off"]
    account.own(home / "other")
    with subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **account.run_as) as other:
        try:
            while find_running(home) is None:
                assert other.poll() is None
            (home / "data" / "postmaster.pid").write_text(
                (home / "data" / "postmaster.pid").read_text().replace("ready", "starting")
            )
            with pytest.raises(ServerError, match="Careloop did not start"):
                ensure_running(home)
        finally:
            other.terminate()
    assert ensure_running(home).pid > 0
