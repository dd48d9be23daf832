"""Printing in the browser: by those who may, kept in the log, and in the ledger when it is handed out."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from pypdf import PdfReader

from careloop.actions.worklist import open_task
from careloop.basics.clock import read_clock
from tests.actions.look import ask
from tests.formats.fhir.samples import PATIENT, changed
from tests.people import House, find_patient, give_to, take_in
from tests.web.records import sealed_for
from tests.web.test_documents import house, rosa, sign_in

__all__ = ["house", "rosa"]

pytestmark = pytest.mark.django_db
HOSTILE = '#image("/etc/passwd") *x*'


def pdf(answer: Any) -> tuple[PdfReader, str]:  # noqa: ANN401
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "no-store"
    reader = PdfReader(BytesIO(answer.content))
    return reader, " ".join(reader.pages[0].extract_text().replace("\u2068", "").replace("\u2069", "").split())


def summary(who: str, patient: UUID, **asked: str) -> Any:  # noqa: ANN401
    return sign_in(who).get(reverse("patient-summary", args=[patient]), asked)


def lines_about(patient: UUID, what: str) -> list[tuple[UUID, str]]:
    """Return who passed a door about a patient, and how it ended."""
    rows = ask("SELECT person, outcome FROM log_about(%s, 0, 500) AS l (id, at, person, role, what, purpose, outcome)"
               " WHERE what = %s", patient, what)  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def disclosures() -> list[tuple[Any, ...]]:
    return ask("SELECT patient_id, person_id, what, recipient, reason, sha256 FROM disclosure")


def test_a_summary_is_one_tagged_page_with_name_birth_date_and_stamp(house: House, rosa: UUID) -> None:
    reader, text = pdf(summary("dana", rosa))

    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Patient summary: ")
    assert text.startswith("Ngozi Okafor, born 2 Apr 1961")
    assert "printed " in text
    assert "Careloop 0.1.0, by Dana" in text
    assert "Nothing is written down about allergies. Ask." in text


def test_a_summary_speaks_the_language_that_is_asked_for(house: House, rosa: UUID) -> None:
    reader, text = pdf(summary("dana", rosa, language="es", large="1"))

    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert "Alergias" in text
    assert "impreso a las" in text
    assert pdf(summary("dana", rosa, language="xx"))[0].trailer["/Root"]["/Lang"] == "en"


def test_a_name_full_of_markup_stays_a_name(house: House) -> None:
    hostile = changed(PATIENT, id="p7", name=[{"text": HOSTILE, "family": HOSTILE}])
    take_in(json.dumps(hostile).encode(), house.north)
    key = find_patient("p7")
    give_to(house, "dana", key)

    reader, text = pdf(summary("dana", key))

    assert text.startswith(HOSTILE)
    assert len(reader.pages) == 1


@pytest.mark.parametrize("who", ["tom", "ines", "saul", "noor", "kim"])
def test_who_may_not_see_the_chart_prints_nothing(house: House, rosa: UUID, who: str) -> None:
    assert summary(who, rosa).status_code == 404
    assert lines_about(rosa, "reads.prints.get_summary") == []


def test_what_is_printed_stands_in_the_log(house: House, rosa: UUID) -> None:
    summary("dana", rosa)

    assert lines_about(rosa, "reads.prints.get_summary") == [(house.id_of("dana"), "seen")]


def test_a_day_sheet_holds_own_loops_in_order_and_counts_the_rest(house: House, rosa: UUID) -> None:
    now = read_clock()
    acting = house.acting("dana", at=now)
    for number in range(60):
        due_on = now.date() + timedelta(days=2 + number)
        open_task(acting, rosa, title=f"Task {number} end", due_on=due_on, note="", to_person=house.id_of("dana"))

    reader, text = pdf(sign_in("dana").get(reverse("today-sheet")))
    shown = [number for number in range(60) if f"Task {number} end" in text]

    assert len(reader.pages) == 1
    assert text.startswith("Dana, ")
    assert 8 <= len(shown) < 60
    assert shown == list(range(len(shown)))
    assert f"and {60 - len(shown)} more: see the screen" in text
    assert "Ngozi Okafor, 2 Apr 1961" in text
    assert lines_about(rosa, "reads.prints.get_day_list") == [(house.id_of("dana"), "seen")]
    large = pdf(sign_in("dana").get(reverse("today-sheet"), {"large": "1"}))[1]
    assert 2 <= sum(f"Task {number} end" in large for number in range(60)) < len(shown)


def test_a_day_without_work_says_so(house: House) -> None:
    assert "Nothing needs you now." in pdf(sign_in("kim").get(reverse("today-sheet")))[1]


@pytest.mark.parametrize("who", ["tom", "saul", "noor"])
def test_a_role_without_a_list_has_no_day_sheet(house: House, who: str) -> None:
    assert sign_in(who).get(reverse("today-sheet")).status_code == 404


def hand_out(who: str, to: UUID, **typed: str) -> Any:  # noqa: ANN401
    values = {"patient": str(to), "recipient": "The patient", "reason": "Visit tomorrow", "language": "es"}
    client = sign_in(who)
    return client.post(reverse("patient-summary", args=[to]), sealed_for(client, to) | values | typed)


def test_a_summary_that_is_handed_out_is_in_the_ledger_with_its_hash(house: House, rosa: UUID) -> None:
    answer = hand_out("sol", rosa)
    assert "Alergias" in pdf(answer)[1]

    ((patient, person, what, recipient, reason, sha256),) = disclosures()
    assert (what, recipient, reason) == ("printed_summary", "The patient", "Visit tomorrow")
    assert bytes(sha256) == hashlib.sha256(answer.content).digest()
    assert (patient, person) == (rosa, house.id_of("sol"))
    assert lines_about(rosa, "actions.prints.keep_printed_summary") == [(person, "done")]


def test_nothing_is_handed_out_without_recipient_reason_right_or_seal(house: House, rosa: UUID) -> None:
    assert hand_out("sol", rosa, reason=" ").status_code == 422
    assert hand_out("dana", rosa).status_code == 404
    assert hand_out("sol", rosa, patient=str(UUID(int=7))).status_code == 404
    assert hand_out("sol", rosa, **sealed_for(sign_in("sol"), UUID(int=7))).status_code == 409
    assert disclosures() == []


def test_the_pages_lead_to_paper(house: House, rosa: UUID) -> None:
    patient = sign_in("dana").get(reverse("patient", args=[rosa])).content.decode()
    assert f'href="{reverse("patient-summary", args=[rosa])}?language=es&amp;large=1"' in patient
    assert (
        reverse("patient-summary", args=[rosa])
        in sign_in("sol").get(reverse("patient-hand-out", args=[rosa])).content.decode()
    )
    assert reverse("today-sheet") in sign_in("dana").get(reverse("today")).content.decode()
