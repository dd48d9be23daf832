"""The checks: each file asks one pure question of a patient's record, and ``find_checks`` names them all."""

from collections.abc import Mapping
from types import MappingProxyType

from careloop.facts.checks import Check
from careloop.rules.checks import (
    abnormal_result_without_follow_up,
    breast_screening,
    cervical_screening,
    colorectal_screening,
    critical_result_without_follow_up,
    depression_screening,
    diabetic_eye,
    diabetic_foot,
    diabetic_kidney,
    duplicate_therapy,
    falls_risk,
    hba1c_overdue,
    high_risk_medicine_over_65,
    immunizations_due,
    interacting_medicines,
    medicine_against_allergy,
    medicine_against_condition,
    no_visit_in_12_months,
    statin_where_indicated,
    uncontrolled_blood_pressure,
    visit_after_discharge,
)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.name: check
        for check in (
            abnormal_result_without_follow_up.CHECK,
            breast_screening.CHECK,
            cervical_screening.CHECK,
            colorectal_screening.CHECK,
            critical_result_without_follow_up.CHECK,
            depression_screening.CHECK,
            diabetic_eye.CHECK,
            diabetic_foot.CHECK,
            diabetic_kidney.CHECK,
            duplicate_therapy.CHECK,
            falls_risk.CHECK,
            hba1c_overdue.CHECK,
            high_risk_medicine_over_65.CHECK,
            immunizations_due.CHECK,
            interacting_medicines.CHECK,
            medicine_against_allergy.CHECK,
            medicine_against_condition.CHECK,
            no_visit_in_12_months.CHECK,
            statin_where_indicated.CHECK,
            uncontrolled_blood_pressure.CHECK,
            visit_after_discharge.CHECK,
        )
    }
)


def find_checks() -> Mapping[str, Check]:
    """Return every check by its name, in the order of the alphabet."""
    return CHECKS
