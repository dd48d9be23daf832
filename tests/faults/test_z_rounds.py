"""The kills of this run, counted: enough of them, when all scenes ran."""

import pytest

from tests.faults.conftest import Tally

pytestmark = pytest.mark.faults

ENOUGH = 200
LEAST = {"importer": 60, "worker": 60, "web": 40, "database": 40}


def test_at_least_two_hundred_rounds_of_killing_were_done(tally: Tally) -> None:
    if not LEAST.keys() <= tally.rounds.keys():
        pytest.skip("not all scenes ran: this counts the kills of a whole run")

    assert {scene: tally.rounds[scene] >= least for scene, least in LEAST.items()} == dict.fromkeys(LEAST, True)
    assert sum(tally.rounds.values()) >= ENOUGH
