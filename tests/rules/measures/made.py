"""Made-up records and value sets: a value set holds one code that is its own OID, so no licensed code is needed."""

import json

from careloop.facts.measures import Entry, Person, Record, SetName, Span, Tally
from careloop.formats.fhir.measured import read_portrait
from careloop.formats.fhir.timing import read_moment
from careloop.rules.measures import find_measures

Body = dict[str, object]

OWN = "urn:own"
SCT, LOINC, RXNORM, CPT, ICD = (
    "http://snomed.info/sct",
    "http://loinc.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://www.ama-assn.org/go/cpt",
    "http://hl7.org/fhir/sid/icd-10-cm",
)
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
QICORE = "http://hl7.org/fhir/us/qicore/StructureDefinition/"
YEAR = Span(read_moment("2025-01-01T00:00:00Z", ""), read_moment("2025-12-31T23:59:59.999Z", ""))
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
PROBLEM = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "problem-list-item"}]
}
CONCERN = {
    "coding": [{"system": "http://hl7.org/fhir/us/core/CodeSystem/condition-category", "code": "health-concern"}]
}


def code_of(what: SetName | tuple[str, str]) -> Body:
    """Return a concept: of a value set, or of a system and a code."""
    system, code = (OWN, what.oid) if isinstance(what, SetName) else what
    return {"coding": [{"system": system, "code": code}]}


def visit(what: SetName | tuple[str, str], start: str = "2025-06-01", end: str = "", **more: object) -> Body:
    begin = f"{start}T10:00:00Z" if len(start) == 10 else start
    period = {"start": begin, "end": end or begin.replace("T10:00", "T10:30")}
    return {"resourceType": "Encounter", "status": "finished", "type": [code_of(what)], "period": period} | more


def condition(
    what: SetName | tuple[str, str], onset: str = "2020-01-01", clinical: str = "active", **more: object
) -> Body:
    status: Body = {"clinicalStatus": code_of((CLINICAL, clinical))} if clinical else {}
    began: Body = {"onsetDateTime": onset} if onset else {}
    return {"resourceType": "Condition", "code": code_of(what), "category": [PROBLEM]} | status | began | more


def observation(
    what: SetName | tuple[str, str], on: str = "2025-06-01", category: str = "survey", **more: object
) -> Body:
    body: Body = {"resourceType": "Observation", "status": "final", "code": code_of(what), "effectiveDateTime": on}
    return body | {"category": [code_of((CATEGORY, category))]} | more


def quantity(value: float | int, unit: str) -> Body:
    return {"valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": unit}}


def procedure(what: SetName | tuple[str, str], on: str = "2025-06-01", **more: object) -> Body:
    return {"resourceType": "Procedure", "status": "completed", "code": code_of(what), "performedDateTime": on} | more


def order(
    what: SetName | tuple[str, str], on: str = "2025-06-01", kind: str = "ServiceRequest", **more: object
) -> Body:
    name = {"MedicationRequest": "medicationCodeableConcept", "DeviceRequest": "codeCodeableConcept"}.get(kind, "code")
    return {"resourceType": kind, "status": "active", "intent": "order", name: code_of(what), "authoredOn": on} | more


def medicine(
    what: SetName | tuple[str, str], on: str = "2025-06-01", days: float | None = None, **more: object
) -> Body:
    supply: Body = {}
    if days is not None:
        unit = {"system": "http://unitsofmeasure.org", "code": "d"}
        supply = {"dispenseRequest": {"expectedSupplyDuration": {"value": days} | unit}}
    return order(what, on, "MedicationRequest") | supply | more


def entries(*bodies: Body) -> tuple[Entry, ...]:
    """Return bodies as measures read them; each gets an id unless it has one."""
    whole = [{"id": f"r{number}"} | body for number, body in enumerate(bodies)]
    found = read_portrait(
        json.dumps({"resourceType": "Bundle", "entry": [{"resource": b} for b in whole]}).encode(), "x"
    )
    return found.entries


def judge(measure: str, *bodies: Body, born: str = "1960-06-15", gender: str = "female") -> tuple[Tally, ...]:
    """Return what a measure answers for a made-up record of 2025, with only the value sets that it says it needs."""
    found = find_measures()[measure]
    sets = {name.oid: frozenset({f"{OWN}|{name.oid}"}) for name in found.sets}
    person = Person(read_moment(born, "born") if born else None, gender)
    return found.judge(Record(person, entries(*bodies), sets, YEAR))


def said(tally: Tally) -> str:
    """Return the populations of a tally by their initials: IP, EXCL, EXC, NUM; "" for nobody."""
    names = {"EXCL": tally.exclusion, "EXC": tally.exception, "NUM": tally.numerator}
    shown = ["IP"] if tally.initial_population else []
    assert tally.denominator == tally.initial_population
    return " ".join(shown + [name for name, count in names.items() if count])
