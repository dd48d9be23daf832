"""The log and its seals: whatever is changed afterwards is named, line by line."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from careloop.facts.access import SYSTEM_ID
from tests.records.plant import AT, Plant

TABLES = ("audit_line", "audit_seal")
Fault = tuple[int | None, int | None, str]


class Log:
    """A log of its own inside one transaction that is never kept: the old lines are out of sight.

    The owner takes row security and triggers away here: nobody weaker could do the damage at all.
    Transactions are numbered by hand, low enough to be long finished.
    """

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        for table in TABLES:
            plant.run(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            plant.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            plant.run(f"DELETE FROM {table}")

    def write(self, what: str, xid: int) -> int:
        """Add a line as a finished transaction left it; return its number."""
        self.plant.row(
            "audit_line", at=AT, person_id=SYSTEM_ID, role="system", purpose="system:operate", what=what, key="",
            outcome="done", patient_ids=[SYSTEM_ID], xid=str(xid),
        )  # fmt: skip
        return int(self.plant.value("SELECT max(id) FROM audit_line"))

    def _as_seer(self, query: str, *values: object) -> list[Any]:
        self.plant.run("SET LOCAL ROLE careloop_seer")
        rows = self.plant.link.execute(query, values).fetchall()
        self.plant.run("RESET ROLE")
        return rows

    def seal(self) -> int:
        """Seal what is finished; return how many lines."""
        return int(self._as_seer("SELECT seal_audit(%s)", AT)[0][0])

    def verify(self) -> list[Fault]:
        """Return every disagreement."""
        rows: list[Fault] = self._as_seer("SELECT line_id, seal_id, fault FROM verify_audit() ORDER BY 3, 1, 2")
        return rows

    def summary(self) -> Any:  # noqa: ANN401
        """Return lines, seals, unsealed, last seal and its hash."""
        return self._as_seer("SELECT * FROM audit_summary()")[0]

    def seals(self) -> list[int]:
        """Return the numbers of the seals, oldest first."""
        return [row[0] for row in self.plant.link.execute("SELECT id FROM audit_seal ORDER BY id").fetchall()]


@pytest.fixture
def log(owner: Plant) -> Log:
    return Log(owner)


@pytest.fixture
def sealed(log: Log) -> tuple[Log, list[int]]:
    """Return a log of two seals with two lines each; the second seal begins where the first ended."""
    lines = [log.write("one", 10), log.write("two", 11)]
    log.seal()
    # As if the first seal had been made when transaction 20 was the next one.
    log.plant.run("DELETE FROM audit_seal")
    _seal_until(log, 20)
    lines += [log.write("three", 20), log.write("four", 21)]
    log.seal()
    return log, lines


def _seal_until(log: Log, to_xid: int) -> None:
    """Make the first seal by hand, as seal_audit would have made it before ``to_xid``."""
    log.plant.run(
        "INSERT INTO audit_seal (sealed_at, from_xid, to_xid, line_ids, line_hashes, hash)"
        " SELECT %s, '0', %s::text::xid8, array_agg(id ORDER BY xid, id),"
        " array_agg(audit_line_hash(l) ORDER BY xid, id),"
        " sha256(convert_to('0:' || %s::text, 'UTF8') || string_agg(audit_line_hash(l), ''::bytea ORDER BY xid, id))"
        " FROM audit_line l",
        AT, to_xid, to_xid,
    )  # fmt: skip


def test_a_log_that_nobody_touched_is_well(sealed: tuple[Log, list[int]]) -> None:
    log, _lines = sealed

    assert log.verify() == []
    assert log.summary()[:3] == (4, 2, 0)
    assert log.seal() == 0


CHANGES = [
    "what = 'other'",
    "key = 'other'",
    "outcome = 'refused'",
    "role = 'auditor'",
    "purpose = 'audit'",
    "at = at + interval '1 microsecond'",
    "person_id = gen_random_uuid()",
    "patient_id = gen_random_uuid()",
    "patient_ids = '{}'",
    "xid = '12'",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_line_is_named(sealed: tuple[Log, list[int]], change: str) -> None:
    log, lines = sealed
    first = log.seals()[0]

    log.plant.run(f"UPDATE audit_line SET {change} WHERE id = %s", lines[1])

    assert log.verify() == [(lines[1], first, "changed")]


def test_every_column_of_a_line_is_under_the_seal(owner: Plant) -> None:
    rows = owner.link.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'audit_line'::regclass AND attnum > 0 AND NOT attisdropped"
    ).fetchall()

    assert {row[0] for row in rows} == {"id", *(change.split(" ")[0] for change in CHANGES)}


def test_a_deleted_line_is_named(sealed: tuple[Log, list[int]]) -> None:
    log, lines = sealed

    log.plant.run("DELETE FROM audit_line WHERE id = %s", lines[2])

    assert log.verify() == [(lines[2], log.seals()[1], "deleted")]


def test_a_line_slipped_in_later_is_named(sealed: tuple[Log, list[int]]) -> None:
    log, _lines = sealed

    slipped = log.write("slipped in", 12)

    assert log.verify() == [(slipped, None, "added later")]


def test_a_seal_made_to_fit_a_changed_line_is_named(sealed: tuple[Log, list[int]]) -> None:
    """Whoever mends the hash of the line in its seal breaks the seal; whoever mends the seal breaks the next."""
    log, lines = sealed
    first, second = log.seals()
    log.plant.run("UPDATE audit_line SET what = 'other' WHERE id = %s", lines[0])
    mend = "SELECT array_agg(audit_line_hash(l) ORDER BY l.xid, l.id) FROM audit_line l WHERE l.id = ANY(line_ids)"

    log.plant.run(f"UPDATE audit_seal SET line_hashes = ({mend}) WHERE id = %s", first)
    assert log.verify() == [(None, first, "seal broken")]

    log.plant.run(
        "UPDATE audit_seal SET hash = sha256(convert_to(from_xid::text || ':' || to_xid::text, 'UTF8')"
        " || line_hashes[1] || line_hashes[2]) WHERE id = %s",
        first,
    )
    assert log.verify() == [(None, second, "seal broken")]


def test_a_changed_hash_of_a_seal_is_named_and_breaks_the_next(sealed: tuple[Log, list[int]]) -> None:
    log, _lines = sealed
    first, second = log.seals()

    log.plant.run("UPDATE audit_seal SET hash = sha256('x') WHERE id = %s", first)

    assert log.verify() == [(None, first, "seal broken"), (None, second, "seal broken")]


def test_the_last_seal_taken_away_leaves_its_lines_unsealed_and_differs_from_its_anchor(
    sealed: tuple[Log, list[int]],
) -> None:
    log, _lines = sealed
    last, kept = log.summary()[3:]

    log.plant.run("DELETE FROM audit_seal WHERE id = %s", last)

    assert log.summary()[2] == 2
    assert log._as_seer("SELECT seal_hash(%s)", last)[0][0] != kept


def test_a_first_seal_taken_away_is_named(sealed: tuple[Log, list[int]]) -> None:
    log, lines = sealed
    first, second = log.seals()

    log.plant.run("DELETE FROM audit_seal WHERE id = %s", first)

    faults = log.verify()
    assert (None, second, "seal missing before") in faults
    assert {(line, None, "added later") for line in lines[:2]} <= set(faults)


def test_a_log_rewritten_from_the_beginning_differs_from_its_anchor(sealed: tuple[Log, list[int]]) -> None:
    """The only way past the chain is to make it anew; the hash kept outside the database shows it."""
    log, lines = sealed
    anchor = log.summary()[4]
    log.plant.run("UPDATE audit_line SET what = 'other' WHERE id = %s", lines[0])
    log.plant.run("DELETE FROM audit_seal")
    log.seal()

    assert log.verify() == []
    assert log.summary()[4] != anchor


@pytest.fixture
def two(django_db_setup: None, database_urls: tuple[str, str]) -> Iterator[tuple[Any, Any]]:
    with psycopg.connect(database_urls[0], autocommit=True) as one, psycopg.connect(database_urls[0]) as other:
        yield one, other


def _add(link: "psycopg.Connection[Any]", what: str) -> int:
    Plant(link).row("audit_line", at=AT, person_id=SYSTEM_ID, role="system", purpose="system:operate", what=what,
                    key="", outcome="done", patient_ids=[])  # fmt: skip
    row = link.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    return int(row[0]) if row else 0


def _seal_up_to(link: "psycopg.Connection[Any]", xid: int) -> None:
    """Seal as soon as every transaction of this server before ``xid`` has ended: others may be at work."""
    for _ in range(1200):
        row = link.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
        if row and row[0] > xid:
            break
        time.sleep(0.05)
    link.execute("SELECT seal_audit(%s)", [AT])


def _unsealed(link: "psycopg.Connection[Any]") -> int:
    row = link.execute("SELECT unsealed FROM audit_summary()").fetchone()
    return int(row[0]) if row else -1


def test_lines_of_a_transaction_that_goes_on_are_sealed_after_it_has_ended(two: tuple[Any, Any]) -> None:
    quick, slow = two
    _seal_up_to(quick, _add(quick, "sealed before"))
    _add(slow, "goes on")
    last = _add(quick, "finished meanwhile")

    for _ in range(3):
        quick.execute("SELECT seal_audit(%s)", [AT])
    while_it_goes_on = _unsealed(quick)
    slow.commit()
    _seal_up_to(quick, last)

    # Neither line was sealed: a seal ends before the oldest transaction that is still open.
    assert while_it_goes_on == 1
    assert _unsealed(quick) == 0
    assert quick.execute("SELECT * FROM verify_audit()").fetchall() == []
