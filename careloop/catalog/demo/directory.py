"""The directory of the demo clinic: who is near Juniper Wells, for whom, in which languages and with which plans.

Everybody and everything in it is invented, as the town is; telephone numbers are of the range kept for fiction. The
rows are written as a table of the directory is, and come in by the same door.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from careloop.catalog.demo.people import LATITUDE, LONGITUDE, POSTAL_CODE, TOWN
from careloop.facts.directory import TableRow

SOURCE = "demo-list"
SENIOR, EMPLOYER, COMMUNITY = "Senior plan", "Employer plan", "Community plan"
ALL = f"{SENIOR}; {EMPLOYER}; {COMMUNITY}"


@dataclass(frozen=True, slots=True)
class DemoCheck:
    """Who looked at an entry, by the key of the staff, and how many days ago."""

    name: str
    who: str
    days_ago: int


def _place(street: str, north: float, east: float, town: str = TOWN) -> dict[str, str]:
    return {
        "address": f"{street}, {town}, AZ {POSTAL_CODE}",
        "latitude": f"{LATITUDE + north:.4f}",
        "longitude": f"{LONGITUDE + east:.4f}",
    }


def _phone(number: int) -> str:
    return f"602-555-{100 + number:04d}"


ORGANIZATIONS = (
    {"kind": "organization", "name": "Bayview Heart Group", "networks": f"{SENIOR}; {EMPLOYER}", "phone": _phone(20)},
    {"kind": "organization", "name": "Saguaro Specialty Partners", "networks": ALL, "phone": _phone(21)},
    {"kind": "organization", "name": "Copper Mesa Therapy", "networks": f"{SENIOR}; {COMMUNITY}", "phone": _phone(22)},
    {"kind": "organization", "name": "Quail Run Counseling", "networks": COMMUNITY, "phone": _phone(23)},
    {"kind": "organization", "name": "Juniper Wells Neighbors", "phone": _phone(24),
     "about": "Neighbors who help with food, rides and company"},
)  # fmt: skip
SITES = (
    {"kind": "site", "name": "Bayview Heart, Lantern Court", "organization": "Bayview Heart Group", "wheelchair": "yes",
     **_place("1 Lantern Court", 0.01, 0.01)},
    {"kind": "site", "name": "Bayview Heart, Gila Flats", "organization": "Bayview Heart Group", "wheelchair": "yes",
     **_place("400 Dry Creek Road", 0.22, -0.1, "Gila Flats")},
    {"kind": "site", "name": "Saguaro Center", "organization": "Saguaro Specialty Partners", "wheelchair": "yes",
     **_place("77 Old Cistern Road", -0.03, 0.02)},
    {"kind": "site", "name": "Copper Mesa Studio", "organization": "Copper Mesa Therapy", "wheelchair": "no",
     **_place("12 Copper Kettle Street", 0.02, -0.02)},
    {"kind": "site", "name": "Quail Run House", "organization": "Quail Run Counseling",
     **_place("230 Quail Feather Lane", -0.01, -0.01)},
)  # fmt: skip
HEART, GILA = "Bayview Heart, Lantern Court", "Bayview Heart, Gila Flats"
SAGUARO, MESA, QUAIL = "Saguaro Center", "Copper Mesa Studio", "Quail Run House"


def _person(name: str, specialty: str, site: str, languages: str, **more: str) -> Mapping[str, str]:
    return {
        "kind": "practitioner",
        "name": name,
        "specialties": specialty,
        "site": site,
        "languages": languages,
        **more,
    }


# Some say a lot, some nearly nothing: so do real directories.
PRACTITIONERS = (
    _person("Dr. Ana Rivera-Luna", "Cardiology; Heart failure", HEART, "en; es", networks=f"{SENIOR}; {EMPLOYER}",
            accepts_new="yes", telehealth="yes", wait_days="9", referral_by="fax", phone=_phone(30), fax=_phone(31)),
    _person("Dr. Harold Finch-Okeke", "Cardiology", HEART, "en", networks=f"{SENIOR}; {EMPLOYER}", accepts_new="yes",
            wait_days="4", referral_by="fhir", phone=_phone(32)),
    _person("Dr. Linh Dao", "Cardiology", GILA, "en; vi", accepts_new="no", wait_days="60", phone=_phone(33)),
    _person("Dr. Omar Haddad-Bell", "Cardiovascular Disease", SAGUARO, "", phone=_phone(34)),
    _person("Dr. Wei Zhou-Grant", "Nephrology", SAGUARO, "en; cmn; yue", networks=ALL, accepts_new="yes",
            wait_days="21", referral_by="portal", phone=_phone(35)),
    _person("Dr. Beatriz Montaño", "Endocrinology", SAGUARO, "en; es", networks=ALL, accepts_new="yes", wait_days="35",
            referral_by="fax", phone=_phone(36), fax=_phone(37)),
    _person("Dr. Yusuf Abdi-Warsame", "Endocrinology", SAGUARO, "en; so; ar", networks=COMMUNITY, wait_days="12",
            telehealth="yes", phone=_phone(38)),
    _person("Dr. Galina Orlova", "Neurology", SAGUARO, "en; ru", networks=ALL, accepts_new="yes", wait_days="48",
            referral_by="letter", phone=_phone(39)),
    _person("Dr. Peter Lindgren", "Ophthalmology", SAGUARO, "en", networks=ALL, accepts_new="yes", wait_days="14",
            referral_by="phone", phone=_phone(40)),
    _person("Dr. Camille Desrosiers", "Gastroenterology", SAGUARO, "en; fr; ht", networks=EMPLOYER, accepts_new="yes",
            wait_days="28", referral_by="fax", phone=_phone(41), fax=_phone(42)),
    _person("Dr. Samuel Ortega", "Pulmonology; Sleep medicine", SAGUARO, "en; es", networks=ALL, wait_days="30",
            referral_by="email", email="desk@ortega-lungs.example", phone=_phone(43)),
    _person("Dr. Ingrid Vaughn", "Dermatology", SAGUARO, "en", accepts_new="no", phone=_phone(44)),
    _person("Dr. Takumi Ogata", "Orthopedics", SAGUARO, "en; ja", networks=f"{SENIOR}; {EMPLOYER}", accepts_new="yes",
            wait_days="18", referral_by="portal", phone=_phone(45)),
    _person("Dr. Rosalind Achebe", "Oncology; Hematology", SAGUARO, "en", networks=ALL, accepts_new="yes",
            wait_days="5", referral_by="phone", phone=_phone(46)),
    _person("Dr. Hector Salinas", "Urology", SAGUARO, "en; es", networks=SENIOR, wait_days="40", phone=_phone(47)),
    _person("Dr. Noor Rahmani", "Rheumatology", SAGUARO, "en; ar", networks=ALL, accepts_new="yes", wait_days="75",
            phone=_phone(48)),
    _person("Nadia Petrov, PT", "Physical therapy", MESA, "en; ru", networks=f"{SENIOR}; {COMMUNITY}",
            accepts_new="yes", wait_days="6", referral_by="email", email="desk@coppermesa.example", phone=_phone(50)),
    _person("Luis Cárdenas, PT", "Physical therapy", MESA, "en; es", networks=f"{SENIOR}; {COMMUNITY}",
            accepts_new="yes", wait_days="11", phone=_phone(51)),
    _person("Hana Ogawa, OT", "Occupational therapy", MESA, "en; ja", networks=SENIOR, wait_days="15",
            phone=_phone(52)),
    _person("Maribel Quintero, LCSW", "Counseling", QUAIL, "en; es", networks=COMMUNITY, accepts_new="yes",
            telehealth="yes", wait_days="10", referral_by="phone", phone=_phone(53)),
    _person("Thảo Bùi, LPC", "Counseling", QUAIL, "en; vi", networks=COMMUNITY, accepts_new="no", telehealth="yes",
            phone=_phone(54)),
    _person("Dr. Lev Sedykh", "Psychiatry", QUAIL, "en; ru", networks=ALL, wait_days="55", telehealth="yes",
            phone=_phone(55)),
    _person("Joan Tillman, RD", "Nutrition", SAGUARO, "en", networks=ALL, accepts_new="yes", telehealth="yes",
            wait_days="8", phone=_phone(56)),
)  # fmt: skip


def _service(name: str, specialty: str, number: int, **more: str) -> Mapping[str, str]:
    return {"kind": "service", "name": name, "specialties": specialty, "phone": _phone(number), **more}


SERVICES = (
    _service("Juniper Wells Food Pantry", "Food pantry", 60, organization="Juniper Wells Neighbors", languages="en; es",
             wheelchair="yes", about="Groceries for about a week, once a month", eligibility="Everybody in the county",
             cost="Nothing", hours="Tuesdays and Fridays, 9 am to noon", how_to_apply="Come by, no papers needed",
             **_place("14 Saltbush Avenue", 0.005, -0.004)),
    _service("Warm Meals at Home", "Meal delivery", 61, organization="Juniper Wells Neighbors", languages="en; es; vi",
             about="A warm meal at noon, brought to the door", eligibility="60 or older, or not able to leave home",
             cost="What one can give", hours="Monday to Friday", how_to_apply="Call; it begins within a week",
             wait_days="7"),
    _service("Door to Door Rides", "Transportation", 62, organization="Juniper Wells Neighbors", languages="en; es",
             wheelchair="yes", about="Rides to visits and to the pharmacy, with help to the door",
             eligibility="Everybody who has no other ride", cost="Nothing", hours="Monday to Friday, 7 am to 5 pm",
             how_to_apply="Call two days before", wait_days="2"),
    _service("Desert Line Shuttle", "Transportation", 63, languages="en", wheelchair="no",
             about="A bus between Juniper Wells and Gila Flats", cost="2 dollars a ride", hours="Every day"),
    _service("Mesquite House", "Housing; Shelter", 64, languages="en; es", wheelchair="yes",
             about="Beds for a night and help to find a home", eligibility="Adults and families", cost="Nothing",
             hours="Day and night", how_to_apply="Call first", **_place("9 Windmill Loop", -0.02, 0.03)),
    _service("Rent Help Desk", "Housing; Rent", 65, organization="Juniper Wells Neighbors", languages="en; es",
             about="Help when rent is late or somebody has to leave", how_to_apply="Bring the letter of the landlord"),
    _service("Cool Home Fund", "Utilities", 66, languages="en", about="Pays part of an electric bill in summer",
             eligibility="Homes with low income", how_to_apply="By mail, with the last two bills", wait_days="30"),
    _service("Open Door Legal Aid", "Legal aid", 67, languages="en; es; so", cost="Nothing",
             about="Lawyers for housing, benefits and immigration", how_to_apply="Call on Mondays"),
    _service("Tuesday Company", "Senior center", 68, organization="Juniper Wells Neighbors", languages="en; zh",
             about="Coffee, cards and a walk", cost="Nothing", hours="Tuesdays, 2 to 5 pm", wheelchair="yes"),
    _service("Respite Hours", "Caregiver support", 69, languages="en; es", wait_days="20",
             about="Somebody stays for four hours so that who cares at home can rest"),
    _service("Walker and Chair Loan", "Equipment loan", 70, languages="en", cost="Nothing",
             about="Walkers, shower chairs and wheelchairs to borrow"),
    _service("Saguaro Imaging", "Radiology; Mammogram", 71, organization="Saguaro Specialty Partners", site=SAGUARO,
             networks=ALL, languages="en; es", accepts_new="yes", wait_days="3", referral_by="fax", fax=_phone(72)),
)  # fmt: skip

# What the clinic's own people have looked at; the rest came with the list, and nobody has.
CHECKS = (
    *(DemoCheck(str(one["name"]), "dana" if n % 2 else "lee", 3 + 9 * n) for n, one in enumerate(PRACTITIONERS[:16])),
    *(DemoCheck(str(one["name"]), "mei", 4 + 11 * n) for n, one in enumerate(SERVICES[:8])),
    # So long ago that nobody should count on it.
    DemoCheck("Luis Cárdenas, PT", "lee", 220),
    DemoCheck("Maribel Quintero, LCSW", "dana", 12),
    DemoCheck("Nadia Petrov, PT", "dana", 30),
)


def make_rows() -> tuple[TableRow, ...]:
    """Return the rows of the demo's directory, numbered as in a table of which the first row names the columns."""
    rows = (*ORGANIZATIONS, *SITES, *PRACTITIONERS, *SERVICES)
    return tuple(TableRow(number, dict(row)) for number, row in enumerate(rows, start=2))
