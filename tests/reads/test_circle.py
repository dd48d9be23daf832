"""The people around a patient, barriers and how to reach them, as the page has them from the record."""

from datetime import timedelta

from careloop.actions.administration_places import set_clinic_day
from careloop.actions.worklist import log_contact, start_loop
from careloop.facts.access import Relation
from careloop.facts.circle import Told
from careloop.facts.worklist import ContactResult
from careloop.reads.people import get_patient_page
from careloop.rules.overview import ANSWERED
from tests.guard import records
from tests.guard.conftest import Clinic
from tests.people import TODAY, later
from tests.reads.test_overview import bring, of_rosa, page_of
from tests.reads.test_patient_page import let_see

SOCIAL = {"coding": [{"system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "code": "sdoh"}]}


def related(key: str, name: str, **body: object) -> dict[str, object]:
    return of_rosa("RelatedPerson", key, name=[{"text": name}], **body)


def consent(key: str, whom: str, kind: str) -> dict[str, object]:
    return {
        "resourceType": "Consent",
        "id": key,
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "category": [{"coding": [{"code": "INFA"}]}],
        "policyRule": {"coding": [{"code": "OPTIN"}]},
        "patient": {"reference": "Patient/p1"},
        "provision": {
            "type": kind,
            "actor": [{"role": {"text": "told"}, "reference": {"reference": f"RelatedPerson/{whom}"}}],
        },
    }


def answer(key: str, ago: int, question: str, given: str, **body: object) -> dict[str, object]:
    return of_rosa(
        "Observation",
        key,
        status="final",
        code={"text": question, "coding": [{"system": "http://loinc.org", "code": question[:5]}]},
        effectiveDateTime=(TODAY - timedelta(days=ago)).isoformat(),
        valueCodeableConcept={"text": given},
        **body,
    )


def test_consents_of_the_record_stand_with_the_people_whom_they_name(clinic: Clinic) -> None:
    elena, marta, luis = related("r1", "Elena"), related("r2", "Marta"), related("r3", "Luis")
    bring(clinic, [elena, marta, luis, consent("k1", "r1", "permit"), consent("k2", "r2", "deny")])

    near = {one.name: one.told for one in page_of(clinic).overview.near}

    assert near == {"Elena": Told.YES, "Marta": Told.NO, "Luis": None}


def test_who_cares_elsewhere_is_named_once(clinic: Clinic) -> None:
    def team(key: str) -> dict[str, object]:
        member = {"reference": "Practitioner/9", "display": "Dr. Lind"}
        doctor = {"member": member, "role": [{"text": "cardiologist"}]}
        return of_rosa("CareTeam", key, status="active", participant=[doctor])

    lind = {"resourceType": "Practitioner", "id": "9", "name": [{"family": "Lind"}]}
    bring(clinic, [lind, team("t1"), team("t2")])

    assert [(one.name, one.part) for one in page_of(clinic).overview.outside] == [("Dr. Lind", "cardiologist")]


def test_answers_about_daily_life_are_shown_newest_first_and_others_are_not(clinic: Clinic) -> None:
    bring(
        clinic,
        [
            answer("o1", 90, "Ride: trouble?", "Yes", category=[SOCIAL]),
            answer("o2", 2, "Ride: trouble?", "No", category=[SOCIAL]),
            answer("o3", 40, "Food: worried?", "Often true", category=[SOCIAL]),
            answer("o4", 1, "Smoker?", "Never"),
        ],
    )

    shown = [(one.words, one.answer) for one in page_of(clinic).overview.answers]

    assert shown == [("Ride: trouble?", "No"), ("Food: worried?", "Often true")]


def test_a_condition_that_was_entered_in_error_is_no_barrier(clinic: Clinic) -> None:
    wrong = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "entered-in-error"}]
    }
    need = {**records.problem("b1", "p1", "Lack of transport"), "category": [SOCIAL], "verificationStatus": wrong}
    need.pop("clinicalStatus", None)
    bring(clinic, [need])

    assert page_of(clinic).overview.barriers == ()


def test_the_last_moments_at_which_somebody_answered_are_told(clinic: Clinic) -> None:
    version = start_loop(clinic.house.acting("dana"), clinic.task, version=1)
    results = [ContactResult.REACHED, ContactResult.NO_ANSWER, *[ContactResult.REACHED] * ANSWERED]
    for n, result in enumerate(results):
        at = later(minutes=n)
        version = log_contact(clinic.house.acting("dana", at=at), clinic.task, version=version, result=result, note="x")

    assert page_of(clinic).overview.reached == tuple(later(minutes=n) for n in (4, 3, 2))


def test_nobody_without_the_chart_sees_the_people_around(clinic: Clinic) -> None:
    ride = answer("o1", 9, "Ride?", "Yes", category=[SOCIAL])
    bring(clinic, [related("r1", "Elena"), consent("k1", "r1", "permit"), ride])
    let_see(clinic, "ines", Relation.BILLING_CASE)

    more = get_patient_page(clinic.house.acting("ines"), clinic.rosa).overview

    assert (more.near, more.outside, more.answers, more.first_way, more.reached) == ((), (), (), "", ())
    assert len(page_of(clinic).overview.near) == 1


def test_the_timeline_hatches_the_days_on_which_this_clinic_is_closed(clinic: Clinic) -> None:
    own, open_all_the_same = TODAY + timedelta(days=4), TODAY + timedelta(days=6)
    set_clinic_day(clinic.house.acting("noor"), on=own, name="Cleaning")
    set_clinic_day(clinic.house.acting("noor"), on=open_all_the_same, name="Thanksgiving", is_open=True)

    closed = page_of(clinic).overview.closed_days

    assert own in closed
    assert open_all_the_same not in closed
    assert open_all_the_same + timedelta(days=29) in closed
