"""Mail comes in with a signature of this moment, is kept whole and once; everything else is turned away."""

import base64
from datetime import datetime, timedelta

import pytest
from django.test import Client

from careloop.rules.mail_hooks import is_signed_mail, sign_mail
from tests.actions.look import ask
from tests.people import NOW

KEY = "whsec_" + base64.b64encode(b"a secret of 24 bytes here").decode()
MAIL = b"From: rosa@patient.example\r\nMessage-ID: <1@x>\r\n\r\nYes\r\n"
SECONDS = str(int(NOW.timestamp()))


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({}, True),
        ({"signatures": "v1,wrong " + sign_mail("one", SECONDS, MAIL, KEY)}, True),
        ({"body": MAIL + b"x"}, False),
        ({"name": "two"}, False),
        ({"seconds": str(int(SECONDS) + 1)}, False),
        ({"seconds": "now"}, False),
        ({"seconds": ""}, False),
        ({"secret": ""}, False),
        ({"secret": "whsec_c2hvcnQ="}, False),
        ({"secret": "whsec_%%%"}, False),
        ({"signatures": ""}, False),
        ({"signatures": "v1,\udcff"}, False),
        ({"at": NOW + timedelta(minutes=5)}, True),
        ({"at": NOW + timedelta(minutes=5, seconds=1)}, False),
        ({"at": NOW - timedelta(minutes=5, seconds=1)}, False),
    ],
)
def test_only_the_right_signature_of_this_moment_counts(changes: dict[str, object], right: bool) -> None:
    given = {
        "name": "one", "seconds": SECONDS, "body": MAIL, "secret": KEY, "at": NOW,
        "signatures": sign_mail("one", SECONDS, MAIL, KEY),
    } | changes  # fmt: skip

    assert is_signed_mail(**given) is right  # type: ignore[arg-type]


@pytest.mark.django_db
def test_mail_is_kept_whole_and_once_and_only_with_its_signature(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARELOOP_MAIL_IN_SECRET", KEY)
    monkeypatch.setattr("careloop.web.hooks.read_clock", lambda: NOW)

    def post(signature: str, moment: datetime = NOW) -> int:
        seconds = str(int(moment.timestamp()))
        headers = {"webhook-id": "one", "webhook-timestamp": seconds, "webhook-signature": signature}
        return client.post("/hooks/mail/in/", MAIL, content_type="message/rfc822", headers=headers).status_code

    assert post("v1,wrong") == 403
    assert client.get("/hooks/mail/in/").status_code == 404
    assert ask("SELECT body FROM inbox_item") == []
    right = sign_mail("one", SECONDS, MAIL, KEY)
    assert [post(right), post(right)] == [204, 204]
    ((source, body, state),) = ask("SELECT source, body, state FROM inbox_item")
    assert (source, bytes(body), state) == ("mail", MAIL, "new")
