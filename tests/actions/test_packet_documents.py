"""Documents that go along with a packet: as files, as they are kept, and only as long as they may."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from careloop.actions.directory import add_entry
from careloop.actions.documents import add_document
from careloop.actions.endpoints import drop_endpoint, set_endpoint
from careloop.actions.packet_sending import queue_packet
from careloop.channels import road_email, road_fhir, road_letter
from careloop.channels.settings import ChannelSettings
from careloop.facts.access import Acting, Label
from careloop.facts.consents import Road
from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy
from careloop.facts.referrals import AnswerKind, Urgency
from careloop.formats.packet import seal_packet
from careloop.guard.context import clear_context, set_context
from careloop.jobs.outbox import send_due
from careloop.reads.endpoints import get_endpoint
from careloop.reads.packets import get_packet, get_packet_document
from careloop.worklist import packet_files
from careloop.worklist.endpoints import seal_key
from tests.actions.look import ask, ask_one, broken_invariants
from tests.actions.referring import PAGES, answer, bring_seen_by_asha, make, version
from tests.actions.test_packet_sending import Desk, entry_of, serve_desk, state
from tests.actions.visits import refusal
from tests.channels.fhir_server import Shelf, serve_fhir
from tests.outgoing import after
from tests.people import NOW, House, system

pytestmark = pytest.mark.django_db
WEB = "https://fhir.bayview.example/r4"
ECHO, KNEE = b"An echo of 2025", b"%PDF-1.4 the knee"


@pytest.fixture
def rosa(house: House) -> UUID:
    return bring_seen_by_asha(house, "rosa")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serve_desk() as one:
        yield one


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serve_fhir() as one:
        yield one


@pytest.fixture
def office(house: House, shelf: Shelf) -> UUID:
    """Return an entry that takes mail, and referrals at a FHIR address with a key."""
    key = entry_of(house)
    shelf.key = "s3cret"
    write(
        "INSERT INTO fhir_endpoint (entry_id, url, sealed, set_by_id, set_at) VALUES (%s, %s, %s, %s, %s)",
        key, shelf.url, seal_key("s3cret"), house.id_of("sol"), NOW,
    )  # fmt: skip
    return key


def write(statement: str, *values: object) -> None:
    """Run a statement past the doors, as the system."""
    with connection.cursor() as cursor:
        set_context(system())
        cursor.execute(statement, values)
        clear_context()


@pytest.fixture
def referral(house: House, dana: Acting, rosa: UUID, office: UUID) -> UUID:
    return make(dana, house, rosa, to_entry=office)


@pytest.fixture
def papers(dana: Acting, rosa: UUID) -> list[UUID]:
    found = [add_document(dana, rosa, content=one, title=title, dated_on=None).document_id
             for one, title in ((ECHO, "Echo"), (KNEE, "Knee"))]  # fmt: skip
    return [one for one in found if one is not None]


def run(box: Desk | None = None, minutes: int = 0) -> None:
    """Send what is due as the worker of a demo does."""
    settings = {"host": "127.0.0.1", "port": str(box.port if box else 1), "from": "Care <care@clinic.example>"}
    roads: dict[Road, Any] = {Road.EMAIL: road_email, Road.LETTER: road_letter, Road.FHIR: road_fhir}
    send_due(lambda: after(minutes=minutes), lambda road: roads[road].make(ChannelSettings(settings, is_demo=True)))


def queue(who: Acting, key: UUID, road: Road, ticked: list[UUID]) -> int:
    packet = get_packet(who, key, ticked=ticked).packet
    return queue_packet(who, key, version=version(who, key), packet=packet, pages=PAGES, seen=packet.sha256, road=road)


def evidence(key: UUID) -> str:
    rows = ask("SELECT evidence FROM referral_sending WHERE referral_id = %s ORDER BY sent_at DESC, id DESC", key)
    return str(rows[0][0])


def test_ticked_documents_go_with_the_mail_as_files_and_stand_in_the_ledger(
    dana: Acting,
    rosa: UUID,
    referral: UUID,
    papers: list[UUID],
    desk: Desk,
) -> None:
    files = get_packet(dana, referral, ticked=papers).files
    queue(dana, referral, Road.EMAIL, papers)
    run(desk)

    (mail,) = desk.took
    went = {one.get_filename(): one for one in mail.iter_attachments()}
    assert set(went) == {"referral.pdf"} | {one.name for one in files}
    titled = {one.title: went[one.name] for one in files}
    assert titled["Knee"].get_content() == KNEE
    assert titled["Echo"].get_content().encode() == ECHO
    assert (titled["Knee"].get_content_type(), titled["Echo"].get_content_type()) == ("application/pdf", "text/plain")
    assert "Knee" not in str(mail)
    assert {one.title: one.size for one in files} == {"Echo": len(ECHO), "Knee": len(KNEE)}
    ledger = ask("SELECT words, counts ->> 'documents' FROM disclosure WHERE patient_id = %s", rosa)
    assert [(sorted(words.split(", ")), count) for words, count in ledger] == [(["Echo", "Knee"], "2")]
    assert state(referral) == ("sent", "sent", "sent")
    assert broken_invariants() == {}


@pytest.mark.parametrize("road", [Road.EMAIL, Road.FHIR])
def test_what_is_too_much_for_one_sending_is_refused(
    dana: Acting, referral: UUID, papers: list[UUID], road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A megabyte is a byte here: fifteen are the limit of the catalog.
    monkeypatch.setattr(packet_files, "MEGABYTE", 1)

    assert refusal(lambda: queue(dana, referral, road, papers)) == "refusal.packet_too_large"
    assert ask("SELECT count(*) FROM outbox") == [(0,)]
    monkeypatch.setattr(packet_files, "MEGABYTE", 1 << 20)
    queue(dana, referral, road, papers)
    assert ask("SELECT count(*) FROM outbox") == [(1,)]


def test_a_file_of_an_unknown_kind_does_not_go_along(
    dana: Acting, rosa: UUID, referral: UUID, papers: list[UUID]
) -> None:
    page = get_packet(dana, referral, ticked=papers)
    odd = tuple(replace(one, media_type="application/octet-stream") for one in page.packet.documents)
    packet = seal_packet(replace(page.packet, documents=odd))
    asked: dict[str, Any] = {"version": page.version, "packet": packet, "pages": PAGES, "seen": packet.sha256}

    assert refusal(lambda: queue_packet(dana, referral, road=Road.EMAIL, **asked)) == "refusal.packet_file_kind"
    queue(dana, referral, Road.EMAIL, papers[1:])


@pytest.mark.parametrize("road", [Road.EMAIL, Road.FHIR])
def test_a_document_that_is_labelled_meanwhile_holds_the_packet_back(
    dana: Acting,
    rosa: UUID,
    referral: UUID,
    papers: list[UUID],
    desk: Desk,
    shelf: Shelf,
    road: Road,
) -> None:
    queue(dana, referral, road, papers)
    add_document(dana, rosa, content=ECHO, title="Echo", dated_on=None, labels=[Label.HIV])
    run(desk)

    assert (desk.took, shelf.documents) == ([], [])
    assert state(referral) == ("to_send", "not_sent", "withdrawn")
    assert ask("SELECT stopped_because FROM outbox") == [("document_changed",)]
    assert ask("SELECT count(*) FROM disclosure") == [(0,)]
    assert broken_invariants() == {}


def test_a_fhir_server_gets_the_document_with_all_in_it_and_what_it_says_is_delivered(
    dana: Acting, rosa: UUID, referral: UUID, papers: list[UUID], shelf: Shelf
) -> None:
    page = get_packet(dana, referral, ticked=papers)
    assert page.endpoint == shelf.url
    queue(dana, referral, Road.FHIR, papers)
    assert state(referral) == ("checking", "checking", "waiting")
    run()

    (kept,) = shelf.documents
    sending = ask_one("SELECT id FROM referral_sending WHERE referral_id = %s", referral)
    assert kept["identifier"]["value"] == f"urn:uuid:{sending}"
    resources = [one["resource"] for one in kept["entry"]]
    data = {base64.b64decode(one["data"]) for one in resources if one["resourceType"] == "Binary"}
    assert data == {ECHO, KNEE}
    held = {f"urn:uuid:{one['id']}" for one in resources if one["resourceType"] == "Binary"}
    named = {one["content"][0]["attachment"]["url"] for one in resources if one["resourceType"] == "DocumentReference"}
    assert named == held
    assert state(referral) == ("delivered", "delivered", "sent")
    assert f"{shelf.url}/Bundle/1" in evidence(referral)
    assert ask("SELECT channel FROM referral_sending") == [("fhir",)]
    ((recipient, sha256),) = ask("SELECT recipient, sha256 FROM disclosure WHERE patient_id = %s", rosa)
    assert (recipient, bytes(sha256)) == ("Bayview Heart", hashlib.sha256(PAGES).digest())
    answer(dana, referral, AnswerKind.ACCEPTED)
    assert state(referral)[0] == "accepted"
    assert broken_invariants() == {}


def test_what_it_refuses_did_not_go_and_its_words_say_why(dana: Acting, referral: UUID, shelf: Shelf) -> None:
    shelf.how = "refuse"
    queue(dana, referral, Road.FHIR, [])
    run()

    assert state(referral) == ("to_send", "not_sent", "failed")
    assert "We take no referrals for knees" in evidence(referral)
    assert ask("SELECT count(*) FROM disclosure") == [(0,)]


def test_an_unknown_outcome_is_looked_up_and_never_sent_again(dana: Acting, referral: UUID, shelf: Shelf) -> None:
    shelf.how = "take_and_drop"
    queue(dana, referral, Road.FHIR, [])
    run()
    assert state(referral) == ("checking", "checking", "unknown")
    for minutes in (3, 6, 10):
        run(minutes=minutes)

    assert [method for method, _path, _headers in shelf.asked] == ["POST", "GET"]
    assert len(shelf.documents) == 1
    assert state(referral) == ("delivered", "delivered", "sent")
    assert broken_invariants() == {}


def test_what_never_came_there_goes_again_once_it_was_looked_up(dana: Acting, referral: UUID, shelf: Shelf) -> None:
    shelf.how = "break"
    queue(dana, referral, Road.FHIR, [])
    run()
    shelf.how = "take"
    for minutes in (3, 6, 10):
        run(minutes=minutes)

    assert [method for method, _path, _headers in shelf.asked] == ["POST", "GET", "POST"]
    assert (len(shelf.documents), state(referral)) == (1, ("delivered", "delivered", "sent"))


def test_where_nobody_can_tell_it_stays_being_checked(dana: Acting, referral: UUID, shelf: Shelf) -> None:
    shelf.how, shelf.seeks = "break", False
    queue(dana, referral, Road.FHIR, [])
    run()
    other = {"identifier": {"value": "another"}, "resourceType": "Bundle"}
    shelf.kept["another"] = [other | {"id": "9"}]
    for minutes in (3, 30, 300, 600, 900, 1200):
        run(minutes=minutes)

    assert [method for method, _path, _headers in shelf.asked].count("POST") == 1
    assert state(referral) == ("checking", "checking", "failed")
    assert refusal(lambda: queue(dana, referral, Road.FHIR, [])) == "refusal.referral_check_first"
    assert ask("SELECT count(*) FROM disclosure") == [(0,)]


def test_an_office_is_asked_at_the_address_of_its_organization(
    house: House, dana: Acting, rosa: UUID, office: UUID, shelf: Shelf
) -> None:
    whole = add_entry(house.acting("sol"), EntryDraft(EntryKind.ORGANIZATION, "Bayview"))
    write("UPDATE fhir_endpoint SET entry_id = %s WHERE entry_id = %s", whole, office)
    part = entry_of(house, email="", referral_by=ReferralBy.FHIR, organization_id=whole)
    key = make(dana, house, rosa, to_entry=part, question="Two?", specialty="b")
    nobody = make(dana, house, rosa, question="Three?", specialty="c")
    urgent = make(dana, house, rosa, to_entry=part, question="Four?", specialty="d", urgency=Urgency.EMERGENT)

    said = [refusal(lambda one=one: queue(dana, one, Road.FHIR, [])) for one in (nobody, urgent)]  # type: ignore[misc]
    assert said == ["refusal.packet_no_endpoint", "refusal.referral_by_phone"]
    queue(dana, key, Road.FHIR, [])
    run()
    assert state(key)[0] == "delivered"
    assert len(shelf.documents) == 1


def test_the_key_lies_sealed_is_never_shown_and_goes_to_no_other_address(
    house: House, office: UUID, shelf: Shelf
) -> None:
    sol = house.acting("sol")
    ((row,),) = ask("SELECT to_jsonb(e)::text FROM fhir_endpoint e")
    shown = get_endpoint(sol, office)
    set_endpoint(sol, entry_id=office, address=f"{WEB}/", key="s3cret")
    fresh = get_endpoint(sol, office)
    set_endpoint(replace(sol, at=after(minutes=1)), entry_id=office, address=WEB)
    kept = get_endpoint(sol, office)
    set_endpoint(sol, entry_id=office, address=f"{WEB}/other")
    moved = get_endpoint(sol, office)

    assert "s3cret" not in row + repr(shown)
    assert (shown.url, shown.has_key) == (shelf.url, True)
    assert (fresh.url, fresh.has_key, kept.has_key, moved.has_key) == (WEB, True, True, False)
    assert (shown.set_by, shown.set_at) == (sol_name(sol), NOW)
    assert refusal(lambda: set_endpoint(sol, entry_id=office, address=WEB, key="two words")) == "refusal.endpoint_key"
    drop_endpoint(sol, entry_id=office)
    drop_endpoint(sol, entry_id=office)
    assert get_endpoint(sol, office).url == ""


def sol_name(sol: Acting) -> str:
    return str(ask_one("SELECT name FROM person WHERE id = %s", sol.person_id))


def test_outside_a_demo_this_machine_is_no_address(house: House, office: UUID, shelf: Shelf) -> None:
    found = refusal(lambda: set_endpoint(house.acting("sol"), entry_id=office, address=shelf.url))

    assert found == "refusal.endpoint_address"


def test_the_database_refuses_an_address_that_others_could_read_on_the_way(office: UUID) -> None:
    for url in ("http://fhir.bayview.example/r4", "https://me@fhir.bayview.example", "ftp://x.example", ""):
        with pytest.raises(Exception, match="endpoint_is_on_the_web"), connection.cursor() as cursor:  # noqa: PT012
            cursor.execute("SAVEPOINT one")
            try:
                cursor.execute("UPDATE fhir_endpoint SET url = %s WHERE entry_id = %s", [url, office])
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT one")


def test_the_fhir_document_that_is_looked_at_holds_the_documents_too(
    dana: Acting, referral: UUID, papers: list[UUID]
) -> None:
    made = json.loads(get_packet_document(dana, referral, ticked=papers))
    kinds = [one["resource"]["resourceType"] for one in made["entry"]]
    assert (kinds.count("Binary"), kinds.count("DocumentReference")) == (2, 2)
