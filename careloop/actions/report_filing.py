"""Reports as they are filed: weighed, into a record, onto a referral, or apart from every record."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from careloop.actions.intake.documents import relabel, write_new
from careloop.actions.intake.patients import Arrival
from careloop.basics.ids import new_id
from careloop.basics.refusals import Refusal
from careloop.basics.words import Say
from careloop.facts.access import Acting
from careloop.facts.documents import Attachment
from careloop.facts.referrals import STRAY, Claimed, Evidence, ReferralEvent, ReferralState, StrayState
from careloop.facts.worklist import LoopKind, Severity
from careloop.formats.media import find_media_type, read_words
from careloop.records.models import (
    Document,
    DocumentOut,
    DocumentSource,
    Patient,
    PatientIdentifier,
    Referral,
    ReferralReport,
    StrayReport,
)
from careloop.rules.referrals import weigh_evidence
from careloop.worklist.opening import Draft, open_loop
from careloop.worklist.packet_settling import keep_back_packet
from careloop.worklist.referrals import Move, day_of, move_referral

# With so many of the report's words somebody decides whose it is.
SHOWN_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Place:
    """Into whose record a report goes that answers no referral: the patient, the unit and their labels."""

    patient_id: UUID
    unit_id: int
    label_mask: int


def weigh(patient_id: UUID, claimed: Claimed) -> Evidence:
    """Return whether a report is this patient's by its own words."""
    patient = Patient.objects.get(pk=patient_id)
    rows = PatientIdentifier.objects.filter(patient=patient, type_code__in=("MR", ""))
    numbers = frozenset(str(value).strip().casefold() for value in rows.values_list("value", flat=True))
    return weigh_evidence(claimed, name=patient.full_name, birth_on=patient.birth_on, numbers=numbers)


def write_report(acting: Acting, place: Referral | Place, content: bytes, title: str) -> UUID:
    """Put the report into the patient's record, once however often it comes; return the document."""
    sha256 = hashlib.sha256(content).digest()
    arrival = Arrival(id=place.patient_id, unit_id=place.unit_id, shift_days=None, is_new=False)
    day = day_of(acting.at, Patient.objects.values_list("zone", flat=True).get(pk=place.patient_id))
    write_new(acting, [(arrival, place.label_mask, Attachment(title, day, content), sha256)])
    document = Document.objects.filter(patient_id=place.patient_id, sha256=sha256).first()
    if document is None:
        # It stands there already under a label that this person may not see.
        raise Refusal(Say("refusal.report_labelled"))
    if not DocumentSource.objects.filter(document=document, resource=None).exists():
        DocumentSource(
            patient_id=place.patient_id, unit_id=place.unit_id, label_mask=place.label_mask,
            document=document, person_id=acting.person_id, at=acting.at,
        ).save(force_insert=True)  # fmt: skip
        relabel([document.pk])
    return UUID(str(document.pk))


def attach_report(acting: Acting, referral: Referral, document: UUID, evidence: Evidence, note: str = "") -> None:
    """Hang a report on its referral: it is read anew, whatever was read before. ``note`` is what somebody says it is.

    A packet that has not gone by then stays here: nobody waits for it any more.
    """
    if ReferralReport.objects.filter(referral=referral, document_id=document, taken_out_at=None).exists():
        raise Refusal(Say("refusal.report_here_already"))
    is_amended = ReferralReport.objects.filter(referral=referral, taken_out_at=None).exists()
    ReferralReport(
        patient_id=referral.patient_id, unit_id=referral.unit_id, label_mask=referral.label_mask,
        id=new_id(acting.at), referral=referral, document_id=document, evidence=list(evidence.agrees),
        came_at=acting.at, came_by_id=acting.person_id, is_amended=is_amended,
    ).save(force_insert=True)  # fmt: skip
    columns: dict[str, object] = {
        "read_by": None, "read_at": None, "told_by": None, "told_at": None, "told_how": "", "teach_back": "",
    }  # fmt: skip
    if referral.seen_on is None and referral.starts_at is not None and referral.starts_at <= acting.at:
        columns["seen_on"] = day_of(referral.starts_at, referral.zone)
    if referral.state == ReferralState.CHECKING:
        keep_back_packet(acting, referral, "their report came before it went")
    said = Say("event.report_amended") if is_amended else Say("event.report_in")
    move_referral(acting, referral, Move(ReferralEvent.REPORT, said, note, columns, evidence=(document,)))


def keep_stray(
    acting: Acting, unit_id: int, content: bytes, title: str, claimed: Claimed, *, came_for: str
) -> StrayReport:
    """Keep a report apart from every record, with a loop for the team that asks whose it is.

    ``came_for`` is the receiver of the referral for which it came, "" if it was taken out of a record.

    :raises Refusal: if the same report waits already
    """
    sha256 = hashlib.sha256(content).digest()
    waiting = StrayReport.objects.filter(unit_id=unit_id, sha256=sha256, state=str(StrayState.WAITING))
    if waiting.exists():
        raise Refusal(Say("refusal.report_waits_already"))
    key = new_id(acting.at)
    loop = open_loop(
        acting,
        Draft(
            kind=LoopKind.REVIEW,
            patient_id=None,
            unit_id=unit_id,
            label_mask=0,
            title=Say("referral.stray_title"),
            because=(Say("referral.stray_because") if came_for else Say("misfiled.stray_because"),),
            if_waits=Say("referral.stray_if_waits"),
            step=Say("step.report_whose"),
            severity=Severity.HIGH,
            check_name=STRAY,
            finding_key=str(key),
        ),
    )
    stray = StrayReport(
        id=key, unit_id=unit_id, loop=loop, title=title, claimed_name=claimed.name,
        claimed_birth_on=claimed.birth_on, claimed_number=claimed.number, came_for=came_for, content=content,
        sha256=sha256, words=read_words(content, find_media_type(content))[:SHOWN_WORDS], came_at=acting.at,
        came_by_id=acting.person_id,
    )  # fmt: skip
    stray.save(force_insert=True)
    return stray


def was_taken_out(patient_id: UUID, content: bytes) -> bool:
    """Tell whether these bytes were taken out of this patient's record as another person's."""
    sha256 = hashlib.sha256(content).digest()
    if Document.objects.filter(patient_id=patient_id, sha256=sha256).exists():
        return False
    outs = (ReferralReport.objects, DocumentOut.objects)
    return any(rows.filter(patient_id=patient_id, stray__sha256=sha256).exists() for rows in outs)


def put_document_back(patient_id: UUID, sha256: bytes) -> None:
    """Show a document again that was taken out of this patient's record; any other stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT put_document_back(%s, %s)", [patient_id, sha256])
