"""The private server's log files: a server that stays up for months would keep them all."""

import os
from contextlib import suppress
from pathlib import Path

from careloop.postgres.home import Home
from careloop.postgres.settings import trim_logs


def trim_server_logs() -> None:
    """Remove the oldest log files of the private server; where there is none, there is nothing to remove."""
    home = os.environ.get("CARELOOP_HOME")
    if home:
        # Another command may be removing the same files.
        with suppress(OSError):
            trim_logs(Home(Path(home)))
