"""One clinic for a whole module: a transaction around the module, a savepoint around each test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.actions.apart import apart  # noqa: F401
from tests.people import House, build_house


@pytest.fixture(scope="module")
def module_transaction(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:  # noqa: ANN401
    """Keep what module fixtures write until the module ends, then take it all back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def house(module_transaction: None) -> House:
    """The two teams and their people."""
    return build_house()
