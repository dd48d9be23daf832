"""Abnormal results whose next step is not on record.

The rows of results.toml below critical, each with its source. An HbA1c above 9 % belongs to hba1c_overdue, a
depression score to depression_screening; a fall of kidney function over time is not looked at.
"""

from datetime import date

from careloop.basics.words import Say
from careloop.facts.chart import Chart, FactKind
from careloop.facts.checks import Check, Knowledge, Needs, ResultRule
from careloop.facts.worklist import Answer, Confidence, LoopKind, Severity, Source
from careloop.rules.checks.aside import CARE_NEEDS, needs_of
from careloop.rules.checks.results import find_open, sources_of
from careloop.rules.checks.what_counts import A_YEAR_BACK

NAME = "abnormal_result_without_follow_up"
RESULTS = (
    "fit_fobt",
    "stool_dna_fit",
    "birads_category",
    "mammography",
    "cervical_cytology",
    "hpv_test",
    "hba1c",
    "egfr",
    "uacr",
    "tsh",
    "hcv_antibody",
    "hbsag",
    "hiv_screen",
    "ldl",
    "triglycerides",
    "alt",
    "ast",
    "psa",
    "bone_density",
    "lvef",
    "hcg_urine",
    "hcg_serum",
)
# Rows with something to look for stay open however old the result is.
STAY_OPEN = frozenset({"fit_fobt", "stool_dna_fit", "birads_category", "mammography", "egfr", "tsh", "hcv_antibody"})
LOOK_FOR = (
    "colonoscopy",
    "mammography",
    "mammography_procedure",
    "specialist_referral",
    "free_t4",
    "hcv_rna",
)
KNOWN = (
    "diabetes_any",
    "diabetic_kidney_disease",
    "hepatitis_c",
    "hepatitis_b",
    "hiv_infection",
    "familial_hypercholesterolemia",
    "osteoporosis",
    "heart_failure",
)


def find(chart: Chart, on: date, knowledge: Knowledge) -> Answer:
    """Find abnormal results without their next step on record."""
    return find_open(chart, on, knowledge, NAME, _rows(knowledge))


def _rows(knowledge: Knowledge) -> tuple[ResultRule, ...]:
    return tuple(rule for rule in knowledge.results if rule.severity is not Severity.CRITICAL)


def _sources(knowledge: Knowledge) -> tuple[Source, ...]:
    return sources_of(_rows(knowledge))


CHECK = Check(
    name=NAME,
    kind=LoopKind.GAP,
    title=Say(f"check.{NAME}.name"),
    version=1,
    from_on=date(2026, 11, 22),
    rule_ids=(),
    confidence=Confidence.SECONDARY,
    needs=Needs(
        coded=needs_of(
            {
                FactKind.RESULT: (*RESULTS, *LOOK_FOR),
                FactKind.PROCEDURE: LOOK_FOR,
                FactKind.ORDER: LOOK_FOR,
                FactKind.PROBLEM: KNOWN,
            },
            CARE_NEEDS,
        ),
        lately={name: A_YEAR_BACK for name in RESULTS if name not in STAY_OPEN},
    ),
    find=find,
    sources=_sources,
    who=Say(f"check.{NAME}.who"),
    when=Say(f"check.{NAME}.when"),
    not_looked_at=Say(f"check.{NAME}.not_looked_at"),
)
