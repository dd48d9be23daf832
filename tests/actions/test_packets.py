"""The packet of a referral: what is in it, what is missing, what stays here, and the same as pages and as FHIR."""

import json
from uuid import UUID

import pytest

from careloop.actions.documents import add_document
from careloop.basics.refusals import NotFound
from careloop.facts.access import Acting, Label
from careloop.facts.packets import PacketPart
from careloop.formats.fhir.packet import make_bundle
from careloop.formats.fhir.read import read_document
from careloop.formats.packet import read_packet, write_packet
from careloop.parcels.referral import make_packet_sheet, press_packet
from careloop.reads.packets import get_packet
from tests.actions.records import medicine, of
from tests.actions.referring import bring_seen_by_asha, make
from tests.formats.fhir.samples import CONDITION, OBSERVATION, bundle, entry
from tests.people import TODAY, House, take_in

pytestmark = pytest.mark.django_db
SECRET = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}


@pytest.fixture
def rosa(house: House) -> UUID:
    patient = bring_seen_by_asha(house, "rosa")
    hidden = of(CONDITION, "rosa", id="rosa-hidden") | {
        "meta": {"security": [SECRET]}, "code": {"text": "A thing to keep"},
    }  # fmt: skip
    resources = [of(CONDITION, "rosa"), of(OBSERVATION, "rosa"), medicine("rosa", "warfarin", 1), hidden]
    take_in(json.dumps(bundle(*(entry(one) for one in resources))).encode(), house.north, name="more.json")
    return patient


def test_the_packet_holds_what_the_question_needs_says_what_is_missing_and_keeps_what_is_labelled(
    house: House, dana: Acting, rosa: UUID
) -> None:
    packet = get_packet(dana, make(dana, house, rosa)).packet

    assert [line.main for line in packet.problems] == ["Type 2 diabetes"]
    assert [line.main for line in packet.medicines] == ["warfarin"]
    assert [line.main.split(":")[0] for line in packet.results] == ["Hemoglobin A1c"]
    assert packet.missing == (PacketPart.ALLERGIES, PacketPart.COVERAGE, PacketPart.NEEDS)
    assert packet.withheld == 1
    assert b"A thing to keep" not in write_packet(packet)


def test_documents_go_along_only_when_they_are_ticked_and_never_those_with_a_label(
    house: House, dana: Acting, rosa: UUID
) -> None:
    key = make(dana, house, rosa)
    plain = add_document(dana, rosa, content=b"An echo of 2025", title="Echo", dated_on=None).document_id
    labelled = add_document(
        dana, rosa, content=b"Something else", title="Other", dated_on=None, labels=[Label.HIV]
    ).document_id
    assert plain
    assert labelled

    assert [one.title for one in get_packet(dana, key).can_tick] == ["Echo"]
    assert get_packet(dana, key).packet.documents == ()
    with_it = get_packet(dana, key, ticked=[plain]).packet
    assert [one.title for one in with_it.documents] == ["Echo"]
    assert with_it.sha256 != get_packet(dana, key).packet.sha256
    for wrong in (labelled, UUID(int=7)):
        with pytest.raises(NotFound):
            get_packet(dana, key, ticked=[wrong])


def test_the_same_packet_is_the_same_bytes_and_is_read_back_as_it_was(house: House, dana: Acting, rosa: UUID) -> None:
    packet = get_packet(dana, make(dana, house, rosa)).packet

    assert read_packet(write_packet(packet)) == packet
    assert make_bundle(packet) == make_bundle(read_packet(write_packet(packet)))
    assert press_packet(packet) == press_packet(packet)


def test_the_pages_hold_every_line_and_say_what_is_missing(house: House, dana: Acting, rosa: UUID) -> None:
    packet = get_packet(dana, make(dana, house, rosa)).packet
    sheet = make_packet_sheet(packet)

    assert press_packet(packet).startswith(b"%PDF-")
    assert {section.title: len(section.lines) for section in sheet.sections} == {
        "The question": 1, "Allergies": 0, "Medicines": 1, "Problems": 1, "Latest results": 1, "Coverage": 0,
        "Documents that come along": 0,
    }  # fmt: skip
    assert all(section.empty for section in sheet.sections if not section.lines)


def test_the_document_bundle_is_valid_begins_with_its_composition_and_refers_to_what_it_holds(
    house: House, dana: Acting, rosa: UUID
) -> None:
    made = json.loads(make_bundle(get_packet(dana, make(dana, house, rosa)).packet))

    kinds = [one["resource"]["resourceType"] for one in made["entry"]]
    assert kinds == [
        "Composition", "Patient", "Practitioner", "ServiceRequest", "Condition", "MedicationStatement", "Observation",
    ]  # fmt: skip
    held = {one["fullUrl"] for one in made["entry"]}
    composition = made["entry"][0]["resource"]
    pointed = {ref["reference"] for section in composition["section"] for ref in section.get("entry", [])}
    assert pointed <= held
    assert made["type"] == "document"
    read = read_document(json.dumps(made | {"type": "collection"}).encode(), is_ndjson=False, on=TODAY)
    assert read.rejected == ()
