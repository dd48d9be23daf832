"""Referrals: asked for, sent by a person with evidence, answered, sent elsewhere, ended and opened again."""

from uuid import UUID

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words, must_say
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right, Role
from careloop.facts.packets import Packet
from careloop.facts.referrals import (
    AnswerKind,
    ReferralDraft,
    ReferralEvent,
    ReferralState,
    Sending,
    SendingState,
    Urgency,
)
from careloop.guard.doors import action, creating
from careloop.records.models import (
    CareTeamMember,
    DirectoryEntry,
    Loop,
    Patient,
    Referral,
    ReferralAnswer,
    ReferralSending,
)
from careloop.rules.referrals import (
    ANSWERS,
    QUESTION_LONGEST,
    SPECIALTY_LONGEST,
    expect_channel,
    make_question_key,
    see_by,
)
from careloop.worklist.calendar import load_calendar
from careloop.worklist.packet_settling import settle_in_outbox
from careloop.worklist.packets import disclose_packet, find_newest_sending, keep_packet
from careloop.worklist.reaching import expect_unreachable
from careloop.worklist.referral_facts import make_limits
from careloop.worklist.referral_items import recheck_approval
from careloop.worklist.referrals import (
    Move,
    day_of,
    expect_clinician_decided,
    expect_version,
    move_referral,
    no_date,
    open_referral,
)

NAME_LONGEST = 200
# These need words: what is missing, why not.
WITH_WORDS = (AnswerKind.DECLINED, AnswerKind.NEEDS_INFO)
NO_EVIDENCE = Say("refusal.sending_evidence")
ENDED = (ReferralEvent.PATIENT_NO, ReferralEvent.UNREACHABLE, ReferralEvent.DUPLICATE)


@creating(needs=Right.REFERRAL_WRITE, about=Patient)
def make_referral(acting: Acting, patient: Patient, draft: ReferralDraft, *, is_another: bool = False) -> UUID:
    """Ask a specialist a question about a patient; return the referral.

    ``is_another`` says that an open one to the same specialty is another question.

    :raises Refusal: if the question, the specialty or the receiver is missing, who asks is no clinician of the care
        team, the day has passed, or one to this specialty is open and nobody said that this is another
    """
    if patient.is_dead:
        raise Refusal(Say("refusal.patient_has_died"))
    question = " ".join(clean_words(draft.question).split())
    specialty = " ".join(clean_words(draft.specialty).split()).lower()
    if not make_question_key(question) or len(question) > QUESTION_LONGEST:
        raise Refusal(Say("refusal.referral_question", count=QUESTION_LONGEST))
    if not specialty or len(specialty) > SPECIALTY_LONGEST:
        raise Refusal(Say("refusal.referral_specialty"))
    _expect_clinician(acting, patient, draft.asked_by)
    today = day_of(acting.at, patient.zone)
    last = draft.see_by or see_by(draft.urgency, today, make_limits(load_calendar()))
    if last < today:
        raise Refusal(Say("refusal.due_day"))
    beside = Referral.objects.filter(patient=patient, specialty=specialty).exclude(state="closed")
    if not is_another and beside.exists():
        raise Refusal(Say("refusal.referral_beside", specialty=specialty))
    asked = ReferralDraft(question, specialty, draft.urgency, draft.asked_by, draft.to_entry)
    made = open_referral(acting, patient, asked, to_name=_name_receiver(draft.to_entry, draft.to_name), see_by=last)
    return UUID(str(made.pk))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def send_referral(
    acting: Acting, referral: Referral, *, version: int, packet: Packet, pages: bytes, seen: str, sending: Sending
) -> int:
    """Note that a packet went to the receiver, with what shows it, and keep it as it left.

    ``seen`` is the hash of the packet that was looked at. What nobody knows to have gone is being checked.

    :raises Refusal: if the packet is not the one that was seen, nothing shows that it went, or it must go by phone
    """
    expect_version(referral, version)
    expect_channel(Urgency(referral.urgency), sending.channel)
    if packet.referral_id != referral.pk or packet.sha256 != seen or packet.to_name != referral.to_name:
        raise Refusal(Say("refusal.packet_changed"))
    evidence = clean_words(sending.evidence) if sending.is_unsure else must_say(sending.evidence, missing=NO_EVIDENCE)
    kept = keep_packet(acting, referral, packet, pages)
    disclose_packet(acting, referral, kept, referral.to_name)
    ReferralSending(
        **_of(referral), id=new_id(acting.at), referral=referral, packet=kept, to_name=referral.to_name,
        address=clean_words(sending.address, longest=NAME_LONGEST), channel=str(sending.channel),
        state=str(SendingState.CHECKING if sending.is_unsure else SendingState.SENT), evidence=evidence,
        sent_by_id=acting.person_id, sent_at=acting.at,
    ).save(force_insert=True)  # fmt: skip
    event = ReferralEvent.SEND_UNSURE if sending.is_unsure else ReferralEvent.SEND
    said = Say("event.referral_sent", name=referral.to_name)
    if sending.is_unsure:
        said = Say("event.referral_send_unsure", name=referral.to_name)
    return move_referral(acting, referral, Move(event, said, evidence))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def settle_sending(acting: Acting, referral: Referral, *, version: int, went: bool, evidence: str) -> int:
    """Say whether the newest sending went, after it was looked up; what did not go can be sent again.

    :raises Refusal: if nothing is said that shows it, or it is being sent at this moment
    """
    expect_version(referral, version)
    words = must_say(evidence, missing=NO_EVIDENCE)
    event = ReferralEvent.FOUND_SENT if went else ReferralEvent.FOUND_NOT_SENT
    known = [str(SendingState.CHECKING), str(SendingState.SENT)]
    rows = ReferralSending.objects.filter(referral=referral, state__in=known)
    newest = rows.order_by("-sent_at", "-id").first()
    if newest is not None:
        settle_in_outbox(acting, referral, newest, words, went=went)
        newest.state, newest.evidence = str(SendingState.SENT if went else SendingState.NOT_SENT), words
        newest.save()
    said = Say("event.referral_found_sent") if went else Say("event.referral_found_not_sent")
    return move_referral(acting, referral, Move(event, said, words))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def note_answer(acting: Acting, referral: Referral, *, version: int, kind: AnswerKind, said_by: str, note: str) -> int:
    """Note what the receiver said, or that nobody answered. Delivered is not accepted, and accepted is not seen.

    :raises Refusal: if nobody is named who said it, or a decline or a wish for more has no words
    """
    expect_version(referral, version)
    is_silent = kind is AnswerKind.SILENT
    who = (
        clean_words(said_by, longest=NAME_LONGEST)
        if is_silent
        else must_say(said_by, missing=Say("refusal.said_by_missing"))
    )
    words = must_say(note) if kind in WITH_WORDS else clean_words(note)
    columns: dict[str, object] = {"silences": referral.silences + 1} if kind is AnswerKind.SILENT else {"silences": 0}
    if kind is AnswerKind.DECLINED:
        columns["decline_reason"] = words
    ReferralAnswer(
        **_of(referral), id=new_id(acting.at), referral=referral, kind=str(kind), said_by=who, note=words,
        noted_by_id=acting.person_id, at=acting.at,
    ).save(force_insert=True)  # fmt: skip
    if kind is not AnswerKind.SILENT:
        # Whoever answers has it: what was sent did arrive.
        rows = ReferralSending.objects.filter(referral=referral, state=str(SendingState.SENT))
        rows.update(state=str(SendingState.DELIVERED))
    said = Say(f"event.referral_answer_{kind}", name=referral.to_name)
    return move_referral(acting, referral, Move(ANSWERS[kind], said, f"{who}: {words}".strip(": "), columns))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def ask_for_info(acting: Acting, referral: Referral, *, version: int, missing: str) -> int:
    """Say what is missing before the referral can go; the clinician who asked, or somebody for them, gives it.

    :raises Refusal: if nothing is said to be missing
    """
    expect_version(referral, version)
    return move_referral(
        acting, referral, Move(ReferralEvent.ASK_INFO, Say("event.referral_incomplete"), must_say(missing))
    )


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def give_info(acting: Acting, referral: Referral, *, version: int, note: str, question: str = "") -> int:
    """Give what was missing, with a clearer question if there is one; the referral goes out again.

    :raises Refusal: if nothing is said, or the question is too long
    """
    expect_version(referral, version)
    words = " ".join(clean_words(question).split())
    if len(words) > QUESTION_LONGEST:
        raise Refusal(Say("refusal.referral_question", count=QUESTION_LONGEST))
    columns: dict[str, object] = {}
    if make_question_key(words):
        columns = {"question": words, "question_key": make_question_key(words)}
    move = Move(ReferralEvent.GIVE_INFO, Say("event.referral_info"), must_say(note), columns)
    return move_referral(acting, referral, move)


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def reroute_referral(
    acting: Acting, referral: Referral, *, version: int, to_entry: UUID | None, to_name: str, reason: str
) -> int:
    """Send the same question to somebody else: the packet is looked at and sent anew.

    :raises Refusal: if no reason is given, or no receiver, or after two missed visits no clinician has decided
    """
    expect_version(referral, version)
    expect_clinician_decided(acting, referral)
    name = _name_receiver(to_entry, to_name)
    recheck_approval(acting, referral, to_name=name, on=None)
    columns = no_date() | {"to_entry_id": to_entry, "to_name": name, "silences": 0, "misses": 0}
    move = Move(ReferralEvent.REROUTE, Say("event.referral_rerouted", name=name), must_say(reason), columns)
    return move_referral(acting, referral, move)


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def note_specialist(acting: Acting, referral: Referral, *, version: int, name: str, note: str = "") -> int:
    """Note that somebody else sees the patient for this already: their report is asked for instead.

    :raises Refusal: if nobody is named
    """
    expect_version(referral, version)
    who = " ".join(must_say(name, longest=NAME_LONGEST).split())
    columns = no_date() | {"to_entry_id": None, "to_name": who, "is_elsewhere": True}
    said = Say("event.referral_elsewhere", name=who)
    return move_referral(acting, referral, Move(ReferralEvent.HAS_SPECIALIST, said, clean_words(note), columns))


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def end_referral(acting: Acting, referral: Referral, *, version: int, event: ReferralEvent, reason: str) -> int:
    """Close a referral because the patient said no, cannot be reached, or another one asks the same.

    :raises Refusal: if no reason is given, the referral does not end so, or nobody could be reached and not all was
        tried that the rule asks for
    """
    expect_version(referral, version)
    if event not in ENDED:
        raise Refusal(Say("refusal.outcome"))
    if event is ReferralEvent.UNREACHABLE:
        expect_unreachable(acting, Loop.objects.get(pk=referral.loop_id))
    return move_referral(acting, referral, Move(event, Say(f"event.referral_ended_{event}"), must_say(reason)))


@action(needs=Right.REFERRAL_SIGN, about=Referral)
def withdraw_referral(acting: Acting, referral: Referral, *, version: int, reason: str) -> int:
    """Take the question back, on a clinician's word.

    :raises Refusal: if no reason is given
    """
    expect_version(referral, version)
    move = Move(ReferralEvent.WITHDRAW, Say("event.referral_withdrawn"), must_say(reason))
    return move_referral(acting, referral, move)


@action(needs=Right.REFERRAL_WRITE, about=Referral)
def reopen_referral(acting: Acting, referral: Referral, *, version: int, reason: str) -> int:
    """Open a closed referral again: the same question goes out anew, what was stays in its history.

    If nobody knows whether it went the last time, that is looked up first.

    :raises Refusal: if no reason is given, or the patient has died
    """
    expect_version(referral, version)
    columns = no_date() | {
        "read_by": None, "read_at": None, "told_by": None, "told_at": None, "told_how": "", "teach_back": "",
        "is_elsewhere": False, "silences": 0, "misses": 0, "seen_on": None, "decline_reason": "",
    }  # fmt: skip
    is_unsure = find_newest_sending(referral) is SendingState.CHECKING
    back_to = ReferralState.CHECKING if is_unsure else None
    said = Say("event.referral_reopened")
    move = Move(ReferralEvent.REOPEN, said, must_say(reason), columns, back_to=back_to)
    return move_referral(acting, referral, move)


def _of(referral: Referral) -> dict[str, object]:
    return {"patient_id": referral.patient_id, "unit_id": referral.unit_id, "label_mask": referral.label_mask}


def _expect_clinician(acting: Acting, patient: Patient, person: UUID) -> None:
    """Refuse an asker who could not read the report: only a clinician of the patient's care team reaches it."""
    members = CareTeamMember.objects.filter(patient=patient, person_id=person, during__contains=acting.at)
    if not members.filter(person__role=str(Role.CLINICIAN), person__is_active=True).exists():
        raise Refusal(Say("refusal.referral_asker"))


def _name_receiver(entry_id: UUID | None, words: str) -> str:
    """Return the name of the receiver: that of the entry, else what was written."""
    if entry_id is not None:
        entry = DirectoryEntry.objects.filter(pk=entry_id, is_active=True).first()
        if entry is None:
            raise NotFound
        return str(entry.name)
    name = " ".join(clean_words(words, longest=NAME_LONGEST).split())
    if not name:
        raise Refusal(Say("refusal.referral_receiver"))
    return name
