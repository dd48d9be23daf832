"""The pages of administration, health and the log: who has them, what is done there, and what is said if it is not."""

import hashlib
import re
from uuid import UUID

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from careloop.actions.administration_due import apply_staff_changes
from careloop.actions.people import make_team
from careloop.actions.sweep import seal_log
from careloop.basics.clock import read_clock
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.reads.people import get_patient_page
from careloop.records.models import Login, Person, StaffChange, Unit
from tests.people import find_patient, take_in
from tests.web.records import PATIENT_JSON
from tests.web.test_entry import PASSWORD, add, operator, signed_in

pytestmark = pytest.mark.django_db

PAGES = {
    "admin": {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.CLINICIAN, Role.AUDITOR},
    "admin-people": {Role.ADMINISTRATOR},
    "admin-roles": {Role.ADMINISTRATOR},
    "admin-units": {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.CLINICIAN},
    "admin-days": {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.CLINICIAN},
    "cover": {Role.SUPERVISOR},
    "admin-messages": {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.CLINICIAN},
    "admin-channels": {Role.ADMINISTRATOR},
    "admin-mailbox": {Role.ADMINISTRATOR},
    "admin-sessions": {Role.ADMINISTRATOR},
    "admin-catalog": {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR},
    "admin-audit": {Role.AUDITOR},
    "admin-audit-chain": {Role.AUDITOR},
    "health": {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR},
}


STAFF = (
    Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.CLINICIAN, Role.AUDITOR, Role.FRONT_DESK, Role.BILLING,
)  # fmt: skip


@pytest.mark.parametrize("role", STAFF)
def test_each_role_has_the_pages_that_its_rights_give_and_no_other(role: Role) -> None:
    client = signed_in(role)

    found = {name for name in PAGES if client.get(reverse(name)).status_code == 200}

    assert found == {name for name, roles in PAGES.items() if role in roles}
    assert ('href="/admin/"' in client.get("/you/").content.decode()) == (role in PAGES["admin"])


@pytest.mark.parametrize("name", PAGES)
def test_pages_speak_spanish(name: str) -> None:
    role = Role.AUDITOR if "audit" in name else Role.ADMINISTRATOR

    html = signed_in(role, "es").get(reverse(name)).content.decode()

    assert '<html lang="es"' in html
    assert "<h1>" in html
    assert "The clinic" not in html


def person_of(email: str) -> Person:
    return Login.objects.select_related("person").get(email=email).person


def test_somebody_new_is_added_gets_a_link_and_signs_in() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    unit = Unit.objects.get(name="Elm Street")
    typed = {"name": "Lee Martin", "email": "lee@elm.example", "role": "coordinator", "language": "es"}

    answer = client.post(reverse("admin-person-add"), {**typed, f"team-{unit.pk}": "on"}, follow=True)

    lee = person_of("lee@elm.example")
    page = reverse("admin-person", args=[lee.pk])
    assert answer.redirect_chain == [(page, 303)]
    shown = client.post(reverse("admin-person-link"), {"person": lee.pk, "version": 1}).content.decode()
    link = re.search(r"http://testserver(/sign-in/link/[^<]+)</code>", shown)
    assert link is not None
    form = Client().get(link[1], follow=True)
    assert form.status_code == 200
    assert client.post(reverse("admin-person-link"), {"person": SYSTEM_ID, "version": 1}).status_code == 404
    assert client.post(reverse("admin-person-link"), {"person": "x"}).status_code == 404
    assert client.get(reverse("admin-person-link"))["Location"] == reverse("admin-people")


def test_a_form_that_is_not_clear_says_where_and_keeps_what_was_typed() -> None:
    client = signed_in(Role.ADMINISTRATOR)

    answer = client.post(reverse("admin-person-add"), {"name": "Lee", "email": "no", "role": "x", "language": "en"})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#add_person-email"' in html
    assert 'id="add_person-email"' in html
    assert 'value="Lee"' in html
    taken = client.post(
        reverse("admin-person-add"),
        {"name": "Lee", "email": "administrator@elm.example", "role": "billing", "language": "en"},
    )
    assert taken.status_code == 409


def test_a_role_is_changed_and_an_old_page_shows_both_versions() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    add(Role.COORDINATOR)
    dana = person_of("coordinator@elm.example")
    page = reverse("admin-person", args=[dana.pk])
    typed = {"person": dana.pk, "version": 1, "name": "Dana O.", "language": "es"}

    assert "Saved." in client.post(reverse("admin-person-correct"), typed, follow=True).content.decode()
    stale = client.post(reverse("admin-person-correct"), {**typed, "name": "D. Okafor"})

    html = stale.content.decode()
    assert stale.status_code == 409
    assert "What you wanted" in html
    assert "<td>D. Okafor</td><td>Dana O.</td>" in html
    role = {"person": dana.pk, "version": 2, "role": "billing", "from_on": "", "reason": "Asked for it"}
    html = client.post(reverse("admin-person-role"), role, follow=True).content.decode()
    assert "Coordinator to Billing" in " ".join(strip_tags(html).split())
    assert "Asked for it" in html
    change = StaffChange.objects.get()
    again = {"person": dana.pk, "change": change.pk}
    assert "Taken back." in client.post(reverse("admin-person-withdraw"), again, follow=True).content.decode()
    assert client.post(reverse("admin-person-withdraw"), again).status_code == 409
    assert "Taken back by" in client.get(page).content.decode()


def test_who_is_let_go_is_signed_out_in_the_middle_of_a_session() -> None:
    client, other = signed_in(Role.ADMINISTRATOR), signed_in(Role.COORDINATOR)
    dana = person_of("coordinator@elm.example")
    assert other.get("/you/").status_code == 200

    client.post(reverse("admin-person-end"), {"person": dana.pk, "version": 1, "from_on": "", "reason": ""})

    assert other.get("/you/").status_code == 302
    assert apply_staff_changes(Acting(SYSTEM_ID, Role.SYSTEM, read_clock(), Purpose.SWEEP), how_many=9) == 1
    html = client.get(reverse("admin-people")).content.decode()
    assert "Left" in html


def test_teams_of_somebody_are_ticked_and_kept() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    other = make_team(operator(), name="Oak Street")
    me = person_of("administrator@elm.example")

    client.post(reverse("admin-person-teams"), {"person": me.pk, "version": 1, f"team-{other}": "on"})

    html = client.get(reverse("admin-person", args=[me.pk])).content.decode()
    assert re.search(rf'name="team-{other}" checked', html)
    assert len(re.findall(r'name="team-\d+" checked', html)) == 1


def test_a_second_administrator_agrees_on_the_page() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    typed = {"name": "Omar", "email": "omar@elm.example", "role": "auditor", "language": "en"}
    page = client.post(reverse("admin-person-add"), typed, follow=True).content.decode()
    change = StaffChange.objects.get()
    assert "A second administrator must agree" in page
    assert reverse("admin-person-agree") not in page
    assert Client().post("/sign-in/", {"login": "omar@elm.example", "password": PASSWORD}).status_code == 200

    second = Client()
    from careloop.actions.people import hire

    hire(operator(), name="Noor", email="noor@elm.example", role=Role.ADMINISTRATOR, password=PASSWORD)
    second.post("/sign-in/", {"login": "noor@elm.example", "password": PASSWORD})
    omar = person_of("omar@elm.example")
    assert reverse("admin-person-agree") in second.get(reverse("admin-person", args=[omar.pk])).content.decode()
    done = second.post(reverse("admin-person-agree"), {"person": omar.pk, "change": change.pk}, follow=True)
    assert "agreed by <bdi>Noor</bdi>" in done.content.decode()


def test_a_site_is_added_with_hours_and_changed() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    typed = {"kind": "site", "name": "Main Street", "zone": "America/Chicago", "opens-1": "08:00", "closes-1": "17:00"}

    html = client.post(reverse("admin-unit-save"), typed, follow=True).content.decode()

    site = Unit.objects.get(name="Main Street")
    assert "Monday 08:00–17:00" in html
    half = {**typed, "unit": site.pk, "version": 1, "closes-1": ""}
    answer = client.post(reverse("admin-unit-save"), half)
    assert answer.status_code == 422
    assert "Give both times or none: Monday." in answer.content.decode()
    assert 'value="08:00"' in answer.content.decode()
    wrong = client.post(reverse("admin-unit-save"), {**half, "closes-1": "late"})
    assert "“late” is no time. Write one as in 08:30." in wrong.content.decode()
    assert client.post(reverse("admin-unit-save"), {**half, "closes-1": "16:00"}).status_code == 303
    stale = client.post(reverse("admin-unit-save"), {**half, "closes-1": "15:00", "name": "Main"})
    assert stale.status_code == 409
    assert "<td>Main</td><td>Main Street</td>" in stale.content.decode()
    assert client.get(reverse("admin-unit", args=[99999])).status_code == 404


def test_a_day_is_set_and_taken_away() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    day = {"on": "2027-03-12", "name": "Training", "state": "closed"}

    html = client.post(reverse("admin-day-set"), day, follow=True).content.decode()

    assert "Training" in html
    assert "Memorial Day" in html
    html = client.post(reverse("admin-day-clear"), {"on": "2027-03-12"}, follow=True).content.decode()
    assert "Training" not in html
    assert client.post(reverse("admin-day-set"), {**day, "on": "2090-01-01"}).status_code == 409
    assert client.post(reverse("admin-day-set"), {**day, "on": ""}).status_code == 422


def test_sessions_are_listed_and_one_is_ended() -> None:
    client, other = signed_in(Role.ADMINISTRATOR), signed_in(Role.COORDINATOR)
    other.get("/you/")

    html = client.get(reverse("admin-sessions")).content.decode()
    ids = re.findall(r'name="session" value="(\d+)"', html)

    assert len(ids) == 2
    for one in ids:
        client.post(reverse("admin-session-end"), {"session": one})
    assert other.get("/you/").status_code == 302


def test_values_say_their_source_how_well_it_was_checked_and_who_uses_them() -> None:
    html = signed_in(Role.SUPERVISOR).get(reverse("admin-catalog")).content.decode()

    assert "hba1c_overdue" in html
    assert "the source itself was read" in html
    assert "general knowledge, not yet checked" in html
    assert reverse("check", args=["interacting_medicines"]) in html


def with_looks() -> UUID:
    """Let a coordinator open a patient's page; return the patient."""
    add(Role.COORDINATOR)
    unit = Unit.objects.get(name="Elm Street")
    take_in(PATIENT_JSON, unit.pk, at=read_clock())
    patient = find_patient("p1", at=read_clock())
    dana = person_of("coordinator@elm.example")
    get_patient_page(Acting(dana.pk, Role.COORDINATOR, read_clock(), Purpose.TREATMENT), patient)
    return patient


def test_the_log_is_asked_by_person_patient_and_deed_and_asking_is_in_it() -> None:
    patient = with_looks()
    client = signed_in(Role.AUDITOR)
    dana = person_of("coordinator@elm.example")

    html = client.post(reverse("admin-audit"), {"patient": str(patient), "person": dana.pk}).content.decode()

    assert html.count("Looked at this page") == 2  # once in the list of deeds, once as a line
    assert "Registered" not in html.split("Found, the newest first")[1]
    number = client.post(reverse("admin-audit"), {"patient": "no such number"})
    assert number.status_code == 409
    mine = client.post(reverse("admin-audit"), {"what": "reads.audit.list_audit"}).content.decode()
    assert f"person={dana.pk} patient={patient}" in mine
    none = client.post(reverse("admin-audit"), {"only": "broken"}).content.decode()
    assert "Nothing found" in none
    wrong = client.post(reverse("admin-audit"), {"since": "2026-11-20", "until": "2026-11-01"})
    assert wrong.status_code == 409
    assert client.post(reverse("admin-audit"), {"since": "never"}).status_code == 422


def test_the_saved_log_can_be_proved() -> None:
    with_looks()
    client = signed_in(Role.AUDITOR)
    seal_log(Acting(SYSTEM_ID, Role.SYSTEM, read_clock(), Purpose.SWEEP))

    raw = client.post(reverse("admin-audit-export"), {}).content

    rows, _, proof = raw.partition(b"# asked")
    marks = dict(re.findall(r"# ([a-z0-9 ]+): (.*)\r\n", "# asked" + proof.decode()))
    assert rows.count(b"\r\n") == int(marks["lines"]) + 1
    assert hashlib.sha256(rows).hexdigest() == marks["sha256"]
    signature = marks.pop("signature")
    signed = "\n".join(f"{name}: {value}" for name, value in marks.items())
    assert Signer(salt="careloop.audit").signature(signed) == signature
    assert re.fullmatch(r"\d+ [0-9a-f]{64}", marks["newest seal"]) or marks["newest seal"].startswith("0")


def test_health_says_that_no_worker_and_no_backup_was_seen() -> None:
    html = signed_in(Role.SUPERVISOR).get(reverse("health")).content.decode()

    assert "never seen" in html
    assert "Careloop knows of no backup" in html
    assert "up to date" in html
    assert "PostgreSQL" in html
