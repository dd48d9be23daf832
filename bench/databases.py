"""A second database on the server of a benchmark, migrated, and the doors working on one or the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any


def open_databases(home: Path, other: str) -> dict[str, Any]:
    """Make another database, migrated; return a Django connection to it and to the first one, as the application."""
    from django.core.management import call_command
    from django.db import connections

    from careloop.postgres.server import create_database, ensure_running

    create_database(ensure_running(home), other)
    links = {"careloop": connections["default"], other: _connect(other, "default")}
    connections["owner"].close()
    owner, connections["owner"] = connections["owner"], _connect(other, "owner")
    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    connections["owner"].close()
    connections["owner"] = owner
    return links


@contextmanager
def using(link: Any) -> Iterator[None]:  # noqa: ANN401
    """Let the doors work on this connection."""
    from django.db import connections

    connections["default"] = link
    yield


def _connect(name: str, alias: str) -> Any:  # noqa: ANN401
    from django.db import connections

    settings = deepcopy(connections[alias].settings_dict) | {"NAME": name}
    return type(connections[alias])(settings, alias)
