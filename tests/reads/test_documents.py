"""Documents and the search in notes, as each person may see them."""

import base64
from uuid import UUID

import pytest
from django.db import connection

from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.documents import MediaType
from careloop.reads.documents import (
    get_document_file,
    get_document_page,
    list_documents,
    search_notes,
)
from careloop.reads.people import get_patient_page
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import Line
from tests.people import take_in

pytestmark = pytest.mark.django_db
PSY = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}


def note(key: str, patient: str, words: str, day: str = "2026-11-02", **changes: object) -> dict[str, object]:
    data = base64.b64encode(words.encode()).decode()
    return {
        "resourceType": "DocumentReference", "id": key, "status": "current", "type": {"text": f"Note {key}"},
        "subject": {"reference": f"Patient/{patient}"}, "date": f"{day}T09:30:00-05:00",
        "content": [{"attachment": {"data": data}}], **changes,
    }  # fmt: skip


@pytest.fixture
def notes(clinic: Clinic) -> Clinic:
    north = [
        note("n1", "p1", "Dolor de cabeza y náuseas desde el lunes."),
        note("n2", "p1", "Headache is gone. <script>alert(1)</script>", "2026-11-09"),
        note("n3", "p1", "Headache after the session.", meta=PSY),
        note("n4", "p2", "Headache as well."),
    ]
    receipt = take_in(records.bundle([records.patient("p1"), records.patient("p2", "Lovelace", "Ada"), *north]),
                      clinic.house.north, name="notes.json")  # fmt: skip
    other = [records.patient("p3", "Lang", "Otto"), note("n5", "p3", "Headache of Otto.")]
    take_in(records.bundle(other), clinic.house.south, name="otto.json")
    assert receipt.rejected == []
    return clinic


def titles(clinic: Clinic, who: str, asked: str, patient: UUID | None = None) -> list[str]:
    return [hit.title for hit in search_notes(clinic.house.acting(who), asked=asked, patient_id=patient).hits]


def test_notes_of_ones_own_patients_are_found_newest_first(notes: Clinic) -> None:
    assert titles(notes, "dana", "headache") == ["Note n2", "Note n4"]
    assert titles(notes, "kim", "headache") == ["Note n5"]
    assert titles(notes, "sol", "HEAD gone") == ["Note n2"]


def test_inside_one_patient_only_that_one_is_searched(notes: Clinic) -> None:
    assert titles(notes, "dana", "headache", notes.rosa) == ["Note n2"]
    assert titles(notes, "dana", "headache", notes.otto) == []


def test_accents_do_not_matter_either_way(notes: Clinic) -> None:
    assert titles(notes, "dana", "nauseas") == titles(notes, "dana", "NÁUSEAS") == ["Note n1"]


def test_labelled_notes_are_found_by_those_who_may_see_the_label(notes: Clinic) -> None:
    assert "Note n3" in titles(notes, "asha", "headache")
    assert "Note n3" not in titles(notes, "sol", "headache")


def test_what_was_asked_is_in_the_log_with_the_patients_shown(notes: Clinic, log: list[Line]) -> None:
    search_notes(notes.house.acting("dana"), asked="headache", patient_id=None)
    search_notes(notes.house.acting("dana"), asked="nothing at all", patient_id=notes.rosa)

    assert [(line.what, line.outcome, line.key) for line in log] == [
        ("reads.documents.search_notes", "seen", "headache"),
        ("reads.documents.search_notes", "seen", "nothing at all"),
    ]
    assert set(log[0].patient_ids) == {notes.rosa, notes.ada}
    assert log[1].patient_ids == (notes.rosa,)


@pytest.mark.parametrize("asked", ["", " ", "!&|", "a"])
def test_a_search_needs_a_word(notes: Clinic, asked: str) -> None:
    with pytest.raises(Refusal) as no:
        titles(notes, "dana", asked)

    assert no.value.say.key == "refusal.search_words"


@pytest.mark.parametrize("who", ["tom", "ines", "saul", "noor"])
def test_who_may_not_read_charts_may_not_search_them(notes: Clinic, who: str) -> None:
    with pytest.raises(NotFound):
        titles(notes, who, "headache")


def test_ten_hits_a_page_then_the_next(notes: Clinic) -> None:
    more = [note(f"m{n:02}", "p1", f"Knee {n}", f"2026-10-{n + 1:02}") for n in range(12)]
    take_in(records.bundle([records.patient("p1"), *more]), notes.house.north, name="more.json")
    dana = notes.house.acting("dana")

    first = search_notes(dana, asked="knee")
    second = search_notes(dana, asked="knee", page=first.next_page)

    assert [len(first.hits), first.next_page, len(second.hits), second.next_page] == [10, 2, 2, 0]
    assert len({hit.title for hit in (*first.hits, *second.hits)}) == 12


def test_the_search_of_many_rests_on_the_index(notes: Clinic) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'search_notes'")
        source = str(cursor.fetchone()[0])
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'note_search'")
        index = str(cursor.fetchone()[0])

    assert "n.search @@" in source
    assert "USING gin (search)" in index


def document_of(clinic: Clinic, who: str = "dana") -> UUID:
    lines, _count = list_documents(clinic.house.acting(who), clinic.rosa)
    return next(line.id for line in lines if line.title == "Note n2")


def test_one_document_is_a_look_that_the_log_names(notes: Clinic, log: list[Line]) -> None:
    key = document_of(notes)
    page = get_document_page(notes.house.acting("dana"), key)
    file = get_document_file(notes.house.acting("dana"), key)

    assert page.patient_id == notes.rosa
    assert page.words.startswith("Headache is gone.")
    assert (file.media_type, file.content) == (MediaType.TEXT, b"Headache is gone. <script>alert(1)</script>")
    assert file.name.startswith("document-2026-11-09-")
    assert [(line.what.rpartition(".")[2], line.key, line.patient_id) for line in log[1:]] == [
        ("get_document_page", str(key), notes.rosa),
        ("get_document_file", str(key), notes.rosa),
    ]


@pytest.mark.parametrize("who", ["kim", "tom", "saul"])
def test_a_document_is_not_there_for_others(notes: Clinic, who: str) -> None:
    key = document_of(notes)

    for look in (get_document_page, get_document_file):
        with pytest.raises(NotFound):
            look(notes.house.acting(who), key)


def test_a_labelled_document_is_not_in_the_list_of_who_may_not_see_the_label(notes: Clinic) -> None:
    asked = {who: list_documents(notes.house.acting(who), notes.rosa) for who in ("dana", "asha")}

    assert [len(lines) for lines, _count in asked.values()] == [2, 3]
    assert [count for _lines, count in asked.values()] == [2, 3]


def test_the_patient_page_shows_the_newest_and_how_many(notes: Clinic) -> None:
    papers = get_patient_page(notes.house.acting("dana"), notes.rosa).papers

    assert [line.title for line in papers.documents] == ["Note n2", "Note n1"]
    assert papers.document_count == 2
    assert papers.may_add
    assert get_patient_page(notes.house.acting("sol"), notes.rosa).papers.documents
