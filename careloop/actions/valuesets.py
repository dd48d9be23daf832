"""Value sets that a clinic loads under its own licence: kept once, replaced by newer versions."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from careloop.facts.access import Acting, Right
from careloop.facts.measures import ValueSet
from careloop.guard.doors import managing
from careloop.records.models import ValueSetCode, ValueSetRow
from careloop.rules.valuesets import fingerprint, sort_version


@dataclass(frozen=True, slots=True)
class LoadedSets:
    """What became of value sets: how many were kept as they were, and the newer versions that stand in the way."""

    unchanged: int
    newer: dict[str, str]


@managing(needs=Right.CATALOG_WRITE)
def load_value_sets(acting: Acting, *, found: Sequence[ValueSet]) -> LoadedSets:
    """Keep value sets, each of another OID, in place of the versions that were loaded before.

    One that says the same as the loaded one is left alone; an older one is not taken, and its OID comes back with
    the version that stands there.
    """
    known = {row.oid: row for row in ValueSetRow.objects.select_for_update().filter(oid__in=[one.oid for one in found])}
    unchanged, newer = 0, {}
    for one in found:
        row = known.get(one.oid)
        if row is not None and bytes(row.sha256) == fingerprint(one):
            unchanged += 1
        elif row is not None and sort_version(one.version) < sort_version(row.version):
            newer[one.oid] = row.version
        else:
            _replace(acting, one)
    return LoadedSets(unchanged, newer)


def _replace(acting: Acting, one: ValueSet) -> None:
    ValueSetRow(
        oid=one.oid,
        version=one.version,
        name=one.name,
        source=one.source,
        loaded_at=acting.at,
        sha256=fingerprint(one),
    ).save()
    ValueSetCode.objects.filter(value_set_id=one.oid).delete()
    pairs = [code.rpartition("|") for code in sorted(one.codes)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO value_set_code (value_set_id, system, code) SELECT %s, * FROM unnest(%s::text[], %s::text[])",
            [one.oid, [system for system, _bar, _code in pairs], [code for _system, _bar, code in pairs]],
        )
