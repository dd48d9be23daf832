"""The demo's letter to an office: written as a person does, taken by nobody but this machine, and answered by mail."""

from uuid import UUID, uuid5

from careloop.actions.offices import send_letter
from careloop.actions.outbox_receipts import keep_incoming
from careloop.actions.threads import begin_thread
from careloop.catalog.demo import messages as told
from careloop.facts.access import Acting
from careloop.facts.directory import EntryKind
from careloop.facts.offices import LetterAsk, LetterKind, Way
from careloop.facts.outbox import InboxSource, ThreadWith
from careloop.parcels.letter import press_letter
from careloop.reads.directory import find_entries
from careloop.reads.offices import get_letter_look

DESK = "desk@ortega-lungs.example"


def write_to_office(acting: Acting, patient: UUID) -> None:
    """Ask an office for records; where something stops the letter, no number of the clinic for one, it is not sent."""
    thread = _thread(acting, patient)
    ask = LetterAsk(
        Way.EMAIL, "demo", LetterKind.MISSING_RECORDS, what=told.OFFICE_WHAT, day=acting.at.date().replace(day=1)
    )
    seen = get_letter_look(acting, patient, thread_id=thread, ask=ask)
    if not seen.stops:
        pages = press_letter(seen.letter)
        send_letter(acting, patient, thread_id=thread, ask=ask, seen=seen.letter.sha256, pages=pages)


def answer_of_office(intake: Acting, acting: Acting, patient: UUID) -> None:
    """Have the office answer by mail, with the reference of its thread."""
    ask = LetterAsk(Way.EMAIL, "demo answer", words="-")
    seen = get_letter_look(acting, patient, thread_id=_thread(acting, patient), ask=ask)
    if seen.stops:
        # Then nothing was sent either.
        return
    code = seen.letter.code
    lines = (
        f"From: Front desk <{DESK}>", f"Subject: Re: [{code}]", f"Message-ID: <{uuid5(patient, code)}@example>", "",
        told.OFFICE_ANSWER,
    )  # fmt: skip
    keep_incoming(intake, source=InboxSource.MAIL, raw="\r\n".join(lines).encode(), about={})


def _thread(acting: Acting, patient: UUID) -> UUID:
    (office,) = find_entries(acting, kinds=(EntryKind.PRACTITIONER,), text=told.OFFICE)
    return begin_thread(acting, patient, partner=ThreadWith.CLINICIAN, key=office.id)
