"""Referring in few words: a referral made, sent and moved on, and what became of it."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from careloop.actions.people import join_care_team
from careloop.actions.referral_reports import read_report, take_report, tell_patient
from careloop.actions.referral_visits import note_seen, set_date
from careloop.actions.referrals import make_referral, note_answer, send_referral
from careloop.facts.access import Acting
from careloop.facts.referrals import (
    AnswerKind,
    Channel,
    Claimed,
    ReferralDraft,
    Sending,
    Told,
    Urgency,
)
from careloop.reads.packets import get_packet
from careloop.reads.referrals import get_referral_page
from tests.actions.look import ask
from tests.actions.records import bring_cared_for, person
from tests.people import House

PAGES = b"%PDF-1.7 a packet"
FAXED = Sending(Channel.FAX, "555-0101", "Fax report says 2 pages, 10:04")
REPORT = b"Ngozi Okafor, born 2 Apr 1990. Heart sounds fine."


def bring_seen_by_asha(house: House, key: str, **changes: object) -> UUID:
    """Bring a patient whose coordinator is Dana and in whose care team Asha is."""
    patient = bring_cared_for(house, key, person(key, **changes))
    join_care_team(house.acting("sol"), [patient], person_id=house.id_of("asha"), part="clinician")
    return patient


def draft(house: House, **changed: Any) -> ReferralDraft:  # noqa: ANN401
    asked: dict[str, Any] = {
        "question": "Is this murmur harmless?", "specialty": "Cardiology", "urgency": Urgency.ROUTINE,
        "asked_by": house.id_of("asha"), "to_name": "Bayview Heart",
    }  # fmt: skip
    return ReferralDraft(**(asked | changed))


def make(who: Acting, house: House, patient: UUID, **changed: Any) -> UUID:  # noqa: ANN401
    return make_referral(who, patient, draft(house, **changed))


def version(who: Acting, key: UUID) -> int:
    return get_referral_page(who, key).row.version


def send(who: Acting, key: UUID, sending: Sending = FAXED) -> int:
    packet = get_packet(who, key).packet
    return send_referral(
        who, key, version=version(who, key), packet=packet, pages=PAGES, seen=packet.sha256, sending=sending
    )


def answer(who: Acting, key: UUID, kind: AnswerKind, note: str = "", said_by: str = "Kay at the desk") -> int:
    return note_answer(who, key, version=version(who, key), kind=kind, said_by=said_by, note=note)


def give_date(who: Acting, key: UUID, wall: datetime, **more: Any) -> int:  # noqa: ANN401
    return set_date(who, key, version=version(who, key), wall=wall, **more)


def seen(who: Acting, key: UUID) -> int:
    return note_seen(who, key, version=version(who, key), note="Their desk says so")


def bring_report(who: Acting, key: UUID, claimed: Claimed, content: bytes = REPORT) -> bool:
    return take_report(who, key, version=version(who, key), content=content, title="Report", claimed=claimed)


def read(who: Acting, key: UUID, *recommendations: str, note: str = "") -> int:
    return read_report(who, key, version=version(who, key), recommendations=recommendations, note=note)


def tell(who: Acting, key: UUID, how: Told = Told.PHONE, back: str = "It is harmless") -> int:
    return tell_patient(who, key, version=version(who, key), how=how, words="Your heart is fine", teach_back=back)


def loop_of(key: UUID) -> dict[str, Any]:
    ((state, kind, owner, ball, step, next_at, outcome, due_at),) = ask(
        "SELECT l.state, l.kind, l.owner_id, l.ball, l.next_step->>'key', l.next_at, l.outcome, l.due_at FROM loop l"
        " JOIN referral r ON r.loop_id = l.id WHERE r.id = %s",
        key,
    )
    return {
        "state": state, "kind": kind, "owner": owner, "ball": ball, "step": step, "next_at": next_at,
        "outcome": outcome, "due_at": due_at,
    }  # fmt: skip


def state_of(key: UUID) -> str:
    ((state,),) = ask("SELECT state FROM referral WHERE id = %s", key)
    return str(state)


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
