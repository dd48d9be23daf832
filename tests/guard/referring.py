"""A referral about the canary patient, sent, with a report that waits, and ways through the doors that look at it."""

from collections.abc import Callable
from uuid import UUID

from careloop.actions.people import hire, join_care_team
from careloop.actions.referral_reports import take_report
from careloop.actions.referrals import make_referral, send_referral
from careloop.facts.access import Acting, Role
from careloop.facts.referrals import Channel, Claimed, ReferralDraft, Sending, Urgency
from careloop.parcels.referral import press_packet
from careloop.reads.misfiled import get_misfiled_file
from careloop.reads.packets import get_packet, get_packet_document, get_sent_packet
from careloop.reads.referral_work import get_referral_report, list_strays
from careloop.reads.referrals import get_new_referral, get_referral_page, list_referrals
from tests.people import PASSWORD, House, system


def refer_canary(house: House, patient: UUID, *, words: str) -> UUID:
    """Refer the canary patient of the south with its own words everywhere; return the referral."""
    kim, ruth = house.acting("kim"), house.acting("ruth")
    doctor = hire(
        system(), name="Remy", email="remy@clinic.example", role=Role.CLINICIAN, password=PASSWORD,
        unit_ids=[house.south],
    )  # fmt: skip
    join_care_team(ruth, [patient], person_id=doctor, part="clinician")
    asked = ReferralDraft(f"Why {words}?", f"{words} care", Urgency.ROUTINE, asked_by=doctor, to_name=f"{words} clinic")
    key = make_referral(kim, patient, asked)
    packet = get_packet(kim, key).packet
    sending = Sending(Channel.FAX, words, f"{words} went")
    send_referral(kim, key, version=1, packet=packet, pages=press_packet(packet), seen=packet.sha256, sending=sending)
    claimed = Claimed(f"{words} Else", None)
    take_report(kim, key, version=2, content=f"{words}.".encode(), title=words, claimed=claimed)
    return key


def look_at_referrals(who: Acting, *, patient: UUID, referral: UUID) -> dict[str, Callable[[], object]]:
    """Return ways through the doors of referrals."""
    return {
        "reads.referrals.list_referrals": lambda: list_referrals(who),
        "reads.referrals.get_referral_page": lambda: get_referral_page(who, referral),
        "reads.referrals.get_new_referral": lambda: get_new_referral(who, patient),
        "reads.referral_work.list_strays": lambda: list_strays(who),
        "reads.referral_work.get_referral_report": lambda: get_referral_report(who),
        "reads.misfiled.get_misfiled_file": lambda: get_misfiled_file(who, referral, report_id=UUID(int=7)),
        "reads.packets.get_packet_document": lambda: get_packet_document(who, referral),
        "reads.packets.get_packet": lambda: get_packet(who, referral),
        "reads.packets.get_sent_packet": lambda: get_sent_packet(who, referral, packet_id=UUID(int=7)),
    }
