"""Strengths as labels write them."""

import pytest

from careloop.rules.chart_lists.strengths import find_strength

LABELS = [
    ("Lisinopril 10 MG Oral Tablet", "10 mg"),
    ("Lasix 40mg", "40 mg"),
    ("Hydrochlorothiazide 12.5 MG / Lisinopril 20 MG Oral Tablet", "12.5 mg / 20 mg"),
    ("24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet", "500 mg"),
    ("10 ML Furosemide 10 MG/ML Injection", "10 mg/ml"),
    ("120 ACTUAT fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler", "0.044 mg/actuat"),
    ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", "250 mg / 125 mg"),
    ("amoxicillin 400 mg/5 mL suspension", "400 mg/5 ml"),
    ("insulin human, rDNA origin 100 UNT/ML Injectable Suspension", "100 units/ml"),
    ("levothyroxine 50 µg", "50 mcg"),
    ("Potassium chloride 20 mEq", "20 meq"),
    ("Heparin 5,000 units", "5,000 units"),
    ("Hydrocortisone 1% cream", "1%"),
    ("lisinopril", ""),
    ("Vitamin B12", ""),
    ("Depo-Provera 5 months", ""),
    ("Etonogestrel 68 MG Drug Implant", "68 mg"),
]


@pytest.mark.parametrize(("label", "strength"), LABELS)
def test_the_strength_of_a_label(label: str, strength: str) -> None:
    assert find_strength(label) == strength
