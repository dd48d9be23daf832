"""The people around a patient, and what consents say of them, from FHIR R4 JSON. What is not there is not said."""

from collections.abc import Iterator
from datetime import date

from careloop.facts.circle import Told
from careloop.facts.overview import Near, Outside
from careloop.formats.fhir.concepts import first_of, read_code, read_label
from careloop.formats.fhir.faults import JsonObject
from careloop.formats.fhir.primitives import read_moment

# The code for an emergency contact, by its system: HL7 v2 table 0131, and v3 RoleClass.
EMERGENCY = frozenset(
    {
        ("http://terminology.hl7.org/CodeSystem/v2-0131", "C"),
        ("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "ECON"),
    }
)
# Of the scopes of a consent, the one about information: http://terminology.hl7.org/CodeSystem/consentscope
PRIVACY = "patient-privacy"
# What narrows a provision to a part of the record or of what is done with it.
NARROWS = ("action", "class", "code", "data", "dataPeriod", "purpose", "securityLabel")


def read_near(body: JsonObject, said_by: str) -> Near | None:
    """Return a RelatedPerson who is still one, or None without a name."""
    if body.get("active") is False:
        return None
    name = first_of(_name(one) for one in body.get("name", ()))
    return _near(name, body, said_by, f"RelatedPerson/{body['id']}" if "id" in body else "")


def read_contacts_of(body: JsonObject, said_by: str) -> tuple[Near, ...]:
    """Return the people whom a Patient resource names as contacts."""
    found = (_near(_name(one.get("name", {})), one, said_by, "") for one in body.get("contact", ()))
    return tuple(one for one in found if one is not None)


def read_first_way(body: JsonObject) -> str:
    """Return the number or address that a Patient resource ranks first, or "" where none has a rank."""
    ranked = [
        (way["rank"], way["value"])
        for way in body.get("telecom", ())
        if "rank" in way and "value" in way and way.get("use") != "old"
    ]
    return str(min(ranked)[1]) if ranked else ""


def read_doctors(body: JsonObject, said_by: str) -> tuple[Outside, ...]:
    """Return whom a Patient resource names as general practitioner, if it does so in words."""
    names = (one.get("display", "") for one in body.get("generalPractitioner", ()))
    return tuple(Outside(name, "", said_by) for name in names if name)


def read_team(body: JsonObject, said_by: str) -> tuple[Outside, ...]:
    """Return the clinicians and places of a CareTeam that is active; patient and family are known from elsewhere."""
    if body.get("status", "active") != "active":
        return ()
    found = []
    for one in body.get("participant", ()):
        member = one.get("member", {})
        kind = member.get("reference", "").partition("/")[0]
        if member.get("display") and kind not in ("Patient", "RelatedPerson", "CareTeam"):
            part = first_of(read_label(role) for role in one.get("role", ()))
            found.append(Outside(member["display"], part, said_by))
    return tuple(found)


def read_consent(body: JsonObject, today: date) -> tuple[tuple[str, Told], ...]:
    """Return whom a consent that holds names ("RelatedPerson/7"), and whether they may be told all, a part or nothing.

    Source: https://hl7.org/fhir/R4/consent.html: provisions permit or deny, and may hold provisions that narrow them.
    """
    if body.get("status") != "active" or read_code(body.get("scope", {})) != PRIVACY:
        return ()
    return tuple(_read_provision(body.get("provision", {}), today))


def _read_provision(provision: JsonObject, today: date) -> Iterator[tuple[str, Told]]:
    if not _holds(provision.get("period", {}), today):
        return
    kind = str(provision.get("type", ""))
    is_narrow = any(part in provision for part in NARROWS) or "provision" in provision
    told = {"permit": Told.PART if is_narrow else Told.YES, "deny": Told.UNCLEAR if is_narrow else Told.NO}.get(kind)
    for actor in provision.get("actor", ()):
        reference = actor.get("reference", {}).get("reference", "")
        if told is not None and reference:
            yield reference, told
    for inner in provision.get("provision", ()):
        yield from _read_provision(inner, today)


def _holds(period: JsonObject, today: date) -> bool:
    first, last = (read_moment(period[key]) if key in period else None for key in ("start", "end"))
    return (first is None or first.day <= today) and (last is None or today <= last.day)


def _near(name: str, holder: JsonObject, said_by: str, reference: str) -> Near | None:
    relations = holder.get("relationship", ())
    is_emergency = any(_is_emergency(one) for one in relations)
    # What somebody is comes before that they are called in an emergency: that is said beside it.
    words = first_of(read_label(one) or read_code(one) for one in relations if not _is_emergency(one))
    words = words or first_of(str(one.get("text", "")) for one in relations)
    ways = tuple(way["value"] for way in holder.get("telecom", ()) if "value" in way)
    return Near(name, words, ways, said_by, reference, is_emergency) if name else None


def _is_emergency(concept: JsonObject) -> bool:
    return any((coding.get("system", ""), coding.get("code", "")) in EMERGENCY for coding in concept.get("coding", ()))


def _name(name: JsonObject) -> str:
    text: str = name.get("text") or " ".join([*name.get("given", ()), name.get("family", "")]).strip()
    return text
