"""An import that is killed at any moment and run again ends as one that was left alone."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import House, Tally
from tests.faults.oracle import assert_same, look

pytestmark = pytest.mark.faults

FRESH = 5
KILLS = 13
PARTIAL = 5
CLOCK = "2026-11-20T15:00:00+00:00"
BAD = b'{"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {"resourceType"'


def test_an_import_killed_again_and_again_ends_as_one_that_was_left_alone(
    house: House, write_bundles: Callable[..., Path], tally: Tally, chance: random.Random
) -> None:
    folder = write_bundles(0, 40, zz_bad=BAD)
    words = ("import", "fhir", str(folder), "--json")
    house.set_back("empty")
    began = time.monotonic()
    whole = json.loads(house.stage.run(*words, clock=CLOCK, expect=PARTIAL)[0])
    lasts = time.monotonic() - began
    with look(house.url) as now:
        expected = now.records()
        assert now.broken() == {}
    assert len(expected["resources"]) + len(expected["directory"]) == whole["created"]
    assert len(expected["inbox"]) == len(whole["rejected"]) == 1

    sizes = set()
    for _ in range(FRESH):
        house.set_back("empty")
        killed = 0
        while killed < KILLS:
            process = house.stage.start(*words, clock=CLOCK)
            time.sleep(chance.uniform(0, lasts))
            process.kill()
            assert process.wait() in (-9, PARTIAL), process.said()
            killed += 1
            with look(house.url) as now:
                sizes.add(now.value("SELECT count(*) FROM patient"))
                assert now.broken() == {}
        tally.add("importer", killed)
        house.stage.run(*words, clock=CLOCK, expect=PARTIAL)

        with look(house.url) as now:
            assert_same(now.records(), expected)
            assert now.broken() == {}
        last = json.loads(house.stage.run(*words, clock=CLOCK, expect=PARTIAL)[0])
        assert (last["created"], last["updated"]) == (0, 0)
        with look(house.url) as now:
            assert_same(now.records(), expected)
    assert len(sizes) > FRESH  # the kills met different moments
