"""A document by hand: what is taken, what is refused, and that the same bytes are one document."""

from datetime import date
from uuid import UUID

import pytest

from careloop.actions.documents import add_document
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.documents import MAX_FILE_BYTES
from tests.actions.hands import take_patient_in
from tests.actions.look import ask, ask_one, broken_invariants
from tests.people import House, system

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 letter"


@pytest.fixture
def rosa(house: House) -> UUID:
    return take_patient_in(house)


def add(house: House, patient: UUID, content: bytes = PDF, *, title: str = "A letter", who: str = "dana") -> bool:
    return add_document(house.acting(who), patient, content=content, title=title, dated_on=date(2026, 11, 3)).is_new


def test_a_file_is_kept_with_its_kind_and_who_brought_it(house: House, rosa: UUID) -> None:
    assert add(house, rosa)

    assert ask("SELECT media_type, title, dated_on::text FROM document") == [
        ("application/pdf", "A letter", "2026-11-03")
    ]
    assert ask_one("SELECT person_id FROM document_source") == house.id_of("dana")
    assert broken_invariants() == {}


def test_the_same_bytes_twice_are_one_document(house: House, rosa: UUID) -> None:
    assert (add(house, rosa), add(house, rosa, title="Again", who="lee")) == (True, False)

    assert ask("SELECT title FROM document") == [("A letter",)]


@pytest.mark.parametrize(
    ("content", "title", "key"),
    [
        (b"", "x", "refusal.document_empty"),
        (b"MZ\x90\x00", "x", "refusal.document_kind"),
        (b"%PDF-" + bytes(MAX_FILE_BYTES), "x", "refusal.document_too_large"),
        (PDF, "x" * 201, "refusal.document_title"),
    ],
)
def test_what_is_not_taken_is_refused_with_the_reason(
    house: House, rosa: UUID, content: bytes, title: str, key: str
) -> None:
    with pytest.raises(Refusal) as no:
        add(house, rosa, content, title=title)

    assert no.value.say.key == key
    assert ask("SELECT 1 FROM document") == []


@pytest.mark.parametrize("who", ["kim", "tom", "saul", "noor", "ines"])
def test_nobody_adds_to_a_record_that_is_not_theirs(house: House, rosa: UUID, who: str) -> None:
    with pytest.raises(NotFound):
        add(house, rosa, who=who)


def test_the_operator_may_add_one(house: House, rosa: UUID) -> None:
    added = add_document(system(), rosa, content="Notas del día".encode(), title="", dated_on=None)

    assert added.is_new
    assert ask_one("SELECT words FROM note WHERE document_id = %s", added.document_id) == "Notas del día"
