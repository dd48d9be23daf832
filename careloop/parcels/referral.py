"""The packet of a referral as pages: what leaves, in English, since nobody knows which language the receiver reads."""

from datetime import UTC, date, datetime, time

from django.conf.locale import LANG_INFO

from careloop.facts.chart import Sex
from careloop.facts.packets import Packet, PacketLine
from careloop.facts.referrals import Urgency
from careloop.facts.sheets import Sheet, SheetLine, SheetSection
from careloop.parcels.press import press_whole

URGENCY = {Urgency.EMERGENT: "emergency, same day", Urgency.URGENT: "urgent", Urgency.ROUTINE: "routine"}
SEX = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.OTHER: "other", Sex.UNKNOWN: "not known"}
NOTHING = "Nothing about this is in the record."


def press_packet(packet: Packet) -> bytes:
    """Return the packet as a tagged PDF of as many pages as it needs."""
    return press_whole(make_packet_sheet(packet))


def make_packet_sheet(packet: Packet) -> Sheet:
    """Return everything that leaves with a referral as a sheet; what is missing says so."""
    return Sheet(
        language="en",
        title="Referral",
        about=(packet.patient_name, f"born {_day(packet.birth_on)}"),
        head=_head(packet),
        sections=(
            SheetSection("The question", (SheetLine(packet.question),)),
            SheetSection("Allergies", _lines(packet.allergies), f"{NOTHING} Ask."),
            SheetSection("Medicines", _lines(packet.medicines), NOTHING),
            SheetSection("Problems", _lines(packet.problems), NOTHING),
            SheetSection("Latest results", _lines(packet.results), NOTHING),
            SheetSection("Coverage", _lines(packet.coverage), NOTHING),
            SheetSection("Documents that come along", _documents(packet), "None."),
        ),
        stamp=f"{packet.clinic}, {_day(packet.made_on)}, packet {packet.sha256[:12]}",
        say_more=str,
        say_boxes="Some characters cannot be printed here. Each stands as a square: ask us.",
        at=datetime.combine(packet.made_on, time.min, UTC),
    )


def _head(packet: Packet) -> tuple[tuple[str, str], ...]:
    spoken = ", ".join(_language(tag) for tag in packet.languages)
    if packet.needs_interpreter:
        spoken = ", ".join(filter(None, (spoken, "needs an interpreter")))
    said = (
        ("To", packet.to_name),
        ("Specialty", packet.specialty),
        ("How soon", URGENCY[packet.urgency]),
        ("To be seen by", _day(packet.see_by)),
        ("Asked by", ", ".join(filter(None, (packet.asked_by, packet.clinic)))),
        ("Sex", SEX[packet.sex]),
        ("Record number", packet.record_number),
        ("Phone", packet.phone),
        ("Language", spoken or "not known"),
    )
    return tuple((label, value) for label, value in said if value)


def _lines(lines: tuple[PacketLine, ...]) -> tuple[SheetLine, ...]:
    return tuple(SheetLine(line.main, (*line.more, f"since {_day(line.on)}" if line.on else "")) for line in lines)


def _documents(packet: Packet) -> tuple[SheetLine, ...]:
    return tuple(
        SheetLine(one.title or "Document without a title", (_day(one.on) if one.on else "",))
        for one in packet.documents
    )


def _language(tag: str) -> str:
    for key in (tag.lower(), tag.lower().split("-")[0]):
        name = LANG_INFO.get(key, {}).get("name")
        if name:
            return str(name)
    return tag


def _day(on: date | None) -> str:
    return f"{on.day} {on:%b %Y}" if on else "not known"
