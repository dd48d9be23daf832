"""A medicine that raises a question with a problem on record, a pregnancy, or a result of the kidneys.

The rows rest on FDA labels and guidelines as they cite them; those whose source was not read wait for the
clinic's clinician. A result counts for twelve months; without one, that is said. A pregnancy that nobody ended
in the record is not counted for ever, and that is said. Near misses: a problem that is over or not confirmed,
a result on the other side of the limit, one that is a day too old.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs
from careloop.facts.safety import Concern
from careloop.facts.worklist import Answer, Confidence, LoopKind, Source
from careloop.rules.checks.safety.say import answer, list_sources
from careloop.rules.checks.what_counts import A_YEAR_BACK

NAME = "medicine_against_condition"
# Every code set that a row of the table names: a test compares.
CODESETS = (
    "asthma",
    "bipolar_disorder",
    "bph_or_urinary_retention",
    "breast_cancer",
    "chronic_liver_disease",
    "ckd_stage_3",
    "ckd_stage_4",
    "ckd_stage_5",
    "coronary_artery_disease",
    "delirium",
    "dementia",
    "diabetes_any",
    "drug_overdose",
    "esrd_or_dialysis",
    "falls_or_fracture_history",
    "gout",
    "heart_block_or_bradycardia",
    "heart_failure",
    "heart_failure_reduced_ef",
    "hyperkalemia",
    "hypertension",
    "long_qt",
    "migraine",
    "narrow_angle_glaucoma",
    "opioid_use_disorder",
    "parkinson_disease",
    "peptic_ulcer_or_gi_bleed",
    "peripheral_artery_disease",
    "seizure_disorder",
    "smoker_current",
    "stroke_or_tia",
    "venous_thromboembolism",
)
# They count for twelve months: a test compares.
MEASURED = ("egfr", "potassium", "creatinine_blood", "body_weight")


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find medicines that are taken now against problems, a pregnancy and the newest results."""
    return answer(
        chart,
        on,
        knowledge,
        (
            Concern.CONDITION,
            Concern.PREGNANCY,
            Concern.KIDNEY,
        ),
    )


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return list_sources(knowledge, NAME)


CHECK = Check(
    name=NAME,
    kind=LoopKind.SAFETY,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded={
            FactKind.PROBLEM: (*CODESETS, "pregnancy", "pregnancy_loss_or_ended"),
            FactKind.RESULT: MEASURED,
        },
        whole=frozenset({FactKind.MEDICINE}),
        lately=dict.fromkeys(MEASURED, A_YEAR_BACK),
    ),
    find=find,
    sources=_sources,
)
