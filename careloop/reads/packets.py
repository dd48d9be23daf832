"""What would leave with a referral, and what left: only what the reader may see, and nothing that is labelled."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from careloop.basics.refusals import NotFound
from careloop.basics.units import write_quantity
from careloop.basics.words import Say
from careloop.catalog.referrals import load_profile
from careloop.catalog.speech import speak
from careloop.facts.access import Acting, Right
from careloop.facts.chart import Sex
from careloop.facts.chart_lists import ListLine, MedicineLine
from careloop.facts.packets import Packet, PacketDocument, PacketLine, PacketPage, PacketPart, PacketProfile
from careloop.facts.referrals import ReferralState, Urgency
from careloop.formats.fhir.packet import make_bundle
from careloop.formats.packet import read_packet, seal_packet
from careloop.guard.doors import reading
from careloop.reads.chart_lists import load_lists
from careloop.records.models import (
    Clinic,
    Document,
    Patient,
    PatientContact,
    PatientIdentifier,
    Referral,
    ReferralPacket,
)
from careloop.rules.access import has_right
from careloop.worklist.endpoints import url_of
from careloop.worklist.packet_files import list_files, read_files
from careloop.worklist.packets import mail_of

# What is sent is in the clinic's language: the receiver's is not known.
LANGUAGE = "en"
DOCUMENTS = 30


@reading(needs=Right.REFERRAL_READ, about=Referral)
def get_packet(acting: Acting, referral: Referral, *, ticked: Collection[UUID] = ()) -> PacketPage:
    """Return exactly what would leave now, with the documents that are ticked.

    :raises NotFound: if a document is not this patient's, may not be seen or is labelled
    """
    patient: Patient = referral.patient
    can_tick = _documents(patient)
    packet = _make_now(acting, referral, can_tick, ticked)
    entry = referral.to_entry
    return PacketPage(
        packet=packet,
        can_tick=can_tick,
        version=referral.version,
        may_send=referral.state == ReferralState.TO_SEND and has_right(acting, Right.REFERRAL_WRITE),
        patient_id=patient.pk,
        zone=patient.zone,
        phone=entry.phone if entry else "",
        fax=entry.fax if entry else "",
        source=load_profile().source,
        email=mail_of(entry),
        may_queue=referral.urgency != Urgency.EMERGENT,
        files=list_files(patient, packet.documents),
        endpoint=url_of(entry),
    )


@reading(needs=Right.REFERRAL_READ, about=Referral)
def get_packet_document(
    acting: Acting, referral: Referral, *, ticked: Collection[UUID] = (), packet_id: UUID | None = None
) -> bytes:
    """Return the packet as a FHIR document with its documents in it: as it would leave now, or as it was kept.

    :raises NotFound: if the referral has no such packet, or a document is not this patient's, may not be seen or is
        labelled
    """
    patient: Patient = referral.patient
    if packet_id is not None:
        packet = _kept(referral, packet_id)[0]
    else:
        packet = _make_now(acting, referral, _documents(patient), ticked)
    return make_bundle(packet, files=read_files(patient, packet.documents))


@reading(needs=Right.REFERRAL_READ, about=Referral)
def get_sent_packet(acting: Acting, referral: Referral, *, packet_id: UUID) -> tuple[Packet, bytes]:
    """Return a packet as it left, and its pages.

    :raises NotFound: if the referral has no such packet
    """
    return _kept(referral, packet_id)


def _kept(referral: Referral, packet_id: UUID) -> tuple[Packet, bytes]:
    row = ReferralPacket.objects.filter(pk=packet_id, referral=referral).first()
    if row is None:
        raise NotFound
    return read_packet(bytes(row.manifest)), bytes(row.content)


def _make_now(
    acting: Acting, referral: Referral, can_tick: Sequence[PacketDocument], ticked: Collection[UUID]
) -> Packet:
    """Return the packet as it would leave now, sealed.

    :raises NotFound: if a document is not this patient's, may not be seen or is labelled
    """
    patient: Patient = referral.patient
    today = acting.at.astimezone(ZoneInfo(patient.zone)).date()
    chosen = tuple(one for one in can_tick if one.id in set(ticked))
    if len(chosen) != len(set(ticked)):
        raise NotFound
    return seal_packet(_make(referral, patient, today, load_profile(), chosen))


def _make(
    referral: Referral, patient: Patient, today: date, profile: PacketProfile, documents: tuple[PacketDocument, ...]
) -> Packet:
    lists = load_lists([patient.pk], today)
    labelled = _labelled(patient)
    left_out = 0

    def keep(lines: Sequence[ListLine]) -> tuple[PacketLine, ...]:
        nonlocal left_out
        kept = [line for line in lines if labelled.isdisjoint(s.fact.resource_id for s in line.sources)]
        left_out += len(lines) - len(kept)
        return tuple(_line(line) for line in kept)

    contact = PatientContact.objects.filter(patient=patient, system__in=("phone", "sms")).order_by("id").first()
    numbers = PatientIdentifier.objects.filter(patient=patient, type_code="MR").order_by("id")
    made = Packet(
        referral_id=referral.pk,
        profile=profile.name,
        clinic=str(Clinic.objects.values_list("name", flat=True).first() or ""),
        to_name=referral.to_name,
        asked_by=referral.asked_by.name,
        urgency=Urgency(referral.urgency),
        question=referral.question,
        specialty=referral.specialty,
        see_by=referral.see_by,
        patient_name=patient.full_name,
        birth_on=patient.birth_on,
        sex=Sex(patient.sex),
        record_number=str(numbers.values_list("value", flat=True).first() or ""),
        phone=contact.value if contact else "",
        languages=tuple(patient.languages),
        needs_interpreter=patient.needs_interpreter,
        problems=keep(lists.problems.now),
        medicines=keep(lists.medicines.now),
        allergies=keep(lists.allergies.now),
        results=_results(patient, today, profile),
        coverage=_coverage(patient),
        documents=documents,
        missing=(),
        withheld=left_out,
        made_on=today,
    )
    return replace(made, missing=_missing(made, profile))


def _missing(packet: Packet, profile: PacketProfile) -> tuple[PacketPart, ...]:
    """Return the parts of the profile that have nothing in them: the reader of the packet is told."""
    is_empty = {
        PacketPart.PROBLEMS: not packet.problems,
        PacketPart.MEDICINES: not packet.medicines,
        PacketPart.ALLERGIES: not packet.allergies,
        PacketPart.RESULTS: not packet.results,
        PacketPart.COVERAGE: not packet.coverage,
        PacketPart.NEEDS: not packet.languages,
    }
    return tuple(part for part in profile.parts if is_empty.get(part, False))


def _line(line: ListLine) -> PacketLine:
    more: tuple[str, ...] = ()
    if isinstance(line, MedicineLine):
        said = (*line.strengths, *(_speak(dose) for dose in line.doses))
        more = tuple(dict.fromkeys(said))
    columns = line.sources[0].fact.columns
    return PacketLine(line.label, more, on=line.since, code=columns.codes[0] if columns.codes else "")


def _speak(say: Say) -> str:
    return speak(say, LANGUAGE, today=None)


def _labelled(patient: Patient) -> frozenset[UUID]:
    """Return the resources of the record that carry a label of their own: without consent they stay here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM resource WHERE patient_id = %s AND label_mask & ~%s <> 0", [patient.pk, patient.label_mask]
        )
        return frozenset(row[0] for row in cursor.fetchall())


def _results(patient: Patient, today: date, profile: PacketProfile) -> tuple[PacketLine, ...]:
    """Return the newest value of each measure of the profile's span, the newest first, none of them labelled."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label, start_on, value, value_text, unit_text, code FROM (SELECT DISTINCT ON (f.label) f.* FROM"
            " chart_fact f WHERE f.patient_id = %s AND f.kind = 'result' AND f.label_mask & ~%s = 0"
            " AND f.status IN ('final', 'amended', 'corrected') AND (f.value IS NOT NULL OR f.value_text <> '')"
            " AND f.label <> '' AND f.start_on >= %s ORDER BY f.label, f.start_on DESC, f.resource_id, f.n) n"
            " ORDER BY start_on DESC, label LIMIT %s",
            [patient.pk, patient.label_mask, today - timedelta(days=profile.results_days), profile.results_most],
        )
        rows = cursor.fetchall()
    return tuple(
        PacketLine(f"{label}: {write_quantity(text if value is None else f'{value:f}', unit)}", on=on, code=code or "")
        for label, on, value, text, unit, code in rows
    )


def _coverage(patient: Patient) -> tuple[PacketLine, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT label FROM chart_fact WHERE patient_id = %s AND kind = 'coverage' AND label_mask & ~%s = 0"
            " AND status IN ('active', '') AND label <> '' ORDER BY label",
            [patient.pk, patient.label_mask],
        )
        return tuple(PacketLine(row[0]) for row in cursor.fetchall())


def _documents(patient: Patient) -> tuple[PacketDocument, ...]:
    """Return the newest documents without a label, for a person to tick."""
    rows: Iterable[Document] = Document.objects.filter(patient=patient, label_mask=patient.label_mask).order_by(
        "-dated_on", "-id"
    )[:DOCUMENTS]
    return tuple(
        PacketDocument(row.pk, row.title, row.dated_on, row.media_type, bytes(row.sha256).hex()) for row in rows
    )
