"""The value sets that a clinic has loaded."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import ValueSetRow


@dataclass(frozen=True, slots=True)
class ValueSetLine:
    """One loaded value set in a list."""

    oid: str
    version: str
    name: str
    source: str
    loaded_at: datetime
    codes: int


@managing(needs=Right.HEALTH_READ, write=False)
def list_value_sets(acting: Acting) -> tuple[ValueSetLine, ...]:
    """Return every loaded value set with the number of its codes, by name and OID."""
    rows = ValueSetRow.objects.annotate(count=Count("valuesetcode")).order_by("name", "oid")
    return tuple(
        ValueSetLine(row.oid, row.version, row.name, row.source, row.loaded_at, codes=row.count) for row in rows
    )
