"""How a command comes up: the database found or started and found safe, then Django."""

import os
from datetime import datetime

import django
import psycopg

from careloop.basics.clock import read_clock
from careloop.cli.output import CONFIGURATION, UNAVAILABLE, fail
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.postgres.errors import ServerError
from careloop.postgres.guards import refuse_unsafe_role, refuse_unsafe_server
from careloop.postgres.home import find_home
from careloop.postgres.server import ensure_running

SETTINGS = "careloop.config.settings"


def find_urls() -> tuple[str, str]:
    """Return the URLs of application and owner; without ``DATABASE_URL`` the private server is started.

    :raises ServerError: if the server cannot be started, or only one of the two outside URLs is given
    """
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("CARELOOP_OWNER_URL")
    if app:
        return app, owner or ""
    home = find_home()
    os.environ.setdefault("CARELOOP_HOME", str(home))
    server = ensure_running(home)
    os.environ["DATABASE_URL"] = server.url("app")
    os.environ["CARELOOP_OWNER_URL"] = server.url("owner")
    return os.environ["DATABASE_URL"], os.environ["CARELOOP_OWNER_URL"]


def boot(*, needs_tables: bool = True) -> str:
    """Bring up database and Django, refuse an unsafe server or role; return the owner's URL.

    Ends the command with its reason if the database is unsafe, out of reach or not prepared.
    """
    app, owner = find_urls()
    with _connect(app) as link:
        try:
            refuse_unsafe_server(link)
            refuse_unsafe_role(link)
        except ServerError as fault:
            fail(CONFIGURATION, fault.what, fault.why, fault.fix)
        if needs_tables and not _is_prepared(link):
            fail(CONFIGURATION, "The database is not prepared.", "It has no tables yet.", "Run: careloop init")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    return owner


def _connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    try:
        return psycopg.connect(url, connect_timeout=10)
    except psycopg.OperationalError as fault:
        first = str(fault).splitlines()[0]
        fail(UNAVAILABLE, "The database cannot be reached.", first, "Check DATABASE_URL, or start the server.")


def operator(at: datetime | None = None, purpose: Purpose = Purpose.OPERATE) -> Acting:
    """Return who acts when somebody types a command on this machine."""
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at or read_clock(), purpose=purpose)


def _is_prepared(link: "psycopg.Connection[tuple[object, ...]]") -> bool:
    found = link.execute("SELECT to_regclass('public.loop') IS NOT NULL").fetchone()
    return bool(found and found[0])
