"""A longer look at what was asked of the planner, in a process of its own: whatever ends it ends nothing else.

The worker goes on meanwhile. A look that was ended, or a worker that was, is taken up again; nothing is kept by halves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from careloop.actions.plan_search import keep_search, take_search
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.plan_search import SearchTask
from careloop.jobs.solving import solve

# So long the solver looks at one question; with its start and its reading it takes no longer than this in all.
SECONDS, PATIENCE = 10.0, 60


@dataclass(frozen=True, slots=True)
class Look:
    """One question, the process that looks into it, and the pipe from it."""

    task: SearchTask
    link: Connection
    process: BaseProcess


class LongerLook:
    """Looks into one question after the other."""

    def __init__(self) -> None:
        self._look: Look | None = None

    @property
    def running(self) -> tuple[BaseProcess, ...]:
        """Return the process that looks into a question, if one does."""
        return () if self._look is None else (self._look.process,)

    def __call__(self, clock: Callable[[], datetime]) -> bool:
        """Begin with the question that waits longest, or keep what was found if it is there; wait for nothing.

        It tells whether there was anything to do.
        """
        if self._look is None:
            return self._begin(clock) is not None
        if not self._look.link.poll():
            return False
        self._keep(clock, self._look)
        return True

    def finish(self, clock: Callable[[], datetime]) -> None:
        """Look into every question that waits, and wait until each is done."""
        while (look := self._begin(clock)) is not None:
            self._keep(clock, look)

    def _begin(self, clock: Callable[[], datetime]) -> Look | None:
        task = take_search(_as(clock()))
        if task is None:
            return None
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=solve, args=(theirs, task.journey, SECONDS, PATIENCE), daemon=True)
        process.start()
        # Only the process itself holds its end, so that it is seen when that is gone.
        theirs.close()
        self._look = Look(task, ours, process)
        return self._look

    def _keep(self, clock: Callable[[], datetime], look: Look) -> None:
        """Keep what a look found; one that ended without a word is taken up again later."""
        self._look = None
        try:
            keep_search(_as(clock()), look.task, look.link.recv())
        except EOFError:
            pass
        finally:
            look.link.close()
            look.process.join()


def _as(at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=Purpose.SWEEP)
