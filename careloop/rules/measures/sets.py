"""The value sets that the measures name: OID and title, as the Value Set Authority Center publishes them.

Only names stand here. Their codes come from the value set files that a clinic brings under its own licence.
"""

from careloop.facts.measures import SetName

ADOLESCENT_DEPRESSION_MEDICATIONS = SetName("2.16.840.1.113883.3.526.3.1567", "Adolescent Depression Medications")
ADULT_DEPRESSION_MEDICATIONS = SetName("2.16.840.1.113883.3.526.3.1566", "Adult Depression Medications")
ADVANCED_ILLNESS = SetName("2.16.840.1.113883.3.464.1003.110.12.1082", "Advanced Illness")
ALCOHOL_WITHDRAWAL = SetName("2.16.840.1.113883.3.464.1003.105.12.1209", "Alcohol Withdrawal")
ANNUAL_WELLNESS_VISIT = SetName("2.16.840.1.113883.3.526.3.1240", "Annual Wellness Visit")
ATHEROSCLEROSIS_AND_PERIPHERAL_ARTERIAL_DISEASE = SetName(
    "2.16.840.1.113762.1.4.1047.21", "Atherosclerosis and Peripheral Arterial Disease"
)
AUDIOLOGY_VISIT = SetName("2.16.840.1.113883.3.464.1003.101.12.1066", "Audiology Visit")
BEHAVIORAL_NEUROPSYCH_ASSESSMENT = SetName("2.16.840.1.113883.3.526.3.1023", "Behavioral/Neuropsych Assessment")
BENZODIAZEPINE_WITHDRAWAL = SetName("2.16.840.1.113883.3.464.1003.105.12.1208", "Benzodiazepine Withdrawal")
BILATERAL_MASTECTOMY = SetName("2.16.840.1.113883.3.464.1003.198.12.1005", "Bilateral Mastectomy")
BIPOLAR_DISORDER = SetName("2.16.840.1.113883.3.67.1.101.1.128", "Bipolar Disorder")
BREASTFEEDING = SetName("2.16.840.1.113762.1.4.1047.73", "Breastfeeding")
CABG_OR_PCI_PROCEDURE = SetName("2.16.840.1.113762.1.4.1138.566", "CABG or PCI Procedure")
CABG_SURGERIES = SetName("2.16.840.1.113883.3.666.5.694", "CABG Surgeries")
CARE_SERVICES_IN_LONG_TERM_RESIDENTIAL_FACILITY = SetName(
    "2.16.840.1.113883.3.464.1003.101.12.1014", "Care Services in Long Term Residential Facility"
)
CAROTID_INTERVENTION = SetName("2.16.840.1.113883.3.117.1.7.1.204", "Carotid Intervention")
CEREBROVASCULAR_DISEASE_STROKE_OR_TIA = SetName(
    "2.16.840.1.113762.1.4.1047.44", "Cerebrovascular Disease Stroke or TIA"
)
CHRONIC_KIDNEY_DISEASE_STAGE_5 = SetName("2.16.840.1.113883.3.526.3.1002", "Chronic Kidney Disease, Stage 5")
COLONOSCOPY = SetName("2.16.840.1.113883.3.464.1003.108.12.1020", "Colonoscopy")
CONGENITAL_OR_ACQUIRED_ABSENCE_OF_CERVIX = SetName(
    "2.16.840.1.113883.3.464.1003.111.12.1016", "Congenital or Acquired Absence of Cervix"
)
CONSULTANT_REPORT = SetName("2.16.840.1.113883.3.464.1003.121.12.1006", "Consultant Report")
CT_COLONOGRAPHY = SetName("2.16.840.1.113883.3.464.1003.108.12.1038", "CT Colonography")
DEMENTIA_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.196.12.1510", "Dementia Medications")
DESICCATED_THYROID_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1060", "Desiccated Thyroid Medications")
DIABETES = SetName("2.16.840.1.113883.3.464.1003.103.12.1001", "Diabetes")
DIABETIC_RETINOPATHY = SetName("2.16.840.1.113883.3.526.3.327", "Diabetic Retinopathy")
DIALYSIS_SERVICES = SetName("2.16.840.1.113883.3.464.1003.109.12.1013", "Dialysis Services")
DIGOXIN_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1065", "Digoxin Medications")
DIPYRIDAMOLE_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1051", "Dipyridamole Medications")
DISCHARGE_SERVICES_NURSING_FACILITY = SetName(
    "2.16.840.1.113883.3.464.1003.101.12.1013", "Discharge Services Nursing Facility"
)
DOXEPIN_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1067", "Doxepin Medications")
ENCOUNTER_INPATIENT = SetName("2.16.840.1.113883.3.666.5.307", "Encounter Inpatient")
ENCOUNTER_TO_DOCUMENT_MEDICATIONS = SetName("2.16.840.1.113883.3.600.1.1834", "Encounter to Document Medications")
ENCOUNTER_TO_EVALUATE_BMI = SetName("2.16.840.1.113883.3.600.1.1751", "Encounter to Evaluate BMI")
ENCOUNTER_TO_SCREEN_FOR_DEPRESSION = SetName("2.16.840.1.113883.3.600.1916", "Encounter to Screen for Depression")
END_STAGE_RENAL_DISEASE = SetName("2.16.840.1.113883.3.526.3.353", "End Stage Renal Disease")
ESRD_MONTHLY_OUTPATIENT_SERVICES = SetName(
    "2.16.840.1.113883.3.464.1003.109.12.1014", "ESRD Monthly Outpatient Services"
)
ESSENTIAL_HYPERTENSION = SetName("2.16.840.1.113883.3.464.1003.104.12.1011", "Essential Hypertension")
ESTIMATED_GLOMERULAR_FILTRATION_RATE = SetName(
    "2.16.840.1.113883.3.6929.3.1000", "Estimated Glomerular Filtration Rate"
)
FALLS_SCREENING = SetName("2.16.840.1.113883.3.464.1003.118.12.1028", "Falls Screening")
FAMILIAL_HYPERCHOLESTEROLEMIA = SetName("2.16.840.1.113762.1.4.1047.100", "Familial Hypercholesterolemia")
FECAL_OCCULT_BLOOD_TEST = SetName("2.16.840.1.113883.3.464.1003.198.12.1011", "Fecal Occult Blood Test (FOBT)")
FLEXIBLE_SIGMOIDOSCOPY = SetName("2.16.840.1.113883.3.464.1003.198.12.1010", "Flexible Sigmoidoscopy")
FOLLOW_UP_FOR_ABOVE_NORMAL_BMI = SetName("2.16.840.1.113883.3.600.1.1525", "Follow Up for Above Normal BMI")
FOLLOW_UP_FOR_ADOLESCENT_DEPRESSION = SetName("2.16.840.1.113883.3.526.3.1569", "Follow Up for Adolescent Depression")
FOLLOW_UP_FOR_ADULT_DEPRESSION = SetName("2.16.840.1.113883.3.526.3.1568", "Follow Up for Adult Depression")
FOLLOW_UP_FOR_BELOW_NORMAL_BMI = SetName("2.16.840.1.113883.3.600.1.1528", "Follow Up for Below Normal BMI")
FRAILTY_DEVICE = SetName("2.16.840.1.113883.3.464.1003.118.12.1300", "Frailty Device")
FRAILTY_DIAGNOSIS = SetName("2.16.840.1.113883.3.464.1003.113.12.1074", "Frailty Diagnosis")
FRAILTY_ENCOUNTER = SetName("2.16.840.1.113883.3.464.1003.101.12.1088", "Frailty Encounter")
FRAILTY_SYMPTOM = SetName("2.16.840.1.113883.3.464.1003.113.12.1075", "Frailty Symptom")
GENERALIZED_ANXIETY_DISORDER = SetName("2.16.840.1.113883.3.464.1003.105.12.1210", "Generalized Anxiety Disorder")
GUANFACINE_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.196.11.1252", "Guanfacine Medications")
HARMFUL_ANTIDEPRESSANTS = SetName(
    "2.16.840.1.113883.3.464.1003.1054", "Potentially Harmful Antidepressants for Older Adults"
)
HARMFUL_ANTIHISTAMINES = SetName(
    "2.16.840.1.113883.3.464.1003.1043", "Potentially Harmful Antihistamines for Older Adults"
)
HARMFUL_ANTIINFECTIVES = SetName(
    "2.16.840.1.113883.3.464.1003.196.12.1481", "Potentially Harmful Antiinfectives for Older Adults"
)
HARMFUL_ANTIPARKINSONIAN_AGENTS = SetName(
    "2.16.840.1.113883.3.464.1003.1049", "Potentially Harmful Antiparkinsonian Agents for Older Adults"
)
HARMFUL_ANTIPSYCHOTICS = SetName(
    "2.16.840.1.113883.3.464.1003.196.12.1523", "Potentially Harmful Antipsychotics for Older Adults"
)
HARMFUL_BARBITURATES = SetName("2.16.840.1.113883.3.464.1003.1055", "Potentially Harmful Barbiturates for Older Adults")
HARMFUL_BENZODIAZEPINES = SetName(
    "2.16.840.1.113883.3.464.1003.196.12.1522", "Potentially Harmful Benzodiazepines for Older Adults"
)
HARMFUL_ESTROGENS = SetName("2.16.840.1.113883.3.464.1003.1058", "Potentially Harmful Estrogens for Older Adults")
HARMFUL_GASTROINTESTINAL_ANTISPASMODICS = SetName(
    "2.16.840.1.113883.3.464.1003.1050", "Potentially Harmful Gastrointestinal Antispasmodics for Older Adults"
)
HARMFUL_NONBENZODIAZEPINE_HYPNOTICS = SetName(
    "2.16.840.1.113883.3.464.1003.196.12.1480", "Potentially Harmful Nonbenzodiazepine Hypnotics for Older Adults"
)
HARMFUL_PAIN_MEDICATIONS = SetName(
    "2.16.840.1.113883.3.464.1003.1063", "Potentially Harmful Pain Medications for Older Adults"
)
HARMFUL_SKELETAL_MUSCLE_RELAXANTS = SetName(
    "2.16.840.1.113883.3.464.1003.1062", "Potentially Harmful Skeletal Muscle Relaxants for Older Adults"
)
HARMFUL_SULFONYLUREAS = SetName(
    "2.16.840.1.113883.3.464.1003.1059", "Potentially Harmful Sulfonylureas for Older Adults"
)
HBA1C_LABORATORY_TEST = SetName("2.16.840.1.113883.3.464.1003.198.12.1013", "HbA1c Laboratory Test")
HEPATITIS_A = SetName("2.16.840.1.113883.3.464.1003.110.12.1024", "Hepatitis A")
HEPATITIS_B = SetName("2.16.840.1.113883.3.67.1.101.1.269", "Hepatitis B")
HIGH_INTENSITY_STATIN_THERAPY = SetName("2.16.840.1.113883.3.526.3.1572", "High Intensity Statin Therapy")
HISTORY_OF_BILATERAL_MASTECTOMY = SetName("2.16.840.1.113883.3.464.1003.198.12.1068", "History of bilateral mastectomy")
HOME_HEALTHCARE_SERVICES = SetName("2.16.840.1.113883.3.464.1003.101.12.1016", "Home Healthcare Services")
HOSPICE_CARE_AMBULATORY = SetName("2.16.840.1.113883.3.526.3.1584", "Hospice Care Ambulatory")
HOSPICE_DIAGNOSIS = SetName("2.16.840.1.113883.3.464.1003.1165", "Hospice Diagnosis")
HOSPICE_ENCOUNTER = SetName("2.16.840.1.113883.3.464.1003.1003", "Hospice Encounter")
HPV_TEST = SetName("2.16.840.1.113883.3.464.1003.110.12.1059", "HPV Test")
HYSTERECTOMY_WITH_NO_RESIDUAL_CERVIX = SetName(
    "2.16.840.1.113883.3.464.1003.198.12.1014", "Hysterectomy with No Residual Cervix"
)
ISCHEMIC_HEART_DISEASE_OR_OTHER_RELATED_DIAGNOSES = SetName(
    "2.16.840.1.113762.1.4.1047.46", "Ischemic Heart Disease or Other Related Diagnoses"
)
KIDNEY_TRANSPLANT = SetName("2.16.840.1.113883.3.464.1003.109.12.1012", "Kidney Transplant")
KIDNEY_TRANSPLANT_RECIPIENT = SetName("2.16.840.1.113883.3.464.1003.109.12.1029", "Kidney Transplant Recipient")
LDL_CHOLESTEROL = SetName("2.16.840.1.113883.3.526.3.1573", "LDL Cholesterol")
LIVER_DISEASE = SetName("2.16.840.1.113762.1.4.1047.42", "Liver Disease")
LOW_INTENSITY_STATIN_THERAPY = SetName("2.16.840.1.113883.3.526.3.1574", "Low Intensity Statin Therapy")
MALIGNANT_NEOPLASM_OF_COLON = SetName("2.16.840.1.113883.3.464.1003.108.12.1001", "Malignant Neoplasm of Colon")
MAMMOGRAPHY = SetName("2.16.840.1.113883.3.464.1003.108.12.1018", "Mammography")
MEDICAL_REASON = SetName("2.16.840.1.113883.3.526.3.1007", "Medical Reason")
MEDICATIONS_FOR_ABOVE_NORMAL_BMI = SetName("2.16.840.1.113883.3.526.3.1561", "Medications for Above Normal BMI")
MEDICATIONS_FOR_BELOW_NORMAL_BMI = SetName("2.16.840.1.113883.3.526.3.1562", "Medications for Below Normal BMI")
MEGESTROL_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1247", "Megestrol Medications")
MEPERIDINE_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1248", "Meperidine Medications")
MEPROBAMATE_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1057", "Meprobamate Medications")
MODERATE_INTENSITY_STATIN_THERAPY = SetName("2.16.840.1.113883.3.526.3.1575", "Moderate Intensity Statin Therapy")
MYOCARDIAL_INFARCTION = SetName("2.16.840.1.113883.3.526.3.403", "Myocardial Infarction")
NIFEDIPINE_MEDICATIONS = SetName("2.16.840.1.113883.3.464.1003.1053", "Nifedipine Medications")
NURSING_FACILITY_VISIT = SetName("2.16.840.1.113883.3.464.1003.101.12.1012", "Nursing Facility Visit")
OCCUPATIONAL_THERAPY_EVALUATION = SetName("2.16.840.1.113883.3.526.3.1011", "Occupational Therapy Evaluation")
OFFICE_VISIT = SetName("2.16.840.1.113883.3.464.1003.101.12.1001", "Office Visit")
OPHTHALMOLOGICAL_SERVICES = SetName("2.16.840.1.113883.3.526.3.1285", "Ophthalmological Services")
OUTPATIENT_CONSULTATION = SetName("2.16.840.1.113883.3.464.1003.101.12.1008", "Outpatient Consultation")
OUTPATIENT_ENCOUNTERS_FOR_PREVENTIVE_CARE = SetName(
    "2.16.840.1.113883.3.526.3.1576", "Outpatient Encounters for Preventive Care"
)
OVERWEIGHT_OR_OBESE = SetName("2.16.840.1.113762.1.4.1047.502", "Overweight or Obese")
PALLIATIVE_CARE_DIAGNOSIS = SetName("2.16.840.1.113883.3.464.1003.1167", "Palliative Care Diagnosis")
PALLIATIVE_CARE_ENCOUNTER = SetName("2.16.840.1.113883.3.464.1003.101.12.1090", "Palliative Care Encounter")
PALLIATIVE_CARE_INTERVENTION = SetName("2.16.840.1.113883.3.464.1003.198.12.1135", "Palliative Care Intervention")
PAP_TEST = SetName("2.16.840.1.113883.3.464.1003.108.12.1017", "Pap Test")
PATIENT_DECLINED = SetName("2.16.840.1.113883.3.526.3.1582", "Patient Declined")
PCI = SetName("2.16.840.1.113762.1.4.1045.67", "PCI")
PHYSICAL_THERAPY_EVALUATION = SetName("2.16.840.1.113883.3.526.3.1022", "Physical Therapy Evaluation")
PREGNANCY = SetName("2.16.840.1.113883.3.526.3.378", "Pregnancy")
PREGNANCY_OR_OTHER_RELATED_DIAGNOSES = SetName("2.16.840.1.113883.3.600.1.1623", "Pregnancy or Other Related Diagnoses")
PREVENTIVE_CARE_SERVICES_INDIVIDUAL_COUNSELING = SetName(
    "2.16.840.1.113883.3.464.1003.101.12.1026", "Preventive Care Services Individual Counseling"
)
PREVENTIVE_CARE_SERVICES_OTHER = SetName("2.16.840.1.113883.3.464.1003.101.11.1150", "Preventive Care Services Other")
PREVENTIVE_VISIT_ESTABLISHED_ADULT = SetName(
    "2.16.840.1.113883.3.464.1003.101.12.1025", "Preventive Care Services Established Office Visit, 18 and Up"
)
PREVENTIVE_VISIT_ESTABLISHED_CHILD = SetName(
    "2.16.840.1.113883.3.464.1003.101.12.1024", "Preventive Care, Established Office Visit, 0 to 17"
)
PREVENTIVE_VISIT_INITIAL_ADULT = SetName(
    "2.16.840.1.113883.3.464.1003.101.12.1023", "Preventive Care Services Initial Office Visit, 18 and Up"
)
PREVENTIVE_VISIT_INITIAL_CHILD = SetName(
    "2.16.840.1.113883.3.464.1003.101.12.1022", "Preventive Care Services, Initial Office Visit, 0 to 17"
)
PSYCH_VISIT_DIAGNOSTIC_EVALUATION = SetName("2.16.840.1.113883.3.526.3.1492", "Psych Visit Diagnostic Evaluation")
REFERRAL = SetName("2.16.840.1.113883.3.464.1003.101.12.1046", "Referral")
REFERRALS_WHERE_WEIGHT_ASSESSMENT_MAY_OCCUR = SetName(
    "2.16.840.1.113883.3.600.1.1527", "Referrals Where Weight Assessment May Occur"
)
REFERRAL_FOR_ADOLESCENT_DEPRESSION = SetName("2.16.840.1.113883.3.526.3.1570", "Referral for Adolescent Depression")
REFERRAL_FOR_ADULT_DEPRESSION = SetName("2.16.840.1.113883.3.526.3.1571", "Referral for Adult Depression")
REM_SLEEP_BEHAVIOR_DISORDER = SetName("2.16.840.1.113883.3.464.1003.105.12.1207", "REM Sleep Behavior Disorder")
RETINAL_OR_DILATED_EYE_EXAM = SetName("2.16.840.1.113883.3.464.1003.115.12.1088", "Retinal or Dilated Eye Exam")
RHABDOMYOLYSIS = SetName("2.16.840.1.113762.1.4.1047.102", "Rhabdomyolysis")
SCHIZOPHRENIA = SetName("2.16.840.1.113883.3.464.1003.105.12.1205", "Schizophrenia")
SDNA_FIT_TEST = SetName("2.16.840.1.113883.3.464.1003.108.12.1039", "sDNA FIT Test")
SEIZURE_DISORDER = SetName("2.16.840.1.113883.3.464.1003.105.12.1206", "Seizure Disorder")
STABLE_AND_UNSTABLE_ANGINA = SetName("2.16.840.1.113762.1.4.1047.47", "Stable and Unstable Angina")
STATIN_ALLERGEN = SetName("2.16.840.1.113762.1.4.1110.42", "Statin Allergen")
STATIN_ASSOCIATED_MUSCLE_SYMPTOMS = SetName("2.16.840.1.113762.1.4.1108.85", "Statin Associated Muscle Symptoms")
STATUS_POST_LEFT_MASTECTOMY = SetName("2.16.840.1.113883.3.464.1003.198.12.1069", "Status Post Left Mastectomy")
STATUS_POST_RIGHT_MASTECTOMY = SetName("2.16.840.1.113883.3.464.1003.198.12.1070", "Status Post Right Mastectomy")
TELEPHONE_VISITS = SetName("2.16.840.1.113883.3.464.1003.101.12.1080", "Telephone Visits")
TOTAL_COLECTOMY = SetName("2.16.840.1.113883.3.464.1003.198.12.1019", "Total Colectomy")
UNDERWEIGHT = SetName("2.16.840.1.113883.3.526.3.1563", "Underweight")
UNILATERAL_MASTECTOMY_LEFT = SetName("2.16.840.1.113883.3.464.1003.198.12.1133", "Unilateral Mastectomy Left")
UNILATERAL_MASTECTOMY_RIGHT = SetName("2.16.840.1.113883.3.464.1003.198.12.1134", "Unilateral Mastectomy Right")
UNILATERAL_MASTECTOMY_UNSPECIFIED_LATERALITY = SetName(
    "2.16.840.1.113883.3.464.1003.198.12.1071", "Unilateral Mastectomy, Unspecified Laterality"
)
URINE_ALBUMIN_CREATININE_RATIO = SetName("2.16.840.1.113883.3.6929.3.1007", "Urine Albumin Creatinine Ratio")
VIRTUAL_ENCOUNTER = SetName("2.16.840.1.113883.3.464.1003.101.12.1089", "Virtual Encounter")
