"""The mailbox of answers on its page, and a wrong reading put right in the talk where it stands."""

from uuid import UUID

import pytest
from django.urls import reverse

from careloop.facts.access import Role
from tests.actions.answering import asked_by_text, bring_with_phone, hear
from tests.actions.look import ask, ask_one
from tests.actions.places import make_places
from tests.actions.visits import NINE, booked
from tests.people import House, later
from tests.web.records import sealed_for
from tests.web.test_documents import house, sign_in
from tests.web.test_entry import signed_in

__all__ = ["house"]
pytestmark = pytest.mark.django_db
GIVEN = {
    "host": " IMAP.example.org ", "security": "tls", "port": "", "folder": "INBOX", "username": "answers",
    "password": "a secret of the clinic",
}  # fmt: skip


def test_a_mailbox_is_set_up_its_password_sealed_and_never_shown() -> None:
    admin = signed_in(Role.ADMINISTRATOR)
    page = reverse("admin-mailbox")
    assert reverse("admin-mailbox") in admin.get(reverse("admin-channels")).content.decode()

    assert admin.post(reverse("admin-mailbox-save"), GIVEN).status_code == 303

    assert ask("SELECT host, port, security, folder, generation FROM mailbox") == [
        ("imap.example.org", 993, "tls", "INBOX", 1)
    ]
    assert "secret" not in ask_one("SELECT sealed FROM mailbox")
    shown = admin.get(page).content.decode()
    assert "a secret of the clinic" not in shown
    assert "It was not read yet." in shown
    # Without its password it stays the same; another one begins anew.
    kept = ask_one("SELECT sealed FROM mailbox")
    assert admin.post(reverse("admin-mailbox-save"), GIVEN | {"password": "", "port": "1993"}).status_code == 303
    assert ask("SELECT port, generation, sealed FROM mailbox") == [(1993, 1, kept)]
    assert admin.post(reverse("admin-mailbox-stop")).status_code == 303
    assert "It is not read." in admin.get(page).content.decode()
    assert admin.post(reverse("admin-mailbox-read")).status_code == 404
    assert admin.post(reverse("admin-mailbox-save"), GIVEN | {"folder": "Answers"}).status_code == 303
    assert ask("SELECT generation, is_on, last_uid FROM mailbox") == [(2, True, 0)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"security": "plain"}, "only for this machine"),
        ({"host": "https://imap.example.org"}, "Write only the name of the mail server"),
        ({"password": ""}, "Write the password"),
        ({"port": "99999"}, "Write a number."),
        ({"folder": ""}, "Write something first."),
        ({"username": "a\x7fb"}, "has signs that cannot be used"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_not_taken(changes: dict[str, str], said: str) -> None:
    answer = signed_in(Role.ADMINISTRATOR).post(reverse("admin-mailbox-save"), GIVEN | changes)

    assert answer.status_code in (409, 422)
    assert said in answer.content.decode()
    assert "a secret of the clinic" not in answer.content.decode()
    assert ask("SELECT 1 FROM mailbox") == []


def test_a_wrong_reading_is_put_right_in_the_talk(house: House) -> None:
    rosa: UUID = bring_with_phone(house)
    held, version = booked(house.acting("dana"), rosa, make_places(house).talk_at(9))
    asked_by_text(rosa, "reminder_confirm", booking=(held.booking_id, version), when=NINE)
    hear("1", at=later(minutes=5))
    ((thread, message),) = ask("SELECT thread_id, id FROM message WHERE direction = 'in'")
    page = reverse("thread", kwargs={"thread_id": thread})
    client = sign_in("dana")
    shown = client.get(page).content.decode()
    assert "Read as:" in shown
    assert "This was read wrongly" in shown
    given = {"thread": str(thread), "message": str(message), "meaning": "change", "why": ""} | sealed_for(client, rosa)
    where = reverse("patient-thread-correct", args=[rosa])

    assert "Say how you know" in client.post(where, given).content.decode()
    client.post(where, given | {"why": "She called."})

    assert ask_one("SELECT state FROM booking WHERE id = %s", held.booking_id) == "booked"
    shown = client.get(page).content.decode()
    assert "The visit is booked and not confirmed any more." in shown
    assert "This was read wrongly" not in shown
