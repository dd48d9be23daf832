"""What clinicians signed about the checks, read as plain values, newest first."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from careloop.facts.signing import Setting
from careloop.records.models import CheckSetting

NEWEST = "SELECT DISTINCT ON (check_name) id FROM check_setting ORDER BY check_name, from_at DESC, id DESC"


def find_newest_ids() -> tuple[UUID, ...]:
    """Return the keys of the signatures that count, one a check that was ever signed."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        return tuple(row[0] for row in cursor.fetchall())


def load_settings(ids: Sequence[UUID]) -> dict[str, Setting]:
    """Return signatures by the name of their check."""
    return {one.check: one for one in _read(CheckSetting.objects.filter(pk__in=ids))}


def load_histories(check: str = "") -> dict[str, tuple[Setting, ...]]:
    """Return every signature by check, newest first; ``check`` names one, without it all are read."""
    rows = CheckSetting.objects.filter(check_name=check) if check else CheckSetting.objects.all()
    found: dict[str, list[Setting]] = {}
    for one in _read(rows.order_by("-from_at", "-id")):
        found.setdefault(one.check, []).append(one)
    return {name: tuple(signed) for name, signed in found.items()}


def _read(rows: Any) -> list[Setting]:  # noqa: ANN401
    return [
        Setting(
            id=row.pk,
            check=row.check_name,
            version=row.version,
            is_on=row.is_on,
            is_unverified_on=row.is_unverified_on,
            thresholds={str(name): Decimal(value) for name, value in row.thresholds.items()},
            note=row.note,
            signed_by=row.signed_by.name,
            from_at=row.from_at,
        )
        for row in rows.select_related("signed_by")
    ]
