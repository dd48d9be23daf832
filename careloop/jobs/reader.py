"""Reads one calendar from elsewhere in a process of its own: ``-m careloop.jobs.reader ZONE SINCE UNTIL SECONDS``.

The calendar comes in, its busy times or the refusal go out as JSON. The process knows no secret and no database, and
ends when it takes too much: whoever wrote the calendar may mean ill.
"""

import json
import resource
import sys
from datetime import datetime

from careloop.basics.refusals import Refusal
from careloop.formats.busy import read_busy

# Of memory, many times what the largest calendar that is taken needs.
BYTES = 1 << 30


def main() -> None:
    """Read the calendar, for at most so many seconds of the processor."""
    zone, since, until, seconds = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    told: dict[str, object]
    try:
        spans = read_busy(
            sys.stdin.buffer.read(),
            zone=zone,
            since=datetime.fromisoformat(since),
            until=datetime.fromisoformat(until),
        )
        told = {"spans": [(one.start.isoformat(), one.end.isoformat()) for one in spans]}
    except Refusal as no:
        told = {"refused": no.say.as_stored()}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
