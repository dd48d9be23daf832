"""The invented people of the demo clinic: names, languages, families, homes and ways to reach them.

Nobody here is real. Telephone numbers are of the range 555-0100 to 555-0199 that is kept for
fiction, mail addresses end in ``.example`` (RFC 2606), and town and streets do not exist.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from careloop.basics.days import add_years
from careloop.catalog.demo.dice import Dice
from careloop.catalog.demo.fhir import SITE, Directory, Resource, moment, status_of, to

AREA_CODES = ("602", "480", "520", "623", "928")
STREETS = (
    "Quail Feather Lane", "Old Cistern Road", "Palo Rojo Drive", "Lantern Court", "Saltbush Avenue",
    "Copper Kettle Street", "Windmill Loop", "Cottonwood Bend", "Mesa Bonita Way", "Lizard Rock Road",
)  # fmt: skip
TOWN = "Juniper Wells"
# No ZIP code 85000 is given out.
POSTAL_CODE = "85000"
# The middle of the town, which lies in open desert.
LATITUDE, LONGITUDE = 33.93, -112.72


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person. ``age`` is the age in years on the clinic's day (or on the day of death).

    ``script`` is the name in the script of the person's own language, family name first where the
    language has it so, as (family, given, whole name); with ``script_first`` it is
    the official name, and the Latin one is what people say. ``home`` is shared by those who live
    together. ``born_within`` is how many days ago the last birthday was, at most. ``relative`` is
    (name, part) of somebody to call.
    """

    given: str
    family: str
    sex: str
    age: int
    language: str
    script: tuple[str, str, str] | None = None
    script_first: bool = False
    preferred: str = ""
    interpreter: bool = False
    also_english: bool = False
    home: str = ""
    born_within: int = 300
    relative: tuple[str, str] | None = None
    died_days_ago: int = 0


# Names for a clinic of more than 25: (families, women, men); a name after a slash is in the own script.
POOLS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("Halloway", "Pembry", "Okafor", "Tillman", "Renshaw", "Bright", "Castell", "Mbeki"),
        ("Nora", "Delia", "Imani", "Joan", "Hazel", "Bettina"),
        ("Calvin", "Oscar", "Desmond", "Earl", "Miles", "Percy"),
    ),
    "es": (
        ("Cárdenas", "Villanueva", "Ibarra", "Quintero", "Salcedo", "Peña"),
        ("Lucía", "Marisol", "Graciela", "Inés", "Pilar"),
        ("Andrés", "Joaquín", "Ramón", "Efraín", "Tomás"),
    ),
    "vi": (
        ("Phạm", "Đặng", "Bùi", "Hồ"),
        ("Hương", "Ngọc", "Thảo", "Yến"),
        ("Quang", "Tuấn", "Bảo", "Hải"),
    ),
    "ar": (
        ("Mansour/منصور", "Khalil/خليل", "Darwish/درويش"),
        ("Layla/ليلى", "Huda/هدى", "Samira/سميرة"),
        ("Karim/كريم", "Tariq/طارق", "Nabil/نبيل"),
    ),
    "zh": (
        ("Liu/刘", "Zhao/赵", "Huang/黄", "Lin/林"),
        ("Meiling/美玲", "Yulan/玉兰", "Hui/慧"),
        ("Jun/军", "Guoqiang/国强", "Ming/明"),
    ),
    "ru": (
        ("Chernykh/Черных", "Sedykh/Седых", "Belykh/Белых"),
        ("Irina/Ирина", "Galina/Галина", "Vera/Вера"),
        ("Boris/Борис", "Anatoly/Анатолий", "Lev/Лев"),
    ),
    "ht": (("Desrosiers", "Toussaint", "Célestin"), ("Guerline", "Yolette"), ("Wilner", "Fritznel")),
    "so": (("Abdi", "Hersi", "Jama"), ("Hodan", "Sahra"), ("Liban", "Guled")),
    "ja": (("Tanabe/田辺", "Ogawa/小川"), ("Yoko/洋子", "Emi/恵美"), ("Hiroshi/博", "Takumi/拓海")),
}
FAMILY_FIRST = ("zh", "ja")


def make_namesake(person: Person, *, seed: int, number: int, home: str) -> Person:
    """Return somebody else of the same age, sex and language, for a clinic of more than 25."""
    families, women, men = POOLS[person.language]
    family, _, own_family = Dice(f"{seed}/family/{home}").pick(families).partition("/")
    given, _, own_given = Dice(f"{seed}/given/{number}").pick(women if person.sex == "female" else men).partition("/")
    whole = f"{own_family}{own_given}" if person.language in FAMILY_FIRST else f"{own_given} {own_family}"
    script = (own_family, own_given, whole) if own_family and own_given else None
    return replace(person, given=given, family=family, script=script, preferred="", relative=None, home=home)


def describe_person(person: Person, *, key: str, seed: int, number: int, on: date, directory: Directory) -> Resource:
    """Return the body of the FHIR Patient; ``number`` counts patients and gives MRN and telephone.

    ``key`` is a plain ASCII name for the mail address.
    """
    dice = Dice(f"{seed}/person/{number}")
    home = Dice(f"{seed}/home/{person.home or number}")
    body: Resource = {
        "identifier": [_name_number(number)],
        "active": True,
        "name": _name(person),
        "telecom": [
            {"system": "phone", "value": phone(number), "use": "mobile"},
            {"system": "email", "value": f"{key}@demo.example", "use": "home"},
        ],
        "gender": person.sex,
        "birthDate": find_birthday(person, dice, on).isoformat(),
        "address": [
            {
                "use": "home",
                "line": [f"{home.between(11, 989)} {home.pick(STREETS)}"],
                "city": TOWN,
                "state": "AZ",
                "postalCode": POSTAL_CODE,
                "country": "US",
                "extension": [_position(f"{seed}/place/{person.home or number}")],
            }
        ],
        "communication": _languages(person),
        "generalPractitioner": [to(directory.clinician)],
        "managingOrganization": to(directory.clinic),
    }
    if person.interpreter:
        body["extension"] = [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
                "valueBoolean": True,
            }
        ]
    if person.died_days_ago:
        body["deceasedDateTime"] = moment(on - timedelta(days=person.died_days_ago), 6, 30)
    if person.relative:
        body["contact"] = [_relative(*person.relative, phone(number + 50))]
    return body


def find_birthday(person: Person, dice: Dice, on: date) -> date:
    """Return a birth date that makes the person exactly as old as told on the last day of the record."""
    last_on = on - timedelta(days=person.died_days_ago)
    return add_years(last_on, -person.age) - timedelta(days=dice.between(20, person.born_within))


def phone(number: int) -> str:
    """Return a telephone number of the range kept for fiction; after 500 they repeat."""
    return f"{AREA_CODES[number // 100 % 5]}-555-01{number % 100:02}"


def _name_number(number: int) -> Resource:
    return {
        "use": "official",
        "type": status_of("v2-0203", "MR"),
        "system": f"{SITE}/mrn",
        "value": f"JW-{100000 + number * 137}",
    }


def _name(person: Person) -> list[Resource]:
    latin: Resource = {
        "text": f"{person.given} {person.family}",
        "family": person.family,
        "given": [person.given],
    }
    names: list[Resource] = [{"use": "official", **latin}]
    if person.script:
        family, given, whole = person.script
        own: Resource = {"text": whole, "family": family, "given": [given]}
        names = [{"use": "official", **own}, {"use": "usual", **latin}] if person.script_first else [*names, own]
    if person.preferred:
        names.append({"use": "usual", "text": person.preferred, "given": [person.preferred]})
    return names


def _position(words: str) -> Resource:
    """Return where a home lies, within a few miles of the middle of the town, as the extension that FHIR has for it."""
    dice = Dice(words)
    north, east = dice.between(-400, 400), dice.between(-400, 400)
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/geolocation",
        "extension": [
            {"url": "latitude", "valueDecimal": round(LATITUDE + north / 10_000, 4)},
            {"url": "longitude", "valueDecimal": round(LONGITUDE + east / 10_000, 4)},
        ],
    }


def _languages(person: Person) -> list[Resource]:
    spoken: list[Resource] = [{"language": _language(person.language), "preferred": True}]
    if person.also_english:
        spoken.append({"language": _language("en")})
    return spoken


def _language(code: str) -> Resource:
    return {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}


def _relative(name: str, part: str, number: str) -> Resource:
    given, _, family = name.partition(" ")
    return {
        "relationship": [{**status_of("v2-0131", "N"), "text": part}],
        "name": {"text": name, "family": family, "given": [given]},
        "telecom": [{"system": "phone", "value": number, "use": "mobile"}],
    }
