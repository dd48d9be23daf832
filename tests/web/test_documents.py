"""Documents in the browser: added without JavaScript, shown as plain text, sent as what their bytes are."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from careloop.basics.clock import read_clock
from careloop.facts.documents import MAX_FILE_BYTES
from careloop.reads.documents import list_documents
from careloop.records.models import Login
from tests.formats.test_media import CDA
from tests.people import House, build_house, find_patient, give_to, take_in
from tests.web.records import PATIENT_JSON, sealed_for

pytestmark = pytest.mark.django_db
HTML = b"<html><script>alert(1)</script>Knee pain</html>"


@pytest.fixture
def house() -> House:
    return build_house()


@pytest.fixture
def rosa(house: House) -> UUID:
    take_in(PATIENT_JSON, house.north)
    found = find_patient("p1")
    give_to(house, "dana", found)
    return found


def sign_in(who: str) -> Client:
    # Not by the form: it lets one address sign in only so often in a minute.
    client = Client()
    client.force_login(
        Login.objects.get(email=f"{who}@clinic.example"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def add(client: Client, to: UUID, content: bytes, name: str = "../../etc/x.exe", **typed: object) -> Any:  # noqa: ANN401
    file = SimpleUploadedFile(name, content, content_type="application/x-msdownload")
    values = {"patient": str(to), "title": "A letter", "dated_on": "2026-11-03", "file": file}
    values |= sealed_for(client, to) | typed
    return client.post(reverse("patient-document-add", args=[to]), values)


def first_document(house: House, patient: UUID) -> UUID:
    lines, _count = list_documents(house.acting("dana", at=read_clock()), patient)
    return lines[0].id


def test_a_file_is_added_and_shown_as_words_that_do_nothing(house: House, rosa: UUID) -> None:
    client = sign_in("dana")

    answer = add(client, rosa, HTML)

    assert (answer.status_code, answer["Location"]) == (303, f"/patients/{rosa}/#documents")
    page = client.get(reverse("patient-document", args=[rosa, first_document(house, rosa)]))
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;Knee pain" in page.content
    assert b"<script>alert" not in page.content
    assert b"A letter" in client.get(reverse("patient", args=[rosa])).content


def test_bytes_are_sent_as_an_attachment_that_nothing_can_run_in(house: House, rosa: UUID) -> None:
    client = sign_in("dana")
    add(client, rosa, HTML)

    answer = client.get(reverse("patient-document-file", args=[rosa, first_document(house, rosa)]))

    assert answer.content == HTML
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith('attachment; filename="document-2026-11-03-')
    assert answer["Content-Disposition"].endswith('.txt"')
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


def test_a_clinical_document_is_shown_as_text(house: House, rosa: UUID) -> None:
    client = sign_in("dana")
    add(client, rosa, CDA.encode())

    page = client.get(reverse("patient-document", args=[rosa, first_document(house, rosa)])).content.decode()

    assert "Metformin | 500 mg" in page
    assert "SECRET-ID" not in page


def test_a_label_is_ticked_in_the_form_and_shown_beside_the_document(house: House, rosa: UUID) -> None:
    client = sign_in("dana")

    add(client, rosa, HTML, label_4="1")

    key = first_document(house, rosa)
    assert b"Violence or abuse" in client.get(reverse("patient-document", args=[rosa, key])).content
    assert b"Violence or abuse</span>" in client.get(reverse("patient", args=[rosa])).content


def test_who_ticks_a_label_that_is_not_for_them_is_told_and_sees_the_document_no_more(house: House, rosa: UUID) -> None:
    client = sign_in("dana")

    add(client, rosa, HTML, label_2="1")

    page = client.get(reverse("patient", args=[rosa])).content.decode()
    assert "By its label you do not see it yourself." in page
    assert "A letter" not in page
    assert list_documents(house.acting("dana", at=read_clock()), rosa) == ((), 0)


def test_a_tick_is_still_there_when_the_file_was_not_taken(rosa: UUID) -> None:
    page = add(sign_in("dana"), rosa, b"", label_2="1").content.decode()

    assert 'name="label_2" value="1" checked' in page
    assert 'name="label_4" value="1" checked' not in page


def test_where_one_searches_it_is_said_that_pdf_files_are_not_read(rosa: UUID) -> None:
    client = sign_in("dana")

    assert "does not read PDF files" in client.get(reverse("notes")).content.decode()
    assert "PDF files and pictures are not found" in client.get(reverse("patient", args=[rosa])).content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00", "This kind of file is not kept"),
        (b"%PDF-" + bytes(MAX_FILE_BYTES), "larger than 20 MB"),
        (b"", "The file is empty"),
    ],
)
def test_what_is_not_taken_is_said_and_what_was_typed_is_still_there(
    house: House, rosa: UUID, content: bytes, said: str
) -> None:
    answer = add(sign_in("dana"), rosa, content)

    assert answer.status_code == 409
    assert said in answer.content.decode()
    assert 'value="A letter"' in answer.content.decode()


def test_the_form_of_one_patient_sent_to_another_adds_nothing(house: House, rosa: UUID) -> None:
    client = sign_in("dana")

    assert add(client, rosa, HTML, patient=str(UUID(int=7))).status_code == 404
    assert add(client, rosa, HTML, **sealed_for(client, UUID(int=7))).status_code == 409
    assert list_documents(house.acting("dana", at=read_clock()), rosa) == ((), 0)


def test_a_document_is_not_found_under_another_patient_or_by_another_team(house: House, rosa: UUID) -> None:
    add(sign_in("dana"), rosa, HTML)
    key = first_document(house, rosa)

    assert sign_in("dana").get(reverse("patient-document", args=[UUID(int=7), key])).status_code == 404
    for name in ("patient-document", "patient-document-file"):
        assert sign_in("kim").get(reverse(name, args=[rosa, key])).status_code == 404


def test_words_are_found_and_marked(house: House, rosa: UUID) -> None:
    client = sign_in("dana")
    add(client, rosa, HTML)

    page = client.post(reverse("notes"), {"words": "knee", "patient": str(rosa)}).content.decode()

    assert "<mark>Knee</mark>" in page
    assert "&lt;script&gt;" in page
    assert client.post(reverse("notes"), {"words": "elbow"}).content.decode().count("Nothing found") == 1
    assert client.post(reverse("notes"), {"words": "!"}).status_code == 409


def test_pages_of_many_documents(house: House, rosa: UUID) -> None:
    client = sign_in("dana")
    add(client, rosa, HTML)

    for asked in ("", "?page=1", "?page=99999999", "?page=x"):
        assert client.get(reverse("patient-documents", args=[rosa]) + asked).status_code == 200


def test_a_document_of_another_person_leaves_by_its_own_page_and_waits_in_the_list(house: House, rosa: UUID) -> None:
    client = sign_in("dana")
    add(client, rosa, HTML)
    key = first_document(house, rosa)
    there = reverse("patient-document-out", args=[rosa, key])
    unclear = client.post(there, {"name": "Ada Whitfield"} | sealed_for(client, rosa))
    assert (unclear.status_code, b'value="Ada Whitfield"' in unclear.content) == (422, True)

    typed = {"name": "Ada Whitfield", "birth_on": "1951-07-09", "words": "Another name on page two"}
    answer = client.post(there, typed | sealed_for(client, rosa))

    assert (answer.status_code, answer["Location"]) == (303, f"/patients/{rosa}/#documents")
    assert list_documents(house.acting("dana", at=read_clock()), rosa) == ((), 0)
    assert client.get(reverse("patient-document", args=[rosa, key])).status_code == 404
    assert b"Ada Whitfield" in client.get(reverse("referral-strays")).content
    assert client.post(there, typed).status_code == 409
