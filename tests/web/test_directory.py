"""The directory, the finder and filling by page: who has them, what is done there, and what is said if it is not."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from careloop.actions.directory import add_entry
from careloop.basics.clock import read_clock
from careloop.facts.access import Acting, Purpose, Role
from careloop.facts.directory import EntryDraft, EntryKind, EntryRow
from careloop.reads.directory import find_entries, get_entry
from careloop.records.models import Login
from careloop.web.staff.directory_import import MAX_BYTES
from tests.people import find_patient, take_in
from tests.web.records import PATIENT_JSON
from tests.web.test_entry import add, signed_in

pytestmark = pytest.mark.django_db
READ = {Role.COORDINATOR, Role.SUPERVISOR, Role.CLINICIAN, Role.FRONT_DESK, Role.ADMINISTRATOR}
WRITE = {Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR}
ANA = EntryDraft(
    EntryKind.PRACTITIONER, "Dr. Ana Rivera", zone="America/New_York", specialties=("Cardiology",),
    languages=("en", "es"), networks=("Senior plan",), accepts_new=True, phone="602-555-0100", wait_days=9,
)  # fmt: skip
TABLE = "kind,name,specialties\nservice,Elm Pantry,Food pantry\nservice,,Rides\n"


def acting(role: Role = Role.COORDINATOR) -> Acting:
    person = Login.objects.get(email=f"{role}@elm.example").person
    return Acting(person.pk, role, read_clock(), Purpose.TREATMENT)


def only(role: Role = Role.COORDINATOR) -> EntryRow:
    (row,) = find_entries(acting(role))
    return row


def typed(**changes: str) -> dict[str, str]:
    return {"kind": "practitioner", "name": "Dr. Ana Rivera", "zone": "America/New_York", **changes}


@pytest.mark.parametrize("role", sorted({*READ, Role.BILLING, Role.AUDITOR}))
def test_each_role_has_the_pages_that_its_rights_give_and_no_other(role: Role) -> None:
    client = signed_in(role)
    pages = {name: client.get(reverse(name)).status_code for name in ("directory", "directory-find", "directory-new",
                                                                       "directory-import")}  # fmt: skip

    assert [name for name, status in pages.items() if status == 200] == [
        *(("directory", "directory-find") if role in READ else ()),
        *(("directory-new", "directory-import") if role in WRITE else ()),
    ]
    assert set(pages.values()) <= {200, 404}


def test_an_entry_is_added_shown_and_found_again() -> None:
    client = signed_in(Role.COORDINATOR)

    answer = client.post(
        reverse("directory-save"),
        typed(specialties="Cardiology; Heart failure", languages="English, Spanish", accepts_new="yes", wait_days="9"),
        follow=True,
    )

    row = only()
    assert answer.redirect_chain == [(reverse("directory-entry", args=[row.id]), 303)]
    assert (row.draft.specialties, row.draft.languages) == (("Cardiology", "Heart failure"), ("en", "es"))
    assert (row.draft.accepts_new, row.draft.telehealth, row.draft.wait_days) == (True, None, 9)
    assert "Heart failure" in answer.content.decode()
    assert "Dr. Ana Rivera" in client.get(reverse("directory"), {"q": "heart", "language": "es"}).content.decode()
    assert "Dr. Ana Rivera" not in client.get(reverse("directory"), {"kind": "room"}).content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Give a name."),
        ({"kind": "ship"}, "Choose what it is."),
        ({"zone": ""}, "needs a time zone"),
        ({"languages": "Klingon 7"}, "is no language code"),
        ({"site": "Nowhere"}, "Nothing in the directory is called Nowhere"),
        ({"latitude": "north"}, "Write degrees as in"),
    ],
)
def test_what_is_not_clear_is_said_and_what_was_typed_stays(changes: dict[str, str], says: str) -> None:
    client = signed_in(Role.COORDINATOR)

    answer = client.post(reverse("directory-save"), typed(phone="602-555-0123", **changes))

    assert answer.status_code in (409, 422)
    assert says in answer.content.decode()
    assert "602-555-0123" in answer.content.decode()
    assert find_entries(acting()) == ()


def test_an_entry_is_changed_and_two_who_change_it_see_both() -> None:
    client = signed_in(Role.COORDINATOR)
    key = add_entry(acting(), ANA)
    shown = client.get(reverse("directory-entry", args=[key])).content.decode()
    assert 'name="version" value="1"' in shown

    mine = typed(entry=str(key), version="1", phone="602-555-0111")
    assert client.post(reverse("directory-save"), mine).status_code == 303
    late = client.post(reverse("directory-save"), mine | {"phone": "602-555-0122"})

    html = late.content.decode()
    assert late.status_code == 409
    assert "602-555-0111" in html
    assert "602-555-0122" in html
    assert "How it stands now" in html
    assert get_entry(acting(), key).draft.phone == "602-555-0111"


def test_an_entry_keeps_what_it_is_whatever_is_sent() -> None:
    client = signed_in(Role.COORDINATOR)
    key = add_entry(acting(), ANA)

    client.post(reverse("directory-save"), typed(entry=str(key), version="1", kind="room", name="Dr. A"))

    assert (only().draft.kind, only().draft.name) == (EntryKind.PRACTITIONER, "Dr. A")


def test_checked_today_is_one_press() -> None:
    client = signed_in(Role.COORDINATOR)
    key = add_entry(acting(), ANA)

    answer = client.post(reverse("directory-checked"), {"entry": key, "version": 1}, follow=True)

    assert "Noted: checked today." in answer.content.decode()
    assert only().version == 2


def test_who_only_reads_sees_no_form_and_cannot_write() -> None:
    client = signed_in(Role.FRONT_DESK)
    add(Role.ADMINISTRATOR)
    key = add_entry(acting(Role.ADMINISTRATOR), ANA)

    html = client.get(reverse("directory-entry", args=[key])).content.decode()

    assert "checked today" not in html
    assert "directory/save" not in html
    assert client.post(reverse("directory-checked"), {"entry": key, "version": 1}).status_code == 404


def test_a_table_is_tried_and_then_taken_in_without_its_bad_rows() -> None:
    client = signed_in(Role.COORDINATOR)
    file = SimpleUploadedFile("list.csv", TABLE.encode())

    tried = client.post(reverse("directory-import"), {"file": file}).content.decode()

    assert "New 1, changed 0, unchanged 0" in tried
    assert "3, name" in tried
    assert find_entries(acting()) == ()
    answer = client.post(reverse("directory-take-table"), {"table": TABLE, "source": "csv"}, follow=True)
    assert "Taken in: new 1, changed 0, left out 1." in answer.content.decode()
    assert only().draft.name == "Elm Pantry"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choose a file first."),
        (b"a,b\n1,2", "No column holds the kind"),
        (b"x" * (MAX_BYTES + 1), "too large"),
        # As large as may be here; a form sends each of its lines back with one sign more.
        (b"kind,name\n" + b"\n" * (MAX_BYTES - 10), "too large"),
        (b'{"resourceType":"Bundle","type":"collection"}', "cannot be parted into cells"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(content: bytes, says: str) -> None:
    client = signed_in(Role.COORDINATOR)

    answer = client.post(reverse("directory-import"), {"file": SimpleUploadedFile("list.csv", content)})

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_the_largest_table_that_is_tried_can_be_taken_in() -> None:
    client = signed_in(Role.COORDINATOR)
    # Of rows of 80 octets, that are 81 as a form sends them back, as many as may be.
    rows = [f"service,Núñez {'x' * 56} {n:06}" for n in range((MAX_BYTES - 20) // 81)]
    table = "\n".join(["kind,name", *rows, ""]).encode()

    tried = client.post(reverse("directory-import"), {"file": SimpleUploadedFile("list.csv", table)}).content.decode()
    assert "No problem found." in tried
    answer = client.post(
        reverse("directory-take-table"), {"table": table.decode().replace("\n", "\r\n"), "source": "csv"}, follow=True
    )

    assert answer.status_code == 200
    assert f"Taken in: new {len(rows)}, changed 0, left out 0." in answer.content.decode()


def test_a_table_without_anything_to_take_in_offers_nothing() -> None:
    client = signed_in(Role.COORDINATOR)

    tried = client.post(
        reverse("directory-import"), {"file": SimpleUploadedFile("list.csv", b"kind,name\n" + b"service,\n" * 103)}
    ).content.decode()

    assert "There is nothing to take in." in tried
    assert "Take this table in" not in tried
    assert "3 more are not shown." in tried


def test_the_directory_is_filled_from_records_after_a_trial() -> None:
    client = signed_in(Role.COORDINATOR)
    take_in(b'{"resourceType": "Organization", "id": "o1", "name": "Harbor Heart"}', 1)

    tried = client.post(reverse("directory-import"), {"records": "1"}).content.decode()

    assert "New 1, changed 0" in tried
    assert find_entries(acting()) == ()
    client.post(reverse("directory-fill"))
    assert only().draft.name == "Harbor Heart"


def arrive(client: Client) -> UUID:
    unit = Login.objects.get(pk=client.session["_auth_user_id"]).person.membership_set.get().unit_id
    take_in(PATIENT_JSON, unit, at=read_clock())
    return find_patient("p1", at=read_clock())


def test_the_finder_is_filled_in_from_the_patient_and_finds_with_reasons() -> None:
    client = signed_in(Role.COORDINATOR)
    patient = arrive(client)
    add_entry(acting(), ANA)
    page = client.get(f"{reverse('directory-find')}?patient={patient}").content.decode()
    assert f'name="patient" value="{patient}"' in page

    asked = {"patient": patient, "need": "hart doctor", "language": "es", "network": "Senior plan"}
    html = client.post(reverse("directory-find"), asked).content.decode()

    assert "Dr. Ana Rivera" in html
    for reason in ("speaks Spanish", "in the network of Senior plan", "takes new patients", "usual wait 9 days"):
        assert reason in html
    assert f"{reverse('patient-refer', args=[patient])}?to={only().id}" in html

    form = client.get(f"{reverse('patient-refer', args=[patient])}?to={only().id}").content.decode()
    assert f'<option value="{only().id}" selected>' in form
    assert 'name="specialty" value="Cardiology"' in form
    unknown = client.get(f"{reverse('patient-refer', args=[patient])}?to={patient}").content.decode()
    assert 'name="specialty" value=' not in unknown


def test_the_finder_speaks_spanish() -> None:
    client = signed_in(Role.COORDINATOR, "es")
    add_entry(acting(), ANA)

    html = client.post(reverse("directory-find"), {"need": "cardióloga", "language": "vi"}).content.decode()

    assert "vietnamita no está entre sus idiomas" in html


def test_an_empty_need_is_asked_for_and_a_patient_out_of_reach_is_not_found() -> None:
    client = signed_in(Role.COORDINATOR)

    assert client.post(reverse("directory-find"), {"need": " "}).status_code == 422
    for patient in ("7", UUID(int=7)):
        assert client.get(f"{reverse('directory-find')}?patient={patient}").status_code == 404
        assert client.post(reverse("directory-find"), {"need": "food", "patient": patient}).status_code == 404


@pytest.mark.parametrize("name", ["directory", "directory-find", "directory-new", "directory-import"])
def test_pages_speak_spanish(name: str) -> None:
    html = signed_in(Role.COORDINATOR, "es").get(reverse(name)).content.decode()

    assert '<html lang="es"' in html
    assert "Directorio" in html
