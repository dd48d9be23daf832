"""Security labels of FHIR (meta.security) to the sensitivity labels of Careloop.

Codes: HL7 v3 ActCode InformationSensitivityPolicy and Confidentiality, as used by DS4P
(https://terminology.hl7.org). A tag that is not known here means restricted: better hidden from a
colleague than shown to the wrong person.
"""

from careloop.facts.access import Label
from careloop.formats.fhir.faults import JsonObject

_CONFIDENTIALITY = {"U": Label.NONE, "L": Label.NONE, "M": Label.NONE, "N": Label.NONE}
_SENSITIVITY = {
    "42CFRPart2": Label.PART2,
    "ETH": Label.PART2,
    "ETHUD": Label.PART2,
    "OPIOIDUD": Label.PART2,
    "SUD": Label.PART2,
    "PSY": Label.PSY,
    "PSYTHPN": Label.PSY,
    "BH": Label.PSY,
    "MH": Label.PSY,
    "EMOTDIS": Label.PSY,
    "HIV": Label.HIV,
    "SEX": Label.REPRO,
    "STD": Label.REPRO,
    "REPRO": Label.REPRO,
    "PREGNANT": Label.REPRO,
    "VIO": Label.VIOLENCE,
    "DV": Label.VIOLENCE,
    "SDV": Label.VIOLENCE,
    "MST": Label.VIOLENCE,
    "ADOL": Label.ADOLESCENT,
    "EMP": Label.EMPLOYEE,
    "EMPL": Label.EMPLOYEE,
}
_TAGS = {
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality": _CONFIDENTIALITY,
    "http://hl7.org/fhir/v3/Confidentiality": _CONFIDENTIALITY,
    "urn:oid:2.16.840.1.113883.5.25": _CONFIDENTIALITY,
    "http://terminology.hl7.org/CodeSystem/v3-ActCode": _SENSITIVITY,
    "http://hl7.org/fhir/v3/ActCode": _SENSITIVITY,
    "urn:oid:2.16.840.1.113883.5.4": _SENSITIVITY,
}
# Purposes of use, and how much a source trusts its own data: they say nothing about sensitivity.
_HARMLESS = frozenset(
    {
        "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    }
)


def read_labels(resource: JsonObject) -> Label:
    """Return the labels of a resource that has the right shape, its contained resources included."""
    label = Label.NONE
    for one in (resource, *resource.get("contained", ())):
        meta = one.get("meta")
        tags = meta.get("security") if isinstance(meta, dict) else None
        for tag in tags if isinstance(tags, list) else ():
            label |= _read_tag(tag)
    if resource["resourceType"] == "Group" and "member" in resource:
        # It belongs to no one patient, yet tells what its members share: not for every eye.
        label |= Label.RESTRICTED
    return label


def _read_tag(tag: object) -> Label:
    if not isinstance(tag, dict) or tag.get("system") in _HARMLESS:
        return Label.NONE
    return _TAGS.get(str(tag.get("system")), {}).get(str(tag.get("code")), Label.RESTRICTED)
