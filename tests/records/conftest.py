"""Connections of their own for the owner and the application; nothing they do is kept."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.records.plant import AT, Plant

Link = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def owner_link(django_db_setup: None, database_urls: tuple[str, str]) -> Iterator[Link]:
    """Return the owner's connection, inside one transaction that is never committed."""
    link = psycopg.connect(database_urls[1])
    yield link
    link.close()


@pytest.fixture
def owner(owner_link: Link) -> Iterator[Plant]:
    """Let the owner write rows, as a migration does; all is forgotten after the test."""
    with owner_link.transaction(force_rollback=True):
        owner_link.execute("SET LOCAL careloop.migrating = 'on'")
        owner_link.execute("SET LOCAL lock_timeout = '20s'")
        owner_link.execute("SELECT set_config('careloop.at', %s, true)", [AT.isoformat()])
        yield Plant(owner_link)


@pytest.fixture(scope="module")
def app_link(django_db_setup: None, database_urls: tuple[str, str]) -> Iterator[Link]:
    """Return a connection of the application role, inside one transaction that is never committed."""
    link = psycopg.connect(database_urls[0])
    yield link
    link.close()


@pytest.fixture
def app(app_link: Link) -> Iterator[Plant]:
    """Let the application write and read with row security on; all is forgotten after the test."""
    with app_link.transaction(force_rollback=True):
        yield Plant(app_link)
