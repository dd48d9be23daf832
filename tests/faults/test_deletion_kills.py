"""A deletion that is killed at any moment has done nothing or all of it, and the second word ends it."""

import json
import random
import shutil
import time
from collections.abc import Iterator

import pytest

from careloop.postgres.server import stop
from tests.faults.conftest import House, kill_server, open_house
from tests.faults.old_records import THEN
from tests.faults.oracle import Rows, Snapshot, look
from tests.faults.stage import Process
from tests.people import NOW
from tests.postgres.conftest import make_place

pytestmark = pytest.mark.faults

KILLS, KILLS_OF_DATABASE = 40, 12
CLOCK = THEN.isoformat()
REFUSED = 2
# Whatever points to a patient, by table; the hash of each row but for what the database counts by itself.
TABLES = (
    "SELECT DISTINCT c.conrelid::regclass::text, a.attname FROM pg_constraint c JOIN pg_attribute a"
    " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f' AND c.confrelid = 'patient'::regclass"
)


def read_record(now: Snapshot, patient: str) -> dict[str, Rows]:
    """Return a hash of every row of one patient, by table; empty when nothing is left."""
    found = {}
    for table, column in [*now.rows(TABLES), ("patient", "id")]:
        query = f"SELECT md5(t::text) FROM {table} t WHERE {column} = %s"
        if rows := now.rows(query, patient):  # type: ignore[arg-type]
            found[f"{table}.{column}"] = rows
    return found


def read_stones(now: Snapshot, patient: str) -> list[dict[str, int]]:
    """Return of each tombstone of a patient how many rows of which table it counts."""
    rows = now.rows("SELECT counts::text FROM tombstone WHERE was_patient = %s", patient)
    return [{table: one["rows"] for table, one in json.loads(row[0]).items()} for row in rows]


def count_rows(record: dict[str, Rows]) -> dict[str, int]:
    """Return how many rows of which table a tombstone should count."""
    return {name.removesuffix(".patient_id").replace("patient.id", "patient"): len(rows)
            for name, rows in record.items()}  # fmt: skip


def start(house: House, patient: str) -> Process:
    """Start the second word for a record."""
    words = ["retention", "delete", patient, "--confirm", "--as", "uma@clinic.example", "--json"]
    return house.stage.act("delete_by_own_rule", clock=CLOCK, words=words)


def begin(house: House, patient: str) -> Process:
    """Start the second word for a record, and wait until its deletion begins."""
    process = start(house, patient)
    while not process.lines():
        assert process.is_alive(), process.said()
        time.sleep(0.002)
    return process


def check_whole_or_gone(house: House, patient: str, before: dict[str, Rows], other: str) -> bool:
    """Look at a record after a kill: as it was, or nothing and its tombstone; tell whether it is gone."""
    with look(house.url) as now:
        found, stones = read_record(now, patient), read_stones(now, patient)
        done = now.value(
            "SELECT count(*) FROM audit_line WHERE patient_id = %s AND outcome = 'done'"
            " AND what = 'actions.retention.confirm_deletion' AND key LIKE 'tombstone %%'",
            patient,
        )
        if stones:
            assert found == {}
            assert stones == [count_rows(before)]
        else:
            assert found == before
        assert done == len(stones)
        # Nobody shares bytes: the same letter and the same words are whole in the other record.
        letters = now.rows("SELECT sha256 = sha256(content), octet_length(content) > 0 FROM document"
                           " WHERE patient_id = %s", other)  # fmt: skip
        assert letters == [(True, True)] * 3
        assert now.broken() == {}
    return bool(stones)


def end_and_check(house: House, patient: str, before: dict[str, Rows], other: str, *, is_gone: bool) -> None:
    """Say the second word again: it ends what was cut off, or is refused because nothing is there."""
    if not is_gone:
        again = start(house, patient)
        assert again.wait() == 0, again.said()
    once_more = start(house, patient)
    assert (once_more.wait(), once_more.lines()) == (REFUSED, [])
    assert check_whole_or_gone(house, patient, before, other)


def measure(house: House, patient: str) -> float:
    """Delete one record undisturbed; return how long that took from where deletion begins, in seconds."""
    process = begin(house, patient)
    began = time.monotonic()
    assert process.wait() == 0, process.said()
    return time.monotonic() - began


def settle(house: House, kills: int) -> tuple[list[str], list[dict[str, Rows]]]:
    """Make records to delete: one to measure, one for each kill and one that stays; return ids and what they are."""
    (patients,) = house.stage.play("settle_old_records", clock=NOW.isoformat(), count=kills + 2)
    with look(house.url) as now:
        assert now.broken() == {}
        return patients, [read_record(now, patient) for patient in patients]


def test_a_deletion_whose_command_is_killed_did_nothing_or_all_and_is_ended_by_the_second_word(
    house: House, chance: random.Random
) -> None:
    house.set_back("empty")
    patients, before = settle(house, KILLS)
    lasts = measure(house, patients[0])

    gone = set()
    for number in range(1, KILLS + 1):
        patient, other = patients[number], patients[number + 1]
        process = begin(house, patient)
        # The first is killed at once; the last has ended before.
        time.sleep(chance.uniform(0, lasts) if number > 1 else 0)
        if number == KILLS:
            process.wait()
        process.kill()
        assert process.wait() in (-9, 0), process.said()
        is_gone = check_whole_or_gone(house, patient, before[number], other)
        assert is_gone or process.wait() == -9
        gone.add(is_gone)
        end_and_check(house, patient, before[number], other, is_gone=is_gone)

    assert gone == {True, False}
    with look(house.url) as now:
        assert read_record(now, patients[-1]) == before[-1]


@pytest.fixture
def frail() -> Iterator[House]:
    """A house whose server is killed."""
    folder = make_place()
    try:
        made = open_house(folder)
        yield made
        made.stage.close()
    finally:
        stop(folder / "home")
        shutil.rmtree(folder)


def test_a_deletion_whose_database_is_killed_did_nothing_or_all(frail: House, chance: random.Random) -> None:
    patients, before = settle(frail, KILLS_OF_DATABASE)
    lasts = measure(frail, patients[0])

    for number in range(1, KILLS_OF_DATABASE + 1):
        patient, other = patients[number], patients[number + 1]
        process = begin(frail, patient)
        time.sleep(chance.uniform(0, lasts))
        kill_server(frail.server.home, children=number % 3 > 0)
        code = process.wait()
        frail.stage.play("bring_up", clock=CLOCK)
        is_gone = check_whole_or_gone(frail, patient, before[number], other)
        assert is_gone or code != 0
        end_and_check(frail, patient, before[number], other, is_gone=is_gone)
