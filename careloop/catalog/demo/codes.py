"""The codes that the demo records use, each with our own plain label.

Codes are facts of SNOMED CT, LOINC, RxNorm, CVX and ICD-10-CM; the labels are our own words and
not the official descriptions of those systems.
"""

from dataclasses import dataclass

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"


@dataclass(frozen=True, slots=True)
class Coded:
    """A thing with its label and codes; ``unit`` is UCUM and only measures have one."""

    label: str
    codings: tuple[tuple[str, str], ...]
    unit: str = ""


def _problem(label: str, snomed: str, icd10cm: str = "") -> Coded:
    icd = ((ICD10CM, icd10cm),) if icd10cm else ()
    return Coded(label, ((SNOMED, snomed), *icd))


def _measure(label: str, loinc: str, unit: str = "") -> Coded:
    return Coded(label, ((LOINC, loinc),), unit)


def _medicine(label: str, rxnorm: str) -> Coded:
    return Coded(label, ((RXNORM, rxnorm),))


def _vaccine(label: str, cvx: str) -> Coded:
    return Coded(label, ((CVX, cvx),))


# Problems and reasons for a stay
TYPE_1_DIABETES = _problem("Type 1 diabetes", "46635009", "E10.9")
TYPE_2_DIABETES = _problem("Type 2 diabetes", "44054006", "E11.9")
PREDIABETES = _problem("Prediabetes", "15777000", "R73.03")
DIABETES_OF_PREGNANCY = _problem("Diabetes of pregnancy", "11687002", "O24.419")
HIGH_BLOOD_PRESSURE = _problem("High blood pressure", "38341003", "I10")
HIGH_CHOLESTEROL = _problem("High cholesterol", "55822004", "E78.5")
HEART_FAILURE = _problem("Heart failure", "84114007", "I50.9")
ATRIAL_FIBRILLATION = _problem("Atrial fibrillation", "49436004", "I48.91")
CORONARY_DISEASE = _problem("Coronary artery disease", "53741008")
ASTHMA = _problem("Asthma", "195967001", "J45.909")
COPD = _problem("Chronic obstructive lung disease", "13645005", "J44.9")
KIDNEY_DISEASE_3 = _problem("Chronic kidney disease, stage 3", "433144002", "N18.30")
OSTEOPOROSIS = _problem("Osteoporosis", "64859006", "M81.0")
DEPRESSION = _problem("Depression", "370143000")
DEMENTIA = _problem("Dementia", "52448006")
COLON_CANCER = _problem("Colon cancer, treated", "363406005")
PNEUMONIA = _problem("Pneumonia", "233604007")
CHEST_PAIN = _problem("Chest pain", "29857009")

# Visits
CHECK_UP = _problem("Check-up visit", "185349003")
FOLLOW_UP = _problem("Follow-up visit", "390906007")
SYMPTOM_VISIT = _problem("Visit for a symptom", "185345009")
HOSPITAL_STAY = _problem("Hospital stay", "183452005")
EMERGENCY_VISIT = _problem("Emergency department visit", "50849002")

# Results
HBA1C = _measure("Hemoglobin A1c", "4548-4", "%")
BLOOD_PRESSURE = _measure("Blood pressure", "85354-9")
SYSTOLIC = _measure("Upper blood pressure", "8480-6", "mm[Hg]")
DIASTOLIC = _measure("Lower blood pressure", "8462-4", "mm[Hg]")
WEIGHT = _measure("Body weight", "29463-7", "kg")
LDL = _measure("LDL cholesterol", "18262-6", "mg/dL")
KIDNEY_FILTRATION = _measure("Kidney filtration rate (eGFR)", "62238-1", "mL/min/{1.73_m2}")
INR = _measure("Clotting time (INR)", "6301-6", "{INR}")
STOOL_BLOOD_TEST = _measure("Stool blood test (FIT)", "29771-3")
STOOL_DNA_TEST = _measure("Stool DNA test", "77353-1")
URINE_ALBUMIN = _measure("Urine albumin-to-creatinine ratio", "14959-1", "mg/g")
CERVICAL_SMEAR = _measure("Cervical smear", "10524-7")
DEPRESSION_SCREEN = _measure("Depression screen", "73832-8")
DEPRESSION_SCREEN_YOUNG = _measure("Depression screen, young people", "73831-0")
FALLS_ASKED = _measure("Asked about falls", "73830-2")
NOT_FOUND = _problem("Negative", "260385009")
NOT_LOW = _problem("Depression screen negative", "428171000124102")

POTASSIUM = _measure("Potassium", "2823-3", "mmol/L")
HEMOGLOBIN = _measure("Hemoglobin", "718-7", "g/dL")
FOUND = _problem("Positive", "10828004")

# Procedures
COLONOSCOPY = _problem("Colonoscopy", "73761001")
SIGMOIDOSCOPY = _problem("Sigmoidoscopy", "44441009")
EYE_EXAM = _problem("Eye exam for diabetes", "427478009")
FOOT_EXAM = _problem("Foot exam for diabetes", "401191002")
MAMMOGRAM = _problem("Mammogram", "71651007")
HEART_ULTRASOUND = _problem("Heart ultrasound", "433236007")
MEDICINES_REVIEWED = _problem("Medicines reviewed", "430193006")

# Medicines
METFORMIN = _medicine("Metformin extended release 500 mg tablet", "860975")
INSULIN_LISPRO = _medicine("Insulin lispro injection", "865098")
LISINOPRIL = _medicine("Lisinopril 10 mg tablet", "314076")
AMLODIPINE = _medicine("Amlodipine 5 mg tablet", "197361")
LOSARTAN = _medicine("Losartan 25 mg tablet", "979485")
ATORVASTATIN = _medicine("Atorvastatin tablet", "259255")
FUROSEMIDE = _medicine("Furosemide 40 mg tablet", "313988")
METOPROLOL = _medicine("Metoprolol extended release 100 mg tablet", "866414")
WARFARIN = _medicine("Warfarin 5 mg tablet", "855332")
IBUPROFEN = _medicine("Ibuprofen 200 mg tablet", "310965")
NAPROXEN = _medicine("Naproxen 500 mg tablet", "198014")
DIGOXIN = _medicine("Digoxin 0.125 mg tablet", "197604")
VERAPAMIL = _medicine("Verapamil 40 mg tablet", "897718")
CLOPIDOGREL = _medicine("Clopidogrel 75 mg tablet", "309362")
ALBUTEROL = _medicine("Albuterol inhaler", "745679")
FLUTICASONE = _medicine("Fluticasone inhaler", "895994")
FLUTICASONE_SALMETEROL = _medicine("Fluticasone and salmeterol inhaler", "896209")
SERTRALINE = _medicine("Sertraline tablet", "312938")
ALENDRONATE = _medicine("Alendronate 10 mg tablet", "904419")
AMOXICILLIN_CLAVULANATE = _medicine("Amoxicillin and clavulanate tablet", "562251")

DIPHENHYDRAMINE = _medicine("Diphenhydramine 25 mg tablet", "1049630")
SIMVASTATIN = _medicine("Simvastatin 20 mg tablet", "312961")
AMOXICILLIN = _medicine("Amoxicillin 250 mg capsule", "308182")
PREDNISONE = _medicine("Prednisone 20 mg tablet", "312615")
LEVOTHYROXINE = _medicine("Levothyroxine 0.075 mg tablet", "966222")
HYDROCHLOROTHIAZIDE = _medicine("Hydrochlorothiazide 25 mg tablet", "310798")

# What people react to (RxNorm ingredients)
AMOXICILLIN_ITSELF = _medicine("Amoxicillin", "723")
PENICILLIN = _medicine("Penicillin V", "7984")
SULFAMETHOXAZOLE = _medicine("Sulfamethoxazole", "10180")
CODEINE = _medicine("Codeine", "2670")

# Vaccines
FLU = _vaccine("Flu vaccine", "140")
FLU_65 = _vaccine("Flu vaccine, high dose", "197")
TDAP = _vaccine("Tetanus, diphtheria and whooping cough vaccine", "115")
SHINGLES = _vaccine("Shingles vaccine", "187")
HEPATITIS_B = _vaccine("Hepatitis B vaccine", "43")
PNEUMOCOCCAL = _vaccine("Pneumococcal vaccine, 20 types", "216")
RSV = _vaccine("RSV vaccine", "305")
HPV = _vaccine("HPV vaccine", "165")

# Documents
CONSULT_NOTE = _measure("Specialist's report", "11488-4")
DISCHARGE_SUMMARY = _measure("Discharge summary", "18842-5")

# Orders
REFERRAL = _problem("Referral to a specialist", "103696004")
