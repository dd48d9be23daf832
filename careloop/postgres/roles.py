"""Database roles and databases: made, or mended where a former try broke off. For any server of our own or outside.

``owner`` owns tables and runs migrations, ``app`` owns nothing, ``seer`` owns the few functions that see
through row security, ``backup`` reads everything and writes nothing.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from careloop.postgres.errors import ServerError

SUPERUSER = "postgres"
OWNER = "careloop_owner"
APP = "careloop_app"
SEER = "careloop_seer"
BACKUP = "careloop_backup"
DATABASE = "careloop"
SIGN_IN = {"owner": OWNER, "app": APP, "backup": BACKUP}

Connection = psycopg.Connection[TupleRow]

_LOCK = 0x0CA2E100  # any number; the same for all who prepare a server
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_LIMITED = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"

# NOINHERIT: the owner may make itself the seer (SET ROLE), but does not see what the seer sees.
_ROLES: Mapping[str, LiteralString] = {
    OWNER: f"LOGIN NOBYPASSRLS NOINHERIT {_LIMITED}",
    APP: f"LOGIN NOBYPASSRLS NOINHERIT {_LIMITED}",
    SEER: f"NOLOGIN NOBYPASSRLS NOINHERIT {_LIMITED}",
    BACKUP: f"LOGIN BYPASSRLS INHERIT {_LIMITED}",
}


def prepare_cluster(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Make the four roles with their rights and passwords; doing it again changes nothing.

    ``connection`` is a superuser's; ``passwords`` are those of ``owner``, ``app`` and ``backup``. They are
    sent as SCRAM verifiers, so that no log of any server can show one. Raises ServerError when one
    is missing, psycopg errors when the connection is not a superuser's.
    """
    missing = sorted(set(SIGN_IN) - {name for name, password in passwords.items() if password})
    if missing:
        raise ServerError(
            "The database roles cannot be made.",
            why=f"There is no password for: {', '.join(missing)}.",
            fix="Give a password for each of owner, app and backup.",
        )
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for role, rights in _ROLES.items():
            found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = sql.SQL("CREATE ROLE {} {}") if found is None else sql.SQL("ALTER ROLE {} {}")
            connection.execute(verb.format(sql.Identifier(role), sql.SQL(rights)))
        for short, role in SIGN_IN.items():
            _set_password(connection, role, passwords[short])
        _grant_memberships(connection)


def _set_password(connection: Connection, role: str, password: str) -> None:
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    change = sql.SQL("ALTER ROLE {} PASSWORD {}")
    connection.execute(change.format(sql.Identifier(role), sql.Literal(verifier.decode())))


def _grant_memberships(connection: Connection) -> None:
    """Let the owner hand functions to the seer, and the backup read all; 16 and newer ask how a membership counts."""
    how = " WITH INHERIT FALSE, SET TRUE" if connection.info.server_version >= 160000 else ""
    grant = sql.SQL("GRANT {} TO {}" + how)
    connection.execute(grant.format(sql.Identifier(SEER), sql.Identifier(OWNER)))
    # BYPASSRLS passes by the policies, but gives no right to a table: this does, for tables to come as well.
    connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(sql.Identifier(BACKUP)))
    read_only = sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on")
    connection.execute(read_only.format(sql.Identifier(BACKUP)))


def prepare_database(connection: Connection, name: str) -> None:
    """Make a database that the owner owns and only our roles may enter; doing it again mends what is missing.

    ``connection`` is a superuser's, in autocommit. Raises ServerError for a name with anything but small
    letters, digits and ``_``, and for an existing database whose encoding is not UTF-8.
    """
    _check_name(name)
    with _alone(connection):
        _make_database(connection, name)
        database = sql.Identifier(name)
        roles = sql.SQL(", ").join(sql.Identifier(role) for role in (APP, BACKUP))
        with connection.transaction():
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(OWNER)))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, roles))
            # Row security makes plans look dearer than they are: compiling them takes minutes, running them a blink.
            connection.execute(sql.SQL("ALTER DATABASE {} SET jit = off").format(database))
            # Bulk import copies into a temporary table first: COPY FROM is refused on row-secured tables.
            grant = sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}")
            connection.execute(grant.format(database, sql.Identifier(APP)))
        inside = psycopg.connect(connection.info.dsn, password=connection.info.password or None, dbname=name)
        with inside:
            _prepare_schema(inside)


def _make_database(connection: Connection, name: str) -> None:
    query = "SELECT datconnlimit, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s"
    found = connection.execute(query, [name]).fetchone()
    database = sql.Identifier(name)
    if found is not None and found[0] == -2:  # PostgreSQL's mark for a DROP DATABASE that broke off
        connection.execute(sql.SQL("DROP DATABASE {}").format(database))
        found = None
    if found is None:
        make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        connection.execute(make.format(database, sql.Identifier(OWNER)))
    elif found[1] != "UTF8":
        raise ServerError(
            "This database cannot be used.",
            why=f"The encoding of {name} is {found[1]}, and names are written in any script.",
            fix="Make a new database with the encoding UTF8.",
        )


def _prepare_schema(connection: Connection) -> None:
    owner, seer = sql.Identifier(OWNER), sql.Identifier(SEER)
    readers = sql.SQL(", ").join(sql.Identifier(role) for role in (APP, BACKUP, SEER))
    connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(owner))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(readers))
    # PostgreSQL asks that whoever is given a function may create in its schema.
    connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(seer))


def remove_database(connection: Connection, name: str) -> None:
    """Remove a database with all that is in it, also while it is in use; one that is not there is fine."""
    _check_name(name)
    with _alone(connection):
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or name in {SUPERUSER, "template0", "template1"}:
        raise ServerError(
            "This database cannot be made or removed.",
            why=f"{name!r} is not a name for a database of Careloop.",
            fix="Use small letters, digits and underscores (63 at most), and not a name PostgreSQL uses itself.",
        )


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
