"""The four roles and what each may do in a database, tried against the server."""

import psycopg
import pytest
from psycopg import errors

from careloop.postgres.errors import ServerError
from careloop.postgres.roles import prepare_cluster, prepare_database
from careloop.postgres.server import Server, create_database, drop_database
from tests.postgres.conftest import Connect

GUARDED = """
CREATE TABLE note (unit int, body text);
ALTER TABLE note ENABLE ROW LEVEL SECURITY;
ALTER TABLE note FORCE ROW LEVEL SECURITY;
CREATE POLICY seer_all ON note FOR SELECT TO careloop_seer USING (true);
CREATE POLICY moving ON note TO careloop_owner USING (current_setting('careloop.migrating', true) = 'on');
CREATE POLICY mine ON note TO careloop_app USING (unit = 1);
GRANT SELECT, INSERT ON note TO careloop_app;
GRANT SELECT ON note TO careloop_seer;
SET careloop.migrating = 'on';
INSERT INTO note VALUES (1, 'one'), (2, 'two');
RESET careloop.migrating;
"""


def test_the_rights_of_the_roles(connect: Connect) -> None:
    query = """SELECT rolname, rolcanlogin, rolbypassrls, rolinherit,
                      rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication
                 FROM pg_roles WHERE rolname ~ '^careloop_' ORDER BY 1"""
    assert connect("super").execute(query).fetchall() == [
        ("careloop_app", True, False, False, False),
        ("careloop_backup", True, True, True, False),
        ("careloop_owner", True, False, False, False),
        ("careloop_seer", False, False, False, False),
    ]


def test_the_app_can_make_nothing_but_temporary_tables(connect: Connect) -> None:
    app = connect("app")
    for forbidden in ("CREATE TABLE t ()", "CREATE SCHEMA s", "CREATE DATABASE d", "SET ROLE careloop_seer"):
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(forbidden)
    app.execute("CREATE TEMPORARY TABLE t (a int)")


def test_no_plan_is_compiled_whatever_the_server_says(server: Server, database: str, connect: Connect) -> None:
    with psycopg.connect(server.url("super", "postgres"), autocommit=True) as link:
        link.execute("ALTER SYSTEM SET jit = on")
        link.execute("SELECT pg_reload_conf()")
        try:
            assert connect("app").execute("SHOW jit").fetchone() == ("off",)
        finally:
            link.execute("ALTER SYSTEM RESET jit")
            link.execute("SELECT pg_reload_conf()")


def test_the_owner_makes_tables_and_gives_functions_to_the_seer(connect: Connect) -> None:
    owner = connect("owner")
    owner.execute(GUARDED)
    owner.execute(
        "CREATE FUNCTION notes() RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN (SELECT count(*) FROM note)"
    )
    owner.execute("ALTER FUNCTION notes() OWNER TO careloop_seer")

    assert connect("app").execute("SELECT notes()").fetchone() == (2,)
    # To change it later the owner speaks as the seer.
    owner.execute("SET ROLE careloop_seer")
    owner.execute("CREATE OR REPLACE FUNCTION notes() RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN 7")
    assert connect("app").execute("SELECT notes()").fetchone() == (7,)


def test_the_owner_does_not_see_what_the_seer_sees(connect: Connect) -> None:
    owner = connect("owner")
    owner.execute(GUARDED)

    assert owner.execute("SELECT count(*) FROM note").fetchone() == (0,)
    assert connect("app").execute("SELECT body FROM note").fetchall() == [("one",)]


def test_the_backup_reads_everything_and_writes_nothing(connect: Connect) -> None:
    connect("owner").execute(GUARDED)
    backup = connect("backup")

    assert backup.execute("SELECT count(*) FROM note").fetchone() == (2,)
    with pytest.raises(errors.ReadOnlySqlTransaction):
        backup.execute("INSERT INTO note VALUES (3, 'three')")
    backup.execute("SET default_transaction_read_only = off")
    for forbidden in ("INSERT INTO note VALUES (3, 'three')", "DELETE FROM note", "CREATE TABLE t ()"):
        with pytest.raises(errors.InsufficientPrivilege):
            backup.execute(forbidden)


def test_nobody_else_may_enter(server: Server, database: str, connect: Connect) -> None:
    granted = "SELECT has_database_privilege(%s, current_database(), 'CONNECT')"
    connect("super").execute("CREATE ROLE passer_by LOGIN")
    try:
        assert connect("super").execute(granted, ["passer_by"]).fetchone() == (False,)
        for role in ("careloop_app", "careloop_owner", "careloop_backup"):
            assert connect("super").execute(granted, [role]).fetchone() == (True,)
    finally:
        connect("super").execute("DROP ROLE passer_by")


def test_preparing_twice_changes_nothing_and_mends_what_is_missing(server: Server, database: str) -> None:
    query = "SELECT datdba::regrole::text, datacl::text FROM pg_database WHERE datname = %s"
    with psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection:
        before = connection.execute(query, [database]).fetchone()
        connection.execute(f"ALTER DATABASE {database} OWNER TO postgres")
        connection.execute(f"GRANT ALL ON DATABASE {database} TO PUBLIC")
        connection.execute(f"REVOKE ALL ON DATABASE {database} FROM careloop_app")
        assert connection.execute(query, [database]).fetchone() != before

        prepare_database(connection, database)
        prepare_database(connection, database)
        after = connection.execute(query, [database]).fetchone()
    assert before is not None
    assert after is not None
    assert after[0] == before[0] == "careloop_owner"
    assert sorted(after[1].strip("{}").split(",")) == sorted(before[1].strip("{}").split(","))


def test_a_database_whose_removal_broke_off_is_made_anew(server: Server, database: str) -> None:
    with psycopg.connect(server.url("owner", database), autocommit=True) as connection:
        connection.execute("CREATE TABLE half ()")
    with psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection:
        connection.execute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = %s", [database])
        prepare_database(connection, database)
    with psycopg.connect(server.url("owner", database)) as connection:
        assert connection.execute("SELECT to_regclass('half')").fetchone() == (None,)


def test_a_database_of_another_encoding_is_refused(server: Server) -> None:
    with psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE old_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        try:
            with pytest.raises(ServerError, match="LATIN1"):
                prepare_database(connection, "old_latin")
        finally:
            connection.execute("DROP DATABASE old_latin")


def test_every_role_needs_a_password(server: Server) -> None:
    with (
        psycopg.connect(server.url("super", "postgres"), autocommit=True) as connection,
        pytest.raises(ServerError, match="app, owner"),
    ):
        prepare_cluster(connection, {"backup": "x", "app": ""})


def test_passwords_are_sent_as_verifiers(server: Server) -> None:
    with psycopg.connect(server.url("super", "postgres")) as connection:
        query = "SELECT rolpassword FROM pg_authid WHERE rolname ~ '^careloop_' AND rolcanlogin"
        stored = [password for (password,) in connection.execute(query).fetchall()]
    assert len(stored) == 3
    assert all(password.startswith("SCRAM-SHA-256$") for password in stored)


@pytest.mark.parametrize("name", ["", "postgres", "template1", "Upper", 'a"; DROP ROLE x; --', "a-b", "a" * 64])
def test_a_name_that_could_do_harm_is_refused(server: Server, name: str) -> None:
    with pytest.raises(ServerError, match="not a name"):
        create_database(server, name)
    with pytest.raises(ServerError, match="not a name"):
        drop_database(server, name)


def test_a_database_in_use_is_removed_and_one_that_is_not_there_is_fine(server: Server) -> None:
    create_database(server, "short_lived")
    with psycopg.connect(server.url("app", "short_lived"), autocommit=True) as user:
        drop_database(server, "short_lived")
        with pytest.raises(psycopg.OperationalError):
            user.execute("SELECT 1")
    drop_database(server, "short_lived")
