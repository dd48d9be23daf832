"""What can go wrong with a database server, said so that whoever runs Careloop can mend it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM)


class ServerError(Exception):
    """The database server cannot be used: what is wrong, why, and how to mend it.

    The three sentences are for people and never carry the contents of a row.
    """

    def __init__(self, what: str, *, why: str, fix: str) -> None:
        super().__init__(f"{what} {why} {fix}")
        self.what = what
        self.why = why
        self.fix = fix


def disk_full(home: Path) -> ServerError:
    """Return the error for a disk, or a quota, that has no room left."""
    return ServerError(
        "The database cannot be started.",
        why=f"The disk that holds {home} is full. Nothing that was saved is lost.",
        fix="Free some space (100 MB at least) and run the command again.",
    )


@contextmanager
def plain_errors(home: Path) -> Iterator[None]:
    """Turn what the operating system refuses inside the block into a ``ServerError``."""
    try:
        yield
    except OSError as error:
        raise _explain(error, home) from error


def _explain(error: OSError, home: Path) -> ServerError:
    where = error.filename or home
    if error.errno in _FULL:
        return disk_full(home)
    if error.errno in _FORBIDDEN:
        return ServerError(
            "The database cannot be used.",
            why=f"This user may not use {where} ({error.strerror}).",
            fix="Run Careloop as the user whom the folder belongs to, or give the folder back to that user.",
        )
    return ServerError(
        "The database cannot be used.",
        why=f"The operating system said about {where}: {error.strerror or error}.",
        fix="Mend that and run the command again.",
    )
