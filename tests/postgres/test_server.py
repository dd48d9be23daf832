"""The private server: started once, apart from its starter, safe and silent."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
import pytest

from careloop.postgres.errors import ServerError
from careloop.postgres.server import Server, ensure_running, find_running, stop
from tests.postgres.conftest import Connect

START = "from careloop.postgres.server import ensure_running; print(ensure_running().pid, flush=True)"
CANARY = "Zephyrine Quillfeather"


def start_in_background(home: Path, script: str = START) -> "subprocess.Popen[str]":
    environment = {**os.environ, "CARELOOP_HOME": str(home)}
    command = [sys.executable, "-c", script]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_four_first_commands_at_once_make_one_server(place: Path) -> None:
    starters = [start_in_background(place / "home") for _ in range(4)]
    pids = {starter.communicate()[0].strip() for starter in starters}

    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    running = find_running(place / "home")
    assert running is not None
    assert pids == {str(running.pid)}


def test_the_server_outlives_its_starter_and_its_terminal(home: Path) -> None:
    starter = start_in_background(home, START + "; import time; time.sleep(600)")
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert os.getsid(pid) != os.getsid(starter.pid)

    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()

    server = ensure_running(home)
    assert server.pid == pid
    with psycopg.connect(server.url("app")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_stop_ends_every_process_and_says_whether_there_was_one(home: Path) -> None:
    server = ensure_running(home)
    assert find_running(home) == server

    assert stop(home) is True
    assert find_running(home) is None
    assert not Path(f"/proc/{server.pid}").exists()
    assert list((home / "run").iterdir()) == []
    assert stop(home) is False
    assert ensure_running(home).pid != server.pid


def test_a_home_that_is_not_there_has_no_server(place: Path) -> None:
    assert find_running(place / "none") is None
    assert stop(place / "none") is False
    assert not (place / "none").exists()


def test_home_comes_from_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARELOOP_HOME", str(home))
    server = ensure_running()

    assert server.home == home
    assert find_running() == server
    assert stop() is True


@pytest.mark.parametrize("role", ["app", "owner", "backup"])
def test_urls_open_the_database_and_can_be_taken_apart(server: Server, role: str) -> None:
    url = server.url(role)  # type: ignore[arg-type]
    parts = urlsplit(url)
    query = parse_qs(parts.query)

    assert (parts.scheme, parts.username, parts.path) == ("postgresql", f"careloop_{role}", "/careloop")
    assert query == {"host": [str(server.socket_dir)], "port": [str(server.port)]}
    assert unquote(parts.password or "") == json.loads((server.home / "passwords.json").read_text())[role]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (f"careloop_{role}",)


def test_only_by_socket_and_only_with_the_password(server: Server) -> None:
    place = f"host={server.socket_dir} port={server.port}"
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(f"{place} dbname=careloop user=careloop_app")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"{place} dbname=careloop user=careloop_app password=guessed")
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        psycopg.connect(server.url("app", "postgres"))
    with psycopg.connect(server.url("super")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        rules = connection.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
    assert set(rules) == {("local", "peer"), ("local", "reject"), ("local", "scram-sha-256")}


def test_files_are_for_the_servers_user_and_us_alone(server: Server) -> None:
    found = {path.name: path.stat() for path in server.home.iterdir()}

    assert stat.S_IMODE(found["passwords.json"].st_mode) == 0o600
    assert found["passwords.json"].st_uid == os.geteuid()
    for folder in ("data", "log", "run"):
        assert stat.S_IMODE(found[folder].st_mode) == 0o700
        assert found[folder].st_uid == Path(f"/proc/{server.pid}").stat().st_uid != 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("log_error_verbosity", "terse"),
        ("log_min_error_statement", "panic"),
        ("log_statement", "none"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("logging_collector", "on"),
        ("log_rotation_size", "8MB"),
        ("password_encryption", "scram-sha-256"),
        ("jit", "off"),
        ("max_connections", "60"),
    ],
)
def test_settings(connect: Connect, name: str, value: str) -> None:
    assert connect("super").execute("SELECT current_setting(%s)", [name]).fetchone() == (value,)


def test_names_are_compared_byte_by_byte(connect: Connect) -> None:
    query = "SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()"
    assert connect("app").execute(query).fetchone() == ("C", "C")


def test_safety_cannot_be_switched_off_while_it_runs(server: Server) -> None:
    with psycopg.connect(server.url("super"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SELECT pg_sleep(0.3)")
    with psycopg.connect(server.url("super"), autocommit=True) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        connection.execute("ALTER SYSTEM RESET ALL")


def read_logs(server: Server) -> str:
    return "".join(path.read_text() for path in (server.home / "log").iterdir())


def provoke(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    attempts: list[tuple[str, list[object]]] = [
        ("INSERT INTO person VALUES (%s, 1)", [name]),
        ("INSERT INTO person VALUES (%s, -1)", [name]),
        ("INSERT INTO person VALUES (%s, NULL)", [name]),
        ("SELECT %s::text::int", [name]),
        ("SELECT %s::text::jsonb", [name]),
        (f"SELEC '{name}'", []),
        ("SELECT 1 / (length(%s::text) - length(%s::text))", [name, name]),
        (f"DO $$ BEGIN RAISE EXCEPTION '{name}' USING DETAIL = '{name}'; END $$", []),
        (f"DO $$ BEGIN RAISE WARNING '{name}'; END $$", []),
    ]
    for query, values in attempts:
        try:
            connection.execute(query, values)
        except psycopg.Error:
            continue


def test_the_log_keeps_starts_and_stops_but_no_contents(server: Server, connect: Connect) -> None:
    connect("owner").execute("CREATE TABLE person (name text PRIMARY KEY, age int NOT NULL CHECK (age > 0))")
    connect("owner").execute("INSERT INTO person VALUES (%s, 1)", [CANARY])
    provoke(connect("owner"), CANARY)
    # The same with logging on shows that the search would have found it.
    talkative = connect("super")
    talkative.execute("SET log_min_messages = warning")
    provoke(talkative, "Control Name")

    log = read_logs(server)
    assert "Control Name" in log
    assert "ready to accept connections" in log
    assert CANARY not in log


def test_the_log_does_not_grow_without_end(home: Path) -> None:
    ensure_running(home)
    for number in range(30):
        (home / "log" / f"server-20200101-0000{number:02}.log").write_text("old")
    ensure_running(home)

    kept = sorted(path.name for path in (home / "log").iterdir())
    assert len(kept) == 10
    assert kept[0] > "server-20200101-000019.log"
    assert not kept[-1].startswith("server-2020")


def test_a_path_too_long_for_a_socket_is_served_from_a_short_folder(home: Path) -> None:
    deep = home.parent / ("long" * 30)
    deep.mkdir()
    home = home.rename(deep / "home")
    try:
        server = ensure_running(home)
        with psycopg.connect(server.url("app")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert len(str(server.socket_dir / f".s.PGSQL.{server.port}")) <= 107
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert find_running(home) == server
    finally:
        stop(home)
    assert not server.socket_dir.exists()


@pytest.mark.parametrize("name", ["with space", "one,two", "it's", 'a"b', "back\\slash", "Größe 京都", "100%"])
def test_a_home_with_an_unusual_name_works(home: Path, name: str) -> None:
    home = home.rename(home.with_name(name))
    try:
        with psycopg.connect(ensure_running(home).url("app")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("careloop",)
    finally:
        stop(home)


def test_a_short_folder_that_somebody_else_made_is_refused(home: Path) -> None:
    home = home.rename(home.with_name("one,two"))
    folder = ensure_running(home).socket_dir
    stop(home)
    folder.mkdir()
    folder.chmod(0o777)
    try:
        with pytest.raises(ServerError) as caught:
            ensure_running(home)
    finally:
        folder.rmdir()
    assert str(folder) in caught.value.why
    assert "somebody else" in caught.value.why
    folder.symlink_to(home)
    try:
        with pytest.raises(ServerError):
            ensure_running(home)
    finally:
        folder.unlink()
