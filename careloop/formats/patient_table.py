"""Tables of patients (CSV): columns known by their usual names, and each row as a FHIR Patient.

Pure: cells in, resources out, with what is wrong by row and column.
"""

import csv
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from careloop.facts.intake import Package, Problem, Rejected
from careloop.formats.cells import take_cell
from careloop.formats.fhir.primitives import is_id
from careloop.formats.fhir.read import read_document

DELIMITERS = (",", ";", "\t", "|")
# A column by the names that files give it, written without blanks, signs and accents.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "patient_id": ("patientid", "id", "externalid", "personid", "sourceid"),
    "mrn": ("mrn", "medicalrecordnumber", "recordnumber", "chartnumber", "expediente"),
    "mrn_system": ("mrnsystem", "mrnassigner"),
    "ssn": ("ssn", "socialsecuritynumber", "socialsecurity", "segurosocial"),
    "member_id": ("memberid", "membernumber", "subscriberid", "insuranceid", "policynumber"),
    "member_system": ("membersystem", "plansystem"),
    "family": ("family", "familyname", "lastname", "last", "surname", "apellido", "apellidos"),
    "given": ("given", "givenname", "firstname", "first", "forename", "nombre", "nombres"),
    "middle": ("middle", "middlename", "middleinitial", "mi"),
    "suffix": ("suffix", "namesuffix"),
    "name": ("name", "fullname", "patientname", "nombrecompleto"),
    "preferred_name": ("preferredname", "nickname", "knownas"),
    "birth_date": ("birthdate", "dateofbirth", "dob", "birthday", "born", "fechadenacimiento"),
    "sex": ("sex", "gender", "administrativesex", "sexo"),
    "language": ("language", "preferredlanguage", "primarylanguage", "lang", "idioma"),
    "interpreter": ("interpreter", "needsinterpreter", "interpreterneeded", "interprete"),
    "phone": ("phone", "telephone", "phonenumber", "homephone", "phonehome", "tel", "telefono"),
    "mobile": ("mobile", "cell", "cellphone", "mobilephone", "celular"),
    "email": ("email", "emailaddress", "mail", "correo"),
    "address": ("address", "address1", "addressline1", "street", "streetaddress", "direccion"),
    "address2": ("address2", "addressline2", "apt", "unit"),
    "city": ("city", "town", "ciudad"),
    "state": ("state", "province", "region", "estado"),
    "postal_code": ("postalcode", "zip", "zipcode", "postcode", "codigopostal"),
    "country": ("country", "pais"),
    "death_date": ("deathdate", "dateofdeath", "deceaseddate", "dod", "died"),
}
_KNOWN = {spelling: name for name, spellings in COLUMNS.items() for spelling in spellings}
NUMBERS = ("patient_id", "mrn", "member_id", "ssn")

# How dates are written, by the word that ``--dates`` takes.
DATES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "iso": (re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})([T ].*)?"), "YYYY-MM-DD"),
    "mdy": (re.compile(r"(?P<m>\d{1,2})[/.-](?P<d>\d{1,2})[/.-](?P<y>\d{4})"), "MM/DD/YYYY"),
    "dmy": (re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"), "DD/MM/YYYY"),
}
_SEX = {
    "f": "female", "female": "female", "woman": "female", "mujer": "female", "femenino": "female",
    "m": "male", "male": "male", "man": "male", "hombre": "male", "masculino": "male",
    "o": "other", "other": "other", "x": "other", "nonbinary": "other", "otro": "other",
    "u": "unknown", "unknown": "unknown", "": "unknown",
}  # fmt: skip
_LANGUAGES = {"english": "en", "ingles": "en", "spanish": "es", "espanol": "es", "chinese": "zh", "mandarin": "cmn",
              "cantonese": "yue", "vietnamese": "vi", "tagalog": "tl", "korean": "ko", "russian": "ru", "arabic": "ar",
              "haitian creole": "ht", "portuguese": "pt", "french": "fr", "somali": "so", "hmong": "hmn"}  # fmt: skip
_YES, _NO = ("y", "yes", "true", "1", "si", "x"), ("", "n", "no", "false", "0")
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_EXTENSION = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
_SSN = "http://hl7.org/fhir/sid/us-ssn"


class UnusableTable(Exception):  # noqa: N818
    """A table whose header does not say enough: what is wrong, and how to mend it."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.why, self.fix = why, fix


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: the name of each that is known, by place; and the names that are not."""

    places: Mapping[str, int]
    width: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table comes from: the name of its source, how its dates are written, and today."""

    source: str
    dates: str
    on: date


def find_delimiter(head: str) -> str:
    """Return what parts the cells of a first line: that which finds the most known columns."""
    return max(DELIMITERS, key=lambda one: len({*map(_name_of, next(csv.reader(StringIO(head), delimiter=one), []))}))


def read_header(cells: Sequence[str]) -> Header:
    """Return the columns of a table by their names.

    :raises UnusableTable: if a column is there twice, or number, name or birth date have no column
    """
    places: dict[str, int] = {}
    unknown = []
    for place, cell in enumerate(cells):
        name = _name_of(cell)
        if not name:
            unknown.append(cell.strip())
        elif name in places:
            why = f"two columns are taken for {name}: {cells[places[name]].strip()} and {cell.strip()}"
            raise UnusableTable(why, "rename one of them")
        else:
            places[name] = place
    if not any(name in places for name in NUMBERS):
        raise UnusableTable("no column holds a number of the patient", f"name a column {', '.join(NUMBERS)}")
    if "name" not in places and not {"family", "given"} <= places.keys():
        raise UnusableTable("no column holds the name", "name columns family and given, or one column name")
    if "birth_date" not in places:
        raise UnusableTable("no column holds the birth date", "name a column birth_date")
    return Header(places, len(cells), tuple(name for name in unknown if name))


def read_rows(
    header: Header, rows: Iterable[tuple[int, Sequence[str]]], origin: Origin, seen: dict[str, int]
) -> Package:
    """Read rows (number in the file, cells) into one package; what is wrong with a row is told by column.

    Never raises. ``seen`` holds the row of each number of the file so far: a row that repeats one is refused.
    """
    good: list[bytes] = []
    rejected: list[Rejected] = []
    for number, cells in rows:
        resource, problems = _read_row(header, cells, origin)
        key = str(resource.get("id", ""))
        if not problems and key in seen:
            problems = [("", f"has the number of row {seen[key]} again", "keep one row a patient")]
        if problems:
            rejected.append(_reject(number, cells, problems))
        else:
            seen[key] = number
            good.append(json.dumps(resource, ensure_ascii=False, sort_keys=True).encode())
    package = read_document(b"\n".join(good), is_ndjson=True, on=origin.on) if good else Package((), (), atomic=False)
    for one in package.rejected:
        told = [("", p.why, p.fix) for p in one.problems]
        rejected.append(_reject(seen.get(one.fhir_id, 0), [one.raw.decode(errors="replace")], told))
    return Package(package.resources, tuple(rejected), atomic=False)


def _fold(text: str) -> str:
    """Return a text in small letters, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold().strip()


def _name_of(cell: str) -> str:
    return _KNOWN.get("".join(c for c in _fold(cell) if c.isalnum()), "")


def _reject(number: int, cells: Sequence[str], problems: Iterable[tuple[str, str, str]]) -> Rejected:
    raw = StringIO()
    csv.writer(raw).writerow(cells)
    places = tuple(
        Problem(path=f"row {number}" + (f", {column}" if column else ""), why=why, fix=fix)
        for column, why, fix in problems
    )
    return Rejected(type="row", fhir_id="", problems=places, raw=raw.getvalue().encode())


def _read_row(
    header: Header, cells: Sequence[str], origin: Origin
) -> tuple[dict[str, object], list[tuple[str, str, str]]]:
    """Return a row as a FHIR Patient, and what is wrong with it: column, why and how to mend it."""
    if len(cells) > header.width and any(cell.strip() for cell in cells[header.width :]):
        return {}, [("", "has more cells than the first row", "put cells that hold the separator in quotes")]
    row = {name: take_cell(cells[place]) if place < len(cells) else "" for name, place in header.places.items()}
    reader = _Row(row, origin)
    resource = reader.read()
    return resource, reader.problems


class _Row:
    """One row on its way to a Patient; what is wrong gathers in ``problems``."""

    def __init__(self, row: Mapping[str, str], origin: Origin) -> None:
        self.row = row
        self.origin = origin
        self.problems: list[tuple[str, str, str]] = []

    def read(self) -> dict[str, object]:
        """Return the Patient without what is empty."""
        birth, death = self._day("birth_date"), self._day("death_date")
        if not self._get("birth_date"):
            self._refuse("birth_date", "is empty", "give the birth date")
        whole: dict[str, object] = {
            "resourceType": "Patient",
            "id": self._key(),
            "identifier": self._identifiers(),
            "name": self._names(),
            "gender": self._sex(),
            "birthDate": birth,
            "deceasedDateTime": death,
            "telecom": self._contacts(),
            "address": self._address(),
            "communication": self._language(),
            "extension": self._interpreter(),
        }
        return {key: value for key, value in whole.items() if value}

    def _get(self, name: str) -> str:
        return self.row.get(name, "")

    def _refuse(self, column: str, why: str, fix: str) -> None:
        self.problems.append((column, why, fix))

    def _key(self) -> str:
        """Return the id under which the same row is known again: the first number that the row holds."""
        for name in NUMBERS:
            value = self._get(name)
            if value and name == "patient_id" and is_id(value):
                return value
            if value:
                return f"{name.partition('_')[0]}-{hashlib.sha256(f'{name}|{value}'.encode()).hexdigest()[:32]}"
        self._refuse(next(n for n in NUMBERS if n in self.row), "is empty", "give each patient a number")
        return ""

    def _identifiers(self) -> list[dict[str, object]]:
        own = f"urn:careloop:{self.origin.source}"
        kinds = (
            ("mrn", self._get("mrn_system") or f"{own}:mrn", "MR"),
            ("patient_id", f"{own}:id", "PI"),
            ("member_id", self._get("member_system") or f"{own}:member", "MB"),
            ("ssn", _SSN, "SS"),
        )
        return [
            {"system": system, "value": self._get(name), "type": {"coding": [{"system": _TYPES, "code": code}]}}
            for name, system, code in kinds
            if self._get(name)
        ]

    def _names(self) -> list[dict[str, object]]:
        family, given = self._get("family"), self._get("given")
        if not (family or given) and self._get("name"):
            family, comma, given = (part.strip() for part in self._get("name").partition(","))
            if not comma:
                self._refuse("name", "does not say which is the family name", "write Family, Given")
        if not family and not given:
            self._refuse("family" if "family" in self.row else "name", "is empty", "give the name")
        name: dict[str, object] = {"use": "official"}
        parts = {"family": family, "given": [g for g in (given, self._get("middle")) if g]}
        suffix = self._get("suffix")
        names = [name | {k: v for k, v in parts.items() if v} | ({"suffix": [suffix]} if suffix else {})]
        preferred = self._get("preferred_name")
        return [*names, {"use": "nickname", "given": [preferred]}] if preferred else names

    def _sex(self) -> str:
        sex = _SEX.get("".join(c for c in _fold(self._get("sex")) if c.isalnum()))
        if sex is None:
            self._refuse("sex", "is none of the known words", "write female, male, other or unknown")
        return sex or ""

    def _day(self, name: str) -> str:
        """Return a day as YYYY-MM-DD, empty if there is none; what is no day is told."""
        text = self._get(name)
        if not text:
            return ""
        pattern, how = DATES[self.origin.dates]
        found = pattern.fullmatch(text)
        try:
            day = date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
        except ValueError:
            day = None
        if day is None:
            self._refuse(name, "is not a day that exists, or written in another way", f"write {how}, or say --dates")
        elif day > self.origin.on:
            self._refuse(name, "lies in the future", "look at the day again, and at --dates")
        elif day.year < 1850:
            self._refuse(name, "lies before 1850", "look at the year again")
        return day.isoformat() if day else ""

    def _contacts(self) -> list[dict[str, object]]:
        ways = (("mobile", "phone", "mobile"), ("phone", "phone", "home"), ("email", "email", "home"))
        if self._get("email") and "@" not in self._get("email").strip("@"):
            self._refuse("email", "is no e-mail address", "write name@example.org, or leave it empty")
        return [
            {"system": system, "value": self._get(name), "use": use} for name, system, use in ways if self._get(name)
        ]

    def _address(self) -> list[dict[str, object]]:
        lines = [line for line in (self._get("address"), self._get("address2")) if line]
        parts = {"line": lines, "city": self._get("city"), "state": self._get("state"),
                 "postalCode": self._get("postal_code"), "country": self._get("country")}  # fmt: skip
        held: dict[str, object] = {key: value for key, value in parts.items() if value}
        return [{"use": "home"} | held] if held else []

    def _language(self) -> list[dict[str, object]]:
        text = _fold(self._get("language"))
        tag = _LANGUAGES.get(text, text)
        if not tag:
            return []
        if not _TAG.fullmatch(tag):
            self._refuse("language", "is not known", "write a code such as en, es or zh-hant")
            return []
        return [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": tag}]}, "preferred": True}]

    def _interpreter(self) -> list[dict[str, object]]:
        word = _fold(self._get("interpreter"))
        if word not in (*_YES, *_NO):
            self._refuse("interpreter", "says neither yes nor no", "write yes or no")
        return [{"url": _EXTENSION, "valueBoolean": True}] if word in _YES else []
