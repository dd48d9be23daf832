"""How often a whole run kills: each scene kills as many times as it says, and together they are enough."""

import pytest

from tests.faults import test_database_kills, test_importer_kills, test_web_kills, test_worker_kills

pytestmark = pytest.mark.faults

ENOUGH = 200


def test_a_whole_run_kills_at_least_two_hundred_times() -> None:
    importer, worker = test_importer_kills, test_worker_kills
    kills = {
        "importer": sum(importer.KILLS_WITH_READERS + importer.KILLS_WITHOUT),
        "worker": worker.FRESH * worker.ROUNDS * worker.AT_ONCE,
        "web": test_web_kills.ROUNDS,
        "database": test_database_kills.ROUNDS,
    }

    assert min(kills.values()) >= 40
    assert sum(kills.values()) >= ENOUGH
