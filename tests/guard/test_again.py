"""Two in each other's way: the passage is done again, up to a point, and never inside a transaction that goes on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from careloop.basics.refusals import Refusal
from careloop.guard.again import TRIES, again


@pytest.fixture
def outside(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:  # noqa: ANN401
    """The database, with no transaction open: as a door finds it."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def failing(times: int, state: str = "40P01") -> tuple[Any, list[int]]:
    """Return work that the database undoes so many times, and the count of its tries."""
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            if len(tries) <= times:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '{state}'; END $$")
        return "done"

    return work, tries


@pytest.mark.parametrize("state", ["40P01", "40001"])
def test_work_that_the_database_undid_for_anothers_sake_is_done_again(outside: None, state: str) -> None:
    work, tries = failing(TRIES - 1, state)

    assert again(work)() == "done"
    assert len(tries) == TRIES


def test_after_so_many_times_it_is_a_refusal_and_no_fault(outside: None) -> None:
    work, tries = failing(TRIES + 5)

    with pytest.raises(Refusal) as no:
        again(work)()

    assert no.value.say.key == "refusal.in_the_way"
    assert len(tries) == TRIES


def test_another_fault_is_not_tried_again(outside: None) -> None:
    work, tries = failing(5, "23514")

    with pytest.raises(DatabaseError):
        again(work)()

    assert len(tries) == 1


def test_inside_a_transaction_nothing_is_done_again(outside: None) -> None:
    work, tries = failing(5)

    with pytest.raises(OperationalError), transaction.atomic():
        again(work)()

    assert len(tries) == 1
