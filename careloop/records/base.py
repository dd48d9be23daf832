"""The ground rules of every table: rows are written only behind a door."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from careloop.basics.ids import new_id

_writing: ContextVar[bool] = ContextVar("writing", default=False)


class WriteOutsideDoor(RuntimeError):  # noqa: N818
    """A record was changed without going through a door: that is a bug."""


@contextmanager
def writing() -> Iterator[None]:
    """Open the tables for writing. Only ``careloop.guard`` and migrations' tests call this."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def _must_be_writing(what: object) -> None:
    if not _writing.get():
        raise WriteOutsideDoor(what)


class Rows(models.QuerySet[Any]):
    """Rows of a table, whose short cuts past ``save`` are shut too."""

    def update(self, **kwargs: Any) -> int:  # noqa: ANN401
        """Update rows, behind a door only."""
        _must_be_writing(self.model.__name__)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows, behind a door only."""
        _must_be_writing(self.model.__name__)
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:  # noqa: ANN401
        """Create rows, behind a door only."""
        _must_be_writing(self.model.__name__)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401
        """Update rows, behind a door only."""
        _must_be_writing(self.model.__name__)
        return super().bulk_update(*args, **kwargs)


class Record(models.Model):
    """Every table in the house that the product writes."""

    objects = models.Manager.from_queryset(Rows)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Save the row, behind a door only."""
        _must_be_writing(type(self).__name__)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:  # noqa: ANN401
        """Delete the row, behind a door only."""
        _must_be_writing(type(self).__name__)
        return super().delete(*args, **kwargs)


class Uuid7Record(Record):
    """A table whose key is a UUIDv7 made here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
