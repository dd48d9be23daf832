"""Packets of referrals as they are kept, put on their way out, wrapped for a channel, and written into the ledger."""

import hashlib
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from careloop.basics.ids import new_id
from careloop.basics.refusals import NotFound, Refusal
from careloop.basics.words import Say
from careloop.catalog.speech import speak
from careloop.facts.access import Acting
from careloop.facts.consents import Road, Topic
from careloop.facts.directory import ReferralBy
from careloop.facts.disclosures import Basis, What
from careloop.facts.outbox import Enclosure, OutKind, OutState
from careloop.facts.packets import Packet
from careloop.facts.referrals import Channel, SendingState
from careloop.formats.fhir.packet import make_bundle
from careloop.formats.packet import read_packet, write_packet
from careloop.records.models import (
    Clinic,
    DirectoryEntry,
    Disclosure,
    Document,
    Outbox,
    Referral,
    ReferralPacket,
    ReferralSending,
)
from careloop.rules.outbox import fold_address
from careloop.worklist.endpoints import key_for, url_of
from careloop.worklist.packet_files import load_files

COUNTED = ("problems", "medicines", "allergies", "results", "coverage", "documents")
# What is sent is in the clinic's language: the receiver's is not known.
LANGUAGE = "en"
PDF, FILE = "application/pdf", "referral.pdf"
FHIR, BUNDLE = "application/fhir+json", "referral.json"
# How long a packet may wait for a server that is down, or for a person: then somebody decides anew.
GOOD_FOR = timedelta(days=3)


def keep_packet(acting: Acting, referral: Referral, packet: Packet, pages: bytes) -> ReferralPacket:
    """Keep a packet as it leaves. Documents that go along must be the patient's.

    :raises NotFound: if one is not
    """
    ticked = [one.id for one in packet.documents]
    if Document.objects.filter(pk__in=ticked, patient_id=referral.patient_id).count() != len(ticked):
        raise NotFound
    manifest = write_packet(packet)
    kept = ReferralPacket(
        **place_of(referral), id=new_id(acting.at), referral=referral, profile=packet.profile, manifest=manifest,
        manifest_sha256=hashlib.sha256(manifest).digest(), content=pages, sha256=hashlib.sha256(pages).digest(),
        made_by_id=acting.person_id, made_at=acting.at,
    )  # fmt: skip
    kept.save(force_insert=True)
    return kept


def disclose_packet(acting: Acting, referral: Referral, kept: ReferralPacket, to_name: str) -> None:
    """Write a packet that left into the ledger: what was in it, to whom it went, for which question."""
    packet = read_packet(bytes(kept.manifest))
    Disclosure(
        **place_of(referral), at=acting.at, person_id=kept.made_by_id, what=str(What.REFERRAL_PACKET),
        recipient=to_name, reason=referral.question, sha256=bytes(kept.sha256),
        counts={name: len(getattr(packet, name)) for name in COUNTED}, basis=str(Basis.TREATMENT),
        words=", ".join(one.title or "Document without a title" for one in packet.documents),
    ).save(force_insert=True)  # fmt: skip


def address_packet(entry: DirectoryEntry | None, road: Road) -> tuple[Channel, str]:
    """Return how and where a packet goes to an entry of the directory on a road.

    E-mail goes only where the entry says that it likes to receive referrals so. A letter is carried by a person: to
    the fax where the entry likes that best, else to its address, which may be unknown.

    :raises Refusal: if nothing shows that the receiver wants e-mail, its address is none, or the clinic has no number;
        or no FHIR address of the receiver is known
    """
    if road is Road.FHIR:
        url = url_of(entry)
        if not url:
            raise Refusal(Say("refusal.packet_no_endpoint"))
        return Channel.FHIR, url
    if road is Road.EMAIL:
        address = mail_of(entry)
        if not address:
            raise Refusal(Say("refusal.packet_no_email"))
        if not settings.CLINIC_PHONE:
            # Whoever gets it must be able to call.
            raise Refusal(Say("refusal.outbox_no_phone"))
        return Channel.EMAIL, address
    if entry is not None and entry.referral_by == ReferralBy.FAX and entry.fax:
        return Channel.FAX, str(entry.fax)
    return Channel.LETTER, str(entry.address) if entry is not None else ""


def mail_of(entry: DirectoryEntry | None) -> str:
    """Return the address to which a packet can go as mail; "" unless the entry says that it wants referrals so."""
    wants = entry is not None and entry.referral_by == ReferralBy.EMAIL
    return fold_address(Road.EMAIL, entry.email) if entry is not None and wants else ""


def put_on_its_way(acting: Acting, referral: Referral, kept: ReferralPacket, road: Road) -> UUID:
    """Write a packet into the outbox with its sending, which is being checked until it is known to have gone.

    Return the key of the row. It has no thread, and goes at any hour: it goes to an office.
    """
    channel, address = address_packet(referral.to_entry, road)
    sending = ReferralSending(
        **place_of(referral), id=new_id(acting.at), referral=referral, packet=kept, to_name=referral.to_name,
        address=address, channel=str(channel), state=str(SendingState.CHECKING), evidence="",
        sent_by_id=acting.person_id, sent_at=acting.at,
    )  # fmt: skip
    sending.save(force_insert=True)
    row = Outbox(
        **place_of(referral), id=new_id(acting.at), kind=str(OutKind.PACKET), key=f"packet:{sending.pk}",
        sending=sending, topic=str(Topic.RESULTS), road=str(road), address=address, zone=referral.patient.zone,
        at_any_hour=True, loop_id=referral.loop_id, state=str(OutState.WAITING), state_since=acting.at,
        meant_at=acting.at, next_at=acting.at, good_until=acting.at + GOOD_FOR, queued_at=acting.at,
        queued_by_id=acting.person_id,
    )  # fmt: skip
    row.save(force_insert=True)
    return UUID(str(row.pk))


def wrap_packet(row: Outbox, *, is_asked: bool) -> tuple[dict[str, str], tuple[Enclosure, ...]]:
    """Return the words of a packet's mail, which name nobody, with the pages and documents as they are kept.

    For a FHIR server it is the key that opens it and one document with all in it. What is only asked about
    (``is_asked``) carries nothing.
    """
    sending = row.sending
    assert sending is not None
    if row.road == Road.FHIR:
        return _wrap_document(row, sending, is_asked=is_asked)
    clinic = str(Clinic.objects.values_list("name", flat=True).first() or "")
    subject = speak(Say("packet.email_subject", clinic=clinic), LANGUAGE, today=None)
    body = speak(Say("packet.email_body", clinic=clinic, phone=settings.CLINIC_PHONE), LANGUAGE, today=None)
    words = {"email_subject": subject, "email_body": body}
    if is_asked:
        return words, ()
    pages = Enclosure(FILE, PDF, bytes(sending.packet.content))
    return words, (pages, *load_files(row, read_packet(bytes(sending.packet.manifest))))


def _wrap_document(
    row: Outbox, sending: ReferralSending, *, is_asked: bool
) -> tuple[dict[str, str], tuple[Enclosure, ...]]:
    """Return what a FHIR server is handed. The document's identifier is that of the sending: a second is no copy."""
    name = f"urn:uuid:{sending.pk}"
    words = {"document": name, "key": key_for(sending.referral.to_entry, row.address)}
    if is_asked:
        return words, ()
    packet = read_packet(bytes(sending.packet.manifest))
    files = tuple((one.media_type, one.data) for one in load_files(row, packet))
    return words, (Enclosure(BUNDLE, FHIR, make_bundle(packet, files=files, identifier=name)),)


def find_packet_row(sending: ReferralSending) -> Outbox | None:
    """Return the locked row of the outbox in which a packet goes; None if a person sent it by themselves."""
    rows = Outbox.objects.filter(kind=str(OutKind.PACKET), sending=sending)
    found: Outbox | None = rows.select_for_update(of=("self",)).first()
    return found


def find_newest_sending(referral: Referral) -> SendingState | None:
    """Return what is known of a referral's newest sending, None if nothing was ever sent."""
    rows = ReferralSending.objects.filter(referral=referral).order_by("-sent_at", "-id")
    state = rows.values_list("state", flat=True).first()
    return SendingState(state) if state is not None else None


def place_of(referral: Referral) -> dict[str, object]:
    """Return the columns that say whose a row is."""
    return {"patient_id": referral.patient_id, "unit_id": referral.unit_id, "label_mask": referral.label_mask}
