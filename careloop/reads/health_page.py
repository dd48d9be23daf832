"""The health page: what is broken, what waits since when, and how old worker, seals, knowledge and versions are."""

import json
import platform
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.db.models.functions import Coalesce

from careloop import __version__
from careloop.catalog.clocks import load_clocks
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Acting, Right
from careloop.guard.doors import managing
from careloop.records.models import OutsideAddress, WorkerSeen
from careloop.rules.fetching import SILENT


@dataclass(frozen=True, slots=True)
class Queue:
    """Something that waits: its name, how many, and since when the oldest does."""

    name: str
    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class HealthPage:
    """What the page shows. ``migrations_left`` are those that are not applied; ``backup_at`` None: none is known."""

    at: datetime
    broken: tuple[tuple[str, int], ...]
    invariants: int
    queues: tuple[Queue, ...]
    worker_seen: datetime | None
    backup_at: datetime | None
    holidays_until: date
    migrations_left: tuple[str, ...]
    newest_migration: str
    versions: tuple[tuple[str, str], ...]


@managing(needs=Right.HEALTH_READ, write=False)
def get_health_page(acting: Acting) -> HealthPage:
    """Return the state of this house: counts and moments, no names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status_counts(%s), queue_ages(%s)", [acting.at, acting.at])
        counts, ages = (_read(one) for one in cursor.fetchone())
        cursor.execute("SELECT name, rows FROM invariant_counts()")
        invariants = cursor.fetchall()
        cursor.execute("SELECT unsealed FROM audit_summary()")
        unsealed = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_version")
        server = str(cursor.fetchone()[0])
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'records' ORDER BY id DESC LIMIT 1")
        newest = str(cursor.fetchone()[0])
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    waiting = {name: counts[name] for name in ("rechecks_due", "loops_due", "inbox_rejected")} | {"unsealed": unsealed}
    return HealthPage(
        at=acting.at,
        broken=tuple((str(name), int(rows)) for name, rows in invariants if rows),
        invariants=len(invariants),
        queues=(
            *(Queue(name, int(count), _moment(ages.get(name))) for name, count in waiting.items()),
            _silent_calendars(),
        ),
        worker_seen=WorkerSeen.objects.order_by("-seen_at").values_list("seen_at", flat=True).first(),
        backup_at=None,
        holidays_until=max(load_clocks().holidays),
        migrations_left=tuple(f"{one.app_label}.{one.name}" for one, _backwards in left),
        newest_migration=newest,
        versions=(
            ("Careloop", __version__),
            ("PostgreSQL", server),
            ("Python", platform.python_version()),
            ("Django", django.get_version()),
            ("knowledge", load_knowledge().version),
        ),
    )


def _silent_calendars() -> Queue:
    """Return how many calendars elsewhere could not be fetched for some time, and since when."""
    rows = OutsideAddress.objects.filter(failures__gte=SILENT)
    found = rows.aggregate(count=Count("pk"), since=Min(Coalesce("reached_at", "set_at")))
    return Queue("calendars_silent", found["count"], found["since"])


def _read(value: object) -> dict[str, Any]:
    found: Any = json.loads(value) if isinstance(value, str) else value
    return dict(found)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
