"""Worker processes under one that only watches them: it sees which one was ended from outside, and over whom.

A process that is killed, or takes all memory, cannot count its own try: the count goes with its transaction. The
watching one does no work of its own, so it is there to count.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections

from careloop.actions.checks import count_lost
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.jobs.demo import make_asked_demo
from careloop.jobs.fetching import fetch_calendar
from careloop.jobs.longer_look import LongerLook
from careloop.jobs.mailbox import read_mailbox
from careloop.jobs.outbox import send_due
from careloop.jobs.slate import Slate
from careloop.jobs.worker import Done, Part, begin_work, check_due_patients, do_due_work, run_until_stopped

ENDING = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Lost:
    """Processes that did not end as they should: exit codes or signals (negative), and over how many records."""

    codes: tuple[int, ...] = ()
    patients: int = 0


@dataclass(slots=True)
class _Crew:
    """The processes that run, by their number with the system, and whether they were told to end."""

    slates: dict[int, Slate] = field(default_factory=dict)
    is_ending: bool = False

    def end(self, *_signal: int | FrameType | None) -> None:
        """Tell everybody to end between two transactions."""
        self.is_ending = True
        for pid in list(self.slates):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


def work_until_stopped(clock: Callable[[], datetime], processes: int) -> Lost:
    """Run so many worker processes until a signal ends them; return which ended otherwise.

    If one ends otherwise, all do: nothing is begun anew without somebody knowing.
    """
    errands = (make_asked_demo, read_mailbox, send_due, fetch_calendar, LongerLook())
    parts = [Part(is_first=n == 0, errands=errands if n == 0 else ()) for n in range(processes)]
    return _run(clock, parts, run_until_stopped)


def work_once(clock: Callable[[], datetime], processes: int) -> tuple[Done, Lost]:
    """Do everything that is due, the checks in so many processes; return what was done and what was lost."""
    begin_work(clock)
    while fetch_calendar(clock):
        pass
    while read_mailbox(clock):
        pass
    while send_due(clock):
        pass
    parts = [Part(is_first=False) for _ in range(processes)] if processes > 1 else []
    lost = _run(clock, parts, check_due_patients) if parts else Lost()
    done = Done()
    if not lost.codes:
        done = do_due_work(clock)
        LongerLook().finish(clock)
    done.patients_checked += sum(part.slate.checked for part in parts)
    return done, lost


def _run(
    clock: Callable[[], datetime], parts: list[Part], work: Callable[[Callable[[], datetime], Part], object]
) -> Lost:
    """Start a process for each part, and wait until all have ended."""
    crew = _Crew()
    codes: list[int] = []
    names: set[UUID] = set()
    connections.close_all()
    with _handling(crew):
        for part in parts:
            _start(crew, part, clock, work)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        while crew.slates:
            pid, status = os.waitpid(-1, 0)
            slate = crew.slates.pop(pid, None)
            code = os.waitstatus_to_exitcode(status)
            if slate is not None and code != 0:
                codes.append(code)
                names.update(slate.names())
                crew.end()
    # Once for all of them: a second one may have gone the same way before it heard of the first.
    return Lost(tuple(codes), _count(clock, names))


def _start(
    crew: _Crew, part: Part, clock: Callable[[], datetime], work: Callable[[Callable[[], datetime], Part], object]
) -> None:
    """Start a process; it ends when it is told to, or when nobody watches it any more."""
    watching = os.getpid()
    pid = os.fork()
    if pid:
        crew.slates[pid] = part.slate
        return
    mine = _Crew()
    code = 1
    try:
        for number in ENDING:
            signal.signal(number, mine.end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        part.is_stopped = lambda: mine.is_ending or os.getppid() != watching
        work(clock, part)
        code = 0
    except (OperationalError, InterfaceError) as broken_off:
        sys.stderr.write("".join(str(broken_off).splitlines(keepends=True)[:1]))
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        # What else is open here belongs to the one that watches: nothing is closed but the streams are emptied.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def _handling(crew: _Crew) -> Iterator[None]:
    """Hand signals on to the crew; they wait until everybody is there and can be told."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    before = {number: signal.signal(number, crew.end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _count(clock: Callable[[], datetime], patient_ids: set[UUID]) -> int:
    """Count a try for those over whose records a process was lost, and return how many they are."""
    acting = Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=clock(), purpose=Purpose.CHECKS)
    return count_lost(acting, patient_ids=sorted(patient_ids)) if patient_ids else 0
