"""A caseload of 120 patients with five open loops each is handed to three colleagues, and comes back: nothing dropped.

The doors are opened as the page opens them, on a server that commits to disk. The night between two hand-overs is
taken from the clock that the doors are given.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.common import TICKS, Figures, describe, own_server, read_machine
from bench.fill import NOW, STEPS, Clinic, fill

PATIENTS, LOOPS_EACH, COLLEAGUES = 120, 5, 3
ROUNDS = {"full": 15, "small": 3}
AT_MOST_SECONDS = 1.0
SUPERVISOR, AWAY = (UUID(int=UUID("01970000-0000-7000-8000-000000000000").int + n) for n in (0, 1))
COORDINATORS = COLLEAGUES + 1
PERSON = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
OPEN_LOOPS = STEPS["loops"].replace(
    "g >= <loops> / 5 * 4 AND (g / <units> + g / <patients> * 3) % 5 < 2 AS is_open", "true AS is_open"
).replace("h % 10 = 0 AS in_queue", "false AS in_queue")  # fmt: skip
HANDED = {
    **{name: STEPS[name] for name in ("units", "patients")},
    "people": f"""
INSERT INTO person (id, kind, role, name, language, is_active, partner_name)
SELECT {PERSON}, 'staff', CASE n WHEN 0 THEN 'supervisor' ELSE 'coordinator' END, 'Person ' || n, 'en', true, ''
FROM generate_series(0, {COORDINATORS}) n""",
    "members": f"""
INSERT INTO membership (person_id, unit_id) SELECT {PERSON}, 1 FROM generate_series(0, {COORDINATORS}) n""",
    "grants of units": STEPS["grants of units"],
    "caseload": f"""
INSERT INTO caseload (patient_id, unit_id, label_mask, patient_no, person_id, during, left_reason)
SELECT p.id, p.unit_id, 0, p.no, '{AWAY}', tstzrange('2024-01-01', NULL), '' FROM patient p""",
    "grants of the caseload": f"""
INSERT INTO access_grant (person_id, patient_id, source, label_mask, purpose, during, granted_by, reason)
SELECT '{AWAY}', p.id, 'caseload', 0, '', tstzrange('2024-01-01', NULL), '{SUPERVISOR}', '' FROM patient p""",
    "open loops": OPEN_LOOPS,
    "history": STEPS["history"],
}


@dataclass(frozen=True, slots=True)
class _Took:
    """Seconds by the clock, and of the processors: of this process, and of the server's for its connection."""

    wall: float
    work: float


def main(*, scale: str, keep: Path | None) -> int:
    """Hand over and back several times; return the exit code."""
    figures = Figures("handing")
    figures.tell("machine", **read_machine())
    with own_server(keep) as home:
        from careloop.postgres.server import ensure_running

        took: dict[str, list[_Took]] = {"looked": [], "handed over": [], "came back": []}
        with psycopg.connect(ensure_running(home).url("super")) as link:
            fill(link, Clinic(PATIENTS, 1, SUPERVISOR, AWAY, LOOPS_EACH), HANDED)
            dropped = sum(_hand_over(link, NOW + timedelta(days=day), took) for day in range(1 + ROUNDS[scale]))
    about = {"patients": PATIENTS, "loops": PATIENTS * LOOPS_EACH, "colleagues": COLLEAGUES}
    for name, runs in took.items():
        figures.tell(name, runs=len(runs) - 1, **describe([one.wall for one in runs[1:]]))
    for name in ("handed over", "came back"):
        work = statistics.median(one.work for one in took[name][1:])
        wall = statistics.median(one.wall for one in took[name][1:])
        figures.judge(f"{name}, seconds of the processors", work, at_most=AT_MOST_SECONDS, **about)
        figures.judge(f"{name}, seconds by the clock", wall, at_most=AT_MOST_SECONDS)
    figures.judge("dropped", dropped, at_most=0, **about)
    return figures.exit_code()


def _hand_over(link: Any, at: datetime, took: dict[str, list[_Took]]) -> int:  # noqa: ANN401
    """Share out what somebody carries who is away from now on, and bring it back; return how much was dropped."""
    from careloop.actions.covering import end_absence, plan_absence
    from careloop.facts.access import Acting, Purpose, Role
    from careloop.reads.covering import get_share_plan

    leads, back = Acting(SUPERVISOR, Role.SUPERVISOR, at, Purpose.TREATMENT), at + timedelta(hours=8)
    until = at + timedelta(days=5)
    shown = _time(took["looked"], lambda: get_share_plan(leads, person_id=AWAY, since=at, until=until))
    chosen = {line.patient_id: line.person_id for line in shown.lines if line.person_id is not None}
    key = _time(
        took["handed over"],
        lambda: plan_absence(leads, person_id=AWAY, since=at, until=until, is_sudden=True, chosen=chosen),
    )
    dropped = PATIENTS - len(chosen) + _count(link, lambda owner: owner in (None, AWAY))
    assert len(set(chosen.values())) == COLLEAGUES
    _time(
        took["came back"],
        lambda: end_absence(Acting(AWAY, Role.COORDINATOR, back, Purpose.TREATMENT), absence_id=key),
    )
    return dropped + _count(link, lambda owner: owner != AWAY)


@dataclass(frozen=True, slots=True)
class _Took:
    """Seconds by the clock, and of the processors: of this process, and of the server's for its connection."""

    wall: float
    work: float


def _time(taken: list[_Took], do: Callable[[], Any]) -> Any:  # noqa: ANN401
    began, worked = time.perf_counter(), time.process_time() + _server_seconds()
    result = do()
    taken.append(_Took(time.perf_counter() - began, time.process_time() + _server_seconds() - worked))
    return result


def _server_seconds() -> float:
    """Return how long the process of the server worked that answers this connection."""
    from django.db import connection

    connection.ensure_connection()
    numbers = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(numbers[11]) + int(numbers[12])) / TICKS


def _count(link: Any, is_wrong: Callable[[UUID | None], bool]) -> int:  # noqa: ANN401
    """Return how many of the open loops of patients stand with the wrong person."""
    rows = link.execute("SELECT owner_id FROM loop WHERE state <> 'closed' AND patient_id IS NOT NULL").fetchall()
    return sum(is_wrong(one) for (one,) in rows) + abs(PATIENTS * LOOPS_EACH - len(rows))
