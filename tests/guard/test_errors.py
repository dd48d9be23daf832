"""Faults of the database: known constraints in plain words, and of every other one not a word of the row."""

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from careloop.basics.refusals import Refusal
from careloop.catalog.speech import list_languages, load_words
from careloop.guard.errors import SAID, explain_constraint, strip_rows
from careloop.records.base import writing
from careloop.records.bulk import copy_rows
from careloop.records.models import Person
from tests.guard.standing import rolled_back

CANARY = "Zzyzxkowalski"
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _database(db: None) -> Iterator[None]:
    with rolled_back():
        yield


def run(query: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)


def _save(**columns: object) -> None:
    with writing():
        Person(**columns).save()


TROUBLES: dict[str, tuple[Callable[[], object], str]] = {
    "a row that breaks a check": (
        lambda: _save(kind="staff", role="x", name=CANARY),
        "CheckViolation 23514 person_role_is_known person",
    ),
    "a row with a missing value": (
        lambda: run("INSERT INTO unit (name, kind, zone) VALUES (%s, NULL, '')", CANARY),
        "NotNullViolation 23502 unit kind",
    ),
    "a row that is there already": (
        lambda: [run("INSERT INTO unit (name, kind, zone) VALUES (%s, 'team', '')", CANARY) for _ in "ab"],
        "UniqueViolation 23505 unit_name_key unit",
    ),
    "a value that is no number": (lambda: run("SELECT %s::int", CANARY), "InvalidTextRepresentation 22P02"),
    "a value that is no moment": (lambda: run("SELECT %s::timestamptz", CANARY), "InvalidDatetimeFormat 22007"),
    "a table that is not there": (
        lambda: run("SELECT 1 FROM nowhere WHERE x = %s", CANARY),
        'UndefinedTable 42P01 relation "nowhere" does not exist',
    ),
    "a row that row security refuses": (
        lambda: run("INSERT INTO inbox (unit_id, source, name, doc_key, sha256, body, problems, received_at, state)"
                    " VALUES (1, 'x', %s, '', '', '', '[]', now(), 'rejected')", CANARY),
        "InsufficientPrivilege 42501",
    ),
    "a copy of what is no JSON": (
        lambda: copy_rows("resource", ("body",), [(CANARY,)]),
        "InvalidTextRepresentation 22P02",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLES)
def test_what_could_land_in_a_log_says_what_broke_and_nothing_of_the_row(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    work, said = TROUBLES[name]
    with pytest.raises((DatabaseError, psycopg.Error)) as broken, transaction.atomic():
        work()
    assert CANARY in _everything(broken.value) or name == "a row that row security refuses"

    strip_rows(broken.value)

    with caplog.at_level(logging.DEBUG):
        logging.getLogger("django.request").error("It broke.", exc_info=broken.value)
    assert CANARY not in caplog.text
    assert CANARY not in _everything(broken.value)
    assert str(broken.value).startswith(said)


def _everything(fault: BaseException) -> str:
    """Return what every way to print a fault would print, with what led to it."""
    parts = ["".join(traceback.format_exception(fault))]
    one: BaseException | None = fault
    while one is not None:
        parts += [repr(one), str(one), *map(str, getattr(one, "__notes__", []))]
        one = one.__cause__ or one.__context__
    return "\n".join(parts)


def test_a_fault_that_is_none_of_the_database_keeps_its_words() -> None:
    fault = ValueError("a plain bug")

    strip_rows(fault)

    assert str(fault) == "a plain bug"
    assert explain_constraint(fault) is None


def test_faults_that_lead_to_each_other_in_a_circle_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__context__, other.__context__ = other, one

    strip_rows(one)

    assert str(one) == "one"


@pytest.mark.parametrize("constraint", SAID)
def test_every_constraint_that_has_words_is_there_and_its_words_too(constraint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger"
            " UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
        )
        assert constraint in {row[0] for row in cursor.fetchall()}
    assert all(SAID[constraint] in load_words(language) for language in list_languages())


def test_a_known_constraint_becomes_a_refusal_and_an_unknown_one_a_bug() -> None:
    with pytest.raises(DatabaseError) as broken, transaction.atomic():
        run(
            "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'check_violation', CONSTRAINT = 'loop_owner_is_active';"
            " END $$"
        )
    refusal = explain_constraint(broken.value)
    assert isinstance(refusal, Refusal)
    assert refusal.say.key == "refusal.owner_not_active"

    with pytest.raises(DatabaseError) as other, transaction.atomic():
        run("SELECT 1 / 0")
    assert explain_constraint(other.value) is None
