"""How often the loops of each check are acted on, and how soon its questions are answered: for all checks at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.facts.checks import Check
from careloop.facts.signing import Lately, Precision, Setting
from careloop.facts.worklist import Outcome
from careloop.rules.signing import last_change

LOOK_BACK = timedelta(days=90)
LATELY = timedelta(days=30)


def count_precision(
    checks: Mapping[str, Check],
    histories: Mapping[str, tuple[Setting, ...]],
    at: datetime,
    zone: str,
    look_back: timedelta = LOOK_BACK,
) -> dict[str, Precision]:
    """Return what became of each check's loops that closed in the 90 days (or ``look_back``) before ``at``.

    Where the rule itself changed since, by a version or a signature, only what closed after that counts.
    """
    found = {
        name: Precision(_since(check, histories.get(name, ()), at, zone, look_back)) for name, check in checks.items()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT check_name, how, outcome, loops FROM check_outcomes(%s, %s)",
            [list(found), [one.since for one in found.values()]],
        )
        for name, how, outcome, count in cursor.fetchall():
            found[name] = _add(found[name], how, Outcome(outcome), count)
    return found


def count_lately(
    checks: Mapping[str, Check], histories: Mapping[str, tuple[Setting, ...]], at: datetime, zone: str
) -> dict[str, Lately]:
    """Return what became of each check's loops in the last 30 days, and how soon its questions were answered."""
    counted = count_precision(checks, histories, at, zone, LATELY)
    found = {name: Lately(one.since, one.acted_on, one.closed) for name, one in counted.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT check_name, answered, days FROM check_answers(%s, %s)",
            [list(found), [one.since for one in found.values()]],
        )
        for name, answered, days in cursor.fetchall():
            found[name] = replace(found[name], answered=answered, answer_days=days)
    return found


def _add(counted: Precision, how: str, outcome: Outcome, count: int) -> Precision:
    if how == "acted_on":
        return replace(counted, acted_on=counted.acted_on + count)
    if how == "ended_by_facts":
        return replace(counted, ended_by_facts=counted.ended_by_facts + count)
    if how == "set_aside":
        return replace(counted, set_aside=counted.set_aside + count)
    return replace(counted, not_needed={**counted.not_needed, outcome: count})


def _since(check: Check, history: tuple[Setting, ...], at: datetime, zone: str, look_back: timedelta) -> datetime:
    midnight = datetime.combine(check.from_on, time(0), ZoneInfo(zone)) if check.version > 1 else None
    changed = last_change(check, history, midnight)
    # A day that lies ahead has changed nothing yet.
    return max(at - look_back, changed) if changed and changed <= at else at - look_back
