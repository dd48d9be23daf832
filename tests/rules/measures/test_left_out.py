"""Who is left out of measures: hospice, palliative care, frailty, nursing homes; and which statuses count."""

import pytest

from careloop.facts.measures import Person, Record, Unanswerable
from careloop.formats.fhir.timing import read_moment
from careloop.rules.measures import sets
from careloop.rules.measures.clock import Truth
from careloop.rules.measures.exclusions import (
    FRAILTY,
    HOSPICE,
    PALLIATIVE,
    has_hospice,
    has_palliative_care,
    is_frail_and_ill,
    is_frail_and_ill_or_very_old,
    lives_in_nursing_home,
)
from tests.rules.measures.made import (
    LOINC,
    OWN,
    QICORE,
    SCT,
    YEAR,
    Body,
    code_of,
    condition,
    entries,
    medicine,
    observation,
    order,
    procedure,
    visit,
)

YES, NURSING_HOME, OWN_HOME = (SCT, "373066001"), (SCT, "160734000"), (SCT, "424661000")
MDS, FACIT, HOUSING, EQUIPMENT = (LOINC, "45755-6"), (LOINC, "71007-9"), (LOINC, "71802-3"), (LOINC, "98181-1")
TO_HOME = {"hospitalization": {"dischargeDisposition": code_of((SCT, "428361000124107"))}}
ELSEWHERE = {"hospitalization": {"dischargeDisposition": code_of((SCT, "306689006"))}}


def record(*bodies: Body, born: str = "1950-01-01") -> Record:
    known = {name.oid: frozenset({f"{OWN}|{name.oid}"}) for name in (*HOSPICE, *PALLIATIVE, *FRAILTY)}
    return Record(Person(read_moment(born, ""), "female"), entries(*bodies), known, YEAR)


@pytest.mark.parametrize(
    ("body", "is_left_out"),
    [
        (visit(sets.ENCOUNTER_INPATIENT, **TO_HOME), True),
        (visit(sets.ENCOUNTER_INPATIENT, **ELSEWHERE), False),
        (visit(sets.ENCOUNTER_INPATIENT), False),
        (visit(sets.ENCOUNTER_INPATIENT, "2024-12-31T23:00:00Z", "2025-01-01T01:00:00Z", **TO_HOME), True),
        (visit(sets.ENCOUNTER_INPATIENT, "2025-12-31T23:00:00Z", "2026-01-01T01:00:00Z", **TO_HOME), False),
        (visit(sets.ENCOUNTER_INPATIENT, status="planned", **TO_HOME), False),
        (visit(sets.HOSPICE_ENCOUNTER), True),
        (visit(sets.HOSPICE_ENCOUNTER, "2024-11-01", "2025-01-01T00:00:00Z"), True),
        (visit(sets.HOSPICE_ENCOUNTER, "2024-11-01", "2024-12-31T23:59:59Z"), False),
        (visit(sets.HOSPICE_ENCOUNTER, status="onleave"), True),
        (visit(sets.HOSPICE_ENCOUNTER, status="cancelled"), False),
        (observation(MDS, valueCodeableConcept=code_of(YES)), True),
        (observation(MDS, valueCodeableConcept=code_of((SCT, "373067005"))), False),
        (observation(MDS, category="laboratory", valueCodeableConcept=code_of(YES)), False),
        (observation(MDS, status="preliminary", valueCodeableConcept=code_of(YES)), False),
        (observation(MDS, on="2024-06-01", valueCodeableConcept=code_of(YES)), False),
        (order(sets.HOSPICE_CARE_AMBULATORY), True),
        (order(sets.HOSPICE_CARE_AMBULATORY, status="completed"), True),
        (order(sets.HOSPICE_CARE_AMBULATORY, status="draft"), False),
        (order(sets.HOSPICE_CARE_AMBULATORY, intent="plan"), False),
        (order(sets.HOSPICE_CARE_AMBULATORY, doNotPerform=True), False),
        (order(sets.HOSPICE_CARE_AMBULATORY, meta={"profile": [f"{QICORE}qicore-servicenotrequested"]}), False),
        (order(sets.HOSPICE_CARE_AMBULATORY, "2026-01-01"), False),
        (procedure(sets.HOSPICE_CARE_AMBULATORY), True),
        (procedure(sets.HOSPICE_CARE_AMBULATORY, status="not-done"), False),
        (procedure(sets.HOSPICE_CARE_AMBULATORY, "2024-12-31"), False),
        (condition(sets.HOSPICE_DIAGNOSIS), True),
        (condition(sets.HOSPICE_DIAGNOSIS, "", "active"), True),
        (condition(sets.HOSPICE_DIAGNOSIS, "2026-02-01"), False),
        (condition(sets.HOSPICE_DIAGNOSIS, clinical="resolved"), False),
        (condition(sets.HOSPICE_DIAGNOSIS, clinical="resolved", abatementDateTime="2025-01-01"), True),
        (condition(sets.HOSPICE_DIAGNOSIS, clinical="resolved", abatementDateTime="2024-12-31"), False),
        (condition(sets.HOSPICE_DIAGNOSIS, clinical="active", abatementDateTime="2024-12-31"), False),
        (condition(sets.HOSPICE_DIAGNOSIS, clinical=""), False),
        (condition(sets.HOSPICE_DIAGNOSIS, clinical="relapse"), True),
    ],
)
def test_hospice(body: Body, is_left_out: bool) -> None:
    assert (has_hospice(record(body)) is True) is is_left_out


@pytest.mark.parametrize(
    ("ending", "is_left_out"),
    [
        ({"abatementPeriod": {"start": "2024-12-01", "end": "2025-01-01"}}, False),
        ({"abatementPeriod": {"start": "2024-12-01", "end": "2025-01-02"}}, True),
        ({"abatementAge": {"value": 75, "system": "http://unitsofmeasure.org", "code": "a"}}, True),
        ({"abatementAge": {"value": 74, "system": "http://unitsofmeasure.org", "code": "a"}}, False),
        ({"abatementString": "last spring"}, False),
    ],
)
def test_an_end_may_be_a_period_or_an_age(ending: Body, is_left_out: bool) -> None:
    ended = condition(sets.HOSPICE_DIAGNOSIS, clinical="resolved", **ending)

    assert (has_hospice(record(ended)) is True) is is_left_out


@pytest.mark.parametrize(
    ("body", "is_left_out"),
    [
        (observation(FACIT), True),
        (observation(FACIT, category="exam"), False),
        (observation(FACIT, "2024-12-31T23:59:59Z"), False),
        (condition(sets.PALLIATIVE_CARE_DIAGNOSIS), True),
        (visit(sets.PALLIATIVE_CARE_ENCOUNTER), True),
        (visit(sets.PALLIATIVE_CARE_ENCOUNTER, status="entered-in-error"), False),
        (procedure(sets.PALLIATIVE_CARE_INTERVENTION), True),
        (procedure(sets.PALLIATIVE_CARE_INTERVENTION, status="stopped"), False),
    ],
)
def test_palliative_care(body: Body, is_left_out: bool) -> None:
    assert (has_palliative_care(record(body)) is True) is is_left_out


ILL = condition(sets.ADVANCED_ILLNESS, "2024-03-01")
DEVICE = order(sets.FRAILTY_DEVICE, kind="DeviceRequest")
NOT_DEVICE = {"modifierExtension": [{"url": f"{QICORE}qicore-doNotPerform", "valueBoolean": True}]}


@pytest.mark.parametrize(
    ("sign", "is_frail"),
    [
        (DEVICE, True),
        (DEVICE | NOT_DEVICE, False),
        (DEVICE | {"status": "revoked"}, False),
        (DEVICE | {"authoredOn": "2024-12-31"}, False),
        (observation(EQUIPMENT, valueCodeableConcept=code_of(sets.FRAILTY_DEVICE)), True),
        (observation(EQUIPMENT, valueCodeableConcept=code_of(sets.FRAILTY_SYMPTOM)), False),
        (observation(EQUIPMENT), False),
        (condition(sets.FRAILTY_DIAGNOSIS), True),
        (visit(sets.FRAILTY_ENCOUNTER), True),
        (observation(sets.FRAILTY_SYMPTOM, status="preliminary", category="exam"), True),
        (observation(sets.FRAILTY_SYMPTOM, status="registered"), False),
    ],
)
def test_frailty_has_many_signs_and_counts_with_an_advanced_illness(sign: Body, is_frail: bool) -> None:
    assert (is_frail_and_ill(record(sign, ILL)) is True) is is_frail
    assert is_frail_and_ill(record(sign)) is not True


@pytest.mark.parametrize(
    ("sign", "is_ill"),
    [
        (ILL, True),
        (condition(sets.ADVANCED_ILLNESS, "2023-12-31"), False),
        (condition(sets.ADVANCED_ILLNESS, "2025-12-31"), True),
        (condition(sets.ADVANCED_ILLNESS, ""), False),
        (medicine(sets.DEMENTIA_MEDICATIONS, "2023-12-20", 13), True),
        (medicine(sets.DEMENTIA_MEDICATIONS, "2023-12-20", 12), False),
        (medicine(sets.DEMENTIA_MEDICATIONS, "2025-12-31", 90), True),
        (medicine(sets.DEMENTIA_MEDICATIONS, "2026-01-01", 90), False),
        (medicine(sets.DEMENTIA_MEDICATIONS, days=90, status="completed"), False),
        (medicine(sets.DEMENTIA_MEDICATIONS, days=90, doNotPerform=True), False),
        # How long it lasts is not known, so nobody can tell whether it reached the year.
        (medicine(sets.DEMENTIA_MEDICATIONS), False),
    ],
)
def test_advanced_illness_begins_or_is_treated_in_the_year_or_the_year_before(sign: Body, is_ill: bool) -> None:
    assert (is_frail_and_ill(record(sign, DEVICE)) is True) is is_ill


@pytest.mark.parametrize(
    ("born", "with_illness", "without"),
    [
        ("1960-01-01", False, False),
        ("1959-12-31", True, False),
        ("1944-12-31", True, True),
        ("1945-01-01", True, False),
    ],
)
def test_from_66_frailty_counts_with_an_illness_and_from_81_without(
    born: str, with_illness: bool, without: bool
) -> None:
    assert (is_frail_and_ill_or_very_old(record(DEVICE, ILL, born=born)) is True) is with_illness
    assert (is_frail_and_ill_or_very_old(record(DEVICE, born=born)) is True) is without
    assert (is_frail_and_ill(record(DEVICE, ILL, born=born)) is True) is with_illness


def housing(on: str, where: tuple[str, str], **more: object) -> Body:
    return observation(HOUSING, on, valueCodeableConcept=code_of(where), **more)


@pytest.mark.parametrize(
    ("bodies", "born", "lives_there"),
    [
        ([housing("2019-01-01", NURSING_HOME)], "1950-01-01", True),
        ([housing("2019-01-01", NURSING_HOME), housing("2020-01-01", OWN_HOME)], "1950-01-01", False),
        ([housing("2020-01-01", NURSING_HOME), housing("2019-01-01", OWN_HOME)], "1950-01-01", True),
        ([housing("2019-01-01", NURSING_HOME), housing("2026-01-01", OWN_HOME)], "1950-01-01", True),
        ([housing("2026-01-01", NURSING_HOME)], "1950-01-01", False),
        ([housing("2019-01-01", NURSING_HOME)], "1960-01-01", False),
        ([housing("2019-01-01", NURSING_HOME, status="cancelled")], "1950-01-01", False),
        ([], "1950-01-01", False),
    ],
)
def test_the_last_answer_about_housing_counts(bodies: list[Body], born: str, lives_there: Truth) -> None:
    assert (lives_in_nursing_home(record(*bodies, born=born)) is True) is lives_there


def test_several_ways_of_dosing_cannot_be_reckoned_with_and_are_named() -> None:
    twice = medicine(sets.DEMENTIA_MEDICATIONS, days=30, dosageInstruction=[{}, {}])

    with pytest.raises(Unanswerable, match=r"entry\[0\].*MedicationRequest.dosageInstruction: .* one way of dosing"):
        is_frail_and_ill(record(twice, DEVICE))
    # Who is too young for the question is not asked it.
    assert is_frail_and_ill(record(twice, DEVICE, born="1990-01-01")) is False
