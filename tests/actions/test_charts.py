"""Charts for the checks: whatever coding of a fact a check names, the fact comes along."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from careloop.actions import checks as at_work
from careloop.actions.charts import Charts, find_wanted
from careloop.actions.checks import open_waiting, recheck_patients
from careloop.catalog.knowledge import load_knowledge
from careloop.facts.access import Purpose
from careloop.facts.chart import FactKind
from careloop.facts.checks import Needs
from careloop.reads.people import get_patient_page
from careloop.reads.worklist import get_explanation
from careloop.rules.checks import find_checks
from tests.people import TODAY, House, build_house, find_patient, system, take_in

pytestmark = pytest.mark.django_db

STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
LOINC = "http://loinc.org"
OWN = {"system": "https://clinic.example/codes", "code": "D-77"}
ICD = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}
SNOMED = {"system": "http://snomed.info/sct", "code": "44054006"}


def diabetic(codings: list[dict[str, str]]) -> bytes:
    subject = {"reference": "Patient/p1"}
    entries = [
        {"resourceType": "Patient", "id": "p1", "name": [{"family": "Quist"}], "birthDate": "1949-03-14"},
        {"resourceType": "Condition", "id": "c1", "subject": subject, "code": {"coding": codings},
         "clinicalStatus": {"coding": [{"system": STATUS, "code": "active"}]}, "onsetDateTime": "2019-06-02"},
        *({"resourceType": "Observation", "id": f"o{year}", "subject": subject, "status": "final",
           "code": {"coding": [{"system": LOINC, "code": "4548-4"}]}, "effectiveDateTime": f"{year}-02-10",
           "valueQuantity": {"value": 7.9}} for year in (2026, 2024)),
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": e} for e in entries]}
    return json.dumps(bundle).encode()


@pytest.fixture
def house() -> House:
    return build_house()


def find_open_loops(house: House, record: bytes) -> tuple[UUID, ...]:
    take_in(record, house.north)
    recheck_patients(system(Purpose.CHECKS), how_many=10)
    open_waiting(system(Purpose.CHECKS))
    return tuple(row.id for row in get_patient_page(house.acting("dana"), find_patient("p1")).open_loops)


@pytest.mark.parametrize(
    "codings", [[SNOMED], [ICD], [OWN, SNOMED], [OWN, ICD]], ids=["first", "prefix", "second", "prefix second"]
)
def test_a_problem_is_found_by_any_of_its_codings(house: House, codings: list[dict[str, str]]) -> None:
    assert len(find_open_loops(house, diabetic(codings))) == 1


def test_a_problem_of_another_code_system_is_not_taken_for_diabetes(house: House) -> None:
    assert find_open_loops(house, diabetic([OWN])) == ()


def test_evidence_is_told_oldest_first(house: House) -> None:
    (loop,) = find_open_loops(house, diabetic([SNOMED]))

    told = [line.on.isoformat() for line in get_explanation(house.acting("dana"), loop).evidence if line.on]

    assert told == ["2019-06-02", "2026-02-10"]


# The first day, the last, the status, and whether the check of discharges is given the visit: 32 days back and one
# of slack for patients of other zones.
VISITS = [
    (400, 34, "finished", False),
    (400, 33, "finished", True),
    (33, None, "finished", True),
    (34, None, "finished", False),
    (34, 34, "in-progress", True),
    (-9, None, "planned", True),
    (None, None, "finished", False),
    (None, None, "arrived", True),
]


def visits() -> bytes:
    def day(ago: int | None) -> str | None:
        return None if ago is None else (TODAY - timedelta(days=ago)).isoformat()

    entries: list[dict[str, object]] = [
        {"resourceType": "Patient", "id": "p1", "name": [{"family": "Quist"}], "birthDate": "1949-03-14"}
    ]
    for number, (first, last, status, _given) in enumerate(VISITS):
        period = {key: value for key, value in (("start", day(first)), ("end", day(last))) if value}
        entries.append({"resourceType": "Encounter", "id": f"v{number}", "subject": {"reference": "Patient/p1"},
                        "status": status, "class": {"code": "AMB"}, "type": [{"text": str(number)}],
                        **({"period": period} if period else {})})  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": e} for e in entries]}
    return json.dumps(bundle).encode()


def test_of_visits_only_those_of_late_ahead_and_going_on_come_along(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Charts] = []
    load = at_work.load_charts
    monkeypatch.setattr(at_work, "load_charts", lambda *given: loaded.append(load(*given)) or loaded[-1])
    asks = {name: check for name, check in find_checks().items() if name == "visit_after_discharge"}
    monkeypatch.setattr(at_work, "find_checks", lambda: asks)
    receipt = take_in(visits(), house.north)
    recheck_patients(system(Purpose.CHECKS), how_many=10)

    given = {fact.columns.label for chart in loaded[0].of.values() for fact in chart.of(FactKind.VISIT)}
    assert receipt.rejected == []
    assert given == {str(number) for number, (*_visit, is_given) in enumerate(VISITS) if is_given}


# A code, days ago, and whether the checks are given the result: those of a platelet count matter for a year (and one
# day of slack), an HbA1c as long as it stands.
RESULTS = [
    ("777-3", 370, False),
    ("777-3", 367, True),
    ("777-3", -5, True),
    ("777-3", None, False),
    ("4548-4", 370, True),
    ("4548-4", None, True),
]


def results() -> bytes:
    subject = {"reference": "Patient/p1"}
    entries: list[dict[str, object]] = [
        {"resourceType": "Patient", "id": "p1", "name": [{"family": "Quist"}], "birthDate": "1949-03-14"}
    ]
    for number, (code, ago, _given) in enumerate(RESULTS):
        on = {} if ago is None else {"effectiveDateTime": (TODAY - timedelta(days=ago)).isoformat()}
        coding = [{"system": LOINC, "code": code}]
        # The same code as the second of two comes along too.
        for n, codings in enumerate((coding, [OWN, *coding])):
            entries.append({"resourceType": "Observation", "id": f"o{number}-{n}", "subject": subject,
                            "status": "final", "code": {"coding": codings, "text": str(number)},
                            "valueQuantity": {"value": 7.9}, **on})  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": e} for e in entries]}
    return json.dumps(bundle).encode()


def test_of_results_that_count_for_a_year_only_those_of_a_year_come_along(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Charts] = []
    load = at_work.load_charts
    monkeypatch.setattr(at_work, "load_charts", lambda *given: loaded.append(load(*given)) or loaded[-1])
    monkeypatch.setattr(at_work, "find_checks", find_checks)
    receipt = take_in(results(), house.north)
    recheck_patients(system(Purpose.CHECKS), how_many=10)

    given = [fact.columns.label for chart in loaded[0].of.values() for fact in chart.of(FactKind.RESULT)]
    assert receipt.rejected == []
    assert sorted(given) == sorted(2 * [str(number) for number, (*_, is_given) in enumerate(RESULTS) if is_given])


def test_a_code_that_one_check_needs_for_good_comes_for_good() -> None:
    asking = [check for check in find_checks().values() if check.needs.lately]
    platelets = load_knowledge().codesets["platelets"].exact
    longer = replace(asking[0], needs=Needs(coded={FactKind.RESULT: ("platelets",)}, lately={"platelets": 900}))
    good = replace(asking[0], needs=Needs(coded={FactKind.RESULT: ("platelets",)}))
    few, more = (find_wanted([*asking, one], load_knowledge()) for one in (longer, good))

    assert platelets <= set(few.lately)
    assert few.lately_days == 900
    assert platelets <= set(more.codes)
    assert not platelets & set(more.lately)


def test_a_kind_that_one_check_needs_whole_comes_whole() -> None:
    asking = [check for check in find_checks().values() if check.needs.recent]
    whole = replace(asking[0], needs=Needs(coded={}, whole=frozenset({FactKind.VISIT})))
    longer = replace(asking[0], needs=Needs(coded={}, recent={FactKind.VISIT: 400}))

    assert find_wanted([*asking, longer], load_knowledge()).recent == {"visit": 400}
    assert find_wanted([*asking, longer, whole], load_knowledge()).recent == {}
    assert find_wanted([*asking, whole], load_knowledge()).whole == ["visit"]
