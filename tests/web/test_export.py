"""Handing a record out in the browser: by those who may, with the reason, and kept."""

import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from careloop.records.models import Disclosure
from careloop.web.seals import FIELD
from tests.people import House
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db


def ask_for(who: str, to: UUID, **typed: str) -> Any:  # noqa: ANN401
    values = {"patient": str(to), "recipient": "The patient", "reason": "Asked for a copy"} | typed
    client = sign_in(who)
    return client.post(reverse("patient-hand-out", args=[to]), sealed_for(client, to) | values)


def test_who_may_gets_one_archive_and_it_is_kept(house: House, rosa: UUID) -> None:
    answer = ask_for("sol", rosa)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"] == 'attachment; filename="record.zip"'
    assert answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        assert "records/fhir/Patient.ndjson" in archive.namelist()
    assert b"Hand the record out" in sign_in("sol").get(reverse("patient", args=[rosa])).content


@pytest.mark.parametrize("who", ["dana", "asha", "tom", "ruth", "noor", "saul"])
def test_who_may_not_is_not_told_that_there_is_such_a_page(house: House, rosa: UUID, who: str) -> None:
    assert ask_for(who, rosa).status_code == 404
    assert sign_in(who).get(reverse("patient-hand-out", args=[rosa])).status_code == 404


def test_without_recipient_or_reason_nothing_leaves(house: House, rosa: UUID) -> None:
    answer = ask_for("sol", rosa, reason=" ")

    assert answer.status_code == 422
    assert b"Say why, in a few words." in answer.content
    assert b'value="The patient"' in answer.content
    assert Disclosure.objects.count() == 0


def test_the_form_of_one_patient_sent_to_another_hands_nothing_out(house: House, rosa: UUID) -> None:
    assert ask_for("sol", rosa, patient=str(UUID(int=7))).status_code == 404
    for sealed in (sealed_for(sign_in("sol"), UUID(int=7)), sealed_for(sign_in("dana"), rosa), {FIELD: ""}):
        assert ask_for("sol", rosa, **sealed).status_code == 409
    assert Disclosure.objects.count() == 0
