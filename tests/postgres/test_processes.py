"""Which process is the server, asked of ``/proc`` and, where there is none, of ``ps``."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from careloop.postgres.processes import _is_postmaster, _is_postmaster_by_ps
from careloop.postgres.server import Server

WAYS = [
    _is_postmaster,
    pytest.param(_is_postmaster_by_ps, marks=pytest.mark.skipif(not shutil.which("ps"), reason="no ps")),
]
NO_PROCESS = 2**22 + 1  # above the highest number that Linux gives


@pytest.mark.parametrize("is_postmaster", WAYS)
def test_only_the_server_of_this_data_folder_counts(server: Server, is_postmaster: Callable[[int, Path], bool]) -> None:
    data = server.home / "data"

    assert is_postmaster(server.pid, data)
    assert not is_postmaster(server.pid, server.home / "log")
    assert not is_postmaster(os.getpid(), data)
    assert not is_postmaster(1, data)
    assert not is_postmaster(NO_PROCESS, data)
