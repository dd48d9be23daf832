"""The lives of the neighbours of the demo clinic: who they are, what happened to them, what they have not had done.

Names are dealt out by the seed; a life is not. ``finds`` are the checks that what happened sets to work, beside those
that a ``Skip`` names, and ``finds_if_signed`` those whose rows wait for the clinic's clinician; a test holds all of
them against the checks themselves.
"""

from careloop.catalog.demo import codes
from careloop.catalog.demo.cast import COMPLEX, EVENING, FOR_PAIN, MORNING, PRIMARY
from careloop.catalog.demo.episodes import (
    aims,
    done,
    found_positive,
    missed_visit,
    pressure_of,
    referred,
    result_of,
    takes,
)
from careloop.catalog.demo.keeping_up import Skip
from careloop.catalog.demo.life import Life, pressure, skips, sugar
from careloop.catalog.demo.stories import got_over, has, reacts_to, saw_specialist, went_home

CONTROLLED = pressure_of(128, 78, days=30)


UNCONTROLLED = "uncontrolled_blood_pressure"
ABNORMAL, CRITICAL = "abnormal_result_without_follow_up", "critical_result_without_follow_up"
AFTER_STAY, HBA1C = "visit_after_discharge", "hba1c_overdue"
SLEEPLESS = "Take 1 at night when you cannot sleep."

LIVES: tuple[Life, ...] = (
    # What must be looked at today.
    Life(
        "potassium",
        "en",
        "male",
        71,
        COMPLEX,
        (pressure(9), has(codes.KIDNEY_DISEASE_3, years=3), CONTROLLED, result_of(codes.POTASSIUM, 66, days=1)),
        (CRITICAL,),
        relative="Wife",
    ),
    Life(
        "thin-blood",
        "es",
        "female",
        77,
        COMPLEX,
        (
            has(codes.ATRIAL_FIBRILLATION, years=4, medicines=((codes.WARFARIN, EVENING),)),
            result_of(codes.INR, 24, days=40),
            result_of(codes.INR, 62, days=2),
        ),
        (CRITICAL, "high_risk_medicine_over_65"),
        relative="Daughter",
        interpreter=True,
    ),
    Life(
        "anemia",
        "vi",
        "female",
        44,
        PRIMARY,
        (result_of(codes.HEMOGLOBIN, 66, days=3),),
        (CRITICAL,),
        interpreter=True,
        relative="Husband",
    ),
    Life(
        "pressure-severe",
        "en",
        "male",
        58,
        COMPLEX,
        (pressure(12, codes.AMLODIPINE), pressure_of(192, 118, days=4)),
        (UNCONTROLLED,),
        relative="Brother",
    ),
    Life(
        "allergy",
        "es",
        "male",
        36,
        PRIMARY,
        (
            reacts_to(codes.AMOXICILLIN_ITSELF, "Swelling of the face"),
            takes(codes.AMOXICILLIN, "Take 1 three times a day.", days=3),
        ),
        ("medicine_against_allergy",),
        also_english=True,
    ),
    # Home from hospital or emergency department.
    Life(
        "home-heart",
        "en",
        "female",
        83,
        COMPLEX,
        (
            has(codes.HEART_FAILURE, years=6, medicines=((codes.FUROSEMIDE, MORNING), (codes.METOPROLOL, MORNING))),
            went_home(codes.HOSPITAL_STAY, codes.HEART_FAILURE, days=2, nights=6),
            aims(
                "Walk to the mailbox without stopping", steps=("Weigh every morning", "Call at 2 pounds more"), days=90
            ),
        ),
        (AFTER_STAY,),
        relative="Son",
    ),
    Life(
        "home-lungs",
        "tl",
        "male",
        69,
        COMPLEX,
        (
            has(
                codes.COPD, years=8, medicines=((codes.FLUTICASONE_SALMETEROL, "Breathe in 1 dose morning and night."),)
            ),
            takes(codes.PREDNISONE, MORNING, days=5),
            went_home(codes.HOSPITAL_STAY, codes.COPD, days=5, nights=3),
        ),
        (AFTER_STAY,),
        relative="Wife",
        also_english=True,
    ),
    Life(
        "home-pneumonia",
        "zh",
        "female",
        66,
        PRIMARY,
        (went_home(codes.HOSPITAL_STAY, codes.PNEUMONIA, days=11, nights=4),),
        (AFTER_STAY,),
        interpreter=True,
    ),
    Life(
        "home-chest",
        "en",
        "male",
        49,
        PRIMARY,
        (went_home(codes.EMERGENCY_VISIT, codes.CHEST_PAIN, days=3, nights=0),),
        (AFTER_STAY,),
    ),
    Life(
        "home-seen",
        "so",
        "female",
        31,
        PRIMARY,
        (
            has(codes.ASTHMA, years=5, medicines=((codes.ALBUTEROL, "Breathe in 2 puffs when short of breath."),)),
            went_home(codes.EMERGENCY_VISIT, codes.ASTHMA, days=15, nights=0, seen_after=5),
        ),
        (),
        interpreter=True,
    ),
    # Results that nobody has answered, and referrals.
    Life(
        "stool-positive",
        "en",
        "female",
        57,
        PRIMARY,
        (found_positive(codes.STOOL_BLOOD_TEST, days=120),),
        (ABNORMAL,),
    ),
    Life(
        "stool-referred",
        "es",
        "male",
        63,
        PRIMARY,
        (found_positive(codes.STOOL_DNA_TEST, days=70), referred("Referral for a colonoscopy", days=65)),
        (ABNORMAL,),
        also_english=True,
    ),
    Life(
        "cholesterol",
        "ru",
        "male",
        39,
        PRIMARY,
        (result_of(codes.LDL, 2050, days=30),),
        ("statin_where_indicated", ABNORMAL),
        interpreter=True,
    ),
    Life(
        "referral-skin",
        "en",
        "female",
        52,
        PRIMARY,
        (referred("Referral to the skin clinic", days=48), done(codes.COLONOSCOPY, years=3)),
    ),
    Life(
        "referral-heart",
        "ht",
        "male",
        61,
        COMPLEX,
        (pressure(7), pressure_of(134, 82, days=20), referred("Referral to the heart clinic", days=33)),
        interpreter=True,
        relative="Niece",
    ),
    # Sugar.
    Life("sugar-late", "es", "female", 54, PRIMARY, sugar(6, last_months=9), (HBA1C,), relative="Sister"),
    Life("sugar-high", "en", "male", 47, COMPLEX, sugar(3, last_months=8, high=True), (HBA1C,), seen=(100, 130)),
    Life("sugar-eyes", "es", "male", 66, PRIMARY, sugar(11, eyes_seen=False), skips=skips(Skip.EYE), interpreter=True),
    Life("sugar-kidneys", "en", "female", 59, PRIMARY, sugar(8), skips=skips(Skip.KIDNEY)),
    Life(
        "sugar-feet",
        "ar",
        "female",
        62,
        COMPLEX,
        sugar(10, eyes_seen=False),
        skips=skips(Skip.FOOT, Skip.EYE),
        interpreter=True,
    ),
    Life("sugar-statin", "vi", "male", 56, PRIMARY, sugar(5), skips=skips(Skip.STATIN), also_english=True),
    Life(
        "sugar-well",
        "en",
        "female",
        64,
        PRIMARY,
        (
            *sugar(7),
            aims("Dance at my grandson's wedding", steps=("Walk 20 minutes a day", "Check feet at night"), days=200),
        ),
        preferred="Nan",
    ),
    Life("sugar-new", "ko", "male", 51, PRIMARY, sugar(1), interpreter=True),
    # Blood pressure.
    Life("pressure-high", "en", "female", 61, PRIMARY, (pressure(4), pressure_of(158, 94, days=15)), (UNCONTROLLED,)),
    Life("pressure-higher", "es", "male", 70, COMPLEX, (pressure(15), pressure_of(164, 88, days=25)), (UNCONTROLLED,)),
    Life("pressure-young", "en", "male", 33, PRIMARY, (pressure(1), pressure_of(146, 96, days=12)), (UNCONTROLLED,)),
    Life("pressure-well", "ja", "female", 73, PRIMARY, (pressure(10, codes.LOSARTAN), CONTROLLED), also_english=True),
    # Screens.
    Life("breast", "en", "female", 45, PRIMARY, skips=skips(Skip.BREAST)),
    Life("breast-colon", "es", "female", 50, PRIMARY, skips=skips(Skip.BREAST, Skip.COLORECTAL), interpreter=True),
    Life("cervical", "en", "female", 27, PRIMARY, skips=skips(Skip.CERVICAL)),
    Life("cervical-far", "ar", "female", 41, PRIMARY, skips=skips(Skip.CERVICAL), interpreter=True),
    Life("colon", "zh", "male", 60, PRIMARY, skips=skips(Skip.COLORECTAL), interpreter=True),
    Life("colon-young", "en", "male", 46, PRIMARY, skips=skips(Skip.COLORECTAL)),
    Life("mood", "en", "female", 19, PRIMARY, skips=skips(Skip.DEPRESSION)),
    Life("falls", "es", "female", 81, COMPLEX, (pressure(18), CONTROLLED), skips=skips(Skip.FALLS), relative="Son"),
    Life("vaccines", "en", "male", 67, PRIMARY, skips=skips(Skip.VACCINE)),
    Life("vaccines-young", "tl", "female", 24, PRIMARY, skips=skips(Skip.VACCINE), also_english=True),
    # Medicines that do not go together.
    Life(
        "two-statins",
        "en",
        "male",
        68,
        COMPLEX,
        (
            has(
                codes.HIGH_CHOLESTEROL, years=9, medicines=((codes.ATORVASTATIN, EVENING), (codes.SIMVASTATIN, EVENING))
            ),
        ),
        finds_if_signed=("duplicate_therapy",),
    ),
    Life(
        "two-painkillers",
        "es",
        "female",
        58,
        PRIMARY,
        (takes(codes.IBUPROFEN, FOR_PAIN, days=30), takes(codes.NAPROXEN, FOR_PAIN, days=6)),
        finds_if_signed=("duplicate_therapy",),
    ),
    Life(
        "heart-and-painkiller",
        "en",
        "female",
        62,
        COMPLEX,
        (
            has(codes.HEART_FAILURE, years=2, medicines=((codes.METOPROLOL, MORNING),)),
            takes(codes.NAPROXEN, FOR_PAIN, days=10),
        ),
        finds_if_signed=("medicine_against_condition",),
        relative="Partner",
    ),
    Life(
        "forgetful",
        "en",
        "female",
        80,
        COMPLEX,
        (has(codes.DEMENTIA, years=3), takes(codes.DIPHENHYDRAMINE, SLEEPLESS, days=25)),
        ("high_risk_medicine_over_65", "medicine_against_condition"),
        relative="Daughter",
    ),
    Life(
        "sleepless",
        "ru",
        "female",
        78,
        COMPLEX,
        (takes(codes.DIPHENHYDRAMINE, SLEEPLESS, days=50),),
        ("high_risk_medicine_over_65",),
        interpreter=True,
    ),
    # Not seen for long.
    Life(
        "far-away",
        "en",
        "male",
        53,
        PRIMARY,
        (
            has(codes.ASTHMA, years=20, medicines=((codes.ALBUTEROL, "Breathe in 2 puffs when short of breath."),)),
            missed_visit(days=20),
        ),
        ("no_visit_in_12_months",),
        seen=(430, 470),
    ),
    Life("missed", "es", "male", 42, PRIMARY, (missed_visit(days=6),)),
    # A family, young people, and those with whom all is well.
    Life(
        "mother",
        "es",
        "female",
        34,
        PRIMARY,
        (got_over(codes.DIABETES_OF_PREGNANCY, years=2), result_of(codes.HBA1C, 55, days=200)),
        home="family",
        also_english=True,
    ),
    Life("girl", "es", "female", 8, PRIMARY, home="family", also_english=True, relative="Mother"),
    Life(
        "boy",
        "es",
        "male",
        11,
        PRIMARY,
        home="family",
        also_english=True,
        relative="Mother",
        stories=(has(codes.ASTHMA, years=4, medicines=((codes.FLUTICASONE, "Breathe in 2 puffs each morning."),)),),
    ),
    Life("thyroid", "en", "female", 38, PRIMARY, (takes(codes.LEVOTHYROXINE, MORNING, days=140),), preferred="Bea"),
    Life(
        "old-couple-1",
        "en",
        "male",
        86,
        COMPLEX,
        (pressure(22), CONTROLLED, saw_specialist("Hearing aid fits well.", months=3)),
        home="couple",
        relative="Wife",
    ),
    Life(
        "old-couple-2",
        "en",
        "female",
        84,
        COMPLEX,
        (has(codes.OSTEOPOROSIS, years=9, medicines=((codes.ALENDRONATE, MORNING),)),),
        home="couple",
        relative="Husband",
    ),
    # New: nothing has come in yet but who they are.
    Life("new-child", "so", "male", 4, PRIMARY, is_new=True, relative="Mother"),
    Life("new-family", "ko", "female", 7, PRIMARY, is_new=True, interpreter=True, relative="Father"),
    Life("new-adult", "en", "male", 29, PRIMARY, (), (), skips=skips(Skip.DEPRESSION, Skip.VACCINE), is_new=True),
    # Who has died.
    Life(
        "died-lately",
        "en",
        "female",
        84,
        COMPLEX,
        (pressure(25), pressure_of(166, 80, days=20)),
        died_days_ago=3,
        relative="Son",
    ),
    Life("died-before", "es", "male", 79, COMPLEX, (has(codes.COPD, years=10),), died_days_ago=75, relative="Daughter"),
)
