"""Documents are taken in by one or by several processes: the same comes of it, and few are in memory at a time."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from careloop.cli import importing, writers
from careloop.cli.writers import Alone, Job, Order, count_processes
from careloop.facts.receipts import Receipt
from careloop.postgres.server import stop
from tests.cli.conftest import run_apart
from tests.formats.fhir.samples import OBSERVATION, PATIENT, changed
from tests.postgres.conftest import make_place

ORDER = Order(1, "fhir", date(2026, 11, 20), shift_dates=False, dry_run=False)
FILES = 60
AT = {"CARELOOP_CLOCK": "2026-11-20T10:00:00-05:00"}


def test_files_are_found_only_as_they_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, taken, ahead = [], [], []

    def find() -> Iterator[Path]:
        for n in range(FILES):
            found.append(n)
            yield tmp_path / f"{n:02}.json"

    def take(job: Job, order: Order, *, may_wait: bool) -> Receipt:
        taken.append(job)
        ahead.append(len(found) - len(taken))
        return Receipt(waits=may_wait)

    monkeypatch.setattr(writers, "take_in", take)
    tally = importing._Tally()
    importing._hand_out(find(), Alone(ORDER, tally.note), tally, lambda: None)  # type: ignore[arg-type]

    assert max(ahead[:FILES]) == 0
    # Those that had to wait came once more, when all others were in.
    assert taken[:FILES] == taken[FILES:]


def test_a_process_is_worth_it_only_for_many_files() -> None:
    assert count_processes(7) == 0
    assert count_processes(8) >= 1


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    """A prepared home without anybody in it."""
    place = make_place()
    assert run_apart(place / "home", "init").code == 0
    yield place / "home"
    stop(place / "home")
    shutil.rmtree(place)


@pytest.mark.parametrize("others", [0, 12])
def test_a_document_may_come_before_its_patient(empty: Path, tmp_path: Path, others: int) -> None:
    for n in range(others):
        person = changed(PATIENT, id=f"other-{n}")
        (tmp_path / f"m{n:02}.json").write_text(json.dumps(person))
    key = f"late-{others}"
    about = changed(OBSERVATION, id=key, subject={"reference": f"Patient/{key}"})
    (tmp_path / "a.json").write_text(json.dumps(about))
    (tmp_path / "z.json").write_text(json.dumps(changed(PATIENT, id=key)))
    stray = changed(OBSERVATION, id=f"stray-{others}", subject={"reference": "Patient/nobody"})
    (tmp_path / "b.json").write_text(json.dumps(stray))

    told = run_apart(empty, "import", "fhir", tmp_path, "--json", **AT).json()

    assert told["resources"] == {"Observation": 1, "Patient": 1 + others}
    assert [Path(line["file"]).name for line in told["rejected"]] == ["b.json"]
