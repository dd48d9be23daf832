"""The demo's messages: reminders of its last days as they went, texts and an answer, a list that is called.

What "went" in the days before the demo was made was handed to nobody: there was no gateway. What is due from now on
goes to the sandbox.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from careloop.actions.answers import land_answers
from careloop.actions.calls import save_call
from careloop.actions.medicine_reminders import plan_medicine_reminders, start_medicine_reminders
from careloop.actions.outbox_receipts import file_receipts, keep_incoming
from careloop.actions.outbox_sending import claim_due, hand_over
from careloop.actions.outreach import make_list, take_next
from careloop.actions.reminders import plan_due_reminders, send_due_reminders
from careloop.actions.threads import Wording, begin_thread, send_message
from careloop.basics.refusals import Refusal
from careloop.catalog.demo import messages as told
from careloop.facts.access import SYSTEM_ID, Acting, Purpose, Role
from careloop.facts.consents import Road, Topic
from careloop.facts.medicine_reminders import ScheduleDraft
from careloop.facts.outbox import Handed, InboxSource, Parcel, ThreadWith, Went
from careloop.facts.outreach import OutreachDraft
from careloop.facts.reach import CallDraft
from careloop.jobs.demo_offices import answer_of_office, write_to_office
from careloop.reads.calls import get_call_card
from careloop.reads.outreach import get_new_list_page
from careloop.reads.reminders import get_medicine_reminders_page

# Who acts for a patient; with no name their own coordinator.
Who = Callable[[str, str, datetime], Acting]
BATCH = 100
OURS = "+15550100100"


def deliver_day(at: datetime, back: int, patients: Mapping[str, UUID], who: Who) -> None:
    """Do what went out on one of the last days: reminders that were due, texts that were written; all arrived."""
    _remind(at)
    if back == told.WRITTEN_BACK:
        for one in told.TEXTS:
            if one.patient in patients:
                _write(who(one.patient, "", at), patients[one.patient], one)
        if told.OFFICE_ABOUT in patients:
            write_to_office(who(told.OFFICE_ABOUT, "", at), patients[told.OFFICE_ABOUT])
    _deliver(at + timedelta(minutes=1))


def fill_messages(
    at: datetime, patients: Mapping[str, UUID], who: Who, unit_id: int, people: Callable[..., Acting]
) -> None:
    """Begin what stands open this morning: an answer that waits, a list that is called, a medicine, today's reminders.

    ``people`` gives somebody of the staff at work.
    """
    for one in told.TEXTS:
        if one.answer and one.patient in patients:
            _answer(who(one.patient, "", at), patients[one.patient], one, at)
    if told.OFFICE_ABOUT in patients:
        answer_of_office(_as(Purpose.INTAKE, at), who(told.OFFICE_ABOUT, "", at), patients[told.OFFICE_ABOUT])
    while land_answers(_as(Purpose.SWEEP, at), how_many=BATCH):
        pass
    _call_from_list(people, unit_id, at)
    if told.REMINDED in patients:
        _remind_of_medicine(who(told.REMINDED, "", at), patients[told.REMINDED])
    while plan_due_reminders(_as(Purpose.SWEEP, at), how_many=BATCH):
        pass
    while plan_medicine_reminders(_as(Purpose.SWEEP, at), how_many=BATCH):
        pass


def _remind(at: datetime) -> None:
    for do_due in (plan_due_reminders, send_due_reminders):
        while do_due(_as(Purpose.SWEEP, at), how_many=BATCH):
            pass


def _write(acting: Acting, patient: UUID, one: told.DemoText) -> None:
    """Write to a patient. Where the clinic has no number for questions nothing is sent, in a demo as elsewhere."""
    thread = begin_thread(acting, patient, partner=ThreadWith.PATIENT)
    with suppress(Refusal):
        wording = Wording(Road.TEXT, Topic.VISITS, "demo", words=one.words, language="en")
        send_message(acting, patient, thread_id=thread, wording=wording)


def _deliver(at: datetime) -> None:
    """Have what is due taken as sent, and its receipt come in."""
    while (claimed := claim_due(_as(Purpose.SWEEP, at), how_many=BATCH)) is not None:
        hand_over(_as(Purpose.SWEEP, at), claimed.keys, _take)
        for key, _token in claimed.keys:
            values = {"MessageSid": _reference(key), "MessageStatus": "delivered"}
            raw = urlencode(values).encode()
            keep_incoming(_as(Purpose.INTAKE, at), source=InboxSource.TEXT_STATUS, raw=raw, about=values)
    while file_receipts(_as(Purpose.SWEEP, at), how_many=BATCH):
        pass


def _take(parcels: Sequence[Parcel]) -> Sequence[Handed]:
    return [Handed(Went.SENT, _reference(parcel.outbox_id)) for parcel in parcels]


def _reference(key: UUID) -> str:
    return f"SM{key.hex}"


def _answer(acting: Acting, patient: UUID, one: told.DemoText, at: datetime) -> None:
    number = next(line.value for line in get_call_card(acting, patient).numbers)
    values = {"MessageSid": f"SM{patient.hex}", "From": number, "To": OURS, "Body": one.answer}
    raw = urlencode(values).encode()
    keep_incoming(_as(Purpose.INTAKE, at), source=InboxSource.TEXT, raw=raw, about=values)


def _call_from_list(people: Callable[..., Acting], unit_id: int, at: datetime) -> None:
    caller, lister = people(told.CALLED_BY, at), people(told.LISTED_BY, at)
    # A clinic of a handful of people has nobody for any list, or so few that the first calls close it.
    with suppress(Refusal):
        listed = make_list(lister, draft=choose_list(lister, unit_id))
        for result, minutes, note in told.CALLS:
            taken = take_next(caller, list_id=listed)
            if taken is None:
                return
            patient, entry = taken
            number = next(line.value for line in get_call_card(caller, patient, entry_id=entry).numbers)
            call = CallDraft(result, {}, number, minutes=minutes, note=note, entry_id=entry)
            save_call(caller, patient, call=call)


def choose_list(acting: Acting, unit_id: int) -> OutreachDraft:
    """Return the first list of the demo that finds enough people of a team today, else the one that finds most."""
    drafts = [
        OutreachDraft(name, unit_id, rule, told.PER_DAY, told.QUIET_DAYS, told.MOST_TRIES) for name, rule in told.LISTS
    ]
    counts = []
    for draft in drafts:
        found = get_new_list_page(acting, draft=draft).found
        counts.append(found.called if found else 0)
        if counts[-1] >= told.LEAST_LISTED:
            return draft
    return drafts[counts.index(max(counts))]


def _remind_of_medicine(acting: Acting, patient: UUID) -> None:
    page = get_medicine_reminders_page(acting, patient)
    if not page.choices:
        return
    one, until = page.choices[0], page.today + timedelta(days=told.REMINDED_DAYS)
    draft = ScheduleDraft(
        one.resource_id, one.version, told.REMINDED_AT, Road.TEXT, min(until, page.latest_on), told.AGREED
    )
    start_medicine_reminders(acting, patient, draft)


def _as(purpose: Purpose, at: datetime) -> Acting:
    return Acting(person_id=SYSTEM_ID, role=Role.SYSTEM, at=at, purpose=purpose)
