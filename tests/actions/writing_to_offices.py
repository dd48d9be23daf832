"""Offices in the directory, letters to them, and the mail that they answer, for tests."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from careloop.actions.directory import add_entry
from careloop.actions.offices import send_letter
from careloop.actions.threads import begin_thread
from careloop.facts.access import Acting
from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy
from careloop.facts.offices import LetterAsk, LetterLook, Way
from careloop.facts.outbox import ThreadWith
from careloop.reads.offices import get_letter_look
from tests.actions.answering import land_all, receive
from tests.people import NOW, House

DESK = "desk@bayview.example"
PAGES = b"%PDF-1.7 a letter"


def add_office(house: House, **more: Any) -> UUID:  # noqa: ANN401
    told: dict[str, Any] = {
        "email": DESK, "referral_by": ReferralBy.EMAIL, "fax": "555-0101", "address": "1 Bay St, Springfield, IL",
    }  # fmt: skip
    return add_entry(house.acting("sol"), EntryDraft(EntryKind.ORGANIZATION, "Bayview Heart", **(told | more)))


def open_with(who: Acting, patient: UUID, entry: UUID, partner: ThreadWith = ThreadWith.OFFICE) -> UUID:
    return begin_thread(who, patient, partner=partner, key=entry)


def ask_for(way: Way = Way.EMAIL, words: str = "Is the report ready?", **more: Any) -> LetterAsk:  # noqa: ANN401
    return LetterAsk(**({"way": way, "key": str(uuid4()), "words": words} | more))


def look(who: Acting, patient: UUID, thread: UUID, ask: LetterAsk) -> LetterLook:
    return get_letter_look(who, patient, thread_id=thread, ask=ask)


def write(who: Acting, patient: UUID, thread: UUID, ask: LetterAsk | None = None) -> UUID:
    """Look at a letter and send it; its pages are as many bytes as its hash needs to be its own."""
    one = ask or ask_for()
    seen = look(who, patient, thread, one).letter.sha256
    return send_letter(who, patient, thread_id=thread, ask=one, seen=seen, pages=PAGES + one.key.encode())


def mail_in(words: str, *, at: datetime = NOW, sender: str = DESK, subject: str = "", **headers: str) -> None:
    """Receive a mail as a mail server hands it in, and read it."""
    lines = [f"From: Kay <{sender}>", "To: care@clinic.example", f"Subject: {subject}"]
    lines += [f"Message-ID: <{uuid4()}@bayview.example>"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    receive("mail", ("\r\n".join([*lines, "", words])).encode(), at=at)
    land_all(at)
