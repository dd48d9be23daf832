"""The packet of a referral as a FHIR R4 document: a Bundle that begins with its Composition.

Pure: the same packet gives the same bytes. Codes go as they came; words are ours.
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import orjson

from careloop.facts.chart import SYSTEMS
from careloop.facts.packets import Packet, PacketLine
from careloop.facts.referrals import Urgency

Json = dict[str, Any]

_PRIORITY = {Urgency.EMERGENT: "stat", Urgency.URGENT: "urgent", Urgency.ROUTINE: "routine"}
_ADDRESS = {short: address for address, short in reversed(SYSTEMS.items())}
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_UUIDS = "urn:ietf:rfc:3986"


def make_bundle(packet: Packet, *, files: Sequence[tuple[str, bytes]] = (), identifier: str = "") -> bytes:
    """Return the packet as a document Bundle; every entry has an id of its own that is the same each time.

    ``files`` are the media type and bytes of each of its documents, in their order; without them they are named alone.
    ``identifier`` is by what the Bundle is known, as an address by itself; without it, by what is in it.
    """
    patient, asker = _id(packet, "patient"), _id(packet, "asker")
    subject = {"reference": f"urn:uuid:{patient}", "display": packet.patient_name}
    sections: list[Json] = []
    entries: list[tuple[UUID, Json]] = [
        (patient, _patient(packet, patient)),
        (asker, {"resourceType": "Practitioner", "id": str(asker), "name": [{"text": packet.asked_by}]}),
    ]
    request = _id(packet, "request")
    entries.append((request, _request(packet, request, subject, asker)))
    sections.append(_section("Question", [request], packet.question))
    for name, title, lines in (
        ("problem", "Problems", packet.problems),
        ("medicine", "Medicines", packet.medicines),
        ("allergy", "Allergies", packet.allergies),
        ("result", "Results", packet.results),
    ):
        made = [(_id(packet, f"{name}-{n}"), line) for n, line in enumerate(lines)]
        entries += [(key, _MAKERS[name](key, line, subject)) for key, line in made]
        sections.append(_section(title, [key for key, _line in made], "; ".join(line.main for line in lines)))
    sections.append(_section("Coverage", [], "; ".join(line.main for line in packet.coverage)))
    along = _files(packet, files, subject)
    entries += along
    named = [key for key, one in along if one["resourceType"] == "DocumentReference"]
    sections.append(_section("Documents", named, "; ".join(line.main for line in _documents(packet))))
    composition = _id(packet, "composition")
    entries.insert(0, (composition, _composition(packet, composition, subject, asker, sections)))
    return orjson.dumps(
        {
            "resourceType": "Bundle",
            "identifier": {"system": _UUIDS, "value": identifier or f"urn:uuid:{_id(packet, 'bundle')}"},
            "type": "document",
            "timestamp": f"{packet.made_on.isoformat()}T00:00:00Z",
            "entry": [{"fullUrl": f"urn:uuid:{key}", "resource": _bare(one)} for key, one in entries],
        }
    )


def _id(packet: Packet, name: str) -> UUID:
    return uuid5(packet.referral_id, f"{packet.sha256} {name}")


def _bare(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if value not in (None, "", [], {})}


def _section(title: str, keys: Sequence[UUID], words: str) -> Json:
    said = words or "Nothing is in the record."
    escaped = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{escaped}</div>'}
    made: Json = {"title": title, "text": text}
    if keys:
        made["entry"] = [{"reference": f"urn:uuid:{key}"} for key in keys]
    return made


def _composition(packet: Packet, key: UUID, subject: Json, asker: UUID, sections: list[Json]) -> Json:
    return {
        "resourceType": "Composition",
        "id": str(key),
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "57133-1"}], "text": "Referral note"},
        "subject": subject,
        "date": packet.made_on.isoformat(),
        "author": [{"reference": f"urn:uuid:{asker}", "display": packet.asked_by}],
        "title": f"Referral: {packet.specialty}",
        "section": sections,
    }


def _patient(packet: Packet, key: UUID) -> Json:
    return {
        "resourceType": "Patient",
        "id": str(key),
        "identifier": [{"value": packet.record_number}] if packet.record_number else None,
        "name": [{"text": packet.patient_name}],
        "telecom": [{"system": "phone", "value": packet.phone}] if packet.phone else None,
        "gender": str(packet.sex),
        "birthDate": packet.birth_on.isoformat() if packet.birth_on else None,
        "communication": [
            {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": tag}]}, "preferred": n == 0}
            for n, tag in enumerate(packet.languages)
        ],
    }


def _request(packet: Packet, key: UUID, subject: Json, asker: UUID) -> Json:
    return {
        "resourceType": "ServiceRequest",
        "id": str(key),
        "status": "active",
        "intent": "order",
        "priority": _PRIORITY[packet.urgency],
        "code": {"text": f"Referral: {packet.specialty}"},
        "subject": subject,
        "occurrencePeriod": {"end": packet.see_by.isoformat()},
        "authoredOn": packet.made_on.isoformat(),
        "requester": {"reference": f"urn:uuid:{asker}", "display": packet.asked_by},
        "performer": [{"display": packet.to_name}],
        "reasonCode": [{"text": packet.question}],
    }


def _concept(line: PacketLine) -> Json:
    short, _bar, code = line.code.partition("|")
    made: Json = {"text": line.main}
    if code and short in _ADDRESS:
        made["coding"] = [{"system": _ADDRESS[short], "code": code}]
    return made


def _problem(key: UUID, line: PacketLine, subject: Json) -> Json:
    return {
        "resourceType": "Condition",
        "id": str(key),
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "code": _concept(line),
        "subject": subject,
        "onsetDateTime": line.on.isoformat() if line.on else None,
    }


def _medicine(key: UUID, line: PacketLine, subject: Json) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "id": str(key),
        "status": "active",
        "medicationCodeableConcept": _concept(line),
        "subject": subject,
        "effectivePeriod": {"start": line.on.isoformat()} if line.on else None,
        "dosage": [{"text": ". ".join(line.more)}] if line.more else None,
    }


def _allergy(key: UUID, line: PacketLine, subject: Json) -> Json:
    return {
        "resourceType": "AllergyIntolerance",
        "id": str(key),
        "clinicalStatus": {"coding": [{"system": _ALLERGY, "code": "active"}]},
        "code": _concept(line),
        "patient": subject,
    }


def _result(key: UUID, line: PacketLine, subject: Json) -> Json:
    label, _colon, value = line.main.partition(": ")
    return {
        "resourceType": "Observation",
        "id": str(key),
        "status": "final",
        "code": _concept(PacketLine(label, code=line.code)),
        "subject": subject,
        "effectiveDateTime": line.on.isoformat() if line.on else None,
        "valueString": value,
    }


def _files(packet: Packet, files: Sequence[tuple[str, bytes]], subject: Json) -> list[tuple[UUID, Json]]:
    """Return for each document that goes along what it is, and its bytes as they are kept."""
    made: list[tuple[UUID, Json]] = []
    if not files:
        return made
    for n, (one, (media_type, data)) in enumerate(zip(packet.documents, files, strict=True)):
        key, holder = _id(packet, f"document-{n}"), _id(packet, f"binary-{n}")
        attachment: Json = {
            "contentType": media_type,
            "url": f"urn:uuid:{holder}",
            "size": len(data),
            "hash": b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
            "title": one.title or "Document",
        }
        said: Json = {
            "resourceType": "DocumentReference",
            "id": str(key),
            "status": "current",
            "subject": subject,
            "date": f"{one.on.isoformat()}T00:00:00Z" if one.on else None,
            "content": [{"attachment": attachment}],
        }
        held: Json = {"resourceType": "Binary", "id": str(holder), "contentType": media_type}
        made += [(key, said), (holder, held | {"data": b64encode(data).decode()})]
    return made


_MAKERS = {"problem": _problem, "medicine": _medicine, "allergy": _allergy, "result": _result}


def _documents(packet: Packet) -> tuple[PacketLine, ...]:
    return tuple(PacketLine(f"{one.title or 'Document'} (SHA-256 {one.sha256})") for one in packet.documents)
