"""The three lists on the patient page: from records as they come in, with who says so and the directions."""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart_lists import ChartLists, MedicineState, NoneKnown
from careloop.facts.pages import PatientPage
from careloop.facts.worklist import Tone
from careloop.reads.people import ALLERGIES, get_patient_page
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.guard.standing import counted_statements
from tests.people import NOW, later, take_in

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"

Json = dict[str, object]


def coded(text: str, system: str, code: str) -> Json:
    return {"text": text, "coding": [{"system": system, "code": code}]}


def order(fhir_id: str, text: str, code: str, on: str, **more: object) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": fhir_id,
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": coded(text, RXNORM, code),
        "authoredOn": on,
        **more,
    }


def allergy(fhir_id: str, text: str, code: str) -> Json:
    return {
        "resourceType": "AllergyIntolerance",
        "id": fhir_id,
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]},
        "patient": {"reference": "Patient/p1"},
        "code": coded(text, SNOMED, code),
    }


def arrive(clinic: Clinic, *resources: Json) -> None:
    take_in(records.bundle(resources), clinic.house.north, name="lists.json", at=later(minutes=5))


def page_of(clinic: Clinic, who: str = "dana") -> PatientPage:
    return get_patient_page(clinic.house.acting(who), clinic.rosa)


def lists_of(clinic: Clinic, who: str = "dana") -> ChartLists:
    lists = page_of(clinic, who).lists
    assert lists
    return lists


DAILY = [{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, "asNeededBoolean": False}]


def test_a_medicine_of_two_orders_is_one_line_with_who_says_so_and_the_directions(clinic: Clinic) -> None:
    arrive(
        clinic,
        order("m1", "Lisinopril 10 MG Oral Tablet", "314076", "2023-01-02", status="stopped"),
        order(
            "m2", "Lisinopril 20 MG Oral Tablet", "314077", "2026-10-02", dosageInstruction=DAILY,
            requester={"display": "Dr. Anita Patel"},
        ),
    )  # fmt: skip

    (line,) = lists_of(clinic).medicines.lines

    assert (line.label, line.state, line.strengths) == ("lisinopril", MedicineState.TAKING, ("20 mg",))
    assert line.doses == (Say("lists.dose.a_d", count=1),)
    assert line.changes == (Say("lists.strength_changed", before="10 mg", after="20 mg", day=date(2026, 10, 2)),)
    told = [(s.author, s.resource_type, s.sender, s.received_at, s.record_id) for s in line.sources]
    assert told == [
        ("", "MedicationRequest", "fhir", later(minutes=5), clinic.rosa),
        ("Dr. Anita Patel", "MedicationRequest", "fhir", later(minutes=5), clinic.rosa),
    ]


def test_today_is_that_of_the_patient(clinic: Clinic) -> None:
    """A course that ends today is still taken: at three in the afternoon (UTC) today is the 20th."""
    lasts = [{"timing": {"repeat": {"boundsPeriod": {"start": "2026-11-01", "end": NOW.date().isoformat()}}}}]
    arrive(clinic, order("m1", "Ibuprofen 200 MG", "310965", "2026-11-01", dosageInstruction=lasts))

    assert [line.state for line in lists_of(clinic).medicines.now] == [MedicineState.TAKING]


def test_only_allergies_that_stand_are_alerts(clinic: Clinic) -> None:
    some = [allergy(f"a{n}", f"Allergy {n}", str(300916003 + n)) for n in range(ALLERGIES + 1)]
    arrive(clinic, allergy("none", "No known allergies", "716186003"), *some)

    page = page_of(clinic)

    alerts = [alert.say for alert in page.banner.alerts if alert.tone is Tone.LATE]
    assert alerts == [
        *(Say("alert.allergy", what=f"Allergy {n}") for n in range(ALLERGIES)),
        Say("alert.more_allergies", count=1),
    ]
    assert page.lists
    none = next(line for line in page.lists.allergies.now if line.none_known is NoneKnown.ALL)
    assert none.disagreements == (Say("lists.none_known_but", count=ALLERGIES + 1),)


def test_a_labelled_source_of_a_line_is_not_there_for_a_coordinator(clinic: Clinic) -> None:
    label = {"meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}}
    arrive(
        clinic,
        order("m1", "Lisinopril 10 MG Oral Tablet", "314076", "2023-01-02"),
        order("m2", "Lisinopril 20 MG Oral Tablet", "314077", "2024-01-02", **label),
    )

    counts = {who: [len(line.sources) for line in lists_of(clinic, who).medicines.lines] for who in ("dana", "asha")}

    assert counts == {"dana": [1], "asha": [2]}
    assert lists_of(clinic).medicines.now[0].strengths == ("10 mg",)


def test_more_medicines_and_allergies_ask_for_no_more_statements(clinic: Clinic) -> None:
    def statements() -> int:
        with counted_statements() as sent:
            page_of(clinic)
        return len(sent)

    few = statements()
    orders = [order(f"m{n}", f"Medicine {n}", str(n), "2024-01-02") for n in range(30)]
    arrive(clinic, *orders, *(allergy(f"a{n}", f"Allergy {n}", str(n)) for n in range(10)))

    assert len(lists_of(clinic).medicines.now) == 30
    assert statements() == few
