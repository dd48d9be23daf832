"""Names of specialties as people read them; one that the clinic wrote otherwise stands as it was written."""

from django.utils.translation import get_language, pgettext_lazy

# By the name as records and directories commonly have it, without case.
SPECIALTIES = {
    "allergy": pgettext_lazy("specialty", "Allergy"),
    "audiology": pgettext_lazy("specialty", "Audiology"),
    "cardiology": pgettext_lazy("specialty", "Cardiology"),
    "cardiovascular disease": pgettext_lazy("specialty", "Cardiovascular disease"),
    "counseling": pgettext_lazy("specialty", "Counseling"),
    "dentistry": pgettext_lazy("specialty", "Dentistry"),
    "dermatology": pgettext_lazy("specialty", "Dermatology"),
    "diabetes education": pgettext_lazy("specialty", "Diabetes education"),
    "endocrinology": pgettext_lazy("specialty", "Endocrinology"),
    "family medicine": pgettext_lazy("specialty", "Family medicine"),
    "gastroenterology": pgettext_lazy("specialty", "Gastroenterology"),
    "general surgery": pgettext_lazy("specialty", "General surgery"),
    "geriatrics": pgettext_lazy("specialty", "Geriatrics"),
    "gynecology": pgettext_lazy("specialty", "Gynecology"),
    "heart failure": pgettext_lazy("specialty", "Heart failure"),
    "hematology": pgettext_lazy("specialty", "Hematology"),
    "home health": pgettext_lazy("specialty", "Home health"),
    "imaging": pgettext_lazy("specialty", "Imaging"),
    "infectious disease": pgettext_lazy("specialty", "Infectious disease"),
    "internal medicine": pgettext_lazy("specialty", "Internal medicine"),
    "mental health": pgettext_lazy("specialty", "Mental health"),
    "nephrology": pgettext_lazy("specialty", "Nephrology"),
    "neurology": pgettext_lazy("specialty", "Neurology"),
    "nutrition": pgettext_lazy("specialty", "Nutrition"),
    "obstetrics": pgettext_lazy("specialty", "Obstetrics"),
    "occupational therapy": pgettext_lazy("specialty", "Occupational therapy"),
    "oncology": pgettext_lazy("specialty", "Oncology"),
    "ophthalmology": pgettext_lazy("specialty", "Ophthalmology"),
    "optometry": pgettext_lazy("specialty", "Optometry"),
    "orthopedics": pgettext_lazy("specialty", "Orthopedics"),
    "otolaryngology": pgettext_lazy("specialty", "Otolaryngology"),
    "pain medicine": pgettext_lazy("specialty", "Pain medicine"),
    "palliative care": pgettext_lazy("specialty", "Palliative care"),
    "pediatrics": pgettext_lazy("specialty", "Pediatrics"),
    "physical therapy": pgettext_lazy("specialty", "Physical therapy"),
    "podiatry": pgettext_lazy("specialty", "Podiatry"),
    "primary care": pgettext_lazy("specialty", "Primary care"),
    "psychiatry": pgettext_lazy("specialty", "Psychiatry"),
    "psychology": pgettext_lazy("specialty", "Psychology"),
    "pulmonology": pgettext_lazy("specialty", "Pulmonology"),
    "radiology": pgettext_lazy("specialty", "Radiology"),
    "rheumatology": pgettext_lazy("specialty", "Rheumatology"),
    "sleep medicine": pgettext_lazy("specialty", "Sleep medicine"),
    "speech therapy": pgettext_lazy("specialty", "Speech therapy"),
    "urology": pgettext_lazy("specialty", "Urology"),
    "wound care": pgettext_lazy("specialty", "Wound care"),
}


def name_specialty(name: str) -> str:
    """Return the name of a specialty at the beginning of a line, in the language of the page."""
    known = SPECIALTIES.get(name.casefold())
    return str(known) if known is not None else name[:1].upper() + name[1:]


def name_specialty_within(name: str) -> str:
    """Return it within a sentence: as it was written in English, in small letters in Spanish."""
    known = SPECIALTIES.get(name.casefold())
    return str(known).lower() if known is not None and get_language() == "es" else name
