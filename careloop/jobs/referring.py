"""Fills the demo's referrals, day by day, through the usual doors."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careloop.actions.misfiled import take_report_out
from careloop.actions.referral_reports import read_report, take_report, tell_patient
from careloop.actions.referral_visits import note_missed, note_seen, set_date
from careloop.actions.referrals import ask_for_info, end_referral, make_referral, note_answer, send_referral
from careloop.catalog.demo import misfiled
from careloop.catalog.demo.referrals import REFERRALS, STRAY, DemoReferral, ReferralStep, Step
from careloop.facts.access import Acting
from careloop.facts.referrals import (
    Claimed,
    ReferralDraft,
    ReferralEvent,
    Sending,
    Told,
)
from careloop.parcels.referral import press_packet
from careloop.reads.packets import get_packet
from careloop.reads.people import get_name, get_patient_page
from careloop.reads.referrals import get_referral_page

STRAY_BACK = 0
BETWEEN = timedelta(minutes=2)
# Who acts at a moment: the named person of the staff, or with "" the patient's own coordinator.
Who = Callable[[str, str, datetime], Acting]


def refer_on_day(back: int, at: datetime, zone: str, patients: Mapping[str, UUID], who: Who) -> None:
    """Do what was done with referrals so many working days ago; those made before are found again by their patient."""
    number = 0
    for one in (*REFERRALS, misfiled.REFERRAL):
        for step in one.steps:
            if step.back == back and one.patient in patients:
                _do(one, step, at + number * BETWEEN if back else at, zone, patients[one.patient], who)
                number += 1
    if back == STRAY_BACK and STRAY[0] in patients:
        _bring_stray(patients[STRAY[0]], who(STRAY[0], "", at))
    if back == misfiled.BACK and misfiled.REFERRAL.patient in patients:
        _take_out(patients[misfiled.REFERRAL.patient], who(misfiled.REFERRAL.patient, "", at))


def _do(one: DemoReferral, step: ReferralStep, at: datetime, zone: str, patient: UUID, who: Who) -> None:
    acting, doctor = who(one.patient, "", at), who(one.patient, one.asker, at)
    if step.step is Step.MAKE:
        draft = ReferralDraft(one.question, one.specialty, one.urgency, asked_by=doctor.person_id, to_name=one.to)
        make_referral(acting, patient, draft)
        return
    key = _find(acting, patient)
    version = get_referral_page(acting, key).row.version
    if step.step in (Step.SEND, Step.UNSURE):
        _send(acting, key, version, step)
    elif step.step in (Step.DATE, Step.SEEN, Step.MISSED):
        _visit(acting, key, version, step, at, zone)
    elif step.step is Step.REPORT:
        _report(acting, key, version, f"Report of {one.to}", step.words, _claimed(acting, patient))
    elif step.step is Step.READ:
        read_report(doctor, key, version=version, recommendations=[step.words])
    else:
        _say(acting, key, version, step)


def _say(acting: Acting, key: UUID, version: int, step: ReferralStep) -> None:
    if step.step is Step.TELL:
        tell_patient(acting, key, version=version, how=Told.PHONE, words=step.words, teach_back="So it is harmless.")
    elif step.step is Step.PATIENT_NO:
        end_referral(acting, key, version=version, event=ReferralEvent.PATIENT_NO, reason=step.words)
    elif step.step is Step.INFO:
        ask_for_info(acting, key, version=version, missing=step.words)
    else:
        note_answer(acting, key, version=version, kind=step.kind, said_by="Their desk", note=step.words)


def _report(acting: Acting, key: UUID, version: int, title: str, words: str, claimed: Claimed) -> None:
    content = f"Report of a visit. Patient: {claimed.name}. {words}".encode()
    take_report(acting, key, version=version, content=content, title=title, claimed=claimed)


def _find(acting: Acting, patient: UUID) -> UUID:
    """Return the newest referral of a patient."""
    return max(row.id for row in get_patient_page(acting, patient).referrals)


def _send(acting: Acting, key: UUID, version: int, step: ReferralStep) -> None:
    packet = get_packet(acting, key).packet
    sending = Sending(step.channel, "", step.words, is_unsure=step.step is Step.UNSURE)
    send_referral(
        acting, key, version=version, packet=packet, pages=press_packet(packet), seen=packet.sha256, sending=sending
    )


def _visit(acting: Acting, key: UUID, version: int, step: ReferralStep, at: datetime, zone: str) -> None:
    if step.step is Step.SEEN:
        note_seen(acting, key, version=version, note=step.words)
    elif step.step is Step.MISSED:
        note_missed(acting, key, version=version, note=step.words)
    else:
        wall = (at + timedelta(hours=step.hours)).astimezone(ZoneInfo(zone))
        set_date(acting, key, version=version, wall=wall.replace(tzinfo=None, minute=0, second=0, microsecond=0))


def _claimed(acting: Acting, patient: UUID) -> Claimed:
    who = get_name(acting, patient)
    return Claimed(who.name, who.birth_on)


def _bring_stray(patient: UUID, acting: Acting) -> None:
    """A report comes for one patient that names another: it waits in nobody's record."""
    key = _find(acting, patient)
    version = get_referral_page(acting, key).row.version
    _key, words, name = STRAY
    _report(acting, key, version, "Report without a match", words, Claimed(name, None))


def _take_out(patient: UUID, acting: Acting) -> None:
    """A report that was read and told turns out to be another person's: it leaves, and what came of it is named."""
    key = _find(acting, patient)
    page = get_referral_page(acting, key)
    take_report_out(
        acting, key, version=page.row.version, report_id=page.reports[0].id, claimed=misfiled.CLAIMED,
        reason=misfiled.REASON,
    )  # fmt: skip
