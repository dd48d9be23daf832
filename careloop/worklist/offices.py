"""Letters to offices as rows: what would leave, kept, put on its way, wrapped for a mail, written into the ledger."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound
from careloop.basics.words import Say
from careloop.catalog.messages import load_private_names
from careloop.catalog.offices import load_letters
from careloop.catalog.speech import speak
from careloop.facts.access import Acting
from careloop.facts.consents import Road, Topic
from careloop.facts.directory import EntryKind, ReferralBy
from careloop.facts.disclosures import What
from careloop.facts.offices import (
    OFFICES,
    Detail,
    Letter,
    LetterAsk,
    LetterComposing,
    LetterLook,
    LetterReferral,
    OfficeWays,
    Way,
)
from careloop.facts.outbox import (
    UNDO_SECONDS,
    Direction,
    Enclosure,
    HeldFor,
    OutKind,
    OutState,
    ThreadWith,
)
from careloop.facts.referrals import SendingState
from careloop.facts.worklist import State
from careloop.formats.letter import read_letter, seal_letter, write_letter
from careloop.guard.secrets import derive_token
from careloop.records.models import (
    Clinic,
    DirectoryEntry,
    Disclosure,
    Message,
    OfficeLetter,
    Outbox,
    Patient,
    PatientContact,
    Person,
    Referral,
    ReferralSending,
    Thread,
)
from careloop.rules.directory import is_stale
from careloop.rules.offices import (
    choose_way,
    fill_from_referral,
    fill_letter,
    find_gaps,
    find_guarded,
    ground_for,
    list_kinds,
    make_code,
)
from careloop.rules.outbox import fold_address
from careloop.worklist.death import find_dead
from careloop.worklist.packets import mail_of

# What is sent is in the clinic's language: the receiver's is not known.
LANGUAGE = "en"
PDF, FILE = "application/pdf", "letter.pdf"
# How long a letter may wait for a server that is down, or for a person: then somebody decides anew.
GOOD_FOR = timedelta(days=3)
# With these a packet of a referral is known to have gone.
WENT = (str(SendingState.SENT), str(SendingState.DELIVERED))
# Under this a letter stands among the messages of its thread.
SITUATION = "office_letter"


def entry_of(thread: Thread) -> DirectoryEntry:
    """Return with whom of the directory a thread is.

    :raises NotFound: if it is with somebody else
    """
    if thread.entry is None or ThreadWith(thread.partner) not in OFFICES:
        raise NotFound
    return thread.entry


def list_ways(acting: Acting, entry: DirectoryEntry) -> OfficeWays:
    """Return how somebody of the directory is reached. Mail is a way only where the entry says that they want it."""
    known = {Way.EMAIL: mail_of(entry), Way.FAX: entry.fax, Way.LETTER: entry.address}
    return OfficeWays(
        entry_id=entry.pk,
        name=entry.name,
        kind=EntryKind(entry.kind),
        ways=tuple((way, known[way]) for way in choose_way((w for w in Way if known[w]), entry.referral_by)),
        phone=entry.phone,
        likes=ReferralBy(entry.referral_by) if entry.referral_by else None,
        checked_on=entry.checked_on,
        is_stale=is_stale(entry.checked_on, acting.at.date()),
        has_unwanted_mail=bool(entry.email) and not known[Way.EMAIL],
    )


def letters_to(acting: Acting, thread: Thread, *, is_dead: bool) -> LetterComposing | None:
    """Return what can be written on a thread with somebody of the directory; None if it is with somebody else."""
    partner = ThreadWith(thread.partner)
    if thread.entry is None or partner not in OFFICES:
        return None
    letters = load_letters()
    kinds = list_kinds(letters, partner)
    return LetterComposing(
        ways=list_ways(acting, thread.entry),
        kinds=kinds,
        fields=tuple((kind, tuple(sorted(letters[kind].fields))) for kind in kinds if kind in letters),
        basis=ground_for(partner, None),
        is_dead=is_dead,
        referrals=list_referrals(thread),
    )


def list_referrals(thread: Thread) -> tuple[LetterReferral, ...]:
    """Return the patient's open referrals that a letter on this thread can be about, those to whom it is with first.

    None for a health plan; what carries a label of its own is kept apart, and not among them.
    """
    if thread.partner == ThreadWith.PAYER:
        return ()
    mask = thread.patient.label_mask
    rows = Referral.objects.filter(patient=thread.patient).exclude(loop__state=str(State.CLOSED)).order_by("-made_at")
    found = [row for row in rows if not row.label_mask & ~mask]
    sent = ReferralSending.objects.filter(referral__in=found, state__in=WENT).order_by("sent_at")
    went = {row.referral_id: row.sent_at.astimezone(ZoneInfo(thread.patient.zone)).date() for row in sent}
    listed = (
        LetterReferral(row.pk, row.specialty, row.to_name, went.get(row.pk), row.to_entry_id == thread.entry_id)
        for row in found
    )
    return tuple(sorted(listed, key=lambda one: not one.is_theirs))


def _about_referral(thread: Thread, ask: LetterAsk) -> LetterAsk:
    if ask.referral_id is None:
        return ask
    one = next((one for one in list_referrals(thread) if one.id == ask.referral_id), None)
    if one is None:
        raise NotFound
    return fill_from_referral(ask, one)


def code_of(thread_id: UUID) -> str:
    """Return the reference of a thread, the same whenever it is asked."""
    return make_code(hashlib.sha256(derive_token(str(thread_id), what="office thread").encode()).digest())


def look_at_letter(acting: Acting, patient: Patient, thread: Thread, ask: LetterAsk) -> LetterLook:
    """Return a letter exactly as it would leave, and all that stops it; nothing is kept.

    :raises NotFound: if the thread is with nobody of the directory, or the referral is not open or not theirs to see
    """
    entry, partner, ask = entry_of(thread), ThreadWith(thread.partner), _about_referral(thread, ask)
    template = load_letters().get(ask.kind)
    ways = dict(list_ways(acting, entry).ways)
    details = _details(patient, ask.details)
    clinic = str(Clinic.objects.values_list("name", flat=True).first() or "")
    letter = seal_letter(
        Letter(
            thread_id=thread.pk,
            key=ask.key,
            kind=ask.kind,
            way=ask.way,
            to_name=entry.name,
            to_where=ways.get(ask.way, ""),
            clinic=clinic,
            phone=settings.CLINIC_PHONE,
            by_name=str(Person.objects.values_list("name", flat=True).get(pk=acting.person_id)),
            patient_name=patient.full_name,
            birth_on=patient.birth_on,
            title=template.title if template else f"Message from {clinic}",
            lines=fill_letter(template, ask, details),
            code=code_of(thread.pk),
            basis=ask.basis or ground_for(partner, template),
            asks=ask.asks or (template is not None and template.asks),
            made_on=acting.at.astimezone(ZoneInfo(patient.zone)).date(),
        )
    )
    named = find_guarded((*letter.lines, letter.title), _apart(patient), load_private_names())
    rules = (
        (not letter.to_where, Say("refusal.letter_no_way")),
        (not settings.CLINIC_PHONE, Say("refusal.outbox_no_phone")),
        (not ask.knows_dead and patient.pk in find_dead([patient.pk]), Say("refusal.letter_dead")),
        (bool(named), Say("refusal.letter_guarded", word=named[0] if named else "")),
    )
    stops = (*find_gaps(template, ask, partner, details), *(no for hinders, no in rules if hinders))
    mail = _mail_words(letter) if ask.way is Way.EMAIL else {}
    return LetterLook(letter, stops, mail.get("email_subject", ""), mail.get("email_body", ""))


def queue_letter(
    acting: Acting, patient: Patient, thread: Thread, ask: LetterAsk, letter: Letter, pages: bytes
) -> UUID:  # fmt: skip
    """Keep a letter as it leaves and put it on its way; for ten seconds it can be taken back. Return its key.

    The same ``ask.key`` on this thread again is the same letter. It goes at any hour: it goes to an office.
    """
    key = f"office {thread.pk} {ask.key}"
    known = Outbox.objects.filter(key=key).values_list("pk", flat=True).first()
    if known is not None:
        return UUID(str(known))
    made, manifest = new_id(acting.at), write_letter(letter)
    of: dict[str, object] = {
        "patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": thread.label_mask | patient.label_mask,
    }  # fmt: skip
    road = Road.EMAIL if letter.way is Way.EMAIL else Road.LETTER
    words = "\n".join((letter.title, *letter.lines))
    Message(
        id=made, **of, thread=thread, direction=str(Direction.OUT), at=acting.at, by_id=acting.person_id,
        road=str(road), language=LANGUAGE, asked_language=LANGUAGE, situation=SITUATION,
        words_sha256=hashlib.sha256(words.encode()).digest(), topic=str(Topic.RESULTS), words=words,
        pieces={**_mail_words(letter), "way": str(letter.way)} if road is Road.EMAIL else {"way": str(letter.way)},
    ).save(force_insert=True)  # fmt: skip
    OfficeLetter(
        message_id=made, **of, entry=entry_of(thread), to_name=letter.to_name, way=str(letter.way),
        address=letter.to_where if letter.way is not Way.EMAIL else entry_of(thread).email, kind=str(letter.kind),
        code=letter.code, basis=str(letter.basis), asks=letter.asks,
        knows_dead=ask.knows_dead and patient.pk in find_dead([patient.pk]), manifest=manifest,
        manifest_sha256=hashlib.sha256(manifest).digest(), content=pages, sha256=hashlib.sha256(pages).digest(),
        made_by_id=acting.person_id, made_at=acting.at,
    ).save(force_insert=True)  # fmt: skip
    until = acting.at + timedelta(seconds=UNDO_SECONDS)
    Outbox(
        id=made, **of, kind=str(OutKind.OFFICE), key=key, thread=thread, message_id=made, topic=str(Topic.RESULTS),
        road=str(road), address=_address(letter), zone=patient.zone, at_any_hour=True, state=str(OutState.HELD),
        held_for=str(HeldFor.UNDO), state_since=acting.at, meant_at=until, next_at=until,
        good_until=acting.at + GOOD_FOR, queued_at=acting.at, queued_by_id=acting.person_id,
    ).save(force_insert=True)  # fmt: skip
    return made


def wrap_letter(row: Outbox) -> tuple[dict[str, str], tuple[Enclosure, ...]]:
    """Return the words of a letter's mail, which name nobody, and the pages as they are kept."""
    letter = OfficeLetter.objects.get(pk=row.pk)
    words = _mail_words(read_letter(bytes(letter.manifest))) if letter.way == Way.EMAIL else {}
    return words, (Enclosure(FILE, PDF, bytes(letter.content)),)


def disclose_letter(acting: Acting, row: Outbox) -> None:
    """Write a letter that left, or that may have left, into the ledger: once."""
    letter = OfficeLetter.objects.get(pk=row.pk)
    known = Disclosure.objects.filter(
        patient_id=row.patient_id, what=str(What.OFFICE_LETTER), sha256=bytes(letter.sha256)
    )
    if known.exists():
        return
    plain = read_letter(bytes(letter.manifest))
    Disclosure(
        patient_id=row.patient_id, unit_id=row.unit_id, label_mask=row.label_mask, at=acting.at,
        person_id=row.queued_by_id, what=str(What.OFFICE_LETTER), recipient=letter.to_name, reason=plain.title,
        sha256=bytes(letter.sha256), counts={}, basis=letter.basis, words="\n".join(plain.lines),
    ).save(force_insert=True)  # fmt: skip


def to_name_of(row: Outbox) -> str:
    """Return to whom a letter goes."""
    return str(OfficeLetter.objects.values_list("to_name", flat=True).get(pk=row.pk))


def _mail_words(letter: Letter) -> dict[str, str]:
    values = {"clinic": letter.clinic, "phone": letter.phone, "code": letter.code}
    return {
        "email_subject": speak(Say("office.email_subject", **values), LANGUAGE, today=None),
        "email_body": speak(Say("office.email_body", **values), LANGUAGE, today=None),
    }


def _address(letter: Letter) -> str:
    return fold_address(Road.EMAIL, letter.to_where) if letter.way is Way.EMAIL else letter.to_where


def _details(patient: Patient, asked: tuple[Detail, ...]) -> Mapping[Detail, str]:
    """Return what of these the record has now; nothing else is looked up."""
    found: dict[Detail, str] = {}
    if Detail.NAME in asked:
        found[Detail.NAME] = patient.full_name
    if Detail.PHONE in asked:
        rows = PatientContact.objects.filter(patient=patient, system__in=("phone", "sms")).exclude(use="old")
        found[Detail.PHONE] = str(rows.order_by("id").values_list("value", flat=True).first() or "")
    if Detail.ADDRESS in asked:
        place = " ".join(part for part in (patient.city, patient.state, patient.postal_code) if part)
        found[Detail.ADDRESS] = ", ".join(part for part in (*patient.address_lines, place) if part)
    return found


def _apart(patient: Patient) -> tuple[str, ...]:
    """Return the words of entries that carry a label of their own: as with packets, what they say stays here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT label FROM chart_fact WHERE patient_id = %s AND label_mask & ~%s <> 0 AND label <> ''",
            [patient.pk, patient.label_mask],
        )
        return tuple(row[0] for row in cursor.fetchall())
