"""The work of a process that looks into one question of the planner and then ends: it knows no database."""

import os
import signal
from multiprocessing.connection import Connection

from careloop.facts.itineraries import Journey

# It gives way to pages and to the worker.
NICE = 10


def solve(link: Connection, journey: Journey, seconds: float, patience: int) -> None:
    """Send the best plan that so many seconds of looking find; end without a word after so many seconds in all."""
    # The library is large: only this process takes it in, the worker that begins it stays small.
    from careloop.jobs.planning import find_better

    # Ctrl-C ends the worker, which needs no noise from here.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.alarm(patience)
    os.nice(NICE)
    link.send(find_better(journey, seconds=seconds))
