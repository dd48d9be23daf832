"""Tables of the directory (CSV): columns known by their usual names, each row as text by column or as a draft.

Pure: bytes or cells in, rows and drafts out, with what is wrong by row and column.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import StringIO

from careloop.basics.folding import fold_words
from careloop.facts.directory import EntryDraft, EntryKind, ReferralBy, RowProblem, TableRow
from careloop.formats.cells import take_cell
from careloop.formats.patient_table import DELIMITERS, UnusableTable

MOST_ROWS = 20_000
_MAX_CELL = 32_768
# A column by the names that files give it, written without blanks, signs and accents.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "externalid", "npi", "number"),
    "kind": ("kind", "type", "tipo"),
    "name": ("name", "nombre", "provider", "providername"),
    "organization": ("organization", "organisation", "group", "practice", "organizacion"),
    "site": ("site", "location", "office", "sitio", "lugar"),
    "practitioner": ("practitioner", "clinician", "profesional"),
    "sort": ("sort", "subtype", "clase"),
    "zone": ("zone", "timezone", "zona"),
    "specialties": ("specialties", "specialty", "services", "especialidad", "especialidades"),
    "languages": ("languages", "language", "idioma", "idiomas"),
    "networks": ("networks", "network", "plans", "plan", "insurance", "planes", "seguros"),
    "accepts_new": ("acceptsnew", "newpatients", "acceptingnewpatients", "pacientesnuevos"),
    "telehealth": ("telehealth", "video", "telesalud"),
    "wheelchair": ("wheelchair", "accessible", "silladeruedas"),
    "phone": ("phone", "telephone", "tel", "telefono"),
    "fax": ("fax",),
    "email": ("email", "mail", "correo"),
    "referral_by": ("referralby", "sendreferralsby", "referrals", "remision"),
    "wait_days": ("waitdays", "wait", "typicalwait", "espera"),
    "address": ("address", "address1", "addressline1", "street", "streetaddress", "direccion"),
    "address2": ("address2", "addressline2", "suite"),
    "city": ("city", "town", "ciudad"),
    "state": ("state", "province", "estado"),
    "postal_code": ("postalcode", "zip", "zipcode", "postcode", "codigopostal"),
    "latitude": ("latitude", "lat", "latitud"),
    "longitude": ("longitude", "lon", "lng", "longitud"),
    "about": ("about", "description", "descripcion"),
    "eligibility": ("eligibility", "whocanuse", "requisitos"),
    "cost": ("cost", "fee", "costo"),
    "hours": ("hours", "openinghours", "horario"),
    "how_to_apply": ("howtoapply", "apply", "comosolicitar"),
    "is_active": ("isactive", "active", "activo"),
}
_KNOWN = {spelling: name for name, spellings in COLUMNS.items() for spelling in spellings}
# What another entry is named by: its name.
LINKS = ("organization", "site", "practitioner")
# Columns that are parts of an address; an entry has it in one line.
PLACE = ("address", "address2", "city", "state", "postal_code")
_YES, _NO = ("y", "yes", "true", "1", "si"), ("n", "no", "false", "0")
_KINDS = {"clinic": "organization", "practice": "organization", "location": "site", "provider": "practitioner",
          "clinician": "practitioner", "doctor": "practitioner", "program": "service",
          "resource": "service"}  # fmt: skip
# Names of languages as tables write them: those of tables of patients, and "sign language".
_LANGUAGES = {"english": "en", "ingles": "en", "spanish": "es", "espanol": "es", "chinese": "zh", "mandarin": "cmn",
              "cantonese": "yue", "vietnamese": "vi", "tagalog": "tl", "korean": "ko", "russian": "ru", "arabic": "ar",
              "haitian creole": "ht", "portuguese": "pt", "french": "fr", "somali": "so", "hmong": "hmn",
              "american sign language": "ase", "asl": "ase", "sign language": "sgn"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DirectoryTable:
    """What a file holds: its rows, the columns that are not taken, and rows that cannot be parted into cells."""

    rows: tuple[TableRow, ...]
    unknown: tuple[str, ...]
    problems: tuple[RowProblem, ...] = ()


def read_directory_table(raw: bytes) -> DirectoryTable:
    """Read a file in UTF-8, else Windows-1252; its first row names the columns.

    :raises UnusableTable: if the first row does not say enough, or there is too much
    """
    text = decode_table(raw)
    csv.field_size_limit(_MAX_CELL)
    try:
        reader = csv.reader(StringIO(text, newline=""), delimiter=_find_delimiter(text), strict=True)
        places, unknown, width = _read_header(next(reader, []))
    except csv.Error:
        why = "its first row cannot be parted into cells"
        raise UnusableTable(why, "save it as CSV, and close the quotes in its first row") from None
    rows: list[TableRow] = []
    problems: list[RowProblem] = []
    number = 1
    try:
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if any(cell.strip() for cell in cells[width:]):
                problems.append(RowProblem(number, "", "has more cells than the first row",
                                           "put cells that hold the separator in quotes"))  # fmt: skip
                continue
            given = {name: take_cell(cells[place]) if place < len(cells) else "" for name, place in places.items()}
            rows.append(TableRow(number, given))
    except csv.Error:
        problems.append(RowProblem(number + 1, "", "cannot be parted into cells",
                                   "close the quotes; the rows after it were not read"))  # fmt: skip
    if len(rows) > MOST_ROWS:
        why = f"it has more than {MOST_ROWS} rows"
        raise UnusableTable(why, "bring it in parts")
    return DirectoryTable(tuple(rows), unknown, tuple(problems))


def read_draft(row: TableRow, base: EntryDraft | None) -> tuple[EntryDraft, tuple[RowProblem, ...]]:
    """Return what a row says of an entry, over what is known (``base``); and what is wrong with it by column.

    Only columns that the table has are said; an empty cell takes back what was known. Names of others are not in it.
    """
    reader = _Row(row)
    said = reader.read()
    whole = {name: getattr(base, name) for name in EntryDraft.__slots__} if base else {"kind": said["kind"], "name": ""}
    return EntryDraft(**(whole | said)), tuple(reader.problems)


def read_kind(text: str) -> EntryKind | None:
    """Return the kind that a word means, None if it means none."""
    word = "".join(fold_words(text))
    word = _KINDS.get(word, word)
    return EntryKind(word) if word in set(EntryKind) else None


def read_list(text: str) -> tuple[str, ...]:
    """Return the parts of a text that semicolons or bars part, each once."""
    parts = (part.strip() for part in text.replace("|", ";").split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def read_languages(text: str) -> tuple[str, ...]:
    """Return the codes of languages, which can be written by their names in English or Spanish."""
    parts = read_list(text.replace(",", ";"))
    return tuple(dict.fromkeys(_LANGUAGES.get(" ".join(fold_words(part)), part) for part in parts))


def decode_table(raw: bytes) -> str:
    """Return the text of a file in UTF-8, else Windows-1252.

    :raises UnusableTable: if it is neither
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw[:1000]:
        raise UnusableTable("it is not a text file in UTF-8", "save it as CSV in UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Spreadsheets of older systems; every byte means something.
        return raw.decode("cp1252", errors="replace")


def _find_delimiter(text: str) -> str:
    """Return what parts the cells of the first line: that which finds the most known columns.

    :raises csv.Error: if the line cannot be parted
    """
    head = text.partition("\n")[0]
    return max(DELIMITERS, key=lambda one: len({*map(_name_of, next(csv.reader(StringIO(head), delimiter=one), []))}))


def _name_of(cell: str) -> str:
    return _KNOWN.get("".join(fold_words(cell)), "")


def _read_header(cells: list[str]) -> tuple[dict[str, int], tuple[str, ...], int]:
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
    for must in ("kind", "name"):
        if must not in places:
            why = f"no column holds the {must}"
            raise UnusableTable(why, f"name a column {must}")
    return places, tuple(name for name in unknown if name), len(cells)


class _Row:
    """One row on its way to a draft; what is wrong gathers in ``problems``."""

    def __init__(self, row: TableRow) -> None:
        self.row = row
        self.problems: list[RowProblem] = []

    def read(self) -> dict[str, object]:
        """Return the parts of a draft that the table has columns for."""
        kind = read_kind(self.row.cells["kind"])
        if kind is None:
            self._refuse("kind", "is no kind of entry", f"write {', '.join(EntryKind)}")
        if not self.row.cells["name"]:
            self._refuse("name", "is empty", "give the name")
        said: dict[str, object] = {"kind": kind or EntryKind.ORGANIZATION}
        for name, text in self.row.cells.items():
            if name in READERS:
                said[name] = READERS[name](self, name, text)
        if any(name in self.row.cells for name in PLACE):
            said["address"] = self._join_place()
        return said

    def _join_place(self) -> str:
        """Return the parts of an address as one line: street, rest, city, state with its code."""
        street, rest, city, state, code = (self.row.cells.get(name, "") for name in PLACE)
        return ", ".join(part for part in (street, rest, city, f"{state} {code}".strip()) if part)

    def _refuse(self, column: str, why: str, fix: str) -> None:
        self.problems.append(RowProblem(self.row.number, column, why, fix))

    def words(self, _name: str, text: str) -> str:
        """Return a text as it stands."""
        return text

    def many(self, _name: str, text: str) -> tuple[str, ...]:
        """Return the parts of a cell, parted by semicolons or bars."""
        return read_list(text)

    def languages(self, _name: str, text: str) -> tuple[str, ...]:
        """Return the codes of languages, which can be written by their names in English or Spanish."""
        return read_languages(text)

    def truth(self, name: str, text: str) -> bool | None:
        """Return yes or no, None for an empty cell."""
        word = "".join(fold_words(text))
        if word in _YES or word in _NO:
            return word in _YES
        if word:
            self._refuse(name, "says neither yes nor no", "write yes or no, or leave it empty if it is not known")
        return None

    def active(self, name: str, text: str) -> bool:
        """Return whether it is in use; an empty cell says that it is."""
        return self.truth(name, text) is not False

    def way(self, name: str, text: str) -> ReferralBy | None:
        """Return how it likes to receive referrals."""
        word = "".join(fold_words(text))
        if word and word not in set(ReferralBy):
            self._refuse(name, "is no way to send referrals", f"write {', '.join(ReferralBy)}")
            return None
        return ReferralBy(word) if word else None

    def days(self, name: str, text: str) -> int | None:
        """Return a number of days."""
        if text and not (text.isascii() and text.isdigit() and len(text) < 5):
            self._refuse(name, "is no number of days", "write a whole number, as in 14")
            return None
        return int(text) if text else None

    def degrees(self, name: str, text: str) -> Decimal | None:
        """Return degrees with six digits after the point."""
        try:
            found = Decimal(text).quantize(Decimal("0.000001")) if text else None
        except InvalidOperation:
            found = Decimal("NaN")
        if found is not None and not found.is_finite():
            self._refuse(name, "is no number of degrees", "write it as in 33.45 or -112.07")
            return None
        return found


READERS: Mapping[str, Callable[[_Row, str, str], object]] = {
    **dict.fromkeys(("name", "sort", "zone", "phone", "fax", "email"), _Row.words),
    **dict.fromkeys(("about", "eligibility", "cost", "hours", "how_to_apply"), _Row.words),
    **dict.fromkeys(("specialties", "networks"), _Row.many),
    **dict.fromkeys(("accepts_new", "telehealth", "wheelchair"), _Row.truth),
    **dict.fromkeys(("latitude", "longitude"), _Row.degrees),
    "languages": _Row.languages, "is_active": _Row.active, "referral_by": _Row.way, "wait_days": _Row.days,
}  # fmt: skip
