"""``careloop worker``: sweeps, checks, retries."""

import signal
import threading
from typing import Annotated

import typer

from careloop.basics.clock import read_clock
from careloop.cli.boot import boot
from careloop.cli.output import say


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do everything that is due, then end.")] = False,
) -> None:
    """Do what is due: wake and raise loops, look at patients again, open findings, seal the log."""
    boot()
    from careloop.jobs.worker import begin_work, do_due_work, run_until_stopped

    if once:
        begin_work(read_clock)
        done = do_due_work(read_clock)
        say(
            f"Swept {done.loops_swept} loops, checked {done.patients_checked} patients,"
            f" opened {done.loops_opened} loops, sealed {done.lines_sealed} lines."
        )
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    say("The worker runs. Ctrl-C ends it.")
    run_until_stopped(read_clock, stop.is_set)
