"""A real PostgreSQL for every test that asks for one, and the people who act in it.

Without ``DATABASE_URL`` the private server runs from a folder of its own under ``build/``; an outside one
needs ``DATABASE_URL``, ``CARELOOP_OWNER_URL`` and, to make databases, ``CARELOOP_ADMIN_URL``. The tests run as
the application role, so row security is on.
"""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from careloop.postgres.roles import prepare_database
from careloop.postgres.server import ensure_running

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CARELOOP_SHARED", ROOT.parent / "shared"))


def with_name(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


# No test asks how fast the machine is: invented samples may take as long as they take.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their length: packed ones may hold the time, and every process must find the same tests."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fault tests run only when asked for; where the shared material is required, its absence is an error."""
    if os.environ.get("CARELOOP_STRICT_SHARED") and not SHARED.is_dir():
        message = "The shared test material is not beside the project, and here its tests may not be skipped."
        raise pytest.UsageError(message)
    # Playwright keeps an event loop in this thread, beside which Django refuses its database: browsers come last.
    # Of these the longest file first, or one process works on it alone while the others are done: a file with a
    # clinic of its own has that to start, as long as some tests take.
    browsers = [item for item in items if item.get_closest_marker("browser")]
    sizes = Counter(item.path for item in browsers)
    sizes.update({item.path: 15 for item in browsers if "gallery" not in getattr(item, "fixturenames", ())})
    browsers.sort(key=lambda item: -sizes[item.path])
    items[:] = [item for item in items if not item.get_closest_marker("browser")] + browsers
    if "faults" in (config.getoption("-m") or ""):
        return
    skip = pytest.mark.skip(reason="kills processes: run by make faults")
    for item in items:
        if item.get_closest_marker("faults"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the shared test material, or skip with the reason."""
    if not SHARED.is_dir():
        pytest.skip("the shared test material is not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def database_urls(worker_id: str) -> Iterator[tuple[str, str]]:
    """Make a migrated database for this run; yield the application's and the owner's URL."""
    name = f"careloop_test_{os.getpid()}_{worker_id}"
    app, owner, admin = find_server()
    template = migrated_template()
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute("SELECT pg_advisory_lock(72653003)")
        link.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER careloop_owner")
        prepare_database(link, name)
        link.execute("SELECT pg_advisory_unlock(72653003)")
    yield with_name(app, name), with_name(owner, name)
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def find_server() -> tuple[str, str, str]:
    """Return the URLs of application, owner and administrator: of the outside server, else of the private one."""
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("CARELOOP_OWNER_URL")
    if app and owner:
        return app, owner, os.environ["CARELOOP_ADMIN_URL"]
    server = ensure_running(ROOT / "build" / "test-server")
    return server.url("app"), server.url("owner"), server.url("super", "postgres")


def migrated_template() -> str:
    """Return the name of a migrated database without anything in it, to be copied."""
    _app, owner, admin = find_server()
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute("SELECT pg_advisory_lock(72653003)")
        return _make_template(link, owner)


def _make_template(link: "psycopg.Connection[tuple[object, ...]]", owner: str) -> str:
    """Return a migrated database that tests copy; it is made anew when a migration changes."""
    files = sorted((ROOT / "careloop" / "records" / "migrations").rglob("*.[ps][yq]*"))
    mark = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]
    name = f"careloop_template_{mark}"
    if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return name
    making = f"{name}_new"
    link.execute(f"DROP DATABASE IF EXISTS {making} WITH (FORCE)")
    prepare_database(link, making)
    command = [sys.executable, "-m", "django", "migrate", "--database", "owner", "--skip-checks", "-v", "0"]
    settings = {"DJANGO_SETTINGS_MODULE": "careloop.config.settings", "CARELOOP_OWNER_URL": with_name(owner, making)}
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **settings})
    link.execute(f"ALTER DATABASE {making} RENAME TO {name}")
    return name


@pytest.fixture(scope="session")
def worker_id() -> str:
    """Return the name of this xdist worker, or main."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def django_db_setup(database_urls: tuple[str, str], django_db_blocker: object) -> Iterator[None]:
    """Point Django at the run's database: every test connects as the application role."""
    from django.db import connections

    from careloop.config.settings import make_database

    for alias, url in zip(("default", "owner"), database_urls, strict=True):
        connections[alias].settings_dict.update(make_database(url, pooled=False))
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for link in connections.all():
            link.close()


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    """Hash passwords fast in tests; a test of the real hasher says so itself."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _draft_words() -> None:
    """Let words that nobody approved go, from a made-up number; a test of the real rule says so itself."""
    from django.conf import settings

    settings.DRAFT_WORDS_MAY_GO = True
    settings.CLINIC_PHONE = "(555) 010-0100"
