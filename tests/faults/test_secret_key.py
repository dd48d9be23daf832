"""The first start of many processes at once: all sign with the same key."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from careloop.config.secrets import read_secret_key

pytestmark = pytest.mark.faults

PROCESSES = 16
ROUNDS = 20


def test_all_who_start_at_once_read_the_same_whole_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CARELOOP_SECRET_KEY", raising=False)
    with ThreadPoolExecutor(PROCESSES) as pool:
        for number in range(ROUNDS):
            home = tmp_path / str(number)
            home.mkdir()
            monkeypatch.setenv("CARELOOP_HOME", str(home))
            keys = {one.result() for one in [pool.submit(read_secret_key) for _ in range(PROCESSES)]}

            assert len(keys) == 1
            assert len(keys.pop()) >= 50
            assert [file.name for file in home.iterdir()] == ["secret_key"]
