"""Mail as people, machines and mail servers write it: read without a fault, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloop.channels.mail import MOST_SIGNS, NotMail, read_mail
from careloop.facts.mail import Delivery, MailKind, ReadMail
from careloop.jobs.mailbox import read_apart
from tests.actions.mailing import bounce, letter

HTML = (
    "From: rosa@patient.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    "<html><head><title>no</title><style>p {}</style></head><body><p>Yes, I <b>come</b> &amp; bring her</p>"
    "<script>alert(1)</script><blockquote>Your visit</blockquote></body></html>\r\n"
)


def test_a_mail_of_a_person_is_its_words_without_what_it_quotes() -> None:
    read = read_mail(
        letter("Sí, ahí estaré\r\n\r\nOn Monday Dana wrote:\r\n> Your visit", head="References: <a@x> <b@x>\r\n")
    )

    assert read == ReadMail("rosa@patient.example", "Sí, ahí estaré", "<1@patient.example>", answers=("<a@x>", "<b@x>"))


def test_a_mail_in_html_alone_is_its_words() -> None:
    assert read_mail(HTML.encode()).words == "Yes, I come & bring her"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("", MailKind.WORDS),
        ("Auto-Submitted: no\r\n", MailKind.WORDS),
        ("Auto-Submitted: No; x=y\r\n", MailKind.WORDS),
        ("Subject: Re: out of milk\r\n", MailKind.WORDS),
        ("Precedence: first-class\r\n", MailKind.WORDS),
        ("Auto-Submitted: auto-replied\r\n", MailKind.AUTOMATIC),
        ("Auto-Submitted: auto-generated; x=y\r\n", MailKind.AUTOMATIC),
        ("Precedence: BULK\r\n", MailKind.AUTOMATIC),
        ("Subject: Respuesta automática: estoy fuera\r\n", MailKind.AUTOMATIC),
        ("List-Unsubscribe: <mailto:x@y>\r\n", MailKind.AUTOMATIC),
    ],
)
def test_a_machine_is_told_from_a_person(head: str, kind: MailKind) -> None:
    assert read_mail(letter("Yes", head=head)).kind is kind


@pytest.mark.parametrize("as_head", [False, True])
def test_a_report_names_the_mail_and_what_became_of_it(as_head: bool) -> None:
    read = read_mail(bounce("<1@clinic.example>", as_head=as_head))

    assert read.kind is MailKind.REPORT
    assert read.delivery == Delivery("<1@clinic.example>", "failed", "5.1.1")


@pytest.mark.parametrize("body", [b"", b"\r\n\r\nwords", b"no head", b"Subject: from nobody\r\n\r\nYes"])
def test_what_is_no_mail_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotMail):
        read_mail(body)


@given(
    st.binary(max_size=2000), st.sampled_from([b"", b"From: a@b.co\r\nContent-Type: multipart/report; boundary=x\r\n"])
)
def test_whatever_comes_is_read_or_refused_and_kept_small(body: bytes, before: bytes) -> None:
    try:
        read = read_mail(before + body)
    except NotMail:
        return

    assert len(read.words) <= MOST_SIGNS
    assert "\x00" not in read.words
    assert ReadMail.from_stored(read.as_stored()) == read


def test_a_mail_is_read_apart_as_it_is_read_here() -> None:
    body = bounce("<1@clinic.example>")

    assert read_apart(body) == read_mail(body).as_stored()
    assert read_apart(b"\r\n") is None


def test_a_mail_that_nests_without_end_costs_only_its_own_process() -> None:
    depth = 3000
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))

    read = read_apart(b"From: a@b.co\r\n" + nested + b"\r\nwords")

    assert read is None or read["sender"] == "a@b.co"


@pytest.mark.parametrize("stored", [{}, {"sender": "a"}, {"sender": "a", "words": "", "message_id": "", "kind": "x"}])
def test_what_was_not_stored_by_us_is_not_believed(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ReadMail.from_stored(stored | {"answers": [], "delivery": None})
