"""One clinic for a whole module: a transaction around the module, a savepoint around each test."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from careloop.facts.access import Acting
from tests.actions.apart import apart  # noqa: F401
from tests.actions.few import few_checks  # noqa: F401
from tests.actions.places import Places, make_places
from tests.actions.records import bring_cared_for, person
from tests.guard.conftest import _standing_clinic, clinic  # noqa: F401
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


@pytest.fixture(scope="module")
def places(house: House) -> Places:
    """Calendars and kinds of visit, once for a module."""
    return make_places(house)


@pytest.fixture
def rosa(house: House) -> UUID:
    """A patient in Dana's care."""
    return bring_cared_for(house, "rosa", person("rosa"))


@pytest.fixture
def ben(house: House) -> UUID:
    """Another patient in Dana's care."""
    return bring_cared_for(house, "ben", person("ben"))


@pytest.fixture
def dana(house: House) -> Acting:
    """Dana, who coordinates care."""
    return house.acting("dana")
