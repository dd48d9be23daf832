"""A real PostgreSQL for every test that asks for one, and the people who act in it.

Without ``DATABASE_URL`` the private server runs from a folder of its own under ``build/``. The test
database belongs to the owner; the tests run as the application role, so row security is on.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CARELOOP_SHARED", ROOT.parent / "shared"))


def _with_name(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fault tests run only when asked for."""
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
    """Make an empty database for this run; yield the application's and the owner's URL."""
    name = f"careloop_test_{os.getpid()}_{worker_id}"
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("CARELOOP_OWNER_URL")
    if app and owner:
        admin = os.environ.get("CARELOOP_ADMIN_URL", owner)
        _make_outside(admin, name)
        yield _with_name(app, name), _with_name(owner, name)
        with psycopg.connect(admin, autocommit=True) as link:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")
        return
    from careloop.postgres.server import create_database, drop_database, ensure_running

    server = ensure_running(ROOT / "build" / "test-server")
    create_database(server, name)
    yield server.url("app", name), server.url("owner", name)
    drop_database(server, name)


def _make_outside(admin: str, name: str) -> None:
    from careloop.postgres.roles import prepare_database

    with psycopg.connect(admin, autocommit=True) as link:
        prepare_database(link, name)


@pytest.fixture(scope="session")
def worker_id() -> str:
    """Return the name of this xdist worker, or main."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def django_db_setup(database_urls: tuple[str, str], django_db_blocker: object) -> Iterator[None]:
    """Migrate as the owner; then every test connects as the application role."""
    from django.core.management import call_command
    from django.db import connections

    from careloop.config.settings import make_database

    for alias, url in zip(("default", "owner"), database_urls, strict=True):
        connections[alias].settings_dict.update(make_database(url, pooled=False))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
        connections["owner"].close()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for link in connections.all():
            link.close()


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    """Hash passwords fast in tests; a test of the real hasher says so itself."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where the shared material is required (CARELOOP_STRICT_SHARED), a test skipped for lack of it has failed."""
    if os.environ.get("CARELOOP_STRICT_SHARED") and report.skipped and "shared" in report.keywords:
        report.outcome = "failed"
