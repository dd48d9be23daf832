"""The circle of a patient: people are added, changed and ended; consents are given and taken back; code words set."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from django.contrib.auth.hashers import make_password

from careloop.basics.ids import new_id
from careloop.basics.notes import clean_words
from careloop.basics.refusals import NotFound, Refusal, TakenMeanwhile
from careloop.basics.words import Say
from careloop.facts.access import Acting, Right
from careloop.facts.consents import ConsentDraft, GivenHow, MemberDraft
from careloop.guard.doors import action, creating
from careloop.parcels.taken_back import keep_taken_back
from careloop.records.models import CallerCode, CircleMember, Consent, Document, Patient
from careloop.rules.callers import fold_code
from careloop.rules.consents import check_consent, find_end, named_by

# Letters of a name or a way to reach somebody, and of a code word.
LONGEST, ADDRESS_LONGEST = 200, 500
CODE_SHORTEST, CODE_LONGEST = 4, 60


@creating(needs=Right.CIRCLE_WRITE, about=Patient)
def add_member(acting: Acting, patient: Patient, draft: MemberDraft) -> UUID:
    """Add somebody to the circle of a patient; return their key. They may be told nothing yet.

    :raises Refusal: without a name, or with words that are too long
    """
    member = CircleMember(
        id=new_id(acting.at),
        **_of(patient),
        **_columns(draft),
        added_at=acting.at,
        added_by_id=acting.person_id,
        changed_at=acting.at,
        changed_by_id=acting.person_id,
    )
    member.save(force_insert=True)
    return UUID(str(member.pk))


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def change_member(acting: Acting, patient: Patient, draft: MemberDraft, *, member_id: UUID, version: int) -> None:
    """Write somebody of the circle down as they are now; how it was stays in the history.

    :raises TakenMeanwhile: if somebody else changed them first
    """
    member = _lock_member(patient, member_id, version)
    for name, value in _columns(draft).items():
        setattr(member, name, value)
    _touch(acting, member)


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def end_member(acting: Acting, patient: Patient, *, member_id: UUID, version: int, reason: str) -> None:
    """End somebody's place in the circle, with the reason; every consent to tell them ends with it.

    :raises Refusal: without a reason
    """
    member = _lock_member(patient, member_id, version)
    member.ended_at, member.ended_because = acting.at, _why(reason)
    standing = Consent.objects.filter(member=member, taken_back_at=None)
    keep_taken_back(acting.at, standing.order_by("id").values_list("pk", flat=True))
    _touch(acting, member)


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def give_consent(acting: Acting, patient: Patient, draft: ConsentDraft, *, member_id: UUID) -> tuple[UUID, ...]:
    """Write down what a patient agreed to: a row for each topic, purpose and road; return their keys.

    :raises Refusal: if it says nothing, is over already, or what it rests on is missing
    """
    if not CircleMember.objects.filter(pk=member_id, patient=patient, ended_at=None).exists():
        raise NotFound
    check_consent(draft, acting.at, patient.zone)
    paper = draft.document_id if draft.how is GivenHow.PAPER else None
    if paper is not None and not Document.objects.filter(pk=paper, patient=patient).exists():
        raise NotFound
    witness = draft.witness_id if draft.how is GivenHow.VOICE else None
    end = find_end(draft, acting.at, patient.zone)
    keys = []
    for topic in draft.topics:
        for purpose in draft.purposes:
            for road in draft.roads:
                row = Consent(
                    id=new_id(acting.at),
                    **_of(patient),
                    member_id=member_id,
                    topic=str(topic),
                    purpose=str(purpose),
                    road=str(road),
                    named_labels=int(named_by(draft, topic)),
                    starts_at=acting.at,
                    ends_at=end,
                    how=str(draft.how),
                    document_id=paper,
                    witness_id=witness,
                    entered_at=acting.at,
                    entered_by_id=acting.person_id,
                )
                row.save(force_insert=True)
                keys.append(UUID(str(row.pk)))
    return tuple(keys)


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def take_back(acting: Acting, patient: Patient, *, member_id: UUID, reason: str, consent_id: UUID | None = None) -> int:
    """Take a consent back, with every other that says the same, or all that somebody was given; return how many.

    Whoever is telling at this moment is waited for; from the end of this nobody is told any more.

    :raises NotFound: if there is no such consent
    :raises Refusal: without a reason, or if nothing stands
    """
    why = _why(reason)
    rows = Consent.objects.filter(patient=patient, member_id=member_id, taken_back_at=None)
    if consent_id is not None:
        one = Consent.objects.filter(pk=consent_id, patient=patient, member_id=member_id).first()
        if one is None:
            raise NotFound
        rows = rows.filter(topic=one.topic, purpose=one.purpose, road=one.road)
    keys = list(rows.select_for_update(of=("self",), no_key=True).order_by("id").values_list("pk", flat=True))
    if not keys:
        raise Refusal(Say("refusal.consent_taken_back"))
    standing = Consent.objects.filter(pk__in=keys, taken_back_at=None)
    keep_taken_back(acting.at, keys)
    return int(standing.update(taken_back_at=acting.at, taken_back_by_id=acting.person_id, taken_back_because=why))


@action(needs=Right.CIRCLE_WRITE, about=Patient)
def set_code(acting: Acting, patient: Patient, *, code: str, member_id: UUID | None = None) -> None:
    """Set the code word of a patient, or of somebody of the circle; the one before ends. Only its hash is kept.

    :raises Refusal: if it is too short or too long
    """
    word = fold_code(code)
    if not CODE_SHORTEST <= len(word) <= CODE_LONGEST:
        raise Refusal(Say("refusal.caller_code", count=CODE_SHORTEST))
    if member_id is not None and not CircleMember.objects.filter(pk=member_id, patient=patient, ended_at=None).exists():
        raise NotFound
    CallerCode.objects.filter(patient=patient, member_id=member_id, ended_at=None).update(ended_at=acting.at)
    CallerCode(
        id=new_id(acting.at),
        **_of(patient),
        member_id=member_id,
        code_hash=make_password(word),
        set_at=acting.at,
        set_by_id=acting.person_id,
    ).save(force_insert=True)


def _columns(draft: MemberDraft) -> dict[str, object]:
    """Return a person as columns, in words without control characters.

    :raises Refusal: without a name, or with words that are too long
    """
    cut = {name: _plain(getattr(draft, name)) for name in ("name", "language", "phone", "email", "address")}
    if not cut["name"]:
        raise Refusal(Say("refusal.member_name"))
    if len(cut["address"]) > ADDRESS_LONGEST or any(len(cut[name]) > LONGEST for name in ("name", "phone", "email")):
        raise Refusal(Say("refusal.member_words", count=LONGEST))
    return asdict(draft) | cut | {"relation": str(draft.relation), "note": clean_words(draft.note)}


def _plain(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())


def _why(reason: str) -> str:
    words = _plain(reason)
    if not words or len(words) > ADDRESS_LONGEST:
        raise Refusal(Say("refusal.circle_why", count=ADDRESS_LONGEST))
    return words


def _touch(acting: Acting, member: CircleMember) -> None:
    member.version += 1
    member.changed_at, member.changed_by_id = acting.at, acting.person_id
    member.save()


def _lock_member(patient: Patient, key: UUID, version: int) -> CircleMember:
    rows = CircleMember.objects.select_for_update(of=("self",), no_key=True)
    member: CircleMember | None = rows.filter(pk=key, patient=patient, ended_at=None).first()
    if member is None:
        raise NotFound
    if member.version != version:
        raise TakenMeanwhile(Say("refusal.member_changed"))
    return member


def _of(patient: Patient) -> Mapping[str, object]:
    return {"patient_id": patient.pk, "unit_id": patient.unit_id, "label_mask": patient.label_mask}
