"""Reads one mail in a process of its own: ``-m careloop.jobs.mail_reader SECONDS``.

The mail comes in, what it says goes out as JSON, ``null`` for what is none. The process knows no secret and no
database, and ends when it takes too much: whoever wrote the mail may mean ill.
"""

import json
import resource
import sys

from careloop.channels.mail import NotMail, read_mail
from careloop.jobs.reader import BYTES


def main() -> None:
    """Read the mail, for at most so many seconds of the processor."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    told: dict[str, object] | None
    try:
        told = read_mail(sys.stdin.buffer.read()).as_stored()
    except NotMail:
        told = None
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
