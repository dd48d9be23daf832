"""A new referral and its packet for the gallery, filled by hand: what leaves, what is missing, what was refused."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.http import HttpResponse, QueryDict

from careloop.basics.words import Say
from careloop.facts.chart import Sex
from careloop.facts.packets import Packet, PacketDocument, PacketFile, PacketLine, PacketPage, PacketPart
from careloop.facts.referrals import NewReferral, ReferralFilter, Urgency
from careloop.web.screen import ActingRequest, Attempt
from careloop.web.staff.referral_packets import render_new, render_packet
from careloop.web.staff.referrals import render_referrals
from tests.web.gallery.referrals import BORN, LIST, READ_NEXT, ROWS
from tests.web.gallery.values import LONG_NAME, ME, ROSA, ZONE

LETTER = PacketDocument(
    UUID(int=880), "Discharge letter of the cardiac unit, both sides", date(2026, 11, 3), "pdf", "a" * 64
)
SCAN = PacketDocument(UUID(int=881), "", None, "png", "b" * 64)
MEDICINES = (
    PacketLine("warfarin 5 mg tablet", ("one in the evening", "since the valve was replaced"), date(2024, 2, 1)),
    PacketLine("metoprolol succinate 50 mg extended release tablet", ("one in the morning",), date(2025, 7, 9)),
)
PACKET = Packet(
    referral_id=READ_NEXT.id, profile="specialist", clinic="Bayview Clinic", to_name=READ_NEXT.to_name,
    asked_by="Dr. Asha Patel", urgency=Urgency.URGENT, question=READ_NEXT.question, specialty="cardiology",
    see_by=date(2026, 12, 4), patient_name=LONG_NAME, birth_on=BORN, sex=Sex.FEMALE, record_number="MR-0042-118",
    phone="+1 555 0142", languages=("vi", "es"), needs_interpreter=True,
    problems=(PacketLine("Mitral valve replaced", ("mechanical",), date(2024, 1, 20)),), medicines=MEDICINES,
    allergies=(), results=(PacketLine("INR 3.4", ("range 2.5 to 3.5",), date(2026, 11, 12), "6301-6"),),
    coverage=(PacketLine("Blue Harbor Health Plan of the Lower Valley, Silver 4000", ("member 77-140",)),),
    documents=(LETTER,), missing=(PacketPart.ALLERGIES,), withheld=2, made_on=date(2026, 11, 20), sha256="c" * 64,
)  # fmt: skip
PAGE = PacketPage(
    PACKET, (LETTER, SCAN), 3, may_send=True, patient_id=ROSA, zone=ZONE, phone="555-0100", fax="555-0101",
    source="What a specialist needs, a default of this product",
)  # fmt: skip
SYSTEM = "referrals.fhir.harbor-heart-and-vascular-institute-of-the-lower-valley.example"
FILES = (PacketFile("document-1.pdf", LETTER.title, "application/pdf", 1_234_567),)
NEW = NewReferral(
    ROSA, LONG_NAME, BORN, ((ME, "Dr. Asha Patel"), (UUID(int=3), "Dr. Ben Ode")), ("cardiology", "neurology"),
    ROWS[:1],
)  # fmt: skip
RECEIVERS = [
    ("", "Nobody in the directory"),
    (str(UUID(int=4)), "The Harbor Heart and Vascular Institute (cardiology)"),
]


def _refused(request: ActingRequest) -> HttpResponse:
    request.POST = QueryDict("channel=fax&address=555-0101&evidence=Fax+report+says+2+pages")
    no = Attempt("send", None, {}, say=Say("refusal.referral_changed"), taken=True)
    return render_packet(request, PAGE, no)


PACKETS_SHOWN = {
    "referrals-board": lambda request: render_referrals(request, LIST, ReferralFilter(), is_board=True),
    "referral-new": lambda request: render_new(request, NEW, RECEIVERS),
    "referral-packet": lambda request: render_packet(request, PAGE),
    "referral-packet-mail": lambda request: render_packet(
        request, replace(PAGE, email="referrals@harbor-heart-and-vascular.example", may_queue=True)
    ),
    "referral-packet-fhir": lambda request: render_packet(
        request,
        replace(PAGE, email="desk@harbor-heart.example", endpoint=f"https://{SYSTEM}/r4", may_queue=True, files=FILES),
    ),
    "referral-packet-refused": _refused,
    "referral-packet-sent": lambda request: render_packet(
        request, replace(PAGE, packet=replace(PACKET, missing=(), withheld=0), can_tick=(), may_send=False)
    ),
}
