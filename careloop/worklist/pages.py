"""Messages behind a link: kept whole, told of by neutral words on another road, and looked at anew when shown.

What goes out is one row: a text or an e-mail that carries the link and nothing else. The message itself lies in its
thread, on the road of pages. All that may stop a message stops it when it is handed over and again when it is shown:
then the page says that it has changed, and nothing of the old content.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, transaction

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting, Role
from careloop.facts.consents import ConsentPurpose, Road, Topic
from careloop.facts.disclosures import Basis, What
from careloop.facts.messages import Field, Hold, Need, Piece
from careloop.facts.outbox import AboutBooking, OutgoingDraft, OutState
from careloop.facts.portal import LINK_MARK, LINK_ROADS, MESSAGE_DAYS, AnswerForm, LinkPurpose, LinkStep, OwnMessage
from careloop.guard.links import lock_hearing
from careloop.records.models import (
    Booking,
    Disclosure,
    Message,
    Outbox,
    PatientLink,
    PatientLinkStep,
    Resource,
)
from careloop.rules.threads import ASKS
from careloop.worklist.contact_points import stopped_since
from careloop.worklist.link_rows import expect_openable, note_step, save_link
from careloop.worklist.outbox import (
    Written,
    find_thread,
    keep_message,
    may_send_drafts,
    message_labels,
    offer_interpreter,
    refuse_hindered,
    write_message,
)
from careloop.worklist.portal_address import find_portal_address
from careloop.worklist.sent_links import hash_token, message_key, token_of

# The words that carry the link: they say who wrote, and nothing of what.
COVER = "page_link"


def write_page(acting: Acting, draft: OutgoingDraft, carrier: Road) -> Written:
    """Return a message behind a link as it would go: first what is sent, then the page. Nothing is kept.

    :raises Refusal: if it cannot be written, or the address of patients' pages is not set
    """
    address = find_portal_address()
    if carrier not in LINK_ROADS or not address:
        raise Refusal(Say("refusal.page_off"))
    page = write_message(acting, replace(draft, road=Road.PORTAL))
    cover = write_message(acting, _cover(draft, carrier, address))
    composed = replace(
        page.composed,
        pieces=(*cover.composed.pieces, *page.composed.pieces),
        private=(*cover.composed.private, *page.composed.private),
        parts=cover.composed.parts,
        holds=page.composed.holds | cover.composed.holds,
        needs=page.composed.needs | cover.composed.needs,
    )
    is_draft = page.is_draft_words or cover.is_draft_words
    return replace(page, composed=composed, point=cover.point, is_draft_words=is_draft)


def refuse_page(acting: Acting, draft: OutgoingDraft, carrier: Road, written: Written) -> None:
    """Refuse a message behind a link that may not go as it stands now: on its page, or on the road of its link.

    :raises Refusal: with the first thing that stands in the way
    """
    receiver = written.receiver
    role = Role.PROXY if receiver.member_id else Role.PATIENT
    expect_openable(receiver.patient, message_labels(draft, receiver), role)
    if stopped_since(receiver, Road.PORTAL) is not None:
        raise Refusal(Say("refusal.outbox_stopped"))
    if Hold.NOT_APPROVED in written.composed.holds and not may_send_drafts():
        raise Refusal(Say("refusal.outbox_not_approved"))
    for road in (carrier, Road.PORTAL):
        # The consent to be told must hold for the page and for the road of its link.
        refuse_hindered(acting, replace(draft, road=road), written)


def queue_page(acting: Acting, draft: OutgoingDraft, carrier: Road) -> UUID:
    """Keep a message behind a link and write what carries it on its way; return its key.

    Inside a caller's door and transaction. The same ``key`` again is the same message and gives the same id.

    :raises Refusal: if it may not go
    """
    link_id = uuid5(NAMESPACE_URL, f"careloop page {draft.key}")
    key = message_key(link_id)
    known = Outbox.objects.filter(key=key).values_list("pk", flat=True).first()
    if known is not None:
        return UUID(str(known))
    written = write_page(acting, draft, carrier)
    refuse_page(acting, draft, carrier, written)
    receiver = written.receiver
    sent = replace(draft, road=carrier, key=key)
    thread = find_thread(acting, sent, receiver)
    until = acting.at + timedelta(days=MESSAGE_DAYS)
    if isinstance(draft.about, AboutBooking):
        ends_at = Booking.objects.filter(pk=draft.about.booking_id).values_list("ends_at", flat=True).get()
        until = min(until, ends_at)
    sent = replace(sent, good_until=min(sent.good_until, until))
    try:
        with transaction.atomic():
            made = keep_message(acting, sent, written, thread)
            save_link(
                acting, receiver.patient, message_labels(draft, receiver), key=link_id,
                token_hash=hash_token(token_of(link_id)), purpose=LinkPurpose.MESSAGE, until=until,
                member_id=receiver.member_id, message_id=made,
            )  # fmt: skip
    except IntegrityError:
        # Somebody else wrote the same key a moment ago: theirs is the message.
        known = Outbox.objects.filter(key=key).values_list("pk", flat=True).first()
        if known is None:
            raise
        return UUID(str(known))
    if Need.INTERPRETER in written.composed.needs:
        offer_interpreter(acting, receiver, draft.loop_id)
    return made


def load_message(acting: Acting, link: PatientLink) -> OwnMessage:
    """Return what a link shows of its message: whole, or only that it has changed."""
    message = _message_of(link)
    language = message.asked_language or message.language
    if _has_changed(acting, link, message):
        return OwnMessage(language=language, has_changed=True)
    answer = PatientLinkStep.objects.filter(link=link, step=str(LinkStep.ANSWERED)).values_list("words", flat=True)
    return OwnMessage(
        words=message.pieces.get(str(Piece.PORTAL_PAGE), message.words),
        language=message.language,
        form=AnswerForm.YES_NO if message.situation in ASKS else AnswerForm.WORDS,
        answer=answer.first() or "",
    )


def note_seen(acting: Acting, link: PatientLink) -> None:
    """Note that a link that was opened just now shows its message, if it still does: then it has arrived.

    Of somebody of the circle the ledger keeps what they were told, by the consent that holds at this moment.
    """
    message = _message_of(link)
    if _has_changed(acting, link, message):
        return
    if link.member is not None:
        _disclose(acting, link, message)
    note_step(acting, link, LinkStep.SEEN, link.person_id)
    row = Outbox.objects.select_for_update(of=("self",), no_key=True).get(message_id=message.pk)
    if row.state == OutState.SENT:
        row.state, row.state_since, row.delivered_at = str(OutState.DELIVERED), acting.at, acting.at
        row.save()


def _message_of(link: PatientLink) -> Message:
    assert link.message is not None
    return link.message


def _cover(draft: OutgoingDraft, carrier: Road, address: str) -> OutgoingDraft:
    values = {Field.LINK: f"{address}/p/{LINK_MARK}/"}
    return replace(draft, road=carrier, situation=COVER, words="", language="", values=values, point_id=None)


def _has_changed(acting: Acting, link: PatientLink, message: Message) -> bool:
    """Tell whether a message may not be shown as it was written: what it rests on is another, or was taken back."""
    row = Outbox.objects.select_related("point").get(message_id=message.pk)
    point = row.point
    return (
        row.state == OutState.WITHDRAWN
        or point is None
        or point.frozen_at is not None
        or point.ended_at is not None
        or not _is_same_visit(row)
        or not _is_same_medicine(row)
        or (link.member is not None and (link.member.ended_at is not None or _consent(acting, link, row) is None))
    )


def _is_same_visit(row: Outbox) -> bool:
    if row.booking_id is None:
        return True
    found = Booking.objects.filter(pk=row.booking_id).values_list("version", "state").first()
    return found is not None and (
        found[0] == row.booking_version or (found[1] == "confirmed" and found[0] > row.booking_version)
    )


def _is_same_medicine(row: Outbox) -> bool:
    if row.resource_id is None or row.resource_version is None:
        return True
    return Resource.objects.filter(pk=row.resource_id, version=row.resource_version).exists()


def _consent(acting: Acting, link: PatientLink, row: Outbox) -> UUID | None:
    assert link.member_id is not None
    return lock_hearing(acting, link.member_id, LinkPurpose.MESSAGE, int(link.label_mask), Topic(row.topic))


def _disclose(acting: Acting, link: PatientLink, message: Message) -> None:
    assert link.member is not None
    row = Outbox.objects.get(message_id=message.pk)
    Disclosure(
        patient_id=link.patient_id, unit_id=link.unit_id, label_mask=link.label_mask, at=acting.at,
        person_id=link.made_by_id, what=str(What.TOLD), recipient=link.member.name, reason=str(ConsentPurpose.CARE),
        sha256=hashlib.sha256(message.words.encode()).digest(), counts={}, basis=str(Basis.CONSENT),
        member_id=link.member.pk, consent_id=_consent(acting, link, row), topic=message.topic,
        purpose=str(ConsentPurpose.CARE), road=str(Road.PORTAL), words=message.words,
    ).save(force_insert=True)  # fmt: skip
