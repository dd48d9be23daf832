"""Whose form is it? Every deed refuses the form of one patient for the row of another, whatever the screen shows."""

import html
import re
from datetime import time, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careloop.actions.amendments import ask_amendment
from careloop.actions.calendars import add_visit_type, set_hours
from careloop.actions.directory import add_entry
from careloop.actions.documents import add_document
from careloop.actions.meetings import plan_meeting
from careloop.actions.people import join_care_team
from careloop.actions.safety import override_finding
from careloop.actions.scheduling import book_visit, hold_visit
from careloop.actions.worklist import open_task
from careloop.config.urls import urlpatterns
from careloop.facts.access import NOBODY
from careloop.facts.directory import EntryDraft, EntryKind
from careloop.facts.meetings import MeetingDraft
from careloop.facts.safety import OverrideReason, Seen
from careloop.facts.scheduling import VisitAsk, VisitTypeDraft, WeeklyHours
from careloop.reads.people import get_patient_page
from careloop.reads.safety import get_safety_page
from careloop.records.models import Login
from careloop.web.screen import ABOUT_NO_PATIENT, SCREENS
from careloop.web.seals import FIELD, seal, unseal
from tests.actions.records import medicine
from tests.actions.referring import make
from tests.guard import records
from tests.people import NOW, TODAY, House, build_house, find_patient, take_in

pytestmark = pytest.mark.django_db

ALL_DEEDS = {
    str(p.name): re.findall(r"<(?:uuid|slug|int):(\w+)>", str(p.pattern))
    for p in urlpatterns
    if SCREENS.get(f"{p.callback.__module__}.{getattr(p.callback, '__qualname__', '')}") == "deed"
    # What a patient does with a link has a seal of its own: tests/web/test_portal.py tries it.
    and not p.callback.__module__.startswith("careloop.web.portal")
    and f"{p.callback.__module__}.{p.callback.__qualname__}" not in ABOUT_NO_PATIENT
}
# Visits and referrals are rows of their own, with forms of their own. A report without a match is nobody's yet.
OF_VISITS = {name: keys for name, keys in ALL_DEEDS.items() if {"booking_id", "referral_id"} & {*keys}}
DEEDS = {name: keys for name, keys in ALL_DEEDS.items() if not {"booking_id", "referral_id", "stray_id"} & {*keys}}
# Everything that any of these forms asks for.
TYPED = {
    "version": "1", "result": "reached", "note": "Seen.", "outcome": "done", "until": "2026-11-27", "reason": "Why.",
    "to": "team:1", "title": "Call", "text": "Words.", "keep": "first",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(module_transaction: None) -> House:
    """The two teams, and Rosa and Ada: each test takes back what it changes."""
    made = build_house()
    patients = [records.patient("p1"), records.patient("p2", "Lovelace", "Ada")]
    take_in(records.bundle(patients), made.north)
    return made


@pytest.fixture
def house(built: House, client: Client, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("CARELOOP_CLOCK", "2026-11-20T15:05:00+00:00")
    client.force_login(Login.objects.get(email="dana@clinic.example"))
    return built


def standing(house: House, patient: UUID) -> tuple[object, ...]:
    """Return what forms about a patient can change: loops, documents and requests, findings about medicines."""
    page = get_patient_page(house.acting("dana"), patient)
    return page.open_loops, page.papers, get_safety_page(house.acting("dana"), patient).lines


def keys_of(house: House, patient: UUID, fhir_id: str) -> dict[str, object]:
    """Return a row of every kind that the address of a deed can name, all of one patient."""
    medicines = [medicine(fhir_id, name, number) for number, name in enumerate(("warfarin", "ibuprofen"))]
    take_in(records.bundle(medicines), house.north)
    dana = house.acting("dana")
    found = get_safety_page(dana, patient).lines[0]
    return {
        "patient_id": patient,
        "loop_id": task(house, patient),
        "document_id": add_document(dana, patient, content=b"Notes.", title="Notes", dated_on=None).document_id,
        "meeting_id": plan_meeting(dana, patient, MeetingDraft("Help at home")),
        "guest_id": 1,
        "amendment_id": ask_amendment(dana, patient, asked_by="Ada", asked_on=TODAY, wrong="This.", should_say="That."),
        "override_id": override_finding(
            dana, patient, Seen(found.check, found.key, found.mark), reason=OverrideReason.CLINICIAN_AWARE,
            clinician="Dr. Asha", until=TODAY + timedelta(days=30), note="",
        ),
    }  # fmt: skip


def task(house: House, patient: UUID) -> UUID:
    return open_task(house.acting("dana"), patient, title="Call about the ride", due_on=None, note="")


def seal_on(client: Client, patient: UUID) -> str:
    """Return the seal of a form on a patient's page, as the browser holds it."""
    shown = client.get(reverse("patient", kwargs={"patient_id": patient})).content.decode()
    found = {html.unescape(one) for one in re.findall(rf'name="{FIELD}" value="([^"]+)"', shown)}
    assert len(found) == 1
    return found.pop()


def test_there_are_deeds_to_try() -> None:
    assert len(DEEDS) > 9
    assert all(keys for keys in DEEDS.values())


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_the_form_of_one_is_refused_for_another(house: House, client: Client, name: str) -> None:
    rosa, ada = find_patient("p1"), find_patient("p2")
    keys = keys_of(house, ada, "p2")
    task(house, rosa)
    before = standing(house, ada)
    address = reverse(name, kwargs={key: keys[key] for key in DEEDS[name]})

    answer = client.post(address, TYPED | {FIELD: seal_on(client, rosa), "patient": str(ada)})

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Rosa Alvarez" in shown
    assert "Nothing was changed" in shown
    assert standing(house, ada) == before


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_a_form_that_does_not_say_whose_it_is_does_nothing(house: House, client: Client, name: str) -> None:
    ada = find_patient("p2")
    keys = keys_of(house, ada, "p2")
    before = standing(house, ada)
    address = reverse(name, kwargs={key: keys[key] for key in DEEDS[name]})
    lees = seal(ada, house.id_of("lee"), NOW)
    forged = seal_on(client, ada)[:-2] + "xx"

    answers = [client.post(address, TYPED | more) for more in ({}, {FIELD: ""}, {FIELD: lees}, {FIELD: forged})]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert standing(house, ada) == before


@pytest.mark.parametrize("name", sorted(name for name, keys in DEEDS.items() if len(keys) > 1))
def test_the_row_of_one_is_refused_under_the_address_of_another(house: House, client: Client, name: str) -> None:
    rosa, ada = find_patient("p1"), find_patient("p2")
    keys = keys_of(house, ada, "p2") | {"patient_id": rosa}
    before = standing(house, ada)
    client.force_login(Login.objects.get(email="sol@clinic.example"))
    sealed = {FIELD: seal(rosa, house.id_of("sol"), NOW)}

    answer = client.post(
        reverse(name, kwargs={key: keys[key] for key in DEEDS[name]}),
        TYPED | sealed | {"patient": str(rosa), "words": "Why.", "basis": "accurate"},
    )

    assert answer.status_code in (404, 409)
    assert standing(house, ada) == before


def visit_of(house: House, patient: UUID) -> UUID:
    dana, ruth = house.acting("dana"), house.acting("ruth")
    doctor = add_entry(ruth, EntryDraft(EntryKind.PRACTITIONER, "Dr. Board", zone="America/New_York"))
    set_hours(ruth, entry_id=doctor, hours=[WeeklyHours(day, time(8), time(18)) for day in range(1, 8)])
    kind = add_visit_type(ruth, VisitTypeDraft("Visit", 30))
    at = NOW.replace(day=23, hour=12, minute=0, second=0, tzinfo=None)
    held = hold_visit(dana, patient, VisitAsk(kind, at, (doctor,)), key="one")
    book_visit(dana, held.booking_id, token=held.token)
    return held.booking_id


@pytest.mark.parametrize("name", sorted(OF_VISITS))
def test_the_form_of_one_changes_no_visit_and_no_referral_of_another(house: House, client: Client, name: str) -> None:
    rosa, ada = find_patient("p1"), find_patient("p2")
    task(house, rosa)
    join_care_team(house.acting("sol"), [ada], person_id=house.id_of("asha"), part="clinician")
    keys: dict[str, object] = {"booking_id": visit_of(house, ada), "verb": "missing"}
    keys["referral_id"] = make(house.acting("dana"), house, ada)

    def standing_now() -> tuple[object, ...]:
        page = get_patient_page(house.acting("dana"), ada)
        return page.visits, page.referrals, page.open_loops

    before = standing_now()
    address = reverse(name, kwargs={key: keys[key] for key in OF_VISITS[name]})
    typed = TYPED | {"words": "Why.", "token": str(keys["booking_id"]), "by": "patient", "barrier": "other"}
    typed |= {"item": "forms", "state": "done"}
    answers = [client.post(address, typed | {FIELD: sealed}) for sealed in (seal_on(client, rosa), "", "forged")]

    # A form that is not clear is refused as such; all others for whose it is.
    assert {answer.status_code for answer in answers} <= {409, 422}
    assert standing_now() == before
    assert [len(one) for one in before[:2]] == [1, 1]  # type: ignore[arg-type]


def test_the_right_form_does_what_it_says(house: House, client: Client) -> None:
    rosa = find_patient("p1")
    loop = task(house, rosa)

    answer = client.post(
        reverse("loop-start", kwargs={"loop_id": loop}), {"version": "1", FIELD: seal_on(client, rosa)}
    )

    assert answer.status_code == 303


def test_the_name_on_a_form_is_not_told_to_somebody_who_may_not_know_it(house: House, client: Client) -> None:
    client.force_login(Login.objects.get(email="kim@clinic.example"))
    sealed = seal(find_patient("p1"), house.id_of("kim"), NOW)

    answer = client.post(reverse("patient-task", kwargs={"patient_id": find_patient("p2")}), TYPED | {FIELD: sealed})

    assert answer.status_code == 409
    assert "Alvarez" not in answer.content.decode()


def test_a_seal_is_read_only_by_whom_it_was_made_for() -> None:
    patient, dana, lee = UUID(int=1), UUID(int=2), UUID(int=3)

    assert unseal(seal(patient, dana, NOW), dana) == patient
    assert unseal(seal(None, dana, NOW), dana) == NOBODY
    assert unseal(seal(patient, dana, NOW), lee) is None
    assert unseal("", dana) is None
    assert unseal("a:b:c", dana) is None
