"""Who is in the demo clinic: 25 invented patients with their stories, and the eight who work there."""

from dataclasses import dataclass

from careloop.catalog.demo import codes
from careloop.catalog.demo.codes import Coded
from careloop.catalog.demo.people import Person
from careloop.catalog.demo.stories import (
    Need,
    Story,
    answered_negative,
    got_over,
    had,
    has,
    measured,
    reacts_to,
    saw_specialist,
    started,
    stopped,
    sugar_tested,
    vaccinated,
    went_home,
)

MORNING = "Take 1 each morning."
EVENING = "Take 1 each evening."
WITH_MEALS = "Take 1 with breakfast and 1 with dinner."
FOR_PAIN = "Take 1 for pain, up to 3 times a day."
WHEN_NEEDED = "Breathe in 2 puffs when short of breath."
PRIMARY, COMPLEX, OFFICE = "Primary care", "Complex care", "Office"


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the cast, the team that looks after them, their stories and what these leave undone."""

    person: Person
    team: str
    needs: tuple[Need, ...]
    stories: tuple[Story, ...]


def _diabetes(*, years: int, medicine: Coded = codes.METFORMIN) -> Story:
    return has(codes.TYPE_2_DIABETES, years=years, medicines=((medicine, WITH_MEALS),))


def _pressure(*, years: int, medicine: Coded) -> Story:
    return has(codes.HIGH_BLOOD_PRESSURE, years=years, medicines=((medicine, MORNING),))


def _thin_blood(*, years: int) -> tuple[Story, ...]:
    problem = has(codes.ATRIAL_FIBRILLATION, years=years, medicines=((codes.WARFARIN, EVENING),))
    return problem, measured(codes.INR, low=20, high=30)


CAST: tuple[Part, ...] = (
    Part(
        Person(
            "Rosa",
            "Álvarez",
            "female",
            68,
            "es",
            preferred="Doña Rosa",
            interpreter=True,
            relative=("Luis Álvarez", "Son"),
        ),
        COMPLEX,
        (Need.DISCHARGE, Need.INTERACTION),
        (
            *_thin_blood(years=2),
            has(
                codes.HEART_FAILURE,
                years=3,
                medicines=(
                    (codes.FUROSEMIDE, MORNING),
                    (codes.LISINOPRIL, MORNING),
                    (codes.METOPROLOL, MORNING),
                ),
            ),
            started(codes.IBUPROFEN, FOR_PAIN, days=12),
            had(codes.COLONOSCOPY, years=4),
            had(codes.HEART_ULTRASOUND, years=0, months=5),
            reacts_to(codes.PENICILLIN, "Rash"),
            went_home(codes.HOSPITAL_STAY, codes.HEART_FAILURE, days=3, nights=4),
        ),
    ),
    Part(
        Person("Minh", "Trần", "male", 58, "vi", interpreter=True, relative=("Lan Trần", "Wife")),
        PRIMARY,
        (Need.COLORECTAL,),
        (_pressure(years=6, medicine=codes.AMLODIPINE),),
    ),
    Part(
        Person("Walter", "Brandt", "male", 72, "en"),
        PRIMARY,
        (Need.HBA1C,),
        (
            _diabetes(years=9),
            sugar_tested(last_months=9),
            had(codes.COLONOSCOPY, years=6),
            saw_specialist("Back pain. Six weeks of exercise, then look again.", months=2),
        ),
    ),
    Part(
        Person("Ada", "Whitfield", "female", 61, "en", preferred="Addie"),
        PRIMARY,
        (Need.COLORECTAL,),
        (
            has(
                codes.COPD,
                years=4,
                medicines=((codes.FLUTICASONE_SALMETEROL, "Breathe in 1 dose morning and night."),),
            ),
            answered_negative(codes.STOOL_BLOOD_TEST, months=37),
        ),
    ),
    Part(
        Person("James", "Okoye", "male", 66, "en", relative=("Grace Okoye", "Sister")),
        COMPLEX,
        (Need.HBA1C, Need.COLORECTAL),
        (
            _diabetes(years=12),
            has(
                codes.CORONARY_DISEASE,
                years=5,
                medicines=((codes.METOPROLOL, MORNING), (codes.ATORVASTATIN, EVENING)),
            ),
            sugar_tested(last_months=14, high=True),
            had(codes.COLONOSCOPY, years=12),
            measured(codes.LDL, low=700, high=1100),
        ),
    ),
    Part(
        Person(
            "Grace",
            "Lindqvist",
            "female",
            79,
            "en",
            home="lindqvist",
            relative=("Thomas Lindqvist", "Husband"),
        ),
        COMPLEX,
        (Need.INTERACTION,),
        (
            has(codes.ATRIAL_FIBRILLATION, years=6, medicines=((codes.DIGOXIN, MORNING),)),
            started(codes.VERAPAMIL, "Take 1 three times a day.", days=34),
            saw_specialist("Two moles looked at, both harmless.", months=1),
        ),
    ),
    Part(
        Person("Priya", "Raman", "female", 34, "en"),
        PRIMARY,
        (),
        (
            has(
                codes.TYPE_1_DIABETES,
                years=15,
                medicines=((codes.INSULIN_LISPRO, "Use before each meal as told."),),
            ),
            sugar_tested(last_months=2),
        ),
    ),
    Part(
        Person(
            "Yusuf",
            "Haddad",
            "male",
            52,
            "ar",
            script=("حداد", "يوسف", "يوسف حداد"),
            script_first=True,
            interpreter=True,
            home="haddad",
            relative=("Fatima Haddad", "Wife"),
        ),
        COMPLEX,
        (Need.HBA1C,),
        (
            _diabetes(years=4),
            sugar_tested(last_months=8, high=True),
            had(codes.COLONOSCOPY, years=2),
        ),
    ),
    Part(
        Person(
            "Xiuying", "Wang", "female", 70, "zh", script=("王", "秀英", "王秀英"), script_first=True, interpreter=True
        ),
        PRIMARY,
        (Need.COLORECTAL,),
        (has(codes.OSTEOPOROSIS, years=3, medicines=((codes.ALENDRONATE, MORNING),)),),
    ),
    Part(
        Person(
            "Olga",
            "Petrova",
            "female",
            63,
            "ru",
            script=("Петрова", "Ольга", "Ольга Петрова"),
            preferred="Olya",
            interpreter=True,
            also_english=True,
        ),
        COMPLEX,
        (Need.INTERACTION,),
        (
            *_thin_blood(years=1),
            started(codes.NAPROXEN, FOR_PAIN, days=9),
            answered_negative(codes.STOOL_BLOOD_TEST, months=4),
            reacts_to(codes.CODEINE, "Nausea"),
        ),
    ),
    Part(
        Person("Marie", "Jean-Baptiste", "female", 47, "ht", interpreter=True, also_english=True),
        COMPLEX,
        (Need.HBA1C, Need.COLORECTAL),
        (_diabetes(years=2), _pressure(years=5, medicine=codes.LOSARTAN), sugar_tested(last_months=7)),
    ),
    Part(
        Person("José", "Hernández", "male", 55, "es", preferred="Pepe", home="hernandez", also_english=True),
        PRIMARY,
        (Need.DISCHARGE,),
        (
            has(codes.HIGH_CHOLESTEROL, years=3, medicines=((codes.ATORVASTATIN, EVENING),)),
            answered_negative(codes.STOOL_DNA_TEST, months=23),
            went_home(codes.EMERGENCY_VISIT, codes.CHEST_PAIN, days=6, nights=0),
        ),
    ),
    Part(
        Person("Linh", "Nguyễn", "female", 45, "vi", also_english=True, born_within=70),
        PRIMARY,
        (Need.COLORECTAL,),
        (reacts_to(codes.SULFAMETHOXAZOLE, "Hives"),),
    ),
    Part(
        Person("Tanisha", "Brooks", "female", 29, "en", preferred="Nisha"),
        PRIMARY,
        (),
        (
            has(codes.ASTHMA, years=11, medicines=((codes.ALBUTEROL, WHEN_NEEDED),)),
            went_home(codes.EMERGENCY_VISIT, codes.ASTHMA, days=20, nights=0, seen_after=4),
        ),
    ),
    Part(
        Person(
            "Diego",
            "Hernández",
            "male",
            15,
            "es",
            home="hernandez",
            also_english=True,
            relative=("José Hernández", "Father"),
        ),
        PRIMARY,
        (),
        (
            has(
                codes.ASTHMA,
                years=6,
                medicines=(
                    (codes.ALBUTEROL, WHEN_NEEDED),
                    (codes.FLUTICASONE, "Breathe in 2 puffs each morning."),
                ),
            ),
            vaccinated(codes.HPV, years=2),
        ),
    ),
    Part(
        Person("Harold", "Pruitt", "male", 74, "en", died_days_ago=40, relative=("Janet Pruitt", "Daughter")),
        COMPLEX,
        (),
        (
            _diabetes(years=14),
            has(codes.HEART_FAILURE, years=4, medicines=((codes.FUROSEMIDE, MORNING),)),
            sugar_tested(last_months=10),
        ),
    ),
    Part(
        Person(
            "Ruth",
            "Abramova",
            "female",
            92,
            "ru",
            script=("Абрамова", "Рут", "Рут Абрамова"),
            also_english=True,
            relative=("Naomi Levin", "Granddaughter"),
        ),
        COMPLEX,
        (),
        (
            _pressure(years=20, medicine=codes.AMLODIPINE),
            has(codes.KIDNEY_DISEASE_3, years=4),
            has(codes.DEMENTIA, years=2),
            measured(codes.KIDNEY_FILTRATION, low=380, high=520),
        ),
    ),
    Part(
        Person("Amina", "Warsame", "female", 38, "so", interpreter=True),
        PRIMARY,
        (),
        (got_over(codes.DIABETES_OF_PREGNANCY, years=1),),
    ),
    Part(
        Person("Kenji", "Mori", "male", 50, "ja", script=("森", "健二", "森健二"), also_english=True),
        PRIMARY,
        (),
        (has(codes.PREDIABETES, years=1), had(codes.COLONOSCOPY, years=3)),
    ),
    Part(
        Person("Elena", "Morales", "female", 59, "es", also_english=True),
        PRIMARY,
        (),
        (
            stopped(codes.WARFARIN, EVENING, months=15),
            started(codes.NAPROXEN, FOR_PAIN, days=25),
            had(codes.SIGMOIDOSCOPY, years=3),
        ),
    ),
    Part(
        Person("Robert", "Blackwood", "male", 74, "en", preferred="Bobby"),
        COMPLEX,
        (Need.DISCHARGE,),
        (
            _diabetes(years=7),
            sugar_tested(last_months=3),
            had(codes.COLONOSCOPY, years=8),
            stopped(codes.AMOXICILLIN_CLAVULANATE, WITH_MEALS, months=1),
            went_home(codes.HOSPITAL_STAY, codes.PNEUMONIA, days=9, nights=5),
        ),
    ),
    Part(
        Person(
            "Fatima",
            "Haddad",
            "female",
            49,
            "ar",
            script=("حداد", "فاطمة", "فاطمة حداد"),
            interpreter=True,
            home="haddad",
            relative=("Yusuf Haddad", "Husband"),
        ),
        PRIMARY,
        (Need.COLORECTAL,),
        (has(codes.DEPRESSION, years=2, medicines=((codes.SERTRALINE, MORNING),)),),
    ),
    Part(
        Person("Thomas", "Lindqvist", "male", 81, "en", home="lindqvist", relative=("Grace Lindqvist", "Wife")),
        COMPLEX,
        (Need.HBA1C,),
        (
            _diabetes(years=16),
            has(codes.CORONARY_DISEASE, years=8, medicines=((codes.CLOPIDOGREL, MORNING),)),
            sugar_tested(last_months=7),
        ),
    ),
    Part(
        Person("Sofia", "Delacroix", "female", 64, "en"),
        COMPLEX,
        (),
        (
            has(codes.COLON_CANCER, years=5),
            saw_specialist("Colon looks well two years after surgery. Next look in three years.", months=8),
        ),
    ),
    Part(
        Person("Wei", "Chen", "male", 67, "zh", script=("陈", "伟", "陈伟"), interpreter=True, also_english=True),
        PRIMARY,
        (Need.HBA1C,),
        (_diabetes(years=5), sugar_tested(last_months=11), had(codes.COLONOSCOPY, years=9, months=6)),
    ),
)
