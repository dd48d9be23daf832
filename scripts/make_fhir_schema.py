"""Make the trimmed FHIR R4 schema that `careloop/formats/fhir/definitions.py` reads.

Usage: python scripts/make_fhir_schema.py PATH/hl7.fhir.r4.core.tgz > careloop/formats/fhir/definitions.json

The input is the official package of FHIR R4 (4.0.1, CC0-1.0). Only structural facts go over: element
names, types, how often, what a reference may point at, and the codes of required bindings. No
descriptions, and no code list that HL7 does not itself publish as CC0.
"""

import json
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# What a coordinator's record is made of. Everything else is refused as "not taken in yet".
TYPES = """
Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse BodyStructure CarePlan
CareTeam Claim ClaimResponse ClinicalImpression Communication CommunicationRequest Composition
Condition Consent Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue
Device DeviceRequest DeviceUseStatement DiagnosticReport DocumentReference Encounter Endpoint
EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal Group HealthcareService
ImagingStudy Immunization InsurancePlan List Location Media
Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement
NutritionOrder Observation Organization Patient Practitioner PractitionerRole Procedure
Provenance QuestionnaireResponse RelatedPerson RequestGroup RiskAssessment Schedule
ServiceRequest Slot Specimen Substance SupplyDelivery SupplyRequest Task VisionPrescription
"""
TAKEN_IN = TYPES.split()

# Where a resource says whose it is: the first of these that it has and that may name a Patient.
PATIENT_ELEMENTS = ("patient", "subject", "beneficiary", "for")
PATIENT_PATHS = {
    "Appointment": "participant.actor",
    "AppointmentResponse": "actor",
    "Provenance": "target",
    "SupplyRequest": "deliverTo",
}

PROFILE = "http://hl7.org/fhir/StructureDefinition/"
CODED = ("code", "Coding", "CodeableConcept")
# A longer list (currencies, media types) is a standard of somebody else and changes by itself.
LONGEST_CODE_LIST = 400


class Package:
    """The definitions of one FHIR package, by their canonical address."""

    def __init__(self, archive: Path) -> None:
        self.by_url: dict[str, Json] = {}
        with tarfile.open(archive) as tar:
            for member in tar:
                name = Path(member.name).name
                file = tar.extractfile(member)
                if file and name.startswith(("StructureDefinition-", "ValueSet-", "CodeSystem-")):
                    self._keep(json.load(file))

    def _keep(self, resource: Json) -> None:
        # The package also holds its search elements as small definitions named "Patient.birthDate".
        if "." not in str(resource["id"]) or resource["resourceType"] != "StructureDefinition":
            self.by_url[str(resource["url"])] = resource

    def structures(self) -> Iterator[Json]:
        """Yield the definitions of resources and types (no profiles but those of Quantity)."""
        for url in sorted(self.by_url):
            resource = self.by_url[url]
            if resource["resourceType"] == "StructureDefinition":
                yield resource

    def expand(self, url: str) -> dict[str, list[str]] | None:
        """Return the codes of a value set by system, or None when it cannot be listed."""
        value_set = self.by_url.get(url.partition("|")[0])
        if value_set is None:
            return None
        codes: dict[str, list[str]] = {}
        compose = value_set["compose"]
        if compose.get("exclude"):
            return None
        for include in compose["include"]:
            found = self._include(include)
            if found is None:
                return None
            for system, some in found.items():
                codes.setdefault(system, []).extend(code for code in some if code not in codes.get(system, ()))
        return codes if sum(map(len, codes.values())) <= LONGEST_CODE_LIST else None

    def _include(self, include: Json) -> dict[str, list[str]] | None:
        if "valueSet" in include:
            found = [self.expand(str(url)) for url in include["valueSet"]]
            return found[0] if len(found) == 1 and "system" not in include else None
        system = str(include["system"])
        if "concept" in include:
            return {system: [concept["code"] for concept in include["concept"]]}
        code_system = self.by_url.get(system)
        if code_system is None or "filter" in include or code_system["content"] != "complete":
            return None
        return {system: list(_codes(code_system.get("concept", [])))}


def _codes(concepts: list[Json]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _codes(concept.get("concept", []))


class Schema:
    """The trimmed schema while it is being made."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.types: dict[str, dict[str, list[Any]]] = {}
        self.codes: dict[str, dict[str, list[str]]] = {}

    def add(self, name: str) -> None:
        """Add a type with everything that it is made of."""
        if name in self.types or name[0].islower() or name == "Resource":
            return
        elements = self.package.by_url[PROFILE + name]["snapshot"]["element"]
        root = elements[0]["path"]
        inner = {element["path"].rpartition(".")[0] for element in elements}
        for element in elements[1:]:
            path = name + element["path"].removeprefix(root)
            owner, _, field = path.rpartition(".")
            fields = self.types.setdefault(owner, {})
            if element["max"] != "0":
                kinds = [path] if element["path"] in inner else self._kinds(element, owner)
                fields[field] = [element["min"], int(element["max"] != "1"), kinds]

    def _kinds(self, element: Json, owner: str) -> list[str]:
        if "contentReference" in element:
            return [str(element["contentReference"]).removeprefix("#")]
        return [self._kind(kind, element, owner) for kind in element["type"]]

    def _kind(self, kind: Json, element: Json, owner: str) -> str:
        code = str(kind["code"])
        if code.startswith("http://hl7.org/fhirpath/"):
            return "id" if owner in TAKEN_IN else "uri" if element["path"] == "Extension.url" else "string"
        if code == "Reference":
            targets = [str(url).removeprefix(PROFILE) for url in kind.get("targetProfile", [])]
            return ">".join([code, *sorted(targets)]) if "Resource" not in targets else code
        if code == "Quantity" and kind.get("profile"):
            code = str(kind["profile"][0]).removeprefix(PROFILE)
        self.add(code)
        binding = element.get("binding", {})
        if code in CODED and binding.get("strength") == "required":
            return code + self._binding(str(binding["valueSet"]))
        return code

    def _binding(self, url: str) -> str:
        codes = self.package.expand(url)
        if codes is None:
            return ""
        name = url.partition("|")[0].rpartition("/")[2]
        self.codes[name] = codes
        return "#" + name


def find_patient_path(fields: dict[str, list[Any]]) -> str | None:
    """Return the element of a resource that names its patient, if it has one."""
    for name in PATIENT_ELEMENTS:
        for kind in fields.get(name, [0, 0, []])[2]:
            if kind == "Reference" or (kind.startswith("Reference>") and "Patient" in kind.split(">")):
                return name
    return None


def make_schema(archive: Path) -> bytes:
    """Return the text of the definitions file: one type a line, so that a difference can be read."""
    schema = Schema(Package(archive))
    for name in ("Element", "Reference", *TAKEN_IN):
        schema.add(name)
    patient = {name: find_patient_path(schema.types[name]) for name in TAKEN_IN if name != "Patient"}
    known = sorted(
        str(one["type"])
        for one in schema.package.structures()
        if one["kind"] == "resource" and not one["abstract"] and one["derivation"] == "specialization"
    )
    parts = {
        "source": "hl7.fhir.r4.core 4.0.1, CC0-1.0",
        "taken_in": TAKEN_IN,
        "known": known,
        "patient": {name: path for name, path in patient.items() if path} | PATIENT_PATHS,
        "codes": dict(sorted(schema.codes.items())),
        "types": dict(sorted(schema.types.items())),
    }
    return ("{" + ",\n".join(f"{_text(key)}:{_lines(part)}" for key, part in parts.items()) + "}\n").encode()


def _lines(part: object) -> str:
    if not isinstance(part, dict):
        return _text(part)
    return "{\n" + ",\n".join(f"{_text(key)}:{_text(value)}" for key, value in part.items()) + "}"


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    sys.stdout.buffer.write(make_schema(Path(sys.argv[1])))
