"""An import that is killed at any moment and run again ends as one that was left alone."""

import json
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import House
from tests.faults.oracle import Rows, assert_same, look

pytestmark = pytest.mark.faults

# One document a file, read by processes of their own, and documents in archives, read by the importer itself.
KILLS_WITH_READERS = (12,)
KILLS_WITHOUT = (13, 13, 13, 13)
KILLS_OF_A_TABLE = 5
PARTIAL = 5
CLOCK = "2026-11-20T15:00:00+00:00"
BAD = b'{"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {"resourceType"'


def pack(folder: Path, target: Path) -> Path:
    """Put the files of a folder into five archives."""
    for number in range(5):
        with zipfile.ZipFile(target / f"{number}.zip", "w") as archive:
            for file in sorted(folder.glob("*.json"))[number::5]:
                archive.write(file, file.name)
    return target


@pytest.mark.parametrize(("packed", "kills"), [(False, KILLS_WITH_READERS), (True, KILLS_WITHOUT)])
def test_an_import_killed_again_and_again_ends_as_one_that_was_left_alone(
    house: House, write_bundles: Callable[..., Path], tmp_path: Path, chance: random.Random,
    packed: bool, kills: tuple[int, ...],
) -> None:  # fmt: skip
    folder, bad = write_bundles(0, 40), tmp_path / "bad.json"
    bad.write_bytes(BAD)
    words = ("import", "fhir", str(pack(folder, tmp_path) if packed else folder), str(bad), "--json")
    house.set_back("empty")
    began = time.monotonic()
    whole = json.loads(house.stage.run(*words, clock=CLOCK, expect=PARTIAL)[0])
    lasts = time.monotonic() - began
    expected = read_whole(house)
    assert len(expected["resources"]) + len(expected["directory"]) == whole["created"]
    assert len(expected["inbox"]) == 1

    for count in kills:
        house.set_back("empty")
        # At the very beginning, at any moment, and as soon as something has come in.
        sizes = [kill_one(house, words, 0)]
        sizes += [kill_one(house, words, chance.uniform(0, lasts)) for _ in range(count - 2)]
        sizes += [kill_one(house, words, more_than=0)]
        assert sizes[-1] > 0
        house.stage.run(*words, clock=CLOCK, expect=PARTIAL)
        assert_same(read_whole(house), expected)
        last = json.loads(house.stage.run(*words, clock=CLOCK, expect=PARTIAL)[0])
        assert (last["created"], last["updated"], last["unchanged"]) == (0, 0, whole["created"] + whole["unchanged"])
        assert_same(read_whole(house), expected)


def write_table(file: Path) -> Path:
    """Write a table of patients that comes in in several stretches; one row of it is refused."""
    rows = [f"T{n},Name{n:04},Ann,19{n % 60 + 30}-01-{n % 28 + 1:02},Elm" for n in range(700)]
    rows[450] = "T450,Name0450,Ann,31/12/1990,Elm"
    file.write_text("\n".join(["MRN,Last name,First name,Date of birth,City", *rows]) + "\n")
    return file


def test_a_table_killed_again_and_again_ends_as_one_that_was_left_alone(
    house: House, tmp_path: Path, chance: random.Random
) -> None:
    words = ("import", "patients", str(write_table(tmp_path / "list.csv")), "--json")
    house.set_back("empty")
    began = time.monotonic()
    whole = json.loads(house.stage.run(*words, clock=CLOCK, expect=PARTIAL)[0])
    lasts = time.monotonic() - began
    expected = read_whole(house)
    assert (len(expected["patients"]), whole["created"], len(whole["rejected"])) == (699, 699, 1)
    assert len(expected["inbox"]) == 1

    house.set_back("empty")
    sizes = [kill_one(house, words, 0)]
    sizes += [kill_one(house, words, chance.uniform(0, lasts)) for _ in range(KILLS_OF_A_TABLE - 2)]
    sizes += [kill_one(house, words, more_than=0)]
    assert sizes[-1] > 0
    house.stage.run(*words, clock=CLOCK, expect=PARTIAL)
    assert_same(read_whole(house), expected)
    last = json.loads(house.stage.run(*words, clock=CLOCK, expect=PARTIAL)[0])
    assert (last["created"], last["updated"], last["unchanged"], last["review"]) == (0, 0, 699, whole["review"])
    assert_same(read_whole(house), expected)


def kill_one(house: House, words: tuple[str, ...], after: float = 0, more_than: int | None = None) -> int:
    """Start an import, kill it and all that it started, and return how many patients are there.

    It is killed after so many seconds; or, with ``more_than``, when more patients than that are there.
    """
    process = house.stage.start(*words, clock=CLOCK)
    if more_than is None:
        time.sleep(after)
    else:
        while process.is_alive() and count_patients(house) <= more_than:
            time.sleep(0.005)
    process.kill()
    assert process.wait() in (-9, PARTIAL), process.said()
    with look(house.url) as now:
        assert now.broken() == {}
    return count_patients(house)


def count_patients(house: House) -> int:
    """Return how many patients are there now."""
    with look(house.url) as now:
        return int(now.value("SELECT count(*) FROM patient"))


def read_whole(house: House) -> dict[str, Rows]:
    """Read everything that was imported; nothing may be broken."""
    with look(house.url) as now:
        assert now.broken() == {}
        return now.records()
