"""The list behind Today, at a million patients: the door against the same SQL, and against a small clinic."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg

from bench import page
from bench.common import Figures, describe, interleave, note, own_server, read_machine, timed
from bench.databases import open_databases, using
from bench.fill import NOW, Clinic, fill, plan_clinic

AT_MOST_OF_SQL = 2.0
AT_MOST_OF_SMALL = 1.5
ROUNDS = 60
WARM = 10
LARGE = {"full": 1_000_000, "small": 10_000}
SMALL = 10_000
OTHER = "careloop_small"


def main(*, scale: str, keep: Path | None) -> int:
    """Measure the list and the page for a coordinator and a supervisor; return the exit code."""
    figures = Figures("today")
    figures.tell("machine", **read_machine())
    with own_server(keep) as home:
        large, small = plan_clinic(LARGE[scale]), plan_clinic(SMALL)
        databases = _prepare(home, large, small)
        for clinic in (large, small):
            figures.tell("clinic", patients=clinic.patients, loops=clinic.loops, open_loops=clinic.loops * 8 // 100)
        for who in ("coordinator", "supervisor"):
            _measure(figures, who, databases, large, small)
            page.measure(figures, who, databases, large, small, using)
    return figures.exit_code()


def _prepare(home: Path, large: Clinic, small: Clinic) -> dict[str, Any]:
    """Fill both databases; return a Django connection to each, as the application."""
    from careloop.postgres.server import ensure_running

    links, server = open_databases(home, OTHER), ensure_running(home)
    for name, clinic in (("careloop", large), (OTHER, small)):
        note(f"{name}: {clinic.patients} patients")
        with psycopg.connect(server.url("super", name)) as link:
            fill(link, clinic)
    return {"large": links["careloop"], "small": links[OTHER]}


@dataclass(frozen=True, slots=True)
class _Door:
    """The list of Today as a door of its own, and the whole page."""

    list: Callable[..., object]
    page: Callable[..., object]


@cache
def _find_door() -> _Door:
    """Make the doors once: Django must be up, and a door has one name."""
    from careloop.facts.access import Right
    from careloop.guard.doors import Shown, listing
    from careloop.reads import worklist
    from careloop.reads.rows import patients_of

    @listing(needs=Right.LOOP_READ)
    def list_today(acting: Any, reach: Any) -> Any:  # noqa: ANN401
        standing = worklist._look_around(acting)
        scope = worklist._scope(acting, reach, standing.teams)
        rows = worklist._list(standing.viewer, scope, "needs_you", "")
        return Shown(rows, patients_of(rows[: worklist.PAGE]))

    return _Door(list_today, partial(worklist.get_today_page, folded=True))


def _measure(figures: Figures, who: str, links: dict[str, Any], large: Clinic, small: Clinic) -> None:
    door = _find_door()
    acting = {"large": _acting(who, large), "small": _acting(who, small)}
    plain = {size: _Plain(links[size], acting[size], door) for size in links}

    def through(do: Callable[..., object], size: str) -> Callable[[], float]:
        def run() -> float:
            with using(links[size]):
                return timed(lambda: do(acting[size]))()

        return run

    times = interleave(
        {
            "door": through(door.list, "large"),
            "sql": plain["large"].run,
            "door_small": through(door.list, "small"),
            "sql_small": plain["small"].run,
            "page": through(door.page, "large"),
        },
        rounds=ROUNDS,
        warm=WARM,
    )
    for name, taken in times.items():
        figures.tell(f"{who}: {name}", runs=len(taken), **describe(taken))
    middle = {name: statistics.median(taken) for name, taken in times.items()}
    figures.judge(f"{who}: list through the door / same SQL", middle["door"] / middle["sql"], at_most=AT_MOST_OF_SQL)
    figures.judge(
        f"{who}: list at {large.loops} loops / at {small.loops}", middle["door"] / middle["door_small"],
        at_most=AT_MOST_OF_SMALL,
    )  # fmt: skip
    figures.tell(f"{who}: shares of the page", **_shares(links["large"], door, acting["large"]))


def _acting(who: str, clinic: Clinic) -> Any:  # noqa: ANN401
    from careloop.facts.access import Acting, Purpose, Role

    person = clinic.coordinator if who == "coordinator" else clinic.supervisor
    return Acting(person, Role(who), NOW, Purpose.TREATMENT)


class _Plain:
    """The statement of the list as the door sends it, in the same role and context, one audit line, one commit."""

    def __init__(self, link: Any, acting: Any, door: _Door) -> None:  # noqa: ANN401
        self._acting = acting
        seen: list[tuple[str, Any]] = []

        def note_statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
            seen.append((sql, params))
            return execute(sql, params, many, context)

        with using(link):
            link.ensure_connection()
            with link.execute_wrapper(note_statement):
                rows = door.list(acting)
        self._sql = next(one for one in seen if "WITH picked" in one[0])
        self._audit = next(one for one in seen if "INSERT INTO audit_line" in one[0])
        self._context = next(one for one in seen if "set_config('careloop.person', %s" in one[0])
        self._expected = len(rows)
        parameters = link.get_connection_params()
        self._link = psycopg.connect(**parameters)

    def run(self) -> float:
        """Run it once; return how long it took."""
        began = time.perf_counter()
        with self._link.cursor() as cursor:
            cursor.execute(*self._context)
            cursor.execute(*self._sql)
            rows = cursor.fetchall()
            cursor.execute(*self._audit)
        self._link.commit()
        took = time.perf_counter() - began
        assert len(rows) == self._expected > 0, (len(rows), self._expected)
        return took


def _shares(link: Any, door: _Door, acting: Any) -> dict[str, float]:  # noqa: ANN401
    """Return in milliseconds what the parts of the page take, by the medians of several runs."""
    from careloop.reads import worklist

    spent: dict[str, list[float]] = {}

    def watched(name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            began = time.perf_counter()
            try:
                return do(*args, **kwargs)
            finally:
                spent.setdefault(name, []).append(time.perf_counter() - began)

        return run

    parts = {"_list": "list", "count_all": "counts", "explain_loop": "explanation", "_choices": "choices"}
    kept = {name: getattr(worklist, name) for name in parts}
    try:
        for name, said in parts.items():
            setattr(worklist, name, watched(said, kept[name]))
        with using(link):
            for _ in range(ROUNDS):
                watched("page", door.page)(acting)
    finally:
        for name, do in kept.items():
            setattr(worklist, name, do)
    return {f"{name}_ms": round(statistics.median(taken) * 1000, 2) for name, taken in spent.items()}
