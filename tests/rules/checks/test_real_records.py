"""The checks over the synthetic records that lie beside the project: each finds work in them."""

import gzip
import os
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace as change

from careloop.catalog.knowledge import load_knowledge
from careloop.catalog.speech import speak
from careloop.facts.chart import Chart, ChartFact, FactKind
from careloop.facts.worklist import Answer
from careloop.formats.fhir.read import read_document
from careloop.rules.checks import find_checks
from tests.rules.checks.charts import id_of
from tests.rules.checks.test_measures_agree import read_patient

BESIDE = Path(__file__).resolve().parents[3].parent / "shared"
RECORDS = Path(os.environ.get("CARELOOP_SHARED", str(BESIDE))) / "data" / "synthea_r4"
READ_ON = date(2026, 11, 21)

# Of the living of these records nobody has an abnormal result among the verified rows: see the tests of results below.
NOTHING_ABNORMAL = {"abnormal_result_without_follow_up", "critical_result_without_follow_up"}

# By check: a record that is found, what is found, and a record that is nearly like it and is not. Days are those
# after the last visit.
FOUND_AND_NEARLY = (
    # 40 with no mammogram; 38.
    ("breast_screening", "Alfreda_Wyman", "scr-breast", "Bonnie_Kemmer", 0),
    # No smear on record; a smear in pregnancy.
    ("cervical_screening", "Carin_Schowalter", "scr-cervical-30-65", "Bonnie_Kemmer", 0),
    # No test; a colonoscopy.
    ("colorectal_screening", "Eduardo_Treviño", "scr-crc", "Damion_Strosin", 0),
    # Diabetes and no exam in the record; prediabetes at most.
    ("diabetic_eye", "Danae_Kshlerin", "dm-eye", "Cruz_Halvorson", 0),
    ("diabetic_foot", "Danae_Kshlerin", "dm-foot", "Cruz_Halvorson", 0),
    # No urine test; both tests at the last visit.
    ("diabetic_kidney", "Patria_Schimmel", "dm-kidney", "Danae_Kshlerin", 0),
    ("hba1c_overdue", "Danae_Kshlerin", "dm-hba1c", "Cruz_Halvorson", 365),
    # Diabetes without a statin; a statin.
    ("statin_where_indicated", "Danae_Kshlerin", "statin", "Arla_Lang", 0),
    # High blood pressure, 168/103; no diagnosis.
    ("uncontrolled_blood_pressure", "Alfreda_Wyman", "htn-control", "Cruz_Halvorson", 0),
    # No screen; screened in pregnancy.
    ("depression_screening", "Alfreda_Wyman", "scr-depression", "Bonnie_Kemmer", 0),
    # 81; 63.
    ("falls_risk", "Arla_Lang", "falls-screen", "Octavio_Reichert", 0),
    # 81 with the older pneumococcal vaccines; 31 with every vaccine of the age.
    ("immunizations_due", "Arla_Lang", "imm-rsv", "Chet_Hoeger", 0),
    # A chronic illness, a year later; none.
    ("no_visit_in_12_months", "Alfreda_Wyman", "visit-yearly", "Octavio_Reichert", 365),
)

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def records() -> list[tuple[Chart, date]]:
    """Each record as a chart, with the day after its last event."""
    return [read_record(path) for path in find_records()]


def find_records() -> list[Path]:
    """Return the files, or skip with the reason."""
    paths = sorted(RECORDS.glob("*.json.gz"))
    if not paths:
        pytest.skip(f"no records in {RECORDS}")
    return paths


def read_record(path: Path) -> tuple[Chart, date]:
    package = read_document(gzip.decompress(path.read_bytes()), is_ndjson=False, on=READ_ON)
    assert package.rejected == ()
    person = next(r.patient for r in package.resources if r.patient)
    facts = [
        ChartFact(id_of(number), columns)
        for number, resource in enumerate(package.resources)
        for columns in resource.facts
    ]
    ends = [f.columns.end_on or f.columns.start_on for f in facts if f.columns.kind is FactKind.VISIT]
    died_on = person.died_at.date() if person.died_at else None
    chart = Chart(id_of(0), person.birth_on, person.sex, died_on, tuple(facts))
    return chart, max(day for day in ends if day) + timedelta(days=1)


# As in a clinic whose clinician signed every check on.
KNOWLEDGE = replace(load_knowledge(), signed_on=frozenset(find_checks()))


def ask_all(records: list[tuple[Chart, date]], *, later: timedelta) -> dict[str, list[Answer]]:
    return {
        name: [check.find(chart, on + later, KNOWLEDGE) for chart, on in records]
        for name, check in find_checks().items()
    }


def test_the_checks_find_work(records: list[tuple[Chart, date]], capsys: pytest.CaptureFixture[str]) -> None:
    next_day = ask_all(records, later=timedelta(0))
    next_year = ask_all(records, later=timedelta(days=365))
    found = Counter({name: sum(bool(a.findings) for a in answers) for name, answers in next_day.items()})
    with capsys.disabled():
        print(f"\n{len(records)} records, with findings on the day after the last visit: {dict(found)}")

    # These people are tested for sugar at each visit, so on the day after the last one nobody with
    # diabetes is overdue; a year later those who are alive all are, and nobody was seen meanwhile.
    for name in ("hba1c_overdue", "no_visit_in_12_months"):
        found[name] = sum(bool(answer.findings) for answer in next_year[name])
    assert set(found) == set(find_checks())
    # No record holds an allergy to a medicine, nor two active medicines of one kind: test_real_medicines.py.
    nothing = NOTHING_ABNORMAL | {"medicine_against_allergy", "duplicate_therapy"}
    assert {name for name, count in found.items() if not count} == nothing


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("name", "found", "key", "nearly", "later"), FOUND_AND_NEARLY)
def test_each_check_finds_a_real_record_and_leaves_one_that_is_nearly_like_it(
    name: str, found: str, key: str, nearly: str, later: int
) -> None:
    check = find_checks()[name]
    keys = {}
    for person in (found, nearly):
        chart, on = read_record(next(RECORDS.glob(f"{person}_*")))
        keys[person] = [one.key for one in check.find(chart, on + timedelta(days=later), load_knowledge()).findings]

    assert key in keys[found]
    assert keys[nearly] == []


@pytest.mark.usefixtures("records")
def test_an_abnormal_result_is_found_on_the_day_on_which_it_came() -> None:
    """Kidney failure of a record in November 2008: asked that day, where a clinician signed the row on."""
    chart, _on = read_record(next(RECORDS.glob("Dennis_Durgan_*")))
    check, day = find_checks()["abnormal_result_without_follow_up"], date(2008, 11, 10)
    living = replace(chart, died_on=None)
    signed = replace(load_knowledge(), signed_on=frozenset({check.name}))

    assert [one.key for one in check.find(living, day, signed).findings] == ["res-egfr-30"]
    assert check.find(living, day, load_knowledge()).findings == ()
    assert check.find(living, day - timedelta(days=1), signed).findings == ()


def test_an_abnormal_result_of_a_measures_patient_is_found_unchanged(shared: Path) -> None:
    """LDL of 190 in a test patient of CMS347: found the day it came and a year long; not the day before, nor after.

    The near miss is one of the same six with no such value.
    """
    check = find_checks()["abnormal_result_without_follow_up"]
    folder = shared / "data" / "ecqm" / "StatinTherapyforthePreventionandTreatmentofCardiovascularDiseaseFHIR"
    found, nearly = (read_patient(next(folder.glob(f"{name}*"))) for name in ("b8893156", "65c0a8c4"))
    came = date(2025, 1, 16)
    days = (came - timedelta(days=1), came, date(2026, 1, 15), date(2026, 1, 16))

    told = [[one.key for one in check.find(found, day, load_knowledge()).findings] for day in days]
    assert told == [[], ["res-ldl-190"], ["res-ldl-190"], []]
    assert all(check.find(nearly, day, load_knowledge()).findings == () for day in days)


@pytest.mark.usefixtures("records")
def test_no_record_holds_a_critical_result_and_one_changed_value_is_found() -> None:
    """None of the 80 records, of the measures' 84 patients or of the guides' examples holds one: a value is changed."""
    check = find_checks()["critical_result_without_follow_up"]
    chart, on = read_record(next(RECORDS.glob("Danae_Kshlerin_*")))
    facts = [f for f in chart.of(FactKind.RESULT) if "loinc|6298-4" in f.columns.codes]
    newest = max(facts, key=lambda f: f.columns.start_on or date.min)
    low = ChartFact(newest.resource_id, change(newest.columns, value=Decimal("2.9")))

    assert check.find(chart, on, load_knowledge()).findings == ()
    one_changed = replace(chart, facts=tuple(low if fact is newest else fact for fact in chart.facts))
    assert [f.key for f in check.find(one_changed, on, load_knowledge()).findings] == ["res-potassium-low"]


def test_nobody_is_waiting_who_died(records: list[tuple[Chart, date]]) -> None:
    dead = [(chart, on) for chart, on in records if chart.died_on]

    assert dead
    for answers in ask_all(dead, later=timedelta(0)).values():
        assert set(answers) == {Answer()}


def test_every_medicine_code_is_known_or_in_conflict(records: list[tuple[Chart, date]]) -> None:
    knowledge = load_knowledge()
    codes = {c for chart, _ in records for f in chart.of(FactKind.MEDICINE) for c in f.columns.codes}

    unknown = codes - knowledge.products.keys()

    assert len(codes) > 50
    assert unknown == {"rxnorm|833036"}


def test_what_is_found_can_be_said_in_both_languages(records: list[tuple[Chart, date]]) -> None:
    for answers in ask_all(records, later=timedelta(0)).values():
        for answer in answers:
            for finding in answer.findings:
                says = (finding.title, *finding.because, finding.if_waits, finding.next_step)
                texts = [speak(say, language) for say in says for language in ("en", "es")]
                assert all(texts)
            assert all(speak(say, language) for say in answer.not_checked for language in ("en", "es"))
