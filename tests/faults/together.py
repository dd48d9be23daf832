"""Deeds that are done at the same moment, each with a connection of its own."""

import threading
from collections.abc import Callable, Sequence

from django.db import connection

from careloop.basics.refusals import Refusal

Deed = Callable[[], object]


def at_once(deeds: Sequence[Deed]) -> list[str]:
    """Do all deeds at the same moment, each in a thread with a connection of its own; return their fates."""
    start = threading.Barrier(len(deeds))
    fates = [""] * len(deeds)

    def one(n: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            deeds[n]()
            fates[n] = "done"
        except Refusal as no:
            fates[n] = type(no).__name__
        except Exception as fault:
            fates[n] = f"{type(fault).__name__}: {fault}"
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fates
