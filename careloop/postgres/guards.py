"""What is asked of every server and of the application's role before the first row is touched."""

from careloop.postgres.binaries import OLDEST
from careloop.postgres.errors import ServerError
from careloop.postgres.roles import BACKUP, OWNER, SEER, Connection

_SAFE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}

# Members of these can read or write the server's files, and so become its superuser.
_BEYOND = ["pg_execute_server_program", "pg_read_server_files", "pg_write_server_files"]

_ROLE = """
SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication
  FROM pg_roles WHERE rolname IN (session_user, current_user)
"""
_OWNED = """
SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
 WHERE r.rolname IN (session_user, current_user) AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
_OWNS_DATABASE = """
SELECT count(*) FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
 WHERE d.datname = current_database() AND r.rolname IN (session_user, current_user)
"""
_MEMBER_OF = """
SELECT r.rolname FROM pg_roles r
 WHERE (r.rolname = ANY(%s) OR r.rolsuper OR r.rolbypassrls) AND pg_has_role(session_user, r.oid, 'MEMBER')
 ORDER BY r.rolname
"""


def refuse_unsafe_server(connection: Connection) -> None:
    """Raise ServerError unless the server is PostgreSQL 15 or newer and keeps what it has acknowledged.

    That is: ``fsync`` and ``full_page_writes`` on, and ``synchronous_commit`` ``on`` or ``remote_apply`` in this very
    session, whatever set it (server, database, role or connection).
    """
    version = connection.info.server_version // 10000
    if version < OLDEST:
        raise ServerError(
            "Careloop does not run on this PostgreSQL.",
            why=f"It is version {version}.",
            fix=f"Use PostgreSQL {OLDEST} or newer.",
        )
    for name, accepted in _SAFE.items():
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        value = row[0] if row else "unknown"
        if value not in accepted:
            raise ServerError(
                "Careloop does not run on this server: it could lose what was saved.",
                why=f"The setting {name} is {value}.",
                fix=f"Set {name} to {' or '.join(accepted)}: for the server, the database and the role.",
            )


def refuse_unsafe_role(connection: Connection) -> None:
    """Raise ServerError when the connected role could pass by row security.

    Refused are: superuser, BYPASSRLS, CREATEROLE, REPLICATION; the owner of the database or of any table, view or
    the like in it (temporary tables are fine); and members of the owner, the seer, the backup, any
    superuser or BYPASSRLS role, or a role that reaches the server's files. ``SET ROLE`` hides nothing.
    """
    reason = _find_reason(connection)
    if reason:
        raise ServerError(
            "Careloop does not run with this database role: it could see past row security.",
            why=reason,
            fix="Connect as careloop_app, or as a role with no rights but those of careloop_app.",
        )


def _find_reason(connection: Connection) -> str | None:
    names = ("a superuser", "allowed to bypass row security", "allowed to make roles", "allowed to replicate")
    for role, *rights in connection.execute(_ROLE).fetchall():
        for name, has in zip(names, rights, strict=True):
            if has:
                return f"The role {role} is {name}."
    for query, what in ((_OWNED, "tables or views in it"), (_OWNS_DATABASE, "the database")):
        row = connection.execute(query).fetchone()
        if row and row[0]:
            return f"The role owns {what}."
    others = connection.execute(_MEMBER_OF, [[OWNER, SEER, BACKUP, *_BEYOND]]).fetchall()
    return f"The role is a member of {', '.join(name for (name,) in others)}." if others else None
