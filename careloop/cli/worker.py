"""``careloop worker``: sweeps, checks, retries."""

from typing import Annotated

import typer

from careloop.basics.clock import read_clock
from careloop.cli.boot import boot
from careloop.cli.output import PROBLEMS, USAGE, fail, say


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do everything that is due, then end.")] = False,
    processes: Annotated[
        int,
        typer.Option(
            help="How many processes look at patients again; more than the machine has cores brings nothing, and the"
            " database needs its share."
        ),
    ] = 1,
) -> None:
    """Do what is due: wake and raise loops, look at patients again, open findings, seal the log."""
    if processes < 1:
        fail(USAGE, f"{processes} processes can do nothing.", fix="Choose 1 or more.")
    boot()
    from careloop.jobs.processes import work_once, work_until_stopped

    if once:
        done, lost = work_once(read_clock, processes)
        say(
            f"Swept {done.loops_swept} loops, checked {done.patients_checked} patients,"
            f" opened {done.loops_opened} loops, sealed {done.lines_sealed} lines."
        )
    else:
        say("The worker runs. Ctrl-C ends it.")
        lost = work_until_stopped(read_clock, processes)
    if lost.codes:
        ends = ", ".join(f"signal {-code}" if code < 0 else f"exit code {code}" for code in lost.codes)
        fail(
            PROBLEMS,
            f"A worker process was lost ({ends}), so the others ended too.",
            f"It was looking at {lost.patients} records: each is now looked at alone, and set aside if it goes on."
            if lost.patients
            else "",
            "What was finished is kept. See that there is memory enough, then start the worker again.",
        )
