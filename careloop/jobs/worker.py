"""The background worker: does everything that is due, in small transactions that a kill cannot hurt."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection

from careloop.actions.checks import open_waiting, recheck_after_new_rules, recheck_patients
from careloop.actions.sweep import note_worker, seal_log, sweep_due_loops
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.jobs.anchors import keep_anchor

BATCH = 200
PAUSE_SECONDS = 1.0
# Without work, so many pauses lie between two rounds.
PAUSES = 5


@dataclass(slots=True)
class Done:
    """What one round did, counted."""

    loops_swept: int = 0
    patients_checked: int = 0
    loops_opened: int = 0
    lines_sealed: int = 0

    def is_idle(self) -> bool:
        """Tell whether nothing was due."""
        return not (self.loops_swept or self.patients_checked or self.loops_opened)


def do_due_work(clock: Callable[[], datetime], *, name: str = "worker") -> Done:
    """Do everything that is due at this moment, then return what was done."""
    done = Done()
    note_worker(_as(Purpose.SWEEP, clock()), name=name)
    while count := sweep_due_loops(_as(Purpose.SWEEP, clock()), how_many=BATCH):
        done.loops_swept += count
    while count := recheck_patients(_as(Purpose.CHECKS, clock()), how_many=BATCH):
        done.patients_checked += count
    done.loops_opened = open_waiting(_as(Purpose.CHECKS, clock()))
    done.lines_sealed = seal_log(_as(Purpose.SWEEP, clock()))
    keep_anchor(_as(Purpose.SWEEP, clock()))
    return done


def begin_work(clock: Callable[[], datetime]) -> int:
    """Set everybody to be looked at again who was judged by other rules; asked once, when a worker begins."""
    count = 0
    while found := recheck_after_new_rules(_as(Purpose.CHECKS, clock()), how_many=BATCH * 10):
        count += found
    return count


def run_until_stopped(clock: Callable[[], datetime], is_stopped: Callable[[], bool]) -> None:
    """Do what is due, again and again, until told to stop between two rounds."""
    has_begun = False
    while not is_stopped():
        try:
            if not has_begun:
                begin_work(clock)
                has_begun = True
            if do_due_work(clock).is_idle():
                _rest(clock, is_stopped)
        except (OperationalError, InterfaceError):
            # The database went away or two got in each other's way: what was begun is undone, the rest goes on.
            connection.close()
            time.sleep(PAUSE_SECONDS)


def _rest(clock: Callable[[], datetime], is_stopped: Callable[[], bool]) -> None:
    """Wait for work; the log is sealed each second all the same."""
    for _ in range(PAUSES):
        time.sleep(PAUSE_SECONDS)
        if is_stopped():
            return
        seal_log(_as(Purpose.SWEEP, clock()))


def _as(purpose: Purpose, at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=purpose)
