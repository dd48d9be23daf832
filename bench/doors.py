"""A door at two sizes of a clinic: against its own statements, and against itself where there is less."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

from bench.common import Figures, describe, interleave, timed
from bench.databases import using
from bench.fill import NOW, Clinic

AT_MOST_OF_SQL = 2.0
AT_MOST_OF_SMALL = 1.5
ROUNDS = 40
WARM = 8

Do = Callable[[Any], object]


def acting_as(who: str, clinic: Clinic) -> Any:  # noqa: ANN401
    """Return the coordinator or the supervisor of the first team, who acts."""
    from careloop.facts.access import Acting, Purpose, Role

    return Acting(getattr(clinic, who), Role(who), NOW, Purpose.TREATMENT)


def measure_door(figures: Figures, what: str, do: Do, places: list[tuple[Any, Any]]) -> None:
    """Run the door in the large clinic, its statements by themselves, and the door in the small clinic, in turn."""

    def through(link: object, acting: object) -> Callable[[], float]:
        def run() -> float:
            with using(link):
                return timed(lambda: do(acting))()

        return run

    (large, who), (small, who_small) = places
    plain, few = _Plain(large, who, do), _Plain(small, who_small, do)
    runs = {"door": through(large, who), "sql": plain.run, "small": through(small, who_small)}
    times = interleave(runs, rounds=ROUNDS, warm=WARM)
    for name, taken in times.items():
        figures.tell(f"{what}: {name}", runs=len(taken), **describe(taken))
    middle = {name: statistics.median(taken) for name, taken in times.items()}
    figures.judge(f"{what}: door / same SQL", middle["door"] / middle["sql"], at_most=AT_MOST_OF_SQL)
    figures.judge(f"{what}: large clinic / small", middle["door"] / middle["small"], at_most=AT_MOST_OF_SMALL)
    figures.judge(f"{what}: statements more than in the small clinic", len(plain.statements) - len(few.statements),
                  at_most=0, statements=len(plain.statements))  # fmt: skip


class _Plain:
    """Every statement that a door sends, one after the other, in the same role and context and one transaction."""

    def __init__(self, link: Any, acting: object, do: Do) -> None:  # noqa: ANN401
        self.statements: list[tuple[str, Any]] = []

        def note_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
            self.statements.append((sql, params))
            return execute(sql, params, many, context)

        with using(link):
            do(acting)
            with link.execute_wrapper(note_statement):
                do(acting)
        assert sum("INSERT INTO audit_line" in sql for sql, _params in self.statements) == 1
        self._link = psycopg.connect(**link.get_connection_params())

    def run(self) -> float:
        """Run them once; return how long it took."""
        began = time.perf_counter()
        with self._link.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
        self._link.commit()
        return time.perf_counter() - began
