"""Tables are written only behind a door: every way round it is tried on every table."""

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db.models import Model

from careloop.records.base import Record, WriteOutsideDoor, writing
from careloop.records.models import Login
from tests.guard.standing import rolled_back

TABLES = sorted((m for m in apps.get_app_config("records").get_models()), key=lambda m: m.__name__)

WAYS: dict[str, Callable[[type[Model]], object]] = {
    "save": lambda table: table().save(),
    "delete": lambda table: table().delete(),
    "create": lambda table: table.objects.create(),
    "update": lambda table: table.objects.update(),
    "update by filter": lambda table: table.objects.filter(pk__isnull=False).update(),
    "delete all": lambda table: table.objects.all().delete(),
    "delete some": lambda table: table.objects.none().delete(),
    "bulk_create": lambda table: table.objects.bulk_create([table()]),
    "bulk_update": lambda table: table.objects.bulk_update([table()], ["pk"]),
}


@pytest.fixture(autouse=True)
def _database(db: None) -> Iterator[None]:
    with rolled_back():
        yield


def test_every_table_of_the_product_is_a_record_but_the_login_which_the_sign_in_library_writes() -> None:
    assert [table for table in TABLES if not issubclass(table, Record)] == [Login]
    assert len(TABLES) > 20


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("table", [t for t in TABLES if t is not Login], ids=lambda t: t.__name__)
def test_no_way_leads_round_the_door(table: type[Model], way: str) -> None:
    with pytest.raises(WriteOutsideDoor, match=table.__name__):
        WAYS[way](table)


def test_the_tables_shut_again_after_a_door_and_after_a_fault() -> None:
    unit = next(t for t in TABLES if t.__name__ == "Unit")
    with writing():
        unit(name="made behind a door").save()
    with pytest.raises(ZeroDivisionError), writing():
        raise ZeroDivisionError

    with pytest.raises(WriteOutsideDoor):
        unit(name="made outside").save()
    with pytest.raises(WriteOutsideDoor):
        unit.objects.filter(name="made behind a door").update(name="other")
    assert unit.objects.filter(name="made behind a door").exists()
