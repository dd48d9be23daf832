"""Rows that came as one JSON text beside others of one statement, as rows of their model."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.db.models import Model

T = TypeVar("T", bound=Model)


def read_json_rows(model: type[T], rows: Sequence[Mapping[str, object]]) -> list[T]:
    """Return rows of ``to_jsonb`` as rows of their model: every column, nothing that is joined to it."""
    fields = model._meta.concrete_fields
    return [model(**{field.attname: field.to_python(row[str(field.column)]) for field in fields}) for row in rows]
