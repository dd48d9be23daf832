"""The documents that go along with a packet as files: as they are kept, of this patient, and without a label."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.catalog.outbox import load_outbox
from careloop.facts.documents import ENDINGS, MediaType
from careloop.facts.outbox import Enclosure, OutKind
from careloop.facts.packets import Packet, PacketDocument, PacketFile
from careloop.formats.packet import read_packet
from careloop.records.models import Document, Outbox, Patient
from careloop.rules.defaults import value_on
from careloop.rules.outbox import PACKET_MEGABYTES

MEGABYTE = 1 << 20


def list_files(patient: Patient, documents: Sequence[PacketDocument]) -> tuple[PacketFile, ...]:
    """Return each ticked document as the file that goes along: its neutral name and its size in bytes.

    One that is not as it was when it was ticked is left out.
    """
    rows = _rows(patient.pk, int(patient.label_mask), documents).values_list("id", "size")
    sizes = {row[0]: row[1] for row in rows}
    return tuple(
        PacketFile(name_file(n, one), one.title, one.media_type, sizes[one.id])
        for n, one in enumerate(documents, 1)
        if one.id in sizes
    )


def expect_files(packet: Packet, patient: Patient, *, pages: int, on: date) -> None:
    """Expect that every ticked document can go along as a file, ``pages`` being the bytes of the packet's own pages.

    :raises Refusal: if one is of a kind that is not known, is not there as it was seen, or all is too much for one
        sending
    """
    for one in packet.documents:
        if one.media_type == MediaType.OTHER:
            raise Refusal(Say("refusal.packet_file_kind", name=one.title or one.sha256[:8]))
    files = list_files(patient, packet.documents)
    if len(files) != len(packet.documents):
        raise Refusal(Say("refusal.packet_changed"))
    most = value_on(load_outbox()[PACKET_MEGABYTES], on)
    if pages + sum(one.size for one in files) > most * MEGABYTE:
        raise Refusal(Say("refusal.packet_too_large", megabytes=most))


def read_files(patient: Patient, documents: Sequence[PacketDocument]) -> tuple[tuple[str, bytes], ...]:
    """Return the media type and bytes of each document; () if one is not there any more as it was ticked."""
    rows = _rows(patient.pk, int(patient.label_mask), documents).values_list("id", "content")
    found = {row[0]: bytes(row[1]) for row in rows} if documents else {}
    if len(found) != len(documents):
        return ()
    return tuple((one.media_type, found[one.id]) for one in documents)


def load_files(row: Outbox, packet: Packet) -> tuple[Enclosure, ...]:
    """Return the documents of a packet on its way as they are kept; one that may not go any more is not among them."""
    documents = packet.documents
    found = {one.pk: one for one in _rows(row.patient_id, int(row.patient.label_mask), documents).defer(None)}
    return tuple(
        Enclosure(name_file(n, one), one.media_type, bytes(found[one.id].content))
        for n, one in enumerate(documents, 1)
        if one.id in found
    )


def find_changed_packets(rows: Iterable[Outbox]) -> set[UUID]:
    """Return which of these packets name a document that is not as it was ticked: taken out, or labelled since.

    The documents of the others stay locked until what became of them is kept.
    """
    changed = set()
    for row in rows:
        if row.kind != OutKind.PACKET or row.sending is None:
            continue
        documents = read_packet(bytes(row.sending.packet.manifest)).documents
        there = _rows(row.patient_id, int(row.patient.label_mask), documents).select_for_update(
            of=("self",), no_key=True
        )
        if documents and len(list(there.values_list("pk", flat=True))) != len(documents):
            changed.add(row.pk)
    return changed


def name_file(n: int, document: PacketDocument) -> str:
    """Return the name of a file that goes along. It tells nothing: mail programs show names where others see them."""
    return f"document-{n}.{ENDINGS[MediaType(document.media_type)]}"


def _rows(patient_id: UUID, label_mask: int, documents: Sequence[PacketDocument]):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Return those documents that are the patient's, with the labels of the whole record alone, byte for byte."""
    keys = [one.id for one in documents]
    hashes = [bytes.fromhex(one.sha256) for one in documents]
    return Document.objects.filter(pk__in=keys, patient_id=patient_id, label_mask=label_mask, sha256__in=hashes)
