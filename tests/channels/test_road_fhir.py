"""Packets to a FHIR server: created once, each way in which it can end told apart, and never sent blindly again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from careloop.basics.refusals import Refusal
from careloop.channels import road_fhir
from careloop.channels.endpoints import read_endpoint
from careloop.channels.road_fhir import FhirServer
from careloop.channels.settings import ChannelSettings
from careloop.facts.consents import Road
from careloop.facts.outbox import ChannelState, Enclosure, LookedUp, Parcel, Went
from tests.channels.fhir_server import Shelf, serve_fhir
from tests.channels.server import HOST, answer, serve

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = UUID("01a1f978-b580-7b8f-9b13-ba429c8bf634")
NAME = f"urn:uuid:{KEY}"
BUNDLE = json.dumps({"resourceType": "Bundle", "type": "document", "identifier": {"value": NAME}}).encode()
DEMO = ChannelSettings({}, is_demo=True)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serve_fhir() as one:
        yield one


def parcel(url: str, key: str = "") -> Parcel:
    enclosure = Enclosure("referral.json", "application/fhir+json", BUNDLE)
    return Parcel(KEY, 1, Road.FHIR, url, {"document": NAME, "key": key}, "packet:1", AT, enclosures=(enclosure,))


def test_a_document_is_created_once_with_where_it_lies_as_the_receipt(shelf: Shelf) -> None:
    road, one = road_fhir.make(DEMO), parcel(shelf.url, key="s3cret")
    shelf.key = "s3cret"

    first, second = road.send(one), road.send(one)

    assert first.went == second.went == Went.SENT
    assert first.reference == second.reference == f"{shelf.url}/Bundle/1/_history/1"
    (kept,) = shelf.documents
    assert kept["type"] == "document"
    method, path, headers = shelf.asked[0]
    assert (method, path, headers["Content-Type"]) == ("POST", "/fhir/Bundle", "application/fhir+json")
    assert headers["If-None-Exist"] == f"identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A{KEY}"
    assert headers["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(
    ("how", "went", "kept", "said"),
    [
        ("refuse", Went.REFUSED, 0, "422 We take no referrals for knees"),
        ("away", Went.REFUSED, 0, "307"),
        ("busy", Went.TRY_AGAIN, 0, "429"),
        ("break", Went.UNKNOWN, 0, "500 We take no referrals for knees"),
        ("later", Went.UNKNOWN, 0, "202"),
        ("drop", Went.UNKNOWN, 0, "RemoteDisconnected"),
        ("take_and_drop", Went.UNKNOWN, 1, "RemoteDisconnected"),
    ],
)
def test_each_way_in_which_it_can_end_is_told_apart(shelf: Shelf, how: str, went: Went, kept: int, said: str) -> None:
    shelf.how = how

    handed = road_fhir.make(DEMO).send(parcel(shelf.url))

    assert (handed.went, len(shelf.documents), handed.said) == (went, kept, said)


def test_who_does_not_let_us_in_refuses_and_the_key_is_never_said(shelf: Shelf) -> None:
    shelf.key = "right"

    handed = road_fhir.make(DEMO).send(parcel(shelf.url, key="wr0ng"))

    assert (handed.went, handed.said) == (Went.REFUSED, "401")


def test_nobody_at_home_is_tried_again(shelf: Shelf) -> None:
    gone = replace(shelf, port=1)

    assert road_fhir.make(DEMO).send(parcel(gone.url)).went is Went.TRY_AGAIN


def test_what_is_open_is_looked_up_by_its_identifier(shelf: Shelf) -> None:
    road, one = road_fhir.make(DEMO), parcel(shelf.url)

    assert road.look_up(one) == LookedUp(can_tell=True)
    shelf.how = "take_and_drop"
    road.send(one)

    assert road.look_up(one) == LookedUp(can_tell=True, references=(f"{shelf.url}/Bundle/1",))


def test_a_server_that_does_not_seek_or_does_not_answer_can_tell_nothing(shelf: Shelf) -> None:
    road, one = road_fhir.make(DEMO), parcel(shelf.url)
    shelf.seeks = False

    assert road.look_up(one) == LookedUp(can_tell=False)
    other = BUNDLE.replace(str(KEY).encode(), b"another")
    road.send(replace(one, enclosures=(replace(one.enclosures[0], data=other),)))
    assert road.look_up(one) == LookedUp(can_tell=False)
    shelf.how = "deaf"
    assert road.look_up(one) == LookedUp(can_tell=False)


def test_only_a_demo_reaches_this_machine_and_a_demo_reaches_nothing_else(shelf: Shelf) -> None:
    real = road_fhir.make(ChannelSettings({}))

    handed = [real.send(parcel(shelf.url)), road_fhir.make(DEMO).send(parcel("https://fhir.bayview.example/r4"))]

    assert [(one.went, one.said) for one in handed] == [(Went.REFUSED, "address: inside")] * 2
    assert shelf.asked == []
    assert (real.describe().state, road_fhir.make(DEMO).describe().state) == (ChannelState.ON, ChannelState.SANDBOX)


def test_over_the_web_it_goes_encrypted_to_a_public_address_alone(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        server.says(
            answer("201 Created", b"", "Location: https://calendar.example.org/fhir/Bundle/7", "Content-Length: 0")
        )
        road = FhirServer(ChannelSettings({}), server.way)

        sent = road.send(parcel(f"https://{HOST}:{server.port}/fhir"))
        inside = road.send(parcel(f"https://inside.example.org:{server.port}/fhir"))

        assert (sent.went, sent.reference) == (Went.SENT, "https://calendar.example.org/fhir/Bundle/7")
        assert (inside.went, inside.said) == (Went.REFUSED, "address: inside")
        (asked,) = server.asked
        assert asked.startswith("POST /fhir/Bundle HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("given", "is_demo", "kept"),
    [
        (" https://FHIR.Bayview.example/r4/ ", False, "https://fhir.bayview.example/r4"),
        ("http://127.0.0.1:8080/fhir", True, "http://127.0.0.1:8080/fhir"),
    ],
)
def test_an_address_is_kept_as_its_base(given: str, is_demo: bool, kept: str) -> None:
    assert read_endpoint(given, is_demo=is_demo) == kept


@pytest.mark.parametrize(
    "given",
    [
        "", "http://fhir.bayview.example/r4", "https://me:secret@fhir.bayview.example/r4", "https://10.0.0.7/fhir",
        "https://localhost/fhir", "http://127.0.0.1:8080/fhir", "https://fhir.bayview.example/r4?to=1", "fhir",
        "https://fhir.bayview.example/r4#x", "http://[::1", "ftp://fhir.bayview.example", "https://inside/fhir",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(given: str) -> None:
    with pytest.raises(Refusal) as no:
        read_endpoint(given, is_demo=False)
    assert no.value.say.key == "refusal.endpoint_address"
