"""What is told to somebody of the circle, or handed to somebody else: a line of the ledger, or it is not told."""

import hashlib
from uuid import UUID

from django.db import connection

from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Label, Right
from careloop.facts.consents import TellAsk, TellDraft, Topic
from careloop.facts.disclosures import CHOSEN, Basis, NoteDraft, What
from careloop.guard.doors import creating
from careloop.guard.grants import load_relations
from careloop.records.models import CircleMember, Consent, Disclosure, Document, Patient
from careloop.rules.access import may_see_labels
from careloop.rules.consents import decide
from careloop.worklist.consents import group_consents

LIMIT, WORDS = 500, 2000


@creating(needs=Right.CIRCLE_WRITE, about=Patient)
def tell_member(acting: Acting, patient: Patient, draft: TellDraft, *, member_id: UUID) -> int:
    """Keep that somebody of the circle is told, in words or by a document; return the line of the ledger.

    The consent is locked until the line is written: who takes it back waits, and whoever comes later finds none.

    :raises Refusal: if no consent holds for this, with the reason; if the teller may not see what is told
    """
    member = CircleMember.objects.filter(pk=member_id, patient=patient, ended_at=None).first()
    if member is None or draft.ask.topic is Topic.EVERYTHING:
        raise NotFound
    words, document = _stated(draft.words, WORDS), _find_document(patient, draft.document_id)
    mask = patient.label_mask | int(draft.ask.labels) | (document.label_mask if document else 0)
    _expect_seen(acting, patient, mask)
    ask = TellAsk(draft.ask.topic, draft.ask.purpose, draft.ask.road, Label(mask))
    consent = _lock_consent(acting, member, ask)
    made = Disclosure(
        patient=patient, unit_id=patient.unit_id, label_mask=mask, at=acting.at, person_id=acting.person_id,
        what=str(What.TOLD), recipient=member.name, reason=str(ask.purpose), sha256=_hash(words, document), counts={},
        basis=str(Basis.CONSENT), member=member, consent_id=consent, topic=str(ask.topic), purpose=str(ask.purpose),
        road=str(ask.road), words=words, document=document,
    )  # fmt: skip
    made.save(force_insert=True)
    return int(made.pk)


@creating(needs=Right.CIRCLE_WRITE, about=Patient)
def note_disclosure(acting: Acting, patient: Patient, draft: NoteDraft) -> int:
    """Keep that something was told or handed to somebody who is not of the circle; return the line of the ledger.

    :raises Refusal: unless recipient, reason, ground and words are stated
    """
    if draft.basis not in CHOSEN:
        raise Refusal(Say("refusal.disclosure_basis"))
    to_whom, why = _stated(draft.recipient, LIMIT), _stated(draft.reason, LIMIT)
    words, document = _stated(draft.words, WORDS), _find_document(patient, draft.document_id)
    mask = patient.label_mask | (document.label_mask if document else 0)
    _expect_seen(acting, patient, mask)
    made = Disclosure(
        patient=patient, unit_id=patient.unit_id, label_mask=mask, at=acting.at, person_id=acting.person_id,
        what=str(What.NOTED), recipient=to_whom, reason=why, sha256=_hash(words, document), counts={},
        basis=str(draft.basis), words=words, document=document,
    )  # fmt: skip
    made.save(force_insert=True)
    return int(made.pk)


def _lock_consent(acting: Acting, member: CircleMember, ask: TellAsk) -> UUID:
    """Return the consent that holds, locked.

    :raises Refusal: with the reason of the nearest one, if none does
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lock_consent(%s, %s, %s, %s, %s, %s)",
            [member.pk, str(ask.topic), str(ask.purpose), str(ask.road), int(ask.labels), acting.at],
        )
        (found,) = cursor.fetchone()
    if found is None:
        given = group_consents(Consent.objects.filter(member=member).order_by("id")).get(member.pk, [])
        why = decide(given, ask, acting.at).why
        raise Refusal(Say(f"refusal.telling_{why}"))
    return UUID(str(found))


def _expect_seen(acting: Acting, patient: Patient, mask: int) -> None:
    """Who may not see something does not tell it."""
    _relations, granted = load_relations(acting, patient.pk, patient.unit_id)
    if not may_see_labels(acting, mask, granted):
        raise Refusal(Say("refusal.telling_unseen"))


def _find_document(patient: Patient, key: UUID | None) -> Document | None:
    if key is None:
        return None
    found: Document | None = Document.objects.filter(pk=key, patient=patient).first()
    if found is None:
        raise NotFound
    return found


def _hash(words: str, document: Document | None) -> bytes:
    """Return the SHA-256 of exactly what went: of the words, and of the document's own hash where one went along."""
    whole = hashlib.sha256(words.encode())
    if document is not None:
        whole.update(b"\0" + bytes(document.sha256))
    return whole.digest()


def _stated(words: str, limit: int) -> str:
    text = " ".join(words.replace("\x00", "").split())
    if not text or len(text) > limit:
        raise Refusal(Say("refusal.disclosure_words", count=limit))
    return text
