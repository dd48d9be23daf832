"""The mailbox of answers for the gallery, filled by hand."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpResponse

from careloop.basics.words import Say
from careloop.facts.answers import Asked, Meaning
from careloop.facts.mailbox import MailboxLine, MailTrouble, Security
from careloop.reads.mailbox import MailboxPage, WrongReading
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.mailbox import render_mailbox
from tests.web.gallery.values import AT

LINE = MailboxLine(
    host="imap.of-a-clinic-with-a-very-long-name-indeed.example.org", port=993, security=Security.TLS,
    folder="INBOX/Answers of patients and their families", username="answers@of-a-clinic.example.org", is_on=True,
    reached_at=AT, tried_at=AT, trouble=None, kept=812, left=2, is_silent=False,
)  # fmt: skip
WRONG = (
    WrongReading("ahi estare", "es", Asked.VISIT, Meaning.YES, Meaning.CHANGE, 12, AT),
    WrongReading(
        "pneumonoultramicroscopicsilicovolcanoconiosis", "", Asked.NOTHING, Meaning.STOP, Meaning.WORDS, 1, AT
    ),
    WrongReading("", "en", Asked.PILLS, Meaning.WORDS, Meaning.URGENT, 1, AT),
)
PAGE = MailboxPage(LINE, WRONG)
SILENT = MailboxPage(replace(LINE, is_silent=True, trouble=MailTrouble.CERTIFICATE, left=0, kept=1), ())
UNCLEAR = Attempt(
    "save_mailbox", None, {"host": "imap", "security": "tls", "port": "x"}, {"folder": "Write something first."}
)
OPEN = Attempt("save_mailbox", None, {"host": "imap.example.org"}, say=Say("refusal.mailbox_plain"))

MAILBOX_SHOWN: dict[str, Callable[[ActingRequest], HttpResponse]] = {
    "admin-mailbox": lambda request: render_mailbox(request, PAGE),
    "admin-mailbox-silent": lambda request: render_mailbox(request, SILENT),
    "admin-mailbox-none": lambda request: render_mailbox(request, MailboxPage(None, ())),
    "admin-mailbox-off": lambda request: render_mailbox(request, MailboxPage(replace(LINE, is_on=False), ())),
    "admin-mailbox-unclear": lambda request: render_mailbox(request, PAGE, UNCLEAR),
    "admin-mailbox-open": lambda request: render_mailbox(request, MailboxPage(None, ()), OPEN),
}
