"""A document that was marked as sensitive by hand, on every road: list, page, file, search, export and hand-out."""

import json
from datetime import date
from uuid import UUID

import pytest

from careloop.actions.documents import Added, add_document
from careloop.actions.export import hand_out_record
from careloop.basics.refusals import NotFound, Refusal
from careloop.facts.access import Label
from careloop.facts.documents import HAND_LABELS
from careloop.reads.documents import get_document_file, get_document_page, list_documents, search_notes
from careloop.reads.people import get_patient_page
from tests.actions.look import ask, ask_one, broken_invariants
from tests.guard.conftest import Clinic
from tests.people import find_patient, system, take_in
from tests.reads.test_documents import note

pytestmark = pytest.mark.django_db
WORDS = b"Quiet river session, told in confidence."


class Basket:
    """A sink that keeps everything in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add(self, path: str, data: bytes) -> None:
        self.files[path] = self.files.get(path, b"") + data

    def put(self, path: str, data: bytes) -> None:
        self.files[path] = data


def add(clinic: Clinic, *labels: Label, who: str = "dana", content: bytes = WORDS) -> Added:
    acting = clinic.house.acting(who)
    return add_document(
        acting, clinic.rosa, content=content, title="Session", dated_on=date(2026, 11, 3), labels=labels
    )


def the_document() -> UUID:
    found: UUID = ask_one("SELECT id FROM document WHERE title = 'Session'")
    return found


def sees(clinic: Clinic, who: str, document: UUID) -> set[str]:
    """Return the roads on which a person meets the document or its words."""
    acting, roads = clinic.house.acting(who), set()
    lines, count = list_documents(acting, clinic.rosa)
    if count or lines:
        roads.add("list")
    if get_patient_page(acting, clinic.rosa).papers.document_count:
        roads.add("patient")
    for road, look in (("page", get_document_page), ("file", get_document_file)):
        try:
            look(acting, document)
            roads.add(road)
        except NotFound:
            pass
    if search_notes(acting, asked="river", patient_id=None).hits:
        roads.add("search")
    return roads


EVERY_ROAD = {"list", "patient", "page", "file", "search"}


@pytest.mark.parametrize(
    ("labels", "seen_by"),
    [
        ((), {"dana", "sol", "asha"}),
        ((Label.VIOLENCE,), {"dana", "sol", "asha"}),
        ((Label.ADOLESCENT,), {"dana", "sol", "asha"}),
        ((Label.PSY,), {"asha"}),
        ((Label.PSY, Label.VIOLENCE), {"asha"}),
        ((Label.PART2,), set()),
    ],
)
def test_only_those_see_it_on_any_road_who_may(clinic: Clinic, labels: tuple[Label, ...], seen_by: set[str]) -> None:
    added = add(clinic, *labels)

    document = the_document()
    assert {who: sees(clinic, who, document) for who in ("dana", "sol", "asha")} == {
        who: EVERY_ROAD if who in seen_by else set() for who in ("dana", "sol", "asha")
    }
    assert added == Added(document if "dana" in seen_by else None, is_new=True)
    assert broken_invariants() == {}


@pytest.mark.parametrize(("label", "is_in"), [(Label.PSY, False), (Label.VIOLENCE, True)])
def test_a_record_that_is_handed_out_holds_what_the_one_who_hands_it_out_may_see(
    clinic: Clinic, label: Label, is_in: bool
) -> None:
    add(clinic, label)

    basket = Basket()
    hand_out_record(clinic.house.acting("sol"), clinic.rosa, sink=basket, recipient="Ana", reason="Asked")

    assert (WORDS in basket.files.values()) is is_in
    assert (b"Session" in b"".join(basket.files.values())) is is_in


def test_the_operator_leaves_with_it_and_its_label(clinic: Clinic) -> None:
    add(clinic, Label.PART2)

    basket = Basket()
    hand_out_record(system(), clinic.rosa, sink=basket, recipient="Counsel", reason="We leave")

    assert WORDS in basket.files.values()
    (row,) = [json.loads(line) for line in basket.files["rows/document.jsonl"].splitlines()]
    assert row["label_mask"] == int(Label.PART2)


def test_the_same_bytes_given_again_with_a_label_are_labelled_where_they_stand(clinic: Clinic) -> None:
    first = add(clinic)
    again = add(clinic, Label.PSY)

    assert first.document_id == the_document()
    assert again == Added(None, is_new=False)
    assert ask("SELECT label_mask FROM document UNION SELECT label_mask FROM note WHERE document_id IS NOT NULL") == [
        (int(Label.PSY),)
    ]
    # Without a label nothing is taken off, and what one may not see is told to nobody.
    assert add(clinic) == Added(None, is_new=False)
    assert ask_one("SELECT label_mask FROM document") == int(Label.PSY)


def test_a_label_stays_when_a_record_brings_the_same_bytes_without_one(clinic: Clinic) -> None:
    add(clinic, Label.PSY)
    take_in(json.dumps(note("n1", "p1", WORDS.decode())).encode(), clinic.house.north, name="note.json")

    assert ask("SELECT label_mask FROM document") == [(int(Label.PSY),)]
    assert find_patient("p1") == clinic.rosa
    assert broken_invariants() == {}


def test_a_document_that_came_with_records_can_be_labelled_by_hand(clinic: Clinic) -> None:
    take_in(json.dumps(note("n1", "p1", WORDS.decode())).encode(), clinic.house.north, name="note.json")
    add(clinic, Label.PSY)

    assert ask("SELECT label_mask FROM document") == [(int(Label.PSY),)]
    take_in(json.dumps(note("n1", "p1", "Other words.")).encode(), clinic.house.north, name="note.json")
    assert ask("SELECT label_mask FROM document ORDER BY 1") == [(0,), (int(Label.PSY),)]


def test_nobody_labels_a_document_of_somebody_whom_they_do_not_reach(clinic: Clinic) -> None:
    add(clinic)
    with pytest.raises(NotFound):
        add(clinic, Label.PSY, who="kim")

    assert ask_one("SELECT label_mask FROM document") == 0


@pytest.mark.parametrize("label", sorted(set(Label) - set(HAND_LABELS)))
def test_labels_that_people_do_not_give_are_refused(clinic: Clinic, label: Label) -> None:
    with pytest.raises(Refusal) as no:
        add(clinic, label)

    assert no.value.say.key == "refusal.document_label"
    assert ask("SELECT 1 FROM document") == []
