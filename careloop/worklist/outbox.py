"""Messages on their way out: composed, addressed and written as rows, by whoever has something to say to a patient."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.catalog.messages import load_private_names, load_tongues
from careloop.facts.access import Acting, Label
from careloop.facts.consents import TellAsk, Topic
from careloop.facts.messages import (
    FIRST_LANGUAGE,
    Composed,
    Hold,
    Need,
    Private,
    Reader,
    State,
    Template,
    Version,
)
from careloop.facts.outbox import (
    TO_OFFICES,
    AboutBooking,
    AboutMedicine,
    Direction,
    HeldFor,
    OutgoingDraft,
    OutState,
    Stopped,
    ThreadWith,
)
from careloop.facts.worklist import LoopKind, Severity
from careloop.facts.worklist import State as LoopState
from careloop.records.models import (
    CircleMember,
    Clinic,
    Consent,
    ContactPoint,
    Loop,
    Message,
    Outbox,
    Patient,
    Thread,
)
from careloop.rules.compose import compose, preview
from careloop.rules.consents import decide
from careloop.rules.private_words import add_names
from careloop.worklist.approvals import find_words
from careloop.worklist.consents import group_consents
from careloop.worklist.contact_points import Receiver, chosen_openly, find_point, stopped_since
from careloop.worklist.death import find_dead
from careloop.worklist.message_frame import fill_values
from careloop.worklist.opening import Draft, open_loop, primary_coordinators
from careloop.worklist.part2 import add_notice

# The loop that asks for an interpreter where the words were not in the person's language.
INTERPRETER = "offer_interpreter"
# The situation of a message in somebody's own words.
OWN_WORDS = "own_words"
WORDS_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it would go, and to whom: what a preview shows and what is kept."""

    composed: Composed
    receiver: Receiver
    point: ContactPoint | None
    words_sha256: bytes
    is_draft_words: bool
    is_answer: bool


def queue_message(acting: Acting, draft: OutgoingDraft) -> UUID:
    """Write a message to a patient, or to somebody of the circle, on its way; return its key.

    Inside a caller's door and transaction. The same ``key`` again is the same message and gives the same id. Where its
    words are not in the person's language it goes in English, and a loop to offer an interpreter is opened.

    :raises Refusal: if it may not go: the person has died, wants no messages there, has no address or a frozen one, no
        consent holds, the words are not approved or name what others may not see, or it would be too late
    :raises NotFound: if the patient or the person of the circle is not there, or not theirs
    """
    known = Outbox.objects.filter(key=draft.key).values_list("pk", flat=True).first()
    if known is not None:
        return UUID(str(known))
    written = write_message(acting, draft)
    refuse_hindered(acting, draft, written)
    assert written.point is not None
    thread = find_thread(acting, draft, written.receiver)
    try:
        with transaction.atomic():
            made = keep_message(acting, draft, written, thread)
    except IntegrityError:
        # Somebody else wrote the same key a moment ago: theirs is the message.
        known = Outbox.objects.filter(key=draft.key).values_list("pk", flat=True).first()
        if known is None:
            raise
        return UUID(str(known))
    if Need.INTERPRETER in written.composed.needs:
        offer_interpreter(acting, written.receiver, draft.loop_id)
    return made


def write_message(acting: Acting, draft: OutgoingDraft) -> Written:
    """Return a message as it would go, without keeping anything but addresses that the record has come to know.

    :raises Refusal: if the situation is unknown, has no words for the road, or a value is missing
    :raises NotFound: if the patient or the person of the circle is not there, or not theirs
    """
    receiver = _find_receiver(draft)
    template = _find_template(draft)
    reader = Reader(_language_of(receiver), receiver.patient.zone, chosen_openly(receiver))
    clinic = Clinic.objects.first() or Clinic()
    values = fill_values(acting, receiver, draft.values)
    names = add_names(load_private_names(), [(clinic.name, Private.CLINIC)] if clinic.name else [])
    language = reader.language.split("-")[0].lower()
    own = template.versions.get(language)
    # Draft words go only where the clinic said so, and in the demo: the page says so beside each.
    take_draft = own is not None and own.state is not State.APPROVED and may_send_drafts(clinic)
    try:
        make = preview if take_draft else compose
        composed = make(template, reader, draft.road, values, tongues=load_tongues(), names=names)
    except KeyError as missing:
        raise Refusal(Say("refusal.outbox_value", what=str(missing.args[0]))) from None
    version = template.versions[composed.language]
    if receiver.member is not None:
        composed = add_notice(composed, draft.topic, Label(message_labels(draft, receiver)))
    if draft.words and composed.language != language:
        composed = replace(composed, needs=composed.needs | {Need.INTERPRETER})
    return Written(
        composed=composed,
        receiver=receiver,
        point=find_point(acting, receiver, draft.road, point_id=draft.point_id),
        words_sha256=hashlib.sha256(f"{version.body}\0{version.text}".encode()).digest(),
        is_draft_words=version.state is not State.APPROVED,
        is_answer=template.is_answer,
    )


def may_send_drafts(clinic: Clinic | None = None) -> bool:
    """Tell whether words that nobody approved may go: in a demo, or where ``CARELOOP_DRAFT_WORDS`` says so."""
    one = clinic or Clinic.objects.first()
    return bool(settings.DRAFT_WORDS_MAY_GO or (one is not None and one.is_demo))


def refuse_hindered(acting: Acting, draft: OutgoingDraft, written: Written) -> None:
    """Refuse what may not go as it stands now; the claim asks the same again when its time comes.

    :raises Refusal: with the first thing that stands in the way
    """
    receiver, composed, point = written.receiver, written.composed, written.point
    since = stopped_since(receiver, draft.road)
    private = composed.private[0] if composed.private else None
    not_approved = Hold.NOT_APPROVED in composed.holds and not may_send_drafts()
    rules = (
        (receiver.patient.pk in find_dead([receiver.patient.pk]), Say("refusal.outbox_dead")),
        (since is not None and not draft.is_last_word, Say("refusal.outbox_stopped")),
        (point is None, Say("refusal.outbox_no_address")),
        (point is not None and point.frozen_at is not None, Say("refusal.outbox_frozen")),
        (not_approved and not draft.words, Say("refusal.outbox_not_approved")),
        (private is not None, Say("refusal.outbox_private", word=private.word if private else "")),
        (draft.good_until <= max(acting.at, draft.not_before), Say("refusal.outbox_too_late")),
        (_is_moved(draft), Say("refusal.outbox_moved")),
    )
    for hinders, no in rules:
        if hinders:
            raise Refusal(no)
    if receiver.member is not None:
        _expect_consent(acting, draft, receiver.member, message_labels(draft, receiver))


def find_thread(acting: Acting, draft: OutgoingDraft, receiver: Receiver) -> Thread:
    """Return the thread that a message belongs to: the one named, else that with its receiver, opened if need be.

    :raises NotFound: if the one named is of another patient or with somebody else
    """
    rows = Thread.objects.filter(patient=receiver.patient)
    if draft.thread_id is not None:
        named: Thread | None = rows.filter(pk=draft.thread_id, member_id=receiver.member_id).first()
        if named is None:
            raise NotFound
        return named
    return open_thread(acting, receiver)


def open_thread(acting: Acting, receiver: Receiver) -> Thread:
    """Return the thread with somebody, opened with the primary coordinator as its owner if there is none yet."""
    partner = ThreadWith.MEMBER if receiver.member else ThreadWith.PATIENT
    rows = Thread.objects.filter(patient=receiver.patient, partner=str(partner), member_id=receiver.member_id)
    found: Thread | None = rows.first()
    if found is not None:
        return found
    patient = receiver.patient
    with connection.cursor() as cursor:
        # Two who open it at once open one.
        cursor.execute(
            "INSERT INTO thread (id, patient_id, unit_id, label_mask, partner, member_id, owner_id, opened_at, last_at,"
            " version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1) ON CONFLICT DO NOTHING",
            [
                new_id(acting.at), patient.pk, patient.unit_id, patient.label_mask, str(partner), receiver.member_id,
                primary_coordinators(acting, [patient.pk]).get(patient.pk), acting.at, acting.at,
            ],
        )  # fmt: skip
    return Thread.objects.get(patient=patient, partner=str(partner), member_id=receiver.member_id)


def offer_interpreter(acting: Acting, receiver: Receiver, loop_id: UUID | None = None) -> None:
    """Open the loop to offer an interpreter, unless one is open: words went out in another language than was asked."""
    patient = receiver.patient
    asked = Loop.objects.filter(patient=patient, check_name=INTERPRETER).exclude(state=str(LoopState.CLOSED))
    if asked.exists():
        return
    open_loop(
        acting,
        Draft(
            kind=LoopKind.TASK,
            patient_id=patient.pk,
            unit_id=patient.unit_id,
            label_mask=patient.label_mask,
            title=Say("outbox.interpreter"),
            because=(Say("outbox.interpreter_because"),),
            if_waits=Say("outbox.interpreter_if_waits"),
            step=Say("step.outbox_interpreter"),
            severity=Severity.MODERATE,
            owner_id=primary_coordinators(acting, [patient.pk]).get(patient.pk),
            queue_id=patient.unit_id,
            check_name=INTERPRETER,
            finding_key=str(receiver.member_id or patient.pk),
            parent_id=loop_id,
        ),
        zone=patient.zone,
    )


def withdraw(acting: Acting, row: Outbox, because: Stopped = Stopped.BY_PERSON, note: str = "") -> bool:
    """Take back what has not gone yet; tell whether it did. The row is locked by the caller, or is here."""
    return bool(withdraw_where(acting, {"pk": row.pk}, because, note))


def withdraw_where(
    acting: Acting, which: Mapping[str, object], because: Stopped = Stopped.BY_PERSON, note: str = ""
) -> int:
    """Take back everything that has not gone yet among these rows; return how many: what is being sent is not.

    A stop is about the patient and their people: it takes nothing back that goes to an office.
    """
    rows = Outbox.objects.filter(**which, state__in=[str(OutState.HELD), str(OutState.WAITING)])
    if because is Stopped.STOPPED:
        rows = rows.exclude(kind__in=[str(one) for one in TO_OFFICES])
    return int(
        rows.update(
            state=str(OutState.WITHDRAWN), state_since=acting.at, held_for="", next_at=None,
            stopped_because=str(because), stopped_note=note,
        )
    )  # fmt: skip


def keep_message(acting: Acting, draft: OutgoingDraft, written: Written, thread: Thread) -> UUID:
    """Keep what was written, as it was composed for its own road, on its way by the draft's; return its key."""
    receiver, composed, point = written.receiver, written.composed, written.point
    assert point is not None
    made, labels = new_id(acting.at), message_labels(draft, receiver)
    columns = {"patient_id": receiver.patient.pk, "unit_id": receiver.patient.unit_id, "label_mask": labels}
    Message(
        id=made, **columns, thread=thread, direction=str(Direction.OUT), at=acting.at, by_id=acting.person_id,
        road=str(composed.road), language=composed.language, asked_language=composed.asked_language,
        situation=draft.situation or OWN_WORDS, words_sha256=written.words_sha256,
        is_draft_words=written.is_draft_words, topic=str(draft.topic), words=composed.words,
        pieces={str(piece): text for piece, text in composed.pieces}, loop_id=draft.loop_id,
    ).save(force_insert=True)  # fmt: skip
    Thread.objects.filter(pk=thread.pk).update(last_at=acting.at)
    undo_until = acting.at + timedelta(seconds=draft.undo_seconds)
    meant_at = max(draft.not_before, undo_until)
    is_held = draft.undo_seconds > 0
    Outbox(
        id=made, **columns, key=draft.key, thread=thread, message_id=made, member_id=receiver.member_id,
        topic=str(draft.topic), purpose=str(draft.purpose), road=str(draft.road), point=point, address=point.address,
        zone=receiver.patient.zone, at_any_hour=written.is_answer or draft.is_last_word,
        is_last_word=draft.is_last_word, **_about(draft), loop_id=draft.loop_id,
        state=str(OutState.HELD if is_held else OutState.WAITING), held_for=str(HeldFor.UNDO) if is_held else "",
        state_since=acting.at, meant_at=meant_at, next_at=meant_at, good_until=draft.good_until, queued_at=acting.at,
        queued_by_id=acting.person_id,
    ).save(force_insert=True)  # fmt: skip
    return made


def _about(draft: OutgoingDraft) -> dict[str, object]:
    match draft.about:
        case AboutBooking(booking_id, version):
            return {"booking_id": booking_id, "booking_version": version}
        case AboutMedicine(resource_id, version):
            return {"resource_id": resource_id, "resource_version": version}
        case None:
            return {}


def _is_moved(draft: OutgoingDraft) -> bool:
    """Tell whether the visit that is spoken of is not as the writer saw it."""
    if not isinstance(draft.about, AboutBooking):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM booking b WHERE b.id = %s AND b.patient_id = %s"
            " AND (b.version = %s OR b.state = 'confirmed' AND b.version > %s))",
            [draft.about.booking_id, draft.patient_id, draft.about.version, draft.about.version],
        )
        return not cursor.fetchone()[0]


def message_labels(draft: OutgoingDraft, receiver: Receiver) -> int:
    """Return the labels of a message: of its patient, of the loop it is about, and of what is said."""
    loop = 0
    if draft.loop_id is not None:
        loop = Loop.objects.filter(pk=draft.loop_id).values_list("label_mask", flat=True).first() or 0
    return int(receiver.patient.label_mask | loop | int(draft.labels))


def _expect_consent(acting: Acting, draft: OutgoingDraft, member: CircleMember, labels: int) -> None:
    given = group_consents(Consent.objects.filter(member=member).order_by("id")).get(member.pk, [])
    why = decide(given, TellAsk(draft.topic, draft.purpose, draft.road, Label(labels)), acting.at)
    if not why.is_allowed:
        raise Refusal(Say(f"refusal.telling_{why.why}"))


def _find_receiver(draft: OutgoingDraft) -> Receiver:
    patient = Patient.objects.filter(pk=draft.patient_id).first()
    if patient is None or draft.topic is Topic.EVERYTHING:
        raise NotFound
    if draft.member_id is None:
        return Receiver(patient)
    member = CircleMember.objects.filter(pk=draft.member_id, patient=patient, ended_at=None).first()
    if member is None:
        raise NotFound
    return Receiver(patient, member)


def _find_template(draft: OutgoingDraft) -> Template:
    """Return the situation, or one made of the writer's own words.

    :raises Refusal: if it is unknown, or own words are missing or too long
    """
    if draft.situation:
        found = find_words(draft.situation)
        if found is None:
            raise Refusal(Say("refusal.outbox_situation", key=draft.situation))
        return found
    words = " ".join(draft.words.replace("\x00", "").split(" ")).strip()
    if not words or len(words) > WORDS_LONGEST:
        raise Refusal(Say("refusal.outbox_words", count=WORDS_LONGEST))
    language = draft.language.split("-")[0].lower() or FIRST_LANGUAGE
    tongue = language if language in load_tongues() else FIRST_LANGUAGE
    # Braces in somebody's words stay braces. Whoever writes answers for the words: nobody approves them beforehand.
    body = words.replace("{", "{{").replace("}", "}}")
    version = Version(tongue, body, "", State.APPROVED, "", None)
    versions = {FIRST_LANGUAGE: version, tongue: version}
    return Template(OWN_WORDS, draft.topic, (draft.road,), frozenset(), False, versions)


def _language_of(receiver: Receiver) -> str:
    if receiver.member is not None and receiver.member.language:
        return str(receiver.member.language)
    languages = receiver.patient.languages
    return str(languages[0]) if languages and receiver.member is None else FIRST_LANGUAGE
