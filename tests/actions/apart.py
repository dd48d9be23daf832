"""A database apart, for tests that commit: two connections at once, or the seal of finished transactions."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import connections

R = TypeVar("R")


def _admin(owner: str) -> str:
    from careloop.postgres.server import ensure_running
    from tests.conftest import ROOT

    if os.environ.get("DATABASE_URL") and os.environ.get("CARELOOP_OWNER_URL"):
        return os.environ.get("CARELOOP_ADMIN_URL", os.environ["CARELOOP_OWNER_URL"])
    return ensure_running(ROOT / "build" / "test-server").url("super", "postgres")


@pytest.fixture
def apart(django_db_setup: None, database_urls: tuple[str, str], django_db_blocker: Any) -> Iterator[None]:  # noqa: ANN401
    """Point the connections at a copy of the empty, migrated database; drop it afterwards."""
    shared = connections["default"].settings_dict["NAME"]
    name = f"{shared}_apart"
    connections.close_all()
    with psycopg.connect(_admin(database_urls[1]), autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {shared} OWNER careloop_owner")
        link.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO careloop_app")
    _point_to(name)
    try:
        with django_db_blocker.unblock():
            yield
    finally:
        connections.close_all()
        _point_to(shared)
        with psycopg.connect(_admin(database_urls[1]), autocommit=True) as link:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _point_to(name: str) -> None:
    for link in connections.all():
        link.settings_dict["NAME"] = name


def at_once(*calls: Callable[[], R]) -> list[R | Exception]:
    """Run the calls at the same time, each on a connection of its own; return results or what was raised."""

    def run(call: Callable[[], R]) -> R | Exception:
        try:
            return call()
        except Exception as fault:
            return fault
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
