"""Has calendars from elsewhere read apart from the worker: one that never ends costs half a minute, not the night."""

import json
import logging
import os
import subprocess
import sys
from datetime import datetime

from careloop.basics.words import Say
from careloop.facts.scheduling import Span
from careloop.formats.busy import NotBusyTimes

# Seconds of the processor: the largest calendar that is taken needs a third of them. On the clock it may take longer,
# since a busy machine reads slowly.
SECONDS, PATIENCE = 30, 120
_log = logging.getLogger("careloop.jobs")


def read_apart(data: bytes, *, zone: str, since: datetime, until: datetime, seconds: int = SECONDS) -> tuple[Span, ...]:
    """Return what ``read_busy`` returns of a calendar that nobody here wrote.

    :raises NotBusyTimes: if it cannot be read, or not surely, or takes too much to be read
    """
    given = (zone, since.isoformat(), until.isoformat(), str(seconds))
    only = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        ran = subprocess.run(  # noqa: S603 (our own program; the calendar is no part of the command)
            [sys.executable, "-P", "-m", "careloop.jobs.reader", *given],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=only,
            timeout=PATIENCE,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as broke:
        # What it said could hold words of the calendar.
        _log.warning("a calendar from elsewhere could not be read (%s)", getattr(broke, "returncode", "too slow"))
        raise NotBusyTimes(Say("fetching.heavy")) from None
    told = json.loads(ran.stdout)
    if "refused" in told:
        raise NotBusyTimes(Say.from_stored(told["refused"]))
    return tuple(Span(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in told["spans"])
