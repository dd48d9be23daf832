"""Published quality measures: each file judges one of them, and ``find_measures`` names them all."""

from collections.abc import Mapping
from types import MappingProxyType

from careloop.facts.measures import Measure
from careloop.rules.measures import (
    bmi_screening,
    breast_cancer_screening,
    cervical_cancer_screening,
    colorectal_cancer_screening,
    depression_screening,
    diabetes_eye_exam,
    diabetes_poor_control,
    documented_medications,
    falls_screening,
    high_blood_pressure,
    high_risk_medicines,
    kidney_health,
    specialist_report,
    statin_therapy,
)

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        module.MEASURE.name: module.MEASURE
        for module in (
            breast_cancer_screening,
            specialist_report,
            cervical_cancer_screening,
            colorectal_cancer_screening,
            high_blood_pressure,
            diabetes_eye_exam,
            diabetes_poor_control,
            documented_medications,
            falls_screening,
            kidney_health,
            bmi_screening,
            depression_screening,
            statin_therapy,
            high_risk_medicines,
        )
    }
)


def find_measures() -> Mapping[str, Measure]:
    """Return every measure by its name, in the order of the alphabet."""
    return MEASURES
